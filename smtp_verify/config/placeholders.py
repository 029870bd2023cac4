"""`<…>`: a value that is still to be filled in. It is never sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.document import Path

PLACEHOLDER = re.compile(r"<[^<>@:{}]+>")
_TEXT_KEYS = ("subject", "content")


class Placeholder(NamedTuple):
    """One value of the form `<…>`."""

    path: Path
    text: str

    @property
    def in_text(self) -> bool:
        """In a subject or a body `<…>` may be meant, and is only warned of."""
        return self.path[0] == "templates" and self.path[-1] in _TEXT_KEYS


def is_placeholder(value: Any) -> bool:
    """Whether a whole value is one placeholder."""
    return isinstance(value, str) and bool(PLACEHOLDER.fullmatch(value))


def find(config: Any) -> Iterator[Placeholder]:
    """Every placeholder under any key but `customHeaders`, in document order."""
    yield from _find(config, ())


def _find(value: Any, path: Path) -> Iterator[Placeholder]:
    if path == ("customHeaders",):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _find(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find(item, (*path, index))
    elif path and is_placeholder(value):
        yield Placeholder(path, value)

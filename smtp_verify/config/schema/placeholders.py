"""`<…>`: a value that is still to be filled in. It is never sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path

PLACEHOLDER = re.compile(r"<[^<>@:{}]+>")
_VARIABLE = re.compile(
    r"\$\{[^{}]+\}"  # a shell, Compose, envsubst
    r"|\$\{\{[^{}]+\}\}"  # GitHub Actions
    r"|\$\([A-Za-z_][A-Za-z0-9_]*\)"  # Kubernetes
    r"|\$[A-Z_][A-Z0-9_]{2,}"
    r"|%[A-Z_][A-Z0-9_]{2,}%"  # Windows
)
_TEMPLATED = re.compile(r"\{\{[^{}]+\}\}")
"""Of Helm and Jinja, and of Logto's own."""
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
    return isinstance(value, str) and value.startswith("<") and bool(PLACEHOLDER.fullmatch(value))


def is_variable(value: Any, *, templated: bool = True) -> bool:
    """Whether a whole value is a variable of something that fills in texts; `{{…}}` counts if `templated`."""
    if not isinstance(value, str):
        return False
    return bool(_VARIABLE.fullmatch(value) or (templated and _TEMPLATED.fullmatch(value)))


def find(config: Any) -> Iterator[Placeholder]:
    """Every placeholder under any key but `customHeaders`, in document order."""
    if isinstance(config, dict):
        yield from _find({key: value for key, value in config.items() if key != "customHeaders"}, ())
    elif isinstance(config, list):
        yield from _find(config, ())


def _find(container: dict[str, Any] | list[Any], path: Path) -> Iterator[Placeholder]:
    for key, value in container.items() if isinstance(container, dict) else enumerate(container):
        if isinstance(value, str):
            if is_placeholder(value):
                yield Placeholder((*path, key), value)
        elif isinstance(value, (dict, list)):
            yield from _find(value, (*path, key))

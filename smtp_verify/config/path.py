"""The way from the root of a config to a value, as JSON Pointer (RFC 6901) and as people write it."""

from __future__ import annotations

from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way from the root to a node: keys and indexes."""


def json_pointer(path: Path) -> str:
    """RFC 6901."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def pointer_path(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON Pointer; an index is text too."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def dotted(path: Path) -> str:
    """A path as people write it: `auth.user`, `templates[0].subject`."""
    text = "".join(f"[{token}]" if isinstance(token, int) else f".{token}" for token in path)
    return text.removeprefix(".")

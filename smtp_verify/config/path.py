"""The way from the root of a config to a value, as JSON Pointer (RFC 6901) and as people write it."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way from the root to a node: keys and indexes."""


class Assignment(NamedTuple):
    """A path within a config, and the value that it takes."""

    path: Path
    value: Any


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


def value_at(value: Any, path: Path, absent: Any = None) -> Any:
    """The value at a path within another, or `absent`."""
    for token in path:
        # An index counts in a list alone: in an object `0` would be a key.
        if token not in (value if isinstance(value, dict) else range(_length(value))):
            return absent
        value = value[token]
    return value


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def with_value(data: Any, path: Path, value: Any) -> Any:
    """The data with another value at a path; what lies above its last token is there."""
    if not path:
        return value
    changed: Any = list(data) if isinstance(data, list) else dict(data)
    below = changed.get(path[0]) if isinstance(changed, dict) else changed[path[0]]
    changed[path[0]] = with_value(below, path[1:], value)
    return changed

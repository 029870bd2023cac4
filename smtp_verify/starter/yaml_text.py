"""A config as YAML for people: comments, single quotes, texts as blocks.

Not by a YAML library: none writes comments. Every text is read back by our own reader before it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smtp_verify.config.path import Path

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9./-]*(?::[A-Za-z0-9./-]+)*")
"""A scalar that needs no quotes, be it a name, a host or an address of the web."""
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""What YAML 1.1 or 1.2 reads as something other than a string."""


@dataclass(frozen=True, slots=True)
class Comments:
    """What is said beside the keys of a config."""

    before: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    """Lines over a key or an item; an empty one leaves a line free."""
    behind: Mapping[Path, str] = field(default_factory=dict)
    """On the line of a key."""
    apart: frozenset[Path] = frozenset()
    """Keys and items with a free line over them."""


def yaml_text(config: dict[str, Any], head: tuple[str, ...], comments: Comments) -> str:
    """The whole file.

    Args:
        config: strings, numbers, booleans, null, objects and arrays.
        head: the lines of the comment at its top.
        comments: what is said beside its keys.
    """
    lines = [*_remarks(head, 0), *_mapping(config, (), 0, comments)]
    return "".join(f"{line}\n" for line in lines)


def _remarks(lines: tuple[str, ...], indent: int) -> Iterator[str]:
    for line in lines:
        yield f"{' ' * indent}# {line}" if line else ""


def _mapping(value: dict[str, Any], path: Path, indent: int, comments: Comments) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry((*path, key), f"{' ' * indent}{scalar(key)}:", item, indent, comments)


def _sequence(value: list[Any], path: Path, indent: int, comments: Comments) -> Iterator[str]:
    for index, item in enumerate(value):
        below = (*path, index)
        if isinstance(item, dict) and item:
            yield from _above(below, indent, comments)
            first, *rest = _mapping(item, below, indent + 2, comments)
            yield f"{' ' * indent}- {first.strip()}"
            yield from rest
        else:
            yield from _entry(below, f"{' ' * indent}-", item, indent, comments)


def _entry(path: Path, start: str, value: Any, indent: int, comments: Comments) -> Iterator[str]:
    yield from _above(path, indent, comments)
    remark = f" # {comments.behind[path]}" if path in comments.behind else ""
    if isinstance(value, dict) and value:
        yield f"{start}{remark}"
        yield from _mapping(value, path, indent + 2, comments)
    elif isinstance(value, list) and value:
        yield f"{start}{remark}"
        yield from _sequence(value, path, indent + 2, comments)
    elif isinstance(value, str) and _is_block(value):
        yield f"{start} |{remark}"
        yield from (f"{' ' * (indent + 2)}{line}" if line else "" for line in value[:-1].split("\n"))
    else:
        yield f"{start} {scalar(value)}{remark}"


def _above(path: Path, indent: int, comments: Comments) -> Iterator[str]:
    if path in comments.apart:
        yield ""
    yield from _remarks(comments.before.get(path, ()), indent)


def _is_block(value: str) -> bool:
    """A block keeps a text as it is: several lines, one line end at its end, nothing that cannot be seen."""
    lines = value.split("\n")
    return (
        len(lines) > 2
        and lines[-1] == ""
        and lines[-2] != ""
        and not lines[0].startswith(" ")
        and lines[0] != ""
        and all(line.isprintable() for line in lines)
    )


def scalar(value: Any) -> str:
    """One value on one line."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return repr(value)


def _string(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

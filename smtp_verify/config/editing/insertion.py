"""Where a new key goes in a mapping, and how it is laid out there: as its neighbours are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from smtp_verify.config.editing.writing import Quotes, quotes_of, written
from smtp_verify.config.reading.tree import Entry, Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.reading.text import Text

_TOGETHER = ("host", "port", "secure", "ignoreTLS", "requireTLS")
"""Keys that are read as one: each goes behind the nearest one before it."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_REST_OF_LINE = re.compile(r"[ \t]*(?:[ \t]#[^\r\n]*)?(?=[\r\n]|\Z)")
"""Nothing, or a comment."""
_COMMA = re.compile(r"[ \t\r\n]*,")
_COLON = re.compile(r"[ \t]*:[ \t]*")


class Edit(NamedTuple):
    """A stretch of a text, as offsets in code points, and what takes its place."""

    start: int
    end: int
    text: str


def insertions(
    text: Text, mapping: Mapping, key: str, value: Any, is_json: bool
) -> Iterator[tuple[Edit, ...]]:
    """The places for a new key, the best first; whether one changes nothing else is for the caller to check.

    Args:
        text: the text that holds the mapping.
        mapping: where the key is missing.
        key: its name.
        value: what `writing.written` can write.
        is_json: whether the text is to stay JSON.
    """
    braces = text.text.startswith("{", mapping.start)
    for entry in _neighbours(mapping, key):
        pair = _pair(text.text, mapping, entry, key, value, is_json)
        yield _within_braces(text, mapping, entry, pair) if braces else _in_block(text, entry, pair)
    if braces and not mapping.entries:
        pair = _first_pair(key, value, is_json)
        yield (Edit(mapping.start + 1, mapping.start + 1, pair),)


def _neighbours(mapping: Mapping, key: str) -> Iterator[Entry]:
    """The entries to go behind: of its own kind first, else the last one, else the first one."""
    if key in _TOGETHER:
        before = _TOGETHER[: _TOGETHER.index(key)]
        near = [entry for entry in mapping.entries if entry.key.value in before]
        yield from sorted(near, key=lambda entry: -before.index(entry.key.value))
    yield from (*mapping.entries[-1:], *mapping.entries[:1])


def _pair(text: str, mapping: Mapping, entry: Entry, key: str, value: Any, is_json: bool) -> str:
    """`key: value` in the quotes of the neighbours."""
    if is_json:
        colon = _gap(text, entry) or ": "
        return f"{written(key, Quotes.JSON)}{colon}{written(value, Quotes.JSON)}"
    quotes = quotes_of(text, entry.key.start)
    colon = ":" if quotes is not Quotes.NONE and _gap(text, entry) == ":" else ": "
    return f"{written(key, quotes)}{colon}{written(value, _usual_quotes(text, mapping))}"


def _first_pair(key: str, value: Any, is_json: bool) -> str:
    quotes = Quotes.JSON if is_json else Quotes.NONE
    return f"{written(key, quotes)}: {written(value, quotes)}"


def _gap(text: str, entry: Entry) -> str:
    """What stands between a key and its value, where it is no more than a colon and blanks."""
    found = _COLON.fullmatch(text, entry.key.end, max(entry.value.start, entry.key.end))
    return found[0] if found else ""


def _usual_quotes(text: str, mapping: Mapping) -> Quotes:
    """Those of the first string among the values."""
    for _, value in mapping.entries:
        if isinstance(value, Scalar) and isinstance(value.value, str) and text[value.start] not in "|>&!*":
            return quotes_of(text, value.start)
    return Quotes.NONE


def _in_block(text: Text, entry: Entry, pair: str) -> tuple[Edit, ...]:
    """On a line of its own behind that of the neighbour, comment included."""
    at = text.line_end(_end(text.text, entry))
    _, column = text.position(entry.key.start)
    return (Edit(at, at, f"{_line_break(text.text, at)}{' ' * (column - 1)}{pair}"),)


def _within_braces(text: Text, mapping: Mapping, entry: Entry, pair: str) -> tuple[Edit, ...]:
    """Behind the neighbour; on a line of its own where the others have one, behind their comments then."""
    source = text.text
    end = _end(source, entry)
    between = _between(text, mapping)
    comma = _COMMA.match(source, end)
    behind = comma.end() if comma else end
    if not _LINE_END.match(between) or not _REST_OF_LINE.match(source, behind):
        return (Edit(end, end, f",{between}{pair}"),)
    at = text.line_end(behind)
    if comma:
        return (Edit(at, at, f"{between}{pair},"),)
    return (Edit(end, end, ","), Edit(at, at, f"{between}{pair}"))


def _between(text: Text, mapping: Mapping) -> str:
    """What stands before a key that is not the first: a line break with its indentation, a blank, nothing."""
    second = mapping.entries[min(1, len(mapping.entries) - 1)]
    start = second.key.start
    blank = text.text[:start][len(text.text[:start].rstrip(" \t\r\n")) :]
    breaks = list(_LINE_END.finditer(blank))
    if breaks:
        return blank[breaks[-1].start() :]
    if len(mapping.entries) > 1:
        return blank
    return "" if _gap(text.text, second) == ":" else " "


def _end(text: str, entry: Entry) -> int:
    """Where an entry ends; an alias stands behind its key, and what it means elsewhere."""
    return max(entry.key.end, _end_of(text, entry.value))


def _end_of(text: str, node: Node) -> int:
    """The end mark of a collection without brackets lies behind the blank lines that follow it."""
    if isinstance(node, Scalar) or text[node.start : node.start + 1] in ("{", "["):
        return node.end
    if isinstance(node, Mapping):
        return _end(text, node.entries[-1]) if node.entries else node.end
    return _end_of(text, node.items[-1]) if node.items else node.end


def _line_break(text: str, at: int) -> str:
    """The one that ends this line; at the end of a text, the one it has elsewhere."""
    found = _LINE_END.match(text, at) or _LINE_END.search(text)
    return found[0] if found else "\n"

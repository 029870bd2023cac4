"""The value of a flawless JSON text by the C module, and its tree only where a place is asked for.

It only ever agrees with `json_reader`: where there is anything to say of a text, it leaves the text to it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from smtp_verify.config.reading.json_reader import number
from smtp_verify.config.reading.tree import MAX_DEPTH, MAX_NODES, Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE = r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s,:{}\[\]"]+'


class Flawless(NamedTuple):
    """A text of which there is nothing to say, within all limits."""

    value: Any

    def tree(self, text: str) -> Node:
        """Where each value stands in the text that was read."""
        return _node(self.value, (match.span() for match in re.finditer(_VALUE, text)))


def json_value(text: str) -> Flawless | None:
    """What a JSON text stands for; None where it has to be read with positions."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return Flawless(value) if _is_within_limits(value) else None


def _node(value: Any, tokens: Iterator[tuple[int, int]]) -> Node:
    start, end = next(tokens)
    if isinstance(value, dict):
        entries = [Entry(Scalar(*next(tokens), key), _node(item, tokens)) for key, item in value.items()]
        return Mapping(start, next(tokens)[1], tuple(entries))
    if isinstance(value, list):
        items = [_node(item, tokens) for item in value]
        return Sequence(start, next(tokens)[1], tuple(items))
    return Scalar(start, end, value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is set twice")
    return value


def _refuse(word: str) -> NoReturn:
    """`NaN` and `Infinity`, which the module would take."""
    raise ValueError(word)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=number, parse_float=number, parse_constant=_refuse
)


def _is_within_limits(value: Any) -> bool:
    """Level by level, the containers of each; keys count as nodes, as they do for the reader."""
    nodes, depth, level = 1, 0, [value]
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        nodes += sum(2 * len(item) if isinstance(item, dict) else len(item) for item in level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return False
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return True

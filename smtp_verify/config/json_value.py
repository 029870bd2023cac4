"""The value of a flawless JSON text by the C module, without positions: most configs need none.

It only ever agrees with `json_reader`: where there is anything to say of a text, it leaves the text to it.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, NoReturn

from smtp_verify.config.document import MAX_DEPTH, MAX_NODES
from smtp_verify.config.json_reader import number


class Flawless(NamedTuple):
    """A text of which there is nothing to say, within all limits."""

    value: Any


def json_value(text: str) -> Flawless | None:
    """What a JSON text stands for; None where it has to be read with positions."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return Flawless(value) if _is_within_limits(value) else None


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

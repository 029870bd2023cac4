"""One value as text, in the quotes that its surroundings have, read alike by YAML 1.1 and 1.2."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][\w@./-]*(?::[\w@./-]+)*", re.ASCII)
"""Text that needs no quotes in a block or within braces: a name, a host, an address of mail or of the web."""
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""What YAML 1.1 or 1.2 reads as something other than a string."""


class Quotes(Enum):
    """How a string is written."""

    JSON = "JSON's double quotes"
    DOUBLE = '"'
    SINGLE = "'"
    NONE = ""


def quotes_of(text: str, start: int) -> Quotes:
    """Those of the YAML scalar that starts there."""
    return {'"': Quotes.DOUBLE, "'": Quotes.SINGLE}.get(text[start : start + 1], Quotes.NONE)


def written(value: Any, quotes: Quotes) -> str | None:
    """A value on one line, or None for an object or an array that holds something.

    Args:
        value: a JSON value.
        quotes: the ones a string gets if it can be written in them; other values have none.
    """
    if isinstance(value, str):
        return _string(value, quotes)
    if isinstance(value, (dict, list)):
        return None if value else json.dumps(value)
    return json.dumps(value)


def _string(value: str, quotes: Quotes) -> str:
    if quotes is Quotes.JSON:
        return '"' + "".join(map(_escaped_in_json, value)) + '"'
    if quotes is Quotes.NONE and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if quotes is not Quotes.DOUBLE and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped_in_json(character: str) -> str:
    """Beyond U+FFFF as it is: a YAML reader takes a pair of surrogates for two characters."""
    if (character.isprintable() or character > "\uffff") and character not in '"\\':
        return character
    return json.dumps(character)[1:-1]


def _escaped(character: str) -> str:
    """Not as in JSON: YAML has no pairs of surrogates."""
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

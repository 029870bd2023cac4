"""What a plain YAML scalar stands for: the core schema of YAML 1.2, and how YAML 1.1 reads it.

Sources: YAML 1.2.2 section 10.3.2; the YAML 1.1 type repository, as libyaml's users implement it.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from smtp_verify.config.reading.json_reader import number
from smtp_verify.config.reading.tree import Ambiguity

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# Patterns of YAML 1.1 stay text until one is needed: compiling them takes as long as reading a config.
_YES_NO = {"yes": True, "on": True, "no": False, "off": False}
_INT_11 = (
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0x(?P<hex>[0-9a-fA-F_]+)|(?P<octal>0[0-7_]+)"
    r"|(?P<base60>[1-9][0-9_]*(?::[0-5]?[0-9])+)|(?P<decimal>0|[1-9][0-9_]*))"
)
_FLOAT_11 = r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
_BASE60_FLOAT_11 = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"
_TIMESTAMP_11 = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)
_LONGEST_NUMBER = 400
"""Longer runs of digits are read alike by both, and int() would be slow on them."""


_NUMERIC = frozenset("-+.0123456789")
_LONGEST_NAME = 5
"""Characters of `false`, the longest word that is no text in either version."""


def is_word(text: str) -> bool:
    """Whether a plain scalar is text at first sight: most are, and this is quick."""
    return len(text) > _LONGEST_NAME and text[0] not in _NUMERIC


@lru_cache(maxsize=256)  # the same few keys and values in every file
def readings(text: str) -> tuple[Any, Ambiguity | None]:
    """The value of a plain scalar, and both readings of it where they differ."""
    return resolve(text), ambiguity(text)


def resolve(text: str) -> Any:
    """The value of a plain scalar in the core schema; text that is no other type is itself."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return number(text.removeprefix("+"))
    if _OCTAL.fullmatch(text):
        return _exact(int(text, 0))
    if _HEX.fullmatch(text):
        return _exact(int(text, 16))
    if _FLOAT.fullmatch(text):
        return number(text)
    return text


def has_no_json_value(text: str) -> bool:
    """`.inf` and `.nan` are numbers in YAML and nothing in JSON."""
    return bool(_NO_NUMBER.fullmatch(text))


def ambiguity(text: str) -> Ambiguity | None:
    """Both readings of a plain scalar, where they differ."""
    if not text or text[0] not in "-+.0123456789yYnNoO" or _is_plain_decimal(text):
        return None
    new = resolve(text)
    old = _describe_11(text, new)
    return None if old is None else Ambiguity(text, yaml11=old, yaml12=describe(new))


def _is_plain_decimal(text: str) -> bool:
    """`587` and the like, which both read alike."""
    return text.isascii() and text.isdigit() and text[0] != "0"


def describe(value: Any) -> str:
    """A value with its type, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the string "{value}"'
    return "a number too large for a computer" if math.isinf(value) else f"the number {value}"


def _exact(value: int) -> int | float:
    if value <= 2**53:
        return value
    return float(value) if value < 2**1023 else float("inf")


def _describe_11(text: str, new: Any) -> str | None:
    """How YAML 1.1 reads the text, or None where it reads it as YAML 1.2 does."""
    if len(text) > _LONGEST_NUMBER:
        return None
    if text.lower() in _YES_NO and text in (text.lower(), text.upper(), text.capitalize()):
        return describe(_YES_NO[text.lower()])
    if re.fullmatch(_TIMESTAMP_11, text):
        return "a date"
    if re.fullmatch(_BASE60_FLOAT_11, text):
        return f"the number {_base60(text)}"
    old = _number_11(text)
    if old is None:
        return describe(text) if isinstance(new, (int, float)) and not isinstance(new, bool) else None
    return None if old == new else describe(old)


def _number_11(text: str) -> int | float | None:
    match = re.fullmatch(_INT_11, text)
    if match:
        return _int_11(match)
    if re.fullmatch(_FLOAT_11, text):
        return float(text.replace("_", ""))
    return None


def _int_11(match: re.Match[str]) -> int | float | None:
    digits = {
        name: group.replace("_", "") for name, group in match.groupdict().items() if group and name != "sign"
    }
    name, text = next(iter(digits.items()))
    if not text:
        return None
    sign = -1 if match["sign"] == "-" else 1
    if name == "base60":
        return sign * int(_base60(text))
    base = {"binary": 2, "hex": 16, "octal": 8, "decimal": 10}[name]
    return sign * _exact(int(text, base))


def _base60(text: str) -> float | int:
    value: float | int = 0
    for part in text.lstrip("-+").replace("_", "").split(":"):
        value = value * 60 + (float(part) if "." in part else int(part))
    return -value if text.startswith("-") else value

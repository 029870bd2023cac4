"""Values as JavaScript sees them: `String(value)`, and what every object inherits.

Source: ECMA-262, Number::toString, Array.prototype.toString, Object.prototype.
"""

from __future__ import annotations

import math
import re
from typing import Any, TypeGuard

from smtp_verify.errors import RenderError

PROTOTYPE_NAMES = frozenset(
    {
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "hasOwnProperty",
        "__lookupGetter__",
        "__lookupSetter__",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toString",
        "valueOf",
        "__proto__",
        "toLocaleString",
    }
)
"""What every object inherits from Object.prototype."""

ARRAY_METHODS = frozenset(
    (
        "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat "
        "flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight "
        "reverse shift slice some sort splice toReversed toSorted toSpliced unshift values with"
    ).split()
)
"""What every array inherits from Array.prototype besides."""


WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What `\\s` and `trim()` mean. Python's lacks U+FEFF, and has U+001C to U+001F and U+0085 besides."""


def is_truthy(value: Any) -> bool:
    """`Boolean(value)`: every object and array is true, empty or not."""
    if isinstance(value, (dict, list)):
        return True
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def is_number(value: Any) -> TypeGuard[int | float]:
    """`typeof value === "number"`."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def trim(text: str) -> str:
    """`String.prototype.trim`."""
    return text.strip(WHITE_SPACE)


def to_utf8(text: str) -> bytes:
    """`Buffer.from(text)`: surrogate pairs joined, lone surrogates as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def utf16_units(text: str) -> list[str]:
    """The text as JavaScript counts it: a character beyond U+FFFF is two surrogates."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [chr(int.from_bytes(data[at : at + 2], "little")) for at in range(0, len(data), 2)]


def well_formed(text: str) -> str:
    """`String.prototype.toWellFormed`: lone surrogates as U+FFFD."""
    return to_utf8(text).decode()


class Function:
    """A built-in function, which a path can reach through an array."""

    def __init__(self, name: str) -> None:
        self.name = name


def to_string(value: Any) -> str:
    """JavaScript's `String(value ?? "")`.

    Raises:
        RenderError: an object with a `toString` of its own that is no function; JavaScript throws there.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_to_string(value)
    if isinstance(value, list):
        return ",".join(to_string(item) for item in value)
    if isinstance(value, dict):
        return _object_to_string(value)
    if isinstance(value, Function):
        return f"function {value.name}() {{ [native code] }}"
    return str(value)


_NUMBER = re.compile(r"[-+]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)")
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def to_number(value: Any) -> float:
    """JavaScript's `Number(value)` of a JSON value; NaN for what is no number."""
    if isinstance(value, (bool, int, float)) or value is None:
        return float(value or 0)
    text = trim(to_string(value))
    if not text:
        return 0.0
    if _PREFIXED.fullmatch(text):
        try:
            return float(int(text, 0))
        except OverflowError:
            return math.inf
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def _object_to_string(value: dict[str, Any]) -> str:
    if "toString" in value:
        raise RenderError(
            "a variable holds an object with a key toString: JavaScript throws"
            ' "Cannot convert object to primitive value", and Logto answers HTTP 500'
        )
    return "[object Object]"


def number_to_string(value: float) -> str:
    """Number::toString for radix 10: the shortest digits, placed as ECMA-262 6.1.6.1.20 places them."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) + len(whole) - (len(whole + fraction) - len(digits))
    return sign + _place(digits.rstrip("0"), point)


def _place(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return digits[0] + (f".{digits[1:]}" if count > 1 else "") + exponent

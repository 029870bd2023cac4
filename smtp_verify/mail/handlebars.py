"""Logto's substitution, to the byte.

Source: @logto/connector-kit 5.1 `replaceSendMessageHandlebars` and `getValue` in lib/index.js:
`/{{\\s*([\\w.]+)\\s*}}/g`, one pass, no escaping. A name whose root is empty or not in the payload stays.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from smtp_verify.errors import RenderError
from smtp_verify.javascript import ARRAY_METHODS, PROTOTYPE_NAMES, WHITE_SPACE, Function, to_string

_SPACE = f"[{WHITE_SPACE}]"
# Possessive, so that no input makes the engine go back: time is linear.
_PLACEHOLDER = re.compile(r"\{\{" + _SPACE + r"*+([A-Za-z0-9_.]++)" + _SPACE + r"*+\}\}")
_LONGEST = 64_000_000
"""Characters of a text with its variables filled in; no mail server takes as much, and memory must."""
_INDEX = re.compile(r"0|[1-9][0-9]*")


class Substitution(NamedTuple):
    """A rendered text, and the names in it that were left standing."""

    text: str
    unresolved: tuple[str, ...]


def substitute(template: str, payload: dict[str, Any]) -> Substitution:
    """Replace every `{{ name }}` whose root is in the payload.

    A name that passes through a property of every JavaScript object (`toString`, …) stays as written: what
    Logto would put there is the text of a native function.

    Raises:
        RenderError: a value that JavaScript cannot make a string of, or a text that nobody could send.
    """
    unresolved: list[str] = []
    length = len(template)

    def replace(match: re.Match[str]) -> str:
        nonlocal length
        name = match[1]
        parts = name.split(".")
        if not parts[0] or parts[0] not in payload or not PROTOTYPE_NAMES.isdisjoint(parts):
            unresolved.append(name)
            return match[0]
        text = to_string(_value(payload, parts))
        length += len(text)
        if length > _LONGEST:
            raise RenderError("with its variables filled in, a text is longer than 64 million characters")
        return text

    return Substitution(_PLACEHOLDER.sub(replace, template), tuple(dict.fromkeys(unresolved)))


def names(template: str) -> tuple[str, ...]:
    """Every name a template uses, once, in order of appearance."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def without_names(template: str) -> str:
    """What is left of a template where every name is taken out."""
    return _PLACEHOLDER.sub("", template)


def inherited_names(template: str) -> tuple[str, ...]:
    """The names that pass through a property of every JavaScript object."""
    return tuple(name for name in names(template) if is_inherited(name))


def is_inherited(name: str) -> bool:
    """Whether a name passes through a property of every JavaScript object."""
    return not PROTOTYPE_NAMES.isdisjoint(name.split("."))


def _value(payload: dict[str, Any], parts: list[str]) -> Any:
    value: Any = payload
    for part in parts:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            value = _element(value, part)
        else:
            # JavaScript looks into objects alone: `{{code.length}}` is empty.
            return None
    return value


def _element(array: list[Any], part: str) -> Any:
    if part == "length":
        return len(array)
    if part in ARRAY_METHODS:
        return Function(part)
    if _INDEX.fullmatch(part) and len(part) < 12 and int(part) < len(array):
        return array[int(part)]
    return None

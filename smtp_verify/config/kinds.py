"""What the table of keys is made of: the kinds of values, and a row for a key."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Primitive(NamedTuple):
    """`string`, `number` or `boolean`, in zod's words."""

    name: str


class OneOf(NamedTuple):
    """One of some strings, exactly as written."""

    values: tuple[str, ...]


class Object(NamedTuple):
    """An object with these keys; `strict` refuses any other."""

    rows: tuple[Row, ...]
    strict: bool = False


class ListOf(NamedTuple):
    """An array of one kind."""

    item: Kind


class Record(NamedTuple):
    """An object with any keys and values of one kind."""

    value: Kind


class Union(NamedTuple):
    """Any of several kinds, tried in this order."""

    options: tuple[Kind, ...]


class Anything:
    """A value that is passed on unread."""


Kind: TypeAlias = Primitive | OneOf | Object | ListOf | Record | Union | Anything


class Row(NamedTuple):
    """One key of the config."""

    key: str
    kind: Kind
    doc: str
    required: bool = False
    default: Any = None
    """What nodemailer uses where the key is absent; None where that depends on other keys."""
    documented: bool = True
    """In the connector's documentation; the others are honoured all the same."""
    secret: bool = False


STRING = Primitive("string")
NUMBER = Primitive("number")
BOOLEAN = Primitive("boolean")
ANYTHING = Anything()
STRINGS = Union((STRING, ListOf(STRING)))

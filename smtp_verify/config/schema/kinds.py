"""What the table of keys is made of: the kinds of values, and a row for a key."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


class Primitive(NamedTuple):
    """`string`, `number` or `boolean`, in zod's words."""

    name: str


class OneOf(NamedTuple):
    """One of some strings, exactly as written."""

    values: tuple[str, ...]


class Object(NamedTuple):
    """An object with these keys; `strict` refuses any other."""

    rows: tuple[KeyRow, ...]
    strict: bool = False
    others: tuple[KeyRow, ...] = ()
    """Keys that the guard does not check, and that still have an effect."""
    title: str = ""


class ListOf(NamedTuple):
    """An array of one kind."""

    item: Kind


class RecordKind(NamedTuple):
    """An object with any keys and values of one kind."""

    value: Kind
    others: tuple[KeyRow, ...] = ()
    """Keys that are known among them; the guard reads no more of these than of the rest."""


class Union(NamedTuple):
    """Any of several kinds, tried in this order."""

    options: tuple[Kind, ...]

    @property
    def flat(self) -> list[Kind]:
        """Unions of unions as one: which branch takes a value makes no difference to the verdict."""
        flat: list[Kind] = []
        for option in self.options:
            flat.extend(option.flat if isinstance(option, Union) else [option])
        return flat


class Anything:
    """A value that is passed on unread."""


Kind: TypeAlias = Primitive | OneOf | Object | ListOf | RecordKind | Union | Anything


class KeyRow(NamedTuple):
    """One key of the config."""

    key: str
    kind: Kind
    doc: str
    required: bool = False
    default: Any = None
    """What nodemailer uses where the key is absent; None where that depends on other keys."""
    documented: bool = False
    """Whether the `documented` schema makes an error of what breaks this row; elsewhere it is a warning."""
    secret: bool = False
    choices: Mapping[str, str] | None = None
    """The values that a string may have, with what each means; to the guard it may have others too."""
    examples: tuple[Any, ...] = ()
    """Values that could stand here; of a secret, placeholders."""
    deprecated: bool = False


STRING = Primitive("string")
NUMBER = Primitive("number")
BOOLEAN = Primitive("boolean")
ANYTHING = Anything()
STRINGS = Union((STRING, ListOf(STRING)))


class Schema(Enum):
    """Which schema decides what is an error."""

    DOCUMENTED = "documented"
    CONNECTOR = "connector"

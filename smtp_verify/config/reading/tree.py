"""The nodes of a tree: every key and value with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtp_verify.config.path import Path


MAX_NODES = 20_000
MAX_DOCUMENTS = 2_000
MAX_DEPTH = 64


class Ambiguity(NamedTuple):
    """A plain YAML scalar that YAML 1.1 and 1.2 read differently."""

    text: str
    yaml11: str
    yaml12: str


class Scalar(NamedTuple):
    """A string, number, boolean or null; `start` and `end` are offsets in code points."""

    start: int
    end: int
    value: Any
    ambiguity: Ambiguity | None = None


class Entry(NamedTuple):
    """One key of a mapping with its value."""

    key: Scalar
    value: Node


class Mapping(NamedTuple):
    """An object. Duplicate keys are kept; the last one counts, as in JSON.parse."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class Sequence(NamedTuple):
    """An array."""

    start: int
    end: int
    items: tuple[Node, ...]


Node: TypeAlias = Scalar | Mapping | Sequence


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, in document order; aliased nodes come once for each use."""
    yield path, node
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from walk(entry.value, (*path, entry.key.value))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from walk(item, (*path, index))


def to_data(node: Node, settle: Callable[[Path, Scalar], Any], path: Path = ()) -> Any:
    """The JSON value of a tree; `settle` decides on each ambiguous scalar."""
    if isinstance(node, Mapping):
        return {
            entry.key.value: to_data(entry.value, settle, (*path, entry.key.value)) for entry in node.entries
        }
    if isinstance(node, Sequence):
        return [to_data(item, settle, (*path, index)) for index, item in enumerate(node.items)]
    return node.value if node.ambiguity is None else settle(path, node)

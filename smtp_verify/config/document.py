"""The node tree of a document: every key and value knows its place; lookup by path or JSON Pointer."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as Dict

    from smtp_verify.config.guard import Issue
    from smtp_verify.logto_versions import LogtoVersion

MAX_NODES = 20_000
MAX_DOCUMENTS = 2_000
MAX_DEPTH = 64

Path: TypeAlias = tuple[str | int, ...]
"""The way from the root to a node: keys and indexes."""

_LINE_END = re.compile(r"\r\n|\r|\n")


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


class Text:
    """A text that knows its lines, and makes findings about itself."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lines = self.text.split("\n")
        lines.pop()
        return [*accumulate([len(line) + 1 for line in lines], initial=0)]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def location(self, start: int, end: int) -> Location:
        """The stretch from `start` to `end`, which is exclusive."""
        return Location(self.path, *self.position(start), *self.position(max(start, end)))

    def line(self, number: int) -> str:
        """The text of a line without its end; empty past the last one."""
        starts = self._line_starts
        if number > len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines there are; a line end begins another one."""
        return len(self._line_starts)

    def line_start(self, number: int) -> int:
        """The offset at which a line starts."""
        return self._line_starts[number - 1]

    def line_end(self, offset: int) -> int:
        """The offset at which the line that holds `offset` ends, before its line end."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    def error(
        self, code: str, start: int, end: int, message: str, help_: str = "", pointer: str = ""
    ) -> Finding:
        """A finding of severity error at a stretch of this text."""
        return Finding(self.location(start, end), code, Severity.ERROR, message, help_, pointer)

    def warning(
        self, code: str, start: int, end: int, message: str, help_: str = "", pointer: str = ""
    ) -> Finding:
        """A finding of severity warning at a stretch of this text."""
        return Finding(self.location(start, end), code, Severity.WARNING, message, help_, pointer)


@dataclass(frozen=True)
class Document:
    """One document of an input: its tree, its value, and what reading it found."""

    text: Text
    index: int
    """Which document of the input, from 0."""
    tree: Node | Callable[[], Node | None] | None
    """The root of the tree, or what reads it once a place is asked for; None where the text is unreadable."""
    data: Any = None
    """The value the text stands for, as JSON types."""
    findings: tuple[Finding, ...] = ()
    base: Path = ()
    """Where the config lies in the document: empty, or `config` in the answer of Logto's API."""
    given: Dict[Path, str] = field(default_factory=dict)
    """The paths within the config whose values are not those of the text, and what gave them: `--set`, or the
    name of an environment variable."""
    logto: LogtoVersion = NEWEST
    """The version of Logto whose behaviour is reported."""

    @property
    def path(self) -> str:
        """The path of the input, as reports show it."""
        return self.text.path

    @property
    def readable(self) -> bool:
        """Whether there is a value."""
        return self.tree is not None

    @cached_property
    def root(self) -> Node | None:
        """The tree; None where the text could not be read."""
        return self.tree() if callable(self.tree) else self.tree

    @property
    def config(self) -> Any:
        """The value at `base`."""
        value = self.data
        for token in self.base:
            value = value[token]
        return value

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """What the connector's guard objects to in the config; several ask."""
        # Here, not above: the guard speaks of paths, which this module defines.
        from smtp_verify.config.guard import guard

        return guard(self.config)

    def rewrapped(self, config: Any) -> Any:
        """The document's value with another config in the place of its own."""
        return {**self.data, self.base[0]: config} if self.base else config

    def pointer(self, path: Path) -> str:
        """The JSON Pointer of a path within the config, from the root of the document."""
        return json_pointer(self.base + path)

    def path_of(self, pointer: str) -> Path | None:
        """The path within the config that a JSON Pointer from the root names, or None where nothing is."""
        path: Path = ()
        node = self.root
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            token = int(name) if isinstance(node, Sequence) and name.isdecimal() else name
            path = (*path, token)
            node = self._below(node, token)
        depth = len(self.base)
        return path[depth:] if node is not None and path[:depth] == self.base else None

    def given_by(self, path: Path) -> str:
        """What gave the value at a path within the config, or one that holds it; empty where the text did."""
        if not self.given:
            return ""
        sources = (self.given.get(path[:length], "") for length in range(len(path), -1, -1))
        return next(filter(None, sources), "")

    def has(self, path: Path) -> bool:
        """Whether there is a value at a path within the config, in the text or given."""
        value = self.config
        for token in path:
            if token not in (value if isinstance(value, dict) else range(_length(value))):
                return False
            value = value[token]
        return True

    def node(self, path: Path) -> Node | None:
        """The node of the text at a path within the config, or None; a given value has none of its own."""
        if self.given_by(path):
            return None
        node = self.root
        for token in self.base + path:
            node = self._below(node, token)
        return node

    def _below(self, node: Node | None, token: str | int) -> Node | None:
        if isinstance(node, Mapping):
            entry = self._entries_of(node).get(token)
            return entry.value if entry is not None else None
        if isinstance(node, Sequence) and isinstance(token, int) and 0 <= token < len(node.items):
            return node.items[token]
        return None

    def location(self, path: Path) -> Location:
        """The place of a value within the config; where it is absent, that of the closest node above it."""
        given = self.given_by(path)
        return Location.outside(self.path, given) if given else self.text.location(*self.span(path))

    def key_location(self, path: Path) -> Location:
        """The place of the last key of a path within the config; where there is none, that of the value."""
        above = self.node(path[:-1])
        entry = self._entries_of(above).get(path[-1]) if isinstance(above, Mapping) else None
        if entry is None or self.given_by(path):
            return self.location(path)
        return self.text.location(entry.key.start, entry.key.end)

    def span(self, path: Path) -> tuple[int, int]:
        """The offsets of a value: of a scalar all of it, of a container its first key or item."""
        for length in range(len(path), -1, -1):
            node = self.node(path[:length])
            if node is not None:
                return self._visible_span(node)
        return 0, 0

    def _entries_of(self, mapping: Mapping) -> dict[str | int, Entry]:
        """The entries of an object by key, the last of duplicates; a search for each would be quadratic."""
        if id(mapping) not in self._indexes:
            self._indexes[id(mapping)] = {entry.key.value: entry for entry in mapping.entries}
        return self._indexes[id(mapping)]

    @cached_property
    def _indexes(self) -> dict[int, dict[str | int, Entry]]:
        return {}

    def _visible_span(self, node: Node) -> tuple[int, int]:
        if isinstance(node, Mapping) and node.entries:
            return node.entries[0].key.start, node.entries[0].key.end
        if isinstance(node, Sequence) and node.items:
            return node.start, min(node.start + 1, node.end)
        return node.start, min(node.end, self.text.line_end(node.start))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


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


def json_pointer(path: Path) -> str:
    """RFC 6901."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def pointer_path(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON Pointer; an index is text too."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def dotted(path: Path) -> str:
    """A path as people write it: `auth.user`, `templates[0].subject`."""
    text = "".join(f"[{token}]" if isinstance(token, int) else f".{token}" for token in path)
    return text.removeprefix(".")

"""One document of an input: its tree, its value, and where each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import Path, json_pointer, pointer_path, value_at
from smtp_verify.config.reading.tree import Entry, Mapping, Node, Sequence
from smtp_verify.finding import Finding, Location
from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Dict

    from smtp_verify.config.reading.text import Text
    from smtp_verify.config.schema.guard import Issue
    from smtp_verify.logto_versions import LogtoVersion


_ABSENT = object()


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
    """The version of Logto whose behavior is reported."""

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
        return value_at(self.data, self.base)

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """What the connector's guard objects to in the config; several ask."""
        # Here, not above: a config whose issues nobody asks for loads no guard.
        from smtp_verify.config.schema.guard import guard

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
        for name in pointer_path(pointer):
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
        return value_at(self.config, path, _ABSENT) is not _ABSENT

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

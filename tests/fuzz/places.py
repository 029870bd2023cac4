"""What holds for every place that a reader tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config.reading.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.config.reading.text import Text
    from smtp_verify.config.reading.tree import Node
    from smtp_verify.finding import Finding


def check_findings(text: Text, findings: Iterable[Finding]) -> None:
    """Each starts within the text, or right behind it, and does not end before it starts."""
    last = text.position(len(text.text))
    for finding in findings:
        place = finding.location
        assert (1, 1) <= (place.line, place.column) <= last, finding
        assert (place.line, place.column) <= (place.end_line, place.end_column), finding
        assert place.end_line <= last[0], finding
        # One more than the line has, where the finding is about what is missing there.
        assert place.end_column <= len(text.line(place.end_line)) + 2, finding
        assert finding.message, finding


def check_nodes(root: Node, text: str) -> None:
    """Each key and each value lies within the text; an alias lies where its anchor does."""
    for node in nodes(root):
        assert 0 <= node.start <= node.end <= len(text), node


def check_nested(root: Node) -> None:
    """Where there are no aliases: each node lies within the one that holds it, behind the one before it."""
    for node in nodes(root):
        at = node.start
        for inner in _inside(node):
            assert at <= inner.start < inner.end <= node.end, inner
            at = inner.end


def nodes(node: Node) -> list[Node]:
    """A node and all below it, keys too."""
    return [node, *(below for inner in _inside(node) for below in nodes(inner))]


def _inside(node: Node) -> list[Node]:
    if isinstance(node, Scalar):
        return []
    if isinstance(node, Mapping):
        return [each for entry in node.entries for each in entry]
    return list(node.items)

"""Where the secrets of a document lie, so that no snippet shows them, and what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config import placeholders, schema
from smtp_verify.config.document import Document, Mapping, Node, Path, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET_NAME = re.compile(r"pass|secret|token|private_?key|pfx|credential", re.IGNORECASE)
_KEY = re.compile(r"""["']?([\w.-]+)["']?\s*:""")


def spans(document: Document) -> list[tuple[int, int]]:
    """The stretches of the text that hold secrets, as offsets."""
    if document.root is None:
        return list(_guessed_spans(document.text.text))
    return [
        (node.start, node.end)
        for node in _secret_scalars(document)
        if not placeholders.is_placeholder(node.value)
    ]


def values(document: Document) -> list[str]:
    """The secrets themselves, as text."""
    if document.root is None:
        return []
    found = (node.value for node in _secret_scalars(document))
    return [str(value) for value in found if value is not None and not placeholders.is_placeholder(value)]


def _secret_scalars(document: Document) -> Iterator[Scalar]:
    if document.root is not None:
        yield from _below(document.root, (), len(document.base))


def _below(node: Node, path: Path, base: int, secret: bool = False) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if secret:
            yield node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            inner = (*path, entry.key.value)
            hidden = secret or bool(_SECRET_NAME.search(entry.key.value)) or schema.is_secret(inner[base:])
            yield from _below(entry.value, inner, base, hidden)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _below(item, (*path, index), base, secret)


def _guessed_spans(text: str) -> Iterator[tuple[int, int]]:
    """In a text that cannot be read: from each key that sounds secret to the next key or the line's end."""
    start: int | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        end = offset + len(line.rstrip("\r\n"))
        for match in _KEY.finditer(line):
            if start is not None and not _opens_line(line, match):
                continue
            if start is not None:
                yield start, offset + match.start()
            start = offset + match.end() if _names_secret(match[1]) else None
        if start is not None:
            yield start, end
            start = end + 1
        offset += len(line)


def _opens_line(line: str, match: re.Match[str]) -> bool:
    """A colon deep inside a secret is no key; one that starts its line is."""
    return not line[: match.start()].strip(" \t-{,")


def _names_secret(key: str) -> bool:
    return bool(_SECRET_NAME.search(key)) or key in ("key", "url", "proxy", "auth")

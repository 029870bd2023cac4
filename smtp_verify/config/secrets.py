"""Where the secrets of a document lie, so that no snippet shows them, and what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smtp_verify.config import guessed_secrets
from smtp_verify.config.reading.tree import Mapping, Node, Scalar, Sequence
from smtp_verify.config.schema import placeholders
from smtp_verify.config.schema.secret_keys import (
    hides,
    hides_key,
    holds_secret,
    without_secret_keys,
)
from smtp_verify.fragments import SHORTEST, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.config.reading.text import Text

_MOST_SECRETS = 100
"""Those of one document that are looked for elsewhere too; no config has as many."""
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")


def spans(document: Document) -> list[tuple[int, int]]:
    """The stretches of the text that hold secrets, as offsets."""
    text, root = document.text.text, document.root
    if root is None:
        return merged([*guessed_secrets.spans(text)])
    nodes = [*_secret_scalars(document)]
    secret = [_stretch(node, text) for node in nodes if not placeholders.is_placeholder(node.value)]
    return merged([*secret, *_behind(document.text, root), *_elsewhere(text, root, _values(nodes, text))])


def values(document: Document) -> list[str]:
    """The secrets themselves, as text: what they stand for, and what is written where that differs."""
    return _values(_secret_scalars(document), document.text.text)


def _values(nodes: Iterable[Scalar], text: str) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node.value, str) and not placeholders.is_placeholder(node.value):
            found.append(node.value)
        elif isinstance(node.value, (int, float)):
            found += [str(node.value), text[node.start : node.end]]
    return found


def values_of(config: Any) -> list[str]:
    """The secrets of a config that has no text of its own, such as one with overrides."""
    return [
        str(value)
        for path, value in _leaves(config, ())
        if value is not None
        and (hides(path) or holds_secret(path, value))
        and not placeholders.is_placeholder(value)
    ]


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _secret_scalars(document: Document) -> Iterator[Scalar]:
    root = document.root
    if isinstance(root, Scalar) and isinstance(root.value, str):
        # A file with no structure at all: an .env, or a key.
        yield root
    elif root is not None:
        yield from _below(root, (), len(document.base))


def _below(node: Node, path: Path, base: int, secret: bool = False) -> Iterator[Scalar]:
    if isinstance(node, Mapping):
        # `pass: {hunter2}` is a password that nobody put in quotes.
        in_text = secret and without_secret_keys((*path, ""), base) != (*path, "")
        above = path[base:]
        for entry in node.entries:
            key, below = entry.key.value, entry.value
            value = below.value if isinstance(below, Scalar) else below
            if in_text or hides_key(above, key, value) or (secret and value is None):
                yield entry.key
            inner = (*path, key)
            hidden = secret or hides(inner, base) or (key == "auth" and _is_no_login(inner[base:], below))
            if not isinstance(below, Scalar):
                yield from _below(below, inner, base, hidden)
            elif hidden or holds_secret(inner, value):
                yield below
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _below(item, (*path, index), base, secret)
    elif secret or holds_secret(path, node.value):
        yield node


def _is_no_login(path: Path, node: Node) -> bool:
    """What stands at `auth` itself, and is no object, may be a password."""
    return path == ("auth",) and not isinstance(node, Mapping)


def _stretch(node: Scalar, text: str) -> tuple[int, int]:
    """Without quotes, what YAML drops may be a password, or the rest of one: `&hunter2`, `hunter #2`."""
    comment = None if text.startswith(('"', "'"), node.start) else _COMMENT.match(text, node.end)
    says_nothing = node.value is None and not text.startswith(("&", "!"), node.start)
    return node.end if says_nothing else node.start, comment.end() if comment else node.end


def _behind(text: Text, root: Node) -> Iterator[tuple[int, int]]:
    """What follows a whole document on its last line: of `{pass: a}b}` the document has the first half."""
    end = text.line_end(root.end)
    rest = text.text[root.end : end].lstrip()
    if rest and not rest.startswith("#"):
        yield root.end, end


def _elsewhere(text: str, root: Node, secret: list[str]) -> Iterator[tuple[int, int]]:
    """Where a secret stands in the place of something else too, or in a comment."""
    told = [value for value in dict.fromkeys(secret) if len(value) >= SHORTEST][:_MOST_SECRETS]
    if not told:
        return
    for value in told:
        yield from (found.span() for found in re.finditer(re.escape(value), text))
    for node in _scalars(root):
        escaped = isinstance(node.value, str) and "\\" in text[node.start : node.end]
        if escaped and any(value in node.value for value in told):
            yield node.start, node.end


def _scalars(node: Node) -> Iterator[Scalar]:
    """Every one, keys too."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield from _scalars(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)

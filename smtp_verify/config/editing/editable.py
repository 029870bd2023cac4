"""What of a config's text can be edited: what is written where it is used, once, and in a plain form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config.path import Path, dotted
from smtp_verify.config.reading.tree import Entry, Mapping, Node, Sequence
from smtp_verify.errors import ConfigError

if TYPE_CHECKING:
    from smtp_verify.config.document import Document


class CannotEdit(ConfigError):  # noqa: N818 - it is what happened
    """The text cannot be edited safely; the message says why, and holds no value."""


def opened(document: Document, path: Path) -> Node:
    """The node above the last key of a path, with nothing on the way that may stand for something elsewhere.

    Raises:
        CannotEdit: there is.
    """
    node = document.root
    if node is None or not path:
        raise CannotEdit("there is nothing to edit")
    whole = document.base + path
    for depth, token in enumerate(whole):
        check_written(document, node, whole[:depth])
        _check_keys(node, token, whole[:depth])
        if depth < len(whole) - 1:
            below = value_at(node, token)
            if below is None:
                raise CannotEdit(f"{dotted(whole[: depth + 1])}: is not there")
            node = below
    return node


def check_written(document: Document, node: Node, path: Path) -> None:
    """The node is written where it is used, and in a form that can be edited.

    Raises:
        CannotEdit: it is not.
    """
    first = document.text.text[node.start : node.start + 1]
    name = dotted(path) or "the config"
    if first in ("&", "*"):
        raise CannotEdit(f"{name}: has an anchor, and may be used elsewhere")
    if first == "!":
        raise CannotEdit(f"{name}: has a tag")
    if first in ("|", ">"):
        # Its end mark swallows the line end.
        raise CannotEdit(f"{name}: is a block of text, and such are not edited")


def _check_keys(node: Node, token: str | int, path: Path) -> None:
    """The key is there once at most, and no merge may bring it too.

    Raises:
        CannotEdit: it is not so.
    """
    keys = [entry.key.value for entry in node.entries] if isinstance(node, Mapping) else []
    if keys.count(token) > 1:
        raise CannotEdit(f"{dotted((*path, token))}: is set twice")
    if "<<" in keys:
        raise CannotEdit(f"{dotted(path) or 'the config'}: has a merge key")


def entry_at(node: Node, key: str | int) -> Entry | None:
    """The entry of an object with this key."""
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((entry for entry in entries if entry.key.value == key), None)


def value_at(node: Node, token: str | int) -> Node | None:
    """What stands under a key of an object, or at an index of an array."""
    if isinstance(node, Sequence):
        return node.items[token] if isinstance(token, int) and token in range(len(node.items)) else None
    entry = entry_at(node, token)
    return entry.value if entry else None

"""Edits on the text of a config that keep its comments and its layout.

Every edit is proven before it is handed out: the new text is read again, and its data must be what was
wanted, in this document and in those beside it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from smtp_verify.config.editing.editable import CannotEdit, check_written, entry_at, opened, value_at
from smtp_verify.config.editing.insertion import Edit, insertions
from smtp_verify.config.editing.writing import Quotes, quotes_of, written
from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.path import Assignment, Path, dotted, with_value
from smtp_verify.config.reading.json_reader import read_json
from smtp_verify.config.reading.source import MAX_BYTES, Source
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Entry, Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.config.document import Document

__all__ = [
    "CannotEdit",
    "Change",
    "Edit",
    "RenameKey",
    "apply",
    "changed",
    "check",
    "data_after",
    "rename_key",
    "reread",
    "set_value",
]

_COLON = re.compile(r"[ \t]*:")


class RenameKey(NamedTuple):
    """The key at the end of a path gets another name."""

    path: Path
    name: str


Change: TypeAlias = Assignment | RenameKey


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits; those at the same place come in the order in which they are given.

    Raises:
        CannotEdit: two of them overlap.
    """
    pieces, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if start < done:
            raise CannotEdit("two edits overlap")
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


def set_value(document: Document, path: Path, value: Any) -> tuple[Edit, ...]:
    """The edits that set one value within the config, inserting its key where it is absent.

    Args:
        document: what was read.
        path: the way to the value from the config; what lies above its last key must be there.
        value: a string, a number, a boolean, null, or an empty object or array.

    Raises:
        CannotEdit: it cannot be done without a risk for the rest of the text.
    """
    above = _place(document, path, value)
    expected = with_value(document.data, document.base + path, value)
    if value_at(above, path[-1]) is not None:
        return _proven(document, _replacement(document, above, path, value), expected, path)
    for edits in insertions(document.text, cast("Mapping", above), str(path[-1]), value, _is_json(document)):
        if _do(document, edits, expected, path):
            return edits
    raise CannotEdit(f"{dotted(path)}: no place was found where it changes nothing else")


def rename_key(document: Document, path: Path, name: str) -> tuple[Edit, ...]:
    """The edits that give the key at the end of a path another name.

    Raises:
        CannotEdit: it cannot be done without a risk for the rest of the text.
    """
    entry = _nameable(document, path, name)
    edit = Edit(entry.key.start, entry.key.end, _text(document, entry.key, name))
    expected = _renamed(document.data, document.base + path, name)
    return _proven(document, (edit,), expected, (*path[:-1], name))


def check(document: Document, change: Change) -> None:
    """What can be told of a change without reading the text again.

    Raises:
        CannotEdit: it cannot be made.
    """
    if isinstance(change, RenameKey):
        _nameable(document, change.path, change.name)
        return
    above = _place(document, change.path, change.value)
    if value_at(above, change.path[-1]) is not None:
        _stretch(document, above, change.path)


def data_after(data: Any, changes: Iterable[Change]) -> Any:
    """What changes make of the data, whatever becomes of the text."""
    for change in changes:
        if isinstance(change, RenameKey):
            data = _renamed(data, change.path, change.name)
        else:
            data = with_value(data, change.path, change.value)
    return data


def changed(document: Document, changes: Iterable[Change]) -> Document:
    """The document with several changes made, read again after each.

    Raises:
        CannotEdit: one of them cannot be made.
    """
    for change in changes:
        if isinstance(change, RenameKey):
            edits = rename_key(document, *change)
        else:
            edits = set_value(document, *change)
        document = reread(document, apply(document.text.text, edits))
    return document


def reread(document: Document, text: str) -> Document:
    """The same document of a text that was edited.

    Raises:
        CannotEdit: it cannot be read.
    """
    again = _read(document, text)
    if len(again) <= document.index or again[document.index].root is None:
        raise CannotEdit("the text could no longer be read")
    return replace(again[document.index], logto=document.logto)


# What is proven -------------------------------------------------------------------------------------------


def _place(document: Document, path: Path, value: Any) -> Node:
    """What a value is set in.

    Raises:
        CannotEdit: it has no place for it, or the value takes more than a line.
    """
    if written(value, Quotes.JSON) is None:
        raise CannotEdit(f"{dotted(path)}: only single values are written")
    above = opened(document, path)
    if value_at(above, path[-1]) is None and not (isinstance(above, Mapping) and isinstance(path[-1], str)):
        raise CannotEdit(f"{dotted(path[:-1]) or 'the config'}: has no place for {dotted(path[-1:])}")
    return above


def _nameable(document: Document, path: Path, name: str) -> Entry:
    """The entry whose key may get this name.

    Raises:
        CannotEdit: it is not there, or the name is.
    """
    above = opened(document, path)
    entry = entry_at(above, path[-1])
    if entry is None:
        raise CannotEdit(f"{dotted(path)}: is not there")
    if entry_at(above, name) is not None:
        raise CannotEdit(f"{dotted((*path[:-1], name))}: is there already")
    check_written(document, entry.key, path)
    return entry


def _proven(document: Document, edits: tuple[Edit, ...], expected: Any, path: Path) -> tuple[Edit, ...]:
    """The edits, which do what they were made for and nothing else.

    Raises:
        CannotEdit: they do not.
    """
    if not _do(document, edits, expected, path):
        raise CannotEdit(f"{dotted(path)}: an edit here would change more than that")
    return edits


def _do(document: Document, edits: tuple[Edit, ...], expected: Any, path: Path) -> bool:
    """Whether the edited text holds what is expected, and the documents beside this one what they held."""
    text = apply(document.text.text, edits)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return False
    before, after = _all_read(document), _read(document, text)
    if len(before) != len(after) or after[document.index].root is None:
        return False
    wanted = [expected if each.index == document.index else each.data for each in before]
    node = after[document.index].node(path)
    clear = not isinstance(node, Scalar) or node.ambiguity is None
    return clear and _canonical(wanted) == _canonical([each.data for each in after])


def _all_read(document: Document) -> list[Document]:
    """This document and those beside it; without a mark between them there are none."""
    alone = not any(mark in document.text.text for mark in ("---", "..."))
    return [document] if alone else _read(document, document.text.text)


def _canonical(data: Any) -> str:
    """A text that tells 1 from true."""
    return json.dumps(data, sort_keys=True)


def _read(document: Document, text: str) -> list[Document]:
    """All documents of a text, in the language of this one."""
    language = InputFormat.JSON if _is_json(document) else InputFormat.YAML
    return load_source(Source(document.path, text), language)


def _is_json(document: Document) -> bool:
    """Whether the whole text is JSON, which it stays: a `.yaml` file may be as well."""
    text = document.text.text
    return document.root is not None and text.startswith("{", document.root.start) and _reads_as_json(text)


@lru_cache(maxsize=1)
def _reads_as_json(text: str) -> bool:
    return read_json(Text("", text))[0] is not None


# What is written ----------------------------------------------------------------------------------------


def _replacement(document: Document, above: Node, path: Path, value: Any) -> tuple[Edit, ...]:
    """The edit that writes another value over a single one.

    Raises:
        CannotEdit: there is an object or an array, or something that cannot be edited.
    """
    start, end = _stretch(document, above, path)
    node = value_at(above, path[-1])
    if start == end or not isinstance(node, Scalar):
        return (Edit(start, end, f" {written(value, Quotes.NONE)}"),)
    return (Edit(start, end, _text(document, node, value)),)


def _stretch(document: Document, above: Node, path: Path) -> tuple[int, int]:
    """Where a single value is written; behind the colon, where it is written as nothing at all.

    Raises:
        CannotEdit: there is an object or an array, or something that cannot be edited.
    """
    node = value_at(above, path[-1])
    if not isinstance(node, Scalar):
        raise CannotEdit(f"{dotted(path)}: is no single value")
    if node.start < node.end:
        check_written(document, node, path)
        return node.start, node.end
    entry = entry_at(above, path[-1])
    colon = _COLON.match(document.text.text, entry.key.end) if entry else None
    if colon is None:
        raise CannotEdit(f"{dotted(path)}: is written as nothing at all")
    return colon.end(), colon.end()


def _text(document: Document, node: Scalar, value: Any) -> str:
    """A value in the quotes of the one it takes the place of."""
    quotes = Quotes.JSON if _is_json(document) else quotes_of(document.text.text, node.start)
    return written(value, quotes) or ""


def _renamed(data: Any, path: Path, name: str) -> Any:
    """The data with another name for the key at the end of a path."""
    if len(path) > 1:
        below = _renamed(data[path[0]], path[1:], name)
        return with_value(data, path[:1], below)
    return {name if key == path[0] else key: value for key, value in data.items()}

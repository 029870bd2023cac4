"""The comments of a YAML text: a `#` within a value is none, so its tokens decide, not its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.config.reading.yaml_reader import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.reading.text import Text

_COMMENT = re.compile(r"#[^\r\n]*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(?P<comment>#[^\r\n]*)")


class Comment(NamedTuple):
    """One comment, from its `#` to the end of its line."""

    start: int
    end: int
    document: int
    """The index of the document that it stands in; what is above the first `---` belongs to the first."""
    is_alone: bool
    """Whether nothing else stands on its line."""


def comments(text: Text) -> Iterator[Comment]:
    """The comments of a text that can be read, in order."""
    at, document, has_begun = 0, 0, False
    for token in tokens(text):
        yield from _between(text, at, token.start, document)
        if token.starts_document:
            document += has_begun
        # The token that starts the stream is empty, and belongs to no document yet.
        has_begun = has_begun or (token.start < token.end and not token.is_directive)
        if token.is_block_scalar:
            yield from _behind_header(text, token.start, document)
        at = max(at, token.end)


def _between(text: Text, start: int, end: int, document: int) -> Iterator[Comment]:
    for match in _COMMENT.finditer(text.text, start, end):
        yield _comment(text, match.start(), match.end(), document)


def _behind_header(text: Text, start: int, document: int) -> Iterator[Comment]:
    match = _HEADER.match(text.text, start)
    if match:
        yield _comment(text, match.start("comment"), match.end("comment"), document)


def _comment(text: Text, start: int, end: int, document: int) -> Comment:
    _, column = text.position(start)
    before = text.text[start - column + 1 : start]
    return Comment(start, end, document, not before.strip())

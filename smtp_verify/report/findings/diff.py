"""What fixes would change in a file, as a unified diff without its secrets."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.config import secrets
from smtp_verify.report.findings.snippet import masked_line
from smtp_verify.report.visible import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.config.document import Document
    from smtp_verify.report.style import Style

_CONTEXT = 3
_NO_LINE_END = "\\ No newline at end of file\n"


class _Lines(NamedTuple):
    """The lines of a text: with their ends as they are, and as they may show."""

    raw: list[str]
    shown: list[str]


def diff_text(before: Sequence[Document], after: Sequence[Document], style: Style) -> Iterator[str]:
    """The diff, line by line; nothing where nothing would change.

    Args:
        before: all documents of the file.
        after: the same with their fixes.
        style: the colors.
    """
    old, new = _lines(before), _lines(after)
    if old.raw == new.raw:
        return
    path = visible_line(before[0].path)
    yield f"{style('bold', f'--- {path}')}\n{style('bold', f'+++ {path}')}\n"
    # By the lines as they are: two that differ in a secret alone show alike.
    for group in difflib.SequenceMatcher(None, old.raw, new.raw).get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        stretch = f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        yield f"{style('dim', stretch)}\n"
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from _marked(" ", old, range(old_start, old_end), style)
                continue
            yield from _marked("-", old, range(old_start, old_end), style)
            yield from _marked("+", new, range(new_start, new_end), style)


def _range(start: int, end: int) -> str:
    """As `diff -u` counts: from 1, and an empty one by the line before it."""
    return str(start + 1) if end - start == 1 else f"{start + (end > start)},{end - start}"


def _marked(mark: str, lines: _Lines, numbers: range, style: Style) -> Iterator[str]:
    color = {"-": "error", "+": "good"}.get(mark)
    for number in numbers:
        line = mark + lines.shown[number]
        yield f"{style(color, line) if color else line}\n"
        if lines.raw[number][-1:] not in ("\n", "\r"):
            yield _NO_LINE_END


def _lines(documents: Sequence[Document]) -> _Lines:
    """All documents of a file have one text, and each knows its own secrets."""
    text = documents[0].text
    hidden = sorted({span for document in documents for span in secrets.spans(document)})
    count, column = text.position(len(text.text))
    numbers = range(1, count + (column > 1))
    starts = [text.line_start(number) for number in numbers]
    ends = [*starts[1:], len(text.text)]
    raw = [text.text[start:end] for start, end in zip(starts, ends, strict=True)]
    return _Lines(raw, [visible(masked_line(text, number, hidden)) for number in numbers])

"""The source line of a finding with a caret under it, and never a secret in it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from smtp_verify.redaction import MASK
from smtp_verify.report.visible import visible

if TYPE_CHECKING:
    from smtp_verify.config.reading.text import Text
    from smtp_verify.finding import Location

_WIDTH = 100
_BEFORE = 60


def snippet(text: Text, place: Location, secrets: list[tuple[int, int]]) -> tuple[str, str]:
    """The line of a place, and the line with carets that goes below it."""
    line = text.line(place.line)
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    start = place.column - 1
    line, start, end = _mask(line, text, place.line, start, end, secrets)
    line, start, end = _window(line.replace("\t", " "), start, end)
    before, marked = visible(line[:start]), visible(line[start:end])
    return before + marked + visible(line[end:]), " " * _cells(before) + "^" * max(_cells(marked), 1)


def masked_line(text: Text, number: int, secrets: list[tuple[int, int]]) -> str:
    """A whole line without its secrets."""
    return _mask(text.line(number), text, number, 0, 0, secrets)[0]


def _mask(
    line: str, text: Text, number: int, start: int, end: int, secrets: list[tuple[int, int]]
) -> tuple[str, int, int]:
    """The line with each secret stretch as asterisks; the marks move with the text."""
    line_start = text.line_start(number)
    # A set: an anchor's value comes once for each alias.
    # They come sorted and apart: the others are skipped.
    first = max(bisect_right(secrets, (line_start, line_start)) - 1, 0)
    here = secrets[first : bisect_left(secrets, (line_start + len(line), 0))]
    stretches = {(max(a - line_start, 0), min(b - line_start, len(line))) for a, b in here}
    for a, b in sorted((pair for pair in stretches if pair[0] < pair[1]), reverse=True):
        line = line[:a] + MASK + line[b:]
        start, end = (_moved(at, a, b) for at in (start, end))
    return line, start, end


def _moved(at: int, a: int, b: int) -> int:
    if at <= a:
        return at
    return a + len(MASK) if at <= b else at - (b - a) + len(MASK)


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A long line, cut around its mark."""
    if len(line) <= _WIDTH:
        return line, start, min(end, len(line))
    left = max(0, min(start - _BEFORE, len(line) - _WIDTH))
    cut = line[left : left + _WIDTH]
    lead = "…" if left else ""
    tail = "…" if left + _WIDTH < len(line) else ""
    shift = len(lead) - left
    return lead + cut + tail, start + shift, min(end + shift, len(lead) + len(cut))


def _cells(text: str) -> int:
    """How many columns a terminal gives the text."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

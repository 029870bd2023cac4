"""A text that knows its lines, and makes findings about itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from smtp_verify.finding import Finding, Location, Severity

_LINE_END = re.compile(r"\r\n|\r|\n")


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

    def error(self, code: str, start: int, end: int, message: str, help_: str = "") -> Finding:
        """A finding of severity error at a stretch of this text."""
        return Finding(self.location(start, end), code, Severity.ERROR, message, help_)

    def warning(
        self, code: str, start: int, end: int, message: str, help_: str = "", pointer: str = ""
    ) -> Finding:
        """A finding of severity warning at a stretch of this text."""
        return Finding(self.location(start, end), code, Severity.WARNING, message, help_, pointer)

"""How far `validate` is, on one line of a terminal: by hand, as Rich takes as long to load as many files."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

from smtp_verify.cli.terminal.say import say
from smtp_verify.report.style import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from smtp_verify.lint.verdict import Verdict


_WAIT = 0.5
"""Seconds before the first line: most runs are over by then."""
_PAUSE = 0.1
"""Seconds between two lines."""
_USUAL_WIDTH = 80
_ERASE = "\x1b[2K"
"""ECMA-48 EL: empties the line that the cursor is on."""


def with_progress(
    verdicts: Iterable[Verdict],
    count: Callable[[], int],
    stream: TextIO,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Verdict, None, None]:
    """Pass the verdicts on, and say meanwhile how many files have been checked.

    Args:
        verdicts: one for each document, in the order of the files.
        count: how many files there are; it is asked only where the run takes a while.
        stream: the terminal.
        clock: tells the seconds.
    """
    checked = failed = total = 0
    due = clock() + _WAIT
    try:
        for verdict in verdicts:
            checked += verdict.index == 0
            failed += not verdict.valid
            if clock() >= due:
                total = total or count()
                _tell(stream, f"checked {checked:,} of {max(total, checked):,}; {failed:,} not valid")
                due = clock() + _PAUSE
            yield verdict
    finally:
        if total:
            _tell(stream, "")


def watches(prints: bool) -> bool:
    """Whether there is a terminal to tell it to, whose lines nothing else is printed between.

    Args:
        prints: whether results go to standard output while the work goes on.
    """
    return is_terminal(sys.stderr) and not (prints and is_terminal(sys.stdout))


def _tell(stream: TextIO, text: str) -> None:
    """The line, the cursor at its beginning: what else is said then stands in its place."""
    try:
        # 0 where nobody has told the terminal its size.
        width = os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH
    except (OSError, ValueError):
        width = _USUAL_WIDTH
    try:
        stream.write(f"\r{_ERASE}{text[: width - 1]}\r")
        stream.flush()
    except OSError:
        # The terminal has gone; the work goes on.
        pass


def progress_note() -> Callable[[str], None]:
    """Says what is being done, to a person who waits."""
    return (lambda words: say(f"{words} …")) if is_terminal(sys.stderr) else (lambda _: None)

"""A line on standard error."""

from __future__ import annotations

import sys

from smtp_verify.report.visible import visible_line


def say(text: str) -> None:
    """A line on standard error, with nothing in it that could move a cursor or begin another line.

    GitHub's runner takes a line that begins with `::` for a command, and a path may hold a line feed.
    """
    if sys.stderr is not None:
        try:
            print(visible_line(text), file=sys.stderr, flush=True)  # noqa: T201 - standard error is for people
        except OSError:
            # Standard error cannot be written; keep the result and the exit code.
            sys.stderr = None

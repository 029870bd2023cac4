"""The lines of a report, each of which knows its margin: on a terminal a long one is broken between words.

A line that goes elsewhere stays whole: programs and searches read it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smtp_verify.report.style import Style

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_LEAST = 24
"""Columns that a text needs beside its margin."""
_MARGIN = 4


class Line(NamedTuple):
    """One line of a report, without its end."""

    text: str
    margin: int = _MARGIN
    """Columns before what follows under it, where it has to be broken."""
    is_whole: bool = False
    """Whether it is to be copied, and never broken."""


def labelled(rows: Sequence[tuple[str, str]], style: Style, once: bool = False) -> Iterator[Line]:
    """A line for each value, behind its name.

    Args:
        rows: names and values.
        style: the colors.
        once: say a name once, above what follows under it.
    """
    width = max((len(name) for name, _ in rows), default=0)
    before = ""
    for name, value in rows:
        shown = "" if once and name == before else name
        yield Line(f"{style('dim', shown.rjust(width))}  {value}", width + 2, name == "write")
        before = name


def folded(lines: Iterable[Line], width: int, redact: Callable[[str], str]) -> str:
    """The lines as a text, none longer than `width` columns unless one of its words is; 0 breaks none.

    Args:
        lines: in their order.
        width: that of the terminal, or 0.
        redact: masks secrets, of which a broken line would hide one.
    """
    told = (line._replace(text=redact(line.text)) for line in lines)
    return "".join(f"{_broken(line, width) if width and not line.is_whole else line.text}\n" for line in told)


def _broken(line: Line, width: int) -> str:
    if _columns(line.text) <= width:
        return line.text
    margin = line.margin if line.margin + _LEAST <= width else _MARGIN
    lines: list[str] = []
    first, *words = line.text.split(" ")
    now, columns = first, _columns(first)
    for word in words:
        # The margin itself is spaces, between which nothing is broken.
        if columns > margin and columns + 1 + _columns(word) > width:
            lines.append(now.rstrip(" "))
            now, columns = " " * margin + word, margin + _columns(word)
        else:
            now, columns = f"{now} {word}", columns + 1 + _columns(word)
    return "\n".join([*lines, now])


def _columns(text: str) -> int:
    return len(_SGR.sub("", text))

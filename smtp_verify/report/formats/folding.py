"""Long lines on a terminal: broken between words, what follows under what it belongs to.

A line that goes elsewhere stays whole: programs and searches read it.
"""

from __future__ import annotations

import re

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_LABEL = re.compile(r" *[a-z][a-z ]*  (?=\S)")
_TABLE_ROW = re.compile(r"[* ]  [0-9]+ ")
_AS_WRITTEN = re.compile(r" *write  ")
"""What is to be copied."""
_LEAST = 24
"""Columns that a text needs beside its margin."""
_MARGIN = 4


def folded(text: str, width: int) -> str:
    """The text, no line longer than `width` columns unless one of its words is; 0 leaves it as it is."""
    if not width:
        return text
    return "\n".join(_fold(line, width) for line in text.split("\n"))


def _fold(line: str, width: int) -> str:
    plain = _SGR.sub("", line)
    if len(plain) <= width or _AS_WRITTEN.match(plain):
        return line
    margin = _margin(plain)
    margin = margin if margin + _LEAST <= width else _MARGIN
    lines: list[str] = []
    first, *words = line.split(" ")
    now, columns = first, _columns(first)
    for word in words:
        # The margin itself is spaces, between which nothing is broken.
        if columns > margin and columns + 1 + _columns(word) > width:
            lines.append(now.rstrip(" "))
            now, columns = " " * margin + word, margin + _columns(word)
        else:
            now, columns = f"{now} {word}", columns + 1 + _columns(word)
    return "\n".join([*lines, now])


def _margin(plain: str) -> int:
    """Where the value of a labelled line begins, or the last cell of a row of a table."""
    label = _LABEL.match(plain)
    if label is not None:
        return label.end()
    return plain.rindex("  ") + 2 if _TABLE_ROW.match(plain) else _MARGIN


def _columns(text: str) -> int:
    return len(_SGR.sub("", text))

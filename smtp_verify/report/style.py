"""Colour as SGR codes, where a stream takes it.

Rich is for the live view; its import costs more than a whole report.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import NamedTuple, TextIO

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "good": "1;32",
    "bold": "1",
    "dim": "2",
    "place": "1",
}


class ColorMode(Enum):
    """When to use color."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Style(NamedTuple):
    """Paints text, or leaves it as it is."""

    enabled: bool = False
    width: int = 0
    """Columns of the terminal that it goes to; 0 where it goes elsewhere."""

    def __call__(self, name: str, text: str) -> str:
        """The text in the color of this name."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.enabled and text else text


def style_for(stream: TextIO | None, mode: ColorMode = ColorMode.AUTO) -> Style:
    """Whether a stream takes color, and how wide it is."""
    return Style(_takes_color(stream, mode), _width(stream))


def _takes_color(stream: TextIO | None, mode: ColorMode) -> bool:
    """The option, then NO_COLOR, FORCE_COLOR, TERM=dumb and the terminal."""
    if mode is not ColorMode.AUTO:
        return mode is ColorMode.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks on, at a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO | None) -> int:
    """The columns of a terminal; 0 of anything else, and of one that does not tell."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream and stream.isatty() else 0
    except (OSError, ValueError):
        return 0

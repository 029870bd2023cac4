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
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Style(NamedTuple):
    """Paints text, or leaves it as it is."""

    enabled: bool = False

    def __call__(self, name: str, text: str) -> str:
        """The text in the colour of this name."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.enabled and text else text


def style_for(stream: TextIO | None, mode: ColorMode = ColorMode.AUTO) -> Style:
    """Whether a stream takes colour: the option, then NO_COLOR, FORCE_COLOR, TERM=dumb and the terminal."""
    if mode is not ColorMode.AUTO:
        return Style(mode is ColorMode.ALWAYS)
    if os.environ.get("NO_COLOR"):
        return Style(False)
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return Style(True)
    return Style(stream is not None and os.environ.get("TERM") != "dumb" and stream.isatty())

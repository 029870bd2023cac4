"""The one door to a terminal: control characters of a file or a server become visible escapes."""

from __future__ import annotations

import re

# C0 but \n and \t, DEL and C1, bidi controls, lone surrogates, and the line separators of Unicode.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with every hidden character as `\\x1b`, `\\u202e` and the like."""
    return _HIDDEN.sub(_escape, text)


def visible_line(text: str) -> str:
    """The same for a text that must stay on its line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

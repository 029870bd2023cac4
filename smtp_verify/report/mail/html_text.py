"""An HTML body as readable text, for a terminal.

The standard library's parser raises on some markup, and takes a time that grows with the square of other.
"""

from __future__ import annotations

import re
from html import unescape

_BLOCKS = frozenset(
    (
        "address article aside blockquote body center div dl dt dd fieldset figure footer form h1 "
        "h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul"
    ).split()
)
_SPACED = frozenset(("blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul").split())
_SILENT = frozenset(("head script style template title noscript").split())
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MANY_BREAKS = re.compile(r"\n{3,}")


# Possessive, and content to end with the text: whatever a match has begun it also ends, so time is linear.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<slash>/?)(?P<tag>[A-Za-z][^\s/>]*+)"
    r"(?P<rest>(?:=\s*+\"[^\"]*+(?:\"|\Z)|=\s*+'[^']*+(?:'|\Z)|[^>])*+)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>]*+)))?""",
)
_RAW_END = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style")}


class _Reader:
    """Collects text; blocks start on a line of their own, links show where they lead."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.silent = 0
        self.preformatted = 0
        self.link: str | None = None
        self.link_start = 0

    def read(self, html: str) -> None:
        position = 0
        while match := _MARKUP.search(html, position):
            self._text(unescape(html[position : match.start()]))
            position = match.end()
            tag = (match["tag"] or "").lower()
            if match["slash"]:
                self._end(tag)
            elif tag:
                self._start(tag, match["rest"])
                position = _after_raw(html, position, tag)
        self._text(unescape(html[position:]))

    def _start(self, tag: str, rest: str) -> None:
        self.silent += tag in _SILENT
        self.preformatted += tag == "pre"
        if tag == "br":
            self.pieces.append("\n")
        elif tag == "hr":
            self.pieces.append("\n----\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "img":
            attributes = _attributes(rest)
            self._text(f"[image: {attributes.get('alt') or attributes.get('src') or ''}]")
        elif tag == "a":
            self.link, self.link_start = _attributes(rest).get("href"), len(self.pieces)
        elif tag in _BLOCKS:
            self._block(tag)

    def _end(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._block(tag)

    def _text(self, text: str) -> None:
        if self.silent:
            return
        if not self.preformatted:
            text = _SPACES.sub(" ", text)
        self.pieces.append(text)

    def _block(self, tag: str) -> None:
        self.pieces.append("\n\n" if tag in _SPACED else "\n")

    def _end_link(self) -> None:
        text = "".join(self.pieces[self.link_start :])
        if self.link and not self.silent and self.link.strip() != text.strip():
            self.pieces.append(f" <{self.link}>")
        self.link = None


def _attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag; of duplicates the first counts."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found


def _after_raw(html: str, position: int, tag: str) -> int:
    """Past the content of a script or a style sheet, in which nothing is markup."""
    if tag not in _RAW_END:
        return position
    end = _RAW_END[tag].search(html, position)
    return end.start() if end else len(html)


def html_to_text(html: str) -> str:
    """The text a reader of the page would see, line by line."""
    reader = _Reader()
    reader.read(html)
    lines = "".join(reader.pieces).split("\n")
    text = "\n".join(re.sub(r"  +", " ", line).strip() for line in lines)
    return _MANY_BREAKS.sub("\n\n", text).strip("\n")

"""An HTML body as readable text, for a terminal."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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


class _Reader(HTMLParser):
    """Collects text; blocks start on a line of their own, links show where they lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0
        self.preformatted = 0
        self.link: str | None = None
        self.link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
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
            self._text(f"[image: {attributes.get('alt') or attributes.get('src') or ''}]")
        elif tag == "a":
            self.link, self.link_text = attributes.get("href"), ""
        elif tag in _BLOCKS:
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._block(tag)

    def handle_data(self, data: str) -> None:
        self._text(data)

    def _text(self, text: str) -> None:
        if self.silent:
            return
        if not self.preformatted:
            text = _SPACES.sub(" ", text)
        self.link_text += text
        self.pieces.append(text)

    def _block(self, tag: str) -> None:
        self.pieces.append("\n\n" if tag in _SPACED else "\n")

    def _end_link(self) -> None:
        if self.link and self.link.strip() != self.link_text.strip():
            self.pieces.append(f" <{self.link}>")
        self.link = None


def html_to_text(html: str) -> str:
    """The text a reader of the page would see, line by line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.pieces).split("\n")
    text = "\n".join(re.sub(r"  +", " ", line).strip() for line in lines)
    return _MANY_BREAKS.sub("\n\n", text).strip("\n")

"""Comments that ignore findings: `# smtp-verify: ignore[SV601] reason`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify import codes
from smtp_verify.config.reading.comments import comments
from smtp_verify.config.reading.tree import Mapping, Scalar, Sequence
from smtp_verify.finding import MARK
from smtp_verify.lint.registry import MOST_FINDINGS
from smtp_verify.lint.selection import known_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.reading.comments import Comment
    from smtp_verify.config.reading.text import Text
    from smtp_verify.config.reading.tree import Node
    from smtp_verify.finding import Finding

_TO_US = re.compile(rf"#[ \t]*{MARK}[ \t]*(?P<verb>[\w-]+)[ \t]*(?P<codes>\[[^\]]*\]?)?")
_WORD = re.compile(r"[^\s,\[\]]+")
_WHOLE = "ignore-file"
_VERBS = ("ignore", _WHOLE)
_HELP = "write # smtp-verify: ignore[SV601] and the reason; smtp-verify explain --list lists all codes"
_LAST = 1 << 30
"""A column behind every other."""

_codes_of = lru_cache(maxsize=512)(known_codes.codes_of)
_OF_THE_MACHINE = frozenset({"SV902"})
"""Found or not by the mode of a file, which differs from one machine to the next."""

Place = tuple[int, int]
"""A line and a column."""


class _Word(NamedTuple):
    """One code, prefix or name that a comment ignores, with its offset."""

    text: str
    start: int
    codes: frozenset[str]


class _Reach(NamedTuple):
    """A stretch of the text, its end included, with what is ignored there."""

    start: Place
    end: Place


def ignore(document: Document, found: Iterable[Finding]) -> tuple[frozenset[Finding], tuple[Finding, ...]]:
    """What a document's comments ignore, and what is wrong with those comments."""
    ordered = sorted(found)
    starts = [(finding.location.line, finding.location.column) for finding in ordered]
    ignored: set[Finding] = set()
    unused: list[_Word] = []
    wrong: list[Finding] = []
    for reaches, words in _orders(document, wrong):
        here: list[Finding] = []
        for reach in reaches:
            here += ordered[bisect_left(starts, reach.start) : bisect_right(starts, reach.end)]
        present = {finding.code for finding in here}
        meant = {code for word in words for code in word.codes}
        ignored.update(finding for finding in here if finding.code in meant)
        unused += (word for word in words if not word.codes & (present | _OF_THE_MACHINE))
    remarks = (_unused(document.text, word) for word in islice(unused, MOST_FINDINGS))
    return frozenset(ignored), (*wrong, *remarks)


def _orders(document: Document, wrong: list[Finding]) -> Iterator[tuple[list[_Reach], list[_Word]]]:
    """What is ignored, and where; a comment that cannot be read adds to `wrong`."""
    text = document.text
    everywhere: list[_Word] = []
    above: dict[int, list[_Word]] = defaultdict(list)
    beside: dict[int, list[_Word]] = defaultdict(list)
    below = 0
    for comment, match in _to_us(text).get(document.index, ()):
        words = list(_words(text, match, wrong))
        line, _ = text.position(comment.start)
        if match["verb"] == _WHOLE:
            everywhere += words
        elif comment.is_alone:
            # Comments in one block are above the same line.
            below = below if line < below else _line_below(text, line)
            above[below] += words
        else:
            beside[line] += words
    if everywhere:
        yield [_Reach((0, 0), (_LAST, _LAST))], everywhere
    if above or beside:
        parts = _Parts(document)
        yield from (([_line(line), *parts.begun_on(line)], words) for line, words in above.items())
        yield from (([_line(line), *parts.texts_on(line)], words) for line, words in beside.items())


@lru_cache(maxsize=1)
def _to_us(text: Text) -> dict[int, list[tuple[Comment, re.Match[str]]]]:
    """The comments to us by document: the documents of one text ask one after the other."""
    found: dict[int, list[tuple[Comment, re.Match[str]]]] = defaultdict(list)
    for comment in comments(text):
        for match in _TO_US.finditer(text.text, comment.start, comment.end):
            found[comment.document].append((comment, match))
    return found


def _words(text: Text, match: re.Match[str], wrong: list[Finding]) -> Iterator[_Word]:
    """What a comment names; where it names nothing, a finding says so."""
    verb, brackets = match["verb"], match["codes"]
    if verb not in _VERBS:
        # Anything else behind our name is prose.
        if brackets or verb.lower().startswith("ignore"):
            message = f"{verb} must be one of {', '.join(_VERBS)}"
            _malformed(text, match.span("verb"), message, _HELP, wrong)
        return
    named = list(_WORD.finditer(text.text, *match.span("codes"))) if brackets else []
    if not named:
        _malformed(text, match.span("verb"), "a comment that names no code to ignore", _HELP, wrong)
    for word in named:
        meant = _codes_of(word[0])
        if meant:
            yield _Word(word[0], word.start(), meant)
        elif len(wrong) < MOST_FINDINGS:
            message, _, question = known_codes.unknown(word[0]).partition("; ")
            _malformed(text, word.span(), message, question, wrong)


def _malformed(text: Text, span: tuple[int, int], message: str, help_: str, wrong: list[Finding]) -> None:
    if len(wrong) < MOST_FINDINGS:
        wrong.append(text.warning(codes.MALFORMED_IGNORE, *span, message, help_))


def _unused(text: Text, word: _Word) -> Finding:
    message = f"there is no finding {word.text} here to ignore"
    end = word.start + len(word.text)
    return text.warning(codes.UNUSED_IGNORE, word.start, end, message, "remove it, or the whole comment")


def _line(number: int) -> _Reach:
    return _Reach((number, 0), (number, _LAST))


def _line_below(text: Text, number: int) -> int:
    """The first line below that holds more than blanks, the dash of an item, or a comment."""
    number += 1
    # No value begins with a # there: what a comment stands alone above is no text of several lines.
    while number < text.line_count and text.line(number).lstrip(" \t-")[:1] in ("", "#"):
        number += 1
    return number


class _Parts:
    """The entries and items of a document, and its texts of several lines, by the lines they stand on."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._begun: dict[int, list[_Reach]] = defaultdict(list)
        self._texts: dict[int, list[_Reach]] = defaultdict(list)
        if document.root is not None:
            self._add(document.root, 0)

    def begun_on(self, line: int) -> list[_Reach]:
        """The outermost entries and items that begin on a line."""
        return self._begun.get(line, [])

    def texts_on(self, line: int) -> list[_Reach]:
        """The texts of several lines that begin or end on a line: no comment can stand within."""
        return self._texts.get(line, [])

    def _add(self, node: Node, above: int) -> int:
        """Take down a node that lies in what begins on the line `above`; returns the offset where it ends."""
        end = node.start
        if isinstance(node, Mapping):
            for key, value in node.entries:
                end = max(end, self._part(key.start, key.end, value, above))
        elif isinstance(node, Sequence):
            for item in node.items:
                end = max(end, self._part(item.start, item.start, item, above))
        else:
            self._add_text(node)
        return max(end, node.end) if isinstance(node, Scalar) else end

    def _part(self, start: int, key_end: int, value: Node, above: int) -> int:
        """One entry or item; an alias stands for a value elsewhere, which is taken down there."""
        line, column = self._text.position(start)
        end = key_end if value.start < start else max(key_end, self._add(value, line))
        if line != above:
            self._begun[line].append(_Reach((line, column), self._text.position(end)))
        return end

    def _add_text(self, node: Scalar) -> None:
        start, end = self._text.position(node.start), self._text.position(node.end)
        if start[0] != end[0]:
            for line in (start[0], end[0]):
                self._texts[line].append(_Reach(start, end))

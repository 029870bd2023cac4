"""The pages of `explain`, as text and as Markdown."""

from __future__ import annotations

import re
import textwrap
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 80
_CODE_SPAN = re.compile(r"(`[^`]*`|https?://\S+)")
_SPECIAL = re.compile(r"([\\*_<\[\]|])")


class Kind(Enum):
    """What a part of a page is."""

    PROSE = "prose"
    SENTENCE = "sentence"
    """In one line behind its label."""
    EXAMPLE = "example"
    LIST = "list"
    """Lines of a code and what it means, two spaces apart."""


class Part(NamedTuple):
    """One part of a page."""

    kind: Kind
    text: str
    label: str = ""


class Page(NamedTuple):
    """What there is to say of one code."""

    title: str
    parts: tuple[Part, ...]


def page_text(page: Page) -> Iterator[str]:
    """The lines of a page for a terminal."""
    yield page.title
    before: Kind | None = None
    for part in page.parts:
        if before is not Kind.SENTENCE or part.kind is not Kind.SENTENCE:
            yield ""
        yield from _part_text(part)
        before = part.kind


def _part_text(part: Part) -> Iterator[str]:
    if part.kind is Kind.SENTENCE:
        yield f"{part.label}: {part.text}" if part.label else part.text
        return
    if part.label:
        yield f"{part.label}:"
    for line in part.text.split("\n"):
        if part.kind is Kind.PROSE and line:
            yield from textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
        else:
            yield f"  {line}".rstrip()


def page_markdown(page: Page) -> Iterator[str]:
    """The same in Markdown."""
    yield f"# {_escaped(page.title)}"
    for part in page.parts:
        yield ""
        yield from _part_markdown(part)


def _part_markdown(part: Part) -> Iterator[str]:
    label = f"**{part.label}:** " if part.label else ""
    if part.kind is Kind.EXAMPLE:
        fence = "console" if part.text.startswith("$ ") else "yaml"
        yield from (label.rstrip(), "", f"```{fence}", part.text, "```")
    elif part.kind is Kind.LIST:
        yield from (*([label.rstrip(), ""] if label else []), "| code | meaning |", "|---|---|")
        for line in part.text.split("\n"):
            code, _, meaning = line.strip().partition("  ")
            yield f"| {code} | {_escaped(meaning.strip())} |"
    else:
        yield f"{label}{_escaped(part.text)}"


def _escaped(text: str) -> str:
    """Text whose signs mean themselves in Markdown; what stands between backticks does anyway."""
    pieces = _CODE_SPAN.split(text)
    return "".join(piece if at % 2 else _SPECIAL.sub(r"\\\1", piece) for at, piece in enumerate(pieces))

"""The page of a rule: the fact, why, a bad and a good example, and the source; read from its docstring."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.lint.registry import RULES
from smtp_verify.lint.structure_pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(r"https://[^\s;]+")
_SECTION = re.compile(r"^(Bad|Good|Stops|Source):[ \n]", re.MULTILINE)

FAMILIES = (
    ("SV0", "the text: what is no JSON or YAML"),
    ("SV1", "the structure: keys, types, values"),
    ("SV2", "the server and the security of the channel"),
    ("SV3", "authentication"),
    ("SV4", "the sender and other addresses"),
    ("SV5", "custom headers"),
    ("SV6", "templates and their variables"),
    ("SV7", "Logto's traps: Test, Save, the Console, keys that switch nodemailer's transport"),
    ("SV8", "providers"),
    ("SV9", "placeholders, the file itself, and comments that ignore findings"),
)
"""What the first digit of a code stands for."""


class RulePage(NamedTuple):
    """What `explain` tells of a finding."""

    code: str
    name: str
    fact: str
    """One sentence."""
    why: str
    """Paragraphs, each on one line, apart by an empty one."""
    bad: str
    """YAML that is laid over a config without faults, or commands (`$ …`) run beside one; fires the code."""
    good: str
    """The same, corrected."""
    source: str
    stops: str = ""
    """Where Logto accepts a config with it and cannot send; empty where it can."""

    @property
    def link(self) -> str:
        """Where to read on; empty where the source is no page of the web."""
        found = _LINK.search(self.source)
        return found[0] if found else ""


def page_of(code: str) -> RulePage:
    """The page of one code.

    Raises:
        KeyError: no finding has that code.
    """
    for rule in RULES:
        if rule.code == code:
            return _read(code, rule.name, rule.check.__doc__ or "")
    return _read(code, *PAGES[code])


def find(word: str) -> RulePage | None:
    """The page of a code, or of a rule's name, in letters of either case."""
    named = {rule.name: rule.code for rule in RULES} | {name: code for code, (name, _) in PAGES.items()}
    code = named.get(word.lower(), word.upper())
    return page_of(code) if code in named.values() else None


def codes() -> list[str]:
    """Every code that has a page, in order."""
    return sorted({*PAGES, *(rule.code for rule in RULES)})


def pages() -> Iterator[RulePage]:
    """Every page, in the order of the codes."""
    yield from map(page_of, codes())


def _read(code: str, name: str, text: str) -> RulePage:
    """A docstring taken apart at `Bad:`, `Good:` and `Source:`."""
    head, *rest = _SECTION.split(inspect.cleandoc(text))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    fact, _, why = head.strip().partition("\n\n")
    return RulePage(
        code,
        name,
        " ".join(fact.split()),
        "\n\n".join(" ".join(paragraph.split()) for paragraph in why.split("\n\n")),
        _example(sections.get("Bad", "")),
        _example(sections.get("Good", "")),
        " ".join(sections.get("Source", "").split()),
        " ".join(sections.get("Stops", "").split()),
    )


def _example(text: str) -> str:
    return inspect.cleandoc("\n" + text).strip("\n")

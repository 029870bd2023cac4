"""Every code that a finding may have, and what a word stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify import codes
from smtp_verify.lint.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable


FAMILY = "SV"
ALL = frozenset((*codes.ALL, *(rule.code for rule in RULES)))
"""Every code that a finding may have."""


def codes_of(word: str) -> frozenset[str]:
    """The codes that a code, a prefix of codes or a rule's name stands for; none where it is unknown."""
    if word.upper().startswith(FAMILY):
        return frozenset(code for code in ALL if code.startswith(word.upper()))
    return frozenset(code for name, code in _names() if name == word.lower())


def unknown(word: str) -> str:
    """What there is to say of a word that stands for no code."""
    from smtp_verify.config.schema.suggestions import did_you_mean

    meant = did_you_mean(word, (*sorted(ALL), *(name for name, _ in _names())))
    question = meant or "smtp-verify explain --list lists them all"
    return f"there is no finding {word!r}; {question}"


def _names() -> Iterable[tuple[str, str]]:
    from smtp_verify.lint.structure_pages import PAGES

    yield from ((rule.name, rule.code) for rule in RULES)
    yield from ((name, code) for code, (name, _) in PAGES.items())

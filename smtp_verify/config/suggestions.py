"""What a misspelt word was meant to be."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SUGGESTIONS = 200
"""Keys of one object, templates of one list: looking for a resemblance is slow, and no config has as many."""
_ALIKE = 0.65
_SHORTEST = 4
"""Letters of a choice for which one slip is certain to be one."""
_SYNONYMS = {
    "password": ("pass",),
    "username": ("user",),
    "login": ("user",),
    "hostname": ("host",),
    "server": ("host",),
    "from": ("fromEmail",),
    "sender": ("fromEmail",),
    "ssl": ("secure",),
    "starttls": ("requireTLS",),
    "headers": ("customHeaders",),
    "helo": ("name",),
    "body": ("content",),
    "html": ("content", "text/html"),
    "text": ("content", "text/plain"),
    "plain": ("text/plain",),
    "title": ("subject",),
    "usage": ("usageType",),
    "mime": ("contentType",),
}
"""What other tools call these keys and values."""


class Meant(NamedTuple):
    """The one choice that a word can stand for."""

    choice: str
    certain: bool
    """It is another spelling, what other tools call it, or a slip of one letter; else a mere resemblance."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The choice that a word resembles, as a question; empty where it resembles none."""
    known = _known(choices)
    close = difflib.get_close_matches(_folded(word), known, n=1, cutoff=_ALIKE)
    return f"did you mean {known[close[0]]}?" if close else ""


@lru_cache(maxsize=1024)  # each fix looks at the same keys again
def meant(word: str, choices: tuple[str, ...]) -> Meant | None:
    """The choice that a word stands for, or None where it resembles none or several alike."""
    known, folded = _known(choices), _folded(word)
    if folded in known:
        return Meant(known[folded], certain=True)
    slips = {known[each] for each in known if len(each) >= _SHORTEST and _one_slip(folded, each)}
    alike = slips or {known[each] for each in difflib.get_close_matches(folded, known, n=9, cutoff=_ALIKE)}
    return Meant(next(iter(alike)), certain=bool(slips)) if len(alike) == 1 else None


def _known(choices: Iterable[str]) -> dict[str, str]:
    """Each choice by its folded spelling, and by what other tools call it."""
    choices = tuple(choices)
    folded = {_folded(choice): choice for choice in choices}
    for synonym, names in _SYNONYMS.items():
        for choice in choices:
            if choice in names:
                folded.setdefault(synonym, choice)
    return folded


def _one_slip(word: str, other: str) -> bool:
    """Whether a letter too many, one too few, a wrong one or two that changed places part the words."""
    short, long = sorted((word, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return word != other and (swapped or short[at + 1 :] == long[at + 1 :])


def _folded(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")

"""What a misspelt word was meant to be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SUGGESTIONS = 200
"""Keys of one object, templates of one list: looking for a resemblance is slow, and no config has as many."""
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


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The choice that a word resembles, as a question; empty where it resembles none."""
    choices = tuple(choices)
    folded = {_folded(choice): choice for choice in choices}
    for synonym, meant in _SYNONYMS.items():
        for choice in choices:
            if choice in meant:
                folded.setdefault(synonym, choice)
    close = difflib.get_close_matches(_folded(word), folded, n=1, cutoff=0.65)
    return f"did you mean {folded[close[0]]}?" if close else ""


def _folded(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")

"""The greater part of a secret, found wherever it shows: cut short, in other letters, spelt out, as numbers.

A secret is compared as a row of small letters without blanks and commas, and a text likewise: as it stands,
and as what its hexadecimal, decimal and octal numbers stand for.
"""

from __future__ import annotations

import binascii
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 6
"""A shorter secret would mask common words; it is hidden by its place instead."""
_RUN = 8
"""So many characters of a secret in a row give too much of it away."""
_WORD = 12
"""So many where they are letters, and the rest of the secret is not: a name of the provider may be in it."""
# Compiled where they are used: every command loads this module, and few have a text to search.
_BLANK = r"[\s,\0\xad\u200b-\u200f\u2060\ufeff]"
"""What may stand between letters and is not seen, or is that of UTF-16."""
_MARK = r"[\s%=+:;,.|\\xXuUhH&#\"'<>/_{}()\[\]-]"
_PAIRS = rf"[0-9a-fA-F]{{2}}(?:(?:0[xX]|{_MARK})*[0-9a-fA-F]{{2}}){{5,}}"
_PAIR_MARK = r"0[xX]|[^0-9a-fA-F]"
_NUMBERS = r"(?:0o)?\d{2,4}(?:[\s,;.:&#\\+|\"'<>/_{}()\[\]-]+(?:0o)?\d{2,4}){5,}"
_NUMBER = r"(?:0o)?(\d+)"
_TRIPLES = r"(?:[0-3]\d\d){6,}"
_BASE64 = r"[A-Za-z0-9+/_-]{11,}"
_ESCAPE = (
    r"(?i)[%=](?P<byte>[0-9a-f]{2})|\\x(?P<hex>[0-9a-f]{2})|\\u(?P<code>[0-9a-f]{4})"
    r"|&#x(?P<html>[0-9a-f]{1,6});|&#(?P<number>\d{1,7});|&(?P<name>amp|lt|gt|quot|apos);"
    r"|\\(?P<plain>[\"'\\/])|=\r?\n"
)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ARMOUR = r"-----(?:BEGIN|END)[^-]*-----"
"""Of PEM (RFC 7468): the same for everybody."""


class _Row(NamedTuple):
    """Characters, and where each lies in the text."""

    characters: str
    places: list[tuple[int, int]]


def merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of a text in order and apart from each other, without the empty ones."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if start == end:
            continue
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


class Fragments:
    """Finds the parts of secrets that give them away."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._runs: dict[int, set[str]] = {}
        for secret in secrets:
            for spelling in _spellings(secret):
                for run in _runs(spelling):
                    self._runs.setdefault(len(run), set()).add(run)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The stretches of a text to hide, in order and apart from each other."""
        if not self._runs:
            return []
        return merged(span for row in _rows(text) for span in self._found(row))

    def _found(self, row: _Row) -> Iterator[tuple[int, int]]:
        for length, runs in self._runs.items():
            for at in range(len(row.characters) - length + 1):
                if row.characters[at : at + length] in runs:
                    yield row.places[at][0], row.places[at + length - 1][1]


def is_armour(line: str) -> bool:
    """Whether a line begins or ends a text in PEM, and is no secret."""
    return bool(re.fullmatch(_ARMOUR, line))


def _spellings(secret: str) -> set[str]:
    """A secret in characters and in bytes, each as a row of small letters."""
    whole = re.sub(_ARMOUR, "", secret)
    as_bytes = whole.encode("utf-8", "replace").decode("latin-1")
    return {_as_it_stands(spelling).characters for spelling in (whole, as_bytes)}


def _small(character: str) -> str:
    """The small letter, where it is one character too."""
    small = character.lower()
    return small if len(small) == 1 else character


def _runs(spelling: str) -> Iterator[str]:
    """What is looked for of a secret: every stretch of some length, or a short secret whole."""
    if len(spelling) < _RUN:
        if len(spelling) >= SHORTEST:
            yield spelling
        return
    is_word = spelling.isalpha()
    for at in range(len(spelling) - _RUN + 1):
        run = spelling[at : at + _RUN]
        if is_word or not run.isalpha():
            yield run
        elif spelling[at : at + _WORD].isalpha() and at + _WORD <= len(spelling):
            yield spelling[at : at + _WORD]


def _rows(text: str) -> Iterator[_Row]:
    yield _as_it_stands(text)
    for found in re.finditer(_PAIRS, text):
        yield from _of_pairs(text, found.start(), found.end())
    for found in re.finditer(_NUMBERS, text):
        numbers = re.compile(_NUMBER).finditer(text, found.start(), found.end())
        yield from _of_numbers(text, [number.span(1) for number in numbers])
    for found in re.finditer(_TRIPLES, text):
        yield from _of_numbers(text, [(at, at + 3) for at in range(found.start(), found.end(), 3)])
    for found in re.finditer(_BASE64, text):
        yield from _of_base64(found[0], found.start())
    if re.search(_ESCAPE, text):
        yield _unescaped(text)


def _as_it_stands(text: str) -> _Row:
    return _row(text, [(at, at + 1) for at in range(len(text))])


def _of_base64(encoded: str, start: int) -> Iterator[_Row]:
    """What it stands for, wherever in a group of four it was cut."""
    standard = encoded.replace("-", "+").replace("_", "/")
    for first in range(4):
        part = standard[first:]
        part = part[:-1] if len(part) % 4 == 1 else part
        data = binascii.a2b_base64(part + "=" * (-len(part) % 4))
        at = start + first
        # Six bits a character.
        places = [(at + number * 8 // 6, at + (number * 8 + 7) // 6 + 1) for number in range(len(data))]
        yield _row(data.decode("latin-1"), places)


def _unescaped(text: str) -> _Row:
    """The text with what URLs, mails, JSON and HTML escape as it was before."""
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    done = 0
    for found in re.finditer(_ESCAPE, text):
        between = range(done, found.start())
        characters += [*(text[at] for at in between), _meant(found)]
        places += [*((at, at + 1) for at in between), found.span()]
        done = found.end()
    rest = range(done, len(text))
    return _row([*characters, *text[done:]], [*places, *((at, at + 1) for at in rest)])


def _meant(found: re.Match[str]) -> str:
    """The character that an escape stands for; a blank for a line end that means nothing."""
    kind = found.lastgroup
    if kind is None:
        return " "
    written = found[kind]
    if kind == "name":
        return _NAMED[written.lower()]
    if kind == "plain":
        return written
    return chr(min(int(written, 10 if kind == "number" else 16), sys.maxunicode))


def _of_pairs(text: str, start: int, end: int) -> Iterator[_Row]:
    """The bytes of hexadecimal digits, whatever stands between them; a count before them may be odd."""
    found = re.compile(_PAIR_MARK).finditer(text, start, end)
    marks = {at for mark in found for at in range(*mark.span())}
    digits = [at for at in range(start, end) if at not in marks]
    for first in (0, 1):
        pairs = list(zip(digits[first::2], digits[first + 1 :: 2], strict=False))
        characters = [chr(int(text[high] + text[low], 16)) for high, low in pairs]
        yield _row(characters, [(high, low + 1) for high, low in pairs])


def _of_numbers(text: str, spans: list[tuple[int, int]]) -> Iterator[_Row]:
    """What they stand for, read as decimal numbers and as octal ones."""
    for base in (10, 8):
        yield _row([_character(text[start:end], base) for start, end in spans], spans)


def _character(digits: str, base: int) -> str:
    """The character with this number; one that is no number in this base stands for none."""
    try:
        return chr(int(digits, base))
    except ValueError:
        return "\0"


def _row(characters: Iterable[str], places: list[tuple[int, int]]) -> _Row:
    """A row of small letters, without blanks."""
    is_blank = re.compile(_BLANK).match
    kept = [
        (_small(character), place)
        for character, place in zip(characters, places, strict=True)
        if not is_blank(character)
    ]
    return _Row("".join(character for character, _ in kept), [place for _, place in kept])

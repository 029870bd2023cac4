"""Encoded words (RFC 2047) and folding, where nodemailer uses them and as it cuts them.

Source: nodemailer 8.0.11 and 9.0.5 lib/mime-funcs/index.js `encodeWord`, `encodeWords`,
`splitMimeEncodedString`, `foldLines`; lib/mime-node/index.js `_getTextEncoding`, `_encodeHeaderText`.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from smtp_verify.javascript import WHITE_SPACE, to_utf8, utf16_units
from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.logto_versions import Nodemailer

_LONGEST_WORD = 52 - len("=?UTF-8?Q??=")
_PREFIX = "=?UTF-8?"
_JOIN = "?= " + _PREFIX
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
# What is allowed is written: a class that lists all else takes long to compile.
_NEEDS_WORD = re.compile(r"[^\x00-!#-\x7f]")
_SPACE = re.escape(WHITE_SPACE)
_LAST_SPACE = re.compile(rf"([{_SPACE}]+)[^{_SPACE}]*$")
_REST_OF_WORD = re.compile(f"[^{_SPACE}]+")
_CONTROL = frozenset([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])
_NOT_IN_HEADER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_JOINED_BY_8 = ("\ud83c", "\ud83d", "\ud83e")
"""The leading surrogates that nodemailer 8 knows; it tears other pairs apart at the end of a word."""
_LINE = 76


def prefers_quoted_printable(text: str) -> bool:
    """Whether Latin letters outnumber the characters that need encoding, in UTF-16 units."""
    encoded = latin = 0
    for character in text:
        code = ord(character)
        if code >= 0x80 or code in _CONTROL:
            encoded += 2 if code > 0xFFFF else 1
        elif character.isalpha():
            latin += 1
    return encoded < latin


def encode_words(value: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """A header value: encoded as a whole if it has a `"` or a character outside ASCII.

    nodemailer 9 also encodes a value with a control character; 8 leaves it as it is.
    """
    is_unprintable = nodemailer.encodes_control_characters and _NOT_IN_HEADER.search(value)
    return encode_word(value, nodemailer) if is_unprintable or _NEEDS_WORD.search(value) else value


def encode_word(text: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """One or more encoded words for a text."""
    if prefers_quoted_printable(text):
        return _PREFIX + "Q?" + f"{_JOIN}Q?".join(_q_chunks(text)) + "?="
    return _PREFIX + "B?" + f"{_JOIN}B?".join(_b_chunks(text, nodemailer.keeps_surrogate_pairs)) + "?="


def _q_chunks(text: str) -> list[str]:
    """Cut between characters, never inside the bytes of one."""
    chunks, current = [], ""
    for index, character in enumerate(text):
        # Whitespace at the end is spelled out; some servers would strip an underscore's space.
        at_end = index == len(text) - 1 and character == " "
        encoded = "=20" if at_end else "".join(_q_byte(byte) for byte in to_utf8(character))
        if len(current) + len(encoded) > _LONGEST_WORD:
            chunks.append(current)
            current = ""
        current += encoded
    return [*chunks, current]


def _q_byte(byte: int) -> str:
    if byte == 0x20:
        return "_"
    return chr(byte) if byte in _Q_SAFE else f"={byte:02X}"


def _b_chunks(text: str, keeps_pairs: bool) -> list[str]:
    longest = (_LONGEST_WORD - _LONGEST_WORD % 4) // 4 * 3
    chunks, current = [], ""
    for piece in text if keeps_pairs else _pieces_of_8(text):
        if len(to_utf8(current + piece)) > longest:
            chunks.append(current)
            current = ""
        current += piece
    return [base64.b64encode(to_utf8(chunk)).decode("ascii") for chunk in [*chunks, current]]


def _pieces_of_8(text: str) -> Iterator[str]:
    """UTF-16 units, but for the pairs that nodemailer 8 keeps together."""
    units = utf16_units(text)
    index = 0
    while index < len(units):
        width = 2 if units[index] in _JOINED_BY_8 else 1
        yield "".join(units[index : index + width])
        index += width


def fold(line: str) -> str:
    """A header line, broken before whitespace so that lines stay within 76 characters where they can."""
    position, result = 0, ""
    while position < len(line):
        piece = line[position : position + _LINE]
        if len(piece) < _LINE:
            return result + piece
        piece = _break(line, position, piece)
        result += piece
        position += len(piece)
        if position < len(line):
            result += "\r\n"
    return result


def _break(line: str, position: int, piece: str) -> str:
    space = _LAST_SPACE.search(piece)
    if space and space.start() > 0:
        return piece[: space.start()]
    # One long word: it stays whole.
    rest = _REST_OF_WORD.match(line, position + len(piece))
    return piece + rest[0] if rest else piece

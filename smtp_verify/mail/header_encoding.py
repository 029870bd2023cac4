"""Encoded words (RFC 2047) and folding, where nodemailer uses them and as it cuts them.

Source: nodemailer 8.0.4 lib/mime-funcs/index.js `encodeWord`, `encodeWords`, `splitMimeEncodedString`,
`foldLines`; lib/mime-node/index.js `_getTextEncoding`.
"""

from __future__ import annotations

import base64
import re

from smtp_verify.mail.javascript import WHITE_SPACE, to_utf8

_LONGEST_WORD = 52 - len("=?UTF-8?Q??=")
_PREFIX = "=?UTF-8?"
_JOIN = "?= " + _PREFIX
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
_NEEDS_WORD = re.compile('["\u0080-\uffff\U00010000-\U0010ffff]')
_SPACE = re.escape(WHITE_SPACE)
_LAST_SPACE = re.compile(rf"([{_SPACE}]+)[^{_SPACE}]*$")
_REST_OF_WORD = re.compile(f"[^{_SPACE}]+")
_CONTROL = frozenset([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])
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


def encode_words(value: str) -> str:
    """A header value: encoded as a whole where it has a `"` or a character outside ASCII."""
    return encode_word(value) if _NEEDS_WORD.search(value) else value


def encode_word(text: str) -> str:
    """One or more encoded words for a text."""
    if prefers_quoted_printable(text):
        return _PREFIX + "Q?" + f"{_JOIN}Q?".join(_q_chunks(text)) + "?="
    return _PREFIX + "B?" + f"{_JOIN}B?".join(_b_chunks(text)) + "?="


def _q_chunks(text: str) -> list[str]:
    """Cut between characters, never inside the bytes of one."""
    chunks, current = [], ""
    for index, character in enumerate(text):
        # White space at the end is spelt out; some servers would strip an underscore's space.
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


def _b_chunks(text: str) -> list[str]:
    longest = (_LONGEST_WORD - _LONGEST_WORD % 4) // 4 * 3
    chunks, current = [], b""
    for character in text:
        encoded = to_utf8(character)
        if len(current) + len(encoded) > longest:
            chunks.append(current)
            current = b""
        current += encoded
    return [base64.b64encode(chunk).decode("ascii") for chunk in [*chunks, current]]


def fold(line: str) -> str:
    """A header line, broken before white space so that lines stay within 76 characters where they can."""
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

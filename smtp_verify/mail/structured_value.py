"""A header value with parameters, such as Content-Type's, read and written as nodemailer does.

Source: nodemailer 8.0.11 and 9.0.5 lib/mime-funcs/index.js `parseHeaderValue`, `buildHeaderValue`,
`buildHeaderParam`; lib/mime-node/index.js `buildHeaders`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from smtp_verify.javascript import WHITE_SPACE, to_utf8, trim
from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.logto_versions import Nodemailer

_SPACE = re.escape(WHITE_SPACE)
_CONTINUED = re.compile(r"(\*([0-9]+)|\*([0-9]+)\*|\*)$")
_CHARSET = re.compile(r"([^']*)'[^']*'([^\n\r\u2028\u2029]*)")
_NOT_PLAIN = re.compile(r"[^\t\n\r !#-\x7f]")
_NOT_PLAIN_OF_9 = re.compile(r"[^ !#-~]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SPECIAL = re.compile(rf"[{_SPACE}'\"\\;:/=(),<>@\[\]?]|^-")
_SPECIAL_PIECE = re.compile(rf"[{_SPACE}\"\\;:/=(),<>@\[\]?]|^[-']|'$")
_INVALID_IN_WORD = re.compile(rf"[=?_{_SPACE}]")
_LONGEST = 75
_PIECE = 50
_RESERVED = re.compile(r"[ *'()<>@,;:\\\"\[\]?=]")
_UNQUOTED = "-_.!~*'()"
"""What encodeURIComponent leaves, letters and digits besides."""


def rewritten(value: str, charset: str = "", nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """The value as nodemailer writes it; `charset`, where it is given, replaces that parameter."""
    head, parameters = parse(value)
    if charset:
        parameters["charset"] = charset
    cleans = nodemailer.encodes_control_characters
    written = [piece for name, text in parameters.items() for piece in _written(name, text, cleans)]
    return "; ".join([_CONTROL.sub("", head) if cleans else head, *written])


def parse(value: str) -> tuple[str, dict[str, str]]:
    """The value and its parameters; continuations (RFC 2231 section 3) are joined."""
    pieces = list(_pieces(value))
    return pieces[0][1], _joined(dict(pieces[1:]))


def _pieces(value: str) -> Iterator[tuple[str, str]]:
    """The value under no name, then each parameter; a backslash takes the next character as it is."""
    name, text, in_name, quoted, escaped = "", "", False, False, False
    for character in value:
        if in_name:
            if character == "=":
                name, text, in_name = trim(text).lower(), "", False
            else:
                text += character
        elif escaped:
            text, escaped = text + character, False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            yield name, trim(text)
            text, in_name = "", True
        else:
            text += character
    if not in_name:
        yield name, trim(text)
    elif trim(text):
        yield trim(text).lower(), ""


def _joined(parameters: dict[str, str]) -> dict[str, str]:
    plain = {name: text for name, text in parameters.items() if not _CONTINUED.search(name)}
    parts: dict[str, dict[int, str]] = {}
    charsets: dict[str, str] = {}
    for name, text in parameters.items():
        match = _CONTINUED.search(name)
        if match is None:
            continue
        actual, number = name[: match.start()], int(match[2] or match[3] or 0)
        encoded = _CHARSET.fullmatch(text) if number == 0 and match[0].endswith("*") else None
        if encoded:
            charsets[actual], text = encoded[1] or "iso-8859-1", encoded[2]
        parts.setdefault(actual, {})[number] = text
    for actual, numbered in parts.items():
        text = "".join(numbered[number] for number in sorted(numbered))
        plain[actual] = _as_word(charsets[actual], text) if actual in charsets else text
    return plain


def _as_word(charset: str, text: str) -> str:
    """`%AB` as an encoded word."""

    def escaped(match: re.Match[str]) -> str:
        return "_" if match[0] == " " else f"%{ord(match[0]):02x}"

    return f"=?{charset}?Q?{_INVALID_IN_WORD.sub(escaped, text).replace('%', '=')}?="


def _written(name: str, text: str, cleans: bool) -> Iterator[str]:
    """One parameter; nodemailer 9 (`cleans`) keeps control characters out of it."""
    name = _CONTROL.sub("", name) if cleans else name
    not_plain = (_NOT_PLAIN_OF_9 if cleans else _NOT_PLAIN).search(text) is not None
    if not_plain or len(text) >= _LONGEST:
        for key, piece in _split(name, text, not_plain, cleans):
            plain = key.endswith("*") or not _SPECIAL_PIECE.search(piece)
            yield f"{key}={piece if plain else _quoted(piece)}"
    else:
        yield f"{name}={_quoted(text) if _SPECIAL.search(text) else text}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _split(name: str, text: str, not_plain: bool, flags: bool) -> Iterator[tuple[str, str]]:
    """Continuations of at most 50 characters, percent-encoded where they have to be."""
    if not not_plain:
        for number, at in enumerate(range(0, len(text), _PIECE)):
            yield f"{name}*{number}", text[at : at + _PIECE]
        return
    for number, (line, encoded) in enumerate(_encoded_lines(text, flags)):
        yield f"{name}*{number}{'*' if encoded else ''}", line


def _encoded_lines(text: str, flags: bool) -> list[tuple[str, bool]]:
    """The lines, and whether each is encoded: nodemailer 9 `flags` one that begins with such a letter."""
    lines: list[tuple[str, bool]] = []
    line, encoded, start, at = "utf-8''", True, 0, 0
    while at < len(text):
        character = _percent(text[at]) if encoded or text[at] != " " else " "
        if not encoded and character != text[at]:
            if len(_percent(line) + character) >= _PIECE:
                lines.append((line, encoded))
                line, encoded, start = "", flags, start if flags else at - 1
            else:
                encoded, at, line = True, start + 1, ""
                continue
        if len(line + character) >= _PIECE:
            lines.append((line, encoded))
            line = character = " " if text[at] == " " else _percent(text[at])
            encoded = character != text[at]
            start = start if encoded else at - 1
        else:
            line += character
        at += 1
    return [*lines, (line, encoded)] if line else lines


def _percent(text: str) -> str:
    """`encodeURIComponent`, with what RFC 2231 reserves encoded besides."""
    return _RESERVED.sub(lambda found: f"%{ord(found[0]):02X}", quote(to_utf8(text), safe=_UNQUOTED))

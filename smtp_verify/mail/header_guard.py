"""What must not get into a header section, and the proof that it did not."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from typing import TYPE_CHECKING

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import trim

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD_NAME = re.compile(r"[!-9;-~]+")
_LINE_BREAK = re.compile(r"\r?\n|\r")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ENCODED_WORDS = (
    # As RFC 2047 section 2 has them, and as lenient readers do, Python's email among them.
    re.compile(r"=\?([^?]*)\?([QqBb])\?([^?]*)\?="),
    re.compile(r"=\?([^?]*)\?([QqBb])\?(.*?)\?=", re.DOTALL),
)


def refuse(addresses: list[tuple[str, str]], texts: list[tuple[str, str]], names: list[str]) -> None:
    """Refuse what nodemailer would alter, or let break out of its header.

    Args:
        addresses: the address fields of the config, each with its key.
        texts: the other values that become headers, each with its key.
        names: the names of custom headers.

    Raises:
        ConfigError: naming the field.
    """
    for key, value in addresses:
        if _CONTROL.search(value):
            raise ConfigError(f"{key}: a control character in an address", path=_path_of(key))
    for name in names:
        if not _FIELD_NAME.fullmatch(trim(name)) or _LINE_BREAK.search(name):
            why = f"customHeaders: {name!r} is no header name (RFC 5322 section 2.2)"
            raise ConfigError(why, path=("customHeaders",))
    for key, value in (*addresses, *texts):
        if _hides_line_break(value):
            raise ConfigError(f"{key}: an encoded word that hides a line break", path=_path_of(key))


def _path_of(key: str) -> tuple[str, ...]:
    """A field as it is named in the config; a header's own name may hold dots."""
    above, dot, name = key.partition(".")
    return (above, name) if dot else (above,)


def _hides_line_break(value: str) -> bool:
    # What follows the last end of a word holds none, and would be searched once for each beginning in it.
    value = value[: value.rfind("?=") + 2]
    return any(
        _LINE_BREAK.search(text)
        for pattern in _ENCODED_WORDS
        for match in pattern.finditer(value)
        for text in _decoded(*match.groups())
    )


def _decoded(charset: str, encoding: str, text: str) -> Iterator[str]:
    """What an encoded word says. Of the charsets in use, UTF-7 alone can hide ASCII in other ASCII."""
    raw = text.encode("utf-8", "replace")
    try:
        data = binascii.a2b_qp(raw, header=True) if encoding in "Qq" else base64.b64decode(raw + b"===")
    except binascii.Error:
        return
    yield data.decode("latin-1")
    if charset.lower().startswith("utf-7"):
        yield data.decode("utf-7", "replace")


def prove(data: bytes, meant: list[str]) -> None:
    """Read the header section back: it must hold exactly the fields that were meant.

    Raises:
        ConfigError: it holds another.
    """
    section = data.partition(b"\r\n\r\n")[0]
    found = [line.partition(b":")[0].decode("ascii", "replace") for line in _fields(section)]
    if Counter(found) != Counter(meant) or b"\r" in section.replace(b"\r\n", b""):
        raise ConfigError("the message would not hold the headers that were meant; nothing was sent")


def _fields(section: bytes) -> Iterator[bytes]:
    return (line for line in section.split(b"\r\n") if line[:1] not in (b" ", b"\t"))

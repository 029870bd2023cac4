"""The message as nodemailer builds it: headers, encodings, envelope; and the proof that nothing crept in.

Source: nodemailer 8.0.11 and 9.0.5 lib/mail-composer/index.js `compile`, lib/mime-node/index.js
`buildHeaders`, `getTransferEncoding`, `getEnvelope`, `_encodeHeaderValue`, `_normalizeHeaderKey`.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import WHITE_SPACE, to_utf8, trim
from smtp_verify.logto_versions import NEWEST
from smtp_verify.mail import address, header_encoding, header_guard
from smtp_verify.mail.custom_headers import custom_headers
from smtp_verify.mail.custom_headers import normalize_name as normalize_name
from smtp_verify.mail.structured_value import rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.logto_versions import Nodemailer

_LINE_BREAK = re.compile(r"\r?\n|\r")
_SPACES = re.compile(f"[{WHITE_SPACE}]+")
_NOT_PLAIN = re.compile(r"[^\t\n\r -\x7f]")
_LONG_LINE = re.compile("[^\n\r\u2028\u2029]{77}")
_ALWAYS_LONG = 128 * 1024
_STRUCTURED = ("Content-Type", "Content-Disposition")
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
_ADDRESS_FIELDS = frozenset({"From", "Sender", "To", "Cc", "Bcc", "Reply-To"})
_BRACKETED_FIELDS = frozenset({"Message-ID", "In-Reply-To", "Content-Id"})
_NOT_IN_ID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENCODINGS = ("base64", "quoted-printable")


@dataclass(frozen=True, slots=True)
class Mail:
    """What Logto hands to nodemailer's sendMail."""

    to: str
    sender: str | None
    reply_to: str | None
    subject: str
    content: str
    is_text: bool
    headers: dict[str, Any]
    """`customHeaders`, raw."""
    sender_key: str = "fromEmail"
    """The key the sender comes from: `fromEmail`, or the template's `sendFrom`."""
    nodemailer: Nodemailer = NEWEST.nodemailer
    """Whose message it is."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """RFC 5321 section 2.3.1; an empty `mail_from` is the null reverse-path."""

    mail_from: str
    rcpt_to: tuple[str, ...]

    @property
    def needs_smtputf8(self) -> bool:
        """Whether an address has a character outside ASCII (RFC 6531)."""
        return not all(each.isascii() for each in (self.mail_from, *self.rcpt_to))


@dataclass(frozen=True, slots=True)
class Message:
    """An envelope and the message it carries, with CRLF line ends."""

    envelope: Envelope
    data: bytes
    message_id: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes one message differ from the next."""

    date: datetime
    unique: str

    @classmethod
    def now(cls) -> Stamp:
        """The present moment, and a random id in nodemailer's form."""
        parts = [secrets.token_hex(size) for size in (4, 2, 2, 2, 6)]
        return cls(datetime.now(UTC), "-".join(parts))


class _Headers:
    """nodemailer's list of header fields, with its ways of setting and adding."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, str]] = []

    def add(self, name: str, value: str) -> None:
        self.fields.append((normalize_name(name), value))

    def set(self, name: str, value: str) -> None:
        """Replace the first field of this name and drop the others, or append one."""
        name = normalize_name(name)
        kept: list[tuple[str, str]] = []
        for field in self.fields:
            if field[0] != name:
                kept.append(field)
            elif not any(other == name for other, _ in kept):
                kept.append((name, value))
        if not any(other == name for other, _ in kept):
            kept.append((name, value))
        self.fields = kept

    def get(self, name: str) -> str:
        return next((value for other, value in self.fields if other == name), "")

    def rewrite_structured(self, in_utf8: bool, nodemailer: Nodemailer) -> None:
        """Values with parameters are read and written anew; a plain text in UTF-8 says so."""
        self.fields = [
            (
                name,
                rewritten(value, _charset(name, value, in_utf8), nodemailer)
                if name in _STRUCTURED
                else value,
            )
            for name, value in self.fields
        ]

    def move_last(self, name: str) -> None:
        """Fields of this name go to the end, the first of them last of all."""
        moved = [field for field in self.fields if field[0] == name]
        self.fields = [field for field in self.fields if field[0] != name] + moved[::-1]


def build(mail: Mail, stamp: Stamp) -> Message:
    """The message for a mail.

    Raises:
        ConfigError: a header name, a control character or an encoded word that would break the message out
            of its bounds; the field is named.
    """
    custom = list(custom_headers(mail.headers))
    header_guard.refuse(
        addresses=[(mail.sender_key, mail.sender or ""), ("replyTo", mail.reply_to or "")],
        texts=[("subject", mail.subject), *((f"customHeaders.{name}", value) for name, value in custom)],
        names=[name for name, _ in custom],
    )
    headers = _Headers()
    headers.add("Content-Type", _content_type(mail))
    for name, value in custom:
        headers.add(name, value)
    for name, given in (
        ("From", mail.sender),
        ("To", mail.to),
        ("Reply-To", mail.reply_to),
        ("Subject", mail.subject),
    ):
        if given:
            headers.set(name, given)
    envelope = _envelope(headers, mail.nodemailer)
    _refuse_delete(envelope, custom)
    message_id = _finish(headers, mail, envelope, stamp)
    lines = [header_encoding.fold(f"{name}: {value}") for name, value in _encoded(headers, mail.nodemailer)]
    data = (
        to_utf8("\r\n".join(lines))
        + b"\r\n\r\n"
        + _body(mail.content, headers.get("Content-Transfer-Encoding"))
    )
    header_guard.prove(data, [name for name, _ in _encoded(headers, mail.nodemailer)])
    return Message(envelope, data if data.endswith(b"\r\n") else data + b"\r\n", message_id)


def _content_type(mail: Mail) -> str:
    if not mail.content:
        return "text/plain"
    return f"text/{'plain' if mail.is_text else 'html'}; charset=utf-8"


def _envelope(headers: _Headers, nodemailer: Nodemailer) -> Envelope:
    mail_from = ""
    rcpt_to: list[str] = []
    for name, value in headers.fields:
        if name == "From" or (not mail_from and name in ("Reply-To", "Sender")):
            found = address.mailboxes(value, nodemailer)
            mail_from = found[0] if found else mail_from
        elif name in ("To", "Cc", "Bcc"):
            rcpt_to += address.mailboxes(value, nodemailer)
    return Envelope(mail_from, tuple(dict.fromkeys(rcpt_to)))


def _refuse_delete(envelope: Envelope, custom: list[tuple[str, str]]) -> None:
    """DEL is the one control character that nodemailer leaves in a recipient; no command may hold it."""
    if any("\x7f" in each for each in (envelope.mail_from, *envelope.rcpt_to)):
        holding = [name for name, value in custom if "\x7f" in value]
        fields = [name for name in holding if normalize_name(name) in _ADDRESS_FIELDS]
        why = f"customHeaders.{', '.join(fields)}: a control character in an address"
        raise ConfigError(why, path=("customHeaders", *fields[:1]))


def _finish(headers: _Headers, mail: Mail, envelope: Envelope, stamp: Stamp) -> str:
    """The fields every message has, in nodemailer's order; returns the Message-ID."""
    if not headers.get("Message-ID"):
        domain = (envelope.mail_from or "localhost").rpartition("@")[2]
        headers.set("Message-ID", f"<{stamp.unique}@{domain}>")
    encoding = _transfer_encoding(mail.content, headers.get("Content-Transfer-Encoding"))
    if encoding:
        headers.set("Content-Transfer-Encoding", encoding)
    if not headers.get("Date"):
        headers.set("Date", format_datetime(stamp.date))
    if not headers.get("MIME-Version"):
        headers.set("MIME-Version", "1.0")
    headers.move_last("Content-Type")
    headers.rewrite_structured(bool(_OUTSIDE_ASCII.search(mail.content)), mail.nodemailer)
    return _in_brackets(headers.get("Message-ID"), mail.nodemailer)


def _transfer_encoding(content: str, custom: str) -> str:
    """7bit where it can be, else by counting letters. A custom base64 or QP header is honoured."""
    if not content:
        return ""
    asked = trim(custom.lower())
    if asked in _ENCODINGS:
        return asked
    if not _NOT_PLAIN.search(content) and not _has_long_lines(content):
        return "7bit"
    return "quoted-printable" if header_encoding.prefers_quoted_printable(content) else "base64"


def _has_long_lines(content: str) -> bool:
    return len(content) > _ALWAYS_LONG or bool(_LONG_LINE.search(content))


def _body(content: str, encoding: str) -> bytes:
    if encoding == "base64":
        encoded = base64.b64encode(to_utf8(content))
        return b"\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) + b"\r\n"
    # Only CRLF may leave (RFC 5321 section 2.3.8); nodemailer leaves a bare CR as it is.
    text = to_utf8(content).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if encoding == "quoted-printable":
        text = binascii.b2a_qp(text, istext=True)
    return text.replace(b"\n", b"\r\n")


def _encoded(headers: _Headers, nodemailer: Nodemailer) -> Iterator[tuple[str, str]]:
    """The fields as they are written; Bcc and empty ones are not."""
    for name, value in headers.fields:
        if name != "Bcc":
            encoded = _encode_value(name, value, nodemailer)
            if trim(encoded):
                yield name, encoded


def _encode_value(name: str, value: str, nodemailer: Nodemailer) -> str:
    if name in _ADDRESS_FIELDS:
        return address.to_header(value, nodemailer)
    value = _LINE_BREAK.sub(" ", value)
    if name in _BRACKETED_FIELDS:
        return _in_brackets(value, nodemailer)
    if name == "References":
        return _references(value, nodemailer)
    if name in _STRUCTURED:
        return value
    return header_encoding.encode_words(value, nodemailer)


def _charset(name: str, value: str, in_utf8: bool) -> str:
    is_plain_text = name == "Content-Type" and re.match(r"text/plain\b", trim(value))
    return "utf-8" if is_plain_text and in_utf8 else ""


def _in_brackets(value: str, nodemailer: Nodemailer) -> str:
    value = _LINE_BREAK.sub(" ", value)
    value = _NOT_IN_ID.sub("", value) if nodemailer.encodes_control_characters else value
    return ("" if value.startswith("<") else "<") + value + ("" if value.endswith(">") else ">")


def _references(value: str, nodemailer: Nodemailer) -> str:
    value = _NOT_IN_ID.sub("", value) if nodemailer.encodes_control_characters else value
    joined = re.sub("<[^>]*>", lambda match: _SPACES.sub("", match[0]), trim(value))
    return " ".join(_in_brackets(each, nodemailer) for each in _SPACES.split(joined))

"""What Logto sends although the operator might not have meant it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.javascript import to_utf8
from smtp_verify.mail import address
from smtp_verify.mail.custom_headers import custom_headers, normalize_name
from smtp_verify.mail.usage import INVITATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.mail.message import Mail, Message

_LONGEST_LOCAL_PART, _LONGEST_LABEL = 64, 63
"""Octets: RFC 5321 section 4.5.3.1.1, RFC 1035 section 2.3.4."""
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[QqBb]\?[^?]*\?=")
_ADDRESS = re.compile(r'(?:[^@\s<>"]+|"(?:[^"\\]|\\.)*")@[^@\s<>]+')
OVERRIDDEN = ("From", "To", "Subject")
"""The headers that Logto sets itself, whatever `customHeaders` says."""


def cautions(mail: Mail, message: Message) -> tuple[str, ...]:
    """A sentence for each."""
    return (*_sender(mail, message), *_recipients(message), *_headers(mail), *_body(mail))


def without_code(mail: Mail, code: str | None, usage_type: str) -> tuple[str, ...]:
    """A sentence if the recipient cannot find the code; an invitation has a link instead."""
    if not code or usage_type == INVITATION or code in mail.subject or code in mail.content:
        return ()
    return ("the code is not in the mail: its template has no {{code}}",)


def is_mail_address(text: str) -> bool:
    """Whether an envelope address has a form that servers take."""
    return bool(_ADDRESS.fullmatch(text))


def too_long(each: str) -> Iterator[str]:
    """What of an address is longer than a server has to take."""
    local, _, domain = each.rpartition("@")
    if len(to_utf8(local)) > _LONGEST_LOCAL_PART:
        yield f"{each}: the part before the @ is longer than {_LONGEST_LOCAL_PART} octets"
    if any(len(label) > _LONGEST_LABEL for label in domain.split(".")):
        yield f"{each}: a part of the domain is longer than {_LONGEST_LABEL} octets"


def encoded_word(text: str) -> str:
    """The first encoded word (RFC 2047) that stands in a text, or nothing."""
    found = _ENCODED_WORD.search(text)
    return found[0] if found else ""


def _sender(mail: Mail, message: Message) -> Iterator[str]:
    found = address.mailboxes(mail.sender or "", mail.nodemailer)
    if not message.envelope.mail_from:
        yield f"{mail.sender_key} holds no address: the mail leaves with an empty sender, and without a From"
    elif not is_mail_address(message.envelope.mail_from):
        yield f"{mail.sender_key} is no mail address: nodemailer reads {message.envelope.mail_from!r} in it"
    if len(found) > 1:
        yield f"{mail.sender_key} holds {len(found)} addresses; the envelope takes the first"


def _recipients(message: Message) -> Iterator[str]:
    for each in (message.envelope.mail_from, *message.envelope.rcpt_to):
        yield from too_long(each)


def _headers(mail: Mail) -> Iterator[str]:
    for name, value in custom_headers(mail.headers):
        proper = normalize_name(name)
        if proper in ("Bcc", "Cc"):
            added = ", ".join(address.mailboxes(value, mail.nodemailer))
            yield f"customHeaders.{name} adds recipients: {added}"
        elif proper in OVERRIDDEN:
            yield f"customHeaders.{name} has no effect: Logto sets {proper} itself"
        elif proper == "Content-Type":
            yield f"customHeaders.{name} makes a second Content-Type"
    if encoded_word(mail.subject):
        yield "the subject holds an encoded word, which the reader sees decoded"


def _body(mail: Mail) -> Iterator[str]:
    if "\0" in mail.content:
        yield "the body holds a NUL"

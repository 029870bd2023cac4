"""A message holds the headers that were meant, the body that was meant, and goes to the one it was for."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import to_utf8
from smtp_verify.mail import address
from smtp_verify.mail.message import Mail, Stamp, build, normalize_name
from smtp_verify.mail.recipient import recipient
from smtp_verify.smtp.wire.protocol import dot_stuffed
from tests.fuzz.fields import fields

if TYPE_CHECKING:
    from smtp_verify.mail.message import Message

STAMP = Stamp(datetime(2026, 11, 22, 16, 2, 7, tzinfo=UTC), "6c71adeb-3bdb-30c6-7878-528aa7f3d149")
TO = "to@example.com"
_OWN = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "Content-Transfer-Encoding",
    "Date",
    "MIME-Version",
}
_ALWAYS = {"To", "Message-ID", "Date", "MIME-Version", "Content-Type"}
_NAMES_RECIPIENTS = {"To", "Cc", "Bcc"}
_SHAPES_BODY = {"Content-Type", "Content-Transfer-Encoding", "Content-Encoding"}
_FIELD = re.compile(rb"[!-9;-~]+: ?")


def check(data: bytes) -> None:
    """Recipient, sender, Reply-To, subject and content, then names and values of custom headers in turn."""
    to, sender, reply_to, subject, content, *custom = fields(data, 5)
    try:
        taken = recipient(to)
    except ConfigError:
        to = taken = TO
    headers = dict(zip(custom[::2], custom[1::2], strict=False))
    mail = Mail(
        to, sender, reply_to or None, subject, content, is_text=len(content) % 2 == 0, headers=headers
    )
    try:
        message = build(mail, STAMP)
    except ConfigError:
        return
    if headers.get("key") and headers.get("value"):
        headers = {headers["key"]: headers["value"]}
    given = {normalize_name(name) for name in headers}
    _check_names(message.data, given)
    _check_recipients(message, taken, headers)
    _check_body(message.data, content, given)
    stuffed = dot_stuffed(message.data)
    assert stuffed.find(b"\r\n.\r\n") == len(stuffed) - 5


def _check_names(data: bytes, given: set[str]) -> None:
    section = data.partition(b"\r\n\r\n")[0]
    lines = [line for line in section.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert all(_FIELD.match(line) for line in lines)
    names = [line.partition(b":")[0].decode() for line in lines]
    assert set(names) <= _OWN | {"Content-Type"} | given
    for name in _ALWAYS - given:
        assert names.count(name) == 1, name
    assert "Bcc" not in names
    bare = data.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    parsed = email.message_from_bytes(data, policy=email.policy.compat32)
    assert [name for name, _ in parsed.raw_items()] == names


def _check_recipients(message: Message, taken: str, headers: dict[str, str]) -> None:
    others = {
        other
        for name, value in headers.items()
        if normalize_name(name) in _NAMES_RECIPIENTS
        for other in address.mailboxes(value)
    }
    rcpt_to = message.envelope.rcpt_to
    assert taken in rcpt_to
    assert set(rcpt_to) <= {taken} | others
    assert len(rcpt_to) == len(set(rcpt_to))


def _check_body(data: bytes, content: str, given: set[str]) -> None:
    """A reader decodes what was written, its line ends as CRLF and one more at the end."""
    if given & _SHAPES_BODY:
        return
    parsed = email.message_from_bytes(data, policy=email.policy.compat32)
    body = parsed.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert _lines(body) == _lines(to_utf8(content))


def _lines(body: bytes) -> list[bytes]:
    return re.split(rb"\r\n|\r|\n", body.rstrip(b"\r\n"))

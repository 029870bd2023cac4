"""What an address field becomes fits into one line, and a recipient that is taken stays who it is."""

from __future__ import annotations

import re

from smtp_verify.errors import ConfigError
from smtp_verify.mail import address
from smtp_verify.mail.recipient import recipient
from tests.fuzz.fields import fields

_BREAKS_A_LINE = re.compile(r"[\x00-\x08\n-\x1f]")
_BREAKS_A_COMMAND = re.compile(r"[\x00-\x1f<>]")

_PLAIN = re.compile(r'[^\s@"(),:;<>\[\]\\]+@[^\s@"(),:;<>\[\]\\]+')
"""No quotes, which nodemailer drops, and nothing that needs them."""


def check(data: bytes) -> None:
    """One field, as `fromEmail` and as `--to`."""
    text = fields(data, 1)[0]
    try:
        header, envelope = address.to_header(text), address.mailboxes(text)
    except ConfigError:
        assert len(text) > address.LONGEST_FIELD
        return
    assert not _BREAKS_A_LINE.search(header)
    assert len(envelope) == len(set(envelope))
    for each in envelope:
        assert not _BREAKS_A_COMMAND.search(each)
        assert address.normalize(each) == each
    _check_recipient(text, header, envelope)


def _check_recipient(text: str, header: str, envelope: list[str]) -> None:
    try:
        taken = recipient(text)
    except ConfigError:
        return
    assert envelope == [taken]
    assert taken.startswith('"') or " " not in taken
    if _PLAIN.fullmatch(taken):
        assert recipient(taken) == taken
        assert address.mailboxes(header) == [taken]

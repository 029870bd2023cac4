"""No known secret shows in a text, as it is or in an encoding, and masking twice changes nothing."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

from smtp_verify.fragments import SHORTEST
from smtp_verify.redaction import MASK, Redactor
from tests.fuzz.fields import fields


def check(data: bytes) -> None:
    """A secret, another, and two texts for it to stand between."""
    secret, other, before, after = fields(data, 4)[:4]
    secrets = [each for each in (secret, other) if len(each) >= SHORTEST and "*" not in each]
    redact = Redactor(secrets)
    for text in (before, before + after):
        shown = redact(text)
        assert redact(shown) == shown
        assert not any(each in shown for each in secrets)
    for each in secrets:
        for written in _written(each, before, after):
            shown = redact(before + written + after)
            assert written not in shown
            assert redact(shown) == shown
        _check_base64(redact, each, before, after)


def _written(secret: str, before: str, after: str) -> list[str]:
    """The forms in which a server or a library repeats a secret."""
    raw = secret.encode("utf-8", "replace")
    return [
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        raw.hex(),
        raw.hex().upper(),
        base64.b64encode(raw).decode(),
    ]


def _check_base64(redact: Redactor, secret: str, before: str, after: str) -> None:
    """AUTH PLAIN and XOAUTH2 carry it between other octets."""
    raw = secret.encode("utf-8", "replace")
    lead, tail = before.encode("utf-8", "replace"), after.encode("utf-8", "replace")
    for carried in (lead + raw + tail, lead + b"\0" + raw, b"\0" + lead + b"\0" + raw):
        assert MASK in redact(base64.b64encode(carried).decode())

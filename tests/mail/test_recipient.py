"""Who a message may be sent to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import NEWEST, Nodemailer
from smtp_verify.mail import address
from smtp_verify.mail.recipient import recipient

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parent.parent / "vectors"

OLD = Nodemailer(8, 0, 11)
REFUSED_CASES = frozenset(f"to-{n}" for n in (7, 8, 12, 13, 15, 16, 17, 18, 19, 26, 27, 31))


def test_a_recorded_recipient_is_taken_where_logto_reached_exactly_one(
    record_property: Callable[[str, object], None],
) -> None:
    lines = (VECTORS / "sends.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["id"].startswith("to-")]
    wrong = {
        case["id"]: verdict for case in cases if (verdict := _verdict(case["to"], OLD)) != _expected(case)
    }
    record_property("agreement", f"recipients: {len(cases) - len(wrong)} of {len(cases)}")
    assert len(cases) == 18
    assert wrong == {}


def _expected(case: dict[str, object]) -> str | None:
    """The one recipient of the recorded envelope; None where smtp-verify refuses."""
    outcome = case["outcome"]
    assert isinstance(outcome, dict)
    recipients = outcome["envelopes"][0][1] if outcome["envelopes"] else []
    if case["id"] in REFUSED_CASES or len(recipients) != 1:
        return None
    return str(recipients[0]).removeprefix("RCPT TO:<").removesuffix(">")


def _verdict(text: str, nodemailer: Nodemailer) -> str | None:
    try:
        return recipient(text, nodemailer)
    except ConfigError:
        return None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@example.com", "a@example.com"),
        (" a@example.com ", "a@example.com"),
        ("<a@example.com>", "a@example.com"),
        ("A <a@example.com>", "a@example.com"),
        ("A < a@example.com >", "a@example.com"),
        ('"A, B" <a@example.com>', "a@example.com"),
        ('"A <b>" <a@example.com>', "a@example.com"),
        ('"A@B" <a@example.com>', "a@example.com"),
        ('"A\\"B" <a@example.com>', "a@example.com"),
        ("Acme, Inc. <a@example.com>", "a@example.com"),
        ("(comment) a@example.com", "a@example.com"),
        ("a@example.com (comment)", "a@example.com"),
        ("a@example.com,", "a@example.com"),
        ("A <a@example.com>;", "a@example.com"),
        ("<a@example.com", "a@example.com"),
        ("A <a@example.com", "a@example.com"),
        ('"A"<a@example.com', "a@example.com"),
        ("A<a@example.com>", "a@example.com"),
        ("A@EXAMPLE.COM", "A@example.com"),
        ("a+tag@example.com", "a+tag@example.com"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ('"a b"@example.com', '"a b"@example.com'),
        ('<"a b"@example.com>', '"a b"@example.com'),
        ('N <"a b"@example.com>', '"a b"@example.com'),
        ('N <"a@b"@example.com>', '"a@b"@example.com'),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ('"a;b"@example.com', '"a;b"@example.com'),
        ("a@[IPv6:::1]", "a@[ipv6:::1]"),
        ("a@localhost", "a@localhost"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
        ("иван@example.com", "иван@example.com"),
        ("ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai"),
        ("a..b@example.com", '"a..b"@example.com'),
        ("-a@example.com", "-a@example.com"),
        ("x" * 70 + "@example.com", "x" * 70 + "@example.com"),
        ("a@" + "d" * 70 + ".com", "a@" + "d" * 70 + ".com"),
        ("=?utf-8?q?A?= <a@example.com>", "a@example.com"),
        ("x <a@example.com> y", "a@example.com"),
    ],
)
def test_exactly_one_mailbox_may_be_sent_to(text: str, expected: str) -> None:
    assert recipient(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no mailbox"),
        ("   ", "no mailbox"),
        (",", "no mailbox"),
        ("nobody", "an address needs a name, an @ and a domain: name@example.com"),
        ("A <nobody>", "an address needs a name, an @ and a domain: name@example.com"),
        ("@example.com", "an address needs a name, an @ and a domain: name@example.com"),
        ("a@", "an address needs a name, an @ and a domain: name@example.com"),
        ("A <>", "an address needs a name, an @ and a domain: name@example.com"),
        ('""@example.com', "an address needs a name, an @ and a domain: name@example.com"),
        ("a@b@example.com", "two @ in the address"),
        ("<a@b@example.com>", "two @ in the address"),
        ('"a"@"b"@example.com', "two @ in the address"),
        ("a\\@b@example.com", "two @ in the address"),
        ("a@x.co, b@x.co", "several mailboxes; give --to once for each"),
        ("a@x.co; b@x.co", "several mailboxes; give --to once for each"),
        ("a@x.co, a@x.co", "several mailboxes; give --to once for each"),
        ("A <a@x.co>, B <b@x.co>", "several mailboxes; give --to once for each"),
        ("a;b@x.co", "several mailboxes; give --to once for each"),
        ("group: a@x.co;", "a group, where one mailbox must be"),
        ("group: a@x.co, b@x.co;", "a group, where one mailbox must be"),
        ("mailto:a@x.co", "a group, where one mailbox must be"),
        ("undisclosed-recipients:;", "a group, where one mailbox must be"),
        ("a b@x.co", "a space in the address"),
        ("a@ex ample.com", "a space in the address"),
        ("a@x.co SIZE=1", "a space in the address"),
        ("a@x.co b@x.co", "a space in the address"),
        ("<a b@x.co>", "a space in the address"),
        ("A B a@x.co", "a space in the address"),
        ("a\u00a0b@x.co", "a space in the address"),
        ("a@x\u3000y.co", "a space in the address"),
        ('a"b@x.co', "a space in the address"),
        ('x "a b"@x.co', "a space in the address"),
        ("a@x.co>", "a < or > inside the address"),
        ("a<b@x.co", "a < or > inside the address"),
        ("a@x.co<", "a < or > inside the address"),
        ("<<a@x.co>>", "a < or > inside the address"),
        ("A <a@x.co> <b@x.co>", "a < or > inside the address"),
        ("a> X=Y@x.co", "a < or > inside the address"),
        ('"a> X=Y"@x.co', "a < or > inside the address"),
        ('"a<b"@x.co', "a < or > inside the address"),
        ('<"a<b"@x.co>', "a < or > inside the address"),
        ("a@x.co\r\n", "a control character in the address"),
        ("a@x.co\nRCPT TO:<b@x.co>", "a control character in the address"),
        ("a\r@x.co", "a control character in the address"),
        ("a@x\x00.co", "a control character in the address"),
        ("a\tb@x.co", "a control character in the address"),
        ("\x1b[31m@x.co", "a control character in the address"),
        ("a@x.co\x7f", "a control character in the address"),
        ("a@x.co\x85", "a control character in the address"),
        ("A\x9b <a@x.co>", "a control character in the address"),
    ],
)
def test_anything_but_exactly_one_mailbox_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recipient(text)
    assert caught.value.message == why


@given(st.text(alphabet=' \t\r\n\x00<>()",;:@\\.ab\u00e9\u3000\u202e=?', max_size=24))
def test_a_recipient_that_is_taken_fits_into_one_rcpt_command(text: str) -> None:
    taken = _verdict(text, NEWEST.nodemailer)
    if taken is not None:
        assert not set(taken) & set("\r\n\x00\t<>")
        assert address.mailboxes(text) == [taken]
        assert " " not in taken or taken.startswith('"')

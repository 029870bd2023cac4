"""Mailboxes as nodemailer 8 reads them, and what may be sent to."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.errors import ConfigError
from smtp_verify.mail import address
from smtp_verify.mail.address import Group, Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parent.parent / "vectors"

# The field as written, as nodemailer 8.0.4 writes it in the message, and its first envelope address.
MATRIX = [
    ("Acme, Inc. <a@b.co>", '"Acme, Inc." <a@b.co>', "a@b.co"),
    ("[Brand] <a@b.co>", '"[Brand]" <a@b.co>', "a@b.co"),
    ("Acme Inc. <a@b.co>", '"Acme Inc." <a@b.co>', "a@b.co"),
    ("O'Brien <a@b.co>", '"O\'Brien" <a@b.co>', "a@b.co"),
    ("Brand | App <a@b.co>", '"Brand | App" <a@b.co>', "a@b.co"),
    ("Zoë <a@b.co>", "=?UTF-8?Q?Zo=C3=AB?= <a@b.co>", "a@b.co"),
    ("测试 <a@b.co>", "=?UTF-8?B?5rWL6K+V?= <a@b.co>", "a@b.co"),
    ("😀 App <a@b.co>", "=?UTF-8?Q?=F0=9F=98=80_App?= <a@b.co>", "a@b.co"),
    ("=?UTF-8?B?5rWL6K+V?= <a@b.co>", '"=?UTF-8?B?5rWL6K+V?=" <a@b.co>', "a@b.co"),
    ("Name a@b.co", "Name <a@b.co>", "a@b.co"),
    ("a@b.co (Comment)", "Comment <a@b.co>", "a@b.co"),
    ("A <a@b.co>; B <c@d.co>", "A <a@b.co>, B <c@d.co>", "a@b.co"),
    ("a@münchen.de", "a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"),
    ("A@EXAMPLE.COM", "A@example.com", "A@example.com"),
    ("jõgeva@jõgeva.ee", "jõgeva@xn--jgeva-dua.ee", "jõgeva@xn--jgeva-dua.ee"),
    ("noatsign", "", ""),
    ("Name <noatsign>", "Name <noatsign>", "noatsign"),
    ("Name <a@b.co", "Name <a@b.co>", "a@b.co"),
    ("x <a@b.co> y", "x y <a@b.co>", "a@b.co"),
    ("Name <a@b.co> <c@d.co>", '"Name c@d.co" <a@b.co>', "a@b.co"),
    ("mailto:a@b.co", "mailto:a@b.co;", "a@b.co"),
    ("Group: a@b.co, c@d.co;", "Group:a@b.co, c@d.co;", "a@b.co"),
    ("a@b@c.co", "a@b@c.co", "a@b@c.co"),
    ('"u@evil.co"@good.co', "u@evil.co@good.co", "u@evil.co@good.co"),
    (".a@b.co", ".a@b.co", ".a@b.co"),
    ("a..b@b.co", "a..b@b.co", "a..b@b.co"),
    ("@b.co", "@b.co", "@b.co"),
    ("a@[IPv6:::1]", '"a@[IPv6":;', ""),
    ("a@[127.0.0.1]", "a@[127.0.0.1]", "a@[127.0.0.1]"),
    ('Evil <x@evil.co>, "q <f@x.co>', 'Evil <x@evil.co>, <"q  f"@x.co>', "x@evil.co"),
    ('"Quoted \\"Name\\"" <a@b.co>', '"Quoted \\"Name\\"" <a@b.co>', "a@b.co"),
    ("<a@b.co>", "a@b.co", "a@b.co"),
    ("a@b.co,", "a@b.co", "a@b.co"),
    ("", "", ""),
    ("   ", "", ""),
    ("A <a@b.co>, B <a@b.co>", "A <a@b.co>, B <a@b.co>", "a@b.co"),
    ('"a b"@b.co', '<"a b"@b.co>', '"a b"@b.co'),
    ("Group:;", "Group:;", ""),
    ("G: H: a@b.co;;", "G:a@b.co;", "a@b.co"),
    ("a@b。co", "a@b.co", "a@b.co"),
    ("a@MÜNCHEN.de", "a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"),
    ("Name <junk <a@b.co>", "Name <a@b.co>", "a@b.co"),
    ("a@b.co b@c.co", '"b@c.co" <a@b.co>', "a@b.co"),
    ("=?utf-8?q?a?= <a@b.co>", '"=?utf-8?q?a?=" <a@b.co>', "a@b.co"),
    ("A\\B <a@b.co>", '"A\\\\B" <a@b.co>', "a@b.co"),
    ("Joe Foo, PhD <a@b.co>, B <c@d.co>", '"Joe Foo, PhD" <a@b.co>, B <c@d.co>', "a@b.co"),
    ('"A" "B" <a@b.co>', "A B <a@b.co>", "a@b.co"),
    ("(a@b.co)", "a@b.co", "a@b.co"),
    ("'a@b.co'", "'a@b.co'", "'a@b.co'"),
    ("A_B 9 <a@b.co>", "A_B 9 <a@b.co>", "a@b.co"),
]


@pytest.mark.parametrize(("field", "header", "envelope"), MATRIX)
def test_an_address_field_is_read_as_nodemailer_8_reads_it(field: str, header: str, envelope: str) -> None:
    parsed = address.parse(field)
    assert address.to_header(parsed) == header
    assert (address.mailboxes(parsed) or [""])[0] == envelope


def test_a_group_keeps_its_members() -> None:
    assert address.parse("Team: A <a@b.co>, c@d.co;, e@f.co") == [
        Group("Team", (Mailbox("A", "a@b.co"), Mailbox("", "c@d.co"))),
        Mailbox("", "e@f.co"),
    ]


def test_an_address_that_comes_twice_goes_into_the_envelope_once() -> None:
    assert address.mailboxes(address.parse("a@b.co, A <a@b.co>, G: a@b.co, c@d.co;")) == ["a@b.co", "c@d.co"]


def test_a_line_break_in_a_field_opens_no_new_header() -> None:
    parsed = address.parse("Name\r\nBcc: x@y.co <a@b.co>")
    assert "\n" not in address.to_header(parsed)
    assert "\r" not in address.to_header(parsed)


def test_groups_inside_groups_are_read_to_a_depth_and_no_further() -> None:
    assert address.mailboxes(address.parse("g:" * 4000 + "a@b.co")) == []


def test_a_field_longer_than_any_address_list_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        address.parse("a" * 8193)
    assert caught.value.message == "an address field of 8193 characters; 8192 is the most that is read"


@pytest.mark.parametrize(
    "piece", ["a@", '"', "<", "(", ":", "a,", "a:", '\\"', "a ", "a@b.co ", "é", '"a" ', "a b@"]
)
def test_a_hostile_field_is_read_in_a_short_time(piece: str) -> None:
    field = (piece * 8192)[:8192]
    before = time.perf_counter()
    address.to_header(address.parse(field))
    assert time.perf_counter() - before < 2


@pytest.mark.parametrize(
    ("given_address", "normal"),
    [
        ("A@EXAMPLE.COM", "A@example.com"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        ("a@x\u3002co\uff0eco\uff61co", "a@x.co.co.co"),
        ("a b@x.co", '"a b"@x.co'),
        ('"a b"@x.co', '"a b"@x.co'),
        ("a<b>@x.co", '"a b "@x.co'),
        ("a\r\n\x00b@x.co", '"a b"@x.co'),
        (" noatsign ", "noatsign"),
    ],
)
def test_an_envelope_address_is_normalised_as_nodemailer_does_it(given_address: str, normal: str) -> None:
    assert address.normalize(given_address) == normal


# What may be sent to -------------------------------------------------------------------------------------

REFUSED_CASES = frozenset(f"to-{n}" for n in (7, 8, 12, 13, 15, 16, 17, 18, 19, 26, 27, 31))


def test_a_recorded_recipient_is_taken_where_logto_reached_exactly_one(
    record_property: Callable[[str, object], None],
) -> None:
    lines = (VECTORS / "sends.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["id"].startswith("to-")]
    wrong = {case["id"]: verdict for case in cases if (verdict := _verdict(case["to"])) != _expected(case)}
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


def _verdict(text: str) -> str | None:
    try:
        return address.recipient(text)
    except ConfigError:
        return None


@pytest.mark.parametrize(
    ("text", "recipient"),
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
        ("A@EXAMPLE.COM", "A@example.com"),
        ("a+tag@example.com", "a+tag@example.com"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ('"a b"@example.com', '"a b"@example.com'),
        ('<"a b"@example.com>', '"a b"@example.com'),
        ('N <"a b"@example.com>', '"a b"@example.com'),
        ('N <"a@b"@example.com>', '"a@b"@example.com'),
        ('"a@b"@example.com', "a@b@example.com"),
        ('"a;b"@example.com', "a;b@example.com"),
        ("a@localhost", "a@localhost"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
        ("иван@example.com", "иван@example.com"),
        ("ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai"),
        ("a..b@example.com", "a..b@example.com"),
        ("-a@example.com", "-a@example.com"),
        ("x" * 70 + "@example.com", "x" * 70 + "@example.com"),
        ("a@" + "d" * 70 + ".com", "a@" + "d" * 70 + ".com"),
        ("=?utf-8?q?A?= <a@example.com>", "a@example.com"),
        ("x <a@example.com> y", "a@example.com"),
    ],
)
def test_exactly_one_mailbox_may_be_sent_to(text: str, recipient: str) -> None:
    assert address.recipient(text) == recipient


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
        ("a@[IPv6:::1]", "a group, where one mailbox must be"),
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
        address.recipient(text)
    assert caught.value.message == why


@given(st.text(alphabet=' \t\r\n\x00<>()",;:@\\.ab\u00e9\u3000\u202e=?', max_size=24))
def test_a_recipient_that_is_taken_fits_into_one_rcpt_command(text: str) -> None:
    taken = _verdict(text)
    if taken is not None:
        assert not set(taken) & set("\r\n\x00\t<>")
        assert address.mailboxes(address.parse(text)) == [taken]
        assert " " not in taken or taken.startswith('"')

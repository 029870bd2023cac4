"""Mailboxes as nodemailer 8 reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.mail import address
from smtp_verify.mail.address import Group, Mailbox
from tests.timing import computed_within

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
    ("Zoë é@b.co", '<"Zoë é"@b.co>', '"Zoë é"@b.co'),
    ('"a"X@b.co', "aX@b.co", "aX@b.co"),
    ("A\nB <a@b.co>", "A B <a@b.co>", "a@b.co"),
    ("A\x01B <a@b.co>", "AB <a@b.co>", "a@b.co"),
    ("(c) x a@b.co", "x <a@b.co>", "a@b.co"),
    ("A (c) <a@b.co>", "A <a@b.co>", "a@b.co"),
    ("A (c <a@b.co>", "", ""),
    ("x(c)a@b.co", "c <xa@b.co>", "xa@b.co"),
    ("(x a@b.co)", "x <a@b.co>", "a@b.co"),
    ("Name <x <y <a@b.co>", 'Name <"y  a"@b.co>', '"y  a"@b.co'),
    ('A "B": a@b.co;', "A B:a@b.co;", "a@b.co"),
    ("x@y.co <a@b.co>", '"x@y.co" <a@b.co>', "a@b.co"),
    ('a@b.co "q"', "q <a@b.co>", "a@b.co"),
    ('n a@b.co "q"', "n q <a@b.co>", "a@b.co"),
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
    assert address.mailboxes(address.parse("g:" * 50 + "a@b.co")) == ["a@b.co"]
    assert address.mailboxes(address.parse("g:" * 51 + "a@b.co")) == []
    assert address.mailboxes(address.parse("g:" * 4000 + "a@b.co")) == []


def test_a_field_longer_than_any_address_list_is_refused() -> None:
    assert address.parse("a" * 8192) == [Mailbox("a" * 8192, "")]
    with pytest.raises(ConfigError) as caught:
        address.parse("a" * 8193)
    assert caught.value.message == "an address field of 8193 characters; 8192 is the most that is read"


@pytest.mark.parametrize(
    "piece", ["a@", '"', "<", "(", ":", "a,", "a:", '\\"', "a ", "a@b.co ", "é", '"a" ', "a b@"]
)
def test_a_hostile_field_is_read_in_a_short_time(piece: str) -> None:
    field = (piece * 8192)[:8192]
    with computed_within(2):
        address.to_header(address.parse(field))


@pytest.mark.parametrize(
    ("given_address", "normal"),
    [
        ("A@EXAMPLE.COM", "A@example.com"),
        ("A@B@EXAMPLE.COM", "A@B@example.com"),
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

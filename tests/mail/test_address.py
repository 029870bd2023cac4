"""Mailboxes as nodemailer 8 and 9 read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import Nodemailer
from smtp_verify.mail import address
from smtp_verify.mail.address import Group, Mailbox
from tests.timing import computed_within

VECTORS = Path(__file__).resolve().parent.parent / "vectors"

# The field as written, as nodemailer 8.0.11 writes it in the message, and its first envelope address.
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
    ("jõgeva@jõgeva.ee", "jõgeva@jõgeva.ee", "jõgeva@jõgeva.ee"),
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


# What nodemailer 9.0.5 made of these, run for each; it reads the others as 8.0.11 does.
IN_9 = [
    ("a@b@c.co", '<"a@b"@c.co>', '"a@b"@c.co'),
    ('"u@evil.co"@good.co', '<"u@evil.co"@good.co>', '"u@evil.co"@good.co'),
    (".a@b.co", '<".a"@b.co>', '".a"@b.co'),
    ("a..b@b.co", '<"a..b"@b.co>', '"a..b"@b.co'),
    ("@b.co", '<""@b.co>', '""@b.co'),
    ("a@[IPv6:::1]", "<a@[ipv6:::1]>", "a@[ipv6:::1]"),
    ("a@[IPv6:2001:db8::1]", "<a@[ipv6:2001:db8::1]>", "a@[ipv6:2001:db8::1]"),
    ("a@[127.0.0.1]", "<a@[127.0.0.1]>", "a@[127.0.0.1]"),
    ("a@", "<a@>", "a@"),
    ('""@c.co', '<""@c.co>', '""@c.co'),
    ('"a,b"@c.co', '<"a,b"@c.co>', '"a,b"@c.co'),
    ("G: a@[x:y], b@c.co;", "G:<a@[x:y]>, b@c.co;", "a@[x:y]"),
    ("a@[x", "<a@[x>", "a@[x"),
    ('"x\\"y"@c.co', '<"x\\"y"@c.co>', '"x\\"y"@c.co'),
    ("a@b.co\x7f", "a@b.co", "a@b.co"),
]
_NOT_IN_8 = {field for field, _, _ in IN_9}


def read(field: str, nodemailer: Nodemailer) -> tuple[str, str]:
    return address.to_header(field, nodemailer), (address.mailboxes(field, nodemailer) or [""])[0]


@pytest.mark.parametrize(("field", "header", "envelope"), MATRIX)
def test_an_address_field_is_read_as_nodemailer_8_reads_it(field: str, header: str, envelope: str) -> None:
    assert read(field, Nodemailer(8, 0, 11)) == (header, envelope)


@pytest.mark.parametrize(
    ("field", "header", "envelope"), [*(each for each in MATRIX if each[0] not in _NOT_IN_8), *IN_9]
)
def test_an_address_field_is_read_as_nodemailer_9_reads_it(field: str, header: str, envelope: str) -> None:
    assert read(field, Nodemailer(9, 0, 5)) == (header, envelope)


@pytest.mark.parametrize("nodemailer", [Nodemailer(8, 0, 7), Nodemailer(9, 0, 5)], ids=str)
@pytest.mark.parametrize(
    ("field", "envelope"),
    [
        ("nö@bücher.de", "nö@bücher.de"),
        ("nö@xn--bcher-kva.de", "nö@bücher.de"),
        ("nö@BÜCHER.de", "nö@bücher.de"),
        ("no@bücher.de", "no@xn--bcher-kva.de"),
        ("nö@XN--.de", "nö@.de"),
    ],
)
def test_a_domain_stays_in_utf_8_beside_a_local_part_in_it(
    field: str, envelope: str, nodemailer: Nodemailer
) -> None:
    """Since 8.0.7."""
    assert address.mailboxes(field, nodemailer) == [envelope]


def test_a_group_keeps_its_members() -> None:
    assert address.parse("Team: A <a@b.co>, c@d.co;, e@f.co") == [
        Group("Team", (Mailbox("A", "a@b.co"), Mailbox("", "c@d.co"))),
        Mailbox("", "e@f.co"),
    ]


def test_an_address_that_comes_twice_goes_into_the_envelope_once() -> None:
    assert address.mailboxes("a@b.co, A <a@b.co>, G: a@b.co, c@d.co;") == ["a@b.co", "c@d.co"]


def test_a_line_break_in_a_field_opens_no_new_header() -> None:
    header = address.to_header("Name\r\nBcc: x@y.co <a@b.co>")
    assert "\n" not in header
    assert "\r" not in header


def test_groups_inside_groups_are_read_to_a_depth_and_no_further() -> None:
    assert address.mailboxes("g:" * 50 + "a@b.co") == ["a@b.co"]
    assert address.mailboxes("g:" * 51 + "a@b.co") == []
    assert address.mailboxes("g:" * 4000 + "a@b.co") == []


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
        address.to_header(field)


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
    assert address.normalize(given_address, Nodemailer(8, 0, 11)) == normal
    quoted = {"A@B@EXAMPLE.COM": '"A@B"@example.com'}
    assert address.normalize(given_address) == quoted.get(given_address, normal)

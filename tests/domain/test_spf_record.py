"""SPF records and their macros, as RFC 7208 writes them."""

from __future__ import annotations

import ipaddress

import pytest

from smtp_verify.domain.spf_macro import CannotExpand, CheckedMail, expand
from smtp_verify.domain.spf_record import SpfSyntaxError, is_spf, parse
from tests.timing import computed_within


@pytest.mark.parametrize("text", ["v=spf1", "v=spf1 -all", "V=SPF1 -all", "v=spf1  -all"])
def test_a_record_begins_with_its_version(text: str) -> None:
    assert is_spf(text)


@pytest.mark.parametrize(
    "text", ["v=spf10 -all", "v=spf1-all", " v=spf1", "spf2.0/mfrom", "", "v=spf1\t-all"]
)
def test_anything_else_is_no_record(text: str) -> None:
    assert not is_spf(text)


def test_terms_are_read_with_their_qualifiers() -> None:
    record = parse(
        "v=spf1 A MX:mail.example.org/28//64 -Include:x.example ~ip6:2001:db8::/32 ?exists:%{i}.x.example all"
    )
    assert [(term.qualifier, term.name, term.domain) for term in record.terms] == [
        ("+", "a", ""),
        ("+", "mx", "mail.example.org"),
        ("-", "include", "x.example"),
        ("~", "ip6", ""),
        ("?", "exists", "%{i}.x.example"),
        ("+", "all", ""),
    ]
    assert (record.terms[1].four, record.terms[1].six) == (28, 64)
    assert record.terms[3].network == ipaddress.ip_network("2001:db8::/32")


def test_nothing_counts_behind_all_and_redirect_only_without_it() -> None:
    assert [term.name for term in parse("v=spf1 -all include:x.example redirect=y.example").terms] == ["all"]
    assert [term.name for term in parse("v=spf1 redirect=y.example a").terms] == ["a", "redirect"]


@pytest.mark.parametrize(
    "term",
    [
        "ip4",
        "ip4:",
        "ip4:192.0.2",
        "ip4:192.0.2.1/33",
        "ip4:192.0.2.0/255.255.255.0",
        "ip4:192.0.2.1/",
        "ip4:2001:db8::1",
        "ip6:192.0.2.1",
        "ip6:2001:db8::/129",
        "include",
        "include:",
        "include:example",
        "include:ex..",
        "include:foo.123",
        "include:%{z}.example",
        "include:%{d0}.example",
        "include:%(d).example",
        "include:\x1b[2J.example",
        "include:bücher.example",
        "exists",
        "a/33",
        "a:example.com/",
        "a//129",
        "mx:",
        "all:example.com",
        "all/8",
        "ipv4:192.0.2.1",
        "foo:bar.example",
        "192.0.2.1",
        "-",
        "redirect=",
        "redirect=example",
        "redirect=a.example redirect=b.example",
        "exp=a.example exp=b.example",
        "foo=%",
    ],
)
def test_what_cannot_be_read_spoils_the_record(term: str) -> None:
    with pytest.raises(SpfSyntaxError):
        parse(f"v=spf1 {term} -all")


@pytest.mark.parametrize(
    "term",
    ["moo.cow-far_out=man:dog/cat", "exp=explain.%{d}", "a:%{d1r+}.example", "a:museum.museum.", "ptr"],
)
def test_what_is_rare_can_be_read_all_the_same(term: str) -> None:
    parse(f"v=spf1 {term} -all")


@pytest.mark.parametrize(
    "term",
    ["a" * 60000, "a/" * 30000, "include:" + "a." * 30000 + "1", "a:" + "%{d}" * 15000, "a:" + "a" * 60000],
)
def test_a_hostile_record_takes_no_time(term: str) -> None:
    with computed_within(2), pytest.raises(SpfSyntaxError):
        parse(f"v=spf1 {term}/ -all")


# The examples of RFC 7208 section 7.4.
STRONG = CheckedMail("strong-bad", "email.example.com", ipaddress.ip_address("192.0.2.3"))
SIX = CheckedMail("strong-bad", "email.example.com", ipaddress.ip_address("2001:db8::cb01"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
    ],
)
def test_macros_expand_as_in_the_rfc(text: str, expected: str) -> None:
    assert expand(text, "email.example.com", STRONG) == expected


def test_an_ipv6_address_is_spelt_out() -> None:
    assert expand("%{ir}.%{v}._spf.%{d2}", "email.example.com", SIX) == (
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
    )


def test_a_name_that_is_too_long_loses_labels_from_the_left() -> None:
    expanded = expand("%{l}.example.com", "example.com", CheckedMail("a." * 200 + "b", "example.com"))
    assert len(expanded) <= 253
    assert expanded.endswith(".a.b.example.com")


@pytest.mark.parametrize("text", ["%{i}", "%{ir}.example", "%{v}.example", "%{h}", "%{p}"])
def test_without_the_server_some_macros_cannot_be_told(text: str) -> None:
    with pytest.raises(CannotExpand):
        expand(text, "example.com", CheckedMail("a", "example.com"))

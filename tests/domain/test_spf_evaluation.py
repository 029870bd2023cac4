"""`check_host()` against a DNS server that really answers."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING

import pytest

from smtp_verify.domain.resolver import Resolver
from smtp_verify.domain.spf_evaluation import SpfOutcome, SpfResult, evaluate
from smtp_verify.domain.spf_macro import CheckedMail
from tests.dnsd import DnsServer, Fault, Names, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = "192.0.2.1"
SIX = "2001:db8::1"


def spf(*terms: str) -> dict[str, tuple[str | bytes, ...]]:
    return {"TXT": (" ".join(("v=spf1", *terms)),)}


NAMES: Names = {
    "ip4.example": spf("ip4:192.0.2.0/24", "-all"),
    "ip6.example": spf("ip6:2001:db8::/32", "-all"),
    "soft.example": spf("~all"),
    "silent.example": spf("?all"),
    "open.example": spf("+all"),
    "bare.example": spf(),
    "none.example": {"TXT": ("google-site-verification=x",)},
    "two.example": {"TXT": ("v=spf1 -all", "v=spf1 ~all")},
    "other.example": {"TXT": ("v=spf1 -all", "v=spf10 ~all", "something")},
    "broken.example": spf("ip4:192.0.2.1", "ipv4:192.0.2.2", "-all"),
    "include.example": spf("include:ip4.example", "-all"),
    "nested.example": spf("include:include.example", "-all"),
    "minus.example": spf("-include:ip4.example", "+all"),
    "toward-none.example": spf("include:none.example", "-all"),
    "redirect.example": spf("redirect=ip4.example"),
    "redirect-none.example": spf("redirect=missing.example"),
    "a.example": {**spf("a", "-all"), "A": (ADDRESS,), "AAAA": (SIX,)},
    "near.example": {**spf("a/24", "-all"), "A": ("192.0.2.200",)},
    "mx.example": {**spf("mx", "-all"), "MX": ("10 a.example.", "20 near.example.")},
    "null-mx.example": {**spf("mx", "-all"), "MX": ("0 .",)},
    "many-mx.example": {**spf("mx", "-all"), "MX": tuple(f"10 m{n}.example." for n in range(11))},
    "exists.example": spf("exists:%{ir}.list.example", "-all"),
    "1.2.0.192.list.example": {"A": ("127.0.0.2",)},
    "ptr.example": spf("ptr", "-all"),
    "1.2.0.192.in-addr.arpa": {"PTR": ("mail.ptr.example.", "mail.elsewhere.example.")},
    "mail.ptr.example": {"A": (ADDRESS,)},
    "ptr-lie.example": spf("ptr:elsewhere.example", "-all"),
    "mail.elsewhere.example": {"A": ("198.51.100.1",)},
    "loop.example": spf("include:pool.example", "-all"),
    "pool.example": spf("include:loop.example", "-all"),
    "self.example": spf("redirect=self.example"),
    "ten.example": spf(*(f"include:i{n}.example" for n in range(10)), "-all"),
    "eleven.example": spf(*(f"include:i{n}.example" for n in range(11)), "-all"),
    **{f"i{n}.example": spf("ip4:198.51.100.1", "-all") for n in range(11)},
    "late.example": spf("include:ip4.example", *(f"include:i{n}.example" for n in range(10)), "-all"),
    "voids.example": spf("a:no1.example", "a:no2.example", "-all"),
    "three-voids.example": spf("a:no1.example", "a:no2.example", "exists:no3.example", "-all"),
    "temp.example": spf("include:servfail.example", "-all"),
    "servfail.example": Fault.SERVFAIL,
    "helo.example": spf("exists:%{h}.example", "-all"),
    "bytes.example": {"TXT": (b"v=spf1 \xff -all",)},
    "split.example": spf(*(f"ip4:198.51.100.{n}" for n in range(60)), "ip4:192.0.2.1", "-all"),
    "alias.example": {"CNAME": ("ip4.example",)},
}


@pytest.fixture(scope="module")
def server() -> Iterator[DnsServer]:
    with serving(NAMES) as server:
        yield server


def check(server: DnsServer, domain: str, address: str | None = ADDRESS, deadline: float = 5) -> SpfOutcome:
    async def run() -> SpfOutcome:
        at = ipaddress.ip_address(address) if address else None
        async with Resolver(deadline, [server.address]) as resolver:
            return await evaluate(resolver, domain, CheckedMail("a", domain, at))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("ip4.example", SpfResult.PASS),
        ("ip6.example", SpfResult.FAIL),
        ("soft.example", SpfResult.SOFTFAIL),
        ("silent.example", SpfResult.NEUTRAL),
        ("open.example", SpfResult.PASS),
        ("bare.example", SpfResult.NEUTRAL),
        ("none.example", SpfResult.NONE),
        ("missing.example", SpfResult.NONE),
        ("two.example", SpfResult.PERMERROR),
        ("other.example", SpfResult.FAIL),
        ("broken.example", SpfResult.PERMERROR),
        ("include.example", SpfResult.PASS),
        ("nested.example", SpfResult.PASS),
        ("minus.example", SpfResult.FAIL),
        ("toward-none.example", SpfResult.PERMERROR),
        ("redirect.example", SpfResult.PASS),
        ("redirect-none.example", SpfResult.PERMERROR),
        ("a.example", SpfResult.PASS),
        ("near.example", SpfResult.PASS),
        ("mx.example", SpfResult.PASS),
        ("null-mx.example", SpfResult.FAIL),
        ("many-mx.example", SpfResult.PERMERROR),
        ("exists.example", SpfResult.PASS),
        ("ptr.example", SpfResult.PASS),
        ("ptr-lie.example", SpfResult.FAIL),
        ("loop.example", SpfResult.PERMERROR),
        ("self.example", SpfResult.PERMERROR),
        ("ten.example", SpfResult.FAIL),
        ("eleven.example", SpfResult.PERMERROR),
        ("late.example", SpfResult.PASS),
        ("voids.example", SpfResult.FAIL),
        ("three-voids.example", SpfResult.PERMERROR),
        ("temp.example", SpfResult.TEMPERROR),
        ("helo.example", SpfResult.UNDECIDED),
        ("bytes.example", SpfResult.PERMERROR),
        ("split.example", SpfResult.PASS),
        ("alias.example", SpfResult.PASS),
    ],
)
def test_results_for_an_address(server: DnsServer, domain: str, expected: SpfResult) -> None:
    outcome = check(server, domain)
    assert outcome.result is expected, outcome.why


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("ip6.example", SpfResult.PASS), ("a.example", SpfResult.PASS), ("ip4.example", SpfResult.FAIL)],
)
def test_results_for_an_ipv6_address(server: DnsServer, domain: str, expected: SpfResult) -> None:
    assert check(server, domain, SIX).result is expected


def test_a_server_that_says_nothing_is_a_passing_error(server: DnsServer) -> None:
    with serving({"quiet.example": Fault.SILENT}) as quiet:
        outcome = check(quiet, "quiet.example", deadline=0.5)
    assert outcome.result is SpfResult.TEMPERROR
    assert outcome.why == "quiet.example: no answer within 0.5 s"


def test_without_an_address_the_whole_record_is_followed(server: DnsServer) -> None:
    outcome = check(server, "late.example", None)
    assert outcome.result is SpfResult.PERMERROR
    assert outcome.over_limit
    assert outcome.passing[0] == "ip4.example"
    assert outcome.networks[0] == ipaddress.ip_network("192.0.2.0/24")


def test_what_only_an_address_decides_is_named(server: DnsServer) -> None:
    outcome = check(server, "exists.example", None)
    assert outcome.result is SpfResult.FAIL
    assert outcome.undecided == ["exists:%{ir}.list.example"]


def test_an_include_with_another_qualifier_lets_nobody_pass(server: DnsServer) -> None:
    outcome = check(server, "minus.example", None)
    assert (outcome.passing, outcome.failing, outcome.networks) == ([], ["ip4.example"], [])


@pytest.mark.parametrize(
    ("domain", "lookups"), [("nested.example", 2), ("ten.example", 10), ("ip4.example", 0)]
)
def test_look_ups_are_counted(server: DnsServer, domain: str, lookups: int) -> None:
    assert check(server, domain, None).lookups == lookups

"""Questions to a DNS server that answers, lies, refuses or says nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from smtp_verify.domain.resolver import Answer, Known, Resolver, parse_nameserver
from smtp_verify.errors import UsageError
from tests.conftest import ROOT, clean_environment
from tests.dnsd import DnsServer, Fault, Names, serving
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = "v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(200)) + " -all"


@pytest.fixture(scope="module")
def server() -> Iterator[DnsServer]:
    names: Names = {
        "plain.example": {"TXT": ("two", "one"), "MX": ("10 mx.plain.example.",)},
        "null.example": {"MX": ("0 .",)},
        "long.example": {"TXT": (LONG,)},
        "bytes.example": {"TXT": (b"v=spf1 \xff -all",)},
        "alias.example": {"CNAME": ("plain.example",)},
        "dangling.example": {"CNAME": ("nowhere.invalid",)},
        "loop.example": {"CNAME": ("pool.example",)},
        "pool.example": {"CNAME": ("loop.example",)},
        "below.node.example": {"A": ("192.0.2.1",)},
        "servfail.example": Fault.SERVFAIL,
        "refused.example": Fault.REFUSED,
        "silent.example": Fault.SILENT,
        "garbage.example": Fault.GARBAGE,
        "lying.example": Fault.LYING_ID,
        "cut.example": Fault.TRUNCATED,
        "over-tcp.cut.example": {"TXT": ("all of it",)},
    }
    with serving(names) as server:
        yield server


def ask(server: DnsServer, name: str, type_: str = "TXT", deadline: float = 5) -> Answer:
    async def run() -> Answer:
        async with Resolver(deadline, [server.address]) as resolver:
            return await resolver.ask(name, type_)

    return asyncio.run(run())


def test_records_come_in_an_order_of_their_own(server: DnsServer) -> None:
    assert ask(server, "Plain.Example.").values == ("one", "two")
    assert ask(server, "plain.example", "MX").values == ("10 mx.plain.example",)
    assert ask(server, "null.example", "MX").values == ("0 .",)


def test_long_text_is_joined_without_spaces(server: DnsServer) -> None:
    assert ask(server, "long.example").values == (LONG,)


def test_text_that_is_no_utf_8_keeps_its_octets_in_sight(server: DnsServer) -> None:
    assert ask(server, "bytes.example").values == ("v=spf1 \\xff -all",)


def test_an_alias_is_followed_and_told(server: DnsServer) -> None:
    answer = ask(server, "alias.example")
    assert (answer.known, answer.target) == (Known.FOUND, "plain.example")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("missing.example", Known.NO_NAME),
        ("dangling.example", Known.NO_NAME),
        ("node.example", Known.NO_DATA),
        ("null.example", Known.NO_DATA),
    ],
)
def test_no_name_and_no_record_are_told_apart(server: DnsServer, name: str, known: Known) -> None:
    answer = ask(server, name)
    assert answer.known is known
    assert answer.absent


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("servfail.example", "the DNS server answered SERVFAIL"),
        ("refused.example", "the DNS server answered REFUSED"),
        ("loop.example", "the DNS server's answer cannot be used"),
        ("silent.example", "no answer within 0.7 s"),
        ("garbage.example", "no answer within 0.7 s"),
        ("lying.example", "no answer within 0.7 s"),
        (f"{'a' * 64}.example", "LabelTooLong"),
        ("a..example", "EmptyLabel"),
    ],
)
def test_what_could_not_be_told_has_its_reason(server: DnsServer, name: str, why: str) -> None:
    with within(3):
        answer = ask(server, name, deadline=0.7)
        assert answer.known is Known.UNKNOWN
        assert not answer.absent
        assert why in answer.why


def test_a_truncated_answer_is_asked_for_over_tcp(server: DnsServer) -> None:
    assert ask(server, "cut.example").values == ("all of it",)
    assert [over for name, _, over in server.asked if name == "cut.example"] == ["udp", "tcp"]


def test_a_question_is_sent_once(server: DnsServer) -> None:
    async def run() -> None:
        async with Resolver(5, [server.address]) as resolver:
            await asyncio.gather(*(resolver.ask("once.example", "A") for _ in range(5)))
            await resolver.ask("ONCE.example", "A")

    asyncio.run(run())
    assert [name for name, _, _ in server.asked].count("once.example") == 1


def test_nobody_listens() -> None:
    with serving({}) as server:
        pass
    assert ask(server, "plain.example", deadline=1).known is Known.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.1.1.1", ("1.1.1.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_a_nameserver_is_an_address_with_a_port(text: str, expected: tuple[str, int]) -> None:
    assert parse_nameserver(text) == expected


@pytest.mark.parametrize(
    "text", ["", "dns.example", "1.1.1.1:", "1.1.1.1:0", "1.1.1.1:65536", "[::1", "1.1.1.1:x"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_nameserver(text)


WITHOUT = """\
import sys, asyncio
sys.modules["dns"] = None
from smtp_verify.domain.resolver import Resolver
from smtp_verify.errors import UsageError

async def run():
    Resolver(1)

try:
    asyncio.run(run())
except UsageError as error:
    print(error.message)
"""


def test_without_the_extra_the_command_that_installs_it_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "dnspython is not installed: pip install 'smtp-verify[dns]'\n"

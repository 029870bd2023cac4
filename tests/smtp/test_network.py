"""Names and connections, on sockets of this machine."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING

import pytest

from smtp_verify.smtp import network
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def port() -> Iterator[int]:
    """A port that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def ipv4(port: int) -> network.Address:
    return network.Address(socket.AF_INET, ("127.0.0.1", port))


def ipv6(port: int) -> network.Address:
    return network.Address(socket.AF_INET6, ("::1", port, 0, 0))


def unused() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


def peer(*addresses: network.Address, local: str | None = None, timeout: float = 20) -> tuple[str, int]:
    """Where a connection to these leads."""

    async def connect() -> tuple[str, int]:
        with await network.connect(addresses, local, timeout) as connection:
            host, port = connection.getpeername()[:2]
            return str(host), int(port)

    return asyncio.run(connect())


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("::1%lo", True),
     ("10.0.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("::ffff:10.0.0.1", False),
     ("fe80::1%eth0", False), ("224.0.0.1", False), ("localhost", False), ("", False)],
)  # fmt: skip
def test_the_loopback_is_told_by_the_address(address: str, loopback: bool) -> None:
    assert network.is_loopback(address) is loopback


def test_addresses_are_shown_as_in_urls() -> None:
    assert (ipv4(25).shown, ipv6(25).shown) == ("127.0.0.1:25", "[::1]:25")


def test_an_address_resolves_to_itself() -> None:
    assert asyncio.run(network.resolve("127.0.0.1", 25, 20)) == [ipv4(25)]


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "127.0.0.1\0", "127.0.0.1\0.example"])
def test_a_name_that_cannot_exist_does_not(host: str) -> None:
    with pytest.raises(network.NoSuchHost):
        asyncio.run(network.resolve(host, 25, 20))


def test_a_resolver_that_hangs_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver is none of ours: one that sleeps is put in its place."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1.5))
    with within(1), pytest.raises(network.ResolverFailed, match=r"did not answer within 0\.1 s"):
        asyncio.run(network.resolve("mx.example", 25, 0.1))


def test_the_next_address_is_tried_where_one_refuses(port: int) -> None:
    assert peer(ipv4(unused()), ipv4(port)) == ("127.0.0.1", port)


def test_a_silent_address_does_not_hold_the_next_one_up(deaf: int, port: int) -> None:
    assert peer(ipv4(deaf), ipv4(port)) == ("127.0.0.1", port)


def test_every_refusal_is_named() -> None:
    first, second = unused(), unused()
    with pytest.raises(network.NotConnected) as caught:
        peer(ipv4(first), ipv4(second))
    for each in (first, second):
        assert f"connect ECONNREFUSED 127.0.0.1:{each}" in str(caught.value)


def test_a_connection_that_takes_too_long_is_given_up(deaf: int) -> None:
    with pytest.raises(network.NotConnected, match="Connection timeout"):
        peer(ipv4(deaf), timeout=0.2)


def test_no_address_is_no_connection() -> None:
    with pytest.raises(network.NotConnected, match="no address"):
        peer()


def test_a_local_address_that_is_not_ours_is_told(port: int) -> None:
    with pytest.raises(network.BadLocalAddress, match="EADDRNOTAVAIL"):
        peer(ipv4(port), local="203.0.113.77")


def test_addresses_of_the_other_family_are_passed_over_for_a_local_address(port: int) -> None:
    assert peer(ipv6(port), ipv4(port), local="127.0.0.1") == ("127.0.0.1", port)


def test_whatever_a_resolver_raises_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("not an answer")

    monkeypatch.setattr(socket, "getaddrinfo", broken)
    with within(5), pytest.raises(TypeError):
        asyncio.run(network.resolve("mx.example", 25, 20))

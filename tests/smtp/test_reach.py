"""How far a host can be reached: open, refused, silent and blocked ports are told apart."""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from smtp_verify.smtp import network
from smtp_verify.smtp.ladder import reach
from smtp_verify.smtp.ladder.reach import State

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = network.Address(socket.AF_INET, ("127.0.0.1", 0))


def knock(port: int, local_address: str | None = None, timeout: float = 0.4) -> State:
    """What the loopback answers there."""
    (found,) = asyncio.run(reach.knock([LOOPBACK], port, local_address, timeout))
    return found.state


@contextmanager
def silent_port() -> Iterator[int]:
    """A port whose queue is full: the kernel drops who else knocks, as a firewall would."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
            waiting.append(caller)
        try:
            yield port
        finally:
            for caller in waiting:
                caller.close()


def closed_port() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_an_open_port_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert knock(listener.getsockname()[1]) is State.OPEN


def test_a_port_where_nothing_listens_is_refused() -> None:
    assert knock(closed_port()) is State.REFUSED


def test_a_port_that_drops_what_comes_is_silent() -> None:
    with silent_port() as port:
        assert knock(port) is State.SILENT


def test_a_local_address_of_another_machine_is_no_route() -> None:
    assert knock(closed_port(), "192.0.2.1") is State.NO_ROUTE


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (errno.EACCES, State.BLOCKED),
        (errno.EPERM, State.BLOCKED),
        (errno.EHOSTUNREACH, State.NO_ROUTE),
        (errno.ENETUNREACH, State.NO_ROUTE),
        (errno.ECONNREFUSED, State.REFUSED),
        (errno.ECONNRESET, State.REFUSED),
    ],
)
def test_each_error_of_a_connection_has_its_state(code: int, state: State) -> None:
    assert reach.state_of(code) is state


def knocked(host: str, port: int, state: State) -> reach.Knock:
    return reach.Knock(network.Address(socket.AF_INET, (host, port)), state, 0.1)


def test_no_route_to_one_port_of_a_host_that_answers_on_another_is_a_firewall() -> None:
    knocks = [
        knocked("192.0.2.1", 25, State.NO_ROUTE),
        knocked("192.0.2.1", 587, State.REFUSED),
        knocked("192.0.2.2", 25, State.NO_ROUTE),
        knocked("192.0.2.2", 587, State.SILENT),
    ]
    told = reach.told_apart(knocks)
    assert [told[each.address] for each in knocks] == [
        State.BLOCKED,
        State.REFUSED,
        State.NO_ROUTE,
        State.SILENT,
    ]


def test_both_families_are_asked_and_each_says_what_it_found() -> None:
    lookups, addresses = asyncio.run(reach.look_up("localhost", 5))
    assert [each.type for each in lookups] == ["A", "AAAA"]
    assert lookups[0].addresses == ("127.0.0.1",)
    assert not lookups[0].problem
    assert addresses[0].sockaddr[0] == "127.0.0.1"
    assert all(0 <= each.seconds < 5 for each in lookups)


def test_a_name_that_does_not_exist_has_neither() -> None:
    lookups, addresses = asyncio.run(reach.look_up("no-such-host.invalid", 10))
    assert addresses == []
    assert all(each.problem for each in lookups)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_address_is_not_looked_up(host: str) -> None:
    lookups, addresses = asyncio.run(reach.look_up(host, 5))
    assert (lookups, [each.sockaddr[0] for each in addresses]) == ((), [host])


def test_a_resolver_that_never_answers_is_told_within_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(network, "_getaddrinfo", never)
    lookups, addresses = asyncio.run(reach.look_up("mx.example", 0.2))
    assert addresses == []
    assert [each.problem for each in lookups] == ["the resolver did not answer within 0.2 s"] * 2

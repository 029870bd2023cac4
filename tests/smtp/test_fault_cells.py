"""Every fault at every point of a session, over every channel: outcome, stage and time."""

from __future__ import annotations

import asyncio
import functools
import os
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.smtp import session
from smtp_verify.smtp.transcript import Ending
from tests.configs import PATIENCE
from tests.faults.catalogue import EVERYWHERE, Fault, Kind, expected, faults_at
from tests.faults.server import Channel, FaultyServer, Point, Then
from tests.listening import listening
from tests.smtp.sending import message, plan
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtp_verify.mail.message import Message
    from smtp_verify.smtp.transcript import Result

_ENDLESS = (Then.SILENCE, Then.HALF_CLOSE, Then.DRIP)
_SOON = 0.4
"""Seconds: the deadline where a server says nothing."""
_LATE = PATIENCE / 1000
_SLOW = (Point.BODY, Point.HANDSHAKE)
_SWIFT = (Then.GO_ON, Then.CLOSE, Then.RESET)
_SWIFT_FAULTS = [fault for fault in EVERYWHERE if fault.act.then in _SWIFT]
_AT_ONCE = 16
"""Sessions side by side; more would make each of them late on a small machine."""


def _points(channel: Channel) -> Iterator[Point]:
    for point in Point:
        if point is Point.HANDSHAKE and channel is Channel.CLEAR:
            continue
        if point in (Point.STARTTLS, Point.SECOND_EHLO) and channel is not Channel.STARTTLS:
            continue
        yield point


_GROUPED = (Point.MAIL, Point.RCPT, Point.DATA, Point.BODY, Point.DOT, Point.QUIT)
CASES = [
    (channel, point, pipelining)
    for channel in Channel
    for point in _points(channel)
    for pipelining in ((False, True) if point in _GROUPED else (False,))
]


@pytest.mark.parametrize(
    ("channel", "point", "pipelining"),
    CASES,
    ids=[f"{c.value}-{p.value}-{'grouped' if g else 'one by one'}" for c, p, g in CASES],
)
def test_each_fault_ends_the_session_as_the_contract_says(
    channel: Channel, point: Point, pipelining: bool, record_property: Callable[[str, object], None]
) -> None:
    _large_message()
    wrong = asyncio.run(_play(channel, point, pipelining))
    record_property("count: fault cells", len(faults_at(point)))
    assert wrong == []


_SCRIPTS_A_SEED = 80
SEEDS = int(os.environ.get("FAULT_SERVERS", "2000")) // _SCRIPTS_A_SEED
"""As many as `make test` has time for; `make faults` has more."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_random_server_is_misread(seed: int, record_property: Callable[[str, object], None]) -> None:
    """Accepted only where the server said so after the dot, and nothing else where it did."""
    wrong = asyncio.run(_play_scripts(random.Random(seed)))  # noqa: S311 - a test that can be repeated
    record_property("count: random servers", _SCRIPTS_A_SEED)
    assert wrong == []


async def _play_scripts(rng: random.Random) -> list[str]:
    turns = asyncio.Semaphore(_AT_ONCE)
    servers = [_random_server(rng) for _ in range(_SCRIPTS_A_SEED)]

    async def play(server: FaultyServer, told: str) -> str:
        async with turns:
            result, _ = await _deliver(server, _LATE, large=False)
        where = f"{told}: {result.ending.name} at {result.stage.value} ({result.reason})"
        return _against_the_truth(where, result, server)

    return list(filter(None, await asyncio.gather(*(play(*each) for each in servers))))


def _random_server(rng: random.Random) -> tuple[FaultyServer, str]:
    """One that goes wrong at up to three points, and falls silent at none; and what it does."""
    channel = rng.choices(list(Channel), [8, 1, 1])[0]
    points = rng.sample([point for point in _points(channel) if point not in _SLOW], rng.randint(1, 3))
    faults = {point: rng.choice(_SWIFT_FAULTS) for point in points}
    server = FaultyServer(channel, {point: fault.act for point, fault in faults.items()}, rng.random() < 0.5)
    return server, ", ".join(
        [channel.value, *(f"{point.value}: {fault.name}" for point, fault in faults.items())]
    )


async def _play(channel: Channel, point: Point, pipelining: bool) -> list[str]:
    """Every fault of a point, those that say nothing after the others; what went otherwise than it should."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def play(fault: Fault) -> str:
        async with turns:
            return await _cell(fault, channel, point, pipelining)

    wrong: list[str] = []
    for endless in (False, True):
        faults = [fault for fault in faults_at(point) if (fault.act.then in _ENDLESS) is endless]
        wrong += await asyncio.gather(*map(play, faults))
    return list(filter(None, wrong))


async def _cell(fault: Fault, channel: Channel, point: Point, pipelining: bool) -> str:
    acts = {} if fault.kind is Kind.UNTRUSTED else {point: fault.act}
    login = point in (Point.USER, Point.PASSWORD)
    wanted = expected(fault, point, channel, pipelining)
    for allowed in (_SOON, 5 * _SOON) if fault.act.then in _ENDLESS else (_LATE,):
        server = FaultyServer(channel, acts, pipelining, login, fault.cert)
        result, took = await _deliver(server, allowed, large=point is Point.BODY)
        if result.stage in wanted.stages or took < allowed:
            # On a busy machine a session may not get as far in a short time: it has another try.
            break
    where = f"{fault.name}: {result.ending.name} at {result.stage.value} in {took:.2f} s ({result.reason})"
    if (result.ending, result.stage in wanted.stages) != (wanted.ending, True):
        return f"{where}; wanted {wanted.ending.name} at {'/'.join(each.value for each in wanted.stages)}"
    if took > allowed + 1:
        return f"{where}; the deadline was {allowed} s"
    return _against_the_truth(where, result, server)


def _against_the_truth(where: str, result: Result, server: FaultyServer) -> str:
    """Accepted where the server said so after the dot; not failed where it said so, or nothing."""
    verdict = server.truth.verdict
    taken = verdict is not None and verdict < 300
    if result.ending is Ending.ACCEPTED and not taken:
        return f"{where}; the server never took it"
    if taken and result.ending not in (Ending.ACCEPTED, Ending.UNKNOWN):
        return f"{where}; the server took it"
    if server.truth.bodies and verdict is None and result.ending is not Ending.UNKNOWN:
        return f"{where}; the server has the message, and did not say what becomes of it"
    return ""


async def _deliver(server: FaultyServer, seconds: float, large: bool) -> tuple[Result, float]:
    async with listening(server.serve, LOOPBACK) as port:
        what = _plan(port, server.channel, large)
        start = time.perf_counter()
        result = await session.deliver(what, asyncio.get_running_loop().time() + seconds)
        return result, time.perf_counter() - start


def _plan(port: int, channel: Channel, large: bool) -> session.Plan:
    changes: dict[str, Any] = {"auth": {"user": "u", "pass": "p"}, "secure": channel is Channel.IMPLICIT}
    what = plan(port, **changes)
    if not large:
        return what
    return session.Plan(what.endpoint, _large_message(), what.login, what.auth)


@functools.cache
def _large_message() -> Message:
    """More than a network holds on the way."""
    return message(content=("x" * 76 + "\r\n") * 100_000)

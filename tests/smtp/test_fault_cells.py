"""Every fault at every point of a session, over every channel: outcome, stage and time."""

from __future__ import annotations

import asyncio
import functools
import os
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from smtp_verify.smtp.session import session
from smtp_verify.smtp.wire.transcript import Ending
from tests.configs import PATIENCE
from tests.faults.catalogue import EVERYWHERE, Fault, Kind, expected, faults_at
from tests.faults.server import Channel, FaultyServer, Point, Then
from tests.listening import listening
from tests.smtp.sending import message, plan
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtp_verify.mail.message import Message
    from smtp_verify.smtp.wire.transcript import Result
    from tests.sampling import Sample

_ENDLESS = (Then.SILENCE, Then.HALF_CLOSE, Then.DRIP)
_LATE = PATIENCE / 1000
_PATIENCE = (8.0, 60.0)
"""Seconds: the deadlines where a server says nothing. All such sessions wait side by side, and one that a
busy machine did not let get as far as its point has another try."""
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


class Cell(NamedTuple):
    """A fault at a point of a session."""

    fault: Fault
    channel: Channel
    point: Point
    pipelining: bool


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
    channel: Channel,
    point: Point,
    pipelining: bool,
    sample: Sample,
    record_property: Callable[[str, object], None],
) -> None:
    _large_message()
    faults = sample([fault for fault in faults_at(point) if fault.act.then not in _ENDLESS], one_in=8)
    cells = [Cell(fault, channel, point, pipelining) for fault in faults]
    wrong = asyncio.run(_play(cells, _LATE, _AT_ONCE))
    record_property("count: fault cells", len(cells))
    assert wrong == []


def test_a_server_that_says_nothing_ends_the_session_at_its_deadline(
    sample: Sample, record_property: Callable[[str, object], None]
) -> None:
    _large_message()
    every = [
        Cell(fault, *case) for case in CASES for fault in faults_at(case[1]) if fault.act.then in _ENDLESS
    ]
    cells = sample(every, one_in=4)
    wrong = asyncio.run(_play_silent(cells))
    record_property("count: fault cells", len(cells))
    assert wrong == []


_SCRIPTS_A_SEED = 80
SEEDS = int(os.environ.get("FAULT_SERVERS", "2000")) // _SCRIPTS_A_SEED
"""Those of the exhaustive tests; `make faults` has more."""


@pytest.mark.exhaustive(one_in=10)
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


async def _play(cells: list[Cell], allowed: float, at_once: int) -> list[str]:
    """Each cell within a deadline; what went otherwise than it should."""
    turns = asyncio.Semaphore(at_once)

    async def play(cell: Cell) -> str:
        async with turns:
            return (await _played(cell, allowed)).wrong

    return list(filter(None, await asyncio.gather(*map(play, cells))))


async def _play_silent(cells: list[Cell]) -> list[str]:
    """All cells at once; those that did not get as far as they should, again with more time."""
    first, second = _PATIENCE
    played = await asyncio.gather(*(_played(cell, first) for cell in cells))
    wrong = [each.wrong for each in played if each.wrong and each.arrived]
    return wrong + await _play([each.cell for each in played if not each.arrived], second, _AT_ONCE)


class Played(NamedTuple):
    """How a cell came out."""

    cell: Cell
    arrived: bool
    """Whether the session got to the point where the server goes wrong."""
    wrong: str


async def _played(cell: Cell, allowed: float) -> Played:
    fault, channel, point, pipelining = cell
    acts = {} if fault.kind is Kind.UNTRUSTED else {point: fault.act}
    login = point in (Point.USER, Point.PASSWORD)
    server = FaultyServer(channel, acts, pipelining, login, fault.cert)
    result, late = await _deliver(server, allowed, large=point is Point.BODY)
    wanted = expected(fault, point, channel, pipelining)
    arrived = result.stage in wanted.stages
    where = f"{channel.value}, {point.value}, {fault.name}: {result.ending.name} at {result.stage.value}"
    if (result.ending, arrived) != (wanted.ending, True):
        stages = "/".join(each.value for each in wanted.stages)
        return Played(cell, arrived, f"{where} ({result.reason}); wanted {wanted.ending.name} at {stages}")
    if late > 1:
        return Played(cell, arrived, f"{where}; {late:.1f} s after its deadline of {allowed} s")
    return Played(cell, arrived, _against_the_truth(where, result, server))


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
    """How the session ends, and by how many seconds later than a timer for the same moment."""
    loop = asyncio.get_running_loop()
    timer: asyncio.Future[float] = loop.create_future()
    async with listening(server.serve, LOOPBACK) as port:
        what = _plan(port, server.channel, large)
        deadline = loop.time() + seconds
        handle = loop.call_at(deadline, lambda: timer.set_result(loop.time()))
        result = await session.deliver(what, deadline)
        ended = loop.time()
    handle.cancel()
    # What a busy machine does to the one it does to the other.
    return result, ended - timer.result() if timer.done() else 0.0


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

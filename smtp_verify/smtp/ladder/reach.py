"""How far a host can be reached: its addresses of each family, and what each port answers to a SYN."""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from smtp_verify.smtp import network
from smtp_verify.smtp.endpoint import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCKED = frozenset({errno.EACCES, errno.EPERM, errno.ECONNABORTED})
"""What a firewall on this machine answers."""
_NO_ROUTE = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN}
)


class State(Enum):
    """What a port answers."""

    OPEN = "open"
    REFUSED = "refused"
    """Nothing listens there, or a firewall resets the connection."""
    BLOCKED = "blocked"
    """A firewall says that it lets nobody through to this port."""
    NO_ROUTE = "no route"
    """This machine has no way to addresses of this kind, as without IPv6."""
    SILENT = "silent"
    """No answer: a firewall drops the packets, as cloud hosts do with port 25."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The addresses of one family."""

    type: str
    """`A` or `AAAA`."""
    addresses: tuple[str, ...]
    seconds: float
    problem: str
    """Why there are none: empty where there are some, or where the host is an address itself."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What one address answers on one port."""

    address: network.Address
    state: State
    seconds: float


async def look_up(host: str, timeout: float) -> tuple[tuple[Lookup, ...], list[network.Address]]:
    """The addresses of a host, by the system's resolver, IPv4 and IPv6 asked side by side.

    An address is not looked up.

    Args:
        host: a name or an address.
        timeout: seconds for both together.
    """
    if is_address(host):
        try:
            return (), await network.resolve(host, 0, timeout)
        except (network.NoSuchHost, network.ResolverFailed):
            # An address of a network that this machine does not have; the session says so.
            return (), []
    families = (("A", socket.AF_INET), ("AAAA", socket.AF_INET6))
    answers = await asyncio.gather(*(_family(host, name, family, timeout) for name, family in families))
    lookups = tuple(lookup for lookup, _ in answers)
    return lookups, [address for _, addresses in answers for address in addresses]


async def _family(host: str, name: str, family: int, timeout: float) -> tuple[Lookup, list[network.Address]]:
    start = time.perf_counter()
    addresses: list[network.Address] = []
    problem = ""
    try:
        addresses = await network.resolve(host, 0, timeout, family)
    except network.NoSuchHost:
        problem = "no such name, or none of this kind"
    except network.ResolverFailed as error:
        problem = str(error)
    shown = tuple(str(address.sockaddr[0]) for address in addresses)
    return Lookup(name, shown, time.perf_counter() - start, problem), addresses


async def knock(
    addresses: list[network.Address], port: int, local_address: str | None, timeout: float
) -> tuple[Knock, ...]:
    """Open a TCP connection to each address and close it again.

    Args:
        addresses: of the host; their own ports do not matter.
        port: the one to knock at.
        local_address: the address to come from, or None for any.
        timeout: seconds for each.
    """
    aimed = [
        network.Address(address.family, (address.sockaddr[0], port, *address.sockaddr[2:]))
        for address in addresses
        if address.reachable_from(local_address)
    ]
    return tuple(await asyncio.gather(*(_one(address, local_address, timeout) for address in aimed)))


async def _one(address: network.Address, local_address: str | None, timeout: float) -> Knock:
    start = time.perf_counter()
    try:
        async with asyncio.timeout(timeout):
            connection = await network.open_socket(address, local_address)
        connection.close()
        state = State.OPEN
    except TimeoutError as error:
        # The kernel gives up with ETIMEDOUT where its own limit is the shorter one.
        state = State.SILENT if error.errno in (None, errno.ETIMEDOUT) else State.REFUSED
    except network.BadLocalAddress:
        state = State.NO_ROUTE
    except OSError as error:
        state = state_of(error.errno)
    return Knock(address, state, time.perf_counter() - start)


def told_apart(knocks: Iterable[Knock]) -> dict[network.Address, State]:
    """The state of each address and port, now that all are known.

    "No route to host" may come of a route that is missing, and of a firewall that says so (RFC 1812 section
    5.2.7.1): where another port of the same address answers, there is a route.
    """
    all_knocks = list(knocks)
    answering = {each.address.sockaddr[0] for each in all_knocks if each.state in (State.OPEN, State.REFUSED)}
    return {
        each.address: State.BLOCKED
        if each.state is State.NO_ROUTE and each.address.sockaddr[0] in answering
        else each.state
        for each in all_knocks
    }


def state_of(code: int | None) -> State:
    """What a connection that failed with this `errno` tells of the port."""
    if code in _BLOCKED:
        return State.BLOCKED
    return State.NO_ROUTE if code in _NO_ROUTE else State.REFUSED

"""Name resolution and TCP, each with its own deadline and its own kind of failure."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_ADDRESS = tuple(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)
"""The name does not exist, has no address, or none of the family that was asked for."""
STAGGER = 0.25
"""Seconds before the next address is tried beside the last one (RFC 8305 section 5)."""


class NoSuchHost(Exception):  # noqa: N818 - it names what happened
    """The name does not exist."""


class ResolverFailed(Exception):  # noqa: N818
    """The resolver did not answer, or could not tell."""


class NotConnected(Exception):  # noqa: N818
    """No address took the connection."""


class BadLocalAddress(Exception):  # noqa: N818
    """The address to connect from is not this machine's."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a host."""

    family: int
    sockaddr: tuple[Any, ...]

    @property
    def shown(self) -> str:
        """`192.0.2.1:25` or `[2001:db8::1]:25`."""
        host, port = self.sockaddr[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def reachable_from(self, local_address: str | None) -> bool:
        """IPv6 cannot be reached from an IPv4 address, nor the other way round."""
        return local_address is None or (":" in local_address) == (self.family == socket.AF_INET6)


async def resolve(host: str, port: int, timeout: float, family: int = socket.AF_UNSPEC) -> list[Address]:
    """The addresses of a host, in the order the system prefers; those of one family where that is given.

    Raises:
        NoSuchHost: the name does not exist.
        ResolverFailed: no answer in time, or none that settles it.
    """
    if "\0" in host:
        # The system's resolver would look for what stands before it.
        raise NoSuchHost(f"getaddrinfo ENOTFOUND {host}")
    try:
        async with asyncio.timeout(timeout):
            infos = await _getaddrinfo(host, port, family)
    except TimeoutError:
        raise ResolverFailed(f"the resolver did not answer within {timeout:g} s") from None
    except socket.gaierror as error:
        if error.errno in _NO_ADDRESS:
            raise NoSuchHost(f"getaddrinfo ENOTFOUND {host}") from None
        raise ResolverFailed(f"{host}: {error.strerror}") from None
    except (UnicodeError, ValueError):
        raise NoSuchHost(f"getaddrinfo ENOTFOUND {host}") from None
    except OSError as error:
        # EAI_SYSTEM: the resolver itself could not work.
        raise ResolverFailed(f"{host}: {error.strerror or 'the resolver failed'}") from None
    return list(dict.fromkeys(Address(family, sockaddr) for family, *_, sockaddr in infos))


async def connect(addresses: Iterable[Address], local_address: str | None, timeout: float) -> socket.socket:
    """A TCP connection to the first address that takes one.

    A silent address holds the next one up for `STAGGER` seconds and no longer.

    Raises:
        NotConnected: none did.
        BadLocalAddress: `local_address` cannot be bound.
    """
    attempts: dict[asyncio.Task[socket.socket], Address] = {}
    waiting = [address for address in addresses if address.reachable_from(local_address)]
    failures: list[str] = []
    try:
        async with asyncio.timeout(timeout):
            while waiting or attempts:
                if waiting:
                    address = waiting.pop(0)
                    attempts[asyncio.create_task(open_socket(address, local_address))] = address
                won = await _first(attempts, failures, STAGGER if waiting else None)
                if won is not None:
                    return won
    except TimeoutError:
        failures.append("Connection timeout")
    finally:
        await _discard(attempts)
    raise NotConnected("; ".join(dict.fromkeys(failures)) or "no address to connect to")


async def _first(
    attempts: dict[asyncio.Task[socket.socket], Address], failures: list[str], patience: float | None
) -> socket.socket | None:
    """The first attempt to succeed; failed ones are noted and dropped."""
    done, _ = await asyncio.wait(attempts, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        address = attempts.pop(task)
        error = task.exception()
        if error is None:
            return task.result()
        if isinstance(error, BadLocalAddress):
            raise error
        failures.append(f"connect {_errno_name(error)} {address.shown}")
    return None


async def open_socket(address: Address, local_address: str | None) -> socket.socket:
    """A TCP connection to one address.

    Raises:
        OSError: it is refused, or unreachable.
        BadLocalAddress: `local_address` cannot be bound.
    """
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        if local_address is not None:
            _bind(connection, local_address)
        await asyncio.get_running_loop().sock_connect(connection, address.sockaddr)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def _bind(connection: socket.socket, local_address: str) -> None:
    try:
        connection.bind((local_address, 0))
    except OSError as error:
        raise BadLocalAddress(f"bind {_errno_name(error)} {local_address}") from None


async def _discard(attempts: dict[asyncio.Task[socket.socket], Address]) -> None:
    """Give up the attempts that are still under way, and close those that have just succeeded."""
    for task in attempts:
        task.cancel()
    for result in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(result, socket.socket):
            result.close()


async def _getaddrinfo(host: str, port: int, family: int) -> list[Any]:
    """In a thread that dies with the program: a resolver that never answers must not hold it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def settle(infos: list[Any], error: Exception | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(infos)
        else:
            answer.set_exception(error)

    def work() -> None:
        infos: list[Any] = []
        failure: Exception | None = None
        try:
            infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except Exception as error:
            # Whatever it is, who waits for the answer must have it.
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits now
            loop.call_soon_threadsafe(settle, infos, failure)

    threading.Thread(target=work, daemon=True).start()
    return await answer


def _errno_name(error: BaseException) -> str:
    import errno

    code = getattr(error, "errno", None)
    return errno.errorcode.get(code, str(error)) if isinstance(code, int) else str(error)


def is_loopback(address: str) -> bool:
    """Whether an address never leaves the machine."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def is_link_local(address: str) -> bool:
    """Whether an address is good on one link alone, such as 169.254.169.254."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_link_local


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, IPv4 where it is mapped into IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed

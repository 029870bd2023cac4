"""Questions to the DNS, each with one of four answers; the only module that knows dnspython.

A name that does not exist, a name without such records and a resolver that could not tell are three things:
only the first two say something about the domain.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from smtp_verify.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dns.asyncresolver
    import dns.resolver

DNS_PORT = 53
_LARGEST_PORT = 65535
_BRACKETED = re.compile(r"\[([^]]*)\](?::([0-9]+))?")
_PER_TRY = 2.0
"""Seconds before the next server is asked, or the same one again."""


class Known(Enum):
    """What an answer tells."""

    FOUND = "found"
    NO_DATA = "no such record"
    NO_NAME = "no such name"
    UNKNOWN = "could not tell"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the DNS says of one name and type."""

    name: str
    type: str
    known: Known
    values: tuple[str, ...] = ()
    """TXT joined without spaces (RFC 7208 section 3.3), MX as `10 mx.example`, names without the last dot."""
    target: str = ""
    """The name that holds the records, where an alias leads to it."""
    why: str = ""
    """Why it could not be told."""

    @property
    def absent(self) -> bool:
        """Certainly nothing there."""
        return self.known in (Known.NO_DATA, Known.NO_NAME)

    @property
    def absence(self) -> str:
        """That there is nothing, or why it is not known, in words."""
        if self.known is Known.NO_NAME:
            return f"{self.name} does not exist"
        return self.why if self.known is Known.UNKNOWN else f"{self.name} has no {self.type} record"


class Resolver:
    """Asks until a deadline, and asks everything once.

    Args:
        deadline: seconds for all questions together, from now.
        nameservers: addresses with their ports; none means those of the system.

    Raises:
        MissingExtraError: dnspython is not installed.
    """

    def __init__(self, deadline: float, nameservers: Sequence[tuple[str, int]] = ()) -> None:
        try:
            import dns.asyncresolver
            import dns.nameserver
            import dns.resolver
        except ModuleNotFoundError:
            raise MissingExtraError("dns", "dnspython") from None
        self.deadline = deadline
        self._ends = asyncio.get_running_loop().time() + deadline
        self._asked: dict[tuple[str, str], asyncio.Task[Answer]] = {}
        self._broken = ""
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=not nameservers)
        except (dns.resolver.NoResolverConfiguration, OSError):
            self._resolver = dns.asyncresolver.Resolver(configure=False)
            self._broken = "this machine names no DNS server"
        if nameservers:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(*each) for each in nameservers]
        self._resolver.timeout = _PER_TRY

    async def __aenter__(self) -> Resolver:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def ask(self, name: str, type_: str) -> Answer:
        """The answer; the same question is sent once."""
        key = (name.lower().rstrip("."), type_)
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._ask(*key))
        return await self._asked[key]

    async def _ask(self, name: str, type_: str) -> Answer:
        left = self._ends - asyncio.get_running_loop().time()
        if self._broken or left <= 0:
            return Answer(name, type_, Known.UNKNOWN, why=self._broken or self._silent(name))
        try:
            async with asyncio.timeout(left):
                return await self._query(name, type_, left)
        except TimeoutError:
            return Answer(name, type_, Known.UNKNOWN, why=self._silent(name))

    async def _query(self, name: str, type_: str, left: float) -> Answer:
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            absolute = dns.name.from_text(name, dns.name.root)
            found = await self._resolver.resolve(
                absolute, type_, lifetime=left, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            return Answer(name, type_, Known.NO_NAME)
        except dns.resolver.LifetimeTimeout:
            return Answer(name, type_, Known.UNKNOWN, why=self._silent(name))
        except dns.resolver.NoNameservers as error:
            return Answer(name, type_, Known.UNKNOWN, why=f"{name}: {_refusal(error)}")
        except (dns.exception.DNSException, UnicodeError) as error:
            # A name that no zone can hold: an empty label, one of 64 octets, 256 octets in all.
            return Answer(name, type_, Known.UNKNOWN, why=f"{name}: {type(error).__name__}")
        return _answer(name, type_, found)

    def _silent(self, name: str) -> str:
        return f"{name}: no answer within {self.deadline:g} s"


def parse_nameserver(text: str) -> tuple[str, int]:
    """`ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`.

    Raises:
        UsageError: it is not an address.
    """
    import ipaddress

    host, port = _split_port(text)
    try:
        address = str(ipaddress.ip_address(host))
        number = int(port)
    except ValueError:
        raise UsageError(f"--nameserver {text}: write an IP address, such as 1.1.1.1 or [::1]:53") from None
    if not 0 < number <= _LARGEST_PORT:
        raise UsageError(f"--nameserver {text}: a port lies between 1 and {_LARGEST_PORT}")
    return address, number


def _split_port(text: str) -> tuple[str, str]:
    match = _BRACKETED.fullmatch(text)
    if match:
        return match[1], match[2] or str(DNS_PORT)
    if text.count(":") != 1:  # IPv4, or IPv6, without a port
        return text, str(DNS_PORT)
    host, _, port = text.partition(":")
    return host, port


def _answer(name: str, type_: str, found: dns.resolver.Answer) -> Answer:
    target = found.canonical_name.to_text(omit_final_dot=True)
    target = "" if target.lower() == name else target
    if found.rrset is None:
        return Answer(name, type_, Known.NO_DATA, target=target)
    # Servers shuffle them; the same records give the same report.
    values = tuple(sorted(_text(each, type_) for each in found.rrset))
    return Answer(name, type_, Known.FOUND, values, target)


def _text(record: Any, type_: str) -> str:
    match type_:
        case "TXT":
            # What is not UTF-8 shows as \xff, which no grammar of ours takes.
            return b"".join(record.strings).decode("utf-8", "backslashreplace")
        case "MX":
            exchange = record.exchange.to_text(omit_final_dot=True)
            return f"{record.preference} {exchange}"
        case "PTR":
            return str(record.target.to_text(omit_final_dot=True))
    return str(record.to_text())


def _refusal(error: dns.resolver.NoNameservers) -> str:
    """What the last server had to say."""
    errors = error.kwargs.get("errors") or ()
    if not errors:
        return "no DNS server could be asked"
    what = errors[-1][3]
    return f"the DNS server answered {what}" if isinstance(what, str) else _unusable(what)


def _unusable(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"the DNS server cannot be reached ({error.strerror or type(error).__name__})"
    return f"the DNS server's answer cannot be used ({type(error).__name__})"

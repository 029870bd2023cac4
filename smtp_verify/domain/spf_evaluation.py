"""`check_host()` of RFC 7208 section 4, for one address or for one that no record names.

Without an address it follows the record as a receiver does for a server that nothing matches, and keeps what
it met: the domains included, the networks, and the terms that only an address could decide.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from smtp_verify.domain.check import DomainRecord
from smtp_verify.domain.resolver import Answer, Known
from smtp_verify.domain.spf_macro import CannotExpand, CheckedMail, expand
from smtp_verify.domain.spf_record import SpfSyntaxError, is_spf, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Resolver
    from smtp_verify.domain.spf_macro import Address
    from smtp_verify.domain.spf_record import Network, SpfRecord, Term

MOST_LOOKUPS = 10
MOST_VOIDS = 2
_MOST_NAMES = 10
"""Exchanges of one `mx`, names of one `ptr` (section 4.6.4)."""


class SpfResult(Enum):
    """Section 2.6, and one more."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - the word of the RFC
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    UNDECIDED = "undecided"
    """It depends on what is not known before a mail is sent."""


QUALIFIERS = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "~": SpfResult.SOFTFAIL, "?": SpfResult.NEUTRAL}


class _Stop(Exception):  # noqa: N818 - it names what happens
    """The evaluation ends here, whatever else the record says."""

    def __init__(self, result: SpfResult, why: str) -> None:
        super().__init__(why)
        self.result, self.why = result, why


class OverLimit(_Stop):
    """Too many lookups: receivers that stop at an earlier match never notice."""


@dataclass(slots=True)
class SpfOutcome:
    """How an evaluation ended, and what it met."""

    result: SpfResult = SpfResult.NONE
    why: str = ""
    over_limit: bool = False
    lookups: int = 0
    voids: int = 0
    records: list[DomainRecord] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    """The domains whose passing addresses pass, by `include` and `redirect`."""
    failing: list[str] = field(default_factory=list)
    """Those that are named with another qualifier than `+`."""
    networks: list[Network] = field(default_factory=list)
    """What passes by address."""
    undecided: list[str] = field(default_factory=list)
    """Terms that might let any server pass."""


async def evaluate(resolver: Resolver, domain: str, mail: CheckedMail) -> SpfOutcome:
    """What a receiver makes of a mail from this domain.

    Args:
        resolver: asks the DNS.
        domain: the domain of MAIL FROM.
        mail: without an address, one that no network holds is meant.
    """
    outcome = SpfOutcome()
    try:
        outcome.result = await _Evaluation(resolver, mail, outcome).host(domain, passes=True)
    except _Stop as stop:
        outcome.result, outcome.why = stop.result, stop.why
        outcome.over_limit = isinstance(stop, OverLimit)
    return outcome


class _Evaluation:
    def __init__(self, resolver: Resolver, mail: CheckedMail, outcome: SpfOutcome) -> None:
        self.resolver, self.mail, self.outcome = resolver, mail, outcome

    async def host(self, domain: str, passes: bool) -> SpfResult:
        """`passes`: whether a match in here makes the whole pass."""
        record = await self._record(domain)
        if record is None:
            return SpfResult.NONE
        for term in record.terms:
            if term.costly:
                self._spend(term)
            if term.name == "redirect":
                return await self._redirect(term, domain, passes)
            if await self._matches(term, domain, passes and term.qualifier == "+"):
                return QUALIFIERS[term.qualifier]
        return SpfResult.NEUTRAL

    async def _record(self, domain: str) -> SpfRecord | None:
        answer = await self.resolver.ask(domain, "TXT")
        _told(answer)
        texts = [text for text in answer.values if is_spf(text)]
        self.outcome.records += [DomainRecord(domain, "TXT", text) for text in texts]
        if len(texts) > 1:
            raise _Stop(
                SpfResult.PERMERROR,
                f"{domain} has {len(texts)} SPF records; one is the most (RFC 7208 section 4.5)",
            )
        try:
            return parse(texts[0]) if texts else None
        except SpfSyntaxError as error:
            raise _Stop(SpfResult.PERMERROR, f"the SPF record of {domain}: {error}") from None

    def _spend(self, term: Term) -> None:
        self.outcome.lookups += 1
        if self.outcome.lookups > MOST_LOOKUPS:
            why = f"more than {MOST_LOOKUPS} lookups, counted up to {term.text} (RFC 7208 section 4.6.4)"
            raise OverLimit(SpfResult.PERMERROR, why)

    async def _ask(self, name: str, type_: str) -> tuple[str, ...]:
        answer = await self.resolver.ask(name, type_)
        _told(answer)
        if answer.absent:
            self.outcome.voids += 1
            if self.outcome.voids > MOST_VOIDS:
                why = f"more than {MOST_VOIDS} lookups find nothing, {name} last (RFC 7208 section 4.6.4)"
                raise OverLimit(SpfResult.PERMERROR, why)
        return answer.values

    async def _redirect(self, term: Term, domain: str, passes: bool) -> SpfResult:
        target = self._target(term, domain)
        if target is None:
            return SpfResult.UNDECIDED
        (self.outcome.passing if passes else self.outcome.failing).append(target.lower())
        result = await self.host(target, passes)
        if result is SpfResult.NONE:
            raise _Stop(
                SpfResult.PERMERROR, f"{term.text}: {target} has no SPF record (RFC 7208 section 6.1)"
            )
        return result

    async def _matches(self, term: Term, domain: str, passes: bool) -> bool:
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6" if term.network is not None:
                return self._in_network(term.network, passes)
        target = self._target(term, domain)
        if target is None:
            return False
        match term.name:
            case "include":
                return await self._include(term, target, passes)
            case "exists":
                return bool(await self._ask(target, "A"))
            case "a":
                return await self._addressed([target], term)
            case "mx":
                return await self._exchanged(target, term)
        return await self._named(target, term)

    def _target(self, term: Term, domain: str) -> str | None:
        """None where only the address could tell."""
        try:
            return expand(term.domain, domain, self.mail) if term.domain else domain
        except CannotExpand as error:
            if self.mail.address is not None:
                raise _Stop(SpfResult.UNDECIDED, f"{term.text}: {error}") from None
            self.outcome.undecided.append(term.text)
            return None

    def _in_network(self, network: Network, passes: bool) -> bool:
        if passes:
            self.outcome.networks.append(network)
        address = self.mail.address
        return address is not None and address.version == network.version and address in network

    async def _include(self, term: Term, target: str, passes: bool) -> bool:
        (self.outcome.passing if passes else self.outcome.failing).append(target.lower())
        result = await self.host(target, passes)
        if result is SpfResult.NONE:
            raise _Stop(
                SpfResult.PERMERROR, f"{term.text}: {target} has no SPF record (RFC 7208 section 5.2)"
            )
        if result is SpfResult.UNDECIDED:
            self.outcome.undecided.append(term.text)
        return result is SpfResult.PASS

    async def _exchanged(self, target: str, term: Term) -> bool:
        exchanges = [each.partition(" ")[2] for each in await self._ask(target, "MX")]
        if len(exchanges) > _MOST_NAMES:
            raise _Stop(SpfResult.PERMERROR, f"{term.text}: {target} has more than {_MOST_NAMES} exchanges")
        return await self._addressed([each for each in exchanges if each != "."], term)

    async def _addressed(self, names: Sequence[str], term: Term) -> bool:
        for name in names:
            found = await self._ask(name, "AAAA" if self._version == 6 else "A")
            if any(self._near(each, term) for each in found):
                return True
        return False

    @property
    def _version(self) -> int:
        return self.mail.address.version if self.mail.address is not None else 4

    def _near(self, found: str, term: Term) -> bool:
        length = term.six if self._version == 6 else term.four
        network = ipaddress.ip_network(f"{found}/{length}", strict=False)
        return self.mail.address is not None and self.mail.address in network

    async def _named(self, target: str, term: Term) -> bool:
        """`ptr`, which nobody should use: one of the address's own names lies below the target."""
        if self.mail.address is None:
            self.outcome.undecided.append(term.text)
            return False
        pointers = await self.resolver.ask(self.mail.address.reverse_pointer, "PTR")
        for name in pointers.values[:_MOST_NAMES]:
            below = f".{name.lower()}".endswith(f".{target.lower()}")
            if below and await self._confirmed(name, self.mail.address):
                return True
        return False

    async def _confirmed(self, name: str, address: Address) -> bool:
        # Errors here mean no match (section 5.5).
        answer = await self.resolver.ask(name, "AAAA" if address.version == 6 else "A")
        return any(ipaddress.ip_address(each) == address for each in answer.values)


def _told(answer: Answer) -> None:
    if answer.known is Known.UNKNOWN:
        raise _Stop(SpfResult.TEMPERROR, answer.why)

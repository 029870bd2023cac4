"""Whether mail to the sender's domain finds a server: bounces and answers have to go somewhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord
from smtp_verify.domain.resolver import Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Answer, Resolver

NAME = "mx"
_NULL = "."
_MOST_EXCHANGES = 10
_LOST = "bounces and answers cannot come back, and some receivers refuse a sender that takes no mail"


async def check_mx(resolver: Resolver, domain: str) -> Check:
    """The exchanges of the domain, or the address that stands in for them."""
    answer = await resolver.ask(domain, "MX")
    if answer.known is Known.UNKNOWN:
        return Check(name=NAME, verdict=CheckVerdict.UNKNOWN, found=answer.why)
    if answer.known is Known.NO_NAME:
        return Check(
            name=NAME, verdict=CheckVerdict.NO, found=answer.absence, why=_LOST, fix="correct fromEmail"
        )
    if answer.known is Known.NO_DATA:
        return await _fallback(resolver, domain)
    records = tuple(DomainRecord(domain, "MX", value) for value in answer.values)
    exchanges = [value.partition(" ")[2] for value in answer.values]
    if _NULL in exchanges:
        return Check(
            name=NAME,
            verdict=CheckVerdict.NO,
            found=f"{domain} says that it takes no mail (a null MX, RFC 7505)",
            why="RFC 7505 section 4.2 lets receivers refuse mail from such a domain",
            fix="publish an MX, or send from a domain that takes mail",
            records=records,
        )
    return await _exchanges(resolver, exchanges, records)


async def _exchanges(
    resolver: Resolver, exchanges: Sequence[str], records: tuple[DomainRecord, ...]
) -> Check:
    names = exchanges[:_MOST_EXCHANGES]
    found = await asyncio.gather(*(_addressed(resolver, name) for name in names))
    told = ", ".join(exchanges)
    if any(answer.known is Known.FOUND for pair in found for answer in pair):
        return Check(name=NAME, verdict=CheckVerdict.YES, found=told, records=records)
    unknown = next((answer for pair in found for answer in pair if not answer.absent), None)
    if unknown is not None:
        return Check(name=NAME, verdict=CheckVerdict.UNKNOWN, found=told, why=unknown.why, records=records)
    return Check(
        name=NAME,
        verdict=CheckVerdict.NO,
        found=f"{told}: none has an address",
        why=_LOST,
        fix="let the MX name a server that exists",
        records=records,
    )


async def _fallback(resolver: Resolver, domain: str) -> Check:
    """Without an MX the domain's own address takes its mail (RFC 5321 section 5.1)."""
    pair = await _addressed(resolver, domain)
    addresses = tuple(DomainRecord(domain, answer.type, value) for answer in pair for value in answer.values)
    if addresses:
        return Check(
            name=NAME,
            verdict=CheckVerdict.YES,
            found=f"{domain} has no MX; its address takes the mail (RFC 5321 section 5.1)",
            records=addresses,
        )
    unknown = next((answer for answer in pair if not answer.absent), None)
    if unknown is not None:
        return Check(name=NAME, verdict=CheckVerdict.UNKNOWN, found=f"{domain} has no MX", why=unknown.why)
    found = f"{domain} has neither an MX nor an address"
    return Check(name=NAME, verdict=CheckVerdict.NO, found=found, why=_LOST, fix="publish an MX")


async def _addressed(resolver: Resolver, name: str) -> tuple[Answer, Answer]:
    four, six = await asyncio.gather(resolver.ask(name, "A"), resolver.ask(name, "AAAA"))
    return four, six

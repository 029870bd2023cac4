"""All checks of the sender's domain, side by side, within one deadline."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from smtp_verify.domain import spf
from smtp_verify.domain.alignment import check_alignment
from smtp_verify.domain.check import Check, CheckVerdict, DomainReport
from smtp_verify.domain.dkim import Signing, check_dkim
from smtp_verify.domain.dmarc import Walk, check_dmarc, organizational_domains, walk
from smtp_verify.domain.mx import check_mx
from smtp_verify.domain.resolver import Resolver
from smtp_verify.domain.sender import sender_of
from smtp_verify.domain.spf_evaluation import evaluate
from smtp_verify.domain.spf_macro import CheckedMail
from smtp_verify.providers.sending_domains import SendingDomain, mailboxes_of, sending_domain_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.sender import Sender

DEADLINE = 10.0
"""Seconds for all questions, unless the caller gives others."""


async def check_domain(
    from_email: str,
    host: str,
    *,
    addresses: Sequence[str] = (),
    selectors: Sequence[str] = (),
    nameservers: Sequence[tuple[str, int]] = (),
    deadline: float = DEADLINE,
) -> DomainReport:
    """Whether the sender's domain lets mail through this server pass SPF, DKIM and DMARC.

    Args:
        from_email: as in the config, display name and all.
        host: the server that takes the mail; it tells the provider.
        addresses: of that server, for one that belongs to no provider we know.
        selectors: of DKIM, instead of those that the provider uses.
        nameservers: address and port of the DNS servers to ask; none means those of the system.
        deadline: seconds for everything.

    Raises:
        MissingExtraError: dnspython is not installed.
    """
    provider = sending_domain_of(host)
    name = provider.name if provider else ""
    sender = sender_of(from_email)
    if sender.nothing:
        return DomainReport(sender.domain, name, nothing=sender.nothing)
    async with Resolver(deadline, nameservers) as resolver:
        found, mx, spf_checks = await asyncio.gather(
            walk(resolver, sender.domain),
            check_mx(resolver, sender.domain),
            _spf(resolver, sender, host, provider, addresses),
        )
        signing = await _dkim(resolver, found, provider, selectors)
    aligned = check_alignment(sender.domain, found.policy, signing, spf_checks[1], provider)
    checks = (mx, *spf_checks, signing.check, check_dmarc(found), aligned)
    return DomainReport(sender.domain, name, tuple(_feasible(sender.domain, each) for each in checks))


def _feasible(domain: str, check: Check) -> Check:
    """Nobody but its owner publishes anything for the domain of a mailbox provider."""
    return replace(check, fix=_OWN_DOMAIN if check.fix else "", publish=()) if _public(domain) else check


def _public(domain: str) -> bool:
    return mailboxes_of(domain) is not None


async def _spf(
    resolver: Resolver, sender: Sender, host: str, provider: SendingDomain | None, addresses: Sequence[str]
) -> tuple[Check, Check]:
    mail = CheckedMail(sender.local, sender.domain)
    outcome = await evaluate(resolver, sender.domain, mail)
    sound = spf.sound(sender.domain, outcome, provider)
    foreign = _foreign(sender.domain, provider)
    if foreign:
        return sound, Check(name=spf.PROVIDER, verdict=CheckVerdict.NO, found=foreign, fix=_OWN_DOMAIN)
    if provider is None:
        covers = await spf.covers_server(resolver, sender.domain, sender.local, addresses, host)
    else:
        covers = await spf.covers_provider(resolver, sender.domain, mail, outcome, provider)
    return sound, covers


async def _dkim(
    resolver: Resolver, found: Walk, provider: SendingDomain | None, selectors: Sequence[str]
) -> Signing:
    foreign = _foreign(found.domain, provider)
    if foreign:
        return Signing(Check(name="dkim", verdict=CheckVerdict.NO, found=foreign, fix=_OWN_DOMAIN))
    if provider is not None and provider.own(found.domain) and not selectors:
        told = f"{provider.name} signs for its own domain, with a selector that is not known here"
        return Signing(Check(name="dkim", verdict=CheckVerdict.UNKNOWN, found=told))
    return await check_dkim(resolver, organizational_domains(found), provider, selectors)


_OWN_DOMAIN = "send from a domain of your own"


def _foreign(domain: str, provider: SendingDomain | None) -> str:
    """The domain is one of a provider's mailboxes, and the server is another's."""
    owner = mailboxes_of(domain)
    if owner is None or owner is provider:
        return ""
    return f"{domain} belongs to {owner.name}: nobody else can publish there that they send for it"

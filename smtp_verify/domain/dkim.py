"""Whether the keys stand where the provider signs with them (RFC 6376)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord
from smtp_verify.domain.dkim_key import Key, is_key, parse_key
from smtp_verify.domain.resolver import Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Answer, Resolver
    from smtp_verify.providers.sending_domains import SendingDomain

NAME = "dkim"


@dataclass(frozen=True, slots=True)
class Signing:
    """The check, and the domain that a signature would name in d=."""

    check: Check
    domain: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """One selector below one domain."""

    selector: str
    domain: str
    answer: Answer

    @property
    def keys(self) -> list[str]:
        return [text for text in self.answer.values if is_key(text)]

    @property
    def key(self) -> Key | None:
        """The key, if exactly one stands there."""
        return parse_key(self.keys[0]) if len(self.keys) == 1 else None

    @property
    def told(self) -> str:
        """The place and what stands there."""
        alias = f" (an alias of {self.answer.target})" if self.answer.target else ""
        name = f"{self.selector}._domainkey.{self.domain}{alias}"
        if self.key is None:
            return f"{name}: {_without_key(self)}"
        return f"{name}: {self.key.words}" + (f", {self.key.problem}" if self.key.problem else "")

    @property
    def verdict(self) -> CheckVerdict | None:
        """None where nothing stands there."""
        if self.key is not None:
            return CheckVerdict.NO if self.key.problem else CheckVerdict.YES
        if self.keys or self.answer.known is Known.UNKNOWN:
            return CheckVerdict.UNKNOWN
        return None


def _without_key(place: _Place) -> str:
    if place.keys:
        return f"{len(place.keys)} keys; which one counts is not defined (RFC 6376 section 3.6.2.2)"
    if place.answer.known is Known.FOUND:
        return "a TXT record, but no key"
    return place.answer.why if place.answer.known is Known.UNKNOWN else place.answer.known.value


async def check_dkim(
    resolver: Resolver, domains: Sequence[str], provider: SendingDomain | None, selectors: Sequence[str]
) -> Signing:
    """Look the keys up.

    Args:
        resolver: asks the DNS.
        domains: the sender's domain, then its organizational domain if that is another: a signature of
            either aligns.
        provider: whose selectors are looked up.
        selectors: those the user names, instead of the provider's.
    """
    names = selectors or (provider.selectors if provider else ())
    places = [
        _Place(selector, domain, answer)
        for domain, selector, answer in await _asked(resolver, domains, names)
    ]
    good = next((place for place in places if place.verdict is CheckVerdict.YES), None)
    if good is not None:
        return Signing(_good(good, places, provider), good.domain)
    return Signing(await _bad(resolver, places, domains, provider, bool(selectors)))


async def _asked(
    resolver: Resolver, domains: Sequence[str], selectors: Sequence[str]
) -> list[tuple[str, str, Answer]]:
    wanted = [(domain, selector) for domain in domains for selector in selectors]
    questions = (resolver.ask(f"{selector}._domainkey.{domain}", "TXT") for domain, selector in wanted)
    answers = await asyncio.gather(*questions)
    return [(*each, answer) for each, answer in zip(wanted, answers, strict=True)]


def _good(good: _Place, places: Sequence[_Place], provider: SendingDomain | None) -> Check:
    assert good.key is not None  # noqa: S101 - a place with a key is good
    others = [
        each.told for each in places if each is not good and each.verdict not in (CheckVerdict.YES, None)
    ]
    return Check(
        name=NAME,
        verdict=CheckVerdict.YES,
        found=good.told,
        why="; ".join(filter(None, (good.key.note, *others))),
        records=_records(places),
        source=provider.dkim_source if provider else "",
    )


async def _bad(
    resolver: Resolver,
    places: Sequence[_Place],
    domains: Sequence[str],
    provider: SendingDomain | None,
    asked: bool,
) -> Check:
    broken = [each for each in places if each.verdict is CheckVerdict.NO]
    unknown = [each for each in places if each.verdict is CheckVerdict.UNKNOWN]
    if broken or unknown:
        telling = unknown or broken
        return Check(
            name=NAME,
            verdict=CheckVerdict.UNKNOWN if unknown else CheckVerdict.NO,
            found="; ".join(each.told for each in telling),
            fix="" if unknown and not unknown[0].keys else _fix(provider),
            records=_records(places),
            source=provider.dkim_source if provider else "",
        )
    return await _nothing(resolver, places, domains, provider, asked)


async def _nothing(
    resolver: Resolver,
    places: Sequence[_Place],
    domains: Sequence[str],
    provider: SendingDomain | None,
    asked: bool,
) -> Check:
    found = "; ".join(each.told for each in places)
    verdict, why = CheckVerdict.NO, ""
    if not asked and not (provider and provider.fixed):
        # Where a name does not exist, nothing below it does (RFC 8020).
        above = [await resolver.ask(f"_domainkey.{each}", "TXT") for each in domains]
        if all(each.known is Known.NO_NAME for each in above):
            found = found or f"{above[0].name} does not exist, so no key does (RFC 8020)"
        else:
            verdict, why = CheckVerdict.UNKNOWN, _elsewhere(provider, bool(places))
    return Check(
        name=NAME,
        verdict=verdict,
        found=found or f"no selector of {provider.name if provider else 'this server'} is known",
        why=why,
        fix=_fix(provider) if verdict is CheckVerdict.NO else "name the selector with --selector",
        records=_records(places),
        source=provider.dkim_source if provider else "",
    )


def _elsewhere(provider: SendingDomain | None, looked: bool) -> str:
    if looked and provider:
        return f"{provider.name} lets its users choose another selector, and the DNS cannot be asked for all"
    whose = f"{provider.name} makes one up for each domain" if provider else "the server's own setup names it"
    return f"keys stand below a selector that cannot be guessed: {whose}"


def _fix(provider: SendingDomain | None) -> str:
    whose = f"the one that {provider.name} shows for the domain" if provider else "the server's own"
    return f"publish the key: {whose}"


def _records(places: Sequence[_Place]) -> tuple[DomainRecord, ...]:
    return tuple(
        DomainRecord(f"{each.selector}._domainkey.{each.domain}", "TXT", text)
        for each in places
        for text in each.answer.values
    )

"""Whether the domain's SPF record is sound, and whether it lets the provider send (RFC 7208)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord
from smtp_verify.domain.spf_evaluation import MOST_LOOKUPS, MOST_VOIDS, SpfOutcome, SpfResult, evaluate
from smtp_verify.domain.spf_macro import Address, CheckedMail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Resolver
    from smtp_verify.domain.spf_record import Network
    from smtp_verify.providers.sending_domains import SendingDomain

RECORD = "spf"
PROVIDER = "spf provider"
_OPEN = "any server passes: the record names every address"


def sound(domain: str, outcome: SpfOutcome, provider: SendingDomain | None) -> Check:
    """Whether there is one record, and every receiver can read it to its end."""
    records = tuple(outcome.records)
    match outcome.result:
        case SpfResult.NONE:
            return _absent(domain, provider)
        case SpfResult.TEMPERROR:
            return Check(name=RECORD, verdict=CheckVerdict.UNKNOWN, found=outcome.why, records=records)
        case SpfResult.PERMERROR:
            return Check(
                name=RECORD,
                verdict=CheckVerdict.NO,
                found=outcome.why,
                why="receivers end with permerror, and may refuse the mail",
                fix=_repair(outcome),
                records=records,
            )
    count = f"{outcome.lookups} of {MOST_LOOKUPS} lookups"
    found = f"{_own_text(domain, outcome)} ({count})"
    if _open(outcome):
        fix = "end the record with ~all, and name those who send"
        return Check(name=RECORD, verdict=CheckVerdict.YES, found=found, why=_OPEN, fix=fix, records=records)
    return Check(name=RECORD, verdict=CheckVerdict.YES, found=found, records=records)


def _absent(domain: str, provider: SendingDomain | None) -> Check:
    include = provider.includes[0] if provider and provider.includes else ""
    if provider is not None and (provider.bounce or provider.return_path):
        return Check(
            name=RECORD,
            verdict=CheckVerdict.NO,
            found=f"{domain} has no SPF record",
            why=_elsewhere(domain, provider),
            source=provider.bounce_source,
        )
    return Check(
        name=RECORD,
        verdict=CheckVerdict.NO,
        found=f"{domain} has no SPF record",
        why="receivers cannot tell who may send for the domain",
        fix="publish one",
        publish=(DomainRecord(domain, "TXT", f"v=spf1 include:{include} ~all"),) if include else (),
        source=provider.spf_source if provider else "",
    )


def _repair(outcome: SpfOutcome) -> str:
    if outcome.voids > MOST_VOIDS:
        return "take out the terms whose names are gone"
    if outcome.over_limit:
        return "take out includes that are no longer used, or write their networks as ip4: and ip6:"
    return "correct the record, so that one remains and every term can be read"


def _own_text(domain: str, outcome: SpfOutcome) -> str:
    return next((each.value for each in outcome.records if each.name == domain), "")


def _open(outcome: SpfOutcome) -> bool:
    return outcome.result is SpfResult.PASS or any(each.prefixlen == 0 for each in outcome.networks)


async def covers_provider(
    resolver: Resolver, domain: str, mail: CheckedMail, outcome: SpfOutcome, provider: SendingDomain
) -> Check:
    """Whether mail through the provider passes: it says what to include, not whence it sends."""
    if provider.own(domain):
        found = f"{domain} is {provider.name}'s own domain, and so are its records"
        return Check(name=PROVIDER, verdict=CheckVerdict.YES, found=found)
    if provider.return_path:
        return await _at_return_path(resolver, domain, mail, provider)
    check = await _included(resolver, domain, mail, outcome, provider)
    if provider.bounce and check.verdict is not CheckVerdict.YES:
        return Check(
            name=PROVIDER,
            verdict=CheckVerdict.UNKNOWN,
            found=check.found,
            why=_elsewhere(domain, provider),
            records=check.records,
            source=provider.bounce_source,
        )
    return check


def _elsewhere(domain: str, provider: SendingDomain) -> str:
    """SPF is about MAIL FROM (RFC 7208 section 2.4), which is not the From that people see."""
    if provider.return_path:
        return (
            f"{provider.name} sends with MAIL FROM in {provider.return_path}.{domain}: SPF is checked there"
        )
    return (
        f"{provider.name} sends with a MAIL FROM of its own ({provider.bounce}) unless a return path below"
        f" {domain} is set up: SPF is checked there, not at {domain}"
    )


async def _at_return_path(
    resolver: Resolver, domain: str, mail: CheckedMail, provider: SendingDomain
) -> Check:
    below = f"{provider.return_path}.{domain}"
    outcome = await evaluate(resolver, below, CheckedMail(mail.local, below))
    check = await _included(resolver, below, mail, outcome, provider)
    why = _elsewhere(domain, provider)
    if outcome.result is SpfResult.NONE:
        # Another label can be chosen in the provider's settings.
        verdict, why = CheckVerdict.UNKNOWN, f"{why}, unless another return path was chosen"
    else:
        verdict = check.verdict
    return Check(
        name=PROVIDER,
        verdict=verdict,
        found=check.found,
        why=why if verdict is not CheckVerdict.NO else f"{check.why}; {why}" if check.why else why,
        fix=check.fix,
        publish=check.publish,
        records=check.records,
        source=provider.bounce_source,
    )


async def _included(
    resolver: Resolver, domain: str, mail: CheckedMail, outcome: SpfOutcome, provider: SendingDomain
) -> Check:
    named = next((each for each in provider.includes if each in outcome.passing), "")
    verdict, found, why = _by_name(domain, outcome, provider, named)
    if verdict is None:
        verdict, found, why = await _by_network(resolver, domain, mail, outcome, provider)
    publish = _merged(domain, outcome, provider) if verdict is CheckVerdict.NO else ()
    return Check(
        name=PROVIDER,
        verdict=verdict,
        found=found,
        why=why,
        fix=f"add include:{provider.includes[0]} to the record" if publish else "",
        publish=publish,
        records=tuple(outcome.records),
        source=provider.spf_source,
    )


def _by_name(
    domain: str, outcome: SpfOutcome, provider: SendingDomain, named: str
) -> tuple[CheckVerdict | None, str, str]:
    """What the names in the record tell; no verdict where the networks have to be compared."""
    if not provider.includes:
        return CheckVerdict.UNKNOWN, f"what {provider.name} asks for in an SPF record is not known here", ""
    if outcome.result is SpfResult.PERMERROR and not (named and outcome.over_limit):
        return CheckVerdict.NO, outcome.why, "receivers end with permerror"
    if outcome.over_limit:
        why = f"include:{named} stands before the limit: only receivers that read on past a match fail"
        return CheckVerdict.UNKNOWN, outcome.why, why
    if named:
        return CheckVerdict.YES, f"the record includes {named}", _OPEN if _open(outcome) else ""
    if outcome.result is SpfResult.TEMPERROR:
        return CheckVerdict.UNKNOWN, outcome.why, ""
    if _open(outcome):
        return CheckVerdict.YES, _OPEN, ""
    if outcome.result is SpfResult.NONE:
        return CheckVerdict.NO, f"{domain} has no SPF record", ""
    weak = next((each for each in provider.includes if each in outcome.failing), "")
    if weak:
        return CheckVerdict.NO, f"{weak} is included with a qualifier that lets nobody pass", ""
    return None, "", ""


async def _by_network(
    resolver: Resolver, domain: str, mail: CheckedMail, outcome: SpfOutcome, provider: SendingDomain
) -> tuple[CheckVerdict, str, str]:
    """A record that holds the provider's networks itself needs no include."""
    include = provider.includes[0]
    missing = f"the record of {domain} does not include {include}"
    theirs = await evaluate(resolver, include, mail)
    if theirs.result in (SpfResult.NONE, SpfResult.TEMPERROR, SpfResult.PERMERROR):
        why = theirs.why or f"{include} no longer has an SPF record"
        return CheckVerdict.UNKNOWN, missing, f"its networks cannot be compared: {why}"
    held = [each for each in theirs.networks if _within(each, outcome.networks)]
    if held and len(held) == len(theirs.networks) and not theirs.undecided:
        return CheckVerdict.YES, f"the record holds every network of {include} itself", ""
    if held:
        return (
            CheckVerdict.UNKNOWN,
            missing,
            f"it holds {len(held)} of the {len(theirs.networks)} networks there",
        )
    if outcome.undecided:
        return (
            CheckVerdict.UNKNOWN,
            missing,
            f"{', '.join(outcome.undecided)} depends on the server that sends",
        )
    return CheckVerdict.NO, missing, f"{provider.name} is not among those who may send for {domain}"


def _within(network: Network, networks: Sequence[Network]) -> bool:
    return any(
        network.version == each.version
        and network.prefixlen >= each.prefixlen
        and network.network_address in each
        for each in networks
    )


def _merged(domain: str, outcome: SpfOutcome, provider: SendingDomain) -> tuple[DomainRecord, ...]:
    """The record with the include before what ends it; none if it has to be corrected first."""
    texts = [each.value for each in outcome.records if each.name == domain]
    include = f"include:{provider.includes[0]}"
    if not texts:
        return (DomainRecord(domain, "TXT", f"v=spf1 {include} ~all"),)
    if len(texts) > 1 or outcome.result is SpfResult.PERMERROR:
        return ()
    terms = texts[0].split()
    kept = [each for each in terms if each.lower().lstrip("-~?") not in _asked(provider)]
    end = next((at for at, each in enumerate(kept) if _ends(each)), len(kept))
    return (DomainRecord(domain, "TXT", " ".join([*kept[:end], include, *kept[end:]])),)


def _asked(provider: SendingDomain) -> set[str]:
    return {f"include:{each}" for each in provider.includes}


def _ends(term: str) -> bool:
    return term.lower().lstrip("+-~?") == "all" or term.lower().startswith(("redirect=", "exp="))


async def covers_server(
    resolver: Resolver, domain: str, local: str, addresses: Sequence[str], host: str
) -> Check:
    """For a server of nobody we know: whether its own addresses pass, which is an approximation."""
    public = [each for each in map(_address, addresses) if each is not None and each.is_global]
    if not public:
        found = f"{host} has no public address that could be looked for in the record"
        return Check(name=PROVIDER, verdict=CheckVerdict.UNKNOWN, found=found)
    outcomes = [await evaluate(resolver, domain, CheckedMail(local, domain, each)) for each in public]
    results = {outcome.result for outcome in outcomes}
    told = ", ".join(
        f"{address}: {outcome.result.value}" for address, outcome in zip(public, outcomes, strict=True)
    )
    verdict = _approximated(results)
    return Check(
        name=PROVIDER,
        verdict=verdict,
        found=told,
        why=_reasons(outcomes, host),
        fix=f"add {_terms(public)} to the record" if verdict is CheckVerdict.NO else "",
        records=tuple(dict.fromkeys(each for outcome in outcomes for each in outcome.records)),
    )


def _approximated(results: set[SpfResult]) -> CheckVerdict:
    if results == {SpfResult.PASS}:
        return CheckVerdict.YES
    certain = results.isdisjoint({SpfResult.PASS, SpfResult.TEMPERROR, SpfResult.UNDECIDED})
    return CheckVerdict.NO if certain else CheckVerdict.UNKNOWN


def _reasons(outcomes: Sequence[SpfOutcome], host: str) -> str:
    reasons = dict.fromkeys(outcome.why for outcome in outcomes if outcome.why)
    return "; ".join(
        [*reasons, f"an approximation: {host} takes the mail, and may send it on from elsewhere"]
    )


def _terms(addresses: Sequence[Address]) -> str:
    return " ".join(f"ip{each.version}:{each}" for each in addresses)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None

"""Whether the domain's SPF record is sound, and whether it lets the provider send (RFC 7208)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, Record, Verdict
from smtp_verify.domain.spf_evaluation import MOST_LOOKUPS, MOST_VOIDS, Outcome, Result, evaluate
from smtp_verify.domain.spf_macro import Address, Mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Resolver
    from smtp_verify.domain.spf_record import Network
    from smtp_verify.providers.sending_domains import SendingDomain

RECORD = "spf"
PROVIDER = "spf provider"
_OPEN = "anybody's mail passes: the record names every address"


def sound(domain: str, outcome: Outcome, provider: SendingDomain | None) -> Check:
    """Whether there is one record, and every receiver can read it to its end."""
    records = tuple(outcome.records)
    match outcome.result:
        case Result.NONE:
            return _absent(domain, provider)
        case Result.TEMPERROR:
            return Check(name=RECORD, verdict=Verdict.UNKNOWN, found=outcome.why, records=records)
        case Result.PERMERROR:
            return Check(
                name=RECORD,
                verdict=Verdict.NO,
                found=outcome.why,
                why="receivers end with permerror, and may refuse the mail",
                cure=_repair(outcome),
                records=records,
            )
    count = f"{outcome.lookups} of {MOST_LOOKUPS} look-ups"
    found = f"{_own_text(domain, outcome)} ({count})"
    if _open(outcome):
        cure = "end the record with ~all, and name those who send"
        return Check(name=RECORD, verdict=Verdict.YES, found=found, why=_OPEN, cure=cure, records=records)
    return Check(name=RECORD, verdict=Verdict.YES, found=found, records=records)


def _absent(domain: str, provider: SendingDomain | None) -> Check:
    include = provider.includes[0] if provider and provider.includes else ""
    if provider is not None and (provider.bounce or provider.return_path):
        return Check(
            name=RECORD,
            verdict=Verdict.NO,
            found=f"{domain} has no SPF record",
            why=_elsewhere(domain, provider),
            source=provider.bounce_source,
        )
    return Check(
        name=RECORD,
        verdict=Verdict.NO,
        found=f"{domain} has no SPF record",
        why="receivers cannot tell who may send for the domain",
        cure="publish one",
        publish=(Record(domain, "TXT", f"v=spf1 include:{include} ~all"),) if include else (),
        source=provider.spf_source if provider else "",
    )


def _repair(outcome: Outcome) -> str:
    if outcome.voids > MOST_VOIDS:
        return "take out the terms whose names are gone"
    if outcome.over_limit:
        return "take out includes that are no longer used, or write their networks as ip4: and ip6:"
    return "mend the record, so that one remains and every term can be read"


def _own_text(domain: str, outcome: Outcome) -> str:
    return next((each.value for each in outcome.records if each.name == domain), "")


def _open(outcome: Outcome) -> bool:
    return outcome.result is Result.PASS or any(each.prefixlen == 0 for each in outcome.networks)


async def covers_provider(
    resolver: Resolver, domain: str, mail: Mail, outcome: Outcome, provider: SendingDomain
) -> Check:
    """Whether mail through the provider passes: it says what to include, not whence it sends."""
    if provider.own(domain):
        found = f"{domain} is {provider.name}'s own domain, and so are its records"
        return Check(name=PROVIDER, verdict=Verdict.YES, found=found)
    if provider.return_path:
        return await _at_return_path(resolver, domain, mail, provider)
    check = await _included(resolver, domain, mail, outcome, provider)
    if provider.bounce and check.verdict is not Verdict.YES:
        return Check(
            name=PROVIDER,
            verdict=Verdict.UNKNOWN,
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


async def _at_return_path(resolver: Resolver, domain: str, mail: Mail, provider: SendingDomain) -> Check:
    below = f"{provider.return_path}.{domain}"
    outcome = await evaluate(resolver, below, Mail(mail.local, below))
    check = await _included(resolver, below, mail, outcome, provider)
    why = _elsewhere(domain, provider)
    if outcome.result is Result.NONE:
        # Another label can be chosen in the provider's settings.
        verdict, why = Verdict.UNKNOWN, f"{why}, unless another return path was chosen"
    else:
        verdict = check.verdict
    return Check(
        name=PROVIDER,
        verdict=verdict,
        found=check.found,
        why=why if verdict is not Verdict.NO else f"{check.why}; {why}" if check.why else why,
        cure=check.cure,
        publish=check.publish,
        records=check.records,
        source=provider.bounce_source,
    )


async def _included(
    resolver: Resolver, domain: str, mail: Mail, outcome: Outcome, provider: SendingDomain
) -> Check:
    named = next((each for each in provider.includes if each in outcome.passing), "")
    verdict, found, why = _by_name(domain, outcome, provider, named)
    if verdict is None:
        verdict, found, why = await _by_network(resolver, domain, mail, outcome, provider)
    publish = _merged(domain, outcome, provider) if verdict is Verdict.NO else ()
    return Check(
        name=PROVIDER,
        verdict=verdict,
        found=found,
        why=why,
        cure=f"add include:{provider.includes[0]} to the record" if publish else "",
        publish=publish,
        records=tuple(outcome.records),
        source=provider.spf_source,
    )


def _by_name(
    domain: str, outcome: Outcome, provider: SendingDomain, named: str
) -> tuple[Verdict | None, str, str]:
    """What the names in the record tell; no verdict where the networks have to be compared."""
    if not provider.includes:
        return Verdict.UNKNOWN, f"what {provider.name} asks for in an SPF record is not known here", ""
    if outcome.result is Result.PERMERROR and not (named and outcome.over_limit):
        return Verdict.NO, outcome.why, "receivers end with permerror"
    if outcome.over_limit:
        why = f"include:{named} stands before the limit: only receivers that read on past a match fail"
        return Verdict.UNKNOWN, outcome.why, why
    if named:
        return Verdict.YES, f"the record includes {named}", _OPEN if _open(outcome) else ""
    if outcome.result is Result.TEMPERROR:
        return Verdict.UNKNOWN, outcome.why, ""
    if _open(outcome):
        return Verdict.YES, _OPEN, ""
    if outcome.result is Result.NONE:
        return Verdict.NO, f"{domain} has no SPF record", ""
    weak = next((each for each in provider.includes if each in outcome.failing), "")
    if weak:
        return Verdict.NO, f"{weak} is included with a qualifier that lets nobody pass", ""
    return None, "", ""


async def _by_network(
    resolver: Resolver, domain: str, mail: Mail, outcome: Outcome, provider: SendingDomain
) -> tuple[Verdict, str, str]:
    """A record that holds the provider's networks itself needs no include."""
    include = provider.includes[0]
    missing = f"the record of {domain} does not include {include}"
    theirs = await evaluate(resolver, include, mail)
    if theirs.result in (Result.NONE, Result.TEMPERROR, Result.PERMERROR):
        why = theirs.why or f"{include} has no SPF record any more"
        return Verdict.UNKNOWN, missing, f"its networks cannot be compared: {why}"
    held = [each for each in theirs.networks if _within(each, outcome.networks)]
    if held and len(held) == len(theirs.networks) and not theirs.undecided:
        return Verdict.YES, f"the record holds every network of {include} itself", ""
    if held:
        return Verdict.UNKNOWN, missing, f"it holds {len(held)} of the {len(theirs.networks)} networks there"
    if outcome.undecided:
        return Verdict.UNKNOWN, missing, f"{', '.join(outcome.undecided)} depends on the server that sends"
    return Verdict.NO, missing, f"{provider.name} is not among those who may send for {domain}"


def _within(network: Network, networks: Sequence[Network]) -> bool:
    return any(
        network.version == each.version
        and network.prefixlen >= each.prefixlen
        and network.network_address in each
        for each in networks
    )


def _merged(domain: str, outcome: Outcome, provider: SendingDomain) -> tuple[Record, ...]:
    """The record with the include before what ends it; none where it has to be mended first."""
    texts = [each.value for each in outcome.records if each.name == domain]
    include = f"include:{provider.includes[0]}"
    if not texts:
        return (Record(domain, "TXT", f"v=spf1 {include} ~all"),)
    if len(texts) > 1 or outcome.result is Result.PERMERROR:
        return ()
    terms = texts[0].split()
    kept = [each for each in terms if each.lower().lstrip("-~?") not in _asked(provider)]
    end = next((at for at, each in enumerate(kept) if _ends(each)), len(kept))
    return (Record(domain, "TXT", " ".join([*kept[:end], include, *kept[end:]])),)


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
        return Check(name=PROVIDER, verdict=Verdict.UNKNOWN, found=found)
    outcomes = [await evaluate(resolver, domain, Mail(local, domain, each)) for each in public]
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
        cure=f"add {_terms(public)} to the record" if verdict is Verdict.NO else "",
        records=tuple(dict.fromkeys(each for outcome in outcomes for each in outcome.records)),
    )


def _approximated(results: set[Result]) -> Verdict:
    if results == {Result.PASS}:
        return Verdict.YES
    certain = results.isdisjoint({Result.PASS, Result.TEMPERROR, Result.UNDECIDED})
    return Verdict.NO if certain else Verdict.UNKNOWN


def _reasons(outcomes: Sequence[Outcome], host: str) -> str:
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

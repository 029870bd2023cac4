"""The domain's DMARC policy, found by the tree walk of RFC 9989 section 4.10.

That RFC took the place of RFC 7489 in May 2026. Its walk up the tree needs no list of public suffixes;
receivers that still follow RFC 7489 and such a list come to the same for a domain right below a suffix.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord
from smtp_verify.domain.resolver import Known
from smtp_verify.domain.tags import TagError, parse_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.domain.resolver import Answer, Resolver

NAME = "dmarc"
_MOST_LABELS = 8
_ASKED_BY = "https://www.alibabacloud.com/help/en/alibaba-mail/latest/because-spf-dkim-dmarc-and-other-mailbox-protocols-are-not"
_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Policy:
    """A record that a receiver follows."""

    domain: str
    tags: dict[str, str]

    @property
    def strict_dkim(self) -> bool:
        """Whether d= has to be the very domain of From."""
        return self.tags.get("adkim", "r").lower() == "s"

    @property
    def strict_spf(self) -> bool:
        """The same for MAIL FROM."""
        return self.tags.get("aspf", "r").lower() == "s"

    @property
    def boundary(self) -> str:
        """`y` for a public suffix, `n` for an organizational domain, else `u`."""
        return self.tags.get("psd", "u").lower()

    def asks(self, domain: str) -> str:
        """What it asks receivers to do with mail of this domain that fails."""
        own = self.tags.get("p", "none").lower()
        asked = own if domain == self.domain else self.tags.get("sp", own).lower()
        return asked if asked in _POLICIES else "none"


@dataclass(frozen=True, slots=True)
class Walk:
    """What stands at each domain from the sender's up."""

    domain: str
    steps: tuple[tuple[str, Answer], ...]

    @property
    def policies(self) -> list[Policy]:
        """The records found, up to the first that says the walk ends there."""
        found = []
        for domain, answer in self.steps:
            policy = _policy(domain, answer)
            if policy is not None:
                found.append(policy)
                if policy.boundary in ("y", "n"):
                    break
        return found

    @property
    def organizational(self) -> str:
        """The organizational domain (section 4.10.2); the sender's own where no record tells another."""
        policies = self.policies
        if not policies:
            return self.domain
        # Where a record says psd=n, or the tree ends, the last one found has the fewest labels.
        last = policies[-1]
        suffix = last.boundary == "y" and last.domain != self.domain
        return _below(self.domain, last.domain) if suffix else last.domain

    @property
    def policy(self) -> Policy | None:
        """The record that applies: the sender's own, the organizational domain's, the public suffix's."""
        by_domain = {policy.domain: policy for policy in self.policies}
        suffix = next((each for each in self.policies if each.boundary == "y"), None)
        return by_domain.get(self.domain) or by_domain.get(self.organizational) or suffix

    @property
    def unknown(self) -> Answer | None:
        """The first answer that was not to be had."""
        return next((answer for _, answer in self.steps if answer.known is Known.UNKNOWN), None)


def targets(domain: str) -> list[str]:
    """The domains to ask, the sender's first: at most eight, whatever its length (section 4.10)."""
    labels = domain.split(".")
    longest = len(labels) - 1 if len(labels) < _MOST_LABELS else _MOST_LABELS - 1
    return [domain, *(".".join(labels[-count:]) for count in range(longest, 0, -1))]


async def walk(resolver: Resolver, domain: str) -> Walk:
    """Ask for the records of all of them at once."""
    names = targets(domain)
    answers = await asyncio.gather(*(resolver.ask(f"_dmarc.{name}", "TXT") for name in names))
    return Walk(domain, tuple(zip(names, answers, strict=True)))


def check_dmarc(found: Walk) -> Check:
    """Whether receivers find a policy, and which."""
    policy = found.policy
    unknown = _undecided(found, policy)
    records = tuple(
        DomainRecord(answer.name, "TXT", text) for _, answer in found.steps for text in _dmarc_texts(answer)
    )
    if unknown is not None:
        return Check(name=NAME, verdict=CheckVerdict.UNKNOWN, found=unknown.why, records=records)
    own = found.steps[0][1]
    if policy is None:
        problem = _problem(own)
        publish = (DomainRecord(own.name, "TXT", f"v=DMARC1; p=none; rua=mailto:postmaster@{found.domain}"),)
        return Check(
            name=NAME,
            verdict=CheckVerdict.NO,
            found=problem or f"{own.absence if own.absent else f'{own.name} has no policy'}, nor above it",
            why="Gmail and Yahoo ask those who send much for a policy, and others score mail without one",
            fix="leave one sound record" if problem else "publish a policy; p=none only asks for reports",
            publish=publish,
            records=records,
            source=_ASKED_BY,
        )
    return Check(
        name=NAME,
        verdict=CheckVerdict.YES,
        found=_told(policy, found),
        why=_meaning(policy, found, _problem(own)),
        records=records,
    )


def _undecided(found: Walk, policy: Policy | None) -> Answer | None:
    """The sender's own record settles it; without one, each answer that is missing might have."""
    if policy is not None and policy.domain == found.domain:
        return None
    return found.unknown


def _told(policy: Policy, found: Walk) -> str:
    told = f"p={policy.asks(found.domain)}"
    if policy.domain != found.domain:
        told += f", inherited from {policy.domain}"
    told += ", reports to " + policy.tags["rua"] if policy.tags.get("rua") else ", no reports"
    strict = [tag for tag, on in (("DKIM", policy.strict_dkim), ("SPF", policy.strict_spf)) if on]
    return told + (f", strict alignment of {' and '.join(strict)}" if strict else "")


def _meaning(policy: Policy, found: Walk, problem: str) -> str:
    notes = [problem]
    if "p" not in policy.tags:
        notes.append("p= is missing: receivers of the older RFC 7489 may ignore the record")
    if policy.tags.get("t", "n").lower() == "y":
        notes.append("t=y: receivers are asked for one step less than the policy says")
    if policy.asks(found.domain) == "none":
        notes.append("mail that fails is treated as if there were no policy")
    return "; ".join(filter(None, notes))


def _dmarc_texts(answer: Answer) -> list[str]:
    return [text for text in answer.values if _first_tag(text) == "v=DMARC1"]


def _first_tag(text: str) -> str:
    name, _, value = text.partition(";")[0].partition("=")
    return f"{name.strip().lower()}={value.strip()}"


def _policy(domain: str, answer: Answer) -> Policy | None:
    texts = _dmarc_texts(answer)
    if len(texts) != 1 or _problem(answer):
        return None
    return Policy(domain, parse_tags(texts[0]))


def _problem(answer: Answer) -> str:
    """Why receivers ignore the record."""
    texts = _dmarc_texts(answer)
    if len(texts) > 1:
        return f"{answer.name} has {len(texts)} policies: receivers discard them all"
    if not texts:
        return ""
    try:
        tags = parse_tags(texts[0])
    except TagError as error:
        return f"{answer.name}: {error}"
    given = [(tag, tags[tag]) for tag in ("p", "sp", "np") if tag in tags]
    wrong = [f"{tag}={value}" for tag, value in given if value.lower() not in _POLICIES]
    # With an address for reports it counts as p=none (section 4.7).
    return f"{answer.name}: {', '.join(wrong)} is no policy" if wrong and not tags.get("rua") else ""


def _below(domain: str, suffix: str) -> str:
    """The domain one label below a public suffix, on the way to the sender's."""
    labels = domain.split(".")
    return ".".join(labels[-(suffix.count(".") + 2) :])


def organizational_domains(found: Walk) -> Sequence[str]:
    """The sender's domain and, where it is another, its organizational domain."""
    return tuple(dict.fromkeys((found.domain, found.organizational)))

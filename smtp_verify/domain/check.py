"""What a check says: yes, no or could not tell, with the records it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CheckVerdict(Enum):
    """The three values. What was not answered is never a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """One record of the DNS, there or to be published."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question about the sender's domain, answered."""

    name: str
    """`mx`, `spf`, `spf provider`, `dkim`, `dmarc` or `alignment`."""
    verdict: CheckVerdict
    found: str
    """What was found, in a line."""
    why: str = ""
    """What it means, and from where that is known."""
    fix: str = ""
    """What to do, in the imperative; empty where there is nothing to do, or nothing known."""
    publish: tuple[DomainRecord, ...] = ()
    """The records to publish, where they are known."""
    records: tuple[DomainRecord, ...] = ()
    """What the verdict rests on."""
    source: str = ""
    """Where the provider's facts come from."""


@dataclass(frozen=True, slots=True)
class DomainReport:
    """All checks of one domain; none where there is no domain to check, with the reason."""

    domain: str
    provider: str
    """The name of the provider that the host belongs to; empty where it is none we know."""
    checks: tuple[Check, ...] = ()
    nothing: str = ""
    """Why there was nothing to check."""

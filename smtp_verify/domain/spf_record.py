"""The grammar of an SPF record (RFC 7208 sections 4.6, 5, 6 and 12)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

VERSION = "v=spf1"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MECHANISM = re.compile(
    r"(?P<qualifier>[-+?~]?)(?P<name>[A-Za-z][A-Za-z0-9_.-]*)(?P<rest>[:/].*)?", re.DOTALL
)
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)", re.DOTALL)
_ADDRESSED = re.compile(
    r"(?P<spec>.*?)(?:/(?P<four>0|[1-9][0-9]?))?(?://(?P<six>0|[1-9][0-9]{0,2}))?", re.DOTALL
)
_EXPAND = r"%(?:%|_|-|\{[slodiphcrtvSLODIPHCRTV](?:[1-9][0-9]{0,2})?[rR]?[-.+,/_=]*\})"
_MACRO_STRING = re.compile(rf"(?:{_EXPAND}|[\x21-\x24\x26-\x7e])*")
# A domain-spec ends in a top label or in a macro.
_TOP_LABEL = r"(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN_END = re.compile(rf"(?:.*\.{_TOP_LABEL}\.?|.*{_EXPAND})", re.DOTALL)
_WIDEST = {4: 32, 6: 128}
_COSTLY = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})


class SpfSyntaxError(ValueError):
    """A term no receiver can read: permerror, whatever else the record says."""


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism, or the modifier `redirect`."""

    text: str
    name: str
    qualifier: str = "+"
    domain: str = ""
    """The domain-spec, macros unexpanded; empty where it is left to the current domain."""
    network: Network | None = None
    four: int = 32
    six: int = 128

    @property
    def costly(self) -> bool:
        """Counts against the ten lookups (section 4.6.4)."""
        return self.name in _COSTLY


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A record that can be read."""

    mechanisms: tuple[Term, ...]
    redirect: Term | None

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is evaluated, in order: nothing follows `all`, and `redirect` counts only without it."""
        upto = []
        for term in self.mechanisms:
            upto.append(term)
            if term.name == "all":
                return tuple(upto)
        return (*upto, self.redirect) if self.redirect else tuple(upto)


def is_spf(text: str) -> bool:
    """Whether a TXT record claims to be SPF (section 4.5)."""
    lowered = text.lower()
    return lowered == VERSION or lowered.startswith(f"{VERSION} ")


def parse(text: str) -> SpfRecord:
    """Read a record.

    Raises:
        SpfSyntaxError: a term is none, or stands twice where it may stand once.
    """
    mechanisms: list[Term] = []
    modifiers: dict[str, Term] = {}
    for term in filter(None, text[len(VERSION) :].split(" ")):
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            mechanisms.append(_mechanism(term))
            continue
        name = modifier["name"].lower()
        if name in modifiers:
            raise SpfSyntaxError(f"{name}= stands twice")
        if name in ("redirect", "exp"):
            modifiers[name] = Term(term, name, domain=_domain(modifier["value"], term))
        elif not _MACRO_STRING.fullmatch(modifier["value"]):
            raise SpfSyntaxError(f"{term} cannot be read")
    return SpfRecord(tuple(mechanisms), modifiers.get("redirect"))


def _mechanism(term: str) -> Term:
    match = _MECHANISM.fullmatch(term)
    if match is None:
        raise SpfSyntaxError(f"{term} is no term of SPF")
    name, rest = match["name"].lower(), match["rest"] or ""
    qualifier = match["qualifier"] or "+"
    match name:
        case "all":
            if rest:
                raise SpfSyntaxError(f"{term}: all takes nothing behind it")
            return Term(term, name, qualifier)
        case "ip4" | "ip6":
            return Term(term, name, qualifier, network=_network(name, rest, term))
        case "include" | "exists":
            return Term(term, name, qualifier, _domain(rest.removeprefix(":"), term))
        case "ptr":
            return Term(term, name, qualifier, _domain(rest[1:], term) if rest else "")
        case "a" | "mx":
            return _addressed(term, name, qualifier, rest)
    raise SpfSyntaxError(f"{term} is no mechanism of SPF")


def _addressed(term: str, name: str, qualifier: str, rest: str) -> Term:
    """`a`, `a:domain`, `a/24`, `a:domain/24//64`."""
    match = _ADDRESSED.fullmatch(rest)
    four, six = (int(match["four"] or 32), int(match["six"] or 128)) if match else (0, 0)
    if match is None or four > _WIDEST[4] or six > _WIDEST[6]:
        raise SpfSyntaxError(f"{term}: no such prefix length")
    domain = _domain(match["spec"][1:], term) if match["spec"] else ""
    return Term(term, name, qualifier, domain, four=four, six=six)


def _domain(text: str, term: str) -> str:
    if not text or not _MACRO_STRING.fullmatch(text) or not _DOMAIN_END.fullmatch(text):
        raise SpfSyntaxError(f"{term} names no domain")
    return text


def _network(name: str, rest: str, term: str) -> Network:
    address, slash, length = rest.removeprefix(":").partition("/")
    kind = ipaddress.IPv4Network if name == "ip4" else ipaddress.IPv6Network
    # Python would take 255.255.255.0 for a length too.
    if slash and not re.fullmatch("0|[1-9][0-9]{0,2}", length):
        raise SpfSyntaxError(f"{term}: no such prefix length")
    try:
        return kind(f"{address}{slash}{length}", strict=False)
    except ValueError:
        raise SpfSyntaxError(f"{term}: no such address") from None

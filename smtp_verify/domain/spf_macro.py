"""Macros in the domains of an SPF record (RFC 7208 section 7)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_EXPAND = re.compile(
    r"%(?:(?P<literal>[%_-])|\{(?P<letter>[a-zA-Z])(?P<keep>[0-9]*)(?P<back>[rR]?)(?P<cut>[-.+,/_=]*)\})"
)
_LITERALS = {"%": "%", "_": " ", "-": "%20"}
_LONGEST_NAME = 253


class CannotExpand(Exception):  # noqa: N818 - it names what happened
    """The macro depends on something that is not known before a mail is sent."""


@dataclass(frozen=True, slots=True)
class CheckedMail:
    """What is known of the mail to come; without an address its macros cannot be expanded."""

    local: str
    domain: str
    address: Address | None = None


def expand(text: str, current: str, mail: CheckedMail) -> str:
    """The domain with its macros filled in.

    Args:
        text: a domain-spec.
        current: the domain whose record is read.
        mail: where the sender and the address come from.

    Raises:
        CannotExpand: a macro needs the address or the name of the server that sends.
    """

    def one(match: re.Match[str]) -> str:
        if match["literal"]:
            return _LITERALS[match["literal"]]
        return _transformed(_value(match["letter"], current, mail), match)

    expanded = _EXPAND.sub(one, text).rstrip(".")
    # Labels are dropped from the left until it fits (section 7.3).
    while len(expanded) > _LONGEST_NAME and "." in expanded:
        expanded = expanded.partition(".")[2]
    return expanded


def _value(letter: str, current: str, mail: CheckedMail) -> str:
    match letter.lower():
        case "s":
            return f"{mail.local}@{mail.domain}"
        case "l":
            return mail.local
        case "o":
            return mail.domain
        case "d":
            return current
        case "i" if mail.address is not None:
            return _dotted(mail.address)
        case "v" if mail.address is not None:
            return "in-addr" if mail.address.version == 4 else "ip6"
    # The name behind the address, and the one it says in EHLO, are the server's own affair.
    raise CannotExpand(f"%{{{letter}}} depends on the server that sends")


def _dotted(address: Address) -> str:
    return str(address) if address.version == 4 else ".".join(address.exploded.replace(":", ""))


def _transformed(value: str, match: re.Match[str]) -> str:
    parts = re.split(f"[{re.escape(match['cut'] or '.')}]", value)
    if match["back"]:
        parts.reverse()
    keep = int(match["keep"] or 0)
    text = ".".join(parts[-keep:] if keep else parts)
    return quote(text, safe="-._~@") if match["letter"].isupper() else text

"""The domain that receivers will ask about, from `fromEmail`."""

from __future__ import annotations

from dataclasses import dataclass

from smtp_verify.errors import ConfigError
from smtp_verify.mail import address


@dataclass(frozen=True, slots=True)
class Sender:
    """The two sides of the sender's address; no domain where there is nothing to ask the DNS about."""

    local: str
    domain: str
    """As it goes into the envelope: lower case, other scripts in punycode."""
    nothing: str = ""
    """Why there is no domain."""


def sender_of(from_email: str) -> Sender:
    """The first address of a `fromEmail`, as nodemailer reads it."""
    try:
        found = address.mailboxes(from_email)
    except ConfigError as error:
        return Sender("", "", error.message)
    if not found:
        return Sender("", "", "fromEmail has no address")
    local, at, domain = found[0].rpartition("@")
    domain = domain.rstrip(".")
    if not at or not domain:
        return Sender(local, "", "the address in fromEmail has no domain")
    if domain.startswith("["):
        return Sender(local, "", f"{domain} is an address, which has no SPF, DKIM or DMARC")
    if "." not in domain:
        return Sender(local, "", f"{domain} is no domain of the public DNS")
    return Sender(local, domain)

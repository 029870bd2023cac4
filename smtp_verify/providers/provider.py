"""What there is to know of a mail provider before anything is sent to it."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from smtp_verify.config.schema.placeholders import is_placeholder


class Security(Enum):
    """How a port is encrypted."""

    IMPLICIT = "implicit TLS"
    """From the first byte (RFC 8314): `secure: true`."""
    STARTTLS = "STARTTLS"
    """After a command (RFC 3207): `secure: false`, `requireTLS: true`."""
    CLEAR = "no TLS"


class SenderRule(Enum):
    """Which address a provider takes as `fromEmail`."""

    SAME = "same"
    """That of `auth.user`, and no other."""
    OWN = "own"
    """One of the account's addresses."""
    VERIFIED = "verified"
    """One that was verified, or is of a verified domain."""
    ANY = "any"


class Port(NamedTuple):
    """A port that answers, and how it is encrypted."""

    number: int
    security: Security


class Region(NamedTuple):
    """One of several hosts, each with accounts of its own."""

    name: str
    """As `init --region` takes it."""
    host: str
    title: str


class Field(NamedTuple):
    """What a key of the config must hold."""

    value: str
    """A placeholder, or the very word that is to be written."""
    about: str
    """What it is and where one gets it, as a comment says it; of a sender, what follows a colon."""

    @property
    def is_fixed(self) -> bool:
        """Whether the value is the same for everybody."""
        return not is_placeholder(self.value)

    @property
    def kind(self) -> str:
        """In a few words: `the word apikey`, `your address`."""
        return f"the word {self.value}" if self.is_fixed else self.value.strip("<>").replace("-", " ")


class OAuth2(NamedTuple):
    """How a provider gives access tokens (RFC 6749) for AUTH XOAUTH2."""

    token_endpoint: str
    """The `accessUrl`, or a placeholder where it depends on the account."""
    scope: str
    """What the refresh token must be issued for."""
    about: str
    """Where client and refresh token come from."""


class Provider(NamedTuple):
    """One row of the table."""

    name: str
    """As `init` takes it."""
    title: str
    """As people call it."""
    hosts: tuple[str, ...]
    """The names of its servers, the usual one first; empty where it is any server."""
    ports: tuple[Port, ...]
    """The recommended one first."""
    user: Field | None
    """None where nobody logs in."""
    password: Field | None
    """None where only OAuth2 is taken, or nobody logs in."""
    sender: Field
    sender_rule: SenderRule
    sources: tuple[str, ...]
    """Where the facts of this row come from."""
    aliases: tuple[str, ...] = ()
    host_pattern: str = ""
    """A regular expression for whole host names, where they cannot be listed."""
    regions: tuple[Region, ...] = ()
    """The usual one first."""
    oauth2: OAuth2 | None = None
    notes: tuple[str, ...] = ()
    """What else goes wrong: sentences."""
    limit: str = ""
    """How much may be sent, where the provider says so."""
    page: str = ""
    """Its own page on these settings."""
    trusts_addresses: bool = False
    """Whether a login can be left out, where the provider was told Logto's address."""

    @property
    def requires_login(self) -> bool:
        """Whether its servers refuse every message without a login."""
        return self.user is not None and not self.trusts_addresses

    @property
    def host(self) -> str:
        """The usual host; a placeholder where it is any server."""
        return self.hosts[0] if self.hosts else "<smtp-host>"

    @property
    def port(self) -> Port:
        """The recommended port."""
        return self.ports[0]

    def serves(self, host: str) -> bool:
        """Whether a host is one of the provider's."""
        name = host.lower().rstrip(".")
        listed = name in self.hosts or any(region.host == name for region in self.regions)
        return listed or bool(self.host_pattern and re.fullmatch(self.host_pattern, name))

    def port_at(self, number: int) -> Port | None:
        """What is known of a port."""
        return next((port for port in self.ports if port.number == number), None)

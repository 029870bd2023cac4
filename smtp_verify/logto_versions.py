"""The versions of Logto whose behavior is reported, and what tells their nodemailers apart.

Sources: the images of ghcr.io/logto-io/logto (1.40 to 1.42), and Logto's main branch at 1fbc554, which is
taken for 1.43: packages/connectors/connector-smtp. nodemailer 10 is in no Logto yet; it would be the next
row.
"""

from __future__ import annotations

from typing import NamedTuple


class Nodemailer(NamedTuple):
    """A release of nodemailer."""

    major: int
    minor: int
    patch: int

    @property
    def verifies_token_endpoint(self) -> bool:
        """Whether the certificate of an `accessUrl` is verified (lib/xoauth2/index.js, `fetchOptions`)."""
        return self >= (8, 0, 11)

    @property
    def quotes_addresses(self) -> bool:
        """Whether local parts are quoted where needed, and a domain literal is read whole.

        Source: lib/addressparser/index.js, lib/mime-node/index.js `_normalizeLocalPart`.
        """
        return self.major >= 9

    @property
    def encodes_control_characters(self) -> bool:
        """Whether a control character makes a header an encoded word (lib/mime-node `_encodeHeaderText`)."""
        return self.major >= 9

    @property
    def keeps_surrogate_pairs(self) -> bool:
        """Whether encoded words are cut between characters only (lib/mime-funcs/index.js `encodeWord`)."""
        return self.major >= 9

    @property
    def parses_urls_as_whatwg(self) -> bool:
        """Whether `url` is read by the WHATWG's rules (lib/shared/url.js), and not by Node's older parser."""
        return self.major >= 9

    @property
    def knows_turbo_smtp(self) -> bool:
        """Whether TurboSMTP is one of its services (lib/well-known/services.json)."""
        return self.major >= 9

    @property
    def verifies_proxy(self) -> bool:
        """Whether an https: proxy's certificate is verified (lib/smtp-connection/http-proxy-client.js)."""
        return self.major >= 9

    def __str__(self) -> str:
        """As npm writes it."""
        return ".".join(map(str, self))


class LogtoVersion(NamedTuple):
    """A minor version of Logto and the nodemailer in its image."""

    name: str
    nodemailer: Nodemailer


class Difference(NamedTuple):
    """What some versions do, where it is not what the version does that a report is about."""

    versions: tuple[str, ...]
    """Their names, oldest first."""
    what: str
    """What they do, as a predicate."""


VERSIONS = (
    LogtoVersion("1.40", Nodemailer(8, 0, 7)),
    LogtoVersion("1.41", Nodemailer(8, 0, 11)),
    LogtoVersion("1.42", Nodemailer(8, 0, 11)),
    LogtoVersion("1.43", Nodemailer(9, 0, 5)),
)
"""Oldest first."""
NEWEST = VERSIONS[-1]
NAMES = tuple(version.name for version in VERSIONS)


def version_of(text: str) -> LogtoVersion:
    """The version that a text names; a leading v and a patch number do not matter.

    Raises:
        ValueError: it names none of them; the text lists those there are.
    """
    parts = text.removeprefix("v").split(".")
    numbers = all(part.isascii() and part.isdigit() for part in parts) and len(parts) in (2, 3)
    name = ".".join(parts[:2]) if numbers else text
    found = next((version for version in VERSIONS if version.name == name), None)
    if found is None:
        raise ValueError(f"{text!r} is not a Logto version that is known; use one of {', '.join(NAMES)}")
    return found

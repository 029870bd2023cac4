"""What the certificate of a server says: a courtesy to the reader, never a condition of the session.

OpenSSL, and so Node, takes certificates that `cryptography` refuses to parse, and some whose text Python
cannot decode. The session goes on with those, and the report says which details could not be read.
"""

from __future__ import annotations

import re
import ssl
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

SUBJECT, ISSUER, NOT_AFTER, NAMES = "subject", "issuer", "end date", "names"
"""The details, as a report calls them."""
_SHORT_NAMES = {
    "commonName": "CN",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
}
"""RFC 4514 section 3; other types keep the long name that OpenSSL has for them."""


_OVERLOOKED = re.compile(r"^\ufeff|[^\x00-\x7f]+(?=\r?$)", re.MULTILINE)


class Certificate(NamedTuple):
    """The details of a certificate; those in `unread` are empty."""

    subject: str
    issuer: str
    not_after: datetime | None
    names: tuple[str, ...]
    """The subject alternative names: what it is good for."""
    unread: tuple[str, ...]


class SSLObject(ssl.SSLObject):
    """A TLS session whose handshake does not fail on a certificate that OpenSSL accepts.

    asyncio decodes the certificate once the handshake is over (CPython Lib/asyncio/sslproto.py,
    `_on_handshake_complete`), and drops the connection where Python cannot.
    """

    def getpeercert(self, binary_form: bool = False) -> Any:
        """As in ssl, but nothing where the text of the certificate cannot be decoded."""
        try:
            return super().getpeercert(binary_form)
        except (ValueError, ssl.SSLError):
            return None if binary_form else {}


def read(channel: ssl.SSLObject) -> Certificate | None:
    """The details of the certificate that the server showed; None where it showed none."""
    der = channel.getpeercert(binary_form=True)
    if not der:
        return None
    parsed = _attempt(_parse, der)
    # As OpenSSL decodes it; Python has that of a verified certificate only.
    decoded = channel.getpeercert() or None
    found: dict[str, Any] = {}
    for detail, (of_parsed, of_decoded) in _READERS.items():
        value = _attempt(of_parsed, parsed)
        found[detail] = _attempt(of_decoded, decoded) if value is None else value
    unread = tuple(detail for detail, value in found.items() if value is None)
    subject, issuer, not_after, names = found.values()
    return Certificate(subject or "", issuer or "", not_after, names or (), unread)


def readable_pem(text: str) -> str:
    """PEM as Python's `ssl` takes it: ASCII (RFC 7468), OpenSSL's `TRUSTED` ones under the common name.

    What OpenSSL overlooks goes: a byte order mark, and letters at the end of a line. Others spoil a line.
    """
    ascii_only = _OVERLOOKED.sub("", text).encode("ascii", "replace").decode()
    return ascii_only.replace("-----BEGIN TRUSTED ", "-----BEGIN ").replace("-----END TRUSTED ", "-----END ")


def _attempt(reader: Callable[[Any], Any], source: Any) -> Any:
    """What a reader finds, or None: no parser's objection, of whatever type, may end a session."""
    if source is None:
        return None
    try:
        with warnings.catch_warnings():
            # `cryptography` warns, on standard error, of what it will refuse one day.
            warnings.simplefilter("ignore")
            return reader(source)
    except Exception:
        return None


def _parse(der: bytes) -> x509.Certificate:
    from cryptography import x509

    return x509.load_der_x509_certificate(der)


def _alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(getattr(name, "value", name)) for name in extension.value)


def _name(decoded: Any) -> str:
    """A name as Python decodes it, in the form of RFC 4514: the last attribute first."""
    parts = [pair for attributes in decoded for pair in attributes]
    return ",".join(f"{_SHORT_NAMES.get(kind, kind)}={value}" for kind, value in reversed(parts))


_READERS: dict[str, tuple[Callable[[x509.Certificate], Any], Callable[[dict[str, Any]], Any]]] = {
    SUBJECT: (lambda parsed: parsed.subject.rfc4514_string(), lambda decoded: _name(decoded["subject"])),
    ISSUER: (lambda parsed: parsed.issuer.rfc4514_string(), lambda decoded: _name(decoded["issuer"])),
    NOT_AFTER: (
        lambda parsed: parsed.not_valid_after_utc,
        lambda decoded: datetime.fromtimestamp(ssl.cert_time_to_seconds(decoded["notAfter"]), UTC),
    ),
    NAMES: (
        _alternative_names,
        lambda decoded: tuple(value for _, value in decoded.get("subjectAltName", ())),
    ),
}
"""For each detail: from what `cryptography` parsed, and from what Python's ssl decoded."""

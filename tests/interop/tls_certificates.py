"""Certificates in all the ways in which a client may take them or not."""

from __future__ import annotations

import functools
import ipaddress
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests import odd_certificates

if TYPE_CHECKING:
    from collections.abc import Sequence

    Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a certificate differs from an ordinary one for NAME and the loopback."""

    dns: Sequence[str] = ()
    addresses: Sequence[str] = ()
    mailboxes: Sequence[str] = ()
    uris: Sequence[str] = ()
    common: Sequence[str] = ("a server",)
    begins: timedelta = -DAY
    ends: timedelta = 30 * DAY
    signer: str = "root"
    """Or intermediate, stranger, itself."""
    bits: int = 0
    """Of an RSA key; else it is one of P-256."""
    usage: x509.ObjectIdentifier | None = None
    is_authority: bool = False
    with_issuer: bool = False
    """Whether the server shows the issuer's certificate too."""


NAME = "mail.example.com"
NAMED = {
    "plain": Kind(dns=[NAME]),
    "upper case": Kind(dns=["MAIL.Example.COM"]),
    "final dot": Kind(dns=[f"{NAME}."]),
    "two final dots": Kind(dns=[f"{NAME}.."]),
    "wildcard": Kind(dns=["*.example.com"]),
    "wildcard inside": Kind(dns=["m*l.example.com"]),
    "wildcard behind": Kind(dns=["ma*.example.com"]),
    "wildcard before": Kind(dns=["*il.example.com"]),
    "wildcard that overlaps": Kind(dns=["mai*ail.example.com"]),
    "two wildcards": Kind(dns=["m*i*l.example.com"]),
    "wildcard in the middle": Kind(dns=["mail.*.com"]),
    "wildcard of a top level": Kind(dns=["*.com"]),
    "wildcard alone": Kind(dns=["*"]),
    "underscore": Kind(dns=["my_mail.example.com"]),
    "A-label": Kind(dns=["xn--bcher-kva.example.com"]),
    "wildcard in an A-label": Kind(dns=["xn--*.example.com"]),
    "empty label": Kind(dns=["mail..example.com"]),
    "leading dot": Kind(dns=[".example.com"]),
    "blank": Kind(dns=["mail .example.com", " mail.example.com"]),
    "comma": Kind(dns=[f"a, DNS:{NAME}"]),
    "quote": Kind(dns=[f'a", DNS:{NAME}']),
    "U-label": Kind(dns=["b\xfccher.example.com", "ma\xecl.example.com"]),
    "address as a name": Kind(dns=["127.0.0.1", "10.0.0.1"]),
    "address": Kind(addresses=["127.0.0.1", "10.0.0.1"]),
    "address and common name": Kind(addresses=["127.0.0.1"], common=[NAME]),
    "IPv6": Kind(addresses=["::1", "2001:db8::1", "::ffff:10.0.0.1"]),
    "common name": Kind(common=[NAME]),
    "wildcard as common name": Kind(common=["*.example.com"]),
    "address as common name": Kind(common=["127.0.0.1"]),
    "two common names": Kind(common=["a", NAME]),
    "no common name": Kind(common=[]),
    "common name beside another": Kind(dns=["other.example"], common=[NAME]),
    "mailbox and common name": Kind(mailboxes=[f"a@{NAME}"], common=[NAME]),
    "URI": Kind(uris=[f"https://{NAME}/"], common=[]),
    "many": Kind(dns=[*(f"n{number}.example" for number in range(200)), NAME], addresses=["127.0.0.1"]),
}
"""By the names in them."""

_BOTH = Kind(dns=[NAME], addresses=["127.0.0.1"])
TRUSTED = {
    "ordinary": _BOTH,
    "over": replace(_BOTH, begins=-9 * DAY, ends=-DAY),
    "not yet": replace(_BOTH, begins=DAY),
    "over and another's": Kind(dns=["other.example"], begins=-9 * DAY, ends=-DAY),
    "stranger": replace(_BOTH, signer="stranger"),
    "stranger, issuer shown": replace(_BOTH, signer="stranger", with_issuer=True),
    "self-signed": replace(_BOTH, signer="itself"),
    "self-signed authority": replace(_BOTH, signer="itself", is_authority=True),
    "intermediate shown": replace(_BOTH, signer="intermediate", with_issuer=True),
    "intermediate missing": replace(_BOTH, signer="intermediate"),
    "RSA of 2048 bits": replace(_BOTH, bits=2048),
    "RSA of 1024 bits": replace(_BOTH, bits=1024),
    "for clients": replace(_BOTH, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
    "for servers": replace(_BOTH, usage=ExtendedKeyUsageOID.SERVER_AUTH),
    "for any use": replace(_BOTH, usage=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
    "for code": replace(_BOTH, usage=ExtendedKeyUsageOID.CODE_SIGNING),
    "authority": replace(_BOTH, is_authority=True),
}
"""By who vouches for them, and how."""
ODD = [*odd_certificates.SOUND, *odd_certificates.UNSOUND]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Someone who signs."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        """The certificate as `tls.ca` holds it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


@functools.cache
def root() -> trustme.CA:
    """The CA of the tests of this run."""
    return trustme.CA()


@functools.cache
def issuer(name: str) -> Issuer:
    """The signer of this name."""
    if name == "root":
        signer = serialization.load_pem_private_key(root().private_key_pem.bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        return Issuer(x509.load_pem_x509_certificate(root().cert_pem.bytes()), signer)
    key = ec.generate_private_key(ec.SECP256R1())
    kind = Kind(common=[name], is_authority=True, signer="root" if name == "intermediate" else "itself")
    return Issuer(_signed(kind, key), key)


@functools.cache
def chain(name: str) -> str:
    """The certificate of this name, those that are shown with it, and its key, as PEM."""
    if name in ODD:
        odd = odd_certificates.chain(name, root())
        return odd.certificate + odd.key
    kind = {**NAMED, **TRUSTED}[name]
    key: Key = (
        rsa.generate_private_key(65537, kind.bits) if kind.bits else ec.generate_private_key(ec.SECP256R1())
    )
    own = _signed(kind, key).public_bytes(serialization.Encoding.PEM).decode()
    shown = own + (issuer(kind.signer).pem if kind.with_issuer else "")
    return shown + key_pem(key)


def key_pem(key: Key, password: str = "") -> str:
    """A key as `tls.key` holds it."""
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        locked = serialization.BestAvailableEncryption(password.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked).decode()


def certificate_of(pem: str) -> str:
    """The first certificate in a text."""
    end = "-----END CERTIFICATE-----\n"
    return pem[: pem.index(end) + len(end)]


def key_of(pem: str) -> str:
    """The key in a text."""
    return pem[pem.index("-----BEGIN PRIVATE KEY-----") :]


def server_context(name: str) -> ssl.SSLContext:
    """A server's that shows this certificate, also where Python would find its key too small."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with trustme.Blob(chain(name).encode()).tempfile() as path:
        context.load_cert_chain(path)
    return context


def _signed(kind: Kind, key: Key) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each) for each in kind.common])
    by = None if kind.signer == "itself" else issuer(kind.signer)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + kind.begins)
        .not_valid_after(now + kind.ends)
    )
    names = [
        # Names that no certificate ought to hold are made without the checks.
        *(x509.DNSName._init_without_validation(each) for each in kind.dns),
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in kind.addresses),
        *map(x509.RFC822Name, kind.mailboxes),
        *map(x509.UniformResourceIdentifier, kind.uris),
    ]
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if kind.is_authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if kind.usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([kind.usage]), critical=False)
    return builder.sign(key if by is None else by.key, hashes.SHA256())

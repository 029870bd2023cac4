"""Certificates that OpenSSL and Node accept, with something in them that stricter readers refuse.

Each is an ordinary one for localhost and 127.0.0.1 whose bytes are changed before the test CA signs them.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

if TYPE_CHECKING:
    from collections.abc import Callable

    import trustme

_NAME = "XXXXXX"
_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.99999.1")
_UTF8, _PRINTABLE, _IA5, _T61 = 0x0C, 0x13, 0x16, 0x14


class Chain(NamedTuple):
    """A certificate and its key, as PEM."""

    certificate: str
    key: str


def _subject(tag: int, value: bytes) -> Callable[[bytes], bytes]:
    """The common name in another string type, and six bytes that it may not hold."""
    plain = bytes([_UTF8, 6]) + _NAME.encode()
    assert len(value) == 6
    return lambda tbs: _once(tbs, plain, bytes([tag, 6]) + value)


def _once(tbs: bytes, before: bytes, after: bytes) -> bytes:
    assert tbs.count(before) == 1, before
    assert len(before) == len(after)
    return tbs.replace(before, after)


def _not_after(value: bytes) -> Callable[[bytes], bytes]:
    def change(tbs: bytes) -> bytes:
        before = tbs.index(b"\x17\x0d", tbs.index(b"\x17\x0d") + 1)
        assert len(value) == 13
        return tbs[: before + 2] + value + tbs[before + 15 :]

    return change


SOUND: dict[str, Callable[[bytes], bytes]] = {
    **{
        f"subject with {name}": _subject(_PRINTABLE, value)
        for name, value in {
            "asterisk": b"*.a.bc",
            "ampersand": b"A & Co",
            "at": b"a@b.cd",
            "underscore": b"a_b_cd",
            "Latin-1": b"M\xfcller",
            "NUL": b"abc\0de",
            "DEL": b"abc\x7fde",
        }.items()
    },
    "subject in ASCII that is none": _subject(_IA5, b"M\xfcller"),
    "subject in T.61": _subject(_T61, b"M\xfcller"),
    "version 2": lambda tbs: _once(tbs, b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01"),
    "version 5": lambda tbs: _once(tbs, b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x04"),
    "negative serial number": lambda tbs: tbs.replace(b"\x02\x02\x12\x34", b"\x02\x02\x82\x34", 1),
    "name that is no text": lambda tbs: _once(tbs, b"other.example", b"\xf6ther.example"),
    "address of five bytes": lambda tbs: _once(
        tbs, b"\x87\x04\x0a\0\0\x01\x82\x01a", b"\x87\x05\x0a\0\0\x01\x01\x81\0"
    ),
    "extension that is no DER": lambda tbs: _once(
        tbs, b"\x04\x04\x02\x02\x07\x07", b"\x04\x04\x30\x7f\x07\x07"
    ),
}
"""Verified like any other: the session goes on."""

UNSOUND: dict[str, Callable[[bytes], bytes]] = {
    "month 13": _not_after(b"991301000000Z"),
    "date in words": _not_after(b"next Thursday"),
}
"""What nobody can verify: the session goes on with `rejectUnauthorized: false`."""


def chain(name: str, ca: trustme.CA) -> Chain:
    """The certificate of this name, signed by the CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
    now = datetime.now(UTC)
    names = [
        *map(x509.DNSName, ("localhost", "other.example")),
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in ("127.0.0.1", "10.0.0.1")),
        x509.DNSName("a"),
    ]
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(0x1234)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.UnrecognizedExtension(_EXTENSION, b"\x02\x02\x07\x07"), critical=False)
    )
    signer = serialization.load_pem_private_key(ca.private_key_pem.bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    plain = built.sign(signer, hashes.SHA256())
    tbs = {**SOUND, **UNSOUND}[name](plain.tbs_certificate_bytes)
    rest = plain.public_bytes(serialization.Encoding.DER)[4 + len(plain.tbs_certificate_bytes) :]
    algorithm = rest[: 2 + rest[1]]
    signature = b"\0" + signer.sign(tbs, ec.ECDSA(hashes.SHA256()))
    der = _der(0x30, tbs + algorithm + _der(0x03, signature))
    pem = serialization.PrivateFormat.PKCS8
    return Chain(
        ssl.DER_cert_to_PEM_cert(der),
        key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption()).decode(),
    )


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content

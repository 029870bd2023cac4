"""Node's rules for names in certificates, by cases that its source names; sessions are in test_handshake."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID, NameOID

from smtp_verify.smtp.tls import identity
from smtp_verify.smtp.tls.identity import Names
from tests import odd_certificates


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("mail.example.com", "mail.example.com"),
        ("mail.example.com.", "mail.example.com"),
        ("mail.example.com", "mail.example.com."),
        ("MAIL.example.com", "mail.EXAMPLE.com"),
        ("mail.example.com", "*.example.com"),
        ("mail.example.com", "m*l.example.com"),
        ("ml.example.com", "m*l.example.com"),
        ("mail.example.com", "m*.example.com"),
        ("my_mail.example.com", "*.example.com"),
        ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
        ("xn--bcher-kva.example.com", "*.example.com"),
        ("b\xfccher.example.com", "xn--bcher-kva.example.com"),
        ("B\xdcCHER.example.com", "xn--bcher-kva.example.com"),
        ("mail\u3002example\u3002com", "mail.example.com"),
        ("mail%2Eexample.com", "mail.example.com"),
        ("fa\xdf.example.com", "xn--fa-hia.example.com"),
        ("soft\xadhyphen.example.com", "softhyphen.example.com"),
    ],
)
def test_a_name_that_a_pattern_covers(host: str, pattern: str) -> None:
    assert identity.refuses(host, Names(dns=(pattern,))) == ""


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("example.com", "*.example.com"),
        ("a.b.example.com", "*.example.com"),
        ("mail.example.com", "mail.*.com"),
        ("mail.com", "*.com"),
        ("mail.example.com", "m*i*l.example.com"),
        ("xn--bcher-kva.example.com", "xn--*.example.com"),
        ("ma.example.com", "ma*a.example.com"),
        ("mail.example.com", "mail..example.com"),
        ("mail.example.com", "mail.example.com.."),
        ("mail.example.com", ""),
        ("mail.example.com", "other.example.com"),
    ],
)
def test_a_name_that_a_pattern_does_not_cover(host: str, pattern: str) -> None:
    assert identity.refuses(host, Names(dns=(pattern,))).startswith(f"Host: {host}. is not in the cert's alt")


@pytest.mark.parametrize(
    "host", ["xn--maila.example.com", "xn--\x80.example.com", "mai\x7f.example.com", "mail.example.com|"]
)
def test_a_name_that_has_no_form_in_ascii_fits_nothing(host: str) -> None:
    assert identity.refuses(host, Names(dns=(host, "*.example.com"))) != ""


@pytest.mark.parametrize(
    ("host", "names", "why"),
    [
        ("10.0.0.1", Names(dns=("10.0.0.1",)), "IP: 10.0.0.1 is not in the cert's list: "),
        ("10.0.0.1", Names(addresses=("10.0.0.1",)), ""),
        ("0:0:0:0:0:0:0:1", Names(addresses=("::1",)), ""),
        ("fe80::1%eth0", Names(addresses=("fe80::1",)), ""),
        ("mail.example.com", Names(common=("mail.example.com",)), ""),
        ("mail.example.com", Names(addresses=("::1",), common=("mail.example.com",)), ""),
        (
            "mail.example.com",
            Names(dns=("a.example",), common=("mail.example.com",)),
            "Host: mail.example.com. is not in the cert's altnames: DNS:a.example",
        ),
        ("mail.example.com", Names(common=("a", "b")), "Host: mail.example.com. is not cert's CN: a,b"),
        ("mail.example.com", Names(addresses=("::1",)), "Cert does not contain a DNS name"),
    ],
)
def test_addresses_and_common_names(host: str, names: Names, why: str) -> None:
    assert identity.refuses(host, names) == why


@pytest.mark.parametrize("name", [*odd_certificates.SOUND, *odd_certificates.UNSOUND])
def test_names_are_read_from_a_certificate_that_stricter_readers_refuse(name: str) -> None:
    import ssl

    der = ssl.PEM_cert_to_DER_cert(odd_certificates.chain(name, trustme.CA()).certificate)
    names = identity.names_in(der)
    other = "\xf6ther.example" if name == "name that is no text" else "other.example"
    assert names.dns[:2] == ("localhost", other)
    assert names.addresses[0] == "127.0.0.1"


def test_bytes_that_are_no_certificate_hold_no_name() -> None:
    der = trustme.CA().issue_cert("localhost").cert_chain_pems[0].bytes()
    import ssl

    whole = ssl.PEM_cert_to_DER_cert(der.decode())
    assert identity.names_in(whole).dns == ("localhost",)
    for end in range(len(whole)):
        assert identity.names_in(whole[:end]) == Names()


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1."])
def test_another_spelling_of_an_address_is_none(host: str) -> None:
    names = Names(dns=(host, "127.0.0.1"), addresses=("127.0.0.1",))
    assert identity.refuses(host, names) == f"Host is a non-canonical IP address: {host.removesuffix('.')}"


@pytest.mark.parametrize("host", ["1.2.3.4.5", "mail.1", "256.1.1.1", "mail.0x1", "1.2.3.08", "4294967296"])
def test_a_name_that_ends_in_a_number_and_is_no_address_fits_nothing(host: str) -> None:
    assert identity.refuses(host, Names(dns=(host,))) != ""


def certificate_with(alternative_names: bytes, common: str = "mail.example.com") -> bytes:
    """A certificate whose subjectAltName is made of these very bytes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = datetime.now(UTC)
    extension = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, alternative_names)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now)
    signed = builder.add_extension(extension, critical=False).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


NAME_IN_SAN = b"\x82\x10mail.example.com"


@pytest.mark.parametrize(
    "alternative_names",
    [
        b"\x30\x12" + NAME_IN_SAN,
        b"\x30\x80" + NAME_IN_SAN + b"\0\0",
        b"\x30\x16\xa2\x14\x04\x05mail.\x04\x0bexample.com",
        b"\x30\x80\xa2\x80\x04\x10mail.example.com\0\0\0\0",
    ],
    ids=["DER", "of indefinite length", "in pieces", "in pieces of indefinite length"],
)
def test_a_name_is_read_in_every_encoding_that_openssl_reads(alternative_names: bytes) -> None:
    """Recorded with Node 22.23.5 (OpenSSL 3.5.9); X.690 sections 8.1.3.6 and 8.23."""
    names = identity.names_in(certificate_with(alternative_names, "other.example"))
    assert identity.refuses("mail.example.com", names) == ""
    assert identity.refuses("other.example", names) != ""


def test_an_extension_without_names_leaves_nothing_to_the_common_name() -> None:
    """Recorded with Node 22.23.5: `Host: … is not in the cert's altnames: DNS:`."""
    why = identity.refuses("mail.example.com", identity.names_in(certificate_with(b"\x30\x00")))
    assert why == "Host: mail.example.com. is not in the cert's altnames: DNS:"


@pytest.mark.parametrize(
    "host", ["mail.example.com/x", "mail.example.com?x", "mail.exa\tmple.com\n", "mail.example.com\\"]
)
def test_what_ends_a_host_in_a_url_ends_a_name(host: str) -> None:
    assert identity.refuses(host, Names(dns=("mail.example.com",))) == ""


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("mail.example.com", "mail.example.com"),
        ("b\xfccher.example", "b\xfccher.example"),
        (".example.com", ""),
        ("mail..example.com", ""),
        ("a" * 64, ""),
        ("mail\0.example.com", ""),
        ("", ""),
    ],
)
def test_a_name_that_python_cannot_send_is_left_out_of_the_handshake(name: str, sent: str) -> None:
    assert identity.sni_of(name) == sent

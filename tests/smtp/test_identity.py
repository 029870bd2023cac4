"""Node's rules for names in certificates, by cases that its source names; sessions are in test_handshake."""

from __future__ import annotations

import pytest
import trustme

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
    "host", ["xn--maila.example.com", "xn--\x80.example.com", "mai\x7f.example.com", "mail.example.com\\"]
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

"""Whether a certificate is for the server that was meant, by Node's rules, which are not OpenSSL's.

Sources: Node 22 lib/tls.js `checkServerIdentity`, `check`; src/crypto/crypto_common.cc `GetSubject`,
`GetSubjectAltNames`; RFC 5280 sections 4.1 and 4.2.1.6; RFC 6125 section 6.4.3.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from smtp_verify.smtp.host_names import ends_in_number, is_ipv4, to_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEQUENCE = 0x30
_EXTENSIONS = 0xA3
"""`[3]` of a TBSCertificate."""
_VERSION = 0xA0
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
"""`[2]` and `[7]` of a GeneralName."""
_CONSTRUCTED, _INDEFINITE, _END_OF_CONTENTS = 0x20, 0x80, b"\0\0"
_STRINGS = frozenset((0x04, 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E, _DNS_NAME, _IP_ADDRESS))
"""Universal string types, and those of a GeneralName that are strings."""
_NOTHING = (0, b"")
_SUBJECT_ALT_NAME, _COMMON_NAME = b"\x55\x1d\x11", b"\x55\x04\x03"
_ENCODINGS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
"""Of the string types; OpenSSL takes the others for Latin-1."""
_FORBIDDEN = re.compile(r"""[\0-\x20"#%/:<>?@\[\\\]^`{|}\x7f]""")
"""What no domain has (https://url.spec.whatwg.org/#forbidden-domain-code-point)."""
_OVERLOOKED = re.compile("[\t\n\r]")
_ENDS_HOST = re.compile(r"[/?#\\]")
_BAD = re.compile("[^\x21-\x7f]")
_UPPER = re.compile("[A-Z]+")


class Names(NamedTuple):
    """What a certificate is good for."""

    dns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """IP addresses in their shortest form."""
    common: tuple[str, ...] = ()
    """The common names of the subject, which count where there is no DNS name."""


def names_in(der: bytes) -> Names:
    """The names in a certificate, or none if it cannot be read.

    Args:
        der: the certificate (RFC 5280), however odd the rest of it.
    """
    try:
        return _names(der)
    except (IndexError, ValueError):
        return Names()


def refuses(host: str, names: Names) -> str:
    """Why Node does not take the certificate for this host; empty where it does.

    Args:
        host: a name or an address, as in `tls.connect`.
        names: those in the certificate.
    """
    given = host.removesuffix(".")
    host = _ascii(host).removesuffix(".")
    address = _canonical(given)
    if host and not address and (_canonical(host) or ends_in_number(host)):
        return f"Host is a non-canonical IP address: {given}"
    if address:
        listed = ", ".join(names.addresses)
        return "" if address in names.addresses else f"IP: {host} is not in the cert's list: {listed}"
    if names.dns:
        known = any(_fits(host, pattern) for pattern in names.dns)
        return "" if known else f"Host: {host}. is not in the cert's altnames: {_altnames(names)}"
    if names.common:
        known = any(_fits(host, pattern) for pattern in names.common)
        return "" if known else f"Host: {host}. is not cert's CN: {','.join(names.common)}"
    return "Cert does not contain a DNS name"


def sni_of(name: str) -> str:
    """The name to send for SNI (RFC 6066 section 3), which is no check; empty where Python can send none."""
    try:
        encoded = name.encode("idna").decode()
    except UnicodeError:
        return ""
    return "" if "\0" in name or encoded.startswith(".") else name


def _altnames(names: Names) -> str:
    return ", ".join(
        [f"DNS:{each}" for each in names.dns] + [f"IP Address:{each}" for each in names.addresses]
    )


def _canonical(host: str) -> str:
    """An address in its shortest form, without the zone (RFC 4007); empty for a name."""
    address, mark, zone = host.partition("%")
    try:
        return str(ip_address(address)) if not mark or (zone and ":" in address) else ""
    except ValueError:
        return ""


def _ascii(host: str) -> str:
    """A name as Node's `domainToASCII` has it; one that it has none of fits nothing.

    Source: Node 22.23.5 lib/tls.js `checkServerIdentity`; https://url.spec.whatwg.org/#concept-domain-to-ascii
    """
    if _canonical(host.removesuffix(".")):
        return host
    host = unquote(_ENDS_HOST.split(_OVERLOOKED.sub("", host))[0])
    if _FORBIDDEN.search(host):
        return ""
    try:
        host = to_ascii(host)
        labels = [label[4:] for label in host.lower().split(".") if label.startswith("xn--")]
        readable = all(label.encode().decode("punycode").isprintable() for label in labels)
    except UnicodeError:
        return ""
    is_none = ends_in_number(host) and not is_ipv4(host)
    return host if readable and not is_none else ""


def _fits(host: str, pattern: str) -> bool:
    """Whether a pattern of the certificate covers a name (Node's `check`, wildcards allowed)."""
    parts, wanted = _split(host), _split(pattern)
    if len(parts) != len(wanted) or "" in wanted or any(map(_BAD.search, wanted)):
        return False
    if parts[1:] != wanted[1:]:
        return False
    first, asterisk, rest = wanted[0].partition("*")
    if not asterisk or "xn--" in wanted[0]:
        return parts[0] == wanted[0]
    if "*" in rest or len(wanted) <= 2:
        return False
    label = parts[0]
    return len(first) + len(rest) <= len(label) and label.startswith(first) and label.endswith(rest)


def _split(name: str) -> list[str]:
    lower = _UPPER.sub(lambda letters: letters[0].lower(), name.removesuffix("."))
    return lower.split(".")


# DER ---------------------------------------------------------------------------------------------------


def _names(der: bytes) -> Names:
    (_, certificate), *_ = _elements(der)
    (_, to_be_signed), *_ = _elements(certificate)
    parts = [part for part in _elements(to_be_signed) if part[0] != _VERSION]
    # serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, then what is tagged.
    common = tuple(_common_names(parts[4][1]))
    found = [name for tag, value in parts[6:] if tag == _EXTENSIONS for name in _general_names(value)]
    dns = tuple(value.decode("latin-1") for tag, value in found if tag == _DNS_NAME)
    if found == [_NOTHING]:
        # An extension without any name is one for no host at all to Node.
        dns = ("",)
    addresses = tuple(_address(value) for tag, value in found if tag == _IP_ADDRESS)
    return Names(dns, addresses, common)


def _common_names(subject: bytes) -> Iterator[str]:
    for _, relative in _elements(subject):
        for _, attribute in _elements(relative):
            (_, kind), (tag, value), *_ = _elements(attribute)
            if kind == _COMMON_NAME:
                yield value.decode(_ENCODINGS.get(tag, "latin-1"), "replace")


def _general_names(extensions: bytes) -> Iterator[tuple[int, bytes]]:
    """The names in subjectAltName."""
    for _, all_of_them in _elements(extensions):
        for _, extension in _elements(all_of_them):
            (_, kind), *_, (_, value) = _elements(extension)
            if kind == _SUBJECT_ALT_NAME:
                # What follows the one sequence does not count.
                tag, names = next(_elements(value))
                listed = [*_elements(names)] if tag == _SEQUENCE else []
                yield from listed or [_NOTHING]
                return


def _address(octets: bytes) -> str:
    try:
        return str(ip_address(octets))
    except ValueError:
        return "<invalid>"


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element with its tag (X.690 section 8.1); a string in pieces is one, as OpenSSL reads it.

    Raises:
        IndexError, ValueError: the bytes end within one.
    """
    place = 0
    while place < len(content):
        tag, start, end, place = _element(content, place)
        inside = content[start:end]
        if tag & _CONSTRUCTED and tag & ~_CONSTRUCTED in _STRINGS:
            yield tag & ~_CONSTRUCTED, b"".join(piece for _, piece in _elements(inside))
        else:
            yield tag, inside


def _element(content: bytes, place: int) -> tuple[int, int, int, int]:
    """The tag of the element at a place, where its content begins and ends, and where the next one is."""
    tag, length, start = content[place], content[place + 1], place + 2
    if length == _INDEFINITE:
        end = start
        while content[end : end + 2] != _END_OF_CONTENTS:
            *_, end = _element(content, end)
        return tag, start, end, end + len(_END_OF_CONTENTS)
    if length > _INDEFINITE:
        size = length & 0x7F
        length, start = int.from_bytes(content[start : start + size]), start + size
    if start + length > len(content):
        raise ValueError(length)
    return tag, start, start + length, start + length

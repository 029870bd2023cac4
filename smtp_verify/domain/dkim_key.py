"""A DKIM key as it is published (RFC 6376 section 3.6.1, RFC 8301, RFC 8463)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from smtp_verify.domain.tags import TagError, parse_tags

SHORTEST = 1024
"""Bits of RSA: what is shorter is no signature (RFC 8301 section 3.2)."""
_ADVISED = 2048
_ED25519_OCTETS = 32
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03


@dataclass(frozen=True, slots=True)
class Key:
    """What a record holds."""

    words: str
    """`RSA, 2048 bits`."""
    problem: str = ""
    """Why no signature can be verified with it; empty where one can."""
    note: str = ""
    """What could be better."""


def is_key(text: str) -> bool:
    """Whether a TXT record at a selector is meant as a key: it has p= or begins with v=DKIM1."""
    try:
        tags = parse_tags(text)
    except TagError:
        return text.lstrip().lower().startswith("v=dkim1")
    return "p" in tags or tags.get("v", "").upper() == "DKIM1"


def parse_key(text: str) -> Key:
    """Read a record; every problem is a value."""
    try:
        tags = parse_tags(text)
    except TagError as error:
        return Key("no key", str(error))
    if "v" in tags and (tags["v"] != "DKIM1" or next(iter(tags)) != "v"):
        return Key("no key", "v=DKIM1 has to stand first, and exactly so")
    if "p" not in tags:
        return Key("no key", "there is no p=")
    public = "".join(tags["p"].split())
    if not public:
        return Key("a revoked key", "p= is empty: the key was revoked (RFC 6376 section 3.6.1)")
    misused = _misused(tags)
    try:
        return _measured(tags.get("k", "rsa"), base64.b64decode(public, validate=True), tags, misused)
    except (binascii.Error, ValueError):
        return Key("no key", "p= is not base64")


def _misused(tags: dict[str, str]) -> str:
    hashes = [each.strip() for each in tags.get("h", "sha256").split(":")]
    services = [each.strip() for each in tags.get("s", "*").split(":")]
    if "sha256" not in hashes:
        return f"h={tags['h']} leaves out sha256, which alone is still used (RFC 8301 section 3.1)"
    if not {"*", "email"} & set(services):
        return f"s={tags['s']}: the key is not for mail"
    return ""


def _measured(kind: str, octets: bytes, tags: dict[str, str], problem: str) -> Key:
    note = "t=y: the domain says it is only testing" if "y" in tags.get("t", "").split(":") else ""
    if kind == "ed25519":
        wrong = "" if len(octets) == _ED25519_OCTETS else f"{len(octets)} octets, where Ed25519 has 32"
        return Key("Ed25519", problem or wrong, note)
    if kind != "rsa":
        return Key(f"a key of type {kind}", problem or "receivers know rsa and ed25519 only")
    bits = rsa_bits(octets)
    if bits is None:
        return Key("no key", problem or "p= holds no RSA key")
    too_short = f"shorter than {SHORTEST} bits: receivers ignore it (RFC 8301 section 3.2)"
    short = too_short if bits < SHORTEST else ""
    weak = f"{_ADVISED} bits are advised (RFC 8301 section 3.2)" if SHORTEST <= bits < _ADVISED else ""
    return Key(f"RSA, {bits} bits", problem or short, note or weak)


def rsa_bits(der: bytes) -> int | None:
    """The length of the modulus, from a SubjectPublicKeyInfo or a bare RSAPublicKey; None for anything else.

    By hand: libraries refuse to read the short keys that this is about.
    """
    outer = _element(der, _SEQUENCE)
    if outer is None:
        return None
    algorithm = _split(outer, _SEQUENCE)
    if algorithm is not None:
        wrapped = _element(algorithm[1], _BIT_STRING)
        key = _element(wrapped[1:], _SEQUENCE) if wrapped else None
    else:
        key = outer
    modulus = _split(key, _INTEGER) if key is not None else None
    if modulus is None or _element(modulus[1], _INTEGER) is None:
        return None
    return int.from_bytes(modulus[0], "big").bit_length()


def _element(der: bytes, tag: int) -> bytes | None:
    """The content of the one element that these octets are."""
    split = _split(der, tag)
    return split[0] if split is not None and not split[1] else None


def _split(der: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """The content of the first element, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        return None
    start, length = 2, der[1]
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    end = start + length
    return (der[start:end], der[end:]) if end <= len(der) else None

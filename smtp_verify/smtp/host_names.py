"""A host name in ASCII, as Node's `domainToASCII` makes it. Pure.

Sources: the WHATWG's URL Standard, sections 3.5 (host parsing) and 3.6 (IPv4); Unicode Technical Standard 46,
nontransitional.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?P<hexadecimal>0[xX][0-9a-fA-F]*)|(?P<octal>0[0-7]+)|(?P<decimal>[0-9]+)")
_IGNORED = re.compile("[\u00ad\u200b\u2060\ufeff\ufe00-\ufe0f]")
_LARGEST_OCTET = 255
_MOST_OCTETS = 4


def to_ascii(name: str) -> str:
    """A name with each label of other letters in Punycode; in ASCII already, it stays as it is."""
    if name.isascii():
        return name
    import unicodedata

    from smtp_verify.mail.address import to_ascii as punycode

    return punycode(unicodedata.normalize("NFKC", _IGNORED.sub("", name)).lower())


def ends_in_number(name: str) -> bool:
    """Whether a host must be an IPv4 address or nothing: its last label is a number."""
    last = name.removesuffix(".").rpartition(".")[2]
    return last.isdecimal() or re.fullmatch(r"0[xX][0-9a-fA-F]*", last) is not None


def is_ipv4(name: str) -> bool:
    """Whether it is an address in any spelling of inet_aton: `127.1`, `0x7f.1`, `2130706433`."""
    *first, last = map(_value, name.removesuffix(".").split("."))
    if len(first) >= _MOST_OCTETS or not all(0 <= number <= _LARGEST_OCTET for number in first):
        return False
    return 0 <= last < int((_LARGEST_OCTET + 1) ** (_MOST_OCTETS - len(first)))


def _value(label: str) -> int:
    """The number a label is, or -1."""
    found = _NUMBER.fullmatch(label)
    if found is None:
        return -1
    base = {"hexadecimal": 16, "octal": 8, "decimal": 10}[found.lastgroup or "decimal"]
    return int(label[2:] or "0", 16) if base == 16 else int(label, base)

"""Who a message may be sent to: exactly one mailbox, which the server gets as it was given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import WHITE_SPACE, trim
from smtp_verify.logto_versions import NEWEST
from smtp_verify.mail import address
from smtp_verify.mail.address import Group, Mailbox

if TYPE_CHECKING:
    from smtp_verify.logto_versions import Nodemailer

_SPACE = re.compile(f"[{re.escape(WHITE_SPACE)}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_QUOTED_STRING = r'"(?:[^"\\]|\\.)*"'
_QUOTED_LOCAL = re.compile(_QUOTED_STRING)
_QUOTED_NAME = re.compile(_QUOTED_STRING + "(?!@)")
_QUOTED_ADDRESS = re.compile(_QUOTED_STRING + "@[^@]+")
_OPEN_INSIDE = re.compile(r"\S<[^>]*$")
"""A bracket that begins inside a word and never ends."""


def recipient(text: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """The envelope address of a `--to` that is exactly one mailbox.

    Args:
        text: the option's value.
        nodemailer: whose reading counts.

    Raises:
        ConfigError: it is none, several, a group, or an address no server could take as one.
    """
    if _CONTROL.search(text):
        raise ConfigError("a control character in the address")
    if _SURROGATE.search(text):
        raise ConfigError("bytes in the address that are not UTF-8")
    # Judged as it is written; where nodemailer 9 puts quotes back, it does so to what passes.
    parsed = address.parse(text, nodemailer, requotes=False)
    if any(isinstance(entry, Group) for entry in parsed):
        raise ConfigError("a group, where one mailbox must be")
    found = [entry for entry in parsed if isinstance(entry, Mailbox)]
    if len(found) != 1:
        raise ConfigError("several mailboxes; give --to once for each" if found else "no mailbox")
    _check_address(text, found[0])
    return address.mailboxes(text, nodemailer)[0]


def _check_address(text: str, mailbox: Mailbox) -> None:
    # Brackets are taken by the parser; what it repaired or dropped was not meant.
    bare = _QUOTED_NAME.sub("", text)
    unbalanced = bare.count("<") > 1 or bare.count(">") > bare.count("<") or _OPEN_INSIDE.search(bare)
    if unbalanced or re.search("[<>]", mailbox.address):
        raise ConfigError("a < or > inside the address")
    local, at, domain = mailbox.address.rpartition("@")
    if not at or not local or not domain:
        raise ConfigError("an address needs a name, an @ and a domain: name@example.com")
    unquoted = _unquoted(local, text)
    if "@" in unquoted:
        raise ConfigError("two @ in the address")
    if _SPACE.search(unquoted + domain) or _has_bare_spaces(text, mailbox):
        raise ConfigError("a space in the address")


def _unquoted(local: str, text: str) -> str:
    """What of a local part stands outside quotes; the parser drops quotes that are not in brackets."""
    if _QUOTED_ADDRESS.fullmatch(trim(text)):
        return ""
    return _QUOTED_LOCAL.sub("", local) if local.startswith('"') else local


def _has_bare_spaces(text: str, mailbox: Mailbox) -> bool:
    """`a b@example.com`: nodemailer takes the last word and makes a name of the rest."""
    return bool(mailbox.name) and "<" not in text and "(" not in text

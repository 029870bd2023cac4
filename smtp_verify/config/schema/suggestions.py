"""What a misspelled word was meant to be."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SUGGESTIONS = 200
"""Keys of one object, templates of one list: looking for a resemblance is slow, and no config has as many."""
_ALIKE = 0.65
ALIKE_AS_KEYS = 0.75
"""Of a key: one that belongs nowhere is seldom a slip of one that does."""
_SHORTEST = 4
"""Letters of a choice for which one slip is certain to be one."""
_CALLED_ELSEWHERE = {
    "host": "hostname server smtphost smtpserver smtpaddress mailhost mailserver relay relayhost smarthost",
    "port": "smtpport portnumber serverport mailport",
    "secure": "secureconnection ssl usessl smtpssl sslenabled enablessl usesecure implicittls smtps ssltls",
    "requireTLS": "starttls usestarttls starttlsenable starttlsenabled starttlsrequired requirestarttls"
    " forcetls enforcetls enablestarttls smtpstarttls tlsrequired",
    "ignoreTLS": "disabletls notls disablestarttls nostarttls tlsdisabled",
    "auth": "authentication credentials smtpauth",
    "tls": "tlsoptions ssloptions tlsconfig tlsconfiguration sslconfig",
    "fromEmail": "from sender fromaddress mailfrom emailfrom defaultfrom senderaddress senderemail"
    " fromemailaddress defaultsender mailfromaddress smtpfrom smtpfromaddress smtpfromemail smtpsender",
    "replyTo": "replytoaddress replyaddress replytoemail",
    "customHeaders": "headers extraheaders additionalheaders",
    "name": "helo ehlo heloname ehloname helodomain localhostname clientname heloehlo",
    "connectionTimeout": "connecttimeout timeout",
    "templates": "mailtemplates emailtemplates messages",
    "user": "username login userid smtpuser smtpusername authuser authusername mailusername emailhostuser",
    "pass": "password passwd pwd smtppass smtppassword authpass authpassword mailpassword emailhostpassword",
    "method": "authmechanism mechanism authtype",
    "ca": "cacert cacertificate",
    "service": "servicename",
    "servername": "sni servernameindication tlsservername",
    "rejectUnauthorized": "verifycertificate sslverify tlsverify verifyssl verifytls",
    "subject": "title",
    "content": "body html text",
    "contentType": "mime mimetype",
    "usageType": "usage templatetype type kind",
    "SignIn": "login logon",
    "Register": "signup registration createaccount",
    "ForgotPassword": "resetpassword passwordreset forgot",
    "OrganizationInvitation": "invitation invite organizationinvite",
    "text/html": "html",
    "text/plain": "text plain",
}
"""What nodemailer's older releases and other products call our keys and values, in small letters alone.

Sources: nodemailer's changelog (0.7: secureConnection); PHPMailer; Django's EMAIL_HOST_USER; Spring's
spring.mail.username and mail.smtp.starttls.enable; Rails' ActionMailer; Laravel's MAIL_FROM_ADDRESS.
"""


class Meant(NamedTuple):
    """The one choice that a word can stand for."""

    choice: str
    certain: bool
    """It is another spelling, what other tools call it, or a slip of one letter; else a mere resemblance."""


def did_you_mean(word: str, choices: Iterable[str], alike: float = _ALIKE) -> str:
    """The choice that a word resembles, as a question; empty where it resembles none.

    Args:
        word: what was written.
        choices: what could have been meant.
        alike: how much it has to resemble, from 0 to 1.
    """
    known = _known(choices)
    close = difflib.get_close_matches(folded(word), known, n=1, cutoff=alike)
    return f"did you mean {known[close[0]]}?" if close else ""


def named(word: str, choices: Iterable[str]) -> str:
    """The choice that a word is another spelling or another product's name of; empty where it is none."""
    return _known(choices).get(folded(word), "")


@lru_cache(maxsize=1024)  # each fix looks at the same keys again
def meant(word: str, choices: tuple[str, ...], alike: float = _ALIKE) -> Meant | None:
    """The choice that a word stands for, or None where it resembles none or several alike."""
    known, spelt = _known(choices), folded(word)
    if spelt in known:
        return Meant(known[spelt], certain=True)
    slips = {known[each] for each in known if len(each) >= _SHORTEST and _one_slip(spelt, each)}
    found = slips or {known[each] for each in difflib.get_close_matches(spelt, known, n=9, cutoff=alike)}
    return Meant(next(iter(found)), certain=bool(slips)) if len(found) == 1 else None


def is_misspelled(word: str, choice: str) -> bool:
    """Whether a word is the choice in other letters, or with one slip."""
    spelt, known = folded(word), folded(choice)
    return spelt == known or (len(known) >= _SHORTEST and _one_slip(spelt, known))


def _known(choices: Iterable[str]) -> dict[str, str]:
    """Each choice by its folded spelling, and by what other tools call it."""
    choices = tuple(choices)
    spelt = {folded(choice): choice for choice in choices}
    for choice in choices:
        for synonym in _CALLED_ELSEWHERE.get(choice, "").split():
            spelt.setdefault(synonym, choice)
    return spelt


def _one_slip(word: str, other: str) -> bool:
    """Whether a letter too many, one too few, a wrong one or two that changed places part the words."""
    short, long = sorted((word, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return word != other and (swapped or short[at + 1 :] == long[at + 1 :])


def folded(word: str) -> str:
    """A word without what tools write differently: capitals, underscores and dashes."""
    return word.lower().replace("_", "").replace("-", "")

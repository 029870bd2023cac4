"""Rows about the sender, the recipient and the message at any provider."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from smtp_verify.diagnosis.patches import to_user
from smtp_verify.diagnosis.row import Match, Row
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom

_NO_SENDERS_DOMAIN = (
    r"\b[45]\.1\.8\b|domain (?:of sender address \S+ )?(?:not found|does not (?:exist|resolve))|"
    r"sender address rejected: (?:need fully-qualified|malformed)"
)
_NO_RELAY = "relay(?:ing)? (?:access )?(?:is )?(?:denied|not)|cannot relay"
_AT_THE_MESSAGE = (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT)


def _has_no_domain(symptom: Symptom) -> bool:
    return bool(re.search(_NO_SENDERS_DOMAIN, symptom.text, re.IGNORECASE))


ROWS = (
    Row(
        code="SD301",
        symptom="mail from must equal authorized user, not owned by user",
        match=Match(
            stages=_AT_THE_MESSAGE,
            words="must (?:be )?(?:the )?(?:equal|same)|not owned by|sender address rejected|authorized user",
            unless=_has_no_domain,
        ),
        cause="the provider lets an account send under its own address only",
        fix="write the address of auth.user as fromEmail; a name may stand before it: Name <address>",
        source="https://github.com/laurent22/joplin/issues/7952",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD313",
        symptom="Sender address rejected: Domain not found",
        match=Match(stages=_AT_THE_MESSAGE, words=_NO_SENDERS_DOMAIN),
        cause="the domain of fromEmail does not exist, or has no mail address in DNS",
        fix="write an address under a domain that exists and receives mail as fromEmail",
        source="https://www.postfix.org/postconf.5.html#reject_unknown_sender_domain",
        path=("fromEmail",),
    ),
    Row(
        code="SD314",
        symptom="relay access denied, after a login",
        match=Match(
            stages=(Stage.MAIL, Stage.RCPT),
            words=_NO_RELAY,
            when=attrgetter("logged_in"),
        ),
        cause="the server does not let this account send to other servers, or with this sender",
        fix="ask the server administrator what the account may send, and check fromEmail",
        source="https://www.postfix.org/SMTPD_ACCESS_README.html",
        path=("fromEmail",),
    ),
    Row(
        code="SD302",
        symptom="Client does not have permissions to send as this sender",
        match=Match(words="permissions? to send as this sender|SendAsDenied"),
        cause="Exchange lets the account send as others only with the right Send As",
        fix="grant Send As for that mailbox, or write the account's own address as fromEmail",
        source="https://github.com/nodemailer/nodemailer/issues/145",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD303",
        symptom="relay access denied",
        match=Match(
            stages=(Stage.MAIL, Stage.RCPT),
            words=_NO_RELAY,
            unless=attrgetter("logged_in"),
        ),
        cause="the server passes mail on only for those who have logged in, or come from a known address",
        fix="write auth.user and auth.pass, or have the server allow this machine",
        source="https://www.postfix.org/SMTPD_ACCESS_README.html",
        path=("auth",),
    ),
    Row(
        code="SD304",
        symptom="unauthenticated: DMARC, SPF, DKIM",
        match=Match(
            stages=_AT_THE_MESSAGE,
            enhanced=("5.7.26",),
        ),
        cause="neither SPF nor DKIM of the domain of fromEmail allows this server",
        fix="set up SPF and DKIM for the domain with this provider, or send from a domain of your own",
        source="https://github.com/nodemailer/nodemailer/issues/469",
        path=("fromEmail",),
    ),
    Row(
        code="SD305",
        symptom="no such recipient",
        match=Match(endings=(Ending.RECIPIENT_REFUSED,), enhanced=("5.1.1", "5.1.2", "5.1.6", "5.1.10")),
        cause="the recipient's mailbox or domain does not exist there",
        fix="check the address of --to",
        source="https://www.rfc-editor.org/rfc/rfc3463#section-3.2",
    ),
    Row(
        code="SD306",
        symptom="greylisted",
        match=Match(stages=(Stage.RCPT, Stage.DATA, Stage.DOT), words="gr[ea]y.?list"),
        cause="the server makes a sender it does not know wait before it takes the first message",
        fix="send again in a few minutes",
        source="https://www.rfc-editor.org/rfc/rfc6647#section-2",
    ),
    Row(
        code="SD307",
        symptom="the mailbox is full",
        match=Match(enhanced=("4.2.2", "5.2.2")),
        cause="the recipient's mailbox has no room left",
        fix="send to another recipient",
        source="https://www.rfc-editor.org/rfc/rfc3463#section-3.3",
    ),
    Row(
        code="SD308",
        symptom="the message is too big",
        match=Match(
            stages=_AT_THE_MESSAGE,
            words=r"\b5\.(?:3\.4|2\.3)\b|size exceeds|exceeds (?:the )?(?:fixed |maximum )?(?:message )?size|"
            r"message (?:file |size )?(?:is )?too (?:big|large)",
        ),
        cause="the message is bigger than the server takes",
        fix="make the template smaller: link to images by https, where they stand in it as data: URLs",
        source="https://www.rfc-editor.org/rfc/rfc1870#section-6.1",
        path=("templates",),
    ),
    Row(
        code="SD309",
        symptom="Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org",
        match=Match(words=r"(?:client|host)\b[^;]{0,99}\bblocked using"),
        cause="the server looks senders up in a block list, and the address of this machine is on it",
        fix=(
            "send from another address, or through a sending service; the list that the reply names says how"
            " to be taken off"
        ),
        source="https://github.com/nodemailer/nodemailer/issues/1089",
    ),
    Row(
        code="SD310",
        symptom="Helo command rejected: need fully-qualified hostname",
        match=Match(stages=_AT_THE_MESSAGE, words="Helo command rejected"),
        cause="the server refuses the name we have greeted it with: name, or this machine's own",
        fix="write a name with a dot in ASCII, such as mail.example.com, as name",
        source="https://github.com/Foundry376/Mailspring/issues/1054",
        path=("name",),
    ),
)

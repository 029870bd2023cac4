"""SV4xx: the sender, and the other addresses of the config."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.errors import ConfigError
from smtp_verify.finding import Severity
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

# `me@example.com` and `Example App <me@example.com>`: most senders, of which there is nothing to say.
_ADDRESS = r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_PLAIN = rf"{_ADDRESS}|[A-Za-z0-9 ]+ <{_ADDRESS}>"
_SET_BY_PEOPLE = ("user", "inviter", "organization")
"""Variables whose text end users choose."""


class _Field(NamedTuple):
    """An address field of the config with text in it."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return str(self.path[-1])

    @property
    def is_sender(self) -> bool:
        return self.name != "replyTo"


def _fields(view: View) -> Iterator[_Field]:
    """Every address field whose text is not plain sailing."""
    paths: list[Path] = [("fromEmail",), ("replyTo",)]
    for template in view.templates:
        paths += [(*template.path, key) for key in ("sendFrom", "replyTo") if key in template.raw]
    for path in paths:
        text = view.text(*path)
        # Variables may hold anything: what they make is known when the mail is sent.
        if text and "{{" not in text and not re.fullmatch(_PLAIN, text, re.ASCII):
            yield _Field(path, text)


def mailboxes(view: View, text: str) -> list[str]:
    """The addresses in a field, as nodemailer reads them; none in a field that is too long to read."""
    if re.fullmatch(_PLAIN, text, re.ASCII):
        # Which needs no reading, and reading has much to load.
        return [text.rpartition("<")[2].removesuffix(">").lower()]
    from smtp_verify.mail import address

    try:
        return address.mailboxes(text, view.document.logto.nodemailer)
    except ConfigError:
        return []


def no_address(view: View) -> Iterator[Problem]:
    """A sender without an @ leaves the mail without a From.

    nodemailer finds no address in it, says `MAIL FROM:<>`, as if it were a bounce, and writes no From header;
    few servers take that, and no reader knows who sent it. A `replyTo` without one has no
    effect.

    Bad:
        fromEmail: noreply

    Good:
        fromEmail: noreply@example.com

    Source: nodemailer 8.0.4 lib/addressparser/index.js; https://nodemailer.com/message/addresses/
    """
    for field in view.once(_fields):
        if field.text.strip() and not mailboxes(view, field.text):
            what = "the mail would leave without a sender" if field.is_sender else "it has no effect"
            message = f"{field.name} holds no address: {what}"
            yield Problem(field.path, message, "write name@example.com or Name <name@example.com>")


def malformed_address(view: View) -> Iterator[Problem]:
    """A sender that is no mail address is refused by most servers.

    nodemailer sends what it reads in the field as the envelope's sender, whether or not there is an @ in it.

    Bad:
        fromEmail: Example App <noreply>

    Good:
        fromEmail: Example App <noreply@example.com>

    Source: nodemailer 8.0.4 lib/addressparser/index.js; RFC 5321 section 4.1.2
    """
    for field in view.once(_fields):
        from smtp_verify.mail.cautions import is_mail_address

        for found in mailboxes(view, field.text)[:1]:
            if not is_mail_address(found):
                message = f"{field.name} is no mail address: nodemailer reads {found!r} in it"
                yield Problem(field.path, message, "write name@example.com or Name <name@example.com>")


def several_senders(view: View) -> Iterator[Problem]:
    """A sender field with several addresses: the envelope takes the first.

    The From header names all of them, which many receivers refuse (RFC 5322 asks for a Sender header then).

    Bad:
        fromEmail: me@example.com, you@example.com

    Good:
        fromEmail: me@example.com

    Source: nodemailer 8.0.4 lib/mime-node/index.js `getEnvelope`; RFC 5322 section 3.6.2
    """
    for field in view.once(_fields):
        count = len(mailboxes(view, field.text))
        if field.is_sender and count > 1:
            yield Problem(field.path, f"{field.name} holds {count} addresses", "write the one that sends")


def long_address(view: View) -> Iterator[Problem]:
    """An address longer than the standards allow is refused.

    The part before the @ has at most 64 octets, a part of the domain 63.

    Bad:
        fromEmail: this-name-is-a-good-deal-longer-than-the-sixty-four-octets-that-a-server-takes@example.com

    Good:
        fromEmail: noreply@example.com

    Source: RFC 5321 section 4.5.3.1.1; RFC 1035 section 2.3.4
    """
    for field in view.once(_fields):
        from smtp_verify.mail.cautions import too_long

        for found in mailboxes(view, field.text):
            for sentence in too_long(found):
                yield Problem(field.path, f"{field.name}: {sentence}", "write a shorter address")


def non_ascii_address(view: View) -> Iterator[Problem]:
    """Letters outside ASCII before the @ need SMTPUTF8, which many servers lack.

    nodemailer asks for the extension where it is offered, and still sends the letters where it is not.
    In the domain they do no harm: nodemailer writes it as punycode.

    Bad:
        fromEmail: zoë@example.com

    Good:
        fromEmail: Zoë <zoe@example.com>

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_setEnvelope`; RFC 6531
    """
    for field in view.once(_fields):
        if any(not found.rpartition("@")[0].isascii() for found in mailboxes(view, field.text)):
            message = (
                f"{field.name} has letters outside ASCII before the @: servers without SMTPUTF8 refuse it"
            )
            yield Problem(
                field.path, message, "write an ASCII address; the name before <…> may have any letters"
            )


def encoded_name(view: View) -> Iterator[Problem]:
    """A display name that is encoded already shows as it is.

    nodemailer encodes names itself, and puts what looks like an encoded word in quotes: the reader sees
    `=?UTF-8?B?…?=`.

    Bad:
        fromEmail: '=?UTF-8?B?5rWL6K+V?= <me@example.com>'

    Good:
        fromEmail: 测试 <me@example.com>

    Source: nodemailer 8.0.4 lib/mime-node/index.js `_encodeAddressName`; RFC 2047 section 5
    """
    for field in view.once(_fields):
        from smtp_verify.mail.cautions import encoded_word

        word = encoded_word(field.text)
        if word:
            message = f"{field.name}: an encoded name shows as it is written"
            yield Problem(field.path, message, "write the name in plain letters", word=word)


def control_character(view: View) -> Iterator[Problem]:
    """A line break or another control character in an address.

    nodemailer alters or drops it, so that the mail leaves from another address than the one written;
    smtp-verify does not send with it. A YAML block (`fromEmail: |`) ends with a line break.

    Bad:
        fromEmail: |
          me@example.com

    Good:
        fromEmail: me@example.com

    Source: nodemailer 8.0.4 lib/addressparser/index.js; RFC 5322 section 2.2
    """
    for field in view.once(_fields):
        from smtp_verify.mail import header_guard

        try:
            header_guard.refuse([(field.name, field.text)], [], [])
        except ConfigError as error:
            yield Problem(
                field.path, error.message, "write the address on one line, without quotes or a block"
            )


def sender_from_variable(view: View) -> Iterator[Problem]:
    """Variables in `sendFrom` let others choose the sender.

    Logto fills them in before nodemailer reads the addresses: a name such as `Evil <x@evil.example>, "q`
    becomes an address of its own, and the first one sends. End users choose the names of users and
    organizations.

    Bad:
        templates:
          - usageType: BindNewIdentifier
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}."
            sendFrom: "{{user.name}} <noreply@example.com>"

    Good:
        templates:
          - usageType: BindNewIdentifier
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}."
            sendFrom: Example App <noreply@example.com>

    Source: @logto/connector-smtp 1.5.4 lib/index.js; nodemailer 8.0.4 lib/mime-node/index.js `getEnvelope`
    """
    from smtp_verify.mail import handlebars

    for template in view.templates:
        if "sendFrom" not in template.raw:
            continue
        names = handlebars.names(view.text(*template.path, "sendFrom"))
        roots = [name.partition(".")[0] for name in names]
        if not roots:
            continue
        chosen = next((root for root in roots if root in _SET_BY_PEOPLE), roots[0])
        severity = None if chosen in _SET_BY_PEOPLE else Severity.INFO
        message = f"sendFrom holds {{{{{chosen}…}}}}: a person who sets its value can choose the sender"
        yield Problem((*template.path, "sendFrom"), message, "write a fixed sender", severity=severity)


def field_not_text(view: View) -> Iterator[Problem]:
    """A template's `sendFrom` or `replyTo` that is no text makes Logto answer HTTP 500.

    The connector's guard does not read these keys, and the code that fills in the variables calls
    `replaceAll` on them: "template.replaceAll is not a function", outside of what catches errors.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}."
            sendFrom: [noreply@example.com]

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}."
            sendFrom: noreply@example.com

    Source: @logto/connector-kit 5.1 `replaceSendMessageHandlebars`
    """
    for template in view.templates:
        for key in ("sendFrom", "replyTo"):
            # Empty values are not looked at; `null` among them.
            if template.raw.get(key) and not isinstance(template.raw[key], str):
                message = f"{key} is no text: Logto answers HTTP 500"
                yield Problem((*template.path, key), message, "write an address in quotes")


def display_name_as_host(view: View) -> Iterator[Problem]:
    """`name` is what is said in EHLO, and no display name.

    Servers want a host name there. With spaces or letters outside ASCII Gmail answers "501 5.5.4 HELO/EHLO
    argument invalid". The name that readers see goes into `fromEmail`.

    Bad:
        name: Example App

    Good:
        name: logto.example.com
        fromEmail: Example App <me@example.com>

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js; https://github.com/logto-io/logto/issues/8333
    """
    name = view.text("name")
    if not name:
        return
    from smtp_verify.smtp.endpoint import ehlo_name

    try:
        ehlo_name(name)
    except ConfigError as error:
        help_ = "write a host name such as logto.example.com, or remove the key"
        yield Problem(("name",), error.message, help_)

"""SV5xx: `customHeaders`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.errors import ConfigError
from smtp_verify.finding import Severity
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

_RECIPIENTS = ("Bcc", "Cc")


class _Header(NamedTuple):
    """One field of `customHeaders`."""

    path: Path
    name: str
    """As the config has it."""
    proper: str
    """As nodemailer writes it."""
    values: list[str]


def _headers(view: View) -> Iterator[_Header]:
    headers = view.config.get("customHeaders")
    if not isinstance(headers, dict) or not headers:
        return
    from smtp_verify.mail.custom_headers import normalize_name

    for name, value in headers.items():
        values = value if isinstance(value, list) else [value]
        if values and all(isinstance(item, str) for item in values):
            yield _Header(("customHeaders", name), name, normalize_name(name), values)


def _shown(header: _Header) -> str:
    return f"customHeaders.{header.name}"


def header_name(view: View) -> Iterator[Problem]:
    """A header name is of printable ASCII without spaces and colons.

    nodemailer writes any name as it is, and a space, a colon, a letter outside ASCII or a line break in it
    breaks the message; smtp-verify does not send it.

    Bad:
        customHeaders:
          "X Campaign": codes

    Good:
        customHeaders:
          X-Campaign: codes

    Source: RFC 5322 section 2.2; nodemailer 8.0.4 lib/mime-node/index.js `_normalizeHeaderKey`
    """
    for header in _headers(view):
        try:
            _refuse(names=[header.name])
        except ConfigError as error:
            yield Problem(header.path, error.message, "write letters, digits and dashes: X-Campaign", True)


def _refuse(texts: list[tuple[str, str]] | None = None, names: list[str] | None = None) -> None:
    from smtp_verify.mail import header_guard

    header_guard.refuse([], texts or [], names or [])


def line_break(view: View) -> Iterator[Problem]:
    """A line break in a header's value does not reach the reader.

    nodemailer writes a space for it. One that is hidden in an encoded word would break out of the header
    where the word is decoded; smtp-verify does not send that.

    Bad:
        customHeaders:
          X-Campaign: |
            codes
            and links

    Good:
        customHeaders:
          X-Campaign: codes and links

    Source: RFC 5322 section 2.2; nodemailer 8.0.4 lib/mime-node/index.js `_encodeHeaderValue`
    """
    for header in _headers(view):
        if any("\n" in value.strip() or "\r" in value.strip() for value in header.values):
            message = f"{_shown(header)}: a line break, which becomes a space"
            yield Problem(header.path, message, "write the value on one line")
            continue
        try:
            _refuse(texts=[(_shown(header), value) for value in header.values])
        except ConfigError as error:
            yield Problem(header.path, error.message, "write the value in plain letters")


def adds_recipients(view: View) -> Iterator[Problem]:
    """`Bcc` and `Cc` in `customHeaders` add recipients to every mail.

    nodemailer reads them, and sends each verification code to those addresses too; `Bcc` does not even show.

    Bad:
        customHeaders:
          Bcc: archive@example.com

    Good:
        customHeaders:
          X-Campaign: codes

    Source: nodemailer 8.0.4 lib/mime-node/index.js `getEnvelope`
    """
    for header in _headers(view):
        if header.proper in _RECIPIENTS and any(header.values):
            message = f"{_shown(header)} adds recipients: each code is sent to them too"
            yield Problem(header.path, message, "remove the header", at_key=True)


def overridden(view: View) -> Iterator[Problem]:
    """`From`, `To` and `Subject` in `customHeaders` have no effect.

    Logto gives nodemailer these three with every mail, and they take the place of the custom ones. So does
    `replyTo` with `Reply-To`.

    Bad:
        customHeaders:
          From: Example App <noreply@example.com>

    Good:
        fromEmail: Example App <noreply@example.com>

    Source: nodemailer 8.0.4 lib/mail-composer/index.js `compile`; @logto/connector-smtp 1.5.4 lib/index.js
    """
    for header in _headers(view):
        from smtp_verify.mail.cautions import OVERRIDDEN

        if header.proper in OVERRIDDEN:
            message = f"{_shown(header)} has no effect: Logto sets {header.proper} itself"
            help_ = "write fromEmail" if header.proper == "From" else "remove the header"
            yield Problem(header.path, message, help_, at_key=True)
        elif header.proper == "Reply-To" and view.text("replyTo"):
            message = f"{_shown(header)} has no effect beside replyTo"
            yield Problem(header.path, message, "remove one of them", at_key=True)


def second_content_type(view: View) -> Iterator[Problem]:
    """`Content-Type` in `customHeaders` makes a second one.

    nodemailer writes its own beside it, and mail programs differ in which they use. A template says its type
    in `contentType`.

    Bad:
        customHeaders:
          Content-Type: text/html; charset=utf-8

    Good:
        templates:
          - usageType: Generic
            contentType: text/html
            subject: Your code
            content: "<p>Your code is {{code}}.</p>"

    Source: nodemailer 8.0.4 lib/mime-node/index.js `buildHeaders`; RFC 5322 section 3.6
    """
    for header in _headers(view):
        if header.proper == "Content-Type" and any(header.values):
            message = f"{_shown(header)} makes a second Content-Type"
            yield Problem(header.path, message, "write contentType in the template", at_key=True)


def key_and_value(view: View) -> Iterator[Problem]:
    """`customHeaders: {key: …, value: …}` is taken for one header.

    nodemailer reads an object with these two keys as a header of that name, and ignores the other keys.

    Bad:
        customHeaders:
          key: X-Campaign
          value: codes
          X-Service: logto

    Good:
        customHeaders:
          X-Campaign: codes
          X-Service: logto

    Source: nodemailer 8.0.4 lib/mime-node/index.js `addHeader`
    """
    headers = view.config.get("customHeaders")
    if not isinstance(headers, dict) or not headers.get("key") or not headers.get("value"):
        return
    message = "key and value are taken for one header, and the other keys are ignored"
    severity = None if len(headers) > 2 else Severity.INFO
    yield Problem(("customHeaders", "key"), message, "write Name: value", at_key=True, severity=severity)

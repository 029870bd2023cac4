"""SV8xx: what one provider wants, by the table of providers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config.schema.suggestions import meant
from smtp_verify.finding import Severity
from smtp_verify.lint.rules.sender import mailboxes
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View

_RELAY_PORT, _SUBMISSION_PORT = 25, 587
_USUAL_PORTS = (25, 465, 587, 2465, 2525, 2587)
"""Ports of which the rules on security speak, at any provider."""
_SIXTEEN_LETTERS = r"[A-Za-z]{16}"
_OLDER_ALIYUN = ".aliyun.com"


def unserved_port(view: View) -> Iterator[Problem]:
    """A port that the provider does not name: the connection is refused, or times out.

    Most providers take mail on 587 with STARTTLS and on 465 with TLS from the first byte, some on 2525 too,
    and Aliyun Direct Mail on 80. At a port that is closed nodemailer waits two minutes: "Connection timeout".

    Bad:
        host: smtpdm.aliyun.com
        port: 994
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Good:
        host: smtpdm.aliyun.com
        port: 465
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Source: https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints; the provider's own page, as
    `init` names it
    """
    provider, endpoint = view.provider, view.endpoint
    if provider is None or endpoint is None or provider.port_at(endpoint.port):
        return
    ports = ", ".join(str(port.number) for port in provider.ports)
    message = f"{provider.title} names the ports {ports}, and not {endpoint.port}"
    # Some servers still answer there, and no page says so.
    severity = Severity.INFO if endpoint.port == _RELAY_PORT else None
    yield Problem(view.origin("port"), message, f"write {provider.port.number}", severity=severity)


def unserved_security(view: View) -> Iterator[Problem]:
    """A port of the provider's with the other kind of encryption.

    Aliyun Direct Mail speaks STARTTLS on port 80: with `secure: true` it fails with "wrong version number".

    Bad:
        host: smtpdm.aliyun.com
        port: 80
        secure: true
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Good:
        host: smtpdm.aliyun.com
        port: 80
        secure: false
        requireTLS: true
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Source: https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints
    """
    provider, endpoint = view.provider, view.endpoint
    port = provider.port_at(endpoint.port) if provider is not None and endpoint is not None else None
    if provider is None or endpoint is None or port is None or port.number in _USUAL_PORTS:
        return
    from smtp_verify.providers.provider import Security

    if endpoint.implicit_tls is not (port.security is Security.IMPLICIT):
        message = f"{provider.title} speaks {port.security.value} on port {port.number}"
        secure = "true" if port.security is Security.IMPLICIT else "false with requireTLS: true"
        path = view.origin("secure") if "secure" in view.options else view.origin("port")
        yield Problem(path, message, f"write secure: {secure}")


def fixed_user(view: View) -> Iterator[Problem]:
    """SendGrid and Resend want a fixed word as `user`, whatever the key.

    At SendGrid it is `apikey`, at Resend `resend`; the key itself is the password. With anything else the
    login is refused: 535.

    Bad:
        host: smtp.sendgrid.net
        auth:
          user: me@example.com
          pass: an-api-key

    Good:
        host: smtp.sendgrid.net
        auth:
          user: apikey
          pass: an-api-key

    Source: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api
    """
    provider, user = view.provider, view.text("auth", "user")
    if provider is None or provider.user is None or not provider.user.is_fixed or not user:
        return
    if user != provider.user.value:
        message = f"{provider.title} wants {provider.user.kind} as user, whatever the key"
        yield Problem(("auth", "user"), message, f"write {provider.user.value}, and the key as pass")


def gmail_password(view: View) -> Iterator[Problem]:
    """Gmail takes an app password: 16 letters.

    The account's own password is refused: "535-5.7.8 Username and Password not accepted". With 2-Step
    Verification turned on, Google makes passwords for one program each, shown in four groups of four letters.

    Bad:
        host: smtp.gmail.com
        auth:
          user: me@gmail.com
          pass: the-account-password
        fromEmail: me@gmail.com

    Good:
        host: smtp.gmail.com
        auth:
          user: me@gmail.com
          pass: abcdefghijklmnop
        fromEmail: me@gmail.com

    Source: https://support.google.com/accounts/answer/185833;
    https://github.com/nodemailer/nodemailer/issues/1167
    """
    password = view.text("auth", "pass")
    if (
        not password
        or view.is_oauth2
        or view.endpoint is None
        or view.endpoint.host.lower() != "smtp.gmail.com"
    ):
        return
    if not re.fullmatch(_SIXTEEN_LETTERS, password.replace(" ", "")):
        message = "auth.pass is no app password, which has 16 letters: Gmail refuses the account's own"
        help_ = "create one: https://support.google.com/accounts/answer/185833"
        yield Problem(("auth", "pass"), message, help_)


def unknown_region(view: View) -> Iterator[Problem]:
    """A host in the provider's form with an unknown region.

    Accounts, addresses and passwords of Aliyun Direct Mail, Amazon SES and their like are good in one region.
    A region that does not exist is not found: "getaddrinfo ENOTFOUND".

    Bad:
        host: smtpdm-ap-southeast-9.aliyuncs.com
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Good:
        host: smtpdm-ap-southeast-1.aliyuncs.com
        auth:
          user: noreply@mail.example.com
          pass: an-smtp-password
        fromEmail: noreply@mail.example.com

    Source: https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints;
    https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html
    """
    provider, endpoint = view.provider, view.endpoint
    if provider is None or endpoint is None or not provider.regions:
        return
    host = endpoint.host.lower().rstrip(".")
    known = [*provider.hosts, *(region.host for region in provider.regions)]
    if host not in known and not host.endswith(_OLDER_ALIYUN):
        message = f"{host} is not a known host of {provider.title}"
        slip = meant(host, tuple(known))
        help_ = f"did you mean {slip.choice}?" if slip and slip.certain else f"see {provider.page}"
        yield Problem(view.origin("host"), message, help_)


def blocked_port(view: View) -> Iterator[Problem]:
    """Outbound port 25 is closed at most cloud hosts.

    It is meant for servers among themselves. AWS, Google Cloud, Azure, DigitalOcean, Aliyun and others close
    it for their customers' machines against spam: "Connection timeout". Submission has 587 and 465, or 2525.

    Bad:
        port: 25
        secure: false
        requireTLS: true

    Good:
        port: 587
        secure: false
        requireTLS: true

    Source: https://github.com/logto-io/logto/issues/6191; RFC 6409 section 3.1
    """
    endpoint = view.endpoint
    if endpoint is not None and endpoint.port == _RELAY_PORT and view.logs_in and not view.is_local:
        message = "port 25 is closed at most cloud hosts"
        usual = view.provider.port.number if view.provider is not None else _SUBMISSION_PORT
        yield Problem(view.origin("port"), message, f"write {usual}, or another port of the provider's")


def sender_not_user(view: View) -> Iterator[Problem]:
    """A sender that is not the user who logs in, where the provider insists on it.

    QQ, 163, Mail.ru and Aliyun Direct Mail refuse it ("501 mail from must equal authorized user", "553 not
    owned by auth user"). Gmail, Microsoft 365 and other mailboxes know the addresses of the account alone;
    Microsoft answers SendAsDenied.

    Bad:
        host: smtp.163.com
        auth:
          user: me@163.com
          pass: an-authorization-code
        fromEmail: noreply@example.com

    Good:
        host: smtp.163.com
        auth:
          user: me@163.com
          pass: an-authorization-code
        fromEmail: Example App <me@163.com>

    Source: https://github.com/laurent22/joplin/issues/7952;
    https://github.com/nodemailer/nodemailer/issues/145
    """
    provider, user, sender = view.provider, view.text("auth", "user"), view.text("fromEmail")
    if provider is None or "@" not in user or "@" not in sender:
        return
    from smtp_verify.providers.provider import SenderRule

    own = provider.sender_rule is SenderRule.OWN
    if not own and provider.sender_rule is not SenderRule.SAME:
        return
    found = mailboxes(view, sender)
    if found and found[0].lower() != user.strip().lower():
        what = "takes the account's own addresses alone" if own else "takes no other address than auth.user"
        severity = Severity.INFO if own else None
        message = f"{provider.title} {what} as the sender"
        help_ = f"write {user}, or Name <{user}>"
        yield Problem(("fromEmail",), message, help_, severity=severity)

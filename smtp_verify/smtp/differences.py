"""Where the versions of Logto do different things with one config: each nodemailer is asked, and compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smtp_verify.config.version_hints import is_plain_address, is_telling
from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import VERSIONS, Difference, LogtoVersion, Nodemailer
from smtp_verify.mail.message import Mail, Stamp, build
from smtp_verify.smtp import endpoint, transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_STAMP = Stamp(datetime(2026, 1, 1, tzinfo=UTC), "0")
_TOLD = ("MAIL FROM", "RCPT TO", "From", "To", "Reply-To", "Subject")
_MOST = 3
"""Lines that are quoted from a message."""


def differences(logto: LogtoVersion, config: Any, mails: Iterable[Mail] = ()) -> tuple[Difference, ...]:
    """What other versions would do differently.

    Args:
        logto: the version that the report is about.
        config: the config, raw.
        mails: what Logto would hand to nodemailer.
    """
    if not isinstance(config, dict):
        return ()
    found = [*_apart(logto, lambda nodemailer: _connection(config, nodemailer)), *_proxy(logto, config)]
    for mail in mails:
        if _may_differ(mail):
            found += _of_message(logto, mail)
    return tuple(dict.fromkeys(found))


def mails_of(config: Any) -> Iterator[Mail]:
    """The messages of a config that can differ, before their variables are filled in."""
    if not isinstance(config, dict):
        return
    headers = config.get("customHeaders")
    templates = config.get("templates")
    for template in templates if isinstance(templates, list) else ():
        if isinstance(template, dict):
            yield Mail(
                "recipient@example.com",
                _text(template.get("sendFrom")) or _text(config.get("fromEmail")),
                _text(template.get("replyTo")) or _text(config.get("replyTo")) or None,
                _text(template.get("subject")),
                "",
                True,
                headers if isinstance(headers, dict) else {},
            )


def unverified_token_endpoint(logto: LogtoVersion) -> tuple[Difference, ...]:
    """The versions that take a token from an endpoint whose certificate cannot be verified."""
    lax = tuple(each.name for each in VERSIONS if not each.nodemailer.verifies_token_endpoint)
    if not logto.nodemailer.verifies_token_endpoint:
        return ()
    return (Difference(lax, "does not verify the certificate of the token endpoint, and goes on"),)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _apart(logto: LogtoVersion, describe: Callable[[Nodemailer], tuple[str, str]]) -> Iterator[Difference]:
    """The versions whose answer is not the one of `logto`; an answer is compared, and told in words."""
    told = {each.name: describe(each.nodemailer) for each in VERSIONS}
    others: dict[tuple[str, str], list[str]] = {}
    for name, answer in told.items():
        if answer[0] != told[logto.name][0]:
            others.setdefault(answer, []).append(name)
    return (Difference(tuple(names), what) for (_, what), names in others.items())


def _connection(config: dict[str, Any], nodemailer: Nodemailer) -> tuple[str, str]:
    """The options of the connection, and where it leads."""
    if not (config.get("url") or config.get("service")):
        return "", ""
    try:
        options = transport.effective(config, nodemailer)
        to = endpoint.derive({**options, "name": "localhost", "localAddress": None})
    except ConfigError:
        return "-", "cannot connect with this config"
    login = "logs in" if (options.get("auth") or {}).get("user") else "does not log in"
    return repr(options), f"connects to {to.host}, port {to.port}, with {to.security}, and {login}"


def _proxy(logto: LogtoVersion, config: dict[str, Any]) -> Iterator[Difference]:
    proxy = config.get("proxy")
    if isinstance(proxy, str) and proxy.lower().startswith("https:"):
        yield from _apart(logto, _proxy_certificate)


def _proxy_certificate(nodemailer: Nodemailer) -> tuple[str, str]:
    does = "verifies" if nodemailer.verifies_proxy else "does not verify"
    return does, f"{does} the certificate of the proxy"


def _may_differ(mail: Mail) -> bool:
    is_plain = all(map(is_plain_address, (mail.to, mail.sender, mail.reply_to)))
    return not is_plain or bool(mail.headers) or is_telling(mail.subject)


def _of_message(logto: LogtoVersion, mail: Mail) -> Iterator[Difference]:
    own = _lines(mail, logto.nodemailer)

    def describe(nodemailer: Nodemailer) -> tuple[str, str]:
        lines = _lines(mail, nodemailer)
        new = list(dict.fromkeys(_shown(line) for line in lines if line not in own))
        return "\n".join(lines), f"writes {'; '.join(new[:_MOST])}" if new else "leaves out an address"

    return _apart(logto, describe)


def _shown(line: str) -> str:
    """A line; of a custom header, whose value may be a secret, only its name."""
    name = line.partition(":")[0]
    return line if name in _TOLD else f"another {name}"


def _lines(mail: Mail, nodemailer: Nodemailer) -> list[str]:
    """What is said of the envelope, and the header fields; nothing for a mail that cannot be sent."""
    try:
        message = build(replace(mail, nodemailer=nodemailer), _STAMP)
    except ConfigError:
        return []
    section = message.data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    recipients = [f"RCPT TO:<{each}>" for each in message.envelope.rcpt_to]
    return [
        f"MAIL FROM:<{message.envelope.mail_from}>",
        *recipients,
        *section.replace("\r\n ", " ").split("\r\n"),
    ]

"""The options nodemailer connects with: `url` replaces the config's, `service` overrides some of them.

Source: nodemailer 8.0.11 and 9.0.5 lib/nodemailer.js `createTransport`
lib/smtp-transport/index.js.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.errors import ConfigError
from smtp_verify.javascript import is_truthy
from smtp_verify.logto_versions import NEWEST
from smtp_verify.providers.nodemailer_services import well_known
from smtp_verify.smtp import raw_options
from smtp_verify.smtp.connection_url import parse_url

if TYPE_CHECKING:
    from smtp_verify.logto_versions import Nodemailer

NOT_FOLLOWED = {
    "streamTransport": "send nothing: streamTransport keeps the message to itself",
    "jsonTransport": "send nothing: jsonTransport keeps the message to itself",
    "sendmail": "run sendmail instead of speaking SMTP",
    "SES": "use Amazon's API instead of SMTP",
    "proxy": "connect through the proxy",
    "lmtp": "speak LMTP",
    "dkim": "sign the message with DKIM",
    "attachDataUrls": "turn data: images into attachments",
    "pool": "leave the connection open: pool is on, and each message makes a pool of its own",
}
"""Options of nodemailer that a run here does not act on, and what Logto would do."""


def effective(raw: dict[str, Any], nodemailer: Nodemailer = NEWEST.nodemailer) -> dict[str, Any]:
    """The options of the connection. The mail itself is still made from the config."""
    url = raw.get("url")
    options = _of_url(url, nodemailer) if isinstance(url, str) and url else dict(raw)
    service = options.get("service")
    if isinstance(service, str) and service:
        options |= well_known(service, nodemailer)
    return options


def _of_url(url: str, nodemailer: Nodemailer) -> dict[str, Any]:
    """The options of a URL; none of one that `refuse` refuses."""
    try:
        return parse_url(url, nodemailer)
    except ConfigError:
        return {}


def refuse(raw: dict[str, Any], nodemailer: Nodemailer = NEWEST.nodemailer) -> None:
    """Stop at what nodemailer throws on before it connects, or waits for without end.

    Raises:
        ConfigError: naming the key.
    """
    url = raw.get("url")
    if isinstance(url, str) and url:
        parse_url(url, nodemailer)
    for path, why in raw_options.refused(raw, effective(raw, nodemailer)):
        raise ConfigError(f"{dotted(path)}: {why}", path=path)


def not_followed(options: dict[str, Any]) -> tuple[str, ...]:
    """What Logto would do besides, a sentence for each option."""
    return tuple(
        f"Logto would {what}; this run did not" for key, what in NOT_FOLLOWED.items() if _acts(options, key)
    )


def sends_nothing(options: dict[str, Any]) -> str:
    """Why nodemailer would not speak SMTP at all, or nothing."""
    proxy = options.get("proxy")
    if isinstance(proxy, str) and proxy and proxy.partition(":")[0].lower() not in ("http", "https"):
        return "proxy: nodemailer cannot connect through a proxy that is not http: or https:"
    for key in ("streamTransport", "jsonTransport"):
        if is_truthy(options.get(key)):
            return f"{key}: nodemailer reports success and sends nothing"
    return ""


def _acts(options: dict[str, Any], key: str) -> bool:
    """Whether nodemailer does what an option says; a proxy that is not a string is none."""
    return is_truthy(options.get(key)) and (key != "proxy" or isinstance(options[key], str))


def reaches_otherwise(options: dict[str, Any]) -> str:
    """How nodemailer would reach the server, where a session like ours tells nothing of it, or nothing."""
    ways = [NOT_FOLLOWED[key] for key in ("sendmail", "SES", "proxy", "lmtp") if _acts(options, key)]
    return f"it would {' and '.join(ways)}" if ways else ""

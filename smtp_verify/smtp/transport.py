"""The options nodemailer connects with: `url` replaces the config's, `service` overrides some of them.

Source: nodemailer 8.0.4 lib/nodemailer.js `createTransport`, lib/shared/index.js `parseConnectionUrl`,
lib/smtp-transport/index.js.
"""

from __future__ import annotations

import re
from typing import Any

from smtp_verify.smtp.services import well_known

_NUMBER = re.compile(r"\s*(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+)?\s*")
_PORT = re.compile(r":(\d+)$")

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


def effective(raw: dict[str, Any]) -> dict[str, Any]:
    """The options of the connection. The mail itself is still made from the config."""
    url = raw.get("url")
    options = parse_url(url) if isinstance(url, str) and url else dict(raw)
    service = options.get("service")
    if isinstance(service, str) and service:
        options |= well_known(service)
    return options


def not_followed(options: dict[str, Any]) -> tuple[str, ...]:
    """What Logto would do besides, a sentence for each option."""
    return tuple(
        f"Logto would {what}; this run did not" for key, what in NOT_FOLLOWED.items() if options.get(key)
    )


def sends_nothing(options: dict[str, Any]) -> str:
    """Why nodemailer would not speak SMTP at all, or nothing."""
    for key in ("streamTransport", "jsonTransport"):
        if options.get(key):
            return f"{key}: nodemailer reports success and sends nothing"
    return ""


def reaches_otherwise(options: dict[str, Any]) -> str:
    """How nodemailer would reach the server, where a session like ours tells nothing of it, or nothing."""
    ways = [NOT_FOLLOWED[key] for key in ("sendmail", "SES", "proxy", "lmtp") if options.get(key)]
    return f"it would {' and '.join(ways)}" if ways else ""


def parse_url(url: str) -> dict[str, Any]:
    """The options in a connection URL; what it does not say is not taken from the config."""
    from urllib.parse import parse_qs, unquote, urlsplit

    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return {}
    options: dict[str, Any] = {}
    if parts.scheme in ("smtp", "smtps"):
        options["secure"] = parts.scheme == "smtps"
    authority = parts.netloc.rpartition("@")[2]
    port = _PORT.search(authority)
    if port and port[1].strip("0"):
        # More digits than any port has: it is none, whatever they are.
        options["port"] = int(port[1].lstrip("0")[:9])
    if parts.hostname:
        options["host"] = parts.hostname
    if "@" in parts.netloc:
        user, _, password = unquote(parts.netloc.rpartition("@")[0]).partition(":")
        options["auth"] = {"user": user, "pass": password}
    for key, values in parse_qs(parts.query, keep_blank_values=True).items():
        _set(options, key, _coerced(values[0]) if len(values) == 1 else values)
    return options


def _set(options: dict[str, Any], key: str, value: Any) -> None:
    """`tls.x` is nested, other dotted keys are ignored, and what the URL has said before stays."""
    if key.startswith("tls."):
        inner = options.setdefault("tls", {})
        if isinstance(inner, dict):
            inner.setdefault(key.removeprefix("tls."), value)
    elif "." not in key:
        options.setdefault(key, value)


def _coerced(value: str) -> Any:
    """Numbers and booleans, by JavaScript's rules."""
    if value in ("true", "false"):
        return value == "true"
    if not _NUMBER.fullmatch(value):
        return value
    text = value.strip()
    if text.lower().startswith("0x"):
        return int(text, 16)
    number = float(text or 0)
    return int(number) if number.is_integer() else number

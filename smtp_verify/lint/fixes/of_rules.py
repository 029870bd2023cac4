"""Fixes for what the rules find: SV2xx and above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config.path import Assignment
from smtp_verify.lint.fixes.fix import Fix
from smtp_verify.lint.rejection import BOOLEAN_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smtp_verify.config.editing.edits import Change
    from smtp_verify.config.path import Path
    from smtp_verify.lint.fixes.fix import Fixer
    from smtp_verify.lint.view import View

_LONGEST_SECONDS = 120
"""A timeout of so few was meant as seconds."""


# The server and its security ------------------------------------------------------------------------------


def _bare_host(view: View, path: Path) -> Fix | None:
    """Write the bare name, where there is no login beside it and no port other than `port`.

    Safe: as it is written it is never found.
    """
    from smtp_verify.smtp.endpoint import bare_host

    host = view.text("host")
    port = re.search(r":(\d+)\W*$", host)
    if "@" in host or (port and str(view.at("port")) != port[1]):
        return None
    bare = bare_host(host)
    return Fix((Assignment(("host",), bare),)) if bare else None


def _seconds(view: View, path: Path) -> Fix | None:
    """Write the timeout in milliseconds, taking what is written for seconds.

    Unsafe: Logto waits longer, and so short a time may be meant.
    """
    value = view.at(*path)
    if not isinstance(value, int) or not 0 < value <= _LONGEST_SECONDS:
        return None
    return Fix((Assignment(path, value * 1000),), safe=False)


def _implicit_tls(view: View, path: Path) -> Fix | None:
    """Write `secure: true`. Safe on port 465, and at a provider that is known to use implicit TLS there."""
    return Fix((Assignment(("secure",), True),), safe=_is_known(view)) if _decides(view) else None


def _is_known(view: View) -> bool:
    """Whether no mail ever left with this port and encryption."""
    from smtp_verify.lint.rules.security import is_known

    return view.endpoint is not None and is_known(view, view.endpoint)


def _starttls(view: View, path: Path) -> Fix | None:
    """Write `secure: false` with `requireTLS: true`, so that nothing is sent in cleartext.

    Safe on ports 587 and 25, and at a provider that is known to use STARTTLS there.
    """
    if not _decides(view):
        return None
    changes: list[Change] = [Assignment(("secure",), False)]
    if view.at("ignoreTLS"):
        changes.append(Assignment(("ignoreTLS",), False))
    if view.at("requireTLS") is not True:
        changes.append(Assignment(("requireTLS",), True))
    return Fix(tuple(changes), safe=_is_known(view))


def _provider_security(view: View, path: Path) -> Fix | None:
    """Write `secure` as the provider's port wants it. Safe: as it is no mail ever left by this port."""
    endpoint = view.endpoint
    return None if endpoint is None else (_starttls if endpoint.implicit_tls else _implicit_tls)(view, path)


def _no_ignore(view: View, path: Path) -> Fix | None:
    """Write `ignoreTLS: false`. Unsafe: a server that does not offer STARTTLS no longer gets email."""
    return Fix((Assignment(("ignoreTLS",), False),), safe=False) if _decides(view) else None


def _encrypted(view: View, path: Path) -> Fix | None:
    """Write `requireTLS: true`. Unsafe: a server that does not offer STARTTLS no longer gets email.

    There is no fix on a private network, where a test server such as Mailpit offers none, and none against a
    `requireTLS: false`.
    """
    if not _decides(view) or view.is_nearby or view.at("requireTLS") is False:
        return None
    ignored: list[Change] = [Assignment(("ignoreTLS",), False)] if view.at("ignoreTLS") else []
    return Fix((*ignored, Assignment(("requireTLS",), True)), safe=False)


def _decides(view: View) -> bool:
    """Whether the config's own keys say where to connect, and how."""
    return view.options is view.config and not view.tls.keys() & {"host", "port"}


def _checked_certificate(view: View, path: Path) -> Fix | None:
    """Write the boolean that is meant.

    Safe for true, which is what Node does anyway. Unsafe for false: it turns the check of the certificate
    off, which is on so far.
    """
    word = BOOLEAN_WORDS.get(str(view.at(*path)).lower())
    return None if word is None else Fix((Assignment(path, word == "true"),), safe=word == "true")


def _tls_version(view: View, path: Path) -> Fix | None:
    """Write the version as Node writes it. Safe: as it is written it stops every handshake."""
    from smtp_verify.lint.rules.security import meant_version

    version = meant_version(view.at(*path))
    return Fix((Assignment(path, version),)) if version else None


# Authentication -------------------------------------------------------------------------------------------


def _oauth2_type(view: View, path: Path) -> Fix | None:
    """Write `type: OAuth2`, where a token or a key goes with it. Safe: without it every login fails."""
    auth = view.auth
    has_key = bool(auth.get("serviceClient") and auth.get("privateKey"))
    has_token = bool(auth.get("refreshToken") or auth.get("accessToken")) and not auth.get("serviceClient")
    return Fix((Assignment(("auth", "type"), "OAuth2"),)) if has_key or has_token else None


def _line_ends(view: View, path: Path) -> Fix | None:
    """Write a line end for each backslash with an n. Safe: as it is written it is no key."""
    path = (*path, "key") if isinstance(view.at(*path), dict) else path
    text = view.text(*path)
    return Fix((Assignment(path, text.replace("\\n", "\n")),)) if "\\n" in text and "-----" in text else None


def _stripped(view: View, path: Path) -> Fix | None:
    """Write it without whitespace around. Unsafe: a password may begin or end with a space."""
    text = view.text(*path)
    return Fix((Assignment(path, text.strip()),), safe=False) if text else None


def _fixed_user(view: View, path: Path) -> Fix | None:
    """Write the word that the provider wants as user. Unsafe: it is another login than the one written."""
    user = view.provider.user if view.provider is not None else None
    return None if user is None else Fix((Assignment(path, user.value),), safe=False)


# Templates ------------------------------------------------------------------------------------------------


def _as_html(view: View, path: Path) -> Fix | None:
    """Write `contentType: text/html`. Unsafe: every reader sees another mail."""
    return Fix((Assignment((*path[:-1], "contentType"), "text/html"),), safe=False)


def _as_text(view: View, path: Path) -> Fix | None:
    """Write `contentType: text/plain`. Unsafe: every reader sees another mail."""
    return Fix((Assignment((*path[:-1], "contentType"), "text/plain"),), safe=False)


FIXERS: Mapping[str, Fixer] = {
    "SV201": _bare_host,
    "SV205": _seconds,
    "SV211": _implicit_tls,
    "SV212": _starttls,
    "SV213": _no_ignore,
    "SV214": _encrypted,
    "SV215": _encrypted,
    "SV218": _checked_certificate,
    "SV220": _tls_version,
    "SV303": _oauth2_type,
    "SV309": _line_ends,
    "SV314": _stripped,
    "SV608": _as_html,
    "SV609": _as_text,
    "SV802": _provider_security,
    "SV803": _fixed_user,
}

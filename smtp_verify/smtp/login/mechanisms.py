"""AUTH: which mechanism nodemailer picks, and what each one says. Pure.

Source: nodemailer 8.0.4 lib/smtp-connection/index.js `login`, `_actionEHLO`, `_actionAUTH*`;
lib/smtp-transport/index.js `getAuth`. RFC 4954, RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import is_truthy, to_string, to_utf8
from smtp_verify.smtp.refusal import PROCESS_EXITS

if TYPE_CHECKING:
    from collections.abc import Generator

    from smtp_verify.smtp.wire.transcript import Reply

PLAIN = "PLAIN"
LOGIN = "LOGIN"
CRAM_MD5 = "CRAM-MD5"
XOAUTH2 = "XOAUTH2"
ORDER = (PLAIN, LOGIN, CRAM_MD5, XOAUTH2)
"""nodemailer takes the first of these that is advertised, and tries no other."""


_AUTH = re.compile(r"[ -]AUTH\b", re.IGNORECASE)
_CHALLENGE = re.compile(r"334\s+(.+)")
_MOST_CHALLENGES = 8


@dataclass(frozen=True, slots=True)
class Login:
    """What the config says about logging in."""

    user: str
    password: str = field(repr=False)
    oauth2: bool = False
    method: str = ""
    """A mechanism the config insists on."""
    force: bool = False
    """Log in even where AUTH is not advertised."""
    is_text: bool = True
    """Whether the password is a string, which Node's HMAC insists on."""


class CannotLogIn(Exception):  # noqa: N818 - it names what happened
    """There is nothing to log in with, or no way to. The text is nodemailer's."""


def login_of(raw: dict[str, Any]) -> Login | None:
    """How the config wants to log in, or None where nodemailer would not try.

    Raises:
        ConfigError: a service account without its key, which nodemailer chokes on.
    """
    auth = raw.get("auth")
    if not isinstance(auth, dict) or not auth:
        return None
    force = is_truthy(raw.get("forceAuth"))
    if to_string(auth.get("type")).upper() == "OAUTH2":
        if auth.get("serviceClient") and not auth.get("privateKey"):
            why = f"auth: serviceClient without privateKey; {PROCESS_EXITS}"
            raise ConfigError(why, path=("auth",))
        if not auth.get("service") and not auth.get("user"):
            return None
        return Login(to_string(auth.get("user")), "", oauth2=True, method=XOAUTH2, force=force)
    method = _truthy(auth.get("method")).strip() or _truthy(raw.get("authMethod"))
    password = auth.get("pass")
    return Login(
        _truthy(auth.get("user")),
        _truthy(password),
        method=method.strip().upper(),
        force=force,
        is_text=isinstance(password, str) or not is_truthy(password),
    )


def is_advertised(ehlo: Reply) -> bool:
    """Whether a server offers AUTH, by nodemailer's pattern over the whole reply."""
    return bool(_AUTH.search(ehlo.raw))


def advertised(ehlo: Reply) -> list[str]:
    """The mechanisms of a reply to EHLO that nodemailer knows, in its order."""
    raw = ehlo.raw
    return [name for name in ORDER if _offers(raw, name)]


def choose(login: Login, offered: list[str]) -> str:
    """The one mechanism nodemailer tries.

    Raises:
        CannotLogIn: it would fail or crash before it tried.
    """
    chosen = login.method
    if not login.oauth2 and chosen in ("", XOAUTH2):
        chosen = offered[0] if offered else PLAIN
        if chosen == XOAUTH2:
            raise CannotLogIn(f"the server offers only XOAUTH2, and auth.type is not OAuth2; {PROCESS_EXITS}")
    if chosen not in ORDER:
        raise CannotLogIn(f'Unknown authentication method "{chosen}"')
    if chosen != XOAUTH2 and not (login.user and login.password):
        raise CannotLogIn(f'Missing credentials for "{chosen}"')
    if chosen == CRAM_MD5 and not login.is_text:
        raise CannotLogIn(f"auth.pass is not a string, which CRAM-MD5 needs; {PROCESS_EXITS}")
    return chosen


def exchange(mechanism: str, user: str, secret: str) -> Generator[bytes, Reply, bool]:
    """The lines of one exchange: yields each command, takes each reply, returns whether it succeeded."""
    if mechanism == PLAIN:
        return _plain(user, secret)
    if mechanism == LOGIN:
        return _login(user, secret)
    if mechanism == CRAM_MD5:
        return _cram_md5(user, secret)
    return _xoauth2(user, secret)


def secrets_of(login: Login, secret: str) -> list[str]:
    """Every form in which an exchange carries the secret."""
    plain = base64.b64encode(_plain_message(login.user, secret)).decode()
    bearer = base64.b64encode(_bearer_message(login.user, secret)).decode()
    return [secret, plain, bearer] if secret else []


def secrets_said(mechanism: str, line: bytes) -> list[str]:
    """What a line of an exchange gives away: its base64, and in CRAM-MD5 the digest in it."""
    coded = line.decode().removeprefix(f"AUTH {mechanism}").strip()
    if mechanism != CRAM_MD5 or not coded:
        return [coded] if coded else []
    return [coded, base64.b64decode(coded).decode().rpartition(" ")[2]]


def _offers(raw: str, mechanism: str) -> bool:
    name = re.escape(mechanism)
    return bool(re.search(rf"[ -]AUTH(?:(\s+|=)[^\n]*\s+|\s+|=){name}", raw, re.IGNORECASE))


def _truthy(value: Any) -> str:
    """JavaScript's `value || ""`, as text."""
    return to_string(value) if is_truthy(value) else ""


def _plain_message(user: str, password: str) -> bytes:
    return to_utf8(f"\0{user}\0{password}")


def _bearer_message(user: str, token: str) -> bytes:
    return to_utf8(f"user={user}\x01auth=Bearer {token}\x01\x01")


def _plain(user: str, password: str) -> Generator[bytes, Reply, bool]:
    reply = yield b"AUTH PLAIN " + base64.b64encode(_plain_message(user, password))
    return (yield from _complete(reply))


def _login(user: str, password: str) -> Generator[bytes, Reply, bool]:
    reply = yield b"AUTH LOGIN"
    for answer in (user, password):
        if reply.code != 334:
            return False
        reply = yield base64.b64encode(to_utf8(answer))
    return (yield from _complete(reply))


def _complete(reply: Reply) -> Generator[bytes, Reply, bool]:
    """A 334 where a verdict should be is answered with an empty line."""
    for _ in range(_MOST_CHALLENGES):
        if reply.code != 334:
            break
        reply = yield b""
    return reply.positive


def _cram_md5(user: str, password: str) -> Generator[bytes, Reply, bool]:
    reply = yield b"AUTH CRAM-MD5"
    match = _CHALLENGE.fullmatch(reply.raw)
    if not match:
        return False
    challenge = bytes(octet & 0x7F for octet in _lenient_base64(match[1]))
    # Here, not above: `validate` reads this module for its words, and both take long to load.
    import hashlib
    import hmac

    digest = hmac.new(to_utf8(password), challenge, hashlib.md5).hexdigest()
    reply = yield base64.b64encode(to_utf8(f"{user} {digest}"))
    return reply.code == 235


def _xoauth2(user: str, token: str) -> Generator[bytes, Reply, bool]:
    reply = yield b"AUTH XOAUTH2 " + base64.b64encode(_bearer_message(user, token))
    if reply.code != 334:
        return reply.positive
    # The challenge holds the error; an empty line asks for the verdict.
    yield b""
    return False


def _lenient_base64(text: str) -> bytes:
    """As Node decodes: characters outside the alphabet are ignored."""
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
    try:
        return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
    except binascii.Error:
        return binascii.a2b_base64(kept[:-1])

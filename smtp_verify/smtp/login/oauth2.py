"""Access tokens as nodemailer gets them: the one in the config, a refresh, or a service account's assertion.

Source: nodemailer 8.0.4 lib/xoauth2/index.js `getToken`, `generateToken`, `postRequest`.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

from smtp_verify.javascript import to_number, to_string, to_utf8, well_formed
from smtp_verify.redaction import Redactor
from smtp_verify.smtp.login.mechanisms import CannotLogIn
from smtp_verify.smtp.login.token_endpoint import TokenEndpointMoved, TokenRequest, post
from smtp_verify.smtp.refusal import PROCESS_EXITS

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_ACCESS_URL = "https://accounts.google.com/o/oauth2/token"
DEFAULT_SCOPE = "https://mail.google.com/"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LONGEST_ASSERTION = 3600
_ASSERTION = 300


async def access_token(auth: dict[str, Any], renew: bool, allow_cleartext: bool = False) -> str:
    """An access token for the config's `auth`.

    Args:
        auth: the raw object.
        renew: whether the token in the config was refused already.
        allow_cleartext: whether secrets may go to an `http:` endpoint on another machine.

    Raises:
        CannotLogIn: there is no token and no way to get one, or the provider refuses.
        Others: as `token_endpoint.post`.
    """
    given = to_string(auth.get("accessToken")) if auth.get("accessToken") else ""
    if given and not renew and not _has_expired(auth, time.time()):
        return given
    if auth.get("serviceClient"):
        return await _request(auth, _assertion_form(auth), allow_cleartext)
    if auth.get("refreshToken"):
        return await _request(auth, _refresh_form(auth), allow_cleartext)
    if given:
        # nodemailer goes on with a token it cannot renew.
        return given
    raise CannotLogIn("Can't create new access token for user")


def is_renewable(auth: dict[str, Any]) -> bool:
    """Whether the config has a token that nodemailer would replace by a new one if it is refused."""
    return bool(auth.get("accessToken")) and bool(auth.get("serviceClient") or auth.get("refreshToken"))


def _has_expired(auth: dict[str, Any], now: float) -> bool:
    expires = to_number(auth.get("expires"))
    # What is no number is NaN, which is not smaller than anything.
    return bool(expires) and expires <= now * 1000


def _access_url(auth: dict[str, Any]) -> str:
    return well_formed(to_string(auth.get("accessUrl") or DEFAULT_ACCESS_URL))


def _refresh_form(auth: dict[str, Any]) -> dict[str, str]:
    form = {
        "client_id": to_string(auth.get("clientId")),
        "client_secret": to_string(auth.get("clientSecret")),
        "refresh_token": to_string(auth.get("refreshToken")),
        "grant_type": "refresh_token",
    }
    return form | _custom_parameters(auth)


def _custom_headers(auth: dict[str, Any]) -> dict[str, str]:
    headers = auth.get("customHeaders")
    return {key: to_string(value) for key, value in headers.items()} if isinstance(headers, dict) else {}


def _custom_parameters(auth: dict[str, Any]) -> dict[str, str]:
    parameters = auth.get("customParams")
    return (
        {key: to_string(value) for key, value in parameters.items()} if isinstance(parameters, dict) else {}
    )


def _assertion_form(auth: dict[str, Any]) -> dict[str, str]:
    import jwt

    key, passphrase = _private_key(auth)
    issued = int(time.time())
    claims = {
        "iss": to_string(auth["serviceClient"]),
        "scope": to_string(auth.get("scope") or DEFAULT_SCOPE),
        "sub": to_string(auth.get("user")),
        "aud": _access_url(auth),
        "iat": issued,
        "exp": issued + _lifetime(to_number(auth.get("serviceRequestTimeout"))),
    }
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        with warnings.catch_warnings():
            # Of short keys, on standard error: Google decides on them.
            warnings.simplefilter("ignore")
            signed = jwt.encode(claims, _loaded(key, passphrase), algorithm="RS256")
    except (ValueError, TypeError, UnsupportedAlgorithm, jwt.PyJWTError):
        raise CannotLogIn("Can't generate token. Check your auth options") from None
    return {"grant_type": _JWT_GRANT, "assertion": signed}


def _lifetime(seconds: float) -> int:
    """As long as the config says, but not longer than an hour; what is no number counts as nothing."""
    return int(min(seconds, _LONGEST_ASSERTION)) if seconds > 0 else _ASSERTION


def _private_key(auth: dict[str, Any]) -> tuple[str, str | None]:
    key = auth.get("privateKey")
    if isinstance(key, dict):
        return to_string(key.get("key")), to_string(key.get("passphrase")) or None
    if not key:
        raise CannotLogIn(f"serviceClient without privateKey; {PROCESS_EXITS}")
    return to_string(key), None


def _loaded(pem: str, passphrase: str | None) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = to_utf8(pem)
    try:
        return load_pem_private_key(data, to_utf8(passphrase) if passphrase else None)
    except TypeError:
        # Node does not mind a passphrase for a key that has none.
        return load_pem_private_key(data, None)


async def _request(auth: dict[str, Any], form: dict[str, str], allow_cleartext: bool) -> str:
    options = auth.get("tls")
    request = TokenRequest(
        _access_url(auth),
        form,
        _custom_headers(auth),
        options if isinstance(options, dict) else {},
        allow_cleartext,
    )
    assertion = form.get("assertion", "")
    secrets = [assertion, *assertion.split(".")]
    try:
        return _token_in(await post(request), secrets)
    except TokenEndpointMoved as error:
        raise TokenEndpointMoved(Redactor(secrets)(str(error))) from None


def _no_json(name: str) -> NoReturn:
    raise ValueError(name)


def _tokens_of(answer: Any) -> Iterator[str]:
    """What an answer holds under names such as `refresh_token`, however deep."""
    if isinstance(answer, list):
        for item in answer:
            yield from _tokens_of(item)
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if isinstance(value, str) and key.lower().endswith("token"):
                yield value
            yield from _tokens_of(value)


def _token_in(body: bytes, secrets: list[str]) -> str:
    """The token of an answer; its HTTP status says nothing, as with nodemailer."""
    try:
        return _token_of(body, secrets)
    except RecursionError:
        raise CannotLogIn("the token endpoint did not answer in JSON") from None


def _token_of(body: bytes, secrets: list[str]) -> str:
    import json

    try:
        # A number is a double, as in JavaScript.
        answer = json.loads(body.decode("utf-8", "replace"), parse_constant=_no_json, parse_int=float)
    except (ValueError, RecursionError):
        raise CannotLogIn("the token endpoint did not answer in JSON") from None
    if not isinstance(answer, dict):
        raise CannotLogIn("Invalid authentication response")
    if answer.get("error"):
        details = [to_string(answer["error"])]
        if answer.get("error_description"):
            details.append(f": {to_string(answer['error_description'])}")
        if answer.get("error_uri"):
            details.append(f" ({to_string(answer['error_uri'])})")
        raise CannotLogIn(Redactor([*secrets, *_tokens_of(answer)])("".join(details)))
    if not answer.get("access_token"):
        raise CannotLogIn("No access token")
    return to_string(answer["access_token"])

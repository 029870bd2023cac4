"""Access tokens as nodemailer gets them: the one in the config, a refresh, or a service account's assertion.

Source: nodemailer 8.0.4 lib/xoauth2/index.js `getToken`, `generateToken`, `postRequest`.
"""

from __future__ import annotations

import time
from typing import Any

from smtp_verify.mail.javascript import to_string
from smtp_verify.redaction import Redactor
from smtp_verify.smtp import network, tls
from smtp_verify.smtp.mechanisms import CannotLogIn

DEFAULT_ACCESS_URL = "https://accounts.google.com/o/oauth2/token"
DEFAULT_SCOPE = "https://mail.google.com/"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TIMEOUT = 10.0
_LARGEST_ANSWER = 1024 * 1024
_LARGEST_PORT = 65535
_LONGEST_ASSERTION = 3600
_ASSERTION = 300


class TokenEndpointDown(Exception):  # noqa: N818 - it names what happened
    """The token endpoint did not answer; trying again is safe."""


class CleartextToken(Exception):  # noqa: N818
    """The secret would travel to the token endpoint in clear."""


async def access_token(
    auth: dict[str, Any], renew: bool, allow_cleartext: bool = False, now: float | None = None
) -> str:
    """An access token for the config's `auth`.

    Args:
        auth: the raw object.
        renew: whether the token in the config was refused already.
        allow_cleartext: whether secrets may go to an `http:` endpoint on another machine.
        now: seconds since 1970; the clock's, where it is not given.

    Raises:
        CannotLogIn: there is no token and no way to get one, or the provider refuses.
        CleartextToken: the endpoint is `http:` and not on this machine.
        TokenEndpointDown: the provider cannot be reached.
    """
    given = to_string(auth.get("accessToken")) if auth.get("accessToken") else ""
    if given and not renew and not _has_expired(auth, time.time() if now is None else now):
        return given
    if auth.get("serviceClient"):
        return await _request(auth, _assertion_form(auth), allow_cleartext)
    if auth.get("refreshToken"):
        return await _request(auth, _refresh_form(auth), allow_cleartext)
    if given:
        # nodemailer goes on with a token it cannot renew.
        return given
    raise CannotLogIn("Can't create new access token for user")


def _has_expired(auth: dict[str, Any], now: float) -> bool:
    expires = auth.get("expires")
    return isinstance(expires, (int, float)) and bool(expires) and expires < now * 1000


def _access_url(auth: dict[str, Any]) -> str:
    return to_string(auth.get("accessUrl") or DEFAULT_ACCESS_URL)


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
        "exp": issued + _lifetime(auth.get("serviceRequestTimeout")),
    }
    try:
        signed = jwt.encode(claims, _loaded(key, passphrase), algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise CannotLogIn("Can't generate token. Check your auth options") from None
    return {"grant_type": _JWT_GRANT, "assertion": signed}


def _lifetime(seconds: Any) -> int:
    """As long as the config says, but not longer than an hour; what is no number counts as nothing."""
    number = int(seconds) if isinstance(seconds, (int, float)) and seconds > 0 else 0
    return min(number, _LONGEST_ASSERTION) or _ASSERTION


def _private_key(auth: dict[str, Any]) -> tuple[str, str | None]:
    key = auth.get("privateKey")
    if isinstance(key, dict):
        return to_string(key.get("key")), to_string(key.get("passphrase")) or None
    if not key:
        raise CannotLogIn("serviceClient without privateKey; nodemailer would never answer")
    return to_string(key), None


def _loaded(pem: str, passphrase: str | None) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)


async def _request(auth: dict[str, Any], form: dict[str, str], allow_cleartext: bool) -> str:
    """Ask for a token: verified TLS, no redirects, bounded in time and size."""
    import httpx

    url = _access_url(auth)
    options = auth.get("tls")
    context = tls.settings(options if isinstance(options, dict) else {}).context
    try:
        parsed = httpx.URL(url)
        if parsed.scheme not in ("http", "https") or (parsed.port or 0) > _LARGEST_PORT:
            raise httpx.UnsupportedProtocol(url)
        await _check_address(parsed.scheme, parsed.host, allow_cleartext)
        async with (
            httpx.AsyncClient(
                timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=context
            ) as client,
            client.stream("POST", url, data=form, headers=_custom_headers(auth)) as response,
        ):
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise CannotLogIn("the token endpoint's answer is too long")
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise CannotLogIn("accessUrl is no URL a token can be asked from") from None
    except httpx.HTTPError as error:
        raise TokenEndpointDown(f"the token endpoint cannot be reached ({type(error).__name__})") from None
    return _token_in(body, Redactor([form.get("assertion", "")]))


async def _check_address(scheme: str, host: str, allow_cleartext: bool) -> None:
    """No secret in clear to another machine, and none to a link-local address, where cloud metadata lives."""
    try:
        addresses = await network.resolve(host, 0, _TIMEOUT)
    except (network.NoSuchHost, network.ResolverFailed) as error:
        raise TokenEndpointDown(f"the token endpoint cannot be reached ({error})") from None
    hosts = [str(address.sockaddr[0]) for address in addresses]
    if any(network.is_link_local(each) for each in hosts):
        raise CannotLogIn("accessUrl leads to a link-local address")
    if scheme == "http" and not allow_cleartext and not all(network.is_loopback(each) for each in hosts):
        raise CleartextToken("accessUrl is http: and would carry the secret in clear to another machine")


def _token_in(body: bytes, redact: Redactor) -> str:
    """The token of an answer; its HTTP status says nothing, as with nodemailer."""
    import json

    try:
        answer = json.loads(body)
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
        raise CannotLogIn(redact("".join(details)))
    if not answer.get("access_token"):
        raise CannotLogIn("No access token")
    return to_string(answer["access_token"])

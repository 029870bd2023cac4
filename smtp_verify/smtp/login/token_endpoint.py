"""One request to an OAuth2 token endpoint: verified TLS, no redirects, bounded in time and size.

Source: nodemailer 8.0.4 lib/xoauth2/index.js `postRequest`, lib/fetch/index.js; what is stricter here is so
because the request carries a secret to an address that a file names.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from smtp_verify.javascript import to_utf8
from smtp_verify.smtp import network
from smtp_verify.smtp.login.mechanisms import CannotLogIn
from smtp_verify.smtp.tls import secure_context

if TYPE_CHECKING:
    import httpx

UNVERIFIED = "the token endpoint's certificate"
"""How the reason begins where it could not be verified."""
TIMEOUT = 10.0
"""Seconds for the whole request, the lookup of the name included."""
_LARGEST_ANSWER = 1024 * 1024
_LARGEST_PORT = 65535
# RFC 9110 section 5.1 and 5.5.
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = ("accept-encoding", "content-length", "transfer-encoding", "host", "content-type")
"""Headers that follow from the request itself."""


class TokenEndpointDown(Exception):  # noqa: N818 - it names what happened
    """The token endpoint did not answer; trying again is safe."""


class CleartextToken(Exception):  # noqa: N818
    """The secret would be sent to the token endpoint in cleartext."""


class UntrustedTokenEndpoint(Exception):  # noqa: N818
    """There is no TLS with the token endpoint that could be trusted."""


class TokenEndpointMoved(Exception):  # noqa: N818
    """The token endpoint answers with a redirect, which nodemailer follows."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What is asked, and how."""

    url: str
    form: dict[str, str] = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    tls: dict[str, Any] = field(repr=False)
    """Node's options."""
    allow_cleartext: bool = False
    """Secrets may go to an `http:` endpoint on another machine."""


async def post(request: TokenRequest) -> bytes:
    """The body of the endpoint's answer, whatever its status.

    Raises:
        CannotLogIn: nothing can be asked of this URL, or the answer is too long.
        CleartextToken: the endpoint is `http:` and not on this machine.
        TokenEndpointDown: it cannot be reached, or does not answer in time.
        TokenEndpointMoved: it redirects.
        UntrustedTokenEndpoint: its certificate does not verify, or it speaks no TLS.
        ConfigError: options of `auth.tls` that Node would refuse.
    """
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _post(request)
    except TimeoutError:
        raise TokenEndpointDown(f"the token endpoint did not answer within {TIMEOUT:g} s") from None


async def _post(request: TokenRequest) -> bytes:
    url = _url(request.url)
    context = _context(request.tls) if url.scheme == "https" else False
    failure = TokenEndpointDown("the token endpoint has no address")
    # Asked at the very addresses that were checked: a second lookup might find others.
    for address in await _addresses(url, request.allow_cleartext):
        try:
            return await _post_to(url, address, context, request)
        except TokenEndpointDown as error:
            failure = error
    raise failure


def _context(options: dict[str, Any]) -> ssl.SSLContext:
    """One that checks the endpoint's name by itself, which a session does for its server."""
    context = secure_context.settings(options).context
    context.check_hostname = context.verify_mode is ssl.CERT_REQUIRED
    return context


def _url(text: str) -> httpx.URL:
    import httpx

    try:
        url = httpx.URL(text)
        known = url.scheme in ("http", "https") and url.raw_host and 0 <= (url.port or 0) <= _LARGEST_PORT
    except (httpx.InvalidURL, UnicodeError):
        known = False
    if not known:
        raise CannotLogIn("accessUrl is no URL a token can be asked from")
    return url


async def _addresses(url: httpx.URL, allow_cleartext: bool) -> list[str]:
    """No secret in cleartext to another machine, or to a link-local address (cloud metadata)."""
    try:
        found = await network.resolve(url.raw_host.decode("ascii"), 0, TIMEOUT)
    except (network.NoSuchHost, network.ResolverFailed) as error:
        raise TokenEndpointDown(f"the token endpoint cannot be reached ({error})") from None
    hosts = [str(address.sockaddr[0]) for address in found]
    if any(network.is_link_local(each) for each in hosts):
        raise CannotLogIn("accessUrl leads to a link-local address")
    if url.scheme == "http" and not allow_cleartext and not all(map(network.is_loopback, hosts)):
        raise CleartextToken("accessUrl is http: and would send the secret in cleartext to another machine")
    return hosts


async def _post_to(
    url: httpx.URL, address: str, verify: ssl.SSLContext | bool, request: TokenRequest
) -> bytes:
    import httpx

    try:
        async with (
            httpx.AsyncClient(
                timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=verify
            ) as client,
            client.stream(
                "POST",
                url.copy_with(host=address),
                content=urlencode({to_utf8(name): to_utf8(value) for name, value in request.form.items()}),
                headers=_headers(url, request.headers),
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            ) as response,
        ):
            _check_moved(response)
            return await _body(response)
    except httpx.TimeoutException:
        raise TokenEndpointDown("the token endpoint did not answer in time") from None
    except httpx.ConnectError as error:
        raise _not_connected(error) from None
    except httpx.HTTPError:
        raise TokenEndpointDown("the token endpoint did not answer in HTTP") from None


def _headers(url: httpx.URL, custom: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Node writes them in Latin-1; what it refuses to write is refused here too."""
    if not all(_FIELD_NAME.fullmatch(name) and _FIELD_VALUE.fullmatch(custom[name]) for name in custom):
        raise CannotLogIn("auth.customHeaders: a name or a value that no HTTP request can hold")
    own = [
        (b"Host", url.netloc),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
        # A few kilobytes of gzip may stand for gigabytes.
        (b"Accept-Encoding", b"identity"),
    ]
    given = {name: value for name, value in custom.items() if name.lower() not in _OURS}
    return own + [(name.encode(), value.strip(" \t").encode("latin-1")) for name, value in given.items()]


def _check_moved(response: httpx.Response) -> None:
    if 300 <= response.status_code < 400 and "location" in response.headers:
        target = response.headers["location"]
        raise TokenEndpointMoved(f"accessUrl redirects to {target}; that is not followed, as Logto would")


async def _body(response: httpx.Response) -> bytes:
    body = b""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise CannotLogIn("the token endpoint's answer is compressed, which nobody asked for")
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise CannotLogIn("the token endpoint's answer is too long")
    return body


def _not_connected(error: BaseException) -> Exception:
    """Why there is no connection: TLS or the network."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedTokenEndpoint(f"{UNVERIFIED}: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            words = (cause.reason or "handshake failed").replace("_", " ").lower()
            return UntrustedTokenEndpoint(f"the token endpoint speaks no TLS: {words}")
        if isinstance(cause, OSError) and cause.errno:
            return TokenEndpointDown(f"the token endpoint cannot be reached ({cause.strerror})")
        cause = cause.__cause__ or cause.__context__
    return TokenEndpointDown("the token endpoint cannot be reached")

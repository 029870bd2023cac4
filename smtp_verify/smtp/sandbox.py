"""The embedded server: the configured one's stand-in on the loopback, with its security and credentials."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import logging
import secrets
import ssl
import warnings
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.config import overrides
from smtp_verify.config.path import Assignment, dotted
from smtp_verify.config.schema import placeholders
from smtp_verify.errors import NO_TEMPORARY_FILE, ConfigError, OutputError
from smtp_verify.smtp import endpoint as endpoints
from smtp_verify.smtp import transport
from smtp_verify.smtp.login import mechanisms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOOPBACK = "127.0.0.1"
_REPLACED = ("host", "port", "url", "service", "proxy", "localAddress")
_ELSEWHERE = ("url", "service", "proxy", "localAddress")
_REDIRECTING_TLS = ("host", "port", "localAddress", "localPort", "family")
_STAND_INS: dict[str, Any] = {
    "host": "sandbox.example",
    "port": 587,
    "fromEmail": "sender@example.com",
    "sendFrom": "sender@example.com",
    "replyTo": "replies@example.com",
    "user": "user@example.com",
    "name": "client.example",
    "servername": "localhost",
}
_LARGEST_REQUEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it arrived."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running embedded server."""

    config: dict[str, Any] = field(repr=False)
    """The config that reaches it."""
    replaced: tuple[str, ...]
    """The keys whose values are not the config's own."""
    received: list[Received]


def fill_placeholders(config: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The config with a stand-in for each placeholder, and the names of the keys that got one."""
    found = [each for each in placeholders.find(config) if not each.in_text]
    stand_ins = [Assignment(each.path, _stand_in(each)) for each in found]
    return overrides.apply(config, stand_ins), [dotted(each.path) for each in found]


@asynccontextmanager
async def serve(config: dict[str, Any]) -> AsyncIterator[Sandbox]:
    """Start the embedded server for a config without placeholders; nothing leaves the machine.

    Raises:
        ConfigError: the config's own security options cannot be served.
    """
    options = transport.effective(config)
    own = {key: value for key, value in options.items() if key not in _ELSEWHERE}
    endpoint = endpoints.derive({**own, "host": own.get("host") or "localhost"})
    authority = _Authority(endpoint.server_name)
    handler = _Handler(_credentials(own), _tokens(own))
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(_smtp_server(handler, endpoint, authority.context))
        replaced_config, replaced = _redirected(own, config, endpoint, port, authority.root)
        if handler.login is not None and handler.login.oauth2:
            token_port = await stack.enter_async_context(_token_server(handler))
            replaced_config["auth"]["accessUrl"] = f"http://{LOOPBACK}:{token_port}/token"
            replaced.append("auth.accessUrl")
        yield Sandbox(replaced_config, tuple(replaced), handler.received)


def _stand_in(placeholder: placeholders.Placeholder) -> Any:
    key = placeholder.path[-1]
    if key == "privateKey" or placeholder.path[-2:] == ("privateKey", "key"):
        return _private_key()
    return _STAND_INS.get(str(key), placeholder.text.strip("<>").replace(" ", "-"))


def _private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _redirected(
    own: dict[str, Any], config: dict[str, Any], endpoint: endpoints.Endpoint, port: int, root: str
) -> tuple[dict[str, Any], list[str]]:
    """The config with the embedded server in the place of the configured one."""
    redirected = copy.deepcopy(own)
    redirected["host"], redirected["port"] = LOOPBACK, port
    if endpoint.implicit_tls:
        # Port 465 alone meant implicit TLS; the embedded server has another port.
        redirected["secure"] = True
    options = {key: value for key, value in endpoint.tls.items() if key not in _REDIRECTING_TLS}
    redirected["tls"] = {**options, "ca": root, "servername": endpoint.server_name}
    replaced = [key for key in _REPLACED if key in config or key in ("host", "port")]
    return redirected, [*replaced, *(["tls.ca"] if "ca" in endpoint.tls else [])]


def _credentials(config: dict[str, Any]) -> mechanisms.Login | None:
    """What to log in with; `{"type": "login"}` holds nothing, and goes with a server that offers no AUTH."""
    login = mechanisms.login_of(config)
    return login if login is not None and (login.oauth2 or login.user or login.password) else None


def _tokens(config: dict[str, Any]) -> set[str]:
    auth = config.get("auth")
    given = auth.get("accessToken") if isinstance(auth, dict) else None
    return {given} if isinstance(given, str) else set()


class _Authority:
    """A certificate made on the spot, and the root that signs it."""

    def __init__(self, server_name: str) -> None:
        import trustme

        authority = trustme.CA()
        try:
            certificate = authority.issue_cert(server_name, "localhost", LOOPBACK)
        except ValueError:
            raise ConfigError(f"servername: {server_name!r} is no name a certificate can hold") from None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            certificate.configure_cert(self.context)
        except OSError:
            raise OutputError(NO_TEMPORARY_FILE) from None
        self.root = authority.cert_pem.bytes().decode()


class _Handler:
    """What the embedded server does with logins and messages."""

    def __init__(self, login: mechanisms.Login | None, tokens: set[str]) -> None:
        self.login = login
        self.tokens = tokens
        self.received: list[Received] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Without credentials there is no AUTH on offer."""
        session.host_name = hostname
        return [line for line in responses if self.login is not None or not line[4:].startswith("AUTH")]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message."""
        message = Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
        self.received.append(message)
        return f"250 2.0.0 taken by the sandbox as {len(self.received)}"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:  # noqa: N802 - aiosmtpd's name
        """Google's mechanism: a bearer token, and an error in a challenge."""
        from aiosmtpd.smtp import AuthResult

        try:
            message = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        except ValueError:
            message = ""
        user, _, token = message.removesuffix("\x01\x01").partition("\x01auth=Bearer ")
        if self.login is not None and user == f"user={self.login.user}" and token in self.tokens:
            return AuthResult(success=True)
        await server.challenge_auth(json.dumps({"status": "401", "schemes": "bearer"}))
        return AuthResult(success=False, handled=False)

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        """PLAIN and LOGIN: the config's own user and password."""
        from aiosmtpd.smtp import AuthResult

        login = self.login
        right = (
            login is not None
            and data.login == login.user.encode()
            and data.password == login.password.encode()
        )
        return AuthResult(success=right, handled=False)

    def issue_token(self) -> str:
        """A new access token."""
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return token


@asynccontextmanager
async def _smtp_server(
    handler: _Handler, endpoint: endpoints.Endpoint, context: ssl.SSLContext
) -> AsyncIterator[int]:
    from aiosmtpd.smtp import SMTP

    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    login = handler.login
    starttls = not endpoint.implicit_tls and not endpoint.ignore_tls

    def protocol() -> Any:
        with warnings.catch_warnings():
            # It warns of AUTH without TLS, which the loopback and implicit TLS make harmless.
            warnings.simplefilter("ignore")
            return SMTP(
                handler,
                hostname="sandbox.localhost",
                ident="smtp-verify sandbox",
                enable_SMTPUTF8=True,
                decode_data=False,
                tls_context=context if starttls else None,
                authenticator=handler.authenticate,
                auth_required=login is not None,
                auth_require_tls=starttls,
                auth_exclude_mechanism=_excluded(login),
            )

    server = await asyncio.get_running_loop().create_server(
        protocol, LOOPBACK, 0, ssl=context if endpoint.implicit_tls else None
    )
    async with _closing(server) as port:
        yield port


def _excluded(login: mechanisms.Login | None) -> list[str]:
    """The mechanisms that do not fit the config's kind of credentials; none is offered without any."""
    if login is None:
        return [mechanisms.PLAIN, mechanisms.LOGIN, mechanisms.XOAUTH2]
    return [mechanisms.PLAIN, mechanisms.LOGIN] if login.oauth2 else [mechanisms.XOAUTH2]


@asynccontextmanager
async def _token_server(handler: _Handler) -> AsyncIterator[int]:
    """An OAuth2 token endpoint that grants whatever is asked in the right form (RFC 6749 section 6)."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            granted = await _read_grant(reader)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            granted = False
        body = (
            {"access_token": handler.issue_token(), "expires_in": 3600}
            if granted
            else {"error": "invalid_request"}
        )
        payload = json.dumps(body).encode()
        head = f"HTTP/1.1 {'200 OK' if granted else '400 Bad Request'}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode() + payload)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    async with _closing(server) as port:
        yield port


async def _read_grant(reader: asyncio.StreamReader) -> bool:
    from urllib.parse import parse_qs

    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(
        (int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-length:")), 0
    )
    if length > _LARGEST_REQUEST:
        return False
    form = parse_qs((await reader.readexactly(length)).decode())
    return "grant_type" in form and bool({"refresh_token", "assertion"} & form.keys())


@asynccontextmanager
async def _closing(server: asyncio.Server) -> AsyncIterator[int]:
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()

"""A scripted SMTP server: it really listens, does what a test tells it, and writes down what it saw.

with serve(starttls=True, auth=["PLAIN"], dot="550 5.7.1 no") as server:
    ...  # anything that connects to 127.0.0.1, server.port
assert server.log.messages == []
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import functools
import hashlib
import hmac
import json
import re
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import trustme

from tests import odd_certificates
from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LOOPBACK = "127.0.0.1"
DROP, HANG = "drop", "hang"
"""In the place of a reply: hang up, or say nothing more."""
TEXT_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the server does. A reply is a line (several where it holds line feeds), `drop` or `hang`; bytes
    are sent as they are.
    """

    implicit_tls: bool = False
    starttls: bool | str = False
    """True offers it; "garbage" offers it, agrees, and then speaks no TLS. It is taken unoffered too."""
    starttls_reply: str | bytes = "220 2.0.0 go ahead"
    cert: str = "trusted"
    """Or one of `certificates`, or one of `tests.odd_certificates`."""
    context: ssl.SSLContext | None = None
    """In the place of `cert` and `max_tls`."""
    max_tls: str = ""
    """The newest version, as `ssl.TLSVersion` names it: TLSv1_2."""
    greeting: str | bytes | None = "220 mx.example ESMTP"
    greeting_delay: float = 0.0
    ehlo_ok: bool = True
    ehlo_reply: str | bytes = "502 5.5.1 not implemented"
    """What EHLO gets where it is not taken."""
    helo_ok: bool = True
    helo_reply: str | bytes = "502 5.5.1 not implemented"
    caps: Sequence[str] = ("8BITMIME", "SMTPUTF8")
    auth: Sequence[str] = ()
    auth_after_tls: bool = False
    """Offer AUTH only once the session is encrypted."""
    auth_reply: str | bytes | None = None
    """In the place of the verdict."""
    by_mechanism: Mapping[str, str | bytes] = field(default_factory=dict)
    """In the place of any exchange."""
    auth_refusal: str | bytes = "535 5.7.8 no"
    user: str = "u"
    password: str = "p"
    token: str = "good-token"
    mail: str | bytes = "250 2.1.0 sender fine"
    by_sender: Mapping[str, str | bytes] = field(default_factory=dict)
    """By the sender's address."""
    rcpt: str | bytes = "250 2.1.5 recipient fine"
    multi_rcpt: Mapping[str, str | bytes] = field(default_factory=dict)
    """By the recipient's index, from "0"."""
    by_address: Mapping[str, str | bytes] = field(default_factory=dict)
    """By the recipient's address."""
    data: str | bytes = "354 go"
    dot: str | bytes = "250 2.0.0 queued as 1"
    quit: str | bytes = "221 2.0.0 bye"
    drop: str = ""
    """The stage at which to hang up: connect, greeting, ehlo, helo, starttls, auth, mail, rcpt, data, body
    (once DATA is answered), dot, quit.
    """
    hang: str = ""
    """The stage at which to fall silent."""
    surplus: Mapping[str, bytes] = field(default_factory=dict)
    """Bytes sent in one segment with the reply of a stage."""


@dataclass(slots=True)
class Log:
    """What the server saw."""

    connections: int = 0
    commands: list[str] = field(default_factory=list)
    """Whole lines; a message is one `.`, and the answers to challenges are left out."""
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Sender and recipients of each message that was taken."""
    messages: list[bytes] = field(default_factory=list)
    """Each message that was taken, without dot-stuffing."""
    tls: bool = False
    mechanism: str | None = None
    """The AUTH mechanism that succeeded."""

    @property
    def verbs(self) -> list[str]:
        """The commands without their arguments, and without the ends of messages."""
        return [_verb(command) for command in self.commands if command != "."]


class Server:
    """Listens on an ephemeral port, in a thread of its own, so that other processes can be served too."""

    def __init__(self, script: Script, host: str = LOOPBACK) -> None:
        self.script = script
        self.host = host
        self.port = 0
        self.log = Log()
        self._seen = threading.Condition()
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def start(self) -> None:
        """Return once it listens."""
        self._thread.start()
        assert self._listening.wait(30), "the server does not listen"

    def stop(self) -> None:
        """Hang up on everybody."""
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def wait_for(self, verb: str, timeout: float = 30) -> None:
        """Return once a client has said this; `.` is the end of a message."""
        with self._seen:
            assert self._seen.wait_for(lambda: verb in map(_verb, self.log.commands), timeout), (
                f"{verb} never came"
            )

    def note(self, change: Callable[[Log], None]) -> None:
        """Write something down, and wake up who waits for it."""
        with self._seen:
            change(self.log)
            self._seen.notify_all()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        # What a client does to a connection that is being dropped is no news.
        self._loop.set_exception_handler(lambda loop, context: None)
        implicit = server_context(self.script) if self.script.implicit_tls else None
        async with listening(self._client, self.host, ssl=implicit, limit=TEXT_LIMIT) as self.port:
            self._listening.set()
            await self._stop.wait()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.note(_connected)
        try:
            await _Session(self, reader, writer).run()
        except (_HangUp, OSError, EOFError, ssl.SSLError, ValueError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)


@contextmanager
def serve(host: str = LOOPBACK, **knobs: object) -> Iterator[Server]:
    """A server with this script, for as long as the block lasts."""
    server = Server(Script(**knobs), host)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _HangUp(Exception):  # noqa: N818 - control flow
    """The session is over."""


class _Session:
    """One connection."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.script = server.script
        self.reader = reader
        self.writer = writer
        self.encrypted = server.script.implicit_tls
        self.sender = ""
        self.recipients: list[str] = []

    async def run(self) -> None:
        if self.encrypted:
            self.server.note(_encrypted)
        await self._pass("connect")
        await asyncio.sleep(self.script.greeting_delay)
        await self._say("greeting", HANG if self.script.greeting is None else self.script.greeting)
        while True:
            line = await self._line()
            self.server.note(functools.partial(_said, line))
            await self._command(line)

    async def _line(self) -> str:
        return (await self.reader.readuntil(b"\n")).decode("utf-8", "replace").rstrip("\r\n")

    async def _pass(self, stage: str) -> None:
        """Do at this stage what the script has for it, if it is no reply."""
        if self.script.drop == stage:
            raise _HangUp
        if self.script.hang == stage:
            await asyncio.Event().wait()

    async def _say(self, stage: str, reply: str | bytes) -> None:
        await self._pass(stage)
        if reply == DROP:
            raise _HangUp
        if reply == HANG:
            await asyncio.Event().wait()
        data = reply if isinstance(reply, bytes) else reply.replace("\n", "\r\n").encode() + b"\r\n"
        self.writer.write(data + self.script.surplus.get(stage, b""))
        await self.writer.drain()

    async def _command(self, line: str) -> None:
        verb, _, argument = line.partition(" ")
        match verb.upper():
            case "EHLO":
                taken = "\n".join(self._greeted()) if self.script.ehlo_ok else self.script.ehlo_reply
                await self._say("ehlo", taken)
            case "HELO":
                await self._say("helo", "250 mx.example" if self.script.helo_ok else self.script.helo_reply)
            case "STARTTLS":
                await self._starttls()
            case "AUTH":
                await self._auth(argument)
            case "MAIL":
                self.sender, self.recipients = line, []
                reply = self.script.by_sender.get(_address(line), self.script.mail)
                await self._say("mail", reply)
            case "RCPT":
                await self._rcpt(line)
            case "DATA":
                await self._data()
            case "QUIT":
                await self._say("quit", self.script.quit)
                raise _HangUp
            case _:
                await self._say("other", "500 5.5.1 what?")

    def _greeted(self) -> list[str]:
        offered = ["mx.example", *self.script.caps]
        if self.script.starttls and not self.encrypted:
            offered.append("STARTTLS")
        if self.script.auth and (self.encrypted or not self.script.auth_after_tls):
            offered.append("AUTH " + " ".join(self.script.auth))
        return [f"250-{each}" for each in offered[:-1]] + [f"250 {offered[-1]}"]

    async def _starttls(self) -> None:
        await self._say("starttls", self.script.starttls_reply)
        if not str(self.script.starttls_reply).startswith("2"):
            return
        if self.script.starttls == "garbage":
            self.writer.write(b"this is no TLS\r\n")
            await asyncio.Event().wait()
        await self.writer.start_tls(server_context(self.script))
        self.encrypted = True
        self.server.note(_encrypted)

    async def _rcpt(self, line: str) -> None:
        reply = self.script.multi_rcpt.get(str(len(self.recipients)), self.script.rcpt)
        reply = self.script.by_address.get(_address(line), reply)
        self.recipients.append(line if _is_positive(reply) else "")
        await self._say("rcpt", reply)

    async def _data(self) -> None:
        await self._say("data", self.script.data)
        if isinstance(self.script.data, bytes) or self.script.data[:1] in "23":
            await self._message()

    async def _message(self) -> None:
        if "body" in (self.script.drop, self.script.hang):
            self.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await self._pass("body")
        text = await self.reader.readuntil(b"\r\n.\r\n")
        message = re.sub(rb"(?m)^\.", b"", text.removesuffix(b".\r\n"))
        self.server.note(functools.partial(_said, "."))
        await self._pass("dot")
        if _is_positive(self.script.dot):
            envelope = (self.sender, tuple(filter(None, self.recipients)))
            self.server.note(functools.partial(_taken, envelope, message))
        await self._say("dot", self.script.dot)

    # AUTH: real checks ------------------------------------------------------------------------------------

    async def _auth(self, argument: str) -> None:
        await self._pass("auth")
        name, _, initial = argument.partition(" ")
        if name.upper() not in self.script.auth:
            await self._say("auth", "504 5.5.4 no such mechanism")
            return
        if name.upper() in self.script.by_mechanism:
            await self._say("auth", self.script.by_mechanism[name.upper()])
            return
        check = {
            "PLAIN": self._plain,
            "LOGIN": self._login,
            "CRAM-MD5": self._cram_md5,
            "XOAUTH2": self._xoauth2,
        }[name.upper()]
        right = await check(initial)
        verdict: str | bytes = "235 2.7.0 welcome" if right else self.script.auth_refusal
        if self.script.auth_reply is not None:
            verdict = self.script.auth_reply
        elif right:
            self.server.note(functools.partial(_logged_in, name.upper()))
        await self._say("auth", verdict)

    async def _ask(self, challenge: bytes) -> bytes:
        self.writer.write(b"334 " + base64.b64encode(challenge) + b"\r\n")
        return _decoded(await self._line())

    async def _plain(self, initial: str) -> bool:
        answer = _decoded(initial) if initial else await self._ask(b"")
        return answer == f"\0{self.script.user}\0{self.script.password}".encode()

    async def _login(self, initial: str) -> bool:
        user = _decoded(initial) if initial else await self._ask(b"Username:")
        password = await self._ask(b"Password:")
        return (user, password) == (self.script.user.encode(), self.script.password.encode())

    async def _cram_md5(self, _: str) -> bool:
        challenge = b"<1896.697170952@mx.example>"
        answer = await self._ask(challenge)
        digest = hmac.new(self.script.password.encode(), challenge, hashlib.md5).hexdigest()
        return answer == f"{self.script.user} {digest}".encode()

    async def _xoauth2(self, initial: str) -> bool:
        answer = _decoded(initial) if initial else await self._ask(b"")
        if answer == f"user={self.script.user}\x01auth=Bearer {self.script.token}\x01\x01".encode():
            return True
        await self._ask(json.dumps({"status": "401", "schemes": "bearer"}).encode())
        return False


def _verb(command: str) -> str:
    return command.split(" ")[0].upper()


def _address(command: str) -> str:
    return command.partition("<")[2].partition(">")[0]


def _connected(log: Log) -> None:
    log.connections += 1


def _encrypted(log: Log) -> None:
    log.tls = True


def _said(command: str, log: Log) -> None:
    log.commands.append(command)


def _logged_in(mechanism: str, log: Log) -> None:
    log.mechanism = mechanism


def _taken(envelope: tuple[str, tuple[str, ...]], message: bytes, log: Log) -> None:
    log.envelopes.append(envelope)
    log.messages.append(message)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _is_positive(reply: str | bytes) -> bool:
    return reply[:1] in ("2", b"2")


# Certificates ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificates:
    """The test CA, and one chain with its key for each kind of certificate."""

    ca: str
    """PEM: what `tls.ca` of a config holds."""
    authority: trustme.CA
    chains: Mapping[str, trustme.LeafCert | trustme.CA]


@functools.cache
def certificates() -> Certificates:
    """Made once for all tests of a process."""
    ca = trustme.CA()
    past = datetime(2001, 1, 1, tzinfo=UTC)
    chains: dict[str, trustme.LeafCert | trustme.CA] = {
        "trusted": ca.issue_cert("localhost", LOOPBACK),
        "selfsigned": trustme.CA(),
        "expired": ca.issue_cert("localhost", LOOPBACK, not_before=past, not_after=past.replace(year=2002)),
        "wronghost": ca.issue_cert("other.example"),
        "wronghost and expired": ca.issue_cert(
            "other.example", not_before=past, not_after=past.replace(year=2002)
        ),
    }
    return Certificates(ca.cert_pem.bytes().decode(), ca, chains)


@functools.cache
def _context(cert: str, max_tls: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if cert in certificates().chains:
        _show(context, certificates().chains[cert])
    else:
        _show_odd(context, odd_certificates.chain(cert, certificates().authority))
    if max_tls:
        context.maximum_version = ssl.TLSVersion[max_tls]
    return context


def _show(context: ssl.SSLContext, chain: trustme.LeafCert | trustme.CA) -> None:
    if isinstance(chain, trustme.CA):
        with chain.private_key_pem.tempfile() as key, chain.cert_pem.tempfile() as pem:
            context.load_cert_chain(pem, key)
    else:
        chain.configure_cert(context)


def _show_odd(context: ssl.SSLContext, chain: odd_certificates.Chain) -> None:
    with trustme.Blob((chain.certificate + chain.key).encode()).tempfile() as pem:
        context.load_cert_chain(pem)


def server_context(script: Script) -> ssl.SSLContext:
    """What the server shows and speaks."""
    if script.context is not None:
        return script.context
    return _context(script.cert, script.max_tls)

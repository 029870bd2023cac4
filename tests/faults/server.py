"""A server that keeps to SMTP up to one point, where it goes wrong as a test says; it keeps the truth."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from tests.smtpd import Script, server_context

if TYPE_CHECKING:
    from collections.abc import Callable


class Channel(Enum):
    """How the session is encrypted."""

    CLEAR = "clear"
    STARTTLS = "STARTTLS"
    IMPLICIT = "implicit TLS"


class Point(Enum):
    """Where a server can go wrong: what it is about to answer, in the order of a session."""

    HANDSHAKE = "handshake"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    SECOND_EHLO = "second ehlo"
    AUTH = "auth"
    USER = "user name"
    PASSWORD = "password"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    QUIT = "quit"


class Then(Enum):
    """What the server does behind the bytes of a fault."""

    GO_ON = "goes on"
    CLOSE = "closes"
    RESET = "resets"
    SILENCE = "falls silent"
    HALF_CLOSE = "closes its half"
    DRIP = "says its bytes again and again, one at a time"
    FLOOD = "says its bytes again and again"


@dataclass(frozen=True, slots=True)
class Act:
    """What a fault does at its point: bytes made from the right reply, in pieces, and what comes then."""

    pieces: Callable[[bytes], tuple[bytes, ...]]
    then: Then = Then.GO_ON


@dataclass(slots=True)
class Truth:
    """What the server knows when the session is over."""

    bodies: int = 0
    """Messages of which it has the final dot."""
    verdict: int | None = None
    """The code of what it said to that, where that was a reply."""
    commands: list[str] = field(default_factory=list)


class _Over(Exception):  # noqa: N818 - control flow
    """The session is over."""


_REPLIES = {
    Point.GREETING: b"220 mx.example ESMTP\r\n",
    Point.STARTTLS: b"220 2.0.0 go ahead\r\n",
    Point.MAIL: b"250 2.1.0 sender fine\r\n",
    Point.RCPT: b"250 2.1.5 recipient fine\r\n",
    Point.DATA: b"354 go\r\n",
    Point.DOT: b"250 2.0.0 queued as 1\r\n",
    Point.QUIT: b"221 2.0.0 bye\r\n",
    Point.AUTH: b"235 2.7.0 welcome\r\n",
    Point.USER: b"334 VXNlcm5hbWU6\r\n",
    Point.PASSWORD: b"334 UGFzc3dvcmQ6\r\n",
}
_BAD_SEQUENCE = b"503 5.5.1 not now\r\n"
_PAUSE = 0.02
"""Seconds between the pieces of one reply."""


@dataclass(slots=True)
class FaultyServer:
    """One session: right at every point that `acts` does not name."""

    channel: Channel
    acts: dict[Point, Act]
    pipelining: bool = False
    login: bool = False
    """Offer AUTH LOGIN, whose exchange has more steps, in the place of PLAIN."""
    cert: str = "trusted"
    truth: Truth = field(default_factory=Truth)
    _reader: asyncio.StreamReader = field(init=False)
    _writer: asyncio.StreamWriter = field(init=False)
    _encrypted: bool = False
    _recipients: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold the session to its end, whatever that is."""
        self._reader, self._writer = reader, writer
        # A client must not be able to hand a large message to the network alone.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with contextlib.suppress(_Over, OSError, EOFError, ValueError, asyncio.CancelledError):
            await self._session()
        writer.transport.abort()

    async def _session(self) -> None:
        if self.channel is Channel.IMPLICIT:
            await self._handshake()
        await self._say(Point.GREETING)
        while True:
            line = await self._reader.readuntil(b"\n")
            verb = line.split(b" ")[0].strip().upper().decode("ascii", "replace")
            self.truth.commands.append(verb)
            await self._answer(verb)

    async def _answer(self, verb: str) -> None:
        match verb:
            case "EHLO":
                await self._say(Point.SECOND_EHLO if self._is_second() else Point.EHLO, self._offer())
            case "HELO":
                await self._say(Point.SECOND_EHLO if self._is_second() else Point.EHLO, b"250 mx.example\r\n")
            case "STARTTLS":
                await self._say(Point.STARTTLS)
                await self._handshake()
            case "AUTH":
                await self._auth()
            case "MAIL":
                await self._say(Point.MAIL)
            case "RCPT":
                self._recipients += await self._say(Point.RCPT)
            case "DATA":
                await self._data()
            case "QUIT":
                await self._say(Point.QUIT)
                raise _Over
            case _:
                self._writer.write(_BAD_SEQUENCE)

    def _is_second(self) -> bool:
        return self._encrypted and self.channel is Channel.STARTTLS

    def _offer(self) -> bytes:
        words = ["mx.example", "8BITMIME", *(["PIPELINING"] if self.pipelining else [])]
        if self.channel is Channel.STARTTLS and not self._encrypted:
            words.append("STARTTLS")
        else:
            words.append("AUTH LOGIN" if self.login else "AUTH PLAIN")
        return (
            b"".join(b"250-%s\r\n" % word.encode() for word in words[:-1])
            + b"250 %s\r\n" % words[-1].encode()
        )

    async def _auth(self) -> None:
        if self.login:
            for point in (Point.USER, Point.PASSWORD):
                if not await self._say(point):
                    return
                await self._reader.readuntil(b"\n")
        await self._say(Point.AUTH)

    async def _data(self) -> None:
        if not self._recipients:
            self._writer.write(_BAD_SEQUENCE)
            return
        if not await self._say(Point.DATA):
            return
        if Point.BODY in self.acts:
            self._writer.transport.pause_reading()  # type: ignore[attr-defined]
            await self._say(Point.BODY, b"")
        await self._reader.readuntil(b"\r\n.\r\n")
        self.truth.bodies += 1
        self.truth.verdict = verdict(self._said(Point.DOT))
        await self._say(Point.DOT)

    def _said(self, point: Point) -> bytes:
        act = self.acts.get(point)
        return b"".join(act.pieces(_REPLIES[point])) if act else _REPLIES[point]

    async def _say(self, point: Point, right: bytes | None = None) -> bool:
        """Answer, rightly or not; whether the session goes on from here as after the right answer."""
        right = _REPLIES[point] if right is None else right
        act = self.acts.get(point)
        if act is None:
            self._writer.write(right)
            await self._writer.drain()
            return True
        pieces = act.pieces(right)
        if act.then in (Then.DRIP, Then.FLOOD):
            await self._endless(pieces, slowly=act.then is Then.DRIP)
        for number, piece in enumerate(pieces):
            await asyncio.sleep(_PAUSE if number else 0)
            self._writer.write(piece)
            await self._writer.drain()
        await self._finish(act.then)
        return pieces[0][:1] in (b"2", b"3")

    async def _endless(self, pieces: tuple[bytes, ...], slowly: bool) -> None:
        while True:
            for piece in pieces:
                for part in [piece[i : i + 1] for i in range(len(piece))] if slowly else [piece]:
                    self._writer.write(part)
                    await self._writer.drain()
                    await asyncio.sleep(_PAUSE if slowly else 0)

    async def _finish(self, then: Then) -> None:
        match then:
            case Then.CLOSE:
                self._writer.close()
                raise _Over
            case Then.RESET:
                reset(self._writer)
                raise _Over
            case Then.HALF_CLOSE:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                else:
                    self._writer.close()
                await asyncio.Event().wait()
            case Then.SILENCE:
                await asyncio.Event().wait()

    async def _handshake(self) -> None:
        if Point.HANDSHAKE in self.acts:
            await self._reader.read(1)
            await self._say(Point.HANDSHAKE, b"")
        await self._writer.start_tls(server_context(Script(cert=self.cert)))
        self._encrypted = True


def verdict(said: bytes) -> int | None:
    """The code of the first reply in what was said (RFC 5321 section 4.2), or None where there is none."""
    codes = set()
    for line in said.splitlines(keepends=True):
        match = re.fullmatch(rb"([2-5][0-9][0-9])(?:([ -])[^\r\n]*)?\r?\n", line)
        if match is None:
            return None
        codes.add(int(match[1]))
        if match[2] != b"-":
            return codes.pop() if len(codes) == 1 else None
    return None


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a TCP reset: what has been said and not read is lost."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

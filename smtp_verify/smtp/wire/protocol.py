"""aiosmtplib's protocol made strict: replies queue up, surplus ones are seen, malformed ones are refused.

Source: aiosmtplib 5.1.3 protocol.py. Its `execute_command`, `write` and flow control are used as they are;
how it reads replies is replaced, because it drops what arrives between two commands.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import TYPE_CHECKING, cast

from aiosmtplib.errors import SMTPServerDisconnected
from aiosmtplib.protocol import COMMAND_INJECTION_REGEX, SMTPProtocol
from aiosmtplib.response import SMTPResponse

from smtp_verify.smtp.wire.transcript import Reply

if TYPE_CHECKING:
    import ssl

LONGEST_REPLY = 32 * 1024
"""Octets; a whole EHLO reply has a few hundred."""

# RFC 5321 section 4.2: three digits, then a hyphen, a space or nothing.
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\r\n]*))?\r?\n")
_DOT = b".\r\n"
_TICK = 0.005
"""Seconds between looks at a transport that tells nobody when its last byte has left."""
_MOST_UNREAD = 1000
"""Replies; a server that says more without being asked fills the memory."""


class ConnectionLost(Exception):  # noqa: N818 - it names what happened
    """The server closed the connection, or the network did."""


class ReplyTimeout(Exception):  # noqa: N818
    """The server said nothing for as long as it may."""


class MalformedReply(Exception):  # noqa: N818
    """What the server said is no SMTP reply; `line` is what it said instead, whole."""

    def __init__(self, what: str, line: str | None = None) -> None:
        super().__init__(what)
        self.line = line


class SessionProtocol(SMTPProtocol):
    """One connection. Replies are read one at a time; what is left over can be asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._replies: deque[Reply] = deque()
        self._partial: list[tuple[int, str]] = []
        self._size = 0
        """Octets of the reply that is coming in."""
        self._sending_body = False
        self._spoke_early = False
        self._wake: asyncio.Future[None] | None = None
        self._ended: Exception | None = None
        self.last_reply: Reply | None = None

    # What the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        super().connection_made(transport)
        _tell_when_written(cast("asyncio.WriteTransport", transport))

    def data_received(self, data: bytes) -> None:
        """Cut complete replies off the buffer."""
        self._buffer.extend(data)
        while self._ended is None:
            match = _LINE.match(self._buffer)
            if match is None or match.end() > LONGEST_REPLY:
                break
            code, mark, line = match.groups()
            self._size += match.end()
            del self._buffer[: match.end()]
            self._take_line(int(code), mark or b" ", line or b"")
        self._check_rest()
        if self._sending_body and _waiting_below(self.transport):
            self._spoke_early = self.drop_surplus() or self._spoke_early
        self._notify()

    def resume_writing(self) -> None:
        """The last byte has left: nothing that came before can be the answer to it."""
        if self._sending_body:
            self._spoke_early = self.drop_surplus() or self._spoke_early
        super().resume_writing()

    def eof_received(self) -> bool:
        """The server will say nothing more."""
        self._end(ConnectionLost("the server closed the connection"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        self._end(ConnectionLost("the connection was reset" if exc else "the server closed the connection"))

    # What a session calls

    @property
    def surplus(self) -> bool:
        """Whether the server has said more than it was asked."""
        return bool(self._replies or self._partial or self._buffer)

    def drop_surplus(self) -> bool:
        """Forget what the server has said so far; whether there was anything."""
        found = self.surplus
        self._replies.clear()
        self._partial.clear()
        self._buffer.clear()
        self._size = 0
        return found

    async def command(self, line: bytes, timeout: float) -> Reply:
        """Send a command and read its reply.

        Raises:
            ConnectionLost, ReplyTimeout, MalformedReply: there is no reply.
            ValueError: a control character in the command.
        """
        try:
            await self.execute_command(line, timeout=timeout)
        except SMTPServerDisconnected:
            raise self._ended or ConnectionLost("the server closed the connection") from None
        return cast("Reply", self.last_reply)

    async def next_reply(self, timeout: float) -> Reply:
        """The next reply; `timeout` is the longest silence, in seconds.

        Raises:
            ConnectionLost, ReplyTimeout, MalformedReply: there is none.
        """
        await self.read_response(timeout)
        return cast("Reply", self.last_reply)

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:
        """The next reply in aiosmtplib's form; its `execute_command` calls this."""
        while not self._replies:
            if self._ended is not None:
                raise self._ended
            await self._wait(timeout)
        reply = self.last_reply = self._replies.popleft()
        return SMTPResponse(reply.code, reply.text)

    def write_group(self, lines: list[bytes]) -> None:
        """Write several commands in one segment (RFC 2920 section 3.1); their replies are read one by one.

        Raises:
            ConnectionLost: the connection is gone.
            ValueError: a control character in a command.
        """
        if any(COMMAND_INJECTION_REGEX.search(line) for line in lines):
            raise ValueError("a control character in a command")
        try:
            self.write(b"".join(line + b"\r\n" for line in lines))
        except SMTPServerDisconnected:
            raise self._ended or ConnectionLost("the server closed the connection") from None

    async def send_body(self, body: bytes, timeout: float, then: bytes = b"") -> bool:
        """Write a message with its final dot, and `then` behind it, and wait until the last byte has left.

        Returns whether the server spoke before that; what it said is dropped.

        Raises:
            ConnectionLost, ReplyTimeout, MalformedReply: the dot has not left.
        """
        if self._ended is not None:
            # A TLS transport that has seen the end drops what is written, and does not say so.
            raise self._ended
        self._spoke_early = self.drop_surplus()
        self._sending_body = True
        data = dot_stuffed(body)
        try:
            self.write(data[: -len(_DOT)])
            # Apart: behind a TLS transport that has handed on too much, the dot alone waits and pauses us.
            self.write(_DOT + then)
            if _is_broken(self.transport):
                # A write has met the end of the connection; what followed it was dropped without a word.
                raise ConnectionLost("the connection was reset")
            async with asyncio.timeout(timeout):
                if self._paused:
                    await self._drain_helper()
                while _waiting_below(self.transport):
                    await asyncio.sleep(_TICK)
        except TimeoutError:
            raise ReplyTimeout("the server does not take the message") from None
        except (ConnectionError, SMTPServerDisconnected):
            raise ConnectionLost("the connection was reset") from None
        finally:
            self._sending_body = False
        if self._paused:
            raise ConnectionLost("the connection was lost")
        return self._spoke_early

    async def upgrade(self, context: ssl.SSLContext, server_name: str, timeout: float) -> None:
        """The TLS handshake after a positive reply to STARTTLS."""
        transport = cast("asyncio.WriteTransport", self.transport)
        loop = asyncio.get_running_loop()
        upgraded = await loop.start_tls(
            transport, self, context, server_hostname=server_name, ssl_handshake_timeout=timeout
        )
        if upgraded is None:
            raise ConnectionLost("the server closed the connection")
        _tell_when_written(upgraded)
        self.transport = upgraded
        self._over_ssl = True

    def abort(self) -> None:
        """Drop the connection without another byte."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()

    # Replies

    def _take_line(self, code: int, mark: bytes, text: bytes) -> None:
        if self._partial and self._partial[0][0] != code:
            self._end(MalformedReply(f"a reply that starts with {self._partial[0][0]} and ends with {code}"))
            return
        self._partial.append((code, text.decode("utf-8", "replace")))
        if mark == b" ":
            self._replies.append(Reply(code, tuple(line for _, line in self._partial)))
            self._partial.clear()
            self._size = 0
            if len(self._replies) > _MOST_UNREAD:
                self._end(MalformedReply("more replies than commands"))
        elif self._size > LONGEST_REPLY:
            self._end(MalformedReply("a reply that does not end"))

    def _check_rest(self) -> None:
        """What has not become a reply must still be able to become one."""
        if self._ended is not None:
            return
        end = self._buffer.find(b"\n") + 1
        if (end or len(self._buffer)) > LONGEST_REPLY:
            self._end(MalformedReply("a line that does not end"))
        elif end:
            line = bytes(self._buffer[:end]).decode("utf-8", "replace").strip()
            self._end(MalformedReply("not an SMTP reply", line))

    async def _wait(self, timeout: float | None) -> None:
        self._wake = asyncio.get_running_loop().create_future()
        try:
            # Not `wait_for`: before Python 3.12 it may lose a cancellation that comes with the answer.
            async with asyncio.timeout(timeout):
                await self._wake
        except TimeoutError:
            raise ReplyTimeout(self.silence) from None
        finally:
            self._wake = None

    @property
    def silence(self) -> str:
        """What to say of a server that does not reply."""
        begun = self._partial or self._buffer
        return "the server did not finish its reply" if begun else "the server said nothing"

    def _end(self, reason: Exception) -> None:
        self._ended = self._ended or reason
        self._notify()

    def _notify(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


def _tell_when_written(transport: asyncio.WriteTransport) -> None:
    """Writing pauses as soon as bytes wait, and goes on when the last one has left.

    Not from 0 bytes on: asyncio's TLS transport pauses at `size >= high`, so at every write.
    """
    transport.set_write_buffer_limits(high=1, low=0)


def _waiting_below(transport: asyncio.BaseTransport | None) -> int:
    """Octets that a TLS transport has handed on, and that wait in the one below it."""
    below = _below(transport)
    return 0 if below is None or below.is_closing() else below.get_write_buffer_size()


def _below(transport: asyncio.BaseTransport | None) -> asyncio.WriteTransport | None:
    below = getattr(getattr(transport, "_ssl_protocol", None), "_transport", None)
    return cast("asyncio.WriteTransport | None", below)


def _is_broken(transport: asyncio.BaseTransport | None) -> bool:
    """Whether a write has failed. Python 3.11's TLS transport does not tell that of the one below it."""
    return any(each is not None and each.is_closing() for each in (transport, _below(transport)))


def dot_stuffed(body: bytes) -> bytes:
    """A message as it goes over the wire, its final dot included (RFC 5321 section 4.5.2)."""
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    stuffed = b"." + body if body.startswith(b".") else body
    return stuffed.replace(b"\r\n.", b"\r\n..") + _DOT

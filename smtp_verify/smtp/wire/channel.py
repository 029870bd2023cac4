"""One connection as a session uses it: commands and replies, each in its stage, timed and written down."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import deque
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NoReturn, Protocol

from smtp_verify.javascript import to_utf8
from smtp_verify.redaction import Redactor
from smtp_verify.smtp.wire.protocol import ConnectionLost, MalformedReply, ReplyTimeout, SessionProtocol
from smtp_verify.smtp.wire.transcript import Ending, Exchange, Reply, Stage, Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable

_SHOWN = 60
"""Characters of a line that is no reply."""
QUIT_TIMEOUT = 2.0
"""Seconds. The message is accepted by then; a server that will not say goodbye changes nothing."""

LOST = {
    Stage.DNS: Ending.DNS_FAILED,
    Stage.CONNECT: Ending.NOT_CONNECTED,
    Stage.GREETING: Ending.NO_GREETING,
    Stage.DOT: Ending.UNKNOWN,
}
"""What a loss or a silence means at a stage; deferred at all others."""


class Ended(Exception):  # noqa: N818 - control flow of a session, never an error of the program
    """The session is over: raised at any stage, and caught where the session was begun."""

    def __init__(
        self, ending: Ending, reason: str = "", reply: Reply | None = None, nodemailer: str = ""
    ) -> None:
        super().__init__(reason)
        self.ending = ending
        self.reason = reason
        self.reply = reply
        self.nodemailer = nodemailer


class Observer(Protocol):
    """Someone who watches a session, such as a live view."""

    def started(self, stage: Stage) -> None:
        """A stage has begun."""

    def finished(self, stage: Stage, seconds: float) -> None:
        """A stage has done its work."""


class Channel:
    """A connection, the stage it is in, and the transcript it leaves."""

    def __init__(self, reply_timeout: float, observer: Observer | None, secrets: Iterable[str] = ()) -> None:
        self.reply_timeout = reply_timeout
        self.observer = observer
        self.transcript = Transcript()
        self.stage = Stage.CONFIG
        self.verdict: Reply | None = None
        """The reply to the final dot, once the message is accepted."""
        self.refused: dict[str, Reply] = {}
        """The recipients that were not taken, where others were."""
        self._protocol: SessionProtocol | None = None
        self._secrets = list(secrets)
        self.redact = Redactor(self._secrets)
        """Masks what must not show."""
        self.unmasked: Reply | None = None
        """The last answer to a command as it came, for what is decided by it; it must not show."""
        self._ahead: deque[bytes] = deque()
        self._grouped = False

    @property
    def protocol(self) -> SessionProtocol:
        """The protocol of the open connection."""
        if self._protocol is None:
            raise ConnectionLost("there is no connection")
        return self._protocol

    def open(self, protocol: SessionProtocol) -> None:
        """The connection is made."""
        self._protocol = protocol

    def abort(self) -> None:
        """Drop the connection, if there is one, without another byte."""
        if self._protocol is not None:
            self._protocol.abort()

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these must not show, even where a server repeats them."""
        self._secrets += secrets
        self.redact = Redactor(self._secrets)

    def transport_info(self, name: str) -> object:
        """What the transport knows: `peername`, `ssl_object`."""
        transport = self.protocol.transport
        if transport is None:
            raise ConnectionLost("the server closed the connection")
        return transport.get_extra_info(name)

    @asynccontextmanager
    async def at(self, stage: Stage) -> AsyncIterator[None]:
        """Work of one stage: it is timed, and what goes wrong in it ends the session as that stage does."""
        self.stage = stage
        if self.observer is not None:
            self.observer.started(stage)
        start = time.perf_counter()
        try:
            yield
        except MalformedReply as error:
            ending = Ending.UNKNOWN if stage is Stage.DOT else Ending.PROTOCOL
            raise Ended(ending, self._told(error)) from None
        except ReplyTimeout as error:
            words = "Greeting never received" if stage is Stage.GREETING else "Timeout"
            raise Ended(LOST.get(stage, Ending.DEFERRED), str(error), nodemailer=words) from None
        except (ConnectionLost, OSError) as error:
            words = "Unexpected socket close" if stage is Stage.GREETING else "Connection closed unexpectedly"
            raise Ended(LOST.get(stage, Ending.DEFERRED), str(error), nodemailer=words) from None
        finally:
            seconds = time.perf_counter() - start
            self.transcript.timings[stage] = self.transcript.timings.get(stage, 0.0) + seconds
        if self.observer is not None:
            self.observer.finished(stage, seconds)

    async def command(self, line: str | bytes, shown: str | None = None) -> Reply:
        """Say a line and read its reply; `shown` stands in the transcript for a line with a secret."""
        data = to_utf8(line) if isinstance(line, str) else line
        reply: Reply | None = None
        try:
            self.unmasked = await self._answer(data)
            reply = self._masked(self.unmasked)
        finally:
            text = data.decode("utf-8", "replace") if shown is None else shown
            self.transcript.exchanges.append(Exchange(self.stage, text, reply))
        return reply

    async def _answer(self, data: bytes) -> Reply:
        if self._ahead and self._ahead[0] == data:
            self._ahead.popleft()
            return await self.protocol.next_reply(self.reply_timeout)
        if self.protocol.surplus:
            raise Ended(Ending.PROTOCOL, "the server says more than it was asked")
        return await self.protocol.command(data, self.reply_timeout)

    def say_ahead(self, lines: list[str]) -> None:
        """Say several lines in one segment; `command` then finds each said already, and reads its reply."""
        if self.protocol.surplus:
            raise Ended(Ending.PROTOCOL, "the server says more than it was asked")
        group = [to_utf8(line) for line in lines]
        self.protocol.write_group(group)
        self._ahead.extend(group)
        self._grouped = True

    async def settle(self, ended: Ended, deadline: float) -> Ended:
        """Read what is left of a group after a refusal in it; how the session ends, now that it is known.

        Where DATA was still accepted, a single dot ends it: no recipient was, so nothing is delivered
        (RFC 2920 section 3.1). Where a recipient was taken too, no dot follows, and the server drops it.
        """
        stuck = (ConnectionLost, ReplyTimeout, MalformedReply, TimeoutError, OSError, asyncio.CancelledError)
        patience = min(deadline, asyncio.get_running_loop().time() + QUIT_TIMEOUT)
        with suppress(*stuck, Ended):
            async with asyncio.timeout_at(patience):
                while self._ahead and ended.reply is not None:
                    line = self._ahead.popleft()
                    reply = await self.read(line.decode(), QUIT_TIMEOUT)
                    if line == b"DATA" and reply.positive:
                        return Ended(Ending.PROTOCOL, "the server says more than it was asked", reply)
                    if line == b"DATA" and reply.code == 354 and not self._recipient_taken():
                        await self.command(".")
                if self._grouped and self._refused_data(ended) and await self._takes_quit_for_text():
                    return Ended(Ending.PROTOCOL, "the server says more than it was asked", ended.reply)
        return ended

    def _refused_data(self, ended: Ended) -> bool:
        """Whether the session ends on what came as the answer to DATA."""
        last = self.transcript.exchanges[-1] if self.transcript.exchanges else None
        refused = ended.reply is not None and (ended.reply.transient or ended.reply.permanent)
        return refused and last is not None and last.command == "DATA" and last.reply is ended.reply

    async def _takes_quit_for_text(self) -> bool:
        """Whether DATA was taken after all: what looked like its refusal answered an earlier command."""
        return self.protocol.surplus or (await self.protocol.command(b"QUIT", QUIT_TIMEOUT)).code == 354

    def _recipient_taken(self) -> bool:
        recipients = (each.reply for each in self.transcript.exchanges if each.command.startswith("RCPT"))
        return any(reply is not None and reply.positive for reply in recipients)

    async def expect_silence(self) -> None:
        """End the session if there is one reply more than commands, so that none is taken for another's."""
        with suppress(ReplyTimeout):
            await self.protocol.next_reply(QUIT_TIMEOUT)
            raise Ended(Ending.PROTOCOL, "the server says more than it was asked")

    def note_unanswered(self) -> None:
        """Write down what was said ahead and has no answer."""
        self.transcript.exchanges += [Exchange(self.stage, line.decode(), None) for line in self._ahead]
        self._ahead.clear()

    async def read(self, shown: str, timeout: float) -> Reply:
        """Read a reply that no command line asked for: the greeting, the answer to a message."""
        reply: Reply | None = None
        try:
            reply = self._masked(await self.protocol.next_reply(timeout))
        finally:
            self.transcript.exchanges.append(Exchange(self.stage, shown, reply))
        return reply

    def _masked(self, reply: Reply) -> Reply:
        lines = tuple(map(self._masked_line, reply.lines))
        masked = Reply(reply.code, lines, None if lines == reply.lines else reply)
        # As the lines stand, for one that ends softly (RFC 2045 section 6.7), and as if they were one.
        whole = self.redact(self.redact(reply.text).replace("\n", ""))
        if len(reply.lines) == 1 or whole == masked.text.replace("\n", ""):
            return masked
        # A secret is broken over several lines: they become one.
        return Reply(reply.code, (f"{reply.enhanced} {whole}".lstrip(),), reply)

    def _masked_line(self, line: str) -> str:
        """A line without secrets; a challenge is base64, and a secret may stand anywhere in it."""
        try:
            said = base64.b64decode(line, validate=True).decode("utf-8", "replace")
        except ValueError:
            return self.redact(line)
        shown = self.redact(said)
        return self.redact(line) if shown == said else base64.b64encode(shown.encode()).decode()

    def _told(self, error: MalformedReply) -> str:
        """What is wrong with a reply; cut short only once nothing secret is in it."""
        return str(error) if error.line is None else f"{error}: {self.redact(error.line)[:_SHOWN]!r}"

    def last_reply(self, stage: Stage) -> Reply | None:
        """The last reply in a stage, or None where nothing was said in it."""
        replies = (each.reply for each in reversed(self.transcript.exchanges) if each.stage is stage)
        return next(replies, None)

    def drop_surplus(self, defect: str) -> None:
        """Pass over what the server says out of turn, where that does no harm."""
        if self.protocol.drop_surplus():
            self.transcript.defects.append(defect)

    def refuse(
        self,
        reply: Reply,
        words: str,
        permanent: Ending = Ending.REFUSED,
        transient: Ending = Ending.DEFERRED,
        reason: str = "refused by the server",
    ) -> NoReturn:
        """End the session on a reply that is not what it should be; `words` are nodemailer's."""
        if reply.permanent:
            raise Ended(permanent, reason, reply, words)
        if reply.transient:
            raise Ended(transient, f"{reason}, for now", reply, words)
        ending = Ending.UNKNOWN if self.stage is Stage.DOT else Ending.PROTOCOL
        raise Ended(ending, f"{reply.code} makes no sense as an answer here", reply, words)

    async def stop(self, stage: Stage, reset: bool = False) -> NoReturn:
        """Say goodbye after a stage, as it was asked for; `reset` takes a transaction back first."""
        reply = self.last_reply(stage)
        await self.quit(reset=reset)
        self.stage = stage
        raise Ended(Ending.STOPPED, reply=reply)

    async def _goodbye(self, answer: Awaitable[Reply]) -> None:
        reply: Reply | None = None
        try:
            reply = self._masked(await answer)
            if reply.code != 221:
                told = f"the server answered QUIT with {reply.code}"
                self.transcript.defects.append(f"{told}: what it said before may answer other commands")
        finally:
            self.transcript.exchanges.append(Exchange(Stage.QUIT, "QUIT", reply))

    async def _take_back(self) -> None:
        reply: Reply | None = None
        try:
            reply = self._masked(await self.protocol.command(b"RSET", QUIT_TIMEOUT))
        finally:
            self.transcript.exchanges.append(Exchange(Stage.QUIT, "RSET", reply))

    async def quit(self, said: bool = False, reset: bool = False) -> None:
        """Goodbye, for a moment; `said` where it went out with the message. It changes nothing."""
        try:
            async with asyncio.timeout(QUIT_TIMEOUT):
                if said:
                    await self._goodbye(self.protocol.next_reply(QUIT_TIMEOUT))
                    return
                self.drop_surplus("the server spoke out of turn before QUIT")
                if reset:
                    await self._take_back()
                await self._goodbye(self.protocol.command(b"QUIT", QUIT_TIMEOUT))
        except (ConnectionLost, ReplyTimeout, MalformedReply, TimeoutError, OSError):
            return

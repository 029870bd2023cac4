"""What a server may say, byte by byte, and what is made of it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtplib import protocol as aiosmtplib_protocol
from aiosmtplib.response import SMTPResponse

from smtp_verify.smtp.wire.protocol import (
    LONGEST_REPLY,
    ConnectionLost,
    MalformedReply,
    ReplyTimeout,
    SessionProtocol,
    dot_stuffed,
)
from smtp_verify.smtp.wire.transcript import Reply
from tests.smtpd import certificates
from tests.timing import computed_within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from contextlib import AbstractAsyncContextManager

PATIENCE = 20.0


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def connected_to(talk: Talk) -> AsyncIterator[SessionProtocol]:
    """A protocol connected to a server that does this."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await talk(reader, writer)
        finally:
            writer.transport.abort()
            over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**12)
    port = server.sockets[0].getsockname()[1]
    _, protocol = await asyncio.get_running_loop().create_connection(SessionProtocol, "127.0.0.1", port)
    try:
        yield protocol
    finally:
        protocol.abort()
        server.close()
        await over.wait()
        await asyncio.sleep(0.01)


def talking_to(*chunks: bytes, hang_up: bool = False) -> AbstractAsyncContextManager[SessionProtocol]:
    """A protocol connected to a server that says these chunks, each in a segment of its own."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0.02)
        if not hang_up:
            await reader.read()

    return connected_to(talk)


def replies(*chunks: bytes, count: int = 1, hang_up: bool = False) -> list[Reply]:
    """The first replies among these chunks."""

    async def read() -> list[Reply]:
        async with talking_to(*chunks, hang_up=hang_up) as protocol:
            return [await protocol.next_reply(PATIENCE) for _ in range(count)]

    return asyncio.run(read())


class Wire(asyncio.Transport):
    """A connection that takes what is written, until it breaks without a word; nothing leaves the process."""

    def __init__(self, breaks_after: int = 1000) -> None:
        super().__init__()
        self.breaks_after = breaks_after
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """It never fills."""

    def is_closing(self) -> bool:
        return len(self.written) >= self.breaks_after


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the end of this connection be a reset."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


# The canary: our protocol stands on these parts of aiosmtplib.


def test_aiosmtplib_still_has_the_parts_we_stand_on() -> None:
    theirs = aiosmtplib_protocol.SMTPProtocol
    for name in (
        "write",
        "execute_command",
        "read_response",
        "_drain_helper",
        "pause_writing",
        "resume_writing",
    ):
        assert callable(getattr(theirs, name)), name
    assert list(inspect.signature(theirs.execute_command).parameters) == ["self", "args", "timeout"]
    assert list(inspect.signature(theirs.read_response).parameters) == ["self", "timeout"]
    source = inspect.getsource(theirs.execute_command)
    assert "await self.read_response(timeout=timeout)" in source
    assert "self.write(command)" in source
    assert SMTPResponse._fields == ("code", "message")


def test_aiosmtplib_still_keeps_its_state_where_we_look_for_it() -> None:
    async def look() -> None:
        protocol = aiosmtplib_protocol.SMTPProtocol()
        assert protocol._buffer == bytearray()
        assert protocol._paused is False
        assert protocol._over_ssl is False
        assert protocol.transport is None
        protocol.pause_writing()
        assert protocol._paused is True

    asyncio.run(look())


def test_aiosmtplib_still_refuses_control_characters_in_commands() -> None:
    async def say() -> None:
        async with talking_to() as protocol:
            with pytest.raises(ValueError, match="control character"):
                await protocol.command(b"RCPT TO:<a@b>\r\nDATA", PATIENCE)

    asyncio.run(say())


# Replies


@pytest.mark.parametrize(
    ("chunks", "reply"),
    [
        ((b"220 ready\r\n",), Reply(220, ("ready",))),
        ((b"250\r\n",), Reply(250, ("",))),
        ((b"250 \r\n",), Reply(250, ("",))),
        ((b"250 line feeds alone\n",), Reply(250, ("line feeds alone",))),
        ((b"250-one\r\n250-two\r\n250 three\r\n",), Reply(250, ("one", "two", "three"))),
        ((b"250-one\r\n250\r\n",), Reply(250, ("one", ""))),
        ((b"2", b"50", b"-on", b"e\r", b"\n250", b" two\r\n"), Reply(250, ("one", "two"))),
        ((b"250 " + "grüße".encode() + b"\r\n",), Reply(250, ("grüße",))),
        ((b"250 \xff\xfe\r\n",), Reply(250, ("\ufffd\ufffd",))),
        ((b"250 nul\x00 and esc\x1b\r\n",), Reply(250, ("nul\x00 and esc\x1b",))),
        ((b"599 last\r\n",), Reply(599, ("last",))),
        ((b"250-" + b"x" * 20_000 + b"\r\n250 y\r\n",), Reply(250, ("x" * 20_000, "y"))),
    ],
)
def test_a_reply_is_read_however_it_is_cut(chunks: tuple[bytes, ...], reply: Reply) -> None:
    assert replies(*chunks) == [reply]


def test_replies_in_one_segment_are_read_one_by_one() -> None:
    assert replies(b"250 a\r\n354 b\r\n", count=2) == [Reply(250, ("a",)), Reply(354, ("b",))]


@pytest.mark.parametrize(
    "line",
    [b"hello", b"", b"25", b"2500 ok", b"-50 ok", b"+25 ok", b" 250 ok", b"2_5 ok", b"250\tok", b"250_ok",
     b"199 ok", b"600 ok", b"999 ok", b"250 a\rb", b"\xff\xfe", "٢٥٠ ok".encode(), b"HTTP/1.1 400"],
)  # fmt: skip
def test_what_is_no_reply_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedReply, match="not an SMTP reply"):
        replies(line + b"\r\n")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (b"hello\r\n", "hello"),
        (b" 250 ok \r\nmore\r\n", "250 ok"),
        (b"550-a\r\nb\xff\n", "b\ufffd"),
    ],
)
def test_the_line_that_is_no_reply_is_kept_whole(said: bytes, line: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        replies(said)
    assert (str(caught.value), caught.value.line) == ("not an SMTP reply", line)


def test_a_reply_of_two_codes_is_malformed() -> None:
    with pytest.raises(MalformedReply, match="starts with 250 and ends with 550"):
        replies(b"250-yes\r\n550 no\r\n")


@pytest.mark.parametrize(
    "chunks", [(b"",), (b"25",), (b"250 half a line",), (b"250-half a reply\r\n",)], ids=repr
)
def test_an_end_within_a_reply_is_a_loss(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(ConnectionLost, match=r"closed|reset"):
        replies(*chunks, hang_up=True)


def test_a_server_that_hangs_up_is_told_from_a_connection_that_breaks() -> None:
    async def wait(talk: Talk) -> str:
        async with connected_to(talk) as protocol:
            with pytest.raises(ConnectionLost) as caught:
                await protocol.next_reply(PATIENCE)
            return str(caught.value)

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    assert asyncio.run(wait(hang_up)) == "the server closed the connection"
    assert asyncio.run(wait(reset)) == "the connection was reset"


def test_the_end_is_known_before_the_connection_is_gone() -> None:
    async def look() -> None:
        protocol = SessionProtocol()
        assert protocol.eof_received() is False
        with pytest.raises(ConnectionLost, match=r"\Athe server closed the connection\Z"):
            await protocol.next_reply(PATIENCE)

    asyncio.run(look())


def test_after_an_abort_there_is_no_reply_and_nothing_is_written() -> None:
    async def look() -> None:
        async with talking_to() as protocol:
            protocol.abort()
            with pytest.raises(ConnectionLost, match=r"\Athe server closed the connection\Z"):
                await protocol.command(b"NOOP", PATIENCE)
            with pytest.raises(ConnectionLost, match=r"\Athe server closed the connection\Z"):
                protocol.write_group([b"NOOP"])
            with pytest.raises(ConnectionLost, match=r"\Athe server closed the connection\Z"):
                await protocol.next_reply(PATIENCE)
            protocol.abort()

    asyncio.run(look())


def test_a_command_on_a_connection_that_has_ended_says_why_it_has() -> None:
    async def look() -> None:
        async with talking_to(b"hello\r\n", hang_up=True) as protocol:
            with pytest.raises(MalformedReply):
                await protocol.next_reply(PATIENCE)
            async with asyncio.timeout(PATIENCE):
                while protocol.transport is not None:
                    await asyncio.sleep(0.01)
            with pytest.raises(MalformedReply, match="not an SMTP reply"):
                await protocol.command(b"NOOP", PATIENCE)
            with pytest.raises(MalformedReply, match="not an SMTP reply"):
                protocol.write_group([b"NOOP"])

    asyncio.run(look())


def test_a_reply_right_before_the_end_counts() -> None:
    assert replies(b"421 bye\r\n", hang_up=True) == [Reply(421, ("bye",))]


def test_a_silence_is_a_timeout() -> None:
    async def wait() -> None:
        async with talking_to() as protocol:
            with pytest.raises(ReplyTimeout, match=r"\Athe server said nothing\Z"):
                await protocol.next_reply(0.05)

    asyncio.run(wait())


def test_a_command_waits_for_its_reply_as_long_as_it_is_told_to() -> None:
    async def wait() -> None:
        async with talking_to() as protocol, asyncio.timeout(PATIENCE):
            with pytest.raises(ReplyTimeout, match=r"\Athe server said nothing\Z"):
                await protocol.command(b"NOOP", 0.05)

    asyncio.run(wait())


@pytest.mark.parametrize(
    "endless", [b"x" * 100, b"250-line\r\n", b"250-\r\n"], ids=["line", "reply", "empty lines"]
)
def test_what_does_not_end_is_given_up_soon(endless: bytes) -> None:
    with computed_within(5), pytest.raises(MalformedReply, match="does not end"):
        replies(*[endless * (2 * LONGEST_REPLY // len(endless))] * 8)


@pytest.mark.parametrize("start", [b"250 ", b"250-", b"x"])
@pytest.mark.parametrize("size", [100, 2 * LONGEST_REPLY])
def test_a_line_that_is_too_long_is_given_up_however_it_is_cut(start: bytes, size: int) -> None:
    stream = start.ljust(LONGEST_REPLY - 1, b"x") + b"\r\n250 y\r\n"
    assert _end(stream[at : at + size] for at in range(0, len(stream), size)) == "a line that does not end"


@pytest.mark.parametrize("size", [100, 2 * LONGEST_REPLY])
def test_a_line_as_long_as_may_be_is_taken_however_it_is_cut(size: int) -> None:
    stream = b"250 ".ljust(LONGEST_REPLY - 2, b"x") + b"\r\n"
    assert _end(stream[at : at + size] for at in range(0, len(stream), size)) is None


def _end(chunks: Iterable[bytes]) -> str | None:
    """Why a protocol that is fed these chunks takes no more."""

    async def feed() -> str | None:
        session = SessionProtocol()
        for chunk in chunks:
            session.data_received(chunk)
        return None if session._ended is None else str(session._ended)

    return asyncio.run(feed())


@pytest.mark.parametrize("octets", [32_768, 32_769])
def test_a_reply_may_have_32_kibibytes_before_its_last_line(octets: int) -> None:
    async def look() -> None:
        protocol = SessionProtocol()
        # Neither a reply that was read nor one that was dropped leaves anything to the next.
        for dropped in (b"", b"250-surplus\r\n", b""):
            text = b"x" * (octets - 1000 - 2 * len(b"250-\r\n"))
            protocol.data_received(b"250-" + b"y" * 1000 + b"\r\n250-" + text + b"\r\n")
            protocol.data_received(b"250 end\r\n")
            expected = Reply(250, ("y" * 1000, text.decode(), "end"))
            assert await protocol.next_reply(PATIENCE) == expected
            if dropped:
                protocol.data_received(dropped)
                assert protocol.drop_surplus()

    if octets == 32_768:
        asyncio.run(look())
    else:
        with pytest.raises(MalformedReply, match=r"\Aa reply that does not end\Z"):
            asyncio.run(look())


def test_a_reply_that_nobody_waits_for_is_kept() -> None:
    async def look() -> tuple[Reply, Reply]:
        protocol = SessionProtocol()
        reading = asyncio.create_task(protocol.next_reply(PATIENCE))
        await asyncio.sleep(0)
        protocol.data_received(b"220 ready\r\n")
        first = await reading
        protocol.data_received(b"421 bye\r\n")
        return first, await protocol.next_reply(PATIENCE)

    assert asyncio.run(look()) == (Reply(220, ("ready",)), Reply(421, ("bye",)))


def test_a_reply_is_there_in_aiosmtplibs_form_too() -> None:
    async def look() -> SMTPResponse:
        async with talking_to(b"250-2.1.0 one\r\n250 2.1.0 two\r\n") as protocol:
            return await protocol.read_response(PATIENCE)

    assert asyncio.run(look()) == SMTPResponse(250, "one\ntwo")


@pytest.mark.parametrize("rest", [b"250 more\r\n", b"250-mo", b"2"])
def test_what_is_left_behind_a_reply_is_seen(rest: bytes) -> None:
    async def look() -> None:
        async with talking_to(b"220 ready\r\n" + rest) as protocol:
            await protocol.next_reply(PATIENCE)
            assert protocol.surplus
            assert protocol.drop_surplus()
            assert not protocol.surplus
            assert not protocol.drop_surplus()

    asyncio.run(look())


# Commands


def test_a_group_with_a_control_character_in_a_command_is_not_written() -> None:
    async def look() -> None:
        protocol, wire = SessionProtocol(), Wire()
        protocol.connection_made(wire)
        with pytest.raises(ValueError, match=r"\Aa control character in a command\Z"):
            protocol.write_group([b"MAIL FROM:<a@b.co>", b"RCPT TO:<c@d.co>\r\nDATA"])
        assert wire.written == []
        protocol.write_group([b"MAIL FROM:<a@b.co>", b"RCPT TO:<c@d.co>"])
        assert wire.written == [b"MAIL FROM:<a@b.co>\r\nRCPT TO:<c@d.co>\r\n"]

    asyncio.run(look())


def test_a_reply_that_comes_while_a_command_is_written_counts() -> None:
    async def look() -> None:
        protocol = SessionProtocol()
        protocol.connection_made(Wire())
        protocol.data_received(b"220 ready\r\n")
        protocol.resume_writing()
        assert await protocol.next_reply(PATIENCE) == Reply(220, ("ready",))
        await protocol.send_body(b"a\r\n", PATIENCE)
        protocol.data_received(b"250 got it\r\n")
        protocol.resume_writing()
        assert await protocol.next_reply(PATIENCE) == Reply(250, ("got it",))

    asyncio.run(look())


# The message


@pytest.mark.parametrize(
    ("body", "wire"),
    [
        (b"", b"\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"..a\r\n.b\r\n", b"...a\r\n..b\r\n.\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
    ],
)
def test_dots_are_stuffed_and_the_final_one_is_there(body: bytes, wire: bytes) -> None:
    assert dot_stuffed(body) == wire


def test_an_answer_as_fast_as_the_dot_is_not_lost() -> None:
    """The server answers in the very moment the dot arrives, while the sender still settles its writing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 got it\r\n")

    async def send() -> list[tuple[bool, Reply]]:
        async with connected_to(talk) as protocol:
            return [
                (await protocol.send_body(b"Code\r\n", PATIENCE), await protocol.next_reply(PATIENCE))
                for _ in range(50)
            ]

    assert asyncio.run(send()) == [(False, Reply(250, ("got it",)))] * 50


def test_what_comes_before_the_dot_has_left_is_no_answer_to_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)
        writer.write(b"250 too early\r\n")
        await asyncio.sleep(0.3)
        tail = b""
        while not tail.endswith(b"\r\n.\r\n"):
            tail = tail[-5:] + await reader.read(2**16)
        writer.write(b"550 after all\r\n")
        await reader.read()

    async def send() -> tuple[bool, Reply]:
        async with connected_to(talk) as protocol:
            # More than the kernel takes from us while the server does not read.
            early = await protocol.send_body(b"x" * 16_000_000 + b"\r\n", PATIENCE)
            return early, await protocol.next_reply(PATIENCE)

    assert asyncio.run(send()) == (True, Reply(550, ("after all",)))


def test_an_answer_between_the_last_byte_and_our_next_turn_counts() -> None:
    async def send() -> tuple[bool, Reply]:
        protocol = SessionProtocol()
        protocol.connection_made(Wire())
        protocol.pause_writing()
        sending = asyncio.create_task(protocol.send_body(b"a\r\n", PATIENCE))
        await asyncio.sleep(0)
        protocol.resume_writing()
        protocol.data_received(b"250 got it\r\n")
        return await sending, await protocol.next_reply(PATIENCE)

    assert asyncio.run(send()) == (False, Reply(250, ("got it",)))


def test_the_dot_is_written_apart_and_what_follows_goes_with_it() -> None:
    async def send() -> list[bytes]:
        protocol, wire = SessionProtocol(), Wire()
        protocol.connection_made(wire)
        assert await protocol.send_body(b".a\r\n", PATIENCE, b"QUIT\r\n") is False
        return wire.written

    assert asyncio.run(send()) == [b"..a\r\n", b".\r\nQUIT\r\n"]


def test_what_was_said_before_the_message_was_begun_is_no_answer_to_it() -> None:
    async def send() -> bool:
        protocol = SessionProtocol()
        protocol.connection_made(Wire())
        protocol.data_received(b"250 too early\r\n")
        early = await protocol.send_body(b"a\r\n", PATIENCE)
        assert not protocol.surplus
        assert await protocol.send_body(b"b\r\n", PATIENCE) is False
        return early

    assert asyncio.run(send())


def test_writing_pauses_from_the_first_byte_that_waits_to_the_last() -> None:
    async def look() -> None:
        async with talking_to() as protocol:
            assert isinstance(protocol.transport, asyncio.WriteTransport)
            assert protocol.transport.get_write_buffer_limits() == (0, 1)

    asyncio.run(look())


def sent_in_vain(talk: Talk, timeout: float = PATIENCE) -> Exception:
    """Why more than the kernel takes could not be sent."""

    async def send() -> Exception:
        async with connected_to(talk) as protocol:
            with pytest.raises((ConnectionLost, ReplyTimeout)) as caught:
                await protocol.send_body(b"x" * 16_000_000, timeout)
            return caught.value

    return asyncio.run(send())


async def take_a_little(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.readexactly(1000)
    await asyncio.sleep(0.5)


def test_a_server_that_does_not_take_the_message_is_a_timeout() -> None:
    reason = sent_in_vain(take_a_little, timeout=0.1)
    assert isinstance(reason, ReplyTimeout)
    assert str(reason) == "the server does not take the message"


def test_a_connection_that_breaks_within_the_message_is_a_loss() -> None:
    async def read_a_little(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)
        await asyncio.sleep(0.1)
        await reset(reader, writer)

    reason = sent_in_vain(read_a_little)
    assert isinstance(reason, ConnectionLost)
    assert str(reason) == "the connection was reset"


def test_an_abort_within_the_message_is_a_loss() -> None:
    async def send() -> None:
        async with connected_to(take_a_little) as protocol:
            asyncio.get_running_loop().call_later(0.1, protocol.abort)
            with pytest.raises(ConnectionLost, match=r"\Athe connection was lost\Z"):
                await protocol.send_body(b"x" * 16_000_000, PATIENCE)

    asyncio.run(send())


def test_a_message_is_not_written_where_the_end_has_been_seen() -> None:
    async def send() -> None:
        protocol, wire = SessionProtocol(), Wire()
        protocol.connection_made(wire)
        protocol.eof_received()
        with pytest.raises(ConnectionLost, match=r"\Athe server closed the connection\Z"):
            await protocol.send_body(b"a\r\n", PATIENCE)
        assert wire.written == []

    asyncio.run(send())


@pytest.mark.parametrize("below", [False, True], ids=["the connection", "the one below TLS"])
def test_a_dot_that_meets_the_end_of_the_connection_is_a_loss(below: bool) -> None:
    async def send() -> None:
        protocol, wire = SessionProtocol(), Wire(1000 if below else 2)
        if below:
            vars(wire)["_ssl_protocol"] = SimpleNamespace(_transport=Wire(0))
        protocol.connection_made(wire)
        with pytest.raises(ConnectionLost, match=r"\Athe connection was reset\Z"):
            await protocol.send_body(b"a\r\n", PATIENCE)
        assert wire.written == [b"a\r\n", b".\r\n"]

    asyncio.run(send())


def test_a_cancellation_that_comes_with_a_byte_is_not_lost() -> None:
    """Else a server that drips holds a session for longer than its deadline."""

    async def run() -> bool:
        protocol = SessionProtocol()
        reading = asyncio.create_task(protocol.next_reply(PATIENCE))
        await asyncio.sleep(0)
        protocol.data_received(b"2")
        reading.cancel()
        await asyncio.wait([reading], timeout=1)
        return reading.cancelled()

    assert asyncio.run(run())


def test_a_flood_of_replies_ends_the_session() -> None:
    async def run() -> None:
        protocol = SessionProtocol()
        protocol.data_received(b"250 more\r\n" * 2000)
        for _ in range(2000):
            await protocol.next_reply(PATIENCE)

    with pytest.raises(MalformedReply, match="more replies"):
        asyncio.run(run())


# TLS


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = certificates().chains["trusted"]
    assert isinstance(chain, trustme.LeafCert)
    chain.configure_cert(context)
    return context


async def encrypt(protocol: SessionProtocol) -> None:
    """STARTTLS, and the handshake with a server that encrypts as well."""
    assert await protocol.command(b"STARTTLS", PATIENCE) == Reply(220, ("go",))
    await protocol.upgrade(ssl.create_default_context(cadata=certificates().ca), "localhost", PATIENCE)


async def be_encrypted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"220 go\r\n")
    await writer.start_tls(server_context())


@pytest.mark.parametrize("below", [False, True], ids=["the dot waits above TLS", "all waits below"])
def test_behind_tls_too_what_comes_before_the_dot_has_left_is_no_answer_to_it(below: bool) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await be_encrypted(reader, writer)
        await reader.readexactly(1000)
        writer.write(b"250 too early\r\n")
        await asyncio.sleep(0.3)
        tail = b""
        while not tail.endswith(b"\r\n.\r\n"):
            tail = tail[-5:] + await reader.read(2**16)
        writer.write(b"550 after all\r\n")
        await reader.read()

    async def send() -> tuple[bool, Reply]:
        async with connected_to(talk) as protocol:
            await encrypt(protocol)
            if below:
                # As it is with any body that leaves less behind than pauses the one below: 64 KiB.
                vars(protocol.transport)["_ssl_protocol"]._transport.set_write_buffer_limits(high=2**25)
            early = await protocol.send_body(b"x" * 16_000_000 + b"\r\n", PATIENCE)
            return early, await protocol.next_reply(PATIENCE)

    assert asyncio.run(send()) == (True, Reply(550, ("after all",)))


def test_a_session_goes_on_encrypted_with_the_server_that_was_named() -> None:
    names: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readline() == b"STARTTLS\r\n"
        context = server_context()
        context.sni_callback = lambda _, name, __: names.append(name)
        writer.write(b"220 go\r\n")
        await writer.start_tls(context)
        writer.write(b"250 " + await reader.readline())
        await reader.read()

    async def upgrade() -> Reply:
        async with connected_to(talk) as protocol:
            assert await protocol.command(b"STARTTLS", PATIENCE) == Reply(220, ("go",))
            trusting = ssl.create_default_context(cadata=certificates().ca)
            await protocol.upgrade(trusting, "localhost", PATIENCE)
            assert isinstance(protocol.transport, asyncio.WriteTransport)
            assert protocol.transport.get_extra_info("ssl_object").server_hostname == "localhost"
            assert protocol.transport.get_write_buffer_limits() == (0, 1)
            assert protocol._over_ssl is True
            return await protocol.command(b"EHLO me", PATIENCE)

    assert asyncio.run(upgrade()) == Reply(250, ("EHLO me",))
    assert names == ["localhost"]


def test_a_server_that_does_not_shake_hands_is_given_up() -> None:
    async def upgrade() -> None:
        async with talking_to(b"220 go\r\n") as protocol, asyncio.timeout(PATIENCE):
            await protocol.next_reply(PATIENCE)
            with pytest.raises(ConnectionAbortedError, match=r"longer than 0\.1 seconds"):
                await protocol.upgrade(ssl.create_default_context(), "localhost", 0.1)

    asyncio.run(upgrade())

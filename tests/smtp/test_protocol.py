"""What a server may say, byte by byte, and what is made of it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiosmtplib import protocol as aiosmtplib_protocol
from aiosmtplib.response import SMTPResponse

from smtp_verify.smtp.protocol import (
    LONGEST_REPLY,
    ConnectionLost,
    MalformedReply,
    ReplyTimeout,
    SessionProtocol,
    dot_stuffed,
)
from smtp_verify.smtp.transcript import Reply

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


def test_a_reply_of_two_codes_is_malformed() -> None:
    with pytest.raises(MalformedReply, match="starts with 250 and ends with 550"):
        replies(b"250-yes\r\n550 no\r\n")


@pytest.mark.parametrize(
    "chunks", [(b"",), (b"25",), (b"250 half a line",), (b"250-half a reply\r\n",)], ids=repr
)
def test_an_end_within_a_reply_is_a_loss(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(ConnectionLost, match=r"closed|reset"):
        replies(*chunks, hang_up=True)


def test_a_reply_right_before_the_end_counts() -> None:
    assert replies(b"421 bye\r\n", hang_up=True) == [Reply(421, ("bye",))]


def test_a_silence_is_a_timeout() -> None:
    async def wait() -> None:
        async with talking_to() as protocol:
            with pytest.raises(ReplyTimeout):
                await protocol.next_reply(0.05)

    asyncio.run(wait())


@pytest.mark.parametrize(
    "endless", [b"x" * 100, b"250-line\r\n", b"250-\r\n"], ids=["line", "reply", "empty lines"]
)
def test_what_does_not_end_is_given_up_soon(endless: bytes) -> None:
    start = time.process_time()
    with pytest.raises(MalformedReply, match="does not end"):
        replies(*[endless * (2 * LONGEST_REPLY // len(endless))] * 8)
    assert time.process_time() - start < 5


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

"""The stream of replies means the same however the network cuts it, and is read as RFC 5321 has it."""

from __future__ import annotations

import asyncio
import atexit
import re
from functools import cache
from typing import TypeAlias
from unittest import mock

from smtp_verify.smtp.wire import protocol
from smtp_verify.smtp.wire.protocol import MalformedReply, SessionProtocol
from smtp_verify.smtp.wire.transcript import Reply
from tests.fuzz.fields import SEPARATOR

Said: TypeAlias = tuple[list[Reply], tuple[str, str | None] | None]
LONGEST = 96
"""Stands in for the limit on a reply, so that short inputs meet it."""
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([- ])([^\r]*))?\r?")


def check(data: bytes) -> None:
    """Feed a stream in the chunks given, octet by octet, and at once."""
    chunks = data.split(SEPARATOR)
    stream = b"".join(chunks)
    with mock.patch.object(protocol, "LONGEST_REPLY", LONGEST):
        said, *others = _loop().run_until_complete(
            _all_said(chunks, [bytes([octet]) for octet in stream], [stream])
        )
    assert others == [said, said]
    replies, ended = said
    if ended is None or "end" not in ended[0]:
        assert replies == _reference(stream)
    for reply in replies:
        assert 200 <= reply.code <= 599
        assert reply.lines
        assert not any("\n" in line or "\r" in line for line in reply.lines)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all inputs: to make another takes longer than to read most of them."""
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


async def _all_said(*streams: list[bytes]) -> list[Said]:
    """What is understood of each; a protocol wants an event loop around it."""
    return [_said(chunks) for chunks in streams]


def _said(chunks: list[bytes]) -> Said:
    """The replies that were cut off the stream, and why no more will come."""
    session = SessionProtocol()
    for chunk in chunks:
        session.data_received(chunk)
    ended = session._ended
    assert ended is None or isinstance(ended, MalformedReply)
    return list(session._replies), None if ended is None else (str(ended), ended.line)


def _reference(stream: bytes) -> list[Reply]:
    """The replies up to the first line that is none."""
    replies: list[Reply] = []
    lines: list[tuple[int, str]] = []
    for line in stream.split(b"\n")[:-1]:
        match = _LINE.fullmatch(line)
        if match is None or (lines and lines[0][0] != int(match[1])):
            break
        lines.append((int(match[1]), (match[3] or b"").decode("utf-8", "replace")))
        if match[2] != b"-":
            replies.append(Reply(lines[0][0], tuple(text for _, text in lines)))
            lines = []
    return replies

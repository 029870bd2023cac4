"""MAIL, RCPT and DATA in one segment, where the server takes that: nothing else may change."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.smtp.wire.transcript import Stage
from tests.configs import PATIENCE
from tests.listening import listening
from tests.smtp.sending import deliver, message, plan
from tests.smtpd import serve
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.smtp.wire.transcript import Result
    from tests.smtpd import Log

OFFER = ("8BITMIME", "PIPELINING")
SILENCE = 2000
"""Milliseconds until a server that says nothing is given up."""

MAIL = "MAIL FROM:<sender@example.com>"
RCPT = "RCPT TO:<to@example.com>"
COPY = "RCPT TO:<copy@example.com>"
NO = "550 5.1.1 unknown"


# A server that writes down segments ---------------------------------------------------------------------


@dataclass(slots=True)
class Recorder:
    """Answers each segment as a whole, and keeps it."""

    replies: dict[bytes, bytes]
    """What a segment that starts so is answered; the connection is dropped where there is nothing."""
    segments: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx.example\r\n")
        while segment := await reader.read(65536):
            while segment.startswith(b"From") and b"\r\n.\r\n" not in segment:
                segment += await reader.read(65536)
            self.segments.append(segment)
            reply = next((reply for start, reply in self.replies.items() if segment.startswith(start)), b"")
            if not reply:
                break
            writer.write(reply)


@contextmanager
def record(replies: dict[bytes, bytes]) -> Iterator[Recorder]:
    """A server that listens in a thread of its own."""
    recorder = Recorder({b"EHLO": b"250-mx.example\r\n250 PIPELINING\r\n", **replies})
    ready, over = threading.Event(), threading.Event()

    async def run() -> None:
        async with listening(recorder.serve, "127.0.0.1") as recorder.port:
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield recorder
    finally:
        over.set()
        thread.join(30)


def lines(*each: str) -> bytes:
    return "".join(f"{line}\r\n" for line in each).encode()


def test_the_envelope_is_one_segment_and_goodbye_goes_with_the_message() -> None:
    taken = lines("250 sender", "250 recipient", "354 go")
    with record({b"MAIL": taken, b"From": lines("250 queued", "221 bye")}) as server:
        result = deliver(plan(server.port))
    assert result.ending.name == "ACCEPTED"
    hello, envelope, mail = server.segments
    assert hello.startswith(b"EHLO ")
    assert envelope == lines(MAIL, RCPT, "DATA")
    assert mail.endswith(b"\r\n\r\nCode 482913\r\n.\r\nQUIT\r\n")


def test_a_refused_recipient_is_settled_with_a_single_dot_where_data_was_taken() -> None:
    refused = lines("250 sender", NO, "354 go")
    with record({b"MAIL": refused, b".\r\n": lines("554 5.5.1 no valid recipients")}) as server:
        result = deliver(plan(server.port))
    assert outcome(result) == ("refused", "rcpt", 67)
    assert server.segments[1:] == [lines(MAIL, RCPT, "DATA"), b".\r\n"]
    assert said(result)[2:] == [
        (MAIL, "250 sender"),
        (RCPT, NO),
        ("DATA", "354 go"),
        (".", "554 5.5.1 no valid recipients"),
    ]


def test_a_server_that_takes_the_recipient_of_a_refused_sender_gets_no_dot() -> None:
    # A dot would end an empty message, and somebody would get it.
    with record({b"MAIL": lines("553 5.1.8 not you", "250 recipient", "354 go")}) as server:
        result = deliver(plan(server.port))
    assert outcome(result) == ("refused", "mail", 69)
    assert server.segments[1:] == [lines(MAIL, RCPT, "DATA")]


def test_a_refused_group_is_read_to_its_end() -> None:
    refused = lines("553-5.1.8 not", "553 5.1.8 you", "503 5.5.1 sender first", "503 5.5.1 recipient first")
    with record({b"MAIL": refused}) as server:
        result = deliver(plan(server.port))
    assert outcome(result) == ("refused", "mail", 69)
    assert server.segments[1:] == [lines(MAIL, RCPT, "DATA")]
    assert said(result)[2:] == [
        (MAIL, "553-5.1.8 not\n553 5.1.8 you"),
        (RCPT, "503 5.5.1 sender first"),
        ("DATA", "503 5.5.1 recipient first"),
    ]


@pytest.mark.parametrize(
    "stop_after", [Stage.GREETING, Stage.TLS, Stage.AUTH, Stage.MAIL, Stage.RCPT, Stage.DATA]
)
def test_a_session_that_is_to_stop_on_the_way_says_nothing_ahead(stop_after: Stage) -> None:
    said_each = {b"MAIL": lines("250 sender"), b"RCPT": lines("250 recipient"), b"DATA": lines("354 go")}
    with record({**said_each, b"QUIT": lines("221 bye")}) as server:
        result = deliver(plan(server.port, stop_after))
    assert outcome(result) == ("stopped", stop_after.value, 0)
    commands = [segment.split(b" ")[0].strip().decode() for segment in server.segments]
    assert (
        commands
        == {
            Stage.GREETING: ["QUIT"],
            Stage.TLS: ["EHLO", "QUIT"],
            Stage.AUTH: ["EHLO", "QUIT"],
            Stage.MAIL: ["EHLO", "MAIL", "QUIT"],
            Stage.RCPT: ["EHLO", "MAIL", "RCPT", "QUIT"],
            Stage.DATA: ["EHLO", "MAIL", "RCPT", "DATA"],
        }[stop_after]
    )


@pytest.mark.parametrize("offered", [True, False])
def test_without_the_keyword_or_with_pipelining_off_each_command_waits(offered: bool) -> None:
    each = {b"MAIL": lines("250 sender"), b"RCPT": lines("250 recipient"), b"DATA": lines("354 go")}
    ehlo = lines("250-mx.example", "250 PIPELINING" if offered else "250 8BITMIME")
    with record({b"EHLO": ehlo, **each, b"From": lines("250 queued"), b"QUIT": lines("221 bye")}) as server:
        result = deliver(replace(plan(server.port), pipelining=not offered))
    assert outcome(result) == ("accepted", "dot", 0)
    assert server.segments[1:4] == [lines(MAIL), lines(RCPT), lines("DATA")]
    assert server.segments[4].endswith(b"\r\n.\r\n")
    assert server.segments[5] == b"QUIT\r\n"


# The same session twice ---------------------------------------------------------------------------------


def outcome(result: Result) -> tuple[str, str, int]:
    return result.ending.outcome.value, result.stage.value, result.ending.exit_code


def said(result: Result) -> list[tuple[str, str | None]]:
    """Each command with its reply."""
    return [
        (each.command, None if each.reply is None else each.reply.raw) for each in result.transcript.exchanges
    ]


def run(knobs: dict[str, Any], pipelining: bool) -> tuple[Result, Log]:
    """To one recipient, and to another who gets a copy."""
    patience = SILENCE if "hang" in str(knobs) else PATIENCE
    with serve(caps=OFFER, **knobs) as server:
        job = replace(plan(server, socketTimeout=patience), message=message(Cc="copy@example.com"))
        return deliver(replace(job, pipelining=pipelining)), server.log


# What the server does, and: outcome, stage, exit code, messages delivered.
ROWS: list[tuple[dict[str, Any], str, str, int, int]] = [
    ({}, "accepted", "dot", 0, 1),
    ({"mail": "553 5.1.8 not you"}, "refused", "mail", 69, 0),
    ({"mail": "451 4.3.0 later"}, "deferred", "mail", 75, 0),
    ({"mail": "421 4.3.2 closing"}, "deferred", "mail", 75, 0),
    ({"mail": "354 what"}, "failed", "mail", 76, 0),
    ({"mail": "553 no", "rcpt": "503 sender first", "data": "503 sender first"}, "refused", "mail", 69, 0),
    ({"mail": "251 fine"}, "accepted", "dot", 0, 1),
    ({"rcpt": NO}, "refused", "rcpt", 67, 0),
    ({"rcpt": NO, "data": "503 5.5.1 recipient first"}, "refused", "rcpt", 67, 0),
    ({"rcpt": NO, "data": "554 5.5.1 no valid recipients"}, "refused", "rcpt", 67, 0),
    ({"rcpt": "450 4.2.0 later"}, "deferred", "rcpt", 75, 0),
    ({"multi_rcpt": {"0": NO, "1": "450 4.2.0 later"}}, "deferred", "rcpt", 75, 0),
    ({"multi_rcpt": {"0": NO}}, "accepted", "dot", 0, 1),
    ({"multi_rcpt": {"1": NO}}, "accepted", "dot", 0, 1),
    ({"multi_rcpt": {"1": NO}, "data": "554 5.5.1 no"}, "refused", "data", 69, 0),
    ({"data": "554 5.5.1 no"}, "refused", "data", 69, 0),
    ({"data": "421 4.3.2 closing"}, "deferred", "data", 75, 0),
    ({"data": "250 as nodemailer takes it"}, "accepted", "dot", 0, 1),
    ({"dot": "554 5.7.1 spam"}, "refused", "dot", 69, 0),
    ({"dot": "452 4.3.1 full"}, "deferred", "dot", 75, 0),
    # lost
    ({"drop": "mail"}, "deferred", "mail", 75, 0),
    ({"drop": "rcpt"}, "deferred", "rcpt", 75, 0),
    ({"multi_rcpt": {"1": "drop"}}, "deferred", "rcpt", 75, 0),
    ({"drop": "data"}, "deferred", "data", 75, 0),
    ({"drop": "dot"}, "unknown", "dot", 74, 0),
    ({"quit": "drop"}, "accepted", "dot", 0, 1),
    # silent
    ({"hang": "mail"}, "deferred", "mail", 75, 0),
    ({"hang": "rcpt"}, "deferred", "rcpt", 75, 0),
    ({"multi_rcpt": {"1": "hang"}}, "deferred", "rcpt", 75, 0),
    ({"hang": "data"}, "deferred", "data", 75, 0),
    ({"hang": "dot"}, "unknown", "dot", 74, 0),
    # malformed
    ({"mail": b"hello\r\n"}, "failed", "mail", 76, 0),
    ({"mail": b"250-one\r\n251 other\r\n"}, "failed", "mail", 76, 0),
    ({"rcpt": b"2500 what\r\n"}, "failed", "rcpt", 76, 0),
    ({"multi_rcpt": {"1": b"\r\n"}}, "failed", "rcpt", 76, 0),
    ({"data": b"go\r\n"}, "failed", "data", 76, 0),
    ({"dot": b"queued\r\n"}, "unknown", "dot", 74, 1),
    # more than was asked
    ({"surplus": {"ehlo": b"250 again\r\n"}}, "failed", "mail", 76, 0),
    ({"surplus": {"data": b"250 taken\r\n"}, "dot": "550 5.7.1 no"}, "refused", "dot", 69, 0),
    ({"surplus": {"dot": b"250 again\r\n"}}, "accepted", "dot", 0, 1),
]


def name(row: object) -> str | None:
    if not isinstance(row, tuple):
        return None
    return " ".join([*(f"{key}={value}" for key, value in row[0].items()), *map(str, row[1:3])])[:100]


@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_group_ends_as_its_commands_would_one_by_one(row: tuple[Any, ...]) -> None:
    knobs, *expected, delivered = row
    (grouped, log), (single, alone) = run(knobs, True), run(knobs, False)
    assert outcome(single) == tuple(expected), single.reason
    assert outcome(grouped) == tuple(expected), grouped.reason
    assert (grouped.reason, grouped.reply, grouped.nodemailer) == (
        single.reason,
        single.reply,
        single.nodemailer,
    )
    assert grouped.transcript.proven == single.transcript.proven
    # A malformed answer to the dot is that of a message that was taken.
    taken = 1 if isinstance(knobs.get("dot"), bytes) else delivered
    assert (len(log.envelopes), len(alone.envelopes)) == ((0, 0) if knobs.get("dot") else (taken, taken))
    assert log.envelopes == alone.envelopes


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
@pytest.mark.parametrize("reply", [b"250 again\r\n", b"354 go\r\n"])
def test_one_reply_too_many_in_a_group_is_never_taken_for_the_next_commands(stage: str, reply: bytes) -> None:
    knobs = {"surplus": {stage: reply}}
    (grouped, log), (single, _) = run(knobs, True), run(knobs, False)
    assert outcome(single)[::2] == ("failed", 76)
    assert grouped.ending.outcome.value in ("failed", "unknown")
    assert log.messages == [] or grouped.ending.outcome.value == "unknown"


def test_a_surplus_refusal_is_not_blamed_on_the_recipient() -> None:
    with record({b"MAIL": lines("250 sender", NO, "250 recipient", "354 go")}) as server:
        result = deliver(plan(server.port))
    assert outcome(result) == ("failed", "rcpt", 76)
    assert result.reason == "the server says more than it was asked"
    assert server.segments[1:] == [lines(MAIL, RCPT, "DATA")]


# The transcript -----------------------------------------------------------------------------------------


def test_each_reply_stands_with_its_command() -> None:
    result, _ = run({"multi_rcpt": {"0": NO, "1": "250 2.1.5 the other"}}, pipelining=True)
    assert said(result)[2:] == [
        (MAIL, "250 2.1.0 sender fine"),
        (COPY, NO),
        (RCPT, "250 2.1.5 the other"),
        ("DATA", "354 go"),
        (".", "250 2.0.0 queued as 1"),
        ("QUIT", "221 2.0.0 bye"),
    ]
    stages = [each.stage.value for each in result.transcript.exchanges[2:]]
    assert stages == "mail rcpt rcpt data dot quit".split()
    assert result.transcript.defects == [f"the recipient copy@example.com was refused: {NO}"]


@pytest.mark.parametrize("knobs", [{"drop": "rcpt"}, {"hang": "rcpt"}])
def test_what_was_said_ahead_and_has_no_answer_is_written_down(knobs: dict[str, str]) -> None:
    result, _ = run(knobs, pipelining=True)
    assert said(result)[2:] == [
        (MAIL, "250 2.1.0 sender fine"),
        (COPY, None),
        (RCPT, None),
        ("DATA", None),
    ]


def test_a_silence_in_a_group_is_waited_for_once() -> None:
    with within(SILENCE / 1000 + 1):
        result, _ = run({"hang": "mail"}, pipelining=True)
        assert outcome(result) == ("deferred", "mail", 75)


def test_the_time_of_the_command_counts_while_a_group_is_settled() -> None:
    with serve(caps=OFFER, mail="550 no", hang="rcpt") as server, within(5):
        result = deliver(plan(server), seconds=3)
    assert outcome(result) == ("refused", "mail", 69)


def test_an_interruption_while_a_group_is_settled_keeps_the_verdict() -> None:
    from smtp_verify.smtp.session import session

    async def interrupt(job: session.Plan) -> Result:
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(session.deliver(job, loop.time() + 60))
        await asyncio.to_thread(server.wait_for, "RCPT")
        await asyncio.sleep(0.2)
        task.cancel()
        return await task

    with serve(caps=OFFER, mail="550 no", hang="rcpt") as server:
        result = asyncio.run(interrupt(plan(server)))
    assert outcome(result) == ("refused", "mail", 69)

"""One session from the greeting to QUIT: what is said, in which order, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from smtp_verify.smtp.wire.transcript import Stage
from tests.smtp.sending import deliver, message, plan, send
from tests.smtpd import serve
from tests.timing import within

LOGIN: dict[str, Any] = {"auth": {"user": "u", "pass": "hush-hush"}}


def test_a_plain_session_says_five_things() -> None:
    with serve() as server:
        result = send(server, name="client.example")
    assert server.log.commands == [
        "EHLO client.example",
        "MAIL FROM:<sender@example.com>",
        "RCPT TO:<to@example.com>",
        "DATA",
        ".",
        "QUIT",
    ]
    assert server.log.messages == [message().data]
    assert result.transcript.peer == f"127.0.0.1:{server.port}"


def test_the_session_starts_over_after_starttls() -> None:
    with serve(starttls=True, auth=["PLAIN"], auth_after_tls=True, password="hush-hush") as server:
        send(server, **LOGIN)
    assert server.log.verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize(
    ("knobs", "changes", "verbs"),
    [
        ({"starttls": True}, {"ignoreTLS": True}, ["EHLO", "MAIL"]),
        ({"starttls": True}, {"ignoreTLS": True, "requireTLS": True}, ["EHLO", "MAIL"]),
        ({}, {"requireTLS": True}, ["EHLO", "STARTTLS", "EHLO", "MAIL"]),
        ({"caps": ["X-STARTTLS"]}, {}, ["EHLO", "STARTTLS", "EHLO", "MAIL"]),
        (
            {"starttls": True, "starttls_reply": "454 no"},
            {"opportunisticTLS": True},
            ["EHLO", "STARTTLS", "MAIL"],
        ),
        ({"ehlo_ok": False}, {}, ["EHLO", "HELO", "MAIL"]),
        (
            {"ehlo_ok": False, "auth": ["PLAIN"], "password": "hush-hush"},
            LOGIN,
            ["EHLO", "HELO", "AUTH", "MAIL"],
        ),
        ({"auth": ["PLAIN"], "auth_after_tls": True}, LOGIN, ["EHLO", "MAIL"]),
    ],
)
def test_the_way_to_the_envelope_is_nodemailers(
    knobs: dict[str, Any], changes: dict[str, Any], verbs: list[str]
) -> None:
    with serve(**knobs) as server:
        result = send(server, **changes)
    assert result.ending.exit_code == 0, result.reason
    assert server.log.verbs[: len(verbs)] == verbs


def test_one_login_is_tried_and_no_other_mechanism() -> None:
    with serve(auth=["PLAIN", "LOGIN", "CRAM-MD5"], password="other") as server:
        send(server, **LOGIN)
    assert server.log.verbs == ["EHLO", "AUTH"]


@pytest.mark.parametrize("password", ["starttls", "AUTH PLAIN", "pipelining", "8BITMIME"])
def test_what_the_server_offers_counts_whatever_the_password_is(password: str) -> None:
    knobs: dict[str, Any] = {"caps": ["PIPELINING", "8BITMIME"], "auth": ["PLAIN"], "password": password}
    with serve(starttls=True, **knobs) as server:
        result = deliver(replace(plan(server, auth={"user": "u", "pass": password}), secrets=(password,)))
    assert server.log.verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    assert {"tls", "authentication"} <= set(result.transcript.proven)
    assert all(password not in each.reply.text for each in result.transcript.exchanges if each.reply)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_no_secret_enters_the_transcript(mechanism: str) -> None:
    with serve(auth=[mechanism], password="hush-hush") as server:
        result = send(server, **LOGIN)
    assert result.ending.exit_code == 0
    shown = [exchange.command for exchange in result.transcript.exchanges if exchange.stage is Stage.AUTH]
    assert shown[0] == f"AUTH {mechanism} ***"
    assert set(shown[1:]) <= {"***"}
    assert "hush" not in repr(result)


def test_smtputf8_is_asked_for_where_it_is_needed_and_offered() -> None:
    with serve() as server:
        deliver(replace(plan(server), message=message("ü@example.com")))
    assert server.log.commands[1] == "MAIL FROM:<sender@example.com> SMTPUTF8"
    assert server.log.commands[2] == "RCPT TO:<ü@example.com>"


def test_one_recipient_of_two_is_enough_and_the_other_is_told() -> None:
    with serve(by_address={"other@example.com": "550 5.1.1 unknown"}) as server:
        result = deliver(replace(plan(server), message=message(Cc="other@example.com")))
    assert result.ending.exit_code == 0
    assert "recipient" not in result.transcript.proven
    assert result.transcript.reasons["recipient"] == "1 of 2 recipients were refused"
    assert result.transcript.defects == ["the recipient other@example.com was refused: 550 5.1.1 unknown"]


@pytest.mark.parametrize(("copy", "own", "code"), [("450 later", "550 no", 67), ("550 no", "450 later", 75)])
def test_where_all_are_refused_it_is_the_reply_to_the_sessions_own_recipient_that_counts(
    copy: str, own: str, code: int
) -> None:
    with serve(by_address={"other@example.com": copy, "to@example.com": own}) as server:
        copied = replace(plan(server), message=message(Cc="other@example.com"), recipient="to@example.com")
        result = deliver(copied)
    assert result.ending.exit_code == code
    assert result.reply is not None
    assert result.reply.raw == own


@pytest.mark.parametrize("verdict", ["250 2.0.0 fine", "550 5.7.1 no"])
def test_an_answer_ahead_of_the_message_is_not_its_verdict(verdict: str) -> None:
    with serve(surplus={"data": b"250 taken already\r\n"}, dot=verdict) as server:
        result = send(server)
    assert result.ending.exit_code == (0 if verdict.startswith("2") else 69)
    assert any("between its answer to DATA and the final dot" in each for each in result.transcript.defects)


def test_a_server_that_takes_the_message_without_354_is_told() -> None:
    with serve(data="250 go") as server:
        result = send(server)
    assert result.ending.exit_code == 0
    assert result.transcript.defects == ["the server answered DATA with 250, where 354 must be"]


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "auth", "mail", "rcpt", "data"])
def test_the_deadline_ends_a_session_at_any_stage(stage: str) -> None:
    with serve(hang=stage, auth=["PLAIN"], password="hush-hush") as server, within(10):
        result = deliver(plan(server, **LOGIN), seconds=3)
    assert (result.ending.exit_code, result.stage.value) == (75, stage)


def test_a_deadline_that_has_passed_connects_to_nobody() -> None:
    with serve() as server:
        result = deliver(plan(server), seconds=-1)
    assert (result.ending.exit_code, server.log.connections) == (75, 0)


def test_an_observer_is_told_of_each_stage() -> None:
    class Observer:
        def __init__(self) -> None:
            self.seen: list[str] = []

        def started(self, stage: Stage) -> None:
            self.seen.append(f"+{stage.value}")

        def finished(self, stage: Stage, seconds: float) -> None:
            assert seconds >= 0
            self.seen.append(f"-{stage.value}")

    observer = Observer()
    with serve(rcpt="550 no") as server:
        deliver(plan(server, host="localhost"), observer=observer)
    assert observer.seen == (
        "+dns -dns +connect -connect +greeting -greeting +ehlo -ehlo +mail -mail +rcpt".split()
    )

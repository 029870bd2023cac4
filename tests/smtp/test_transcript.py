"""Replies and outcomes as data."""

from __future__ import annotations

import pytest

from smtp_verify.smtp.wire.transcript import Ending, NotProven, Outcome, Reply, Stage, Transcript


@pytest.mark.parametrize(
    ("lines", "enhanced", "text"),
    [
        (("2.0.0 queued",), "2.0.0", "queued"),
        (("5.7.1",), "5.7.1", ""),
        (("5.1.1 no such", "5.1.1 user here"), "5.1.1", "no such\nuser here"),
        (("4.7.500 busy",), "4.7.500", "busy"),
        (("ready",), "", "ready"),
        (("1.2.3 no class",), "", "1.2.3 no class"),
        (("2.0.0.1 an address",), "", "2.0.0.1 an address"),
        (("",), "", ""),
    ],
)
def test_the_enhanced_status_code_is_told_apart(lines: tuple[str, ...], enhanced: str, text: str) -> None:
    reply = Reply(250, lines)
    assert (reply.enhanced, reply.text) == (enhanced, text)


def test_a_reply_in_nodemailers_words_keeps_its_codes() -> None:
    assert Reply(550, ("5.1.1 one", "two", "")).raw == "550-5.1.1 one\n550-two\n550 "


@pytest.mark.parametrize(
    ("code", "classes"),
    [
        (250, (True, False, False)),
        (354, (False, False, False)),
        (450, (False, True, False)),
        (550, (False, False, True)),
    ],
)
def test_the_first_digit_is_the_class(code: int, classes: tuple[bool, bool, bool]) -> None:
    reply = Reply(code, ("",))
    assert (reply.positive, reply.transient, reply.permanent) == classes


def test_every_outcome_has_an_ending_and_success_alone_is_0() -> None:
    assert {ending.outcome for ending in Ending} == set(Outcome)
    assert {ending for ending in Ending if ending.exit_code == 0} == {Ending.ACCEPTED, Ending.STOPPED}


def test_what_is_not_proven_says_why() -> None:
    transcript = Transcript(proven=["connection"], reasons={"dns": "host is an address, no name"})
    found = transcript.not_proven(Stage.MAIL)
    assert found[0] == NotProven("dns", "host is an address, no name")
    assert found[1] == NotProven("tls", "the session ended at mail")
    assert [
        each.what for each in found
    ] == "dns tls certificate authentication sender recipient message".split()

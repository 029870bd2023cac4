"""Long lines on a terminal."""

from __future__ import annotations

import re

import pytest

from smtp_verify.report.formats.folding import folded

LABELLED = "     cause  the server does not accept user name and password, whoever asks for it\n"
TABLE = "*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth: stopped before AUTH PLAIN\n"


def test_what_goes_elsewhere_stays_whole() -> None:
    assert folded(LABELLED, 0) == LABELLED


def test_a_value_goes_on_below_where_it_began() -> None:
    assert folded(LABELLED, 50) == (
        "     cause  the server does not accept user name\n            and password, whoever asks for it\n"
    )


def test_the_last_cell_of_a_table_goes_on_below_itself() -> None:
    assert folded(TABLE, 76) == (
        "*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth: stopped before\n"
        "                                                AUTH PLAIN\n"
    )


def test_where_there_is_no_room_below_it_goes_on_at_the_margin() -> None:
    assert folded(TABLE, 60) == (
        "*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth:\n    stopped before AUTH PLAIN\n"
    )


def test_a_verdict_goes_on_at_the_margin() -> None:
    assert folded("failed: at auth: no mechanism in common, and more", 30) == (
        "failed: at auth: no mechanism\n    in common, and more"
    )


@pytest.mark.parametrize(
    "line",
    ["       see  https://example.com/" + "a" * 60, '     write  fromEmail: "A long name <a@example.com>"'],
)
def test_what_is_to_be_copied_stays_whole(line: str) -> None:
    assert folded(line, 40) == line


@pytest.mark.parametrize("width", range(30, 90, 7))
def test_colour_takes_no_room_and_no_word_is_lost(width: int) -> None:
    line = f"     \x1b[2mlogto\x1b[0m  \x1b[1;31mdoes not send it\x1b[0m: {'some words ' * 9}end"
    told = folded(line, width)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert max(map(len, plain.split("\n"))) <= width
    assert plain.split() == re.sub(r"\x1b\[[0-9;]*m", "", line).split()

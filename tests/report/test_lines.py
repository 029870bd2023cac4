"""Long lines on a terminal."""

from __future__ import annotations

import re

import pytest

from smtp_verify.report.formats.lines import Line, folded, labelled
from smtp_verify.report.style import Style

LABELLED = Line("     cause  the server does not accept username and password, whoever asks for it", 12)
TABLE = Line("*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth: stopped before AUTH PLAIN", 48)


def broken(line: Line, width: int) -> str:
    return folded([line], width, str)


def test_what_goes_elsewhere_stays_whole() -> None:
    assert broken(LABELLED, 0) == f"{LABELLED.text}\n"


def test_a_value_goes_on_below_where_it_began() -> None:
    assert broken(LABELLED, 50) == (
        "     cause  the server does not accept username\n            and password, whoever asks for it\n"
    )


def test_the_last_cell_of_a_table_goes_on_below_itself() -> None:
    assert broken(TABLE, 76) == (
        "*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth: stopped before\n"
        "                                                AUTH PLAIN\n"
    )


def test_where_there_is_no_room_below_it_goes_on_at_the_margin() -> None:
    assert broken(TABLE, 60) == (
        "*  587   STARTTLS  open (0 ms)  220 mx.example  no, at auth:\n    stopped before AUTH PLAIN\n"
    )


def test_a_verdict_goes_on_at_the_margin() -> None:
    assert broken(Line("failed: at auth: no mechanism in common, and more"), 30) == (
        "failed: at auth: no mechanism\n    in common, and more\n"
    )


def test_rows_stand_under_each_other_and_what_is_to_be_copied_stays_whole() -> None:
    rows = [("proven", "dns"), ("write", "fromEmail: " + "a " * 40), ("write", "port: 465")]
    assert list(labelled(rows, Style())) == [
        Line("proven  dns", 8),
        Line(" write  fromEmail: " + "a " * 40, 8, is_whole=True),
        Line(" write  port: 465", 8, is_whole=True),
    ]
    assert [line.text for line in labelled(rows, Style(), once=True)][2] == "        port: 465"
    assert broken(list(labelled(rows, Style()))[1], 40) == " write  fromEmail: " + "a " * 40 + "\n"


def test_a_word_that_is_too_long_stays_whole() -> None:
    line = Line("       see  https://example.com/" + "a" * 60, 12)
    assert broken(line, 40) == f"{line.text}\n"


def test_a_secret_is_masked_before_a_line_is_broken() -> None:
    line = Line("the password hunter 2 is wrong, and everybody knows")
    told = folded([line], 20, lambda text: text.replace("hunter 2", "***"))
    assert "***" in told
    assert "hunter" not in told


@pytest.mark.parametrize("width", range(30, 90, 7))
def test_colour_takes_no_room_and_no_word_is_lost(width: int) -> None:
    text = f"     \x1b[2mlogto\x1b[0m  \x1b[1;31mdoes not send it\x1b[0m: {'some words ' * 9}end"
    plain = re.sub(r"\x1b\[[0-9;]*m", "", broken(Line(text, 12), width))
    assert max(map(len, plain.split("\n"))) <= width
    assert plain.split() == re.sub(r"\x1b\[[0-9;]*m", "", text).split()

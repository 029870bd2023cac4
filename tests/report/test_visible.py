"""The one door to a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.report.visible import visible, visible_line

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 测试 😀", "plain é 测试 😀"),
        ("a\nb\tc", "a\nb\tc"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("\r\x00\x7f\x85", "\\x0d\\x00\\x7f\\x85"),
        ("\u202eevil\u202c", "\\u202eevil\\u202c"),
        ("\u2066\u2069\u200e\u200f\u061c", "\\u2066\\u2069\\u200e\\u200f\\u061c"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud83d", "\\ud83d"),
        ("[link=http://evil]x[/link]", "[link=http://evil]x[/link]"),
    ],
)
def test_what_would_not_show_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_text_that_must_stay_on_its_line_does() -> None:
    assert visible_line("a\nb\tc\r") == "a\\nb\\tc\\x0d"


@given(st.text())
def test_nothing_hidden_passes_and_nothing_else_is_touched(text: str) -> None:
    shown = visible(text)
    assert not FORBIDDEN.search(shown)
    assert FORBIDDEN.search(text) or shown == text
    assert "\n" not in visible_line(text)
    shown.encode("utf-8")

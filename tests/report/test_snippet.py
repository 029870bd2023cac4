"""The source line of a finding, with a caret and without secrets."""

from __future__ import annotations

import pytest

from smtp_verify.config.reading.text import Text
from smtp_verify.finding import Location
from smtp_verify.report.findings.snippet import snippet


def shown(text: str, mark: str, secrets: list[str] | None = None) -> tuple[str, str]:
    """The snippet for the first `mark` in a text; `secrets` are stretches of it to hide."""
    source = Text("a.yaml", text)
    start = text.index(mark)
    hidden = [(text.index(each), text.index(each) + len(each)) for each in secrets or []]
    return snippet(source, source.location(start, start + len(mark)), hidden)


def test_the_carets_stand_under_what_is_meant() -> None:
    assert shown("host: x\nport: '587'\nuser: y\n", "'587'") == ("port: '587'", "      ^^^^^")


def test_an_empty_stretch_still_has_a_caret() -> None:
    source = Text("a.yaml", "host:\n")
    assert snippet(source, Location("a.yaml", 1, 6, 1, 6), []) == ("host:", "     ^")


def test_a_stretch_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    source = Text("a.yaml", "a: [1,\n 2]\n")
    assert snippet(source, source.location(3, 10), []) == ("a: [1,", "   ^^^")


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert shown("测试e\u0301: bad", "bad") == ("测试e\u0301: bad", "       ^^^")


def test_tabs_become_spaces_and_control_characters_escapes() -> None:
    assert shown("a:\t\x1b[31m\u202ebad", "bad") == ("a: \\x1b[31m\\u202ebad", " " * 17 + "^^^")


def test_a_secret_is_masked_and_the_carets_move_with_the_text() -> None:
    assert shown("{pass: hunter2hunter2, port: x}", "x", ["hunter2hunter2"]) == (
        "{pass: ***, port: x}",
        " " * 18 + "^",
    )


def test_a_mark_on_a_secret_covers_the_mask() -> None:
    assert shown("pass: 12345678", "12345678", ["12345678"]) == ("pass: ***", "      ^^^")


def test_a_secret_that_comes_twice_is_masked_once() -> None:
    source = Text("a.yaml", "{pass: &a hunter2hunter2, secret: *a, zz: 1}")
    stretches = [(10, 24), (10, 24)]
    assert snippet(source, source.location(38, 40), stretches) == (
        "{pass: &a ***, secret: *a, zz: 1}",
        " " * 27 + "^^",
    )


def test_each_line_of_a_secret_is_masked() -> None:
    text = "privateKey: |\n  -----BEGIN\n  abcdef\nhost: x\n"
    source = Text("a.yaml", text)
    secret = (text.index("|"), text.index("host"))
    assert snippet(source, source.location(17, 18), [secret])[0] == "***"
    assert snippet(source, source.location(30, 31), [secret])[0] == "***"


@pytest.mark.parametrize(
    ("before", "after", "line", "carets"),
    [
        (0, 200, "bad" + "y" * 97 + "…", "^^^"),
        (200, 0, "…" + "x" * 97 + "bad", " " * 98 + "^^^"),
        (200, 200, "…" + "x" * 60 + "bad" + "y" * 37 + "…", " " * 61 + "^^^"),
    ],
)
def test_a_long_line_is_cut_around_its_mark(before: int, after: int, line: str, carets: str) -> None:
    assert shown("x" * before + "bad" + "y" * after, "bad") == (line, carets)


def test_the_empty_line_after_the_last_line_end_can_be_marked() -> None:
    assert snippet(Text("a.yaml", "a\n"), Location("a.yaml", 2, 1, 2, 1), []) == ("", "^")

"""Colour, where a stream takes it."""

from __future__ import annotations

import io

import pytest

from smtp_verify.report.style import ColorMode, Style, style_for


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_style_paints_or_leaves_the_text_as_it_is() -> None:
    assert Style(True)("error", "no") == "\x1b[1;31mno\x1b[0m"
    assert Style(True)("error", "") == ""
    assert Style(False)("error", "no") == "no"


@pytest.mark.parametrize(
    ("environment", "on_terminal", "on_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_the_environment_and_the_stream_decide(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], on_terminal: bool, on_pipe: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert style_for(Terminal()).enabled == on_terminal
    assert style_for(io.StringIO()).enabled == on_pipe
    assert style_for(None).enabled == on_pipe


@pytest.mark.parametrize(("mode", "enabled"), [(ColorMode.ALWAYS, True), (ColorMode.NEVER, False)])
def test_the_option_wins(monkeypatch: pytest.MonkeyPatch, mode: ColorMode, enabled: bool) -> None:
    monkeypatch.setenv("NO_COLOR" if enabled else "FORCE_COLOR", "1")
    assert style_for(Terminal(), mode).enabled == enabled

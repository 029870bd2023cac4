"""The line that says how far `validate` is: on a terminal alone, and gone at the end."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from smtp_verify.cli.terminal.progress import with_progress
from smtp_verify.lint.selection.terms import Terms
from smtp_verify.lint.verdict import Verdict
from tests.conftest import clean_environment
from tests.program import await_reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BAD = "host: [\n"
LINE = re.compile(r"\r\x1b\[2K([^\r]*)\r")


def verdicts(count: int) -> Iterator[Verdict]:
    for number in range(count):
        yield Verdict("a", 0, None, (), valid=number % 2 == 0)


class Clock:
    """Goes on by a sixteenth of a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.0625
        return self.now


def told(count: int) -> list[str]:
    stream = io.StringIO()
    passed = list(with_progress(verdicts(count), lambda: 1234, stream, Clock()))
    assert len(passed) == count
    return LINE.findall(stream.getvalue())


def test_a_short_run_says_nothing() -> None:
    assert told(7) == []


def test_a_longer_one_says_how_far_it_is_and_clears_its_line() -> None:
    assert told(10) == ["checked 8 of 1,234; 4 not valid", "checked 10 of 1,234; 5 not valid", ""]


def test_the_line_is_cleared_where_the_reader_stops_in_between() -> None:
    stream = io.StringIO()
    passing = with_progress(verdicts(100), lambda: 100, stream, Clock())
    for _ in range(20):
        next(passing)
    passing.close()
    assert LINE.findall(stream.getvalue())[-1] == ""


def test_every_document_of_a_file_counts_as_one_file() -> None:
    stream = io.StringIO()
    several = [Verdict("a", index, None, (), valid=True) for index in range(10)]
    list(with_progress(several, lambda: 1, stream, Clock()))
    assert LINE.findall(stream.getvalue())[0] == "checked 1 of 1; 0 not valid"


def test_files_are_counted_as_they_are_checked(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.json", ".hidden.yaml", "c.txt"):
        (tmp_path / name).touch()
    paths = [str(tmp_path), str(tmp_path / "c.txt"), "-", str(tmp_path / "*.toml")]
    assert Terms(None, strict=False, select=None, ignore=None, isolated=False, logto=None).count(paths) == 5
    (tmp_path / ".smtp-verify.yaml").write_text("exclude: [b.json]\n")
    assert Terms(None, strict=False, select=None, ignore=None, isolated=False, logto=None).count(paths) == 4


def late_input(process: subprocess.Popen[bytes]) -> bytes:
    """What is still to write, once the program has waited for it longer than for its first line."""
    assert process.stdin is not None
    await_reader(process.stdin)
    time.sleep(1)
    return BAD.encode()


def on_terminal(
    folder: Path, arguments: list[str], term: str = "xterm", whole: bool = False
) -> tuple[str, str]:
    """What a run says on a terminal's standard error, and on a standard output that is a pipe.

    With `whole` that is the terminal too. Standard input comes late: the run lasts until it does.
    """
    (folder / "a.yaml").write_text(BAD)
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "smtp_verify", "validate", *arguments],
        stdin=subprocess.PIPE,
        stdout=end if whole else subprocess.PIPE,
        stderr=end,
        cwd=folder,
        env=clean_environment({"TERM": term}),
    )
    os.close(end)
    said = b""
    out, _ = process.communicate(late_input(process))
    try:
        while piece := os.read(terminal, 65536):
            said += piece
    except OSError:
        pass  # Linux ends a terminal so
    os.close(terminal)
    return said.decode(), (out or b"").decode()


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_terminal_sees_it_beside_a_result_that_goes_elsewhere(tmp_path: Path, format_: str) -> None:
    said, out = on_terminal(tmp_path, ["a.yaml", "-", "a.yaml", "--format", format_])
    lines = LINE.findall(said)
    assert lines[0] == "checked 2 of 3; 2 not valid"
    assert lines[-1] == ""
    assert LINE.sub("", said) == ""
    assert "checked" not in out
    assert "SV006" in out


def test_json_on_the_terminal_itself_comes_once_the_line_has_gone(tmp_path: Path) -> None:
    said, _ = on_terminal(tmp_path, ["a.yaml", "-", "--format", "json"], whole=True)
    assert LINE.findall(said) == ["checked 2 of 2; 2 not valid", ""]
    assert LINE.sub("", said).startswith("{")


@pytest.mark.parametrize(
    ("arguments", "term", "whole"),
    [([], "dumb", False), (["-q"], "xterm", False), ([], "xterm", True)],
    ids=["a terminal that cannot clear", "quiet", "results on the same terminal"],
)
def test_elsewhere_there_is_none(tmp_path: Path, arguments: list[str], term: str, whole: bool) -> None:
    said, _ = on_terminal(tmp_path, ["a.yaml", "-", *arguments], term, whole)
    assert "checked" not in said
    assert "\x1b[2K" not in said


def test_a_pipe_gets_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    process = subprocess.Popen(
        [sys.executable, "-m", "smtp_verify", "validate", "a.yaml", "-", "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=clean_environment(),
    )
    _, said = process.communicate(late_input(process))
    assert said == b""

"""The one place where an exception becomes an exit code, seen from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smtp_verify.cli.app import COMMANDS
from smtp_verify.errors import ConfigError, OutputError, RenderError, SmtpVerifyError, SourceError, UsageError
from smtp_verify.exit_code import ExitCode, exit_code_of

if TYPE_CHECKING:
    from tests.conftest import Runner, WriteConfig

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "S3cr3tPa55w0rd"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (SourceError("x"), 66),
        (OutputError("x"), 73),
        (ConfigError("x"), 78),
        (RenderError("x"), 78),
        (SmtpVerifyError("x"), 70),
    ],
)
def test_each_error_has_its_exit_code(error: SmtpVerifyError, code: int) -> None:
    assert exit_code_of(error) == code


def test_the_exit_codes_are_those_of_the_contract() -> None:
    assert sorted(ExitCode) == [0, 1, 2, 66, 67, 68, 69, 70, 73, 74, 75, 76, 77, 78, 129, 130, 141, 143]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["validate", "a.json"], 0),
        (["render", "a.json"], 0),
        (["validate", "bad.json"], 1),
        (["validate"], 2),
        (["render", "a.json", "--usage", "Sigin"], 2),
        (["validate", "missing"], 66),
        (["render", "missing"], 66),
        (["render", "."], 66),
        (["render", "fifo"], 66),
        (["render", "/dev/zero"], 66),
        (["render", "a.json", "-o", "no/such/folder"], 73),
        (["render", "bad.json"], 78),
    ],
)
def test_a_script_can_rely_on_the_exit_code(
    run: Runner, write_config: WriteConfig, tmp_path: Path, arguments: list[str], code: int
) -> None:
    write_config()
    (tmp_path / "bad.json").write_text("{}")
    os.mkfifo(tmp_path / "fifo")
    done = run(*arguments)
    assert done.code == code
    assert (done.stderr == "") == (code in (0, 1))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "key", "code", "message"),
    [
        (["render", "missing"], "templates", 66, "missing: no such file or directory"),
        (["render", "bad.json"], "templates", 78, "bad.json: has no list of templates"),
        (
            ["validate", "bad.json", "-o", "no/out"],
            "files",
            73,
            "no/out: cannot be written: No such file or directory",
        ),
    ],
)
def test_a_failure_is_one_json_document_and_a_line_for_people(
    run: Runner, tmp_path: Path, arguments: list[str], key: str, code: int, message: str
) -> None:
    (tmp_path / "bad.json").write_text("{}")
    done = run(*arguments, "--format", "json")
    assert done.code == code
    assert done.stderr == f"smtp-verify: {message}\n"
    assert json.loads(done.stdout) == {
        "version": 1,
        "exitCode": code,
        "error": {"exitCode": code, "message": message, "findings": []},
        key: [],
    }


@pytest.mark.parametrize("name", ["--\x9b2J\u202e", "-\x9b2J\u202e", "--format=\x9b2J\u202e"])
def test_a_file_that_is_taken_for_an_option_moves_no_cursor(run: Runner, name: str) -> None:
    done = run("validate", name)
    assert (done.code, done.stdout) == (2, "")
    assert re.match(r"Usage: smtp-verify validate \[OPTIONS\] \{?PATH\.\.\.\}?\n", done.stderr)
    assert "\\x9b" in done.stderr
    assert "\x9b" not in done.stderr
    assert "\u202e" not in done.stderr


@pytest.mark.parametrize(
    "command", [("validate",), ("render",), ("probe",), ("test-send", "--to", "to@b.co")]
)
def test_the_name_of_a_file_begins_no_line_of_its_own(run: Runner, command: tuple[str, ...]) -> None:
    """GitHub's runner would take it for a command."""
    done = run(*command, "a\n::error::b.yaml")
    assert done.code == 66
    assert "a\\n::error::b.yaml" in done.stderr + done.stdout
    assert "\n::error::" not in done.stderr + done.stdout


def test_a_bug_of_ours_is_70_and_tells_its_place_and_never_its_text(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    """A collaborator that fails in a way nobody thought of: a browser module that raises."""
    write_config()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "webbrowser.py").write_text(
        f"def open(uri):\n    password = '{SECRET}'\n    raise ZeroDivisionError(password)\n"
    )
    path = os.pathsep.join((str(tmp_path / "broken"), str(ROOT)))
    done = run("render", "a.json", "--open", "-o", "page.html", env={"PYTHONPATH": path})
    assert (done.code, done.stdout) == (70, "")
    assert done.stderr == (
        "smtp-verify: a bug in smtp-verify: ZeroDivisionError at webbrowser.py:3; please report it\n"
    )


@pytest.mark.parametrize(
    ("number", "codes"),
    # Without a handler of ours the shell makes 143 of a death by SIGTERM.
    [
        (signal.SIGINT, {130}),
        (signal.SIGTERM, {143, -signal.SIGTERM}),
        (signal.SIGHUP, {129, -signal.SIGHUP}),
    ],
)
def test_an_interrupted_command_ends_at_once(tmp_path: Path, number: signal.Signals, codes: set[int]) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    with subprocess.Popen(
        [sys.executable, "-m", "smtp_verify", "validate", "a.yaml", "-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        # The verdict on the first path is out: it waits for standard input now.
        assert process.stdout.readline().startswith(b"a.yaml:1:1: warning SV102 ")
        process.send_signal(number)
        assert process.wait(5) in codes
        assert process.stderr.read() == b""


def test_the_list_of_commands_says_what_each_is_for_in_whole_sentences(run: Runner) -> None:
    listed = run("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0].split("\n")
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)

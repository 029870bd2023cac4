"""`--set KEY=cmd:COMMAND`: what the command gets, and what of its words shows."""

from __future__ import annotations

import shlex
import sys
from subprocess import PIPE
from typing import TYPE_CHECKING

import pytest

from tests.configs import config_for, write
from tests.program import started
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

SECRET = "abcdefghijklmnop"


def python(code: str) -> str:
    """A command line that runs it."""
    return f"auth.pass=cmd:{shlex.join([sys.executable, '-c', code])}"


def test_a_command_gets_no_variable_that_holds_a_value(run: Runner, tmp_path: Path) -> None:
    code = "import os; print(' '.join(sorted(k for k in os.environ if 'SMTP' in k)) or 'none at all')"
    with serve(auth=["PLAIN"], password="MY_SMTP_PASSWORD") as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        done = run(
            *("test-send", config, "--to", "a@example.com", "--no-input", "--set", python(code)),
            env={"SMTP_VERIFY_SET_SERVERNAME": "mail.example", "MY_SMTP_PASSWORD": "kept"},
        )
    assert (done.code, server.log.mechanism) == (0, "PLAIN")


@pytest.mark.parametrize(
    "code",
    [
        "import sys; print('trace: {}', file=sys.stderr, flush=True); print('{}')",
        "import sys; print('{}', flush=True); print('trace: {}', file=sys.stderr)",
        "import sys; sys.stderr.write('trace: {}' * 9000); print('{}')",
        "import sys, os; print('trace: {}', file=sys.stderr); print('{}', flush=True); os.abort()",
    ],
    ids=["before", "after", "much", "and fails"],
)
def test_what_a_command_says_beside_its_output_is_masked(code: str, run: Runner, tmp_path: Path) -> None:
    with serve(auth=["PLAIN"], password=SECRET) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        words = ("test-send", config, "--to", "a@example.com", "--no-input")
        done = run(*words, "--set", python(code.replace("{}", SECRET)))
    assert done.code == (2 if "abort" in code else 0)
    assert "trace: ***" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_prompt_shows_while_the_command_waits(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('Master password: '); sys.stderr.flush(); print(input())"
    with serve(auth=["PLAIN"], password=SECRET) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        words = ("test-send", config, "--to", "a@example.com", "--no-input", "--set", python(code))
        with started(*words, cwd=tmp_path, stdin=PIPE, stderr=PIPE) as process:
            assert process.stderr is not None
            assert process.stdin is not None
            shown = b""
            while b"Master password: " not in shown:
                shown += process.stderr.read(1)
            process.stdin.write(f"{SECRET}\n".encode())
            process.stdin.close()
            assert process.wait(60) == 0
    assert server.log.mechanism == "PLAIN"


def test_what_is_no_text_is_said(run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(25, auth={"user": "u", "pass": "<password>"}))
    code = "import sys; sys.stdout.buffer.write(bytes([255, 254]))"
    done = run("test-send", config, "--to", "a@example.com", "--no-input", "--set", python(code))
    assert (done.code, done.stdout) == (2, "")
    assert "the command writes what is no text in UTF-8" in done.stderr


def test_a_secret_that_comes_in_two_parts_is_masked(run: Runner, tmp_path: Path) -> None:
    half = SECRET[:9]
    code = (
        "import sys, time; say = lambda words: (sys.stderr.write(words), sys.stderr.flush());"
        f"print('{SECRET}', flush=True); say('trace: {half}'); time.sleep(0.7);"
        f"say('{SECRET[9:]} end'); time.sleep(1.5)"
    )
    with serve(auth=["PLAIN"], password=SECRET) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        done = run("test-send", config, "--to", "a@example.com", "--no-input", "--set", python(code))
    assert done.code == 0
    assert SECRET[8:] not in done.stderr
    assert half not in done.stderr


def test_what_a_command_leaves_behind_is_not_waited_for(run: Runner, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(40)']);"
        f"print('{SECRET}')"
    )
    with serve(auth=["PLAIN"], password=SECRET) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        words = ("test-send", config, "--to", "a@example.com", "--no-input", "--set", python(code))
        with started(*words, "--timeout", "20", cwd=tmp_path) as process:
            assert process.wait(60) == 0
    assert server.log.mechanism == "PLAIN"

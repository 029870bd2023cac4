"""`test-send` with placeholders: what is asked at a terminal, and what stops without one."""

from __future__ import annotations

import json
import os
import re
import signal
import termios
from typing import TYPE_CHECKING

import pytest

from tests.configs import TEMPLATES, config_for, write
from tests.program import interrupt, on_a_terminal, read_until
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TO = ("--to", "to@example.com")
PASSWORD = "correct-horse-battery"


UNFILLED = """\
host: 127.0.0.1
port: {port}
auth:
  user: <user>
  pass: '<app password>'
fromEmail: <user>
templates: {templates}
"""


def unfilled(folder: Path, port: int) -> Path:
    """A config with three placeholders, two of them the same."""
    return write(folder, UNFILLED.format(port=port, templates=json.dumps(TEMPLATES)), "config.yaml")


def test_placeholders_off_a_terminal_stop_the_send_with_their_lines(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", unfilled(tmp_path, server.port), *TO, "--format", "json")
    assert (done.code, server.log.connections) == (78, 0)
    error = json.loads(done.stdout)["error"]
    assert json.loads(done.stdout)["results"] == []
    assert error["exitCode"] == 78
    places = [(each["pointer"], each["line"]) for each in error["findings"]]
    assert places == [("/auth/user", 4), ("/auth/pass", 5), ("/fromEmail", 6)]
    assert "line 5: auth.pass is still <app password>" in done.stderr


def test_placeholders_are_asked_for_once_at_a_terminal_and_secrets_are_not_shown(tmp_path: Path) -> None:
    with (
        serve(auth=["PLAIN"], user="me@example.com", password=PASSWORD) as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, "-q", cwd=tmp_path) as (terminal, process),
    ):
        shown = read_until(terminal, "auth.user <user> (line 4): ")
        os.write(terminal, b"me@example.com\n")
        shown += read_until(terminal, "auth.pass <app password> (line 5): ")
        os.write(terminal, PASSWORD.encode() + b"\n")
        stdout = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0
    assert re.fullmatch(r"[0-9]{6}\n", stdout)
    assert "fromEmail" not in shown
    assert PASSWORD not in shown + stdout
    assert server.log.envelopes == [("MAIL FROM:<me@example.com>", ("RCPT TO:<to@example.com>",))]


def test_an_answer_that_cannot_be_one_is_asked_for_again(tmp_path: Path) -> None:
    with (
        serve(auth=["PLAIN"], user="me@example.com", password=PASSWORD) as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, "-q", cwd=tmp_path) as (terminal, process),
    ):
        read_until(terminal, "(line 4): ")
        os.write(terminal, b"<user>\n")
        assert "that is the placeholder itself" in read_until(terminal, "(line 4): ")
        os.write(terminal, b"  me@example.com \n")
        read_until(terminal, "(line 5): ")
        os.write(terminal, b"\xe9\xff\n")
        assert "encoding" in read_until(terminal, "(line 5): ")
        os.write(terminal, PASSWORD.encode() + b"\n")
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(server.log.messages) == 1


def test_a_number_is_asked_for_until_it_is_one(tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, {**config_for(server), "port": "<port>"})
        with on_a_terminal(config, *TO, "-q", cwd=tmp_path) as (terminal, process):
            read_until(terminal, "port <port> (line 1): ")
            os.write(terminal, b"many\n")
            assert "write a number" in read_until(terminal, "port <port> (line 1): ")
            os.write(terminal, str(server.port).encode() + b"\n")
            process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(("--usage", "Sgin"), 2, "did you mean SignIn?"), (("-o", "no/such/file"), 73, "cannot be written")],
)
def test_what_is_wrong_besides_is_told_before_anybody_is_asked(
    options: tuple[str, str], code: int, words: str, tmp_path: Path
) -> None:
    with on_a_terminal(unfilled(tmp_path, 1), *TO, *options, cwd=tmp_path) as (terminal, process):
        shown = read_until(terminal, words)
        process.communicate(timeout=30)
    assert process.returncode == code
    assert "(line 4): " not in shown


def test_sigterm_at_a_question_ends_with_its_code_and_one_document(tmp_path: Path) -> None:
    words = (unfilled(tmp_path, 1), *TO, "--format", "json")
    with on_a_terminal(*words, cwd=tmp_path) as (terminal, process):
        read_until(terminal, "(line 4): ")
        os.write(terminal, b"me\n")
        read_until(terminal, "(line 5): ")
        process.send_signal(signal.SIGTERM)
        stdout = process.communicate(timeout=30)[0]
        assert termios.tcgetattr(terminal)[3] & termios.ECHO
    assert process.returncode == 143
    assert json.loads(stdout)["error"] == {"exitCode": 143, "message": "terminated", "findings": []}


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_question_can_be_left(key: bytes, tmp_path: Path) -> None:
    with (
        serve() as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, cwd=tmp_path) as (terminal, process),
    ):
        read_until(terminal, "(line 4): ")
        if key == b"\x03":
            interrupt(process)
        else:
            os.write(terminal, key)
        assert process.wait(60) == 130
    assert server.log.connections == 0

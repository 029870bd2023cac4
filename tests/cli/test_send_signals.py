"""`test-send` when a signal comes: the exit code, and what is told of the message."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.configs import config_for, write
from tests.conftest import ROOT, clean_environment
from tests.program import started, wait_until
from tests.smtpd import serve
from tests.timing import within

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

TO = ("--to", "to@example.com")


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    ("stage", "verb", "outcome"),
    [
        ("ehlo", "EHLO", "deferred"),
        ("starttls", "STARTTLS", "deferred"),
        ("auth", "AUTH", "deferred"),
        ("mail", "MAIL", "deferred"),
        ("rcpt", "RCPT", "deferred"),
        ("data", "DATA", "deferred"),
        ("dot", ".", "unknown"),
    ],
)
def test_a_signal_ends_one_send_within_a_second(
    number: signal.Signals, code: int, stage: str, verb: str, outcome: str, tmp_path: Path
) -> None:
    login = {"user": "u", "pass": "p"}
    with (
        serve(hang=stage, starttls=stage == "starttls", auth=["PLAIN"]) as server,
        started(
            write(tmp_path, config_for(server, auth=login)), *TO, "--format", "json", cwd=tmp_path
        ) as process,
    ):
        server.wait_for(verb)
        time.sleep(0.1)
        with within(1):
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (code, b"")
    (result,) = json.loads(stdout)["results"]
    assert (result["outcome"], result["stage"]) == (outcome, stage)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_crash_would_leave_no_core_with_the_credentials(tmp_path: Path) -> None:
    with (
        serve(hang="mail") as server,
        started(write(tmp_path, config_for(server)), *TO, cwd=tmp_path) as process,
    ):
        server.wait_for("MAIL")
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)


def test_a_signal_at_the_goodbye_leaves_the_message_accepted(tmp_path: Path) -> None:
    with (
        serve(hang="quit") as server,
        started(write(tmp_path, config_for(server)), *TO, "--format", "json", cwd=tmp_path) as process,
    ):
        server.wait_for("QUIT")
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert json.loads(stdout)["results"][0]["outcome"] == "accepted"


STUCK = """
import socket, time
def wait(*arguments, **options):
    open("asked", "w").close()
    time.sleep(60)
socket.getaddrinfo = wait
"""


@pytest.mark.parametrize("number", [None, signal.SIGINT, signal.SIGTERM])
def test_a_resolver_that_never_answers_does_not_hold_the_process(
    number: signal.Signals | None, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK)
    config = write(tmp_path, {**config_for(1), "host": "mx.example"})
    words = (config, *TO, "--format", "json", "--timeout", "4")
    paths = os.pathsep.join((str(tmp_path), str(ROOT)))
    with started(*words, cwd=tmp_path, env={**clean_environment(), "PYTHONPATH": paths}) as process:
        wait_until((tmp_path / "asked").exists)
        # Its own end takes a moment besides, on a slow machine.
        with within(4 + 1 + 1 if number is None else 1):
            if number is not None:
                process.send_signal(number)
            stdout, _ = process.communicate(timeout=60)
    code = {None: 75, signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    (result,) = json.loads(stdout)["results"]
    assert (process.returncode, result["outcome"], result["stage"]) == (code, "deferred", "dns")


def test_after_a_signal_no_other_recipient_is_tried(tmp_path: Path) -> None:
    both = ("--to", "a@example.com", "--to", "b@example.com")
    with (
        serve(hang="mail") as server,
        started(write(tmp_path, config_for(server)), *both, "--format", "jsonl", cwd=tmp_path) as process,
    ):
        server.wait_for("MAIL")
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=30)
    assert (process.returncode, server.log.connections) == (130, 1)
    results = [json.loads(line) for line in stdout.splitlines()]
    assert [(each["to"], each["outcome"], each["stage"]) for each in results] == [
        ("a@example.com", "deferred", "mail"),
        ("b@example.com", "deferred", "config"),
    ]
    assert results[1]["reason"] == "interrupted before its turn"


# While the report is written ------------------------------------------------------------------------------


RECIPIENTS = 60


@contextmanager
def stuck_at_its_report(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The program with its messages sent, writing to a pipe that nobody reads; and that pipe's end."""
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
    # As many as are more than the pipe takes, in any format.
    recipients = [
        word for number in range(RECIPIENTS) for word in ("--to", f"{'to' * 30}{number}@example.com")
    ]
    done = folder / "transcript"
    words = (*recipients, "--transcript", str(done), *options)
    with (
        serve() as server,
        started(write(folder, config_for(server)), *words, cwd=folder, stdout=theirs) as process,
    ):
        os.close(theirs)
        wait_until(done.exists)
        time.sleep(0.2)
        yield process, ours
    os.close(ours)


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.skipif(sys.platform != "linux", reason="the size of a pipe can be set on Linux alone")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
def test_a_signal_while_the_report_is_stuck_tells_the_verdicts_and_starts_no_second_document(
    number: signal.Signals, code: int, format_: str, tmp_path: Path
) -> None:
    with stuck_at_its_report(tmp_path, "--format", format_) as (process, reader):
        with within(1):
            process.send_signal(number)
            process.wait(60)
        stdout = os.read(reader, 65536)
        assert process.stderr is not None
        stderr = process.stderr.read().decode()
    assert process.returncode == code
    assert b'"error"' not in stdout
    assert stderr.count("accepted") == RECIPIENTS
    assert "Traceback" not in stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_a_file_is_written_leaves_none_half_written(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_RENAME)
    paths = os.pathsep.join((str(tmp_path), str(ROOT)))
    with serve() as server:
        config = write(tmp_path, config_for(server))
        environment = {**clean_environment(), "PYTHONPATH": paths}
        with started(
            config, *TO, "--format", "json", "-o", "report.json", cwd=tmp_path, env=environment
        ) as process:
            wait_until((tmp_path / "renaming").exists)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (code, b"")
    assert b"accepted" in stderr
    assert not [path.name for path in tmp_path.iterdir() if "report.json" in path.name]


SLOW_RENAME = """
import os, time
rename = os.replace
def replace(source, target):
    if target.endswith("report.json"):
        open("renaming", "w").close()
        time.sleep(30)
    rename(source, target)
os.replace = replace
"""

"""The pipelines of README, run by the shell against servers that listen."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import SOON, config_for, write
from tests.conftest import ROOT, clean_environment
from tests.smtp.test_reach import closed_port
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

PIPELINES = re.findall(
    r"```sh\n(\w+=\$\(smtp-verify test-send my\.yaml .*?)```",
    (ROOT / "README.md").read_text("utf-8"),
    re.DOTALL,
)


def run(script: str, folder: Path) -> str:
    """What the script prints, where `smtp-verify` is the program of this checkout."""
    program = folder / "smtp-verify"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m smtp_verify "$@"\n', "utf-8")
    program.chmod(0o700)
    environment = clean_environment()
    path = f"{folder}:{environment.get('PATH', '')}"
    done = subprocess.run(
        ["sh", "-c", f"address=to@example.com\n{script}"],
        cwd=folder,
        env={**environment, "PATH": path, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout


def test_there_are_two_pipelines() -> None:
    assert len(PIPELINES) == 2


def test_the_code_is_handed_on(tmp_path: Path) -> None:
    with serve() as server:
        write(tmp_path, config_for(server), "my.yaml")
        printed = run(PIPELINES[0], tmp_path)
    code = re.fullmatch(r"sent (\d{6})\n", printed)
    assert code is not None
    assert f"Code {code[1]}".encode() in server.log.messages[0]


@pytest.mark.parametrize(
    ("knobs", "printed"),
    [
        ({}, "sent\n"),
        ({"mail": '554 5.7.1 no "outcome": "accepted"'}, "failed\n"),
        ({"rcpt": "450 4.2.0 later"}, "try again later\n"),
        ({"drop": "dot"}, "it may have been delivered: look before you try again\n"),
    ],
    ids=["accepted", "refused for good", "deferred", "unknown"],
)
def test_a_retry_is_decided_by_the_outcome(knobs: dict[str, Any], printed: str, tmp_path: Path) -> None:
    with serve(**knobs) as server:
        write(tmp_path, config_for(server), "my.yaml")
        assert run(PIPELINES[1], tmp_path) == printed


def test_a_server_that_cannot_be_reached_is_worth_another_try(tmp_path: Path) -> None:
    """It ends with 69 as a refusal for good does."""
    write(tmp_path, config_for(closed_port(), connectionTimeout=SOON), "my.yaml")
    assert run(PIPELINES[1], tmp_path) == "try again later\n"


def test_a_config_that_cannot_be_sent_with_is_not(tmp_path: Path) -> None:
    write(tmp_path, "host: [", "my.yaml")
    assert run(PIPELINES[1], tmp_path) == "failed\n"

"""The program within the process of the tests: the same boundary, its own streams and environment."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from unittest import mock

import pytest

from smtp_verify.cli.app import app
from smtp_verify.cli.boundary import guarded
from tests.conftest import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Inside:
    """What a run of the program left behind, as bytes."""

    code: int
    stdout: bytes
    stderr: bytes


def run_inside(
    *args: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    encoding: str = "utf-8",
    errors: str = "strict",
) -> Inside:
    """The exit code and both streams of the program with these arguments."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with (
            _streams(io.BytesIO(stdin), out, err, encoding, errors),
            mock.patch.object(sys, "argv", ["smtp-verify", *map(str, args)]),
            mock.patch.dict(os.environ, clean_environment(env), clear=True),
            _working_in(cwd),
        ):
            code = _exit_code()
        return Inside(code, _written(out), _written(err))


def _exit_code() -> int:
    with pytest.raises(SystemExit) as end:
        guarded(app)
    assert isinstance(end.value.code, int)
    return end.value.code


@contextmanager
def _streams(stdin: BinaryIO, out: BinaryIO, err: BinaryIO, encoding: str, errors: str) -> Iterator[None]:
    """As the interpreter makes them: standard error never fails on a character."""
    stdout = io.TextIOWrapper(out, encoding, errors)
    stderr = io.TextIOWrapper(err, encoding, "backslashreplace", line_buffering=True)
    with (
        mock.patch.object(sys, "stdin", io.TextIOWrapper(stdin, encoding)),
        mock.patch.object(sys, "stdout", stdout),
        mock.patch.object(sys, "stderr", stderr),
    ):
        yield
    for stream in (stdout, stderr):
        stream.flush()
        stream.detach()


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _written(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()

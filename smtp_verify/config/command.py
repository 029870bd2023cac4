"""Run the command of `cmd:` for its output, which is a secret."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from smtp_verify.errors import UsageError
from smtp_verify.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATIENCE = 60
"""Seconds a command may take."""
_HELD = 1.0
"""Seconds that its standard error is held back for, so that a secret in it is known by then."""
_CHUNK = 4096


def output_of(command: str, where: str, hidden: str) -> str:
    """What a command writes, without the line end.

    It does not get the variables that hold values for the config, and its standard error passes through with
    what it writes to standard output masked. A prompt shows after a second at the latest.

    Args:
        command: words as a shell splits them; no shell runs.
        where: what to begin an error with.
        hidden: how the names of the variables begin that it does not get.

    Raises:
        UsageError: it cannot be run, does not end, fails, or writes what is no text.
    """
    given = {name: value for name, value in os.environ.items() if name.startswith(hidden)}
    environment = {name: value for name, value in os.environ.items() if name not in given}
    try:
        words = shlex.split(command)
        process = subprocess.Popen(  # noqa: S603 - the user's own command
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
    except (OSError, ValueError, IndexError):
        raise UsageError(f"{where}: the command cannot be run") from None
    output = _collected(process, where, list(given.values()))
    if process.returncode:
        raise UsageError(f"{where}: the command ended with exit code {process.returncode}")
    try:
        return output.decode().rstrip("\r\n")
    except ValueError:
        raise UsageError(f"{where}: the command writes what is no text in UTF-8") from None


def _collected(process: subprocess.Popen[bytes], where: str, secrets: Iterable[str]) -> bytes:
    """Standard output, once the process has ended; standard error is relayed as it comes."""
    output, errors = _Reader(process.stdout), _Reader(process.stderr)
    shown = pending = 0
    deadline = time.monotonic() + _PATIENCE
    try:
        while process.poll() is None:
            _wait(process, output)
            if time.monotonic() > deadline:
                raise UsageError(f"{where}: the command does not end")
            if process.returncode is None:
                # What was there half a second ago, and is no older than a second.
                _relay(errors.read[shown:pending], output.read, secrets)
                shown, pending = pending, len(errors.read)
    except BaseException:
        process.kill()
        raise
    output.join()
    # Something that the command has left behind may hold on to it.
    errors.join(_HELD)
    _relay(errors.read[shown:], output.read, secrets)
    return bytes(output.read)


def _wait(process: subprocess.Popen[bytes], output: _Reader) -> None:
    """Wait a while for the end; that of its output is seen at once, for the other Python has to poll."""
    if output.is_open:
        output.join(_HELD / 2)
    else:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_HELD / 2)


def _relay(said: bytes | bytearray, output: bytes | bytearray, secrets: Iterable[str]) -> None:
    if said:
        text = output.decode("utf-8", "replace").strip()
        sys.stderr.write(Redactor([text, *secrets])(said.decode("utf-8", "replace")))
        sys.stderr.flush()


class _Reader:
    """Takes what a pipe says, so that its other end never has to wait."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self.read = bytearray()
        self._stream = stream
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether there may be more."""
        return self._thread.is_alive()

    def join(self, seconds: float | None = None) -> None:
        """Wait for its end."""
        self._thread.join(seconds)

    def _take(self) -> None:
        if self._stream is None:
            return
        while data := os.read(self._stream.fileno(), _CHUNK):
            self.read += data

"""Run the command of `cmd:` for its output, which is a secret."""

from __future__ import annotations

import codecs
import os
import shlex
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO

from smtp_verify.errors import UsageError
from smtp_verify.redaction import MASK, Redactor

_PATIENCE = 60
"""Seconds a command may take."""
_HELD = 1.0
"""Seconds that its standard error is held back for, so that a secret in it is known by then."""
_CHUNK = 4096
_MOST_RELAYED = 64 * 1024
"""Bytes of its standard error; nobody reads more."""


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


def _collected(process: subprocess.Popen[bytes], where: str, secrets: list[str]) -> bytes:
    """Standard output, once the process has ended; standard error is relayed as it comes."""
    output, errors = _Reader(process.stdout), _Reader(process.stderr, _MOST_RELAYED)
    relay = _Relay(output, errors, secrets)
    deadline = time.monotonic() + _PATIENCE
    try:
        while process.poll() is None:
            _wait(process, output)
            if time.monotonic() > deadline:
                raise UsageError(f"{where}: the command does not end")
            if process.returncode is None:
                relay.show()
    except BaseException:
        process.kill()
        raise
    # Something that the command has left behind may hold on to them.
    output.join(_HELD)
    errors.join(_HELD)
    relay.show(final=True)
    return bytes(output.read)


class _Relay:
    """Passes on standard error, each part once it is half a second old, and no older than one."""

    def __init__(self, output: _Reader, errors: _Reader, secrets: list[str]) -> None:
        self._output = output
        self._errors = errors
        self._secrets = secrets
        self._shown = self._ripe = 0

    def show(self, final: bool = False) -> None:
        """Show what is ripe, without what is known to be secret by now, wherever the parts end."""
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(bytes(self._errors.read), final)
        ripe = len(text) if final else self._ripe
        if ripe > self._shown:
            known = bytes(self._output.read).decode("utf-8", "replace").strip()
            sys.stderr.write(self._masked(text, ripe, Redactor([known, *self._secrets])))
            sys.stderr.flush()
        self._ripe = len(text)

    def _masked(self, text: str, ripe: int, redact: Redactor) -> str:
        """The part from what was shown, up to what is ripe or the end of a secret that begins before."""
        shown: list[str] = []
        for start, end in redact.spans(text):
            if start < ripe and end > self._shown:
                shown += [text[self._shown : start], MASK]
                self._shown = end
        end = max(ripe, self._shown)
        shown.append(text[self._shown : end])
        self._shown = end
        return "".join(shown)


def _wait(process: subprocess.Popen[bytes], output: _Reader) -> None:
    """Wait a while for the end; that of its output is seen at once, for the other Python has to poll."""
    if output.is_open:
        output.join(_HELD / 2)
    else:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_HELD / 2)


class _Reader:
    """Takes what a pipe says, so that its other end never has to wait."""

    def __init__(self, stream: IO[bytes] | None, most: int | None = None) -> None:
        self.read = bytearray()
        self._most = most
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
            if self._most is None or len(self.read) < self._most:
                self.read += data

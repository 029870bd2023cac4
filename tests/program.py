"""The program as a process: started, at a terminal, and ended."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from smtp_verify.cli.app import COMMANDS
from tests.conftest import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def argv(*args: str | Path) -> list[str]:
    """The command line of the program; of `test-send`, where no other command comes first."""
    command = () if args and args[0] in COMMANDS else ("test-send",)
    return [sys.executable, "-m", "smtp_verify", *command, *map(str, args)]


@contextmanager
def started(*args: str | Path, cwd: Path, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it runs; it is gone when the block ends."""
    usual = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        argv(*args), cwd=cwd, **{"env": clean_environment(), **usual, **streams}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def on_a_terminal(*args: str | Path, cwd: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The program with a terminal as its standard input and error, and our end of that terminal."""
    ours, theirs = pty.openpty()
    try:
        with started(*args, cwd=cwd, stdin=theirs, stderr=theirs, start_new_session=True) as process:
            os.close(theirs)
            yield ours, process
    finally:
        os.close(ours)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, as long as the slowest machine may take."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.01)


def await_reader(pipe: IO[bytes]) -> None:
    """Wait until the other end of a pipe is read: it gets a line end, and its reader waits for more."""
    pipe.write(b"\n")
    pipe.flush()
    wait_until(lambda: _unread(pipe) == 0)


def _unread(pipe: IO[bytes]) -> int:
    """The bytes in a pipe that its reader has not taken yet."""
    count = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C until it ends: Python notices no signal that comes just before it waits in a read."""
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)


def read_until(terminal: int, words: str) -> str:
    """What the terminal shows until these words are there."""
    shown = b""
    end = time.monotonic() + 30
    while words.encode() not in shown:
        assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], f"only: {shown!r}"
        shown += os.read(terminal, 4096)
    return shown.decode()

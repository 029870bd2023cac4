"""Servers whose ports stand in their configuration, so that they are chosen before the start."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Ports = dict[str, int]
    Configure = Callable[[Ports], list[str]]
    """Writes down the ports, and says with which command to start."""

INTEROP = Path(__file__).resolve().parent.parent.parent / ".interop"
"""What `make interop` fetches."""
NODE_MODULES = INTEROP / "node_modules"
MODES = ("starttls", "tls")
PATIENCE = 60
"""Seconds until a server must listen."""
GRACE = 1
"""Seconds that it may take to end by itself."""
MOST_TRIES = 5
LOWEST_PORT, PORTS = 20_000, 12_000
"""Below those that the system hands out by itself, so that no client sits on one by chance."""


@contextmanager
def launch(configure: Configure, log: Path, names: Sequence[str] = MODES) -> Iterator[Ports]:
    """The ports of a server that listens on each, for as long as the block lasts."""
    for _ in range(MOST_TRIES):
        ports = _free_ports(names)
        process = _spawn(configure(ports), log)
        try:
            if all(_listens(process, port) for port in ports.values()):
                yield ports
                return
        finally:
            end(process)
        # Somebody else may have taken a port in the meantime.
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


def end(process: subprocess.Popen[str]) -> None:
    """End a process and those that it started, its group; then those that would not end."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, number)
            process.wait(GRACE)


def _spawn(command: list[str], log: Path) -> subprocess.Popen[str]:
    """As the leader of a group, that all it starts belongs to."""
    with log.open("a") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )


def _free_ports(names: Sequence[str]) -> Ports:
    while True:
        ports = {name: LOWEST_PORT + secrets.randbelow(PORTS) for name in names}
        if len(set(ports.values())) == len(ports) and all(map(_is_free, ports.values())):
            return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _listens(process: subprocess.Popen[str], port: int) -> bool:
    """Whether the process takes connections before it ends, or before patience does."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False

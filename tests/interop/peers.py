"""The real mail servers that the interop tests hold sessions with.

Each is a process of its own that offers one AUTH mechanism, so that the program's one choice is that one, on
two ports of the loopback. `make interop` installs those that need Node.js into the folder `.interop`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.interop import haraka

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import trustme

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE.parent.parent / ".interop" / "node_modules"
USER = "user@example.com"
SECRET = "Grüße-4829"
"""A password beyond ASCII, as people's are."""
TOKEN = "ya29.right-token"
MODES = ("starttls", "tls")
MECHANISMS = {
    "aiosmtpd": ("PLAIN", "LOGIN"),
    "smtp-server": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"),
    "Haraka": ("PLAIN", "LOGIN", "CRAM-MD5"),
}
"""What each server knows."""
PIPELINING = ("smtp-server", "Haraka")
"""The servers that offer it (RFC 2920)."""
ADDED = {"Haraka": frozenset({"Received", "Authentication-Results"})}
"""The fields that a server puts on top of a message."""
PATIENCE = 60
"""Seconds that a server may take to end."""
_SAID = re.compile(r"(?:C: |>> b')([^'\n]*)")
"""A client's line in a server's log."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs."""

    ports: Mapping[str, int]
    """By security mode."""
    messages: Path
    """A folder with one file for each message taken."""
    log: Path
    adds: frozenset[str]
    """The fields that it puts on top of a message."""

    def taken(self) -> set[Path]:
        """The messages so far."""
        return set(self.messages.glob("*.eml"))

    def said(self) -> list[str]:
        """The lines of all clients so far, as far as the server writes them down."""
        return _SAID.findall(self.log.read_text("utf-8", "replace"))


def secret_for(mechanism: str) -> str:
    """What the server knows the user by."""
    return TOKEN if mechanism == "XOAUTH2" else SECRET


@contextmanager
def serve(server: str, mechanism: str, chain: trustme.LeafCert, folder: Path) -> Iterator[Peer]:
    """A server for as long as the block lasts."""
    messages = folder / "messages"
    messages.mkdir()
    key, cert = folder / "key.pem", folder / "cert.pem"
    chain.private_key_pem.write_to_path(str(key))
    for each in chain.cert_chain_pems:
        each.write_to_path(str(cert), append=True)
    settings = {
        "mechanism": mechanism,
        "user": USER,
        "secret": secret_for(mechanism),
        "key": str(key),
        "cert": str(cert),
        "messages": str(messages),
    }
    log = folder / "log"
    if server == "Haraka":
        process, ports = haraka.start(NODE_MODULES / "Haraka", settings, folder, log)
    else:
        process, ports = _start(server, settings, log)
    try:
        yield Peer(ports, messages, log, ADDED.get(server, frozenset()))
    finally:
        _end(process)


def _start(server: str, settings: dict[str, str], log: Path) -> tuple[subprocess.Popen[str], dict[str, int]]:
    """A script of ours that says on which ports it listens."""
    script = {
        "aiosmtpd": [sys.executable, str(HERE / "aiosmtpd_peer.py")],
        "smtp-server": ["node", str(HERE / "smtp_server_peer.js")],
    }[server]
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [*script, json.dumps(settings)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"{server} did not start:\n{log.read_text()}"
    return process, json.loads(line)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

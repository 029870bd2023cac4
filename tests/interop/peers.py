"""The real mail servers that the interop tests hold sessions with.

Each offers one AUTH mechanism, so that the program's one choice is that one, on two ports of the loopback.
`make interop` puts those that are not written in Python into the folder `.interop`.
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

from tests.interop import dovecot, exim, haraka, postfix
from tests.interop.launch import NODE_MODULES, end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import trustme

HERE = Path(__file__).resolve().parent
USER = "user@example.com"
SECRET = "Grüße-4829"
"""A password beyond ASCII, as people's are."""
TOKEN = "ya29.right-token"
REFUSED = "refused@example.com"
"""The one recipient that no server takes."""
MECHANISMS = {
    "aiosmtpd": ("PLAIN", "LOGIN"),
    "smtp-server": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"),
    "Haraka": ("PLAIN", "LOGIN", "CRAM-MD5"),
    "Postfix": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"),
    "Dovecot": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"),
    "Exim": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"),
}
"""What each server knows."""
DEBIAN = {"Postfix": postfix.serve, "Dovecot": dovecot.serve, "Exim": exim.serve}
"""The servers that come from Debian's packages, and pass messages on to one of ours."""
PIPELINING = ("smtp-server", "Haraka", *DEBIAN)
"""The servers that offer it (RFC 2920)."""
CHALLENGING = ("smtp-server", "Postfix", "Dovecot")
"""The servers that answer a wrong token with a challenge."""
ADDED = {
    "Haraka": frozenset({"Received", "Authentication-Results"}),
    "Postfix": frozenset({"Received"}),
    "Dovecot": frozenset({"Received"}),
    "Exim": frozenset({"Received"}),
}
"""The fields that a server puts on top of a message."""
_SAID = re.compile(
    r"""(?x) (?:
      C:[ ]                                                # smtp-server and Haraka
    | >>[ ]b'                                              # aiosmtpd
    | <[ ]\S+\[\S+\]:[ ]                                   # Postfix
    | Received[ ](?: new[ ]command | AUTH[ ]response ):[ ] # Dovecot
    | SMTP<<[ ]                                            # Exim
    ) ([^'\n]*)
    """
)
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
    messages, log = folder / "messages", folder / "log"
    messages.mkdir()
    key, cert = folder / "key.pem", folder / "cert.pem"
    chain.private_key_pem.write_to_path(str(key))
    for each in chain.cert_chain_pems:
        each.write_to_path(str(cert), append=True)
    settings = {
        "mechanism": mechanism,
        "user": USER,
        "secret": secret_for(mechanism),
        "refused": REFUSED,
        "key": str(key),
        "cert": str(cert),
        "messages": str(messages),
    }
    with _running(server, settings, folder, log) as (ports, said):
        yield Peer(ports, messages, said, ADDED.get(server, frozenset()))


@contextmanager
def _running(
    server: str, settings: dict[str, str], folder: Path, log: Path
) -> Iterator[tuple[dict[str, int], Path]]:
    """Its ports, and its log."""
    if server == "Haraka":
        with haraka.serve(settings, folder, log) as ports:
            yield ports, log
    elif server in DEBIAN:
        with (
            _script("aiosmtpd", {**settings, "mechanism": ""}, log) as relay,
            DEBIAN[server]({**settings, "relay": str(relay["relay"])}) as (ports, said),
        ):
            yield ports, said
    else:
        with _script(server, settings, log) as ports:
            yield ports, log


@contextmanager
def _script(server: str, settings: dict[str, str], log: Path) -> Iterator[dict[str, int]]:
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
            start_new_session=True,
        )
    assert process.stdout is not None
    with process.stdout as stdout:
        try:
            line = stdout.readline()
            assert line, f"{server} did not start:\n{log.read_text()}"
            yield json.loads(line)
        finally:
            end(process)

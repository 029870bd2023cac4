"""aiosmtpd with one AUTH mechanism, on two ports: STARTTLS and implicit TLS.

python aiosmtpd_peer.py '{"mechanism", "user", "secret", "refused", "key", "cert", "messages"}'

The first line on stdout is {"starttls": PORT, "tls": PORT}; stderr has what clients say; each message becomes
a file of its own, byte for byte, before it is acknowledged. Without a mechanism it takes what another server
passes on, unencrypted, and the line is {"relay": PORT}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import ssl
import sys
import warnings
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

MECHANISMS = {"PLAIN", "LOGIN"}
"""Those that aiosmtpd has of its own."""


class Peer:
    """What the server does with logins and messages."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.count = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(settings["cert"], settings["key"])

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take all recipients but one."""
        if address == self.settings["refused"]:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message."""
        self.count += 1
        path = Path(self.settings["messages"]) / f"{os.getpid()}-{self.count}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(envelope.original_content)
        part.rename(path)
        return "250 2.0.0 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """The one user with the one password."""
        expected = (self.settings["user"].encode(), self.settings["secret"].encode())
        return AuthResult(success=(data.login, data.password) == expected, handled=False)

    async def relay(self) -> asyncio.Server:
        """A server for other servers."""

        def protocol() -> SMTP:
            return SMTP(self, hostname="relay.example", decode_data=False, enable_SMTPUTF8=True)

        return await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)

    async def listen(self, starttls: bool) -> asyncio.Server:
        """A server on a port of its own."""

        def protocol() -> SMTP:
            return SMTP(
                self,
                hostname="mx.example",
                decode_data=False,
                enable_SMTPUTF8=True,
                tls_context=self.context if starttls else None,
                authenticator=self.authenticate,
                auth_required=True,
                # With implicit TLS it does not see that the session is encrypted, and would refuse AUTH.
                auth_require_tls=starttls,
                auth_exclude_mechanism=MECHANISMS - {self.settings["mechanism"]},
            )

        context = None if starttls else self.context
        return await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=context)


async def main() -> None:
    """Serve until terminated."""
    peer = Peer(json.loads(sys.argv[1]))
    if peer.settings["mechanism"]:
        servers = {"starttls": await peer.listen(starttls=True), "tls": await peer.listen(starttls=False)}
    else:
        servers = {"relay": await peer.relay()}
    ports = {mode: server.sockets[0].getsockname()[1] for mode, server in servers.items()}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())

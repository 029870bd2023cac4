"""Credentials leave this machine encrypted, or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from smtp_verify.smtp.login.authentication import Authentication
from smtp_verify.smtp.login.mechanisms import Login
from smtp_verify.smtp.wire.channel import Channel, Ended
from smtp_verify.smtp.wire.protocol import SessionProtocol
from smtp_verify.smtp.wire.transcript import Ending


class Wire(asyncio.Transport):
    """A connection that says where it leads, and answers every login with 235; nothing leaves the process."""

    def __init__(self, protocol: SessionProtocol, host: str) -> None:
        super().__init__({"peername": (host, 25)})
        self.protocol = protocol
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += bytes(data)
        asyncio.get_running_loop().call_soon(self.protocol.data_received, b"235 2.7.0 fine\r\n")

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """It never fills."""

    def is_closing(self) -> bool:
        return False


def log_in(host: str, *, encrypted: bool, cleartext: bool) -> bytes:
    """What is written to a peer at this address."""

    async def run() -> bytes:
        protocol = SessionProtocol()
        wire = Wire(protocol, host)
        protocol.connection_made(wire)
        channel = Channel(5, None)
        channel.open(protocol)
        login = Login("u", "hunter2hunter2")
        await Authentication(channel, login, {}, cleartext).run(["PLAIN"], encrypted)
        return wire.written

    return asyncio.run(run())


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "169.254.1.1"])
def test_credentials_do_not_travel_in_clear_to_another_machine(host: str) -> None:
    with pytest.raises(Ended) as caught:
        log_in(host, encrypted=False, cleartext=False)
    assert caught.value.ending is Ending.CLEARTEXT
    assert caught.value.reason == (
        "stopped before AUTH PLAIN: the session is not encrypted, and the credentials would be sent in"
        " cleartext;"
        " Logto would have sent them (--allow-cleartext-auth does so here)"
    )


@pytest.mark.parametrize(
    ("host", "encrypted", "cleartext"),
    [
        ("192.0.2.1", True, False),
        ("192.0.2.1", False, True),
        ("127.0.0.1", False, False),
        ("127.5.5.5", False, False),
        ("::1", False, False),
        ("::ffff:127.0.0.1", False, False),
    ],
)
def test_they_do_where_it_is_encrypted_allowed_or_the_loopback(
    host: str, encrypted: bool, cleartext: bool
) -> None:
    assert log_in(host, encrypted=encrypted, cleartext=cleartext).startswith(b"AUTH PLAIN ")

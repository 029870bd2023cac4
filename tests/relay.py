"""A relay that delays what passes through it, and counts how often the client has to wait for the server."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator


class Relay:
    """Between a client and a server on this machine.

    Args:
        target: the server's port.
        round_trip: seconds from one end to the other and back; half of it is added to each direction, and
            all of it to the connection, as TCP's own handshake takes.
    """

    def __init__(self, target: int, round_trip: float) -> None:
        self.target = target
        self.delay = round_trip / 2
        self.port = 0
        self.waits = 0
        """The connection, and each time the server speaks after the client, or first."""
        self._client_spoke = True
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> None:
        """Return once it listens."""
        self._thread.start()
        assert self._ready.wait(30), "the relay does not listen"

    def stop(self) -> None:
        """Hang up."""
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)
        async with listening(self._client, "127.0.0.1") as self.port:
            self._ready.set()
            await self._stop.wait()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.waits += 1
        await asyncio.sleep(2 * self.delay)
        upstream, downstream = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            await asyncio.gather(
                self._pass(reader, downstream, from_client=True),
                self._pass(upstream, writer, from_client=False),
            )
            # What is still on its way is delivered first.
            await asyncio.sleep(2 * self.delay)
        finally:
            downstream.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_client: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            self._count(from_client)
            loop.call_later(self.delay, writer.write, data)
        loop.call_later(self.delay, writer.close)

    def _count(self, from_client: bool) -> None:
        self.waits += self._client_spoke and not from_client
        self._client_spoke = from_client


@contextmanager
def relayed(target: int, round_trip: float) -> Iterator[Relay]:
    """A relay for as long as the block lasts."""
    relay = Relay(target, round_trip)
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()

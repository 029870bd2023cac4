"""Servers of the tests that leave no connection behind when they end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]

_MOMENT = 0.05


@asynccontextmanager
async def listening(client: Client, host: str, **options: Any) -> AsyncIterator[int]:
    """The port of a server that hands each connection to `client`, for as long as the block lasts.

    A task that is cancelled before it has begun closes nothing: so connections are kept here.
    """
    loop = asyncio.get_running_loop()
    writers: list[asyncio.StreamWriter] = []
    tasks: list[asyncio.Task[None]] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.append(loop.create_task(client(reader, writer)))

    server = await asyncio.start_server(accept, host, 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        # What has been accepted by now gets its transport.
        await asyncio.sleep(_MOMENT)
        for task in tasks:
            task.cancel()
        for writer in writers:
            writer.transport.abort()
        if tasks:
            # A server that swallows its cancellation must not hold up the tests.
            await asyncio.wait(tasks, timeout=1)
        await asyncio.sleep(_MOMENT)

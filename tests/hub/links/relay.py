"""A TCP relay on loopback that can freeze: both ends stay connected and nothing passes any more."""

import asyncio
import contextlib
from typing import Self


class Relay:
    """`async with Relay(port) as relay`: dial `relay.port` instead."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        self._open.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self._to)
        for task in (
            asyncio.create_task(self._carry(reader, hub_writer)),
            asyncio.create_task(self._carry(hub_reader, writer)),
        ):
            self._tasks.add(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(65_536):
                    await self._open.wait()
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.transport.abort()

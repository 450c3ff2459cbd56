"""The floor's clients: bare `websockets` connections on uvloop, each with a certificate of its own, that echo."""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from guardia.certs import tls
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet, name

AT_ONCE = 64
"""Handshakes under way: enough to keep the server busy."""


class BareAgents:
    def __init__(self, fleet: Fleet, port: int, first: int, count: int) -> None:
        stores = fleet.keystores()
        wanted = map(name, range(first, first + count))
        self._contexts = [tls.agent_client_context(stores[agent]) for agent in wanted]
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> dict[str, Any]:
        """Open all as fast as the server takes them."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(context: ssl.SSLContext) -> None:
            async with turns:
                socket = await connect(
                    f"wss://127.0.0.1:{self._port}/agent",
                    ssl=context,
                    compression=None,
                    proxy=None,
                    ping_interval=None,
                    open_timeout=60,
                    max_queue=4,
                )
            task = asyncio.create_task(_echo(socket))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        began = time.monotonic()
        await asyncio.gather(*map(one, self._contexts))
        return {"began": began, "ended": time.monotonic()}


async def _echo(socket: ClientConnection) -> None:
    try:
        while True:
            await socket.send(await socket.recv(decode=False))
    except ConnectionClosed:
        return


async def _run(fleet: Fleet, port: int, first: int, count: int) -> None:
    bare = BareAgents(fleet, port, first, count)
    await worker.obey({"connect": bare.connect, "cpu": worker.own_cpu, "memory": worker.own_memory})


if __name__ == "__main__":
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))

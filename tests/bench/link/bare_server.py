"""The floor's server: `websockets` on uvloop with the same mTLS context, nothing else. Connections echo."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import uvloop
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from guardia.certs import tls
from guardia.hub.enrolment.authority import HubAuthority
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet


class BareServer:
    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self._over = asyncio.Event()

    async def serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        await socket.wait_closed()

    async def connected(self, count: int) -> dict[str, Any]:
        while len(self.sockets) < count:
            await asyncio.sleep(0.01)
        return {"count": len(self.sockets), "at": time.monotonic()}

    async def gather(self, size: int, rounds: int) -> dict[str, Any]:
        """Send to all and wait for every answer: seconds of each round, and processor time."""
        data = bytes(size)

        async def one(socket: ServerConnection) -> None:
            await socket.send(data)
            await socket.recv(decode=False)

        cpu = time.process_time()
        seconds = []
        for _ in range(rounds):
            began = time.monotonic()
            await asyncio.gather(*map(one, self.sockets))
            seconds.append(time.monotonic() - began)
        return {"seconds": seconds, "cpu": time.process_time() - cpu}

    async def forget(self) -> dict[str, Any]:
        """Cut all connections."""
        for socket in self.sockets:
            socket.transport.abort()
        self.sockets.clear()
        await asyncio.sleep(0.1)
        return {}


async def _run(fleet: Fleet, port: int) -> None:
    bare = BareServer()
    authority = HubAuthority.load(fleet.config.state)
    context = tls.hub_agent_listener_context(authority.keystore)
    options: dict[str, Any] = {"compression": None, "ping_interval": None, "max_queue": 4, "backlog": 4096}
    commands = {
        "connected": bare.connected,
        "gather": bare.gather,
        "forget": bare.forget,
        "memory": worker.own_memory,
        "cpu": worker.own_cpu,
    }
    try:
        async with serve(bare.serve, "127.0.0.1", port, ssl=context, **options):
            await worker.obey(commands)
            for socket in bare.sockets:
                socket.transport.abort()
    except ConnectionClosed:
        pass


if __name__ == "__main__":
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2])))

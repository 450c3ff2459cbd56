"""A server of one WebSocket engine, for `tests.bench.engines`: mTLS on uvloop, each connection as a hub has it.

An engine is what turns bytes into messages; `picows` and `aiofastnet` are optional and imported when asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import uvloop
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from guardia.certs import tls
from guardia.hub.enrolment.authority import HubAuthority
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet

HOST = "127.0.0.1"
BACKLOG = 4096


class Peer(Protocol):
    """A connection, as far as `guardia.proto.channel.Transport` is concerned."""

    async def recv(self) -> bytes: ...
    async def send(self, data: bytes) -> None: ...


class Bench:
    """Counts connections and answers; engines report to it."""

    def __init__(self, *, tasks: bool) -> None:
        self.tasks = tasks
        """Each connection has a task that reads, as a channel has; otherwise answers are counted in the callback."""
        self.peers: list[Peer] = []
        self._readers: set[asyncio.Task[None]] = set()
        self._missing = 0
        self._complete = asyncio.Event()

    def came(self, peer: Peer) -> None:
        self.peers.append(peer)
        if self.tasks:
            self._readers.add(asyncio.get_running_loop().create_task(self._read(peer)))

    def answered(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._complete.set()

    async def _read(self, peer: Peer) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await peer.recv()
                self.answered()

    # --- commands -----------------------------------------------------------------------------------------------------

    async def connected(self, count: int) -> dict[str, Any]:
        while len(self.peers) < count:
            await asyncio.sleep(0.01)
        return {}

    async def gather(self, size: int, rounds: int) -> dict[str, Any]:
        """A message to all, an answer of each: processor seconds of this process a round trip, for each round."""
        data = bytes(size)
        found = []
        for _ in range(rounds):
            self._missing = len(self.peers)
            self._complete.clear()
            began = time.process_time()
            for peer in self.peers:
                await peer.send(data)
            await self._complete.wait()
            found.append((time.process_time() - began) / len(self.peers))
        return {"cpu": found}


class Inbox:
    """Messages between a callback and a task that awaits them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._messages: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def put(self, data: bytes) -> None:
        if not self._bench.tasks:
            self._bench.answered()
            return
        self._messages.append(data)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> bytes:
        while not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._messages.popleft()


# --- websockets -------------------------------------------------------------------------------------------------------


class _Connection:
    def __init__(self, socket: ServerConnection, closed: type[Exception]) -> None:
        self._socket = socket
        self._closed = closed

    async def recv(self) -> bytes:
        try:
            return await self._socket.recv(decode=False)
        except self._closed as error:
            raise ConnectionResetError(str(error)) from error

    async def send(self, data: bytes) -> None:
        await self._socket.send(data)


async def websockets(bench: Bench, port: int, context: ssl.SSLContext) -> None:
    """As the hub has it: `websockets.asyncio`."""
    await _websockets(serve, ConnectionClosed, bench, port, context)


async def _websockets(
    make: Callable[..., Any], closed: type[Exception], bench: Bench, port: int, context: ssl.SSLContext
) -> None:
    async def handle(socket: ServerConnection) -> None:
        bench.came(_Connection(socket, closed))
        await socket.wait_closed()

    await make(handle, HOST, port, ssl=context, compression=None, ping_interval=None, max_queue=4, backlog=BACKLOG)


# --- websockets' sans-IO protocol -------------------------------------------------------------------------------------


class _SansIO(asyncio.Protocol):
    """`websockets.server.ServerProtocol` in an `asyncio.Protocol`: nothing of a connection's life but bytes."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._inbox = Inbox(bench)
        self._protocol = ServerProtocol(origins=[None], max_size=1 << 20)
        self._transport: Any = None
        self._writable: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        protocol = self._protocol
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.BINARY:
                    self._inbox.put(bytes(event.data))
            elif isinstance(event, Request):
                protocol.send_response(protocol.accept(event))
                self._bench.came(self)
        self._flush()

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set_result(None)
            self._writable = None

    async def recv(self) -> bytes:
        return await self._inbox.get()

    async def send(self, data: bytes) -> None:
        self._protocol.send_binary(data)
        self._flush()
        if self._writable is not None:
            await self._writable

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()


async def sans_io(bench: Bench, port: int, context: ssl.SSLContext) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: _SansIO(bench), HOST, port, ssl=context, backlog=BACKLOG)


# --- picows -----------------------------------------------------------------------------------------------------------


async def picows(bench: Bench, port: int, context: ssl.SSLContext) -> None:
    """Its own interface; `aiofastnet` decides the TLS, so it is not asked to bring its own."""
    import picows as engine  # type: ignore[import-not-found,unused-ignore]  # optional

    class Listener(engine.WSListener):  # type: ignore[misc,unused-ignore]
        def on_ws_connected(self, transport: Any) -> None:
            self.transport = transport
            self.inbox = Inbox(bench)
            bench.came(self)

        def on_ws_frame(self, transport: Any, frame: Any) -> None:
            if frame.msg_type == engine.WSMsgType.BINARY:
                self.inbox.put(frame.get_payload_as_bytes())

        async def recv(self) -> bytes:
            return await self.inbox.get()

        async def send(self, data: bytes) -> None:
            self.transport.send(engine.WSMsgType.BINARY, data)

    await engine.ws_create_server(
        lambda _: Listener(), HOST, port, ssl=context, backlog=BACKLOG, use_aiofastnet=False, max_frame_size=1 << 20
    )


async def picows_websockets(bench: Bench, port: int, context: ssl.SSLContext) -> None:
    """picows under the interface of `websockets`."""
    from picows.websockets.asyncio import server  # type: ignore[import-not-found,unused-ignore]  # optional
    from picows.websockets.exceptions import ConnectionClosed as Closed  # type: ignore[import-not-found,unused-ignore]

    await _websockets(server.serve, Closed, bench, port, context)


ENGINES = {
    "websockets": websockets,
    "sans_io": sans_io,
    "picows": picows,
    "picows_websockets": picows_websockets,
}


async def _run(fleet: Fleet, port: int, engine: str, options: Sequence[str]) -> None:
    if "aiofastnet" in options:
        import aiofastnet  # type: ignore[import-not-found,unused-ignore]  # optional

        aiofastnet.patch_loop()
    bench = Bench(tasks="callback" not in options)
    context = tls.hub_agent_listener_context(HubAuthority.load(fleet.config.state).keystore)
    await ENGINES[engine](bench, port, context)
    await worker.obey({"connected": bench.connected, "gather": bench.gather, "memory": worker.own_memory})


if __name__ == "__main__":
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))

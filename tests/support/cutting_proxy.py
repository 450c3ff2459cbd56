"""A TCP proxy that cuts a connection at a chosen moment: before it, at a byte, at a packet, or once something is so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

NEWKEYS = 21


class _Handshake:
    """Reads SSH's unencrypted beginning of one direction: `done` once its NEWKEYS has passed."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._version = False
        self.done = False

    def feed(self, data: bytes) -> None:
        if self.done:
            return
        self._data += data
        if not self._version and b"\n" in self._data:
            self._version = True
            del self._data[: self._data.index(b"\n") + 1]
        while self._version and len(self._data) >= 6:
            length = int.from_bytes(self._data[:4], "big") + 4
            if self._data[5] == NEWKEYS:
                self.done = True
                return
            if len(self._data) < length:
                return
            del self._data[:length]


class CuttingProxy:
    """Forwards to `port` on loopback. Cuts both sides with a reset, once for each order that was given."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._live: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.refuse = 0
        """So many connections are reset as soon as they are accepted."""
        self.pieces = 0
        """Pieces of data that have come to the proxy, of both directions and all connections."""
        self.cut_at = 0
        """The piece with this number is not forwarded: the connection is cut instead. 0: none."""
        self.cut_when: Callable[[], bool] | None = None
        """Asked before every piece; when it is true the connection is cut instead, and it is asked no more."""
        self.secret = 0
        """Pieces that have come since the handshake of the present connection was over."""
        self.cuts = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and cut what there is."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        self.cuts += 1
        for writer in list(self._live):
            writer.transport.abort()

    def _due(self) -> bool:
        self.pieces += 1
        if self.pieces == self.cut_at:
            return True
        if self.cut_when is not None and self.cut_when():
            self.cut_when = None
            return True
        return False

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuse:
            self.refuse -= 1
            self.cuts += 1
            writer.transport.abort()
            return
        try:
            away, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._live |= {writer, onward}
        self.secret = 0
        handshakes = _Handshake(), _Handshake()

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, handshake: _Handshake) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(32 * 1024):
                    if all(each.done for each in handshakes):
                        self.secret += 1
                    handshake.feed(data)
                    if self._due():
                        self.cut()
                        return
                    sink.write(data)
                    await sink.drain()
                sink.close()

        try:
            await asyncio.gather(pump(reader, onward, handshakes[0]), pump(away, writer, handshakes[1]))
        finally:
            for each in (writer, onward):
                self._live.discard(each)
                each.transport.abort()


@contextlib.asynccontextmanager
async def cutting_proxy(target: int) -> AsyncIterator[CuttingProxy]:
    proxy = CuttingProxy(target)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()

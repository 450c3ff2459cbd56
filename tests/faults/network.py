"""Faults of the network: a TCP proxy between agent and hub that knows nothing of TLS.

It sees bytes only, so it can cut a connection at any byte, hold bytes back, pass them slowly, or say nothing at all.
Faults of whole frames are made at the transport's port (`frames.py`), because TLS hides them from a proxy.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum

from tests.faults.catalogue import fault

PIECE = 16 * 1024


class Way(StrEnum):
    UP = "up"
    """From the agent to the hub."""
    DOWN = "down"


class _Wire:
    """One connection of an agent, and the one to the hub that stands behind it."""

    def __init__(self, proxy: Proxy, agent: asyncio.StreamWriter, hub: asyncio.StreamWriter | None) -> None:
        self.proxy = proxy
        self.ends = [end for end in (agent, hub) if end is not None]

    def cut(self) -> None:
        """A reset, as when a firewall forgets the connection: what was on its way is lost."""
        for end in self.ends:
            sock = end.get_extra_info("socket")
            if sock is not None and sock.fileno() >= 0:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()


class Proxy:
    """Between agents and a hub. Without a fault it passes every byte on at once."""

    def __init__(self, hub_port: int) -> None:
        self._hub_port = hub_port
        self._server: asyncio.Server | None = None
        self._wires: set[_Wire] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.passed = {Way.UP: 0, Way.DOWN: 0}
        """Bytes that were passed on since the start."""
        self.connections = 0
        self.cuts = 0
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.mute = False
        self.delay = 0.0
        self.rate = 0.0
        """Bytes a second each way; 0: as fast as it goes."""
        self.budget: dict[Way, int] = {}
        """Bytes after which the connection is cut, each way."""

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"wss://localhost:{self.port}/agent"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=PIECE)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_all(self) -> None:
        for wire in list(self._wires):
            wire.cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        wire = _Wire(self, writer, None)
        self._wires.add(wire)
        try:
            await self._serve(wire, reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # a connection that ends is what a proxy is there for
        finally:
            wire.cut()
            self._wires.discard(wire)
            self._tasks.discard(task)

    async def _serve(self, wire: _Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mute:
            while await reader.read(PIECE):
                pass
            return
        await self.flowing.wait()
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self._hub_port, limit=PIECE)
        wire.ends.append(hub_writer)
        pumps = [
            asyncio.create_task(self._pump(wire, Way.UP, reader, hub_writer)),
            asyncio.create_task(self._pump(wire, Way.DOWN, hub_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, wire: _Wire, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(PIECE if not self.rate else max(1, int(self.rate / 50)))
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.rate:
                await asyncio.sleep(len(data) / self.rate)
            await self.flowing.wait()
            if not data:
                return
            left = self.budget.get(way)
            if left is not None and len(data) >= left:
                writer.write(data[:left])
                await writer.drain()
                await asyncio.sleep(0)
                self.passed[way] += left
                del self.budget[way]
                self.cuts += 1
                self._end_gently(writer)
                return
            if left is not None:
                self.budget[way] = left - len(data)
            writer.write(data)
            self.passed[way] += len(data)
            await writer.drain()

    @staticmethod
    def _end_gently(writer: asyncio.StreamWriter) -> None:
        """The bytes before the cut do arrive, so that the cut lies exactly where it was asked for."""
        with contextlib.suppress(OSError):
            writer.write_eof()


@contextlib.asynccontextmanager
async def proxied(hub_port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(hub_port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()


@fault(
    "어느 바이트에서든 끊긴 연결",
    made="프록시가 한 방향으로 정확히 N바이트를 넘긴 뒤 연결을 끊습니다. TLS 레코드와 프레임의 한가운데도 됩니다.",
    holds="반쪽 메시지는 없던 것입니다. 다시 이어지면 결과는 한 번 기록되고, 두 번 실행되지 않습니다.",
)
@contextlib.contextmanager
def cut_after(proxy: Proxy, way: Way, count: int) -> Iterator[None]:
    """The connection that passes the `count`-th byte from now is cut behind it; once."""
    proxy.budget[way] = count
    try:
        yield
    finally:
        proxy.budget.pop(way, None)


@fault(
    "먼 길",
    made="프록시가 양방향의 모든 바이트를 그만큼 늦게 넘깁니다.",
    holds="끊기지 않고, 한 번 실행되어 `SUCCEEDED`로 끝납니다.",
)
@contextlib.contextmanager
def delayed(proxy: Proxy, seconds: float) -> Iterator[None]:
    proxy.delay = seconds
    try:
        yield
    finally:
        proxy.delay = 0.0


@fault(
    "얼어붙은 TCP (분단)",
    made="프록시가 연결을 열어 둔 채 아무것도 넘기지 않고, 새 연결도 잇지 않습니다.",
    holds="세 번의 하트비트(기본 45초) 안에 양쪽이 알아채고 `UNKNOWN`이라 말합니다. "
    "그사이 끝난 결과는 풀린 뒤 도착합니다.",
)
@contextlib.contextmanager
def partition(proxy: Proxy) -> Iterator[None]:
    """Nothing passes; nothing is closed. What stood on old connections goes on when it is over."""
    proxy.flowing.clear()
    try:
        yield
    finally:
        proxy.flowing.set()


@fault(
    "느린 상대",
    made="프록시가 초당 정해진 바이트만 넘깁니다. 읽지 않는 상대처럼 보내는 쪽의 버퍼가 찹니다.",
    holds="출력이 밀려도 하트비트는 제때 가고, 출력과 결과는 빠짐없이 순서대로 도착합니다.",
)
@contextlib.contextmanager
def slow_reader(proxy: Proxy, bytes_a_second: float) -> Iterator[None]:
    proxy.rate = bytes_a_second
    try:
        yield
    finally:
        proxy.rate = 0.0


@fault(
    "말 없는 상대",
    made="연결은 받지만 한 바이트도 말하지 않습니다.",
    holds="10초 안에 끊고, 에이전트는 이유를 `status`에 적습니다. 상대가 말하기 시작하면 이어집니다.",
)
@contextlib.contextmanager
def mute_peer(proxy: Proxy) -> Iterator[None]:
    """New connections are taken and never answered; those that are there are cut."""
    proxy.mute = True
    proxy.cut_all()
    try:
        yield
    finally:
        proxy.mute = False
        proxy.cut_all()

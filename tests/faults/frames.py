"""Faults of whole frames, made at the transport's port: TLS hides frames from a proxy, and they must not matter either.

`Weather` decides what happens to the next messages of one way; a `FaultyTransport` wraps the real transport of the side
that sends. In-process tests give both to the real session, channel and link of both sides.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from enum import StrEnum

from guardia.proto.channel import TransportClosedError
from tests.faults.catalogue import fault


class Fate(StrEnum):
    """What becomes of one message."""

    DROP = "drop"
    DOUBLE = "double"
    HOLD = "hold"
    """Held back until the next message has passed: the two change places."""
    HALVE = "halve"
    """The first half arrives, then the connection is gone."""
    ECHO = "echo"
    """Passes, and comes once more when `ECHO_AFTER` others have passed."""
    LATE = "late"
    """Held back until the weather clears, with everything behind it."""


ECHO_AFTER = 3
"""Messages of the same way: enough for a step to have ended and to be acknowledged."""


class Weather:
    """What happens to the messages of one way, oldest fate first; without a fate a message passes."""

    def __init__(self) -> None:
        self.fates: deque[Fate] = deque()
        self.struck = 0
        self.clear = asyncio.Event()
        self.clear.set()

    def next(self) -> Fate | None:
        if not self.fates:
            return None
        self.struck += 1
        return self.fates.popleft()

    def calm(self) -> None:
        self.fates.clear()
        self.clear.set()


class MemoryTransport:
    """One end of a connection in memory: whole messages, in order; an abort is a reset for both ends."""

    def __init__(self) -> None:
        self.peer: MemoryTransport | None = None
        self.gone = asyncio.Event()
        self._incoming: deque[bytes] = deque()
        self._news = asyncio.Event()

    @classmethod
    def pair(cls) -> tuple[MemoryTransport, MemoryTransport]:
        one, other = cls(), cls()
        one.peer, other.peer = other, one
        return one, other

    async def recv(self) -> bytes:
        while not self._incoming:
            if self.gone.is_set():
                raise TransportClosedError("connection lost")
            self._news.clear()
            await self._news.wait()
        return self._incoming.popleft()

    async def send(self, data: bytes) -> None:
        await asyncio.sleep(0)
        if self.gone.is_set() or self.peer is None:
            raise TransportClosedError("connection lost")
        self.peer._incoming.append(data)
        self.peer._news.set()

    def abort(self) -> None:
        for end in (self, self.peer):
            if end is not None:
                end.gone.set()
                end._news.set()


class FaultyTransport:
    """Sends through `inner` as the weather lets it; receives untouched."""

    def __init__(self, inner: MemoryTransport, weather: Weather, *, spared: int = 0) -> None:
        self._inner = inner
        self._weather = weather
        self._spared = spared
        """Messages that pass in any weather: the greeting, where a test wants the connection to open."""
        self._held: list[bytes] = []
        self._echoes: list[list[bytes]] = []

    async def recv(self) -> bytes:
        return await self._inner.recv()

    async def send(self, data: bytes) -> None:
        if self._spared:
            self._spared -= 1
            await self._inner.send(data)
            return
        match self._weather.next():
            case Fate.DROP:
                return
            case Fate.DOUBLE:
                await self._inner.send(data)
                await self._inner.send(data)
            case Fate.HOLD:
                self._held.append(data)
                return
            case Fate.HALVE:
                await self._inner.send(data[: len(data) // 2])
                self._inner.abort()
                raise TransportClosedError("cut in half")
            case Fate.ECHO:
                await self._inner.send(data)
                self._echoes.append([data, *([b""] * ECHO_AFTER)])
            case Fate.LATE:
                await self._wait_for_fair_weather()
                await self._inner.send(data)
            case _:
                await self._inner.send(data)
        held, self._held = self._held, []
        for late in held:
            await self._inner.send(late)
        for echo in list(self._echoes):
            last = echo.pop()
            if last:
                self._echoes.remove(echo)
                await self._inner.send(last)

    async def _wait_for_fair_weather(self) -> None:
        """As a send to a peer that does not read: until it goes on, or the connection is cut."""
        self._weather.clear.clear()
        waits = [asyncio.ensure_future(self._weather.clear.wait()), asyncio.ensure_future(self._inner.gone.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def abort(self) -> None:
        self._inner.abort()


@contextlib.contextmanager
def _fated(weather: Weather, fate: Fate, count: int) -> Iterator[None]:
    weather.fates.extend([fate] * count)
    try:
        yield
    finally:
        weather.calm()


_ONCE = "다시 이어지면 빠진 것은 다시 오고, 한 단계는 많아야 한 번 시작되며, 결과는 꼭 한 번 기록됩니다."


@fault("사라진 프레임", made="Transport 포트에서 다음 프레임을 버립니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_dropped(weather: Weather, count: int = 1) -> Iterator[None]:
    with _fated(weather, Fate.DROP, count):
        yield


@fault("겹쳐 온 프레임", made="Transport 포트에서 다음 프레임을 두 번 보냅니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_doubled(weather: Weather, count: int = 1) -> Iterator[None]:
    with _fated(weather, Fate.DOUBLE, count):
        yield


@fault("차례가 바뀐 프레임", made="Transport 포트에서 다음 프레임을 그다음 프레임 뒤에 보냅니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_reordered(weather: Weather, count: int = 1) -> Iterator[None]:
    with _fated(weather, Fate.HOLD, count):
        yield


@fault("한참 뒤에 또 온 프레임", made="Transport 포트에서 지나간 프레임을 세 프레임 뒤에 또 보냅니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_repeated(weather: Weather, count: int = 1) -> Iterator[None]:
    with _fated(weather, Fate.ECHO, count):
        yield


@fault("늦은 프레임", made="Transport 포트에서 다음 프레임과 그 뒤의 모든 것을 붙들어 둡니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_delayed(weather: Weather) -> Iterator[None]:
    with _fated(weather, Fate.LATE, 1):
        yield


@fault("반으로 잘린 프레임", made="Transport 포트에서 다음 프레임의 앞 절반만 보내고 끊습니다.", holds=_ONCE)
@contextlib.contextmanager
def frames_cut_in_half(weather: Weather, count: int = 1) -> Iterator[None]:
    with _fated(weather, Fate.HALVE, count):
        yield

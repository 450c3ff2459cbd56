"""A link that remembers what it was given, and can be cut."""

import asyncio

from guardia.proto.frames import Frame
from guardia.proto.version import MINOR


class FakeLink:
    def __init__(self) -> None:
        self.sent: list[Frame] = []
        self._connected = True
        self._back = asyncio.Event()
        self.hub_minor = MINOR
        self.fail_with: Exception | None = None
        self._arrived = asyncio.Event()

    @property
    def connected(self) -> bool:
        return self._connected

    @connected.setter
    def connected(self, value: bool) -> None:
        self._connected = value
        if value:
            self._back.set()
        else:
            self._back.clear()

    async def send(self, frame: Frame) -> None:
        if self.fail_with is not None:
            raise self.fail_with
        while not self.connected and type(frame).__name__ == "Output":
            await self._back.wait()
        if not self.connected and type(frame).__name__ != "Result":
            return
        self.sent.append(frame)
        self._arrived.set()

    def of(self, kind: type) -> list:
        return [frame for frame in self.sent if isinstance(frame, kind)]

    async def wait_for(self, kind: type, count: int = 1) -> list:
        """Until `count` frames of a kind were sent."""
        async with asyncio.timeout(30):
            while len(self.of(kind)) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.of(kind)

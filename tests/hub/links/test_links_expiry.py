"""The end of a certificate, by a wall clock that people set."""

import asyncio

import pytest

from guardia.hub.links import expiry as module
from guardia.hub.links.expiry import Expiry
from tests.support.clock import FakeClock

DAY_MS = 24 * 3_600_000


class Watched(FakeClock):
    """Lets a test wait until somebody has looked at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def now_ms(self) -> int:
        self.looks += 1
        return super().now_ms()

    async def seen(self, times: int) -> None:
        wanted = self.looks + times
        async with asyncio.timeout(10):
            while self.looks < wanted:
                await asyncio.sleep(0.001)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(module, "LOOK", 0.001)
    return Watched()


async def test_a_clock_that_is_set_forward_ends_it(clock):
    ended = asyncio.Event()
    Expiry(clock, clock.now_ms() + DAY_MS, ended.set)
    await clock.seen(3)
    assert not ended.is_set()
    clock.advance(DAY_MS / 1000)
    async with asyncio.timeout(10):
        await ended.wait()


async def test_a_clock_that_is_set_back_gives_it_more_time(clock):
    calls = []
    expiry = Expiry(clock, clock.now_ms() + 20, lambda: calls.append(1))
    await clock.seen(1)
    clock.advance(-DAY_MS / 1000)
    await asyncio.sleep(0.05)  # past the end that the clock told at first
    assert calls == []
    expiry.cancel()


async def test_it_is_told_once_and_not_after_it_was_cancelled(clock):
    calls = []
    Expiry(clock, clock.now_ms(), lambda: calls.append("over"))
    cancelled = Expiry(clock, clock.now_ms(), lambda: calls.append("cancelled"))
    cancelled.cancel()
    await asyncio.sleep(0.02)
    assert calls == ["over"]

import asyncio

import pytest

from guardia.proto.channel import TransportClosedError
from guardia.proto.waits import Waits


async def hang(waits: Waits) -> None:
    with waits.under_way():
        await asyncio.Event().wait()


async def begun(waits: Waits) -> asyncio.Task[None]:
    task = asyncio.create_task(hang(waits))
    await asyncio.sleep(0)
    return task


async def test_whoever_waits_hears_of_the_end():
    waits = Waits()
    tasks = [await begun(waits), await begun(waits)]
    waits.end()
    waits.end()
    for task in tasks:
        with pytest.raises(TransportClosedError):
            await task
        assert not task.cancelling()


async def test_after_the_end_nobody_waits():
    waits = Waits()
    waits.end()
    with pytest.raises(TransportClosedError):
        await hang(waits)


async def test_a_cancellation_from_elsewhere_stays_one():
    waits = Waits()
    task = await begun(waits)
    task.cancel()
    waits.end()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_limit_stays_one():
    waits = Waits()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await hang(waits)
    assert not waits.over


async def test_a_cancellation_that_the_library_made_up_is_the_end():
    waits = Waits()
    with pytest.raises(TransportClosedError), waits.under_way():
        raise asyncio.CancelledError

"""The journal's thread: in order, whatever hangs elsewhere, and nothing is lost on the way."""

import asyncio
import threading

import pytest

from guardia.agent.errors import JournalError
from guardia.agent.journal.aside import Aside


@pytest.fixture
def aside():
    aside = Aside()
    yield aside
    aside.stop()


async def test_work_is_done_in_one_thread_in_the_order_of_the_calls(aside):
    threads, done = set(), []

    def work(number, *, add):
        threads.add(threading.current_thread())
        done.append(number)
        return number + add

    assert await asyncio.gather(*(aside(work, number, add=1) for number in range(20))) == list(range(1, 21))
    assert done == list(range(20))
    assert len(threads) == 1
    assert threading.main_thread() not in threads


async def test_what_the_work_raises_is_raised_and_the_next_is_done(aside):
    def fail():
        raise JournalError("no space")

    with pytest.raises(JournalError, match="no space"):
        await aside(fail)
    assert await aside(lambda: 1) == 1


async def test_looks_that_hang_in_the_loops_own_threads_hold_up_no_record(aside):
    hang = threading.Event()
    loop = asyncio.get_running_loop()
    looks = [loop.run_in_executor(None, hang.wait) for _ in range(64)]
    try:
        async with asyncio.timeout(30):
            assert await aside(lambda: "written") == "written"
    finally:
        hang.set()
        await asyncio.gather(*looks)


async def test_whoever_is_cancelled_meanwhile_does_not_undo_the_work(aside):
    hold, done = threading.Event(), []
    first = asyncio.create_task(aside(hold.wait))
    second = asyncio.create_task(aside(done.append, 1))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    hold.set()
    await first
    assert await aside(lambda: list(done)) == [1]


async def test_what_was_asked_for_before_the_stop_is_done_and_nothing_afterwards(aside):
    hold = threading.Event()
    first, second = asyncio.create_task(aside(hold.wait)), asyncio.create_task(aside(lambda: 2))
    await asyncio.sleep(0)
    aside.stop()
    with pytest.raises(JournalError, match="closed"):
        await aside(lambda: 3)
    hold.set()
    assert await second == 2
    await first
    thread = next((one for one in threading.enumerate() if one is aside._thread), None)
    if thread is not None:
        await asyncio.to_thread(thread.join, 5)
        assert not thread.is_alive()


def test_a_loop_that_has_ended_is_no_trouble_to_the_thread(aside):
    hold = threading.Event()

    async def leave():
        asyncio.create_task(aside(hold.wait))  # noqa: RUF006 - left alone on purpose
        await asyncio.sleep(0)

    asyncio.run(leave())
    hold.set()
    assert asyncio.run(aside(lambda: 1)) == 1

"""Work with files: what it gives and raises, and that a file system that hangs holds nobody else up."""

import asyncio
import threading

import pytest

from guardia.agent.errors import HostError
from guardia.agent.run.file_work import FileWork


def missing() -> bytes:
    raise FileNotFoundError(2, "No such file", "/x")


async def test_the_result_or_what_was_raised() -> None:
    work = FileWork()
    assert await work(lambda: b"data") == b"data"
    with pytest.raises(FileNotFoundError, match="/x"):
        await work(missing)


async def test_what_hangs_holds_nobody_up_until_too_much_does() -> None:
    work = FileWork(most=3)
    mended = threading.Event()
    hanging = [asyncio.create_task(work(mended.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    hanging[0].cancel()  # whoever asked has given up; the thread has not come back
    assert await work(lambda: 1) == 1
    hanging.append(asyncio.create_task(work(mended.wait)))
    await asyncio.sleep(0)
    with pytest.raises(HostError, match="file system hangs"):
        await work(lambda: 2)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "files")  # no end waits for them
    mended.set()
    assert await asyncio.gather(*hanging[1:]) == [True, True]
    while work._under_way:  # the one whose asker gave up
        await asyncio.sleep(0)
    assert await work(lambda: 3) == 3

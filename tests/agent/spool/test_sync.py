"""When the spool's files go through the disk's caches: by a clock of the test, with the system's calls counted."""

import os
import threading

import pytest

from guardia.agent.core.spoolfile import Totals
from guardia.agent.spool import Limits, Spool, StepSpool
from guardia.agent.spool.writer import SYNC_EVERY
from guardia.proto.frames import Stream
from tests.support.clock import FakeClock


class Disk:
    """Counts syncs, and may hold them up or fail them."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.threads: set[str] = set()
        self.open = threading.Event()
        self.open.set()
        self.error: OSError | None = None

    def fdatasync(self, descriptor: int) -> None:
        self.threads.add(threading.current_thread().name)
        self.sizes.append(os.fstat(descriptor).st_size)
        assert self.open.wait(10)
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk(monkeypatch):
    made = Disk()
    monkeypatch.setattr(os, "fdatasync", made.fdatasync)
    yield made
    made.open.set()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def spool(tmp_path, clock):
    made = Spool(tmp_path, Limits(reserve=0), clock)
    yield made
    made.close()
    for threads in (made.work, made.through):
        threads.shutdown(wait=True)  # what they still sync is not to be counted in the next test


async def write(writer, spool, *, settle=True):
    writer.keep(Stream.STDOUT, b"x" * 100)
    await writer.flush()
    if settle:
        spool.through.submit(lambda: None).result(10)


def open_files():
    return len(os.listdir("/proc/self/fd"))


async def test_a_step_that_writes_is_synced_every_few_seconds_and_not_with_every_chunk(spool, clock, disk):
    writer = StepSpool(spool, "S1")
    for _ in range(100):
        clock.advance(0.1)
        await write(writer, spool)
    assert len(disk.sizes) == pytest.approx(10 / SYNC_EVERY, abs=1)
    assert all(name.startswith("spool-sync") for name in disk.threads)
    assert disk.sizes == sorted(set(disk.sizes)), "each had more to sync than the one before"


async def test_what_was_written_last_is_synced_though_the_step_says_no_more(spool, clock, disk):
    writer = StepSpool(spool, "S1")
    await write(writer, spool)
    assert disk.sizes == []
    for _ in range(10):
        clock.advance(SYNC_EVERY)
        await writer.flush()
        spool.through.submit(lambda: None).result(10)
    assert disk.sizes == [(spool.folder / "S1.out").stat().st_size], "once, and never for nothing"


async def test_a_step_that_is_silent_is_not_synced(spool, clock, disk):
    writer = StepSpool(spool, "S1")
    clock.advance(60)
    await writer.flush()
    assert disk.sizes == []
    assert not list(spool.folder.iterdir())


async def test_a_slow_sync_holds_up_no_writer_and_does_not_pile_up(spool, clock, disk):
    writer = StepSpool(spool, "S1", patience=5)
    await write(writer, spool)
    disk.open.clear()
    for _ in range(5):
        clock.advance(SYNC_EVERY)
        await write(writer, spool, settle=False)
    assert spool.outline("S1").size == 600, "all of it was written meanwhile"
    disk.open.set()
    spool.through.submit(lambda: None).result(10)
    assert len(disk.sizes) == 1
    await write(writer, spool)
    assert len(disk.sizes) == 2, "what came meanwhile is synced by the next"


async def test_a_sync_that_fails_ends_nothing_and_leaks_nothing(spool, clock, disk):
    disk.error = OSError(5, "Input/output error")
    writer = StepSpool(spool, "S1")
    await write(writer, spool)
    before = open_files()
    for _ in range(3):
        clock.advance(SYNC_EVERY)
        await write(writer, spool)
    assert len(disk.sizes) == 3
    assert open_files() == before
    assert await writer.finish(Totals(stdout=400), ()) == 400


async def test_the_end_is_synced_while_a_sync_is_under_way(spool, clock, disk):
    writer = StepSpool(spool, "S1")
    await write(writer, spool)
    disk.open.clear()
    clock.advance(SYNC_EVERY)
    await write(writer, spool, settle=False)
    assert await writer.finish(Totals(stdout=200), ()) == 200
    disk.open.set()
    spool.through.submit(lambda: None).result(10)
    spool.work.submit(lambda: None).result(10)
    assert len(disk.sizes) == 2
    assert disk.sizes[-1] == (spool.folder / "S1.out").stat().st_size

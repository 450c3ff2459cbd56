"""The writer thread and its groups: full queues, full disks, callers who go away, the end."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from guardia.hub.errors import BusyError, StoreError
from guardia.hub.store import database as module
from guardia.hub.store.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    await database.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER UNIQUE, data BLOB)")))
    yield database
    database.close()


def put(number: int, size: int = 1):  # type: ignore[no-untyped-def]
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO t VALUES (:n, zeroblob(:size))"), {"n": number, "size": size})
        return number

    return work


async def numbers(database: Database) -> list[int]:
    query = text("SELECT n FROM t ORDER BY n")
    return await database.read(lambda connection: list(connection.execute(query).scalars()))


class Stalled:
    """The writer waits inside a transaction until the block ends."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inside, self.go = threading.Event(), threading.Event()

    def hold(self, _connection: Connection) -> None:
        self.inside.set()
        assert self.go.wait(60)

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self.database.write(self.hold))
        await asyncio.to_thread(self.inside.wait)

    async def __aexit__(self, *_: object) -> None:
        self.go.set()
        await self.task


async def test_a_full_queue_refuses_and_has_done_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr(module, "MAX_QUEUED", 3)
    small = Database(database.url)
    try:
        async with Stalled(small):
            waiting = [asyncio.create_task(small.write(put(n))) for n in range(3)]
            await asyncio.sleep(0.01)
            with pytest.raises(BusyError):
                await small.write(put(99))
        assert await asyncio.gather(*waiting) == [0, 1, 2]
        assert await numbers(small) == [0, 1, 2]
        await small.write(put(99))
    finally:
        small.close()


async def test_a_full_disk_is_an_error_that_ends_when_there_is_room_again(database: Database) -> None:
    """`max_page_count` makes SQLite answer exactly as on a full disk (SQLITE_FULL)."""
    await database.write(put(1))

    async def limit(pages: int) -> None:
        await database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}"))

    await limit(1)  # not below what there is
    works = [put(2, 100_000), put(3), put(4, 100_000), put(5)]
    results = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert isinstance(results[0], StoreError)
    assert isinstance(results[2], StoreError)
    # Told and true agree for the small ones, whichever way it went for them.
    told = {result for result in results if isinstance(result, int)}
    assert set(await numbers(database)) == {1} | told
    await limit(1_000_000)
    await database.write(put(6, 100_000))
    assert 6 in await numbers(database)


async def test_a_write_that_raises_is_undone_alone(database: Database) -> None:
    def half(connection: Connection) -> None:
        put(7)(connection)
        raise KeyError("half way")

    async with Stalled(database):
        tasks = [asyncio.create_task(database.write(work)) for work in (put(1), half, put(1), put(2))]
        await asyncio.sleep(0.01)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [int, KeyError, StoreError, int]
    assert await numbers(database) == [1, 2]


async def test_a_cancelled_caller_does_not_undo_the_write(database: Database) -> None:
    async with Stalled(database):
        task = asyncio.create_task(database.write(put(1)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await database.write(put(2))  # later in the same queue
    assert await numbers(database) == [1, 2]


async def test_close_finishes_what_was_queued_and_then_refuses(tmp_path: Path, database: Database) -> None:
    other = Database(database.url)
    stalled = Stalled(other)
    await stalled.__aenter__()
    tasks = [asyncio.create_task(other.write(put(n))) for n in range(700)]  # more than one group
    await asyncio.sleep(0.05)
    stalled.go.set()
    await asyncio.to_thread(other.close)
    assert await asyncio.gather(*tasks) == list(range(700))
    assert len(await numbers(database)) == 700
    with pytest.raises(StoreError):
        await other.write(put(1000))
    other.close()


async def test_the_writer_outlives_an_error_that_is_not_sqlalchemys(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drivers raise their own errors while a new connection is prepared."""

    def broken() -> object:
        raise OSError("disk I/O error")

    other = Database(database.url)
    with monkeypatch.context() as patch:
        patch.setattr(other.engine, "connect", broken)
        with pytest.raises(StoreError):
            await other.write(put(1))
    assert await other.write(put(2)) == 2
    assert await numbers(database) == [2]
    await asyncio.to_thread(other.close)


async def test_readers_cannot_keep_the_writer_from_writing(database: Database) -> None:
    counted, go = threading.Event(), threading.Event()

    def slow(connection: Connection) -> int:
        first = int(connection.execute(text("SELECT count(*) FROM t")).scalar_one())
        counted.set()
        assert go.wait(60)
        assert connection.execute(text("SELECT count(*) FROM t")).scalar_one() == first  # one snapshot
        return first

    reading = asyncio.create_task(database.read(slow))
    assert await asyncio.to_thread(counted.wait, 60)
    await database.write(put(1))
    go.set()
    assert await reading == 0


async def test_what_a_reader_writes_does_not_stay(database: Database) -> None:
    await database.read(put(5))
    assert await numbers(database) == []


async def test_errors_of_the_database_come_as_store_errors(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    with pytest.raises(StoreError) as raised:
        await database.write(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    assert raised.value.__cause__ is not None


async def test_results_come_after_the_commit(database: Database) -> None:
    async def seen(number: int) -> bool:
        await database.write(put(number))
        return number in await numbers(database)

    assert all(await asyncio.gather(*map(seen, range(100))))

"""The database behind ports: one writer thread that commits in groups, and a few readers.

Why not an async driver: on this kind of machine SQLite commits 61,000 rows a second in groups of 100 from one thread,
1,600 through aiosqlite (see docs/adr/0002-store.md). The same code serves PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from guardia.hub.errors import BusyError, StoreError
from guardia.hub.store.prepared import command

T = TypeVar("T")
A = TypeVar("A")

MAX_QUEUED = 10_000
"""Writes that may wait; one more is refused with `BusyError` and nothing of it has happened."""
MAX_GROUP = 500
READERS = 3


def open_engine(url: str) -> Engine:
    """Engine of `sqlite:///…` or `postgresql+psycopg://…`, with explicit transactions and durable commits."""
    engine = create_engine(url, poolclass=QueuePool, pool_size=READERS + 1, max_overflow=2, pool_pre_ping=False)
    if make_url(url).get_backend_name() == "sqlite":

        @event.listens_for(engine, "connect")
        def _configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # the driver's own BEGIN is deferred and fails on upgrade
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            command(connection, "BEGIN" if connection.info.get("readonly") else "BEGIN IMMEDIATE")

    return engine


Batch = Callable[[Connection, list[Any]], list[Any]]


class _Work:
    __slots__ = ("batch", "error", "function", "future", "item", "loop", "result")

    def __init__(
        self,
        function: Callable[[Connection], Any],
        loop: asyncio.AbstractEventLoop,
        batch: Batch | None = None,
        item: Any = None,
    ) -> None:
        self.function = function
        self.batch = batch
        self.item = item
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def _settle(works: list[_Work]) -> None:
    for work in works:
        work.settle()


class Database:
    """Runs functions of a connection: `write` in group transactions of the one writer, `read` beside it.

    A write's function must not keep the connection and must be free to run once only; its result comes after the
    commit. If it raises, its own changes alone are undone. Errors of the database come as `StoreError`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()  # `Queue` costs 10 µs a write
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._closed = False
        self._connection: Connection | None = None  # the writer's own, kept from group to group
        self._writer = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._writer.start()

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in the writer and return its result once it is committed.

        Raises what the function raised, `BusyError` when `MAX_QUEUED` writes wait, `StoreError` when the commit failed
        (then nothing was written). A cancelled caller does not undo the write.
        """
        result: T = await self._enqueue(_Work(function, asyncio.get_running_loop()))
        return result

    async def write_together(self, batch: Callable[[Connection, list[A]], list[T]], item: A) -> T:
        """Like `write`, for what costs less for several callers at once than for each: `batch` is given the items of
        neighbours in a group, and returns their results in order.

        When it raises, nothing of it has happened, and it is called again for each item alone: an error is only his
        whose item it is.
        """
        work = _Work(lambda connection: batch(connection, [item])[0], asyncio.get_running_loop(), batch, item)
        result: T = await self._enqueue(work)
        return result

    async def _enqueue(self, work: _Work) -> Any:
        if self._closed:
            raise StoreError("the database is closed")
        if self._queue.qsize() >= MAX_QUEUED:
            raise BusyError(f"{MAX_QUEUED} writes are waiting for the database")
        self._queue.put(work)
        # Not the writer's to cancel: a caller that is cancelled leaves the future, and the write goes on.
        return await work.future

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in a reader, in a transaction that writes nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, function)

    def _read(self, function: Callable[[Connection], T]) -> T:
        try:
            with self.engine.connect() as connection:
                connection.info["readonly"] = True
                try:
                    return function(connection)
                finally:
                    connection.rollback()
                    connection.info["readonly"] = False
        except SQLAlchemyError as error:
            raise StoreError(f"read failed: {type(error).__name__}") from error

    def close(self) -> None:
        """Finish what was queued, then close. Idempotent."""
        self._closed = True
        if self._writer.is_alive():
            self._queue.put(None)
            self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    # --- the writer thread ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            last = False
            while len(group) < MAX_GROUP:
                try:
                    work = self._queue.get_nowait()
                except queue.Empty:
                    break
                if work is None:
                    last = True
                    break
                group.append(work)
            self._commit(group)
            if last:
                break
        self._disconnect()

    def _commit(self, group: list[_Work]) -> None:
        try:
            if self._connection is None:
                self._connection = self.engine.connect()
            connection = self._connection
            with connection.begin():
                if len(group) == 1:  # nobody else's work has to stay: the transaction itself is undone
                    self._call(connection, group[0], connection.rollback)
                else:
                    for batch, works in itertools.groupby(group, lambda work: work.batch):
                        self._apply_all(connection, batch, list(works))
        except Exception as error:  # noqa: BLE001 - goes to whoever waits; the writer must outlive a driver's own errors
            for work in group:
                work.error = StoreError(f"commit failed: {type(error).__name__}")
                work.error.__cause__ = error
            self._disconnect()  # whatever state it is in: the next group begins with a new one
        for loop in {work.loop for work in group}:
            try:
                loop.call_soon_threadsafe(_settle, [work for work in group if work.loop is loop])
            except RuntimeError:  # the loop has closed: the write stands, nobody waits for it any more
                continue

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.close()

    @classmethod
    def _apply_all(cls, connection: Connection, batch: Batch | None, works: list[_Work]) -> None:
        if batch is not None and len(works) > 1 and cls._apply_together(connection, batch, works):
            return
        for work in works:
            cls._apply(connection, work)

    @staticmethod
    def _apply_together(connection: Connection, batch: Batch, works: list[_Work]) -> bool:
        command(connection, "SAVEPOINT work")
        try:
            results = batch(connection, [work.item for work in works])
        except Exception:  # noqa: BLE001 - not lost: whose item it was meets it again when each is done alone
            command(connection, "ROLLBACK TO SAVEPOINT work")
            results = None
        command(connection, "RELEASE SAVEPOINT work")
        if results is None:
            return False
        for work, result in zip(works, results, strict=True):
            work.result = result
        return True

    @classmethod
    def _apply(cls, connection: Connection, work: _Work) -> None:
        # By hand: SQLAlchemy gives every savepoint a name of its own and compiles it anew each time.
        command(connection, "SAVEPOINT work")
        cls._call(connection, work, lambda: command(connection, "ROLLBACK TO SAVEPOINT work"))
        command(connection, "RELEASE SAVEPOINT work")

    @staticmethod
    def _call(connection: Connection, work: _Work, undo: Callable[[], object]) -> None:
        try:
            work.result = work.function(connection)
        except SQLAlchemyError as error:
            undo()
            work.error = StoreError(f"write failed: {type(error).__name__}: {error.__class__.__doc__ or ''}".strip())
            work.error.__cause__ = error
        except Exception as error:  # noqa: BLE001 - the caller's own error goes back to the caller, whole
            undo()
            work.error = error


def ping(connection: Connection) -> None:
    """For health checks: raises when the database does not answer."""
    connection.execute(text("SELECT 1"))

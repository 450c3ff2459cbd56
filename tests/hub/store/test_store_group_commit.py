"""The store on SQLite and on PostgreSQL: an error in a group undoes its own write alone, and a whole flow is kept."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from guardia.hub.core.events import TicketAttached
from guardia.hub.core.evolve import evolve
from guardia.hub.core.states import RequestState
from guardia.hub.errors import ConflictError, StoreError
from guardia.hub.ports import Commit
from guardia.hub.store.database import Database
from tests.cmdb.postgres import empty, private_postgres
from tests.support.world import World, check


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return empty(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'store.db'}"


def add(number: int) -> Callable[[Connection], int]:
    """A write's function; 13 breaks a constraint, 14 finds that it is late."""

    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})
        if number == 13:
            connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})
        if number == 14:
            raise ConflictError("too late")
        return number

    return work


async def test_an_error_undoes_its_own_write_alone(url: str) -> None:
    database = Database(url)
    try:
        await database.write(lambda connection: connection.execute(text("CREATE TABLE kept (n INTEGER PRIMARY KEY)")))
        writes = (database.write(add(number)) for number in range(10, 20))
        done = await asyncio.gather(*writes, return_exceptions=True)
        assert [one for one in done if isinstance(one, int)] == [10, 11, 12, 15, 16, 17, 18, 19]
        assert isinstance(done[3], StoreError)
        assert isinstance(done[4], ConflictError)
        with pytest.raises(ConflictError):
            await database.write(add(14))  # alone in its group
        kept = await database.read(
            lambda connection: list(connection.execute(text("SELECT n FROM kept ORDER BY n")).scalars())
        )
        assert kept == [10, 11, 12, 15, 16, 17, 18, 19]
    finally:
        database.close()


async def test_a_whole_flow_is_kept(url: str, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.url = url
    await world.start()
    try:
        await world.connect("A-WAS-01", "A-WAS-02")
        receipt = await world.say("디스크 확인", check(), message_id="m-1")
        assert await world.say("디스크 확인", check(), message_id="m-1") == receipt
        assert await world.work_off("A-WAS-01") + await world.work_off("A-WAS-02") == 2
        request = await world.request(receipt.request_ids[0])
        assert request.state is RequestState.SUCCEEDED
        assert await world.store.outbox() == []
        assert await world.store.open_inbox() == []
        assert (await world.store.verify())[1] == []
        numbers = [await world.store.next_number("fencing"), await world.store.next_number("fencing", 5)]
        assert [*numbers, await world.store.next_number("fencing")] == [1, 2, 7]
        for _ in range(2):
            await world.store.add_output("step", 1, "stdout", b"once")
        assert await world.store.output("step") == [(1, "stdout", b"once")]
        shown = await world.store.messages("ops")
        ids = [message.message_id for message in shown]
        assert len(ids) == len(set(ids))
        assert len({message.seq for message in shown}) == len(ids)
        assert f"card-{request.request_id}" in ids
    finally:
        await world.stop()


def add_all(calls: list[list[int]]) -> Callable[[Connection, list[int]], list[int]]:
    """A function for several callers at once; 13 breaks a constraint, 14 finds that it is late, after the write."""

    def batch(connection: Connection, numbers: list[int]) -> list[int]:
        calls.append(numbers)
        connection.execute(text("INSERT INTO kept VALUES (:n)"), [{"n": number} for number in numbers])
        if 13 in numbers:
            connection.execute(text("INSERT INTO kept VALUES (13)"))
        if 14 in numbers:
            raise ConflictError("too late")
        return [10 * number for number in numbers]

    return batch


async def test_neighbours_are_written_together_and_an_error_is_only_its_owners(url: str) -> None:
    database = Database(url)
    calls: list[list[int]] = []
    batch = add_all(calls)
    inside, go = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        inside.set()
        assert go.wait(10)

    try:
        await database.write(lambda connection: connection.execute(text("CREATE TABLE kept (n INTEGER PRIMARY KEY)")))
        held = asyncio.create_task(database.write(hold))
        await asyncio.to_thread(inside.wait)  # what comes now is one group
        numbers = [1, 2, 3, 13, 4, 14, 5]
        together = [asyncio.create_task(database.write_together(batch, number)) for number in numbers[:3]]
        await asyncio.sleep(0)
        between = asyncio.create_task(database.write(add(99)))
        await asyncio.sleep(0)
        mixed = [asyncio.create_task(database.write_together(batch, number)) for number in numbers[3:]]
        await asyncio.sleep(0)
        go.set()
        await held
        assert await asyncio.gather(*together, between) == [10, 20, 30, 99]
        done = await asyncio.gather(*mixed, return_exceptions=True)
        assert isinstance(done[0], StoreError)
        assert isinstance(done[2], ConflictError)
        assert [done[1], done[3]] == [40, 50]
        assert calls == [[1, 2, 3], [13, 4, 14, 5], [13], [4], [14], [5]]
        kept = await database.read(
            lambda connection: list(connection.execute(text("SELECT n FROM kept ORDER BY n")).scalars())
        )
        assert kept == [1, 2, 3, 4, 5, 99]
    finally:
        go.set()
        database.close()


async def test_commits_of_many_requests_at_once_are_each_whole(url: str, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.url = url
    await world.start()
    try:
        await world.connect("A-WAS-01")
        receipts = await asyncio.gather(*(world.say(f"디스크 {number}", check("A-WAS-01")) for number in range(30)))
        requests = [await world.request(receipt.request_ids[0]) for receipt in receipts]
        late = [Commit(request=request, expected_version=request.version - 1, events=()) for request in requests[:2]]
        more = [
            Commit(
                request=evolve(request, event := TicketAttached(at_ms=1, by="a", ticket_id=f"T-{n}")),
                expected_version=request.version,
                events=(event,),
            )
            for n, request in enumerate(requests[2:])
        ]
        commits = [*late, *more, more[0]]
        done = await asyncio.gather(*map(world.store.commit, commits), return_exceptions=True)
        assert [type(one) for one in done] == [ConflictError] * 2 + [list] * len(more) + [ConflictError]
        count, wrong = await world.store.verify()
        assert wrong == []
        assert count == sum(request.version for request in requests) + len(more)
    finally:
        await world.stop()

"""The inventory behind the hub's port."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardia.cmdb.diff import compare, make_inventory
from guardia.cmdb.errors import ImportRowsError, StaleRevisionError
from guardia.cmdb.resolve import Resolved
from guardia.hub.errors import StoreError
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.ports import InventoryPort
from guardia.hub.store.database import Database
from tests.cmdb.estates import SMALL_ALIASES, SMALL_SERVERS, small_folder, write_csv
from tests.cmdb.postgres import empty, private_postgres
from tests.support.clock import FakeClock


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    else:
        database = Database(empty(request.getfixturevalue("postgres_url")))
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "estate").mkdir()
    return small_folder(tmp_path / "estate")


async def test_a_folder_is_imported_and_stays(database: Database, folder: Path) -> None:
    clock = FakeClock()
    inventory = StoredInventory(database, now_ms=clock.now_ms)
    port: InventoryPort = inventory
    with pytest.raises(StoreError):
        port.snapshot()
    assert (await inventory.load()).revision == 0
    imported = await inventory.import_folder(folder, "admin1")
    assert imported.revision == 1
    assert imported.diff.counts["added"] == len(SMALL_SERVERS)
    assert port.snapshot().revision == 1
    assert isinstance(inventory.resolver().system("대출"), Resolved)
    assert inventory.resolver() is inventory.resolver()
    (revision,) = await inventory.revisions()
    assert (revision.actor, revision.source, revision.imported_ms) == ("admin1", str(folder), clock.now_ms())

    again = StoredInventory(database)
    assert await again.load() == port.snapshot()
    assert (await again.import_folder(folder, "admin1")).revision == 1


async def test_a_wrong_row_changes_nothing(database: Database, folder: Path) -> None:
    inventory = StoredInventory(database)
    await inventory.import_folder(folder, "admin1")
    before = inventory.snapshot()
    write_csv(folder, [*SMALL_SERVERS[1:], SMALL_SERVERS[-1]], [])
    with pytest.raises(ImportRowsError):
        await inventory.import_folder(folder, "admin1")
    assert await StoredInventory(database).load() == before
    assert inventory.snapshot() is before


async def test_another_process_is_noticed(database: Database, folder: Path) -> None:
    one, two = StoredInventory(database), StoredInventory(database)
    await one.load()
    old = await two.plan_folder(folder)
    await one.import_folder(folder, "admin1")
    with pytest.raises(StaleRevisionError):
        await two.apply(old, actor="admin2", source="test")
    assert two.snapshot() == one.snapshot()
    fewer = compare(two.snapshot(), make_inventory(two.snapshot().servers[:1], ()))
    assert await two.apply(fewer, actor="admin2", source="test") == 2
    assert one.snapshot().revision == 1
    assert (await one.load()).revision == 2
    assert len(one.snapshot().servers) == 1


async def test_imports_at_once_are_one_after_the_other(database: Database, folder: Path) -> None:
    first = StoredInventory(database)
    await first.load()
    others = [StoredInventory(database) for _ in range(4)]
    plans = [await other.plan_folder(folder) for other in others]
    outcomes = await asyncio.gather(
        *(other.apply(plan, actor="admin1", source="t") for other, plan in zip(others, plans, strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StaleRevisionError"] * 3 + ["int"]
    assert len((await first.load()).aliases) == len(SMALL_ALIASES)


async def test_two_of_a_process_may_start_at_once(database: Database) -> None:
    both = [StoredInventory(database), StoredInventory(database)]
    assert [one.revision for one in await asyncio.gather(*(one.load() for one in both))] == [0, 0]

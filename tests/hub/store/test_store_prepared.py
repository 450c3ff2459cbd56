"""Statements by the driver itself, on both databases."""

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from guardia.hub.errors import StoreError
from guardia.hub.store import deliveries, hooks, statements
from guardia.hub.store.database import Database
from guardia.hub.store.prepared import AT_ONCE, Prepared

table = Table(
    "prepared_test",
    MetaData(),
    Column("key", String(20), primary_key=True),
    Column("number", Integer),
    Column("data", LargeBinary),
)
ADD = Prepared(insert(table), ("key", "number", "data"))
CHANGE = Prepared(update(table).where(table.c.key == bindparam("of_key")), ("data", "number"), ("of_key",))
DROP = Prepared(delete(table).where(table.c.key == bindparam("of_key")), chosen_by=("of_key",))
NEW = Prepared(
    {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(table.c.key, table.c.number),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(table.c.key, table.c.number),
    },
    ("key", "number", "data"),
)
ALL = Prepared(select(table.c.key, table.c.number, table.c.data).order_by(table.c.key))
SECRET = "a value that no error may show"


@pytest.fixture
async def made(store_database: Database) -> Database:
    def make(connection: Connection) -> None:
        table.drop(connection, checkfirst=True)
        table.create(connection)

    await store_database.write(make)
    return store_database


async def test_rows_go_in_and_come_out(made: Database) -> None:
    rows = [
        {"key": "a", "number": 1, "data": b"\0\xff"},
        {"key": "b", "number": None, "data": None},
        {"key": "가", "number": -5, "data": b""},
    ]

    def work(connection: Connection) -> list[tuple[object, ...]]:
        ADD.run(connection, rows[0])
        ADD.run_rows(connection, [tuple(row.values()) for row in rows[1:]])
        return list(ALL.run(connection, {}).fetchall())

    found = await made.write(work)
    assert [tuple(row) for row in found] == [tuple(row.values()) for row in rows]
    assert await made.read(lambda connection: ALL.scalar(connection, {})) == "a"


async def test_values_by_place_reach_the_columns_they_are_named_for(made: Database) -> None:
    def work(connection: Connection) -> list[tuple[object, ...]]:
        ADD.run_rows(connection, [("a", 1, b"1"), ("b", 2, b"2"), ("c", 3, b"3")])
        CHANGE.run_rows(connection, [(b"first", 10, "a"), (b"second", 20, "b")])
        DROP.run_rows(connection, [("c",)])
        return list(ALL.run(connection, {}).fetchall())

    assert [tuple(row) for row in await made.write(work)] == [("a", 10, b"first"), ("b", 20, b"second")]


COUNTS = sorted(
    {0, 1, 2} | {size + more for size in AT_ONCE for more in (-1, 0, 1)} | {2 * AT_ONCE[0] + AT_ONCE[-1] + 3}
)


@pytest.mark.parametrize("count", COUNTS)
async def test_any_number_of_rows_goes_in_each_once_and_whole(made: Database, count: int) -> None:
    rows = [(f"k{number:04}", number, b"%d" % number) for number in range(count)]

    def work(connection: Connection) -> list[tuple[object, ...]]:
        ADD.run_rows(connection, rows)
        return list(ALL.run(connection, {}).fetchall())

    assert [tuple(row) for row in await made.write(work)] == rows


@pytest.mark.parametrize("count", COUNTS)
async def test_what_an_insert_returns_comes_of_every_row_that_is_new(made: Database, count: int) -> None:
    rows = [(f"k{number:04}", number, None) for number in range(count)]

    def work(connection: Connection) -> list[tuple[object, ...]]:
        ADD.run_rows(connection, rows[::3])
        return NEW.rows_of(connection, [*rows, *rows])

    found = await made.write(work)
    assert sorted(tuple(row) for row in found) == [row[:2] for row in rows if row not in rows[::3]]


async def test_an_error_among_many_rows_undoes_them_all(made: Database) -> None:
    rows = [(f"k{number:04}", number, None) for number in range(200)]
    with pytest.raises(StoreError) as caught:
        await made.write(lambda connection: ADD.run_rows(connection, [*rows, rows[70]]))
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert await made.read(lambda connection: ALL.one(connection, {})) is None


async def test_errors_are_those_of_sqlalchemy_without_the_values(made: Database) -> None:
    row = {"key": SECRET[:20], "number": 1, "data": None}

    def twice(connection: Connection) -> None:
        ADD.run(connection, row)
        ADD.run_rows(connection, [tuple(row.values())] * 2)

    with pytest.raises(StoreError) as caught:
        await made.write(twice)
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert SECRET[:20] not in str(caught.value)
    assert caught.value.__cause__.params is None
    assert await made.read(lambda connection: ALL.one(connection, {})) is None, "the whole of it is undone"


async def test_a_statement_that_the_database_refuses_is_a_store_error(made: Database) -> None:
    missing = Prepared(select(Table("no_such_table", MetaData(), Column("x", Integer)).c.x))

    def work(connection: Connection) -> None:
        missing.run(connection, {})

    with pytest.raises(StoreError) as caught:
        await made.write(work)
    assert isinstance(caught.value.__cause__, DBAPIError)
    await made.write(lambda connection: ADD.run(connection, {"key": "x", "number": 1, "data": None}) and None)
    assert await made.read(lambda connection: ALL.scalar(connection, {})) == "x"


def inserts() -> list[Prepared]:
    return [
        one
        for module in (statements, hooks, deliveries)
        for one in vars(module).values()
        if isinstance(one, Prepared) and one._widens(sqlite.dialect())
    ]


def test_every_insert_of_the_store_can_take_many_rows_in_one_statement() -> None:
    """SQLite counts the values that a statement wants: as many more as there are rows more, and 999 at most."""
    assert len(inserts()) > 8
    for one in inserts():
        sql, order = one._of(sqlite.dialect())
        assert order is not None
        assert sorted(order) == sorted(one._names), "no value stands anywhere but among those of the row"
        assert one._wide(sql, 64).count("?") == 64 * sql.count("?") == 64 * len(order) <= 999

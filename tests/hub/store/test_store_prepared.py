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
from sqlalchemy.exc import DBAPIError, IntegrityError

from guardia.hub.errors import StoreError
from guardia.hub.store.database import Database
from guardia.hub.store.prepared import Prepared

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

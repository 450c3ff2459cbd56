"""Statements that are compiled once for each database and run by the driver itself.

SQLAlchemy's own execution costs 40 µs a statement here, SQLite's 7: where a message's way and every agent's frame pass,
that difference is most of the work. The SQL is still SQLAlchemy's, made from the tables; errors are SQLAlchemy's too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NoReturn

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.sql.expression import ClauseElement, Insert

Values = Mapping[str, Any]
Row = tuple[Any, ...]

AT_ONCE = (64, 8)
"""Rows of one insert into SQLite, as long as there are so many; what is left goes in row by row. Few sizes, so that
each is parsed once; SQLite before 3.32 binds 999 values at most, and no table has more than 15 columns that are
written.

Row by row the driver lets go of the interpreter's lock and waits for it again after each, beside an event loop that has
always something to do."""


class Prepared:
    """One statement, or one for each dialect where they differ.

    `columns`: the columns that an insert or update sets; values are bound by name, as SQLAlchemy would, or by place in
    `run_rows`: `columns`, then `chosen_by`, the names that choose the row. Results come as the driver gives them, so
    only columns of texts, whole numbers and bytes may be selected.
    """

    def __init__(
        self,
        statement: ClauseElement | Mapping[str, ClauseElement],
        columns: Sequence[str] = (),
        chosen_by: Sequence[str] = (),
    ) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._names = (*columns, *chosen_by)
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}
        self._arrange: dict[str, Callable[[Row], Any]] = {}
        self._widened: dict[int, str] = {}

    def _of(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        known = self._compiled.get(dialect.name)
        if known is None:
            compiled = self._statement_of(dialect).compile(dialect=dialect, column_keys=self._columns)
            order = getattr(compiled, "positiontup", None)
            known = self._compiled[dialect.name] = (str(compiled), tuple(order) if order is not None else None)
        return known

    def _statement_of(self, dialect: Dialect) -> ClauseElement:
        return self._statement if isinstance(self._statement, ClauseElement) else self._statement[dialect.name]

    def run(self, connection: Connection, values: Values) -> Any:
        """Execute it; the driver's cursor. Raises `IntegrityError`, `DBAPIError`."""
        sql, order = self._of(connection.dialect)
        bound = [values[name] for name in order] if order is not None else values
        try:
            return _driver(connection).execute(sql, bound)
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, sql, error)

    def one(self, connection: Connection, values: Values) -> Row | None:
        """The first row, or None."""
        row: Row | None = self.run(connection, values).fetchone()
        return row

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the first row, or None."""
        row = self.run(connection, values).fetchone()
        return None if row is None else row[0]

    def run_rows(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute it for each row, in order; values by place, which saves a mapping a row. Raises like `run`."""
        driver = _driver(connection)
        sql, arranged = self._bound(connection.dialect, rows)
        wide, left = self._together(connection.dialect, sql, arranged)
        try:
            for statement, values in wide:
                driver.execute(statement, values)
            driver.cursor().executemany(sql, left)
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, sql, error)

    def rows_of(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        """Execute an insert that returns something for each row, in order. All that came back, in any order."""
        driver = _driver(connection)
        sql, arranged = self._bound(connection.dialect, rows)
        wide, left = self._together(connection.dialect, sql, arranged)
        found: list[Row] = []
        try:
            for statement, values in [*wide, *((sql, values) for values in left)]:
                found += driver.execute(statement, values).fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            _raise(connection, sql, error)
        return found

    def _bound(self, dialect: Dialect, rows: Sequence[Row]) -> tuple[str, list[Any]]:
        """The statement, and each row as the driver binds it."""
        sql, order = self._of(dialect)
        arrange = self._arrange.get(dialect.name)
        if arrange is None:
            arrange = self._arrange[dialect.name] = self._arranged(order)
        return sql, [arrange(row) for row in rows]

    def _together(
        self, dialect: Dialect, sql: str, arranged: Sequence[Any]
    ) -> tuple[list[tuple[str, list[Any]]], Sequence[Any]]:
        """Statements of many rows, each with its values one after the other; and the rows that are left."""
        wide: list[tuple[str, list[Any]]] = []
        done = 0
        for size in AT_ONCE if self._widens(dialect) else ():
            while len(arranged) - done >= size:
                wide.append((self._wide(sql, size), list(chain.from_iterable(arranged[done : done + size]))))
                done += size
        return wide, arranged[done:]

    def _widens(self, dialect: Dialect) -> bool:
        """May one statement hold several rows? psycopg sends the rows of `executemany` together by itself."""
        return dialect.name == "sqlite" and isinstance(self._statement_of(dialect), Insert)

    def _wide(self, sql: str, rows: int) -> str:
        """`sql` with so many rows of values. An insert of one row of parameters, and no others, as the tests look that
        every one of the store is."""
        wide = self._widened.get(rows)
        if wide is None:
            one = f"({', '.join('?' * len(self._names))})"
            before, values, after = sql.partition(f" VALUES {one}")
            assert values, f"no insert of one row: {sql}"
            wide = self._widened[rows] = f"{before} VALUES {', '.join([one] * rows)}{after}"
        return wide

    def _arranged(self, order: tuple[str, ...] | None) -> Callable[[Row], Any]:
        """From values in the order of the names to what the driver binds."""
        names = self._names
        if order is None:
            return lambda row: dict(zip(names, row, strict=True))
        places = [names.index(name) for name in order]
        return itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)


def command(connection: Connection, sql: str) -> None:
    """Run a fixed statement without values, such as those of savepoints."""
    try:
        _driver(connection).execute(sql)
    except connection.dialect.loaded_dbapi.Error as error:
        _raise(connection, sql, error)


def _driver(connection: Connection) -> Any:
    # `driver_connection` would be the same, by three properties: neither driver has an adapter between.
    return connection.connection.dbapi_connection


def _raise(connection: Connection, sql: str, error: Exception) -> NoReturn:
    """As SQLAlchemy would, without the values: they may be secret."""
    dialect = connection.dialect
    if dialect.is_disconnect(error, _driver(connection), None):  # type: ignore[arg-type]  # a DBAPI error, checked above
        connection.invalidate(error)
    kind = IntegrityError if isinstance(error, dialect.loaded_dbapi.IntegrityError) else DBAPIError
    raise kind(sql, None, error, hide_parameters=True) from error

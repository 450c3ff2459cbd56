"""The hub's fault hook: off by default, obeyed for tests only, and only at the named point."""

import pytest

from guardia.hub.store.database import Database
from guardia.hub.store.fault import POINTS, FaultStore, make_store
from guardia.hub.store.log import SqlStore


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    yield database
    database.close()


def test_without_the_variables_there_is_no_fault(database, monkeypatch):
    monkeypatch.delenv("GUARDIA_TESTING", raising=False)
    assert type(make_store(database)) is SqlStore
    monkeypatch.setenv("GUARDIA_HUB_FAULT_KILL_AT", POINTS[0])
    assert type(make_store(database)) is SqlStore, "a variable alone, as a stranger might set it, does nothing"


def test_for_tests_the_named_point_is_obeyed_and_an_unknown_one_is_told(database, monkeypatch):
    monkeypatch.setenv("GUARDIA_TESTING", "1")
    for point in POINTS:
        monkeypatch.setenv("GUARDIA_HUB_FAULT_KILL_AT", point)
        assert type(make_store(database)) is FaultStore
    monkeypatch.setenv("GUARDIA_HUB_FAULT_KILL_AT", "outbox.nowhere")
    with pytest.raises(ValueError, match=r"outbox\.committed"):
        make_store(database)

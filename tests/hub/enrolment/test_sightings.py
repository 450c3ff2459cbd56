"""Connections that outlive the hub: kept by agent, recalled within their time, on both databases."""

import pytest

from guardia.hub.core.clones import KeptSighting
from guardia.hub.enrolment.sightings import SqlSightings
from guardia.hub.enrolment.tables import agent_sightings


@pytest.fixture
def history(database) -> SqlSightings:
    return SqlSightings(database)


def came(instance: str, at_ms: int) -> KeptSighting:
    return KeptSighting(instance, f"boot-{instance}", "10.0.0.1:4711", at_ms)


async def test_what_was_kept_is_recalled_and_the_newest_takes_its_place(history) -> None:
    await history.keep("was01", [came("a", 10)])
    await history.keep("was01", [came("a", 10), came("b", 20)])
    await history.keep("was02", [came("c", 30)])
    assert await history.recall(15) == {"was01": (came("a", 10), came("b", 20)), "was02": (came("c", 30),)}


async def test_what_is_too_old_is_forgotten(history) -> None:
    await history.keep("was01", [came("a", 10), came("b", 20)])
    await history.keep("was02", [came("c", 30)])
    assert set(await history.recall(25)) == {"was02"}
    assert set(await history.recall(0)) == {"was02"}


async def test_nothing_to_keep_is_forgotten_at_once(history) -> None:
    await history.keep("was01", [came("a", 10)])
    await history.keep("was01", [])
    await history.keep("nobody", [])
    assert await history.recall(0) == {}


async def test_a_damaged_row_keeps_no_hub_from_starting(history, database) -> None:
    await history.keep("was01", [came("a", 10)])
    await history.keep("was02", [came("b", 10)])
    spoil = agent_sightings.update().where(agent_sightings.c.agent_id == "was01").values(sightings=b"\xff\x00")
    await database.write(lambda connection: connection.execute(spoil) and None)
    assert await history.recall(0) == {"was02": (came("b", 10),)}

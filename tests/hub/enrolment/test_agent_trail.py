"""Who decided what about agents: written with the decision, in one chain that shows every tampering."""

import asyncio

import pytest
from sqlalchemy import text

from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.enrolment.trail import MAX_REASON, AgentDeed, AgentTrail, note
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.store.database import Database

ADMIN = "admin:ops"


@pytest.fixture
async def trail(registry, database) -> AgentTrail:
    await registry.create_agent("was01", "MOF-WAS-01")
    return AgentTrail(database)


@pytest.fixture
def registry(database, authority, clock) -> EnrolmentRegistry:
    return EnrolmentRegistry(database, clock, authority.ca.pin)


async def enrol(registry, authority, clock) -> None:
    from guardia.certs.csr import new_key
    from guardia.certs.jointoken import JoinToken

    token = JoinToken.parse(await registry.create_join_token("was01"))
    key = new_key().public_key()
    await registry.redeem(token, "k" * 64, lambda agent: authority.ca.issue_agent(key, agent, clock.now_ms()))


async def test_every_decision_says_who_when_and_why(registry, trail, authority, clock) -> None:
    begun = clock.now_ms()
    await enrol(registry, authority, clock)
    await registry.drain("was01", by=ADMIN, reason="디스크 교체")
    clock.advance(60)
    await registry.drain("was01", undo=True, by=ADMIN)
    await registry.fence("was01", "two hosts")
    await registry.unfence("was01", by=ADMIN, reason="복제를 멈춤")
    await registry.revoke("was01", by=ADMIN, reason="서버 폐기")
    await registry.reinstate("was01", by=ADMIN)
    found = await trail.events()
    assert [(one.place, one.what, one.by, one.reason) for one in found] == [
        (1, "drained", ADMIN, "디스크 교체"),
        (2, "undrained", ADMIN, ""),
        (3, "fenced", "hub", "two hosts"),
        (4, "unfenced", ADMIN, "복제를 멈춤"),
        (5, "revoked", ADMIN, "서버 폐기"),
        (6, "reinstated", ADMIN, ""),
    ]
    assert [one.at_ms - begun for one in found] == [0, 60_000, 60_000, 60_000, 60_000, 60_000]
    assert await trail.verify() == (6, [])


async def test_what_changes_nothing_leaves_no_entry(registry, trail) -> None:
    await registry.drain("was01", undo=True, by=ADMIN)
    for _ in range(2):
        await registry.drain("was01", by=ADMIN)
        await registry.revoke("was01", by=ADMIN)
        await registry.fence("was01", "two hosts")  # of one that is revoked: nothing
    assert [one.what for one in await trail.events()] == ["drained", "revoked"]


async def test_what_is_refused_leaves_no_entry(registry, trail) -> None:
    with pytest.raises(NotFoundError):
        await registry.revoke("nobody", by=ADMIN)
    with pytest.raises(ConflictError):
        await registry.unfence("was01", by=ADMIN)
    with pytest.raises(ConflictError):
        await registry.reinstate("was01", by=ADMIN)
    for reason in ("두\n줄", "x" * (MAX_REASON + 1)):
        for call in (registry.revoke, registry.unfence, registry.reinstate, registry.drain):
            with pytest.raises(InvalidInputError):
                await call("was01", by=ADMIN, reason=reason)
    assert await trail.events() == []


async def test_the_newest_come_in_order_and_of_one_agent_alone(registry, trail) -> None:
    await registry.create_agent("was02", "MOF-WAS-02")
    for n in range(3):
        for agent in ("was01", "was02"):
            await registry.drain(agent, undo=bool(n % 2), by=ADMIN, reason=str(n))
    assert [one.place for one in await trail.events(limit=2)] == [5, 6]
    assert [(one.agent_id, one.reason) for one in await trail.events("was02")] == [
        ("was02", "0"),
        ("was02", "1"),
        ("was02", "2"),
    ]


async def test_two_processes_at_once_make_one_chain(registry, trail, database, authority, clock) -> None:
    for n in range(10):
        await registry.create_agent(f"db{n}", f"MOF-DB-{n}")
    await registry.drain("was01")  # the head's row is there, as the migration makes it
    other = Database(str(database.engine.url.render_as_string(hide_password=False)))
    try:
        beside = EnrolmentRegistry(other, clock, authority.ca.pin)
        await asyncio.gather(
            *(one.drain(f"db{n}", by=ADMIN) for n in range(10) for one in (registry if n % 2 else beside,))
        )
    finally:
        other.close()
    assert [one.place for one in await trail.events()] == list(range(1, 12))
    assert await trail.verify() == (11, [])


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE agent_events SET reason = 'nothing' WHERE place = 2",
        "UPDATE agent_events SET by_ = 'admin:other' WHERE place = 2",
        "UPDATE agent_events SET at_ms = at_ms + 1 WHERE place = 3",
        "UPDATE agent_events SET what = 'undrained' WHERE place = 1",
        "DELETE FROM agent_events WHERE place = 1",
        "DELETE FROM agent_events WHERE place = 2",
        "DELETE FROM agent_events WHERE place = 3",
        "DELETE FROM agent_events",
        "DELETE FROM agent_trail",
        "INSERT INTO agent_events SELECT 4, at_ms, what, agent_id, by_, reason, hash FROM agent_events WHERE place = 3",
    ],
)
async def test_tampering_is_found(registry, trail, database, tampering: str) -> None:
    for n in range(3):
        await registry.drain("was01", undo=bool(n % 2), by=ADMIN, reason=str(n))
    with database.engine.begin() as connection:
        connection.execute(text(tampering.replace("by_", '"by"')))
    _, problems = await trail.verify()
    assert len(problems) == 1


async def test_a_decision_that_is_undone_takes_its_entry_with_it(trail, database, clock) -> None:
    def fails(connection) -> None:
        note(connection, AgentDeed.REVOKED, "was01", at_ms=clock.now_ms(), by=ADMIN)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert await trail.events() == []

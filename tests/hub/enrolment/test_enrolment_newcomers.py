import asyncio

import pytest
from sqlalchemy import event

from guardia.certs.csr import new_key
from guardia.certs.jointoken import JoinToken
from guardia.hub.enrolment.registry import AgentState, EnrolmentRegistry
from guardia.hub.errors import StoreError


async def enrol(registry, authority, clock, agent_id):
    """sha256 of the certificate that `agent_id` enrols with."""
    key = new_key().public_key()
    await registry.create_agent(agent_id, f"ASSET-{agent_id}")
    token = JoinToken.parse(await registry.create_join_token(agent_id))
    redeemed = await registry.redeem(token, agent_id, lambda name: authority.ca.issue_agent(key, name, clock.now_ms()))
    return redeemed.issued.facts.sha256


def counted(database):
    commits = []
    event.listen(database.engine, "commit", commits.append)
    return commits


async def test_those_who_come_together_share_a_commit(registry, database, authority, clock) -> None:
    digests = [await enrol(registry, authority, clock, f"was{n}") for n in range(8)]
    commits = counted(database)
    asked = [registry.admit(f"was{n}", digest) for n, digest in enumerate(digests)]
    strangers = [registry.admit("was0", digests[1]), registry.admit("nobody", digests[0])]
    assert await asyncio.gather(*asked, *strangers) == [1] * 8 + [None, None]
    assert len(commits) == 1


async def test_the_same_agent_twice_in_one_commit_gets_two_numbers(registry, authority, clock) -> None:
    digest = await enrol(registry, authority, clock, "was01")
    assert await asyncio.gather(registry.admit("was01", digest), registry.admit("was01", digest)) == [1, 2]


async def test_who_gives_up_takes_nothing_from_those_who_wait_with_it(registry, authority, clock) -> None:
    first = await enrol(registry, authority, clock, "was01")
    second = await enrol(registry, authority, clock, "was02")
    impatient = asyncio.create_task(registry.admit("was01", first))
    patient = asyncio.create_task(registry.admit("was02", second))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1
    assert await registry.admit("was01", first) == 2, "a number is used up, never given twice"


async def test_a_commit_that_fails_lets_nobody_in_and_the_next_one_does(
    registry, database, authority, clock, monkeypatch
) -> None:
    digest = await enrol(registry, authority, clock, "was01")

    async def broken(work):
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", broken)
        asked = (registry.admit("was01", digest), registry.admit("nobody", digest))
        failed = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(error) for error in failed] == [StoreError, StoreError]
    assert await registry.admit("was01", digest) == 1


async def test_a_revocation_that_overtakes_the_commit_is_noticed_by_the_second_look(
    registry, database, authority, clock, monkeypatch
) -> None:
    """The look after the connection has taken its place must not be answered by what was true before."""
    digest = await enrol(registry, authority, clock, "was01")
    written, revoked = asyncio.Event(), asyncio.Event()
    write = database.write

    async def slow(work):
        found = await write(work)
        written.set()
        await revoked.wait()
        return found

    monkeypatch.setattr(database, "write", slow)
    overtaken = asyncio.create_task(registry.admit("was01", digest))
    await written.wait()
    monkeypatch.setattr(database, "write", write)
    await registry.revoke("was01")
    revoked.set()
    assert await overtaken == 1
    assert not await registry.admitted("was01", digest)


async def test_a_revocation_by_another_process_counts_at_the_very_next_connection(
    registry, database, authority, clock
) -> None:
    digest = await enrol(registry, authority, clock, "was01")
    assert await registry.admit("was01", digest) == 1
    await EnrolmentRegistry(database, clock, authority.ca.pin).revoke("was01")
    assert await registry.admit("was01", digest) is None, "no cache answers this question"


async def test_a_certificate_that_another_enrolment_ended_is_not_admitted(registry, authority, clock) -> None:
    digest = await enrol(registry, authority, clock, "was01")
    key = new_key().public_key()
    token = JoinToken.parse(await registry.create_join_token("was01"))
    anew = await registry.redeem(token, "anew", lambda name: authority.ca.issue_agent(key, name, clock.now_ms()))
    assert await registry.admit("was01", digest) is None
    assert await registry.admit("was01", anew.issued.facts.sha256) == 1
    assert (await registry.list_agents())[0].state is AgentState.ENROLLED


@pytest.mark.parametrize("many", [1, 3])
async def test_commits_keep_their_distance(registry, database, authority, clock, many: int) -> None:
    """While one is under way, and for a moment after its begin, those who come are gathered for the next."""
    digest = await enrol(registry, authority, clock, "was01")
    commits = counted(database)
    first = asyncio.create_task(registry.admit("was01", digest))
    assert await first == 1
    later = await asyncio.gather(*(registry.admit("was01", digest) for _ in range(many)))
    assert later == list(range(2, 2 + many))
    assert len(commits) == 2

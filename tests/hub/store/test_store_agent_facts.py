"""The newest facts of each agent, on both databases."""

from guardia.hub.ports import KeptFacts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database
from guardia.proto.facts import DiskFact, HostFacts


def kept(agent_id: str, hostname: str, at_ms: int = 5) -> KeptFacts:
    disk = DiskFact(mount="/데이터", fs_type="xfs", total=10, used=1, free=9)
    return KeptFacts(
        agent_id=agent_id, at_ms=at_ms, received_ms=at_ms + 1, facts=HostFacts(hostname=hostname, disks=(disk,))
    )


async def test_newer_facts_take_the_place_of_older_ones(store_database: Database) -> None:
    store = SqlAgentFacts(store_database)
    assert await store.of("A") is None
    await store.keep([])
    await store.keep([kept("B", "b1"), kept("A", "a1")])
    await store.keep([kept("A", "a2", 3)])  # the agent's clock went back: what came last counts
    assert await store.of("A") == kept("A", "a2", 3)
    assert await store.everything() == [kept("A", "a2", 3), kept("B", "b1")]

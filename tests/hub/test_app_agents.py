"""What a running hub follows of the agents that admins decide about beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from guardia.certs.csr import new_key
from guardia.certs.jointoken import JoinToken
from guardia.hub.app import Hub, init
from guardia.hub.config import Config, HubSection
from guardia.hub.core.clones import KeptSighting
from guardia.hub.core.message import MessageType

AGENT = "MOF-WAS-01"


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    config = Config(hub=HubSection(state_dir=str(tmp_path / "state")))
    await asyncio.to_thread(init, config)
    hub = Hub(config)
    await hub.inventory.load()
    await hub.engine.start()
    yield hub
    await hub.engine.stop()
    hub.database.close()


async def enrolled(hub: Hub) -> None:
    await hub.registry.create_agent(AGENT, AGENT)
    token = JoinToken.parse(await hub.registry.create_join_token(AGENT))
    key = new_key().public_key()
    await hub.registry.redeem(
        token, "k" * 64, lambda agent: hub.authority.ca.issue_agent(key, agent, hub.clock.now_ms())
    )


def metrics(hub: Hub) -> str:
    return generate_latest(hub.web.state.parts.registry).decode()


async def told(hub: Hub) -> list[str]:
    await hub.engine.desk.finish()
    room = hub.web_settings.rooms[0].room_id
    return [one.content for one in await hub.store.messages(room) if one.msg_type is MessageType.NOTICE]


async def test_a_drained_agent_is_given_nothing_from_the_first_look(hub: Hub) -> None:
    await enrolled(hub)
    await hub.registry.drain(AGENT)
    await hub._follow_agents()
    assert AGENT in hub.engine.delivery.draining
    await hub.registry.drain(AGENT, undo=True)
    await hub._follow_agents()
    assert AGENT not in hub.engine.delivery.draining


async def test_the_console_is_told_once_of_an_identity_that_two_hosts_have(hub: Hub) -> None:
    await enrolled(hub)
    await hub._follow_agents()
    assert await told(hub) == []
    await hub.registry.fence(AGENT, "two hosts")
    for _ in range(3):
        await hub._follow_agents()
    (notice,) = await told(hub)
    assert "guardia_agents_fenced 1.0" in metrics(hub)
    assert f"guardia-hub agents unfence {AGENT}" in notice
    await hub.registry.unfence(AGENT)
    await hub._follow_agents()
    assert len(await told(hub)) == 1
    assert "guardia_agents_fenced 0.0" in metrics(hub)


async def test_a_restarted_hub_still_knows_who_came_with_an_identity(hub: Hub) -> None:
    assert hub.links.admission.history is not None
    came = [KeptSighting(one, "boot", "10.0.0.1:1", hub.clock.now_ms()) for one in ("a", "b")]
    await hub.links.admission.history.keep(AGENT, came)
    again = Hub(hub.config)
    try:
        await again.links.admission.recall()
        found = again.links.admission._clones.remembered(AGENT)
        assert [one.instance_id for one in found] == ["a", "b"]
    finally:
        again.database.close()

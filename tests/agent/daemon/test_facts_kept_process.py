"""Facts of a real agent process, over real mTLS: kept by the hub, shown by its command."""

import asyncio
import json
import socket
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from guardia.hub import migrations
from guardia.hub.cli_cmdb import cmdb
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database
from guardia.proto import version
from guardia.proto.frames import Facts, StepOutcome
from tests.support.agent_process import AGENT, DOMAIN, Clock, Field
from tests.support.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
async def field(tmp_path):
    authority = HubAuthority.init(tmp_path / "hub", trust_domain=DOMAIN, names=["localhost"], now_ms=Clock().now_ms())
    field = Field(tmp_path, authority)
    await field.links.start()
    field.identify()
    field.configure()
    yield field
    await field.close()


class KeepingWorld(World):
    async def engine_options(self):
        return {"facts": SqlAgentFacts(self.database)}


async def test_facts_of_a_real_agent_are_kept_by_the_hub_and_shown_by_its_command(field, tmp_path):
    world = KeepingWorld(tmp_path)
    database = Database(world.url)
    migrations.upgrade(database.engine)
    database.close()
    await world.start()
    try:
        await field.start()
        frame = await field.heard.first(Facts)
        await world.engine.delivery.received(AGENT, 1, frame)
        await world.engine.tick()
        await world.engine.desk.finish()
        settings = SimpleNamespace(database_url=world.url)
        shown = await asyncio.to_thread(CliRunner().invoke, cmdb, ["facts", AGENT, "--json"], obj=settings)
        assert shown.exit_code == 0, shown.output
        assert json.loads(shown.stdout)["facts"]["hostname"] == socket.gethostname()
    finally:
        await world.stop()


async def test_a_hub_of_minor_0_gets_no_facts_and_keeps_its_agent(field, monkeypatch):
    monkeypatch.setattr(version, "MAJOR", 0)  # what such a hub says of itself in a welcome: nothing
    monkeypatch.setattr(version, "MINOR", 0)
    monkeypatch.setattr("guardia.proto.session.hub._check_version", lambda hello: None)
    await field.start()
    assert (await field.result(field.dispatch("S1", "START_SERVICE"))).outcome is StepOutcome.OK
    assert field.heard.of(Facts) == []
    assert len(field.heard.hellos) == 1

"""SIGKILL of real processes at every written-down point: at most one start, and the end that is told is true."""

import pytest

from guardia.agent.daemon import fault as agent_fault
from guardia.hub.store import fault as hub_fault
from tests.faults.processes import agent_killed_at, hub_killed_at
from tests.faults.small import ASSET, Restart, SmallSystem, restarted

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("faults-kill"), pytest.mark.timeout(240)]

AGENT = {
    "journal.accepted": {"NEEDS_OPERATOR"},
    "journal.started": {"SUCCEEDED", "NEEDS_OPERATOR"},
    "action.running": {"SUCCEEDED", "NEEDS_OPERATOR"},
    "journal.finished": {"SUCCEEDED"},
    "ack.received": {"SUCCEEDED"},
    "journal.acked": {"SUCCEEDED"},
    "journal.compact.written": {"SUCCEEDED"},
    "journal.compact.renamed": {"SUCCEEDED"},
}
HUB = ("outbox.committed", "accepted.received", "result.received", "result.committed")


def test_every_point_is_tried() -> None:
    assert tuple(AGENT) == agent_fault.POINTS
    assert {*HUB, "outbox.marked"} == set(hub_fault.POINTS)


@pytest.mark.parametrize("point", AGENT)
async def test_the_agent_is_killed_at_each_point(small: SmallSystem, point: str) -> None:
    restart = Restart(small)
    async with agent_killed_at(small, point, GUARDIA_FAULT_COMPACT_ABOVE="1" if "compact" in point else ""):
        await restart.ask()
    card = await restart.end(AGENT[point])
    if point == "journal.accepted":
        assert small.starts() == restart.before, "written down, and not begun"
    if card["state"] == "NEEDS_OPERATOR":
        await restart.close()


@pytest.mark.parametrize("point", HUB)
async def test_the_hub_is_killed_at_each_point(small: SmallSystem, point: str) -> None:
    restart = Restart(small)
    await restart.prepare()
    async with hub_killed_at(small, point):
        await restart.approve()
    await restart.end({"SUCCEEDED"})


async def test_the_hub_is_killed_between_the_mark_and_the_send(small: SmallSystem) -> None:
    """The step had waited for its agent: marked as sent when the agent came, and sent by the next hub."""
    restart = Restart(small)
    await restart.prepare()
    async with hub_killed_at(small, "outbox.marked"):
        small.kill(f"agent-{ASSET}")
        await restart.approve(until_step={"DISPATCHED"})
        small.start_agent(ASSET)
    await restart.end({"SUCCEEDED"})
    await restarted(small)

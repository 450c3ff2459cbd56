"""Ten minutes of partition in a moment: the real machines of both sides, and a clock that moves by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.hub.core.states import RequestState, StepState
from guardia.proto.limits import HEARTBEAT, HEARTBEAT_MISSED
from tests.faults.inprocess import AGENT, Wire, wire_partitioned

MINUTES = 10
NOTICED = HEARTBEAT * HEARTBEAT_MISSED


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    wire = Wire(tmp_path)
    await wire.begin()
    yield wire
    await wire.end()


def test_frozen_tcp_is_noticed_within_45_seconds() -> None:
    assert NOTICED <= 45


@pytest.mark.parametrize("ends_after", [60, 590, 660], ids=["early", "late", "after"])
async def test_ten_minutes_of_partition_during_a_step(wire: Wire, ends_after: int) -> None:
    wire.agent.service.gate.clear()
    request_id = await wire.ask()

    async def runs() -> bool:
        return await _step(wire, request_id) is StepState.RUNNING

    async def unknown() -> bool:
        return await _step(wire, request_id) is StepState.UNKNOWN

    await wire.until(runs, "the step runs")
    began = wire.clock.monotonic()
    noticed: dict[str, float] = {}
    with wire_partitioned(wire):
        while (passed := wire.clock.monotonic() - began) < MINUTES * 60:
            await wire.pass_time(HEARTBEAT / 3)
            if not wire.agent.link.connected:
                noticed.setdefault("agent", passed)
            if AGENT not in wire.links.presence():
                noticed.setdefault("hub", passed)
                await wire.until(unknown, "the hub writes down that it does not know")
            if passed >= ends_after:
                wire.agent.service.gate.set()
            request = await wire.store.request(request_id)
            assert request is not None
            assert request.state is RequestState.RUNNING, "nobody says failed, and nobody says done"
    assert set(noticed) == {"agent", "hub"}
    assert max(noticed.values()) <= NOTICED + HEARTBEAT, noticed
    wire.agent.service.gate.set()
    await wire.until_connected()
    assert await wire.final(request_id) is RequestState.SUCCEEDED
    await wire.settled()


async def _step(wire: Wire, request_id: str) -> StepState:
    request = await wire.store.request(request_id)
    assert request is not None
    assert request.plan is not None
    step = request.plan.nodes[0].steps[0]
    return request.run(step.step_id).state

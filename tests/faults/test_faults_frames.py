"""Frames dropped, doubled, reordered, late and cut in half between the real sessions of both sides."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from guardia.hub.core.states import RequestState
from tests.faults.frames import (
    Fate,
    Weather,
    frames_cut_in_half,
    frames_delayed,
    frames_doubled,
    frames_dropped,
    frames_reordered,
    frames_repeated,
)
from tests.faults.inprocess import Wire


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    wire = Wire(tmp_path)
    await wire.begin()
    yield wire
    await wire.end()


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_frame_is_dropped(wire: Wire, way: str) -> None:
    weather = getattr(wire, way)
    await _after_the_plan(wire, weather, frames_dropped)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_frame_is_doubled(wire: Wire, way: str) -> None:
    weather = getattr(wire, way)
    await _after_the_plan(wire, weather, frames_doubled)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_frame_comes_again_when_its_step_is_over(wire: Wire, way: str) -> None:
    """Downwards it is the dispatch, whose result is acknowledged by then."""
    weather = getattr(wire, way)
    request_id = await wire.ask(approve=False)
    with frames_repeated(weather):
        await wire.approve(request_id)
        assert await wire.final(request_id) is RequestState.SUCCEEDED
    assert weather.struck == 1
    await wire.calm()
    await wire.check(request_id)
    await wire.settled()


@pytest.mark.parametrize("way", ["up", "down"])
async def test_two_frames_change_places(wire: Wire, way: str) -> None:
    weather = getattr(wire, way)
    await _after_the_plan(wire, weather, frames_reordered)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_frame_is_late(wire: Wire, way: str) -> None:
    weather = getattr(wire, way)
    await _after_the_plan(wire, weather, frames_delayed)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_frame_is_cut_in_half(wire: Wire, way: str) -> None:
    weather = getattr(wire, way)
    await _after_the_plan(wire, weather, frames_cut_in_half)


async def _after_the_plan(
    wire: Wire, weather: Weather, fault: Callable[[Weather], AbstractContextManager[None]]
) -> None:
    """The fault strikes the first frame after the approval: the dispatch, or the agent's acceptance of it."""
    request_id = await wire.ask(approve=False)
    with fault(weather):
        await wire.approve(request_id)
        await wire.until(lambda: weather.struck, "the fault strikes")
    await wire.calm()
    assert await wire.final(request_id) is RequestState.SUCCEEDED
    await wire.settled()


class AnyWeather(RuleBasedStateMachine):
    """Requests under every order of faults of frames, cuts, and deaths of hub and agent."""

    faults = (frames_dropped, frames_doubled, frames_reordered, frames_delayed, frames_cut_in_half, frames_repeated)
    """What `weather` makes any mixture of."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.asked: list[str] = []
        self.asks = 0
        """How often it was asked: whether that became a request depends on the weather, and on how quick this machine
        is, which may not decide what happens next."""
        self.open = False

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize(spared=st.sampled_from([0, 1]))
    def begin(self, spared: int) -> None:
        async def begin() -> None:
            self.wire = Wire(Path(self.folder.name), explain_within=0.3)
            await self.wire.begin()
            self.wire.spared = spared

        self.do(begin())
        self.open = True

    @rule()
    @precondition(lambda self: self.asks < 3)
    def ask(self) -> None:
        self.asks += 1
        request_id = self.do(self.wire.ask())
        if request_id:
            self.asked.append(request_id)

    @rule(way=st.sampled_from(["up", "down"]), fates=st.lists(st.sampled_from(Fate), min_size=1, max_size=4))
    def weather(self, way: str, fates: list[Fate]) -> None:
        getattr(self.wire, way).fates.extend(fates)

    @rule()
    def the_weather_clears(self) -> None:
        self.wire.up.calm()
        self.wire.down.calm()

    @rule(open_=st.booleans())
    def the_service_is_slow_or_ready(self, open_: bool) -> None:
        gate = self.wire.agent.service.gate
        gate.set() if open_ else gate.clear()

    @rule()
    def the_connection_is_cut(self) -> None:
        self.wire.cut()

    @rule()
    def the_agent_dies_and_comes_back(self) -> None:
        async def die() -> None:
            await self.wire.agent.crash()
            self.wire.agent.start()

        self.do(die())

    @rule()
    def the_hub_dies_and_comes_back(self) -> None:
        self.do(self.wire.restart())

    @rule(turns=st.sampled_from([1, 3, 10]))
    def things_happen(self, turns: int) -> None:
        async def happen() -> None:
            for _ in range(turns):
                await asyncio.sleep(0.002)
            await self.wire.engine.tick()

        self.do(happen())

    def teardown(self) -> None:
        try:
            if self.open:
                self.do(self._end())
        finally:
            self.loop.close()
            self.folder.cleanup()

    async def _end(self) -> None:
        try:
            await self.wire.calm()
            await self.wire.all_rest(self.asked)
            await self.wire.settled()
            assert max(self.wire.agent.service.effects.values(), default=0) <= 1
        finally:
            await self.wire.end()


AnyWeather.TestCase.settings = settings(
    max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyWeather = AnyWeather.TestCase
TestAnyWeather.pytestmark = [pytest.mark.slow]

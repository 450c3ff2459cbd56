"""What a daemon does after its start with steps that go on elsewhere. The host and the action are fakes."""

import asyncio

import pytest

from guardia.agent.errors import HostLostError, NotTakenUpError
from guardia.agent.ports import Completed
from guardia.proto.catalogue import CATALOGUE
from guardia.proto.frames import (
    Accepted,
    Cancel,
    CancelNoted,
    JournalState,
    Output,
    Probe,
    ProbeResult,
    Result,
    ResultAck,
    Started,
    StepOutcome,
    Stream,
)
from tests.agent.daemon.conftest import make_dispatch
from tests.fakes.runner import FakeHost, ScriptedRunner

ARGV = ("/bin/app", "restart")


class OtherHost(FakeHost):
    """Programs there go on without the agent. `end`: what came of the step's, or why it cannot be known."""

    def __init__(self, asset="APP-WAS-01"):
        super().__init__(asset)
        self.started = asyncio.Event()
        self.ended = asyncio.Event()
        self.end = Completed(exit_code=0)
        self.output = [b"one\n", b"two\n"]
        self.starts = self.attached = self.cancelled = self.overs = 0
        self.within = 0.0

    async def run(self, argv, *, within, on_output=None, on_start=None):
        self.starts += 1
        await on_start(77)
        await on_output(Stream.STDOUT, self.output[0])
        self.started.set()
        return await self._follow(on_output, self.output[1:])

    async def attach(self, argv, *, within, on_output=None, on_start=None):
        assert argv == ARGV
        self.attached += 1
        self.within = within
        if isinstance(self.end, Exception):
            raise self.end
        await on_start(77)
        return await self._follow(on_output, self.output)

    async def _follow(self, on_output, chunks):
        try:
            await self.ended.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        for chunk in chunks:
            await on_output(Stream.STDOUT, chunk)
        return self.end

    async def over(self):
        self.overs += 1


class TakesUpRunner(ScriptedRunner):
    async def run(self, context):
        await context.host.run(ARGV, within=context.within, on_output=context.output, on_start=context.started)
        return await super().run(context)

    async def take_up(self, context, before):
        assert before == {"pid": "10"}
        await context.host.run(ARGV, within=context.within, on_output=context.output, on_start=context.started)
        return await super().run(context)


@pytest.fixture
async def other(rig):
    """The rig's daemon with such a host and such an action."""
    await rig.stop()
    rig.runner, rig.hosts = TakesUpRunner(), {"APP-WAS-01": OtherHost(), "APP-WAS-02": FakeHost("APP-WAS-02")}
    rig.start()
    return rig.hosts["APP-WAS-01"]


async def begun(rig, other, **dispatch):
    """A step that was begun by a process which is gone now; the next one has started."""
    await rig.receive(make_dispatch(**dispatch))
    await other.started.wait()
    await rig.link.wait_for(Output)  # it is spooled, too
    first = rig.link.of(Output)
    await rig.restart()
    other.cancelled = 0  # what a killed process does not do
    return first


async def test_a_step_that_goes_on_elsewhere_is_followed_to_its_end(rig, other):
    first = await begun(rig, other)
    assert [chunk.data for chunk in first] == [b"one\n"]
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.RUNNING]
    await rig.daemon.welcomed(2)
    await rig.link.wait_for(Started)
    assert len(rig.link.of(Accepted)) == 1
    other.ended.set()
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.stdout_bytes) == (StepOutcome.OK, 8)
    said = {chunk.seq: chunk.data for chunk in [*first, *rig.link.of(Output)]}
    assert b"".join(said[seq] for seq in sorted(said)) == b"one\ntwo\n", "each byte once, numbered on"
    assert (other.starts, other.attached) == (1, 1)
    async with asyncio.timeout(30):
        while not other.overs:
            await asyncio.sleep(0.01)
    await rig.receive(ResultAck(step_id="S1"))
    assert await rig.daemon.hello_journal() == ()


@pytest.mark.parametrize("step", [0, 3600, -3600])
async def test_a_step_of_the_clock_takes_none_of_its_time_and_gives_none(rig, other, step):
    await rig.receive(make_dispatch())
    await other.started.wait()
    rig.clock.step(step)
    rig.clock.advance(30)
    await rig.restart()
    other.ended.set()
    await rig.link.wait_for(Result)
    assert other.within == pytest.approx(CATALOGUE["RESTART_SERVICE"].timeout - 30, abs=0.1)


async def test_a_second_dispatch_of_it_is_told_that_it_runs(rig, other):
    await begun(rig, other)
    await rig.receive(make_dispatch(), Probe(step_id="S1"))
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.detail == "실행 중입니다."
    assert len(rig.link.of(Accepted)) == 1
    assert other.starts == 1


@pytest.mark.parametrize("why", [NotTakenUpError("not there"), HostLostError("gone")])
async def test_what_cannot_be_followed_is_interrupted_and_probed(rig, other, why):
    other.end = why
    await begun(rig, other)
    await rig.link.wait_for(ProbeResult)
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]
    await rig.daemon.welcomed(2)  # a hello may have said RUNNING before
    await rig.link.wait_for(ProbeResult, 2)
    assert rig.link.of(Result) == []
    assert (other.starts, other.attached) == (1, 1)
    await rig.restart()
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]
    assert other.attached == 1, "what a probe has said stays"


@pytest.mark.parametrize("attached", [False, True])
async def test_a_cancel_ends_what_may_be_ended_also_before_it_is_attached(rig, other, attached):
    await begun(rig, other, action="CHECK_SERVICE")
    if attached:
        async with asyncio.timeout(30):
            while not other.attached:
                await asyncio.sleep(0.01)
    await rig.receive(Cancel(step_id="S1", reason="그만"))
    (noted,) = await rig.link.wait_for(CancelNoted)
    assert noted.state == "cancelling"
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is StepOutcome.CANCELLED
    assert (other.attached, other.cancelled) == (1, 1)


async def test_what_must_not_be_ended_goes_on(rig, other):
    await begun(rig, other)
    await rig.receive(Cancel(step_id="S1", reason="그만"))
    (noted,) = await rig.link.wait_for(CancelNoted)
    assert noted.state == "too_late"
    other.ended.set()
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is StepOutcome.OK


async def test_a_step_on_a_host_that_ends_with_the_agent_is_interrupted_as_ever(rig, other):
    async def script(context):
        await asyncio.sleep(60)

    rig.runner = ScriptedRunner()
    rig.runner.script = script
    await rig.restart()
    await rig.receive(make_dispatch(target="APP-WAS-02"))
    await rig.runner.entered.wait()
    rig.runner = TakesUpRunner()
    await rig.restart()
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]


async def test_a_step_of_a_target_that_is_configured_no_more_is_interrupted(rig, other):
    await begun(rig, other)
    await rig.stop()
    rig.hosts = {"APP-WAS-02": FakeHost("APP-WAS-02")}
    rig.start()
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]


async def test_a_new_step_of_the_target_waits_for_the_one_that_was_taken_up(rig, other):
    await begun(rig, other)
    await rig.receive(make_dispatch("S2", fencing=2))
    await asyncio.sleep(0.1)
    assert other.starts == 1
    other.ended.set()
    await rig.link.wait_for(Result, 2)
    assert [result.step_id for result in rig.link.of(Result)] == ["S1", "S2"]
    assert other.starts == 2

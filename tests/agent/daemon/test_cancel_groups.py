"""A cancel reaches whatever a step's program has started; what is told of it is as always."""

import asyncio

import pytest

from guardia.agent.run.local import LocalHost
from guardia.proto.frames import Cancel, CancelNoted, Result, StepOutcome
from tests.agent.daemon.conftest import make_dispatch
from tests.support.cgroups import groups_of_this_machine
from tests.support.strays import daemonising, died, ended_afterwards, is_alive, noted


@pytest.fixture
def groups():
    """None: this machine gives us none, and steps are ended by their process trees."""
    with groups_of_this_machine() as made:
        yield made


@pytest.fixture
async def here(rig, groups):
    """The rig's steps run on this machine."""
    rig.hosts["APP-WAS-01"] = LocalHost("APP-WAS-01", grace=0.2, groups=groups)
    await rig.restart()
    return rig


def runs(rig, argv):
    async def script(context):
        await context.host.run(argv, within=context.within, on_output=context.output, on_start=context.started)

    rig.runner.script = script


async def test_a_cancelled_step_leaves_no_daemon(here, groups, tmp_path):
    note = tmp_path / "pid"
    runs(here, daemonising(note))
    with ended_afterwards(note):
        await here.receive(make_dispatch(action="CLEAN_LOGS"))
        stray = await noted(note)
        await here.receive(Cancel(step_id="S1", reason="engineer1의 취소"))
        (result,) = await here.link.wait_for(Result)
        assert here.link.of(CancelNoted)[0].state == "cancelling"
        assert result.outcome is StepOutcome.CANCELLED
        assert died(stray) if groups is not None else is_alive(stray)
    await here.receive(Cancel(step_id="S1", reason=""))
    assert here.link.of(CancelNoted)[1].state == "too_late"


async def test_a_step_whose_time_is_over_leaves_none_either(here, groups, tmp_path, monkeypatch):
    monkeypatch.setenv("GUARDIA_TESTING", "1")
    monkeypatch.setenv("GUARDIA_FAULT_LEAST_S", "0")
    note = tmp_path / "pid"
    runs(here, daemonising(note))
    with ended_afterwards(note):
        await here.receive(make_dispatch(action="CLEAN_LOGS", timeout_ms=2000))
        stray = await noted(note)
        (result,) = await here.link.wait_for(Result)
        assert result.outcome is not StepOutcome.OK
        assert died(stray) if groups is not None else is_alive(stray)


async def test_a_step_that_must_not_be_halved_keeps_its_daemon(here, tmp_path):
    note = tmp_path / "pid"
    gate = tmp_path / "gate"
    runs(here, daemonising(note, then=f"while [ ! -e {gate} ]; do sleep 0.01; done"))
    with ended_afterwards(note):
        await here.receive(make_dispatch())
        stray = await noted(note)
        await here.receive(Cancel(step_id="S1", reason=""))
        await here.link.wait_for(CancelNoted)
        gate.touch()
        (result,) = await here.link.wait_for(Result)
        assert (here.link.of(CancelNoted)[0].state, result.outcome) == ("too_late", StepOutcome.OK)
        await asyncio.sleep(0.1)
        assert is_alive(stray)

"""File names and messages that are no UTF-8, and other surprises after the acceptance: what ran is never told as
refused, and no question and no file is lost over a text."""

import asyncio
import os
from types import SimpleNamespace

import msgspec
import pytest
import structlog

from guardia.agent.actions.base import Plan, Probed
from guardia.agent.core.job import StepState
from guardia.agent.daemon import running, status
from guardia.agent.daemon.texts import all_encodable, encodable
from guardia.agent.errors import ActionError, AgentError, HostError, RefusedError
from guardia.agent.journal import Journal
from guardia.proto.catalogue import ChangeReport, make_parameters
from guardia.proto.frames import (
    Explain,
    Explanation,
    JournalState,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    StepOutcome,
)
from tests.agent.daemon.conftest import make_dispatch

NAME = os.fsdecode("/app/가.war".encode("cp949"))
SPELT = r"/app/\udcb0\udca1.war"


def raising(error):
    async def script(*_context):
        raise error

    return script


def test_what_no_utf_8_can_say_is_spelt_out() -> None:
    assert encodable(f"{NAME} 로그 \ud83d") == f"{SPELT} 로그 \\ud83d"
    report = ChangeReport(action="DEPLOY", asset="A", summary=NAME, changed=True, before={NAME: "x"}, after={"x": NAME})
    assert all_encodable(report) == ChangeReport(
        action="DEPLOY", asset="A", summary=SPELT, changed=True, before={SPELT: "x"}, after={"x": SPELT}
    )


async def test_a_failure_with_a_name_that_is_no_utf_8_is_a_result(rig):
    rig.runner.script = raising(ActionError(f"{NAME}: cannot be replaced", code="deploy.failed"))
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.error_code) == (StepOutcome.FAILED, "deploy.failed")
    assert result.message == f"{SPELT}: cannot be replaced"
    assert rig.journal.step("S1").state is StepState.FAILED
    assert rig.link.of(Refused) == []


async def test_a_change_that_was_made_is_told_as_made_whatever_its_report_names(rig):
    async def run(context):
        return ChangeReport(
            action="RESTART_SERVICE", asset=context.asset, summary=NAME, changed=True, after={"link": NAME}
        )

    rig.runner.run = run
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.message) == (StepOutcome.OK, SPELT)
    assert msgspec.json.decode(result.report)["after"] == {"link": SPELT}


@pytest.mark.parametrize("error", [ValueError("a defect"), AgentError("a defect")])
@pytest.mark.parametrize("ran", [True, False])
async def test_what_goes_wrong_after_the_acceptance_is_never_a_refusal(rig, monkeypatch, error, ran):
    def fails(*_arguments):
        raise error

    if ran:
        monkeypatch.setattr(rig.journal, "finished", fails)
    else:
        rig.daemon._surroundings = msgspec.structs.replace(
            rig.daemon._surroundings, kill_at=lambda point: fails() if point == "journal.accepted" else None
        )
    await rig.receive(make_dispatch())
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert (probe.step_id, probe.verdict) == ("S1", ProbeVerdict.NOT_APPLIED)
    assert rig.link.of(Refused) == rig.link.of(Result) == []
    assert rig.runner.runs == int(ran)
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]
    assert rig.daemon.running() == ()
    assert rig.journal.refusals() == ()


async def test_what_goes_wrong_after_the_end_is_written_down_keeps_the_result(rig):
    def fails(point):
        if point == "journal.finished":
            raise ValueError("a defect")

    rig.daemon._surroundings = msgspec.structs.replace(rig.daemon._surroundings, kill_at=fails)
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is StepOutcome.OK
    assert rig.link.of(Refused) == rig.link.of(ProbeResult) == []
    assert rig.journal.step("S1").finished.result == result


async def test_a_refusal_that_names_no_utf_8_is_told_and_written_down(rig):
    rig.runner.before = raising(HostError(f"{NAME}: no such file"))
    await rig.receive(make_dispatch())
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.message == f"{SPELT}: no such file"
    assert [record.message for record in rig.journal.refusals()] == [refused.message]


@pytest.mark.parametrize(
    ("probe", "detail", "after"),
    [
        (Probed(verdict=ProbeVerdict.APPLIED, detail=NAME, after={"link": NAME}), SPELT, {"link": SPELT}),
        (HostError(f"{NAME}: gone"), f"{SPELT}: gone (host.error)", {}),
    ],
)
async def test_a_look_that_finds_no_utf_8_is_told_and_written_down(rig, probe, detail, after):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.restart()
    if isinstance(probe, Probed):
        rig.runner.verdict = probe
    else:
        rig.runner.probe = raising(probe)
    await rig.receive(Probe(step_id="S1"))
    (answer,) = await rig.link.wait_for(ProbeResult)
    assert (answer.detail, msgspec.json.decode(answer.evidence)["after"]) == (detail, after)
    assert rig.journal.step("S1").probed.detail == detail
    await rig.stop()
    rig.journal = Journal.open(rig.state_dir)
    assert rig.journal.step("S1").probed.detail == detail


@pytest.mark.parametrize(
    ("answer", "ok", "text"),
    [
        (Plan(findings=(NAME,)), True, SPELT),
        (RefusedError(NAME), False, SPELT),
        (Plan(commands=(("/bin/rm", NAME),)), False, "에이전트 내부 오류로"),  # what is approved is what runs
    ],
)
async def test_an_explanation_of_no_utf_8_is_an_answer(rig, answer, ok, text):
    if isinstance(answer, Plan):
        rig.runner.plan = answer
    else:
        rig.runner.explain = raising(answer)
    parameters = make_parameters("RESTART_SERVICE", {})
    await rig.receive(Explain(query_id="Q1", action="RESTART_SERVICE", target="APP-WAS-01", parameters=parameters))
    (explanation,) = await rig.link.wait_for(Explanation)
    assert explanation.ok is ok
    assert text in "".join((*explanation.findings, explanation.message))


def test_the_status_file_tells_an_error_that_is_no_utf_8(tmp_path):
    error = status.LastError(at_ms=1, code="x", message=NAME)
    told = status.Status(
        pid=1, agent_id="a", instance_id="i", software="s", hub_url="u", started_ms=1, updated_ms=1, last_error=error
    )
    status.write(tmp_path / "status.json", told)
    assert status.read(tmp_path)[0] == msgspec.structs.replace(
        told, last_error=msgspec.structs.replace(error, message=SPELT)
    )


async def test_the_keeper_of_the_status_file_outlives_a_defect(monkeypatch):
    loop, written, changed = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    failures = [RuntimeError("dictionary changed size during iteration")]

    def write(*_arguments):
        loop.call_soon_threadsafe(changed.set)
        if failures:
            raise failures.pop()
        loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr(running, "_write_status", write)
    monkeypatch.setattr(running, "STATUS_SETTLE", 0)
    program = SimpleNamespace(daemon=SimpleNamespace(changed=changed))
    keeper = asyncio.create_task(running._keep_status(program, 1, structlog.get_logger()))
    try:
        async with asyncio.timeout(10):
            await written.wait()
    finally:
        keeper.cancel()

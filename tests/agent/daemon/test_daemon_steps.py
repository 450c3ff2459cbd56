"""The daemon runs a step once, tells what it wrote down, and writes down what it tells."""

import asyncio

import pytest

from guardia.agent.actions.base import Plan
from guardia.agent.core.job import StepState
from guardia.agent.core.policy import Policy, Rule
from guardia.agent.daemon.service import MAX_QUESTIONS
from guardia.agent.errors import ActionError, HostError, JournalError
from guardia.proto.catalogue import CATALOGUE, ChangeReport
from guardia.proto.frames import (
    Accepted,
    Cancel,
    CancelNoted,
    Explain,
    Explanation,
    JournalState,
    Output,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    ResultAck,
    Started,
    StepOutcome,
    Stream,
)
from tests.agent.daemon.conftest import make_dispatch

OK, FAILED, TIMED_OUT, CANCELLED = StepOutcome.OK, StepOutcome.FAILED, StepOutcome.TIMED_OUT, StepOutcome.CANCELLED


async def test_a_step_is_accepted_run_and_reported(rig):
    async def script(context):
        rig.hosts["APP-WAS-01"].live(77, 1234)
        await context.started(77)
        await context.output(Stream.STDOUT, b"hello")

    rig.runner.script = script
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert [type(frame) for frame in rig.link.sent] == [Accepted, Started, Output, Result]
    assert result.outcome is OK
    assert result.message == "재기동했습니다."
    assert result.stdout_bytes == 5
    step = rig.journal.step("S1")
    assert (step.started.pid, step.started.started_ms, step.started.boot_id) == (77, 1234, "boot")
    assert step.accepted.before == {"pid": "10"}
    assert step.finished.result == result
    assert [point for point in rig.killed if point != "action.running"] == [
        "journal.accepted",
        "journal.started",
        "journal.finished",
    ]


async def test_the_acceptance_is_on_the_disk_before_the_run(rig):
    seen = []

    async def script(context):
        seen.append(rig.journal.step("S1").state)

    rig.runner.script = script
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    assert seen == [StepState.ACCEPTED]


async def test_a_duplicate_of_a_finished_step_gets_the_stored_result(rig):
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    await rig.receive(make_dispatch())
    first, second = await rig.link.wait_for(Result, 2)
    assert first == second
    assert rig.runner.runs == 1


async def test_a_duplicate_of_a_running_step_is_told_again_and_not_run(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.receive(make_dispatch(), make_dispatch())
    assert len(rig.link.of(Accepted)) == 3
    rig.runner.release.set()
    await rig.link.wait_for(Result)
    assert rig.runner.runs == 1


async def test_a_duplicate_in_the_queue_is_not_taken_twice(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"), make_dispatch("S2"), make_dispatch("S2"))
    rig.runner.release.set()
    await rig.link.wait_for(Result, 2)
    assert rig.runner.runs == 2
    assert [result.step_id for result in rig.link.of(Result)] == ["S1", "S2"]


async def test_the_same_step_with_another_content_is_refused(rig):
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    await rig.receive(make_dispatch(target="APP-WAS-02"))
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "step.digest_mismatch"
    assert rig.runner.runs == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"good": False}, "ticket.invalid"),
        ({"agent_id": "agent-2"}, "ticket.mismatch"),
        ({"step_digest": "0" * 64}, "ticket.mismatch"),
        ({"digest": "0" * 64}, "step.digest_mismatch"),
        ({"expires_ms": 1_799_999_000_000}, "ticket.expired"),
        ({"approvers": ()}, "policy.approvers"),
        ({"approvers": ("engineer1",)}, "policy.approvers"),
        ({"target": "ELSEWHERE"}, "target.unknown"),
        ({"action": "FORMAT_DISK"}, "catalogue.unknown_action"),
        ({"action": "THREAD_DUMP"}, "action.unsupported"),
        ({"parameters": b'{"service":"-x"}'}, "catalogue.bad_parameter"),
        ({"timeout_ms": 10**8}, "policy.timeout"),
        ({"explain_digest": "0" * 64}, "step.explanation_changed"),
    ],
)
async def test_what_may_not_run_is_refused_and_written_down(rig, changes, code):
    await rig.receive(make_dispatch(**changes))
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == code
    assert refused.message
    assert rig.runner.runs == 0
    assert [record.code for record in rig.journal.refusals()] == [code]
    assert rig.journal.known("S1") is None


async def test_the_policy_file_stops_even_an_approved_step(rig):
    await rig.stop()
    rig.options["policy"] = Policy(deny=(Rule(actions=("RESTART_*",)),))
    rig.start()
    await rig.receive(make_dispatch())
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "policy.denied"


async def test_an_older_lock_is_fenced_off_even_after_a_restart(rig):
    await rig.receive(make_dispatch("S1", fencing=7))
    await rig.link.wait_for(Result)
    await rig.receive(ResultAck(step_id="S1"))
    await rig.restart()
    await rig.receive(make_dispatch("S2", fencing=6))
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "step.fenced"
    await rig.receive(
        make_dispatch("S3", fencing=7),
        make_dispatch("S4", fencing=1, target="APP-WAS-02"),
        make_dispatch("S5", fencing=0, action="CHECK_MEMORY"),
    )
    await rig.link.wait_for(Result, 3)


async def test_an_acknowledged_step_cannot_be_replayed(rig):
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    await rig.receive(ResultAck(step_id="S1"), make_dispatch())
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "step.already_done"
    assert rig.runner.runs == 1
    assert await rig.daemon.hello_journal() == ()


async def test_a_crash_between_accepted_and_finished_is_told_and_never_run_again(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.restart()
    (entry,) = await rig.daemon.hello_journal()
    assert (entry.step_id, entry.state) == ("S1", JournalState.INTERRUPTED)
    rig.runner.release.set()
    await rig.daemon.welcomed(2)
    await rig.receive(make_dispatch())
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.verdict is ProbeVerdict.NOT_APPLIED
    assert rig.link.of(Result) == []
    assert rig.runner.runs == 1


async def test_a_probe_is_written_down_and_stays(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.restart()
    await rig.receive(Probe(step_id="S1"))
    (first,) = await rig.link.wait_for(ProbeResult)
    rig.runner.verdict = None  # a second look would fail
    await rig.receive(Probe(step_id="S1"))
    _, second = await rig.link.wait_for(ProbeResult, 2)
    assert first == second
    assert first.evidence == b'{"after":{"pid":"10"},"before":{"pid":"10"}}'
    await rig.receive(ResultAck(step_id="S1"))
    assert await rig.daemon.hello_journal() == ()


async def test_a_settled_step_is_not_named_for_ever(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.restart()
    await rig.receive(Probe(step_id="S1"))
    await rig.link.wait_for(ProbeResult)
    rig.clock.advance(13 * 86_400)
    assert len(await rig.daemon.hello_journal()) == 1
    rig.clock.advance(2 * 86_400)
    assert await rig.daemon.hello_journal() == ()


async def test_a_first_process_that_lives_on_is_still_running_until_it_ends(rig):
    async def script(context):
        rig.hosts["APP-WAS-01"].live(77, 1234)
        await context.started(77)

    rig.runner.script = script
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Started)
    await rig.restart()
    await rig.receive(Probe(step_id="S1"))
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.verdict is ProbeVerdict.STILL_RUNNING
    rig.clock.advance(CATALOGUE["RESTART_SERVICE"].timeout + 1)
    await rig.receive(Probe(step_id="S1"))
    _, probe = await rig.link.wait_for(ProbeResult, 2)
    assert probe.verdict is ProbeVerdict.UNDETERMINED
    rig.hosts["APP-WAS-01"].live(77, 99_999)  # another process with the same number
    await rig.receive(Probe(step_id="S1"))
    *_, probe = await rig.link.wait_for(ProbeResult, 3)
    assert probe.verdict is ProbeVerdict.NOT_APPLIED


@pytest.mark.parametrize(("start_ticks", "boot_id", "step_ms"), [(500, "b1", 3_600_000), (0, "", 1_000)])
async def test_a_first_process_is_known_again_after_a_step_of_the_clock(rig, start_ticks, boot_id, step_ms):
    host = rig.hosts["APP-WAS-01"]

    async def script(context):
        host.live(77, 1234, start_ticks=start_ticks, boot_id=boot_id)
        await context.started(77)

    rig.runner.script = script
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Started)
    await rig.restart()
    host.live(77, 1234 + step_ms, start_ticks=start_ticks, boot_id=boot_id)
    await rig.receive(Probe(step_id="S1"))
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.verdict is ProbeVerdict.STILL_RUNNING
    if boot_id:
        host.live(77, 1234, start_ticks=start_ticks, boot_id="b2")  # the same numbers after a restart of the host
        await rig.receive(Probe(step_id="S1"))
        _, probe = await rig.link.wait_for(ProbeResult, 2)
        assert probe.verdict is ProbeVerdict.NOT_APPLIED


async def test_a_probe_that_fails_is_undetermined(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.restart()

    async def probe(context, before):
        raise HostError("APP-WAS-01에 접속할 수 없습니다.")

    rig.runner.probe = probe
    await rig.receive(Probe(step_id="S1"), Probe(step_id="never"))
    first, second = await rig.link.wait_for(ProbeResult, 2)
    assert {first.verdict, second.verdict} == {ProbeVerdict.UNDETERMINED}


async def test_results_go_out_again_until_they_are_acknowledged(rig):
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    await rig.restart()
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.FINISHED]
    await rig.daemon.welcomed(2)
    await rig.link.wait_for(Result)
    await rig.receive(ResultAck(step_id="S1"))
    await rig.restart()
    await rig.daemon.welcomed(3)
    assert rig.link.of(Result) == []


async def test_a_broken_link_ends_no_step(rig):
    rig.link.fail_with = ConnectionError("gone")
    await rig.receive(make_dispatch())
    while rig.daemon.running():
        await asyncio.sleep(0.01)
    rig.link.fail_with = None
    await rig.daemon.welcomed(2)
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is OK


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ActionError("기동에 실패했습니다.", code="service.start_failed"), "service.start_failed"),
        (HostError("연결할 수 없습니다."), "host.error"),
        (ValueError("defect"), "agent.internal"),
        (TimeoutError(), "agent.internal"),
        (UnicodeDecodeError("cp949", b"\xff", 0, 1, "bad"), "agent.internal"),
    ],
)
async def test_every_failure_is_a_result_with_a_code(rig, error, code):
    async def script(context):
        raise error

    rig.runner.script = script
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.error_code) == (FAILED, code)
    assert result.message
    assert rig.journal.step("S1").state is StepState.FAILED


async def _lose(context):
    error = HostError("연결이 끊겼습니다.")
    error.code = "host.lost"
    raise error


async def test_a_change_whose_host_was_lost_is_unknown_not_failed(rig):
    rig.runner.script = _lose
    await rig.receive(make_dispatch())
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.verdict is ProbeVerdict.NOT_APPLIED
    assert [entry.state for entry in await rig.daemon.hello_journal()] == [JournalState.INTERRUPTED]
    assert rig.link.of(Result) == []


async def test_a_lost_host_is_told_however_busy_the_agent_is(rig):
    asked, until = [], asyncio.Event()

    async def never(context):
        asked.append(context)
        await until.wait()
        return Plan()

    rig.runner.explain = never
    question = Explain(query_id="Q", action="RESTART_SERVICE", target="APP-WAS-01", parameters=b"{}")
    await rig.receive(*[question] * (MAX_QUESTIONS + 1))
    (busy,) = await rig.link.wait_for(Explanation)
    assert busy.error_code == "agent.busy"
    rig.runner.script = _lose
    await rig.receive(make_dispatch())
    (probe,) = await rig.link.wait_for(ProbeResult)
    assert probe.step_id == "S1"
    await rig.daemon.welcomed(2)  # the hello may have called it under way
    await rig.link.wait_for(ProbeResult, 2)
    assert len(asked) == MAX_QUESTIONS
    until.set()


async def test_what_the_agent_does_unasked_takes_no_place_of_a_question(rig):
    until = asyncio.Event()

    async def over():
        await until.wait()

    rig.hosts["APP-WAS-01"].over = over  # a host that does not answer, at the end of each step
    for number in range(MAX_QUESTIONS):
        await rig.receive(make_dispatch(f"S{number}"))
    await rig.link.wait_for(Result, MAX_QUESTIONS)
    await rig.receive(Probe(step_id="never"))
    await rig.link.wait_for(ProbeResult)
    until.set()


async def test_a_read_whose_host_was_lost_has_failed(rig):
    rig.runner.script = _lose
    await rig.receive(make_dispatch(action="CHECK_MEMORY"))
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.error_code) == (FAILED, "host.lost")


async def test_a_limit_in_the_frame_cannot_halve_a_change(rig):
    """The frame is not signed, the ticket is."""
    context = None

    async def script(given):
        nonlocal context
        context = given

    rig.runner.script = script
    await rig.receive(make_dispatch(timeout_ms=1))
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, context.within) == (OK, CATALOGUE["RESTART_SERVICE"].timeout)
    assert rig.journal.step("S1").accepted.timeout_ms == CATALOGUE["RESTART_SERVICE"].timeout * 1000
    await rig.receive(make_dispatch("S2", timeout_ms=0))
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "policy.timeout"


async def test_a_step_over_its_time_is_cancelled_inside(rig, monkeypatch):
    monkeypatch.setenv("GUARDIA_TESTING", "1")
    monkeypatch.setenv("GUARDIA_FAULT_LEAST_S", "0")
    rig.runner.hold()
    await rig.receive(make_dispatch(timeout_ms=20))
    (result,) = await rig.link.wait_for(Result)
    assert (result.outcome, result.error_code) == (TIMED_OUT, "step.timeout")
    assert rig.runner.cancelled == 1


async def test_evidence_that_cannot_be_had_starts_nothing(rig):
    async def before(context):
        raise HostError("연결할 수 없습니다.")

    rig.runner.before = before
    await rig.receive(make_dispatch())
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "host.error"
    assert rig.runner.runs == 0


async def test_a_full_disk_starts_nothing(rig, monkeypatch):
    def accept(record):
        raise JournalError("디스크가 가득 찼습니다.")

    monkeypatch.setattr(rig.journal, "accept", accept)
    await rig.receive(make_dispatch())
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "journal.error"
    assert rig.runner.runs == 0


async def test_a_result_waits_until_the_disk_takes_it(rig, monkeypatch):
    real, failures = rig.journal.finished, []

    def finished(record):
        if len(failures) < 3:
            failures.append(len(rig.link.of(Result)))
            raise JournalError("full")
        real(record)

    monkeypatch.setattr(rig.journal, "finished", finished)
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    assert failures == [0, 0, 0]


async def test_an_interruptible_step_is_cancelled(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch(action="CLEAN_LOGS"))
    await rig.runner.entered.wait()
    await rig.receive(Cancel(step_id="S1", reason="engineer1의 취소"))
    (result,) = await rig.link.wait_for(Result)
    assert rig.link.of(CancelNoted)[0].state == "cancelling"
    assert result.outcome is CANCELLED
    assert "engineer1의 취소" in result.message
    assert rig.runner.cancelled == 1


async def test_a_step_that_must_not_be_halved_finishes(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch())
    await rig.runner.entered.wait()
    await rig.receive(Cancel(step_id="S1", reason=""))
    assert rig.link.of(CancelNoted)[0].state == "too_late"
    rig.runner.release.set()
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is OK


async def test_a_queued_step_is_cancelled_at_once_and_never_run(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"))
    await rig.runner.entered.wait()
    await rig.receive(make_dispatch("S2"), Cancel(step_id="S2", reason="취소"))
    (result,) = await rig.link.wait_for(Result)
    assert (result.step_id, result.outcome) == ("S2", CANCELLED)
    rig.runner.release.set()
    await rig.link.wait_for(Result, 2)
    assert rig.runner.runs == 1


async def test_cancel_of_the_unknown_and_of_the_finished(rig):
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    await rig.receive(Cancel(step_id="S1", reason=""), Cancel(step_id="S9", reason=""))
    assert [noted.state for noted in rig.link.of(CancelNoted)] == ["too_late", "unknown"]


async def test_changes_of_one_target_wait_and_reads_do_not(rig):
    rig.runner.hold()
    await rig.receive(
        make_dispatch("S1"),
        make_dispatch("S2"),
        make_dispatch("S3", target="APP-WAS-02"),
        make_dispatch("S4", action="CHECK_MEMORY"),
    )
    await rig.link.wait_for(Accepted, 3)
    assert {frame.step_id for frame in rig.link.of(Accepted)} == {"S1", "S3", "S4"}
    rig.runner.release.set()
    await rig.link.wait_for(Result, 4)


async def test_the_queue_is_bounded(rig):
    await rig.stop()
    rig.options |= {"concurrency": 1, "queue": 2}
    rig.start()
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"), make_dispatch("S2"), make_dispatch("S3"))
    (refused,) = await rig.link.wait_for(Refused)
    assert (refused.step_id, refused.code) == ("S3", "agent.busy")
    rig.runner.release.set()
    await rig.link.wait_for(Result, 2)


async def test_a_ticket_that_expires_in_the_queue_is_refused(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"))
    await rig.runner.entered.wait()
    await rig.receive(make_dispatch("S2"))
    rig.clock.advance(3600)
    rig.runner.release.set()
    (refused,) = await rig.link.wait_for(Refused)
    assert (refused.step_id, refused.code) == ("S2", "ticket.expired")


async def test_output_is_kept_as_it_is_and_capped(rig):
    korean = "재기동 완료".encode("cp949")

    async def script(context):
        await context.output(Stream.STDERR, korean)
        for _ in range(40):
            await context.output(Stream.STDOUT, b"x" * 10_000)
        await context.output(Stream.STDOUT, b"END")

    rig.runner.script = script
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    chunks = rig.link.of(Output)
    assert [chunk.seq for chunk in chunks] == list(range(1, len(chunks) + 1))
    data = b"".join(chunk.data for chunk in chunks)
    assert data.startswith(korean)
    assert data.endswith(b"END")
    assert len(data) == 128 * 1024
    assert max(len(chunk.data) for chunk in chunks) <= 64 * 1024
    assert (result.stdout_bytes, result.stderr_bytes) == (400_003, len(korean))
    assert result.truncated


async def test_a_full_window_holds_up_neither_the_step_nor_its_result(rig, monkeypatch):
    monkeypatch.setattr("guardia.agent.daemon.step.FLUSH_WITHIN", 0.01)
    real = rig.link.send

    async def send(frame):
        if isinstance(frame, Output):
            await asyncio.Event().wait()
        await real(frame)

    async def script(context):
        for _ in range(1000):
            await context.output(Stream.STDOUT, b"x" * 1000)

    rig.runner.script = script
    rig.link.send = send
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert result.stdout_bytes == 1_000_000


async def test_a_report_over_the_limit_is_shortened_not_lost(rig):
    async def run(context):
        return ChangeReport(
            action="CLEAN_LOGS",
            asset="APP-WAS-01",
            summary="정리했습니다.",
            changed=True,
            before={f"f{n}": "x" * 5000 for n in range(100)},
        )

    rig.runner.run = run
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is OK
    assert result.truncated
    assert 0 < len(result.report) <= 256 * 1024


async def test_drain_lets_the_running_finish_and_takes_nothing_new(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"))
    await rig.runner.entered.wait()
    await rig.receive(make_dispatch("S2"))
    draining = asyncio.create_task(rig.daemon.drain(5))
    await asyncio.sleep(0)
    await rig.receive(make_dispatch("S3", target="APP-WAS-02"))
    rig.runner.release.set()
    assert await draining
    assert [result.step_id for result in rig.link.of(Result)] == ["S1"]
    assert rig.runner.runs == 1
    assert rig.link.of(Refused) == [], "the hub sends S2 and S3 again"


async def test_drain_cancels_what_may_be_interrupted_and_leaves_the_rest(rig):
    rig.runner.hold()
    await rig.receive(make_dispatch("S1"), make_dispatch("S2", action="CHECK_MEMORY"))
    await rig.link.wait_for(Accepted, 2)
    assert not await rig.daemon.drain(0.05)
    assert [(result.step_id, result.outcome) for result in rig.link.of(Result)] == [("S2", CANCELLED)]
    await rig.restart()
    assert [(entry.step_id, entry.state) for entry in await rig.daemon.hello_journal()] == [
        ("S1", JournalState.INTERRUPTED),
        ("S2", JournalState.FINISHED),
    ]

"""The engine from message to result: approvals, order, locks, refusals."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core.intent import IntentType
from guardia.hub.core.message import ReceiptStatus, StagedFile
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import BusyError, ConflictError, ForbiddenError
from guardia.proto.catalogue import CheckStatus
from guardia.proto.frames import Cancel, StepOutcome
from tests.support.eventually import eventually
from tests.support.world import APPROVER, ENGINEER, SERVERS, VIEWER, World, check, found, restart, server


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


async def test_a_check_runs_at_once_and_its_result_is_said(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    assert receipt.status is ReceiptStatus.IN_PROGRESS
    assert await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, found("A-WAS-01", CheckStatus.CRIT))) == 1
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.SUCCEEDED
    assert request.approvals == ()
    assert "요약" in world.rooms.shown[f"end-{receipt.sr_id}"].content
    assert world.card(request.request_id)["buttons"] == []


async def test_small_talk_makes_no_request(world: World) -> None:
    receipt = await world.say("점심 드셨어요?")
    assert receipt.status is ReceiptStatus.IGNORED
    assert world.engine.desk.requests == {}


async def test_a_change_waits_for_another_person_and_nothing_leaves_before(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    assert receipt.status is ReceiptStatus.PENDING_APPROVAL
    assert world.dispatched("A-WAS-01") == []
    step = world.card(receipt.sr_id or "")["plan"]["nodes"][0]["steps"][0]
    assert step["commands"] == [["/bin/do", "RESTART_SERVICE", "A-WAS-01"]]
    await world.approve(receipt.sr_id or "")
    assert await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, b"")) == 3  # restart and two verifications
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_the_ticket_carries_what_was_approved(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    request = await world.request(receipt.sr_id or "")
    ticket, dispatch = world.tickets.issued[0], world.dispatched("A-WAS-01")[0]
    assert request.plan is not None
    assert ticket["plan_digest"] == request.plan.digest
    assert ticket["step_digest"] == dispatch.digest
    assert ticket["explain_digest"] == "explained-RESTART_SERVICE-A-WAS-01"
    assert (ticket["requester"], ticket["approvers"]) == ("engineer1", ("approver1",))
    assert ticket["fencing"] == request.fencing > 0


async def test_nobody_approves_his_own_request_even_as_an_approver(world: World) -> None:
    both = msgspec.structs.replace(ENGINEER, roles=("engineer", "approver", "admin"))
    receipt = await world.say("재기동", restart("A-WAS-01"), person=both)
    with pytest.raises(ForbiddenError):
        await world.approve(receipt.sr_id or "", both)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.AWAITING_APPROVAL


async def test_an_approval_of_another_plan_does_not_count(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    for digest in ("", "0" * 64):
        with pytest.raises(ConflictError):
            await world.press(receipt.sr_id or "", "approve", APPROVER, digest)
    assert (await world.request(receipt.sr_id or "")).approvals == ()


async def test_a_viewer_is_denied_and_an_engineer_cannot_approve(world: World) -> None:
    denied = await world.say("재기동", restart("A-WAS-01"), person=VIEWER)
    assert denied.status is ReceiptStatus.ERROR
    assert (await world.request(denied.sr_id or "")).state is RequestState.REJECTED
    receipt = await world.say("재기동!", restart("A-WAS-01"))
    with pytest.raises(ForbiddenError):
        await world.approve(receipt.sr_id or "", msgspec.structs.replace(ENGINEER, person_id="engineer2"))


async def test_a_person_outside_his_scope_is_denied(world: World) -> None:
    elsewhere = msgspec.structs.replace(ENGINEER, institutions=("국세청",))
    receipt = await world.say("디스크", check("A-WAS-01"), person=elsewhere)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.REJECTED


async def test_the_same_message_twice_is_one_request(world: World) -> None:
    first, second = await asyncio.gather(
        world.say("재기동", restart("A-WAS-01"), message_id="same"),
        world.say("재기동", restart("A-WAS-01"), message_id="same"),
    )
    again = await world.say("재기동", restart("A-WAS-01"), message_id="same")
    assert first == second == again
    assert len(await world.store.requests()) == 1


async def test_nodes_of_a_change_go_one_by_one_and_stop_at_the_first_failure(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    receipt = await world.say("재기동", restart())
    await world.approve(receipt.sr_id or "")
    assert len(world.dispatched("A-WAS-01")) == 1
    assert world.dispatched("A-WAS-02") == []
    await world.work_off("A-WAS-01", lambda _d: (StepOutcome.FAILED, b""))
    assert world.dispatched("A-WAS-02") == []
    assert (await world.request(receipt.sr_id or "")).state is RequestState.FAILED


async def test_the_second_node_failing_makes_it_partial(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    receipt = await world.say("재기동", restart())
    await world.approve(receipt.sr_id or "")
    await world.work_off("A-WAS-01")
    await world.work_off("A-WAS-02", lambda _d: (StepOutcome.TIMED_OUT, b""))
    assert (await world.request(receipt.sr_id or "")).state is RequestState.PARTIAL


async def test_a_verification_that_finds_trouble_fails_the_change(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    await world.work_off(
        "A-WAS-01",
        lambda d: (StepOutcome.OK, found("A-WAS-01", CheckStatus.UNKNOWN) if d.action == "CHECK_HTTP" else b""),
    )
    assert (await world.request(receipt.sr_id or "")).state is RequestState.FAILED


async def test_a_verification_that_the_agent_cannot_do_is_left_out(world: World) -> None:
    world.refusals["CHECK_HTTP"] = ("target.unknown", "no URL")
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    assert [step.action for _, step in request.plan.steps()] == ["RESTART_SERVICE", "CHECK_SERVICE"]


async def test_what_the_agent_cannot_do_is_refused_before_anyone_approves(world: World) -> None:
    world.refusals["RESTART_SERVICE"] = ("policy.denied", "이 서버에서는 허용되지 않습니다")
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.REJECTED
    assert "허용되지 않습니다" in str(request.message)


FILE = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)


def deploy(**changes: object) -> object:
    return restart(
        "A-WAS-01",
        intent_type=IntentType.DEPLOY,
        action_sequence=("DEPLOY_ARTIFACT",),
        deploy_artifacts=("app.war",),
        **changes,
    )


async def test_a_failed_deploy_is_put_back_and_says_so(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("배포", deploy(), files=(FILE,))  # type: ignore[arg-type]
    await world.approve(receipt.sr_id or "")
    ran: list[str] = []

    def answer(dispatch: object) -> tuple[StepOutcome, bytes]:
        ran.append(dispatch.action)  # type: ignore[attr-defined]
        first_restart = ran.count("RESTART_SERVICE") == 1 and ran[-1] == "RESTART_SERVICE"
        return (StepOutcome.FAILED if first_restart else StepOutcome.OK), b""

    await world.work_off("A-WAS-01", answer)
    assert ran == ["DEPLOY_ARTIFACT", "RESTART_SERVICE", "ROLLBACK_RELEASE", "RESTART_SERVICE"]
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.ROLLED_BACK
    assert "되돌렸습니다" in str(request.message)


async def test_a_deploy_without_its_file_is_refused_with_what_to_do(world: World) -> None:
    receipt = await world.say("배포", deploy())  # type: ignore[arg-type]
    assert receipt.status is ReceiptStatus.ERROR
    assert "첨부" in str((await world.request(receipt.sr_id or "")).message)


async def test_changes_of_one_host_queue_behind_each_other(world: World) -> None:
    await world.connect("A-WAS-01")
    first = await world.say("재기동 1", restart("A-WAS-01"))
    second = await world.say("재기동 2", restart("A-WAS-01"))
    await world.approve(first.sr_id or "")
    await world.approve(second.sr_id or "")
    assert (await world.request(second.sr_id or "")).state is RequestState.QUEUED
    assert {d.request_id for d in world.dispatched("A-WAS-01")} == {first.sr_id}
    await world.work_off("A-WAS-01")
    await eventually(
        lambda: second.sr_id in {d.request_id for d in world.dispatched("A-WAS-01")}, "the second one has its turn"
    )
    await world.work_off("A-WAS-01")
    done = [await world.request(r.sr_id or "") for r in (first, second)]
    assert [r.state for r in done] == [RequestState.SUCCEEDED] * 2
    assert done[1].fencing > done[0].fencing


async def test_two_approvals_at_once_cannot_both_take_the_lock(world: World) -> None:
    await world.connect("A-WAS-01")
    receipts = [await world.say(f"재기동 {n}", restart("A-WAS-01")) for n in range(4)]
    await asyncio.gather(*(world.approve(r.sr_id or "") for r in receipts))
    states = [(await world.request(r.sr_id or "")).state for r in receipts]
    assert sorted(states) == [RequestState.QUEUED] * 3 + [RequestState.RUNNING]


async def test_a_cmdb_that_moved_makes_a_new_plan_that_needs_a_new_approval(world: World) -> None:
    receipt = await world.say("재기동", restart())
    old = await world.request(receipt.sr_id or "")
    assert old.plan is not None
    world.inventory.move((*SERVERS, server("A-WAS-03", 3)))
    await world.approve(receipt.sr_id or "")
    new = await world.request(receipt.sr_id or "")
    assert new.plan is not None
    assert new.state is RequestState.AWAITING_APPROVAL
    assert new.plan.digest != old.plan.digest
    assert new.plan.assets == ("A-WAS-01", "A-WAS-02", "A-WAS-03")
    with pytest.raises(ConflictError):
        await world.press(receipt.sr_id or "", "approve", APPROVER, old.plan.digest)


async def test_a_cmdb_that_moved_elsewhere_does_not_disturb(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    world.inventory.move((*SERVERS, server("X-WAS-01", 1, system="다른시스템")))
    await world.approve(receipt.sr_id or "")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.RUNNING


async def test_an_ambiguous_name_is_asked_back_and_the_choice_runs(world: World) -> None:
    world.inventory.move((*SERVERS, server("N-WAS-01", 1, institution="국세청")))
    await world.connect("N-WAS-01")
    receipt = await world.say("디스크", check(institution="UNKNOWN"))
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.NEEDS_ANSWER
    number = next(n for n, c in enumerate(request.choices, 1) if "국세청" in c.label)
    with pytest.raises(ForbiddenError):
        await world.press(receipt.sr_id or "", f"choose:{number}", APPROVER)
    await world.press(receipt.sr_id or "", f"choose:{number}", ENGINEER)
    await world.work_off("N-WAS-01")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_an_unknown_system_runs_nothing_and_says_so(world: World) -> None:
    receipt = await world.say("재기동", restart(system_name="UNKNOWN"))
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.plan is None
    assert "찾을 수 없어" in str(request.question)


async def test_development_runs_without_approval_unless_the_reader_raises_it(world: World) -> None:
    await world.connect("D-WAS-01")
    free = await world.say("개발 재기동", restart(environment="DEV", requires_approval=False))
    assert (await world.request(free.sr_id or "")).state is RequestState.RUNNING
    raised = await world.say("개발 재기동!", restart(environment="DEV"))
    assert (await world.request(raised.sr_id or "")).state is RequestState.AWAITING_APPROVAL


async def test_production_needs_approval_even_if_the_reader_forgot(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01", requires_approval=False))
    assert (await world.request(receipt.sr_id or "")).state is RequestState.AWAITING_APPROVAL


async def test_approvals_and_answers_expire(world: World) -> None:
    waiting = await world.say("재기동", restart("A-WAS-01"))
    asked = await world.say("재기동?", restart(system_name="UNKNOWN"))
    world.clock.advance(1801)
    await world.engine.tick()
    for receipt in (waiting, asked):
        assert (await world.request(receipt.sr_id or "")).state is RequestState.EXPIRED


async def test_a_scheduled_request_waits_for_its_time(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("예약", restart("A-WAS-01", parameters={"at": "2027-01-15T17:20:00+09:00"}))
    await world.approve(receipt.sr_id or "")
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.SCHEDULED
    world.clock.advance((request.scheduled_ms - world.clock.now_ms()) / 1000 - 1)
    await world.engine.tick()
    assert world.dispatched("A-WAS-01") == []
    world.clock.advance(1)
    await world.engine.tick()
    assert len(world.dispatched("A-WAS-01")) == 1


async def test_a_cancel_before_the_start_ends_it_and_one_during_a_step_asks_the_agent(world: World) -> None:
    await world.connect("A-WAS-01")
    early = await world.say("재기동", restart("A-WAS-01"))
    await world.press(early.sr_id or "", "cancel", ENGINEER)
    assert (await world.request(early.sr_id or "")).state is RequestState.CANCELLED
    late = await world.say("재기동!", restart("A-WAS-01"))
    await world.approve(late.sr_id or "")
    step = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step)
    await world.press(late.sr_id or "", "cancel", ENGINEER)
    assert [frame.step_id for frame in world.links.sent_to("A-WAS-01", Cancel)] == [step]  # type: ignore[union-attr]
    await world.finish("A-WAS-01", step, StepOutcome.CANCELLED)
    assert (await world.request(late.sr_id or "")).state is RequestState.CANCELLED
    assert len(world.dispatched("A-WAS-01")) == 1


async def test_a_cancel_by_message_takes_the_latest_of_ones_own(world: World) -> None:
    await world.say("재기동", restart("A-WAS-01"))
    mine = await world.say("재기동!", restart("A-WAS-02"))
    cancel = restart(intent_type=IntentType.CANCEL, action_sequence=(), requires_approval=False)
    receipt = await world.say("취소", cancel)
    assert receipt.sr_id == mine.sr_id
    assert (await world.request(mine.sr_id or "")).state is RequestState.CANCELLED


async def test_a_full_outbox_takes_nothing_over_and_loses_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, outbox_limit=1)
    await world.start()
    first = await world.say("디스크", check("A-WAS-01"))  # its agent is offline: one frame waits
    with pytest.raises(BusyError):
        await world.say("디스크!", check("A-WAS-02"), message_id="again")
    await world.connect("A-WAS-01", "A-WAS-02")
    await world.work_off("A-WAS-01")
    second = await world.say("디스크!", check("A-WAS-02"), message_id="again")
    await world.work_off("A-WAS-02")
    for receipt in (first, second):
        assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED
    await world.stop()


async def test_a_step_for_an_absent_agent_waits_and_is_given_up_unrun(world: World) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert [run.state for run in request.runs.values()] == [StepState.DISPATCHED]
    world.clock.advance(3601)
    await world.engine.tick()
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.FAILED
    assert "실행되지 않았습니다" in str(request.message)
    await world.connect("A-WAS-01")
    assert world.dispatched("A-WAS-01") == []


async def test_nobody_is_asked_to_approve_what_cannot_be_shown(tmp_path: Path) -> None:
    """The agent is away: an approver would not see what will run. A read needs no approver and waits for the agent."""
    world = World(tmp_path)
    world.explains_offline = False
    await world.start()
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.REJECTED
    assert "보여 드릴 수 없습니다" in str(request.message)
    read = await world.say("디스크", check("A-WAS-01"))
    assert (await world.request(read.sr_id or "")).state is RequestState.RUNNING
    await world.connect("A-WAS-01")
    again = await world.say("재기동 다시", restart("A-WAS-01"))
    assert (await world.request(again.sr_id or "")).state is RequestState.AWAITING_APPROVAL
    await world.stop()

"""Lost connections, restarts and journals: nothing runs twice, nothing is lost, an unknown is no failure."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from guardia.hub.core.message import ReceiptStatus
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import AgentOfflineError, ConflictError, ForbiddenError
from guardia.hub.store.log import verify_chains
from guardia.proto.frames import (
    Accepted,
    Dispatch,
    HubFrame,
    JournalEntry,
    JournalState,
    Output,
    OutputAck,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    StepOutcome,
    Stream,
)
from tests.support.eventually import eventually
from tests.support.world import ENGINEER, World, check, found, restart


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


def journal(step_id: str, state: JournalState) -> dict[str, tuple[JournalEntry, ...]]:
    return {"journal": (JournalEntry(step_id=step_id, digest="d", state=state),)}


async def running_restart(world: World) -> tuple[str, str]:
    """A restart whose first step runs at its agent: request and step id."""
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    return receipt.sr_id or "", step_id


async def test_a_lost_connection_is_unknown_not_failed(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    request = await world.request(request_id)
    assert request.state is RequestState.RUNNING
    assert request.run(step_id).state is StepState.UNKNOWN
    card = world.card(request_id)
    assert card["tone"] == "unknown"
    assert "연결이 끊겼습니다" in card["message"]


async def test_a_step_that_kept_running_goes_on(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.RUNNING))
    assert (await world.request(request_id)).run(step_id).state is StepState.RUNNING
    await world.finish("A-WAS-01", step_id)
    assert (await world.request(request_id)).run(step_id).state is StepState.OK
    assert len([d for d in world.dispatched("A-WAS-01") if d.step_id == step_id]) == 1


async def test_a_result_that_was_stored_meanwhile_counts(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.FINISHED))
    assert (await world.request(request_id)).run(step_id).state is StepState.RECONCILING
    await world.finish("A-WAS-01", step_id)
    assert (await world.request(request_id)).run(step_id).state is StepState.OK


async def test_an_interrupted_change_is_probed_and_never_sent_again(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.INTERRUPTED))
    assert [frame.step_id for frame in world.links.sent_to("A-WAS-01", Probe)] == [step_id]  # type: ignore[union-attr]
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.APPLIED, detail="적용됨"))
    request = await world.request(request_id)
    assert request.run(step_id).state is StepState.OK
    sent = [d.step_id for d in world.dispatched("A-WAS-01")]
    assert sent.count(step_id) == 1
    assert len(sent) == 2  # and the verification followed


async def test_a_probe_that_found_nothing_asks_an_operator_who_may_retry(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.INTERRUPTED))
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.NOT_APPLIED))
    assert (await world.request(request_id)).state is RequestState.NEEDS_OPERATOR
    assert [b["id"] for b in world.card(request_id)["buttons"]] == ["retry", "cancel"]
    await world.press(request_id, "retry", ENGINEER)
    again = world.dispatched("A-WAS-01")[-1]
    assert again.step_id == f"{step_id}.a2"  # a step of its own to the agent: the first stays interrupted for good
    assert await world.request(request_id)


async def test_an_undetermined_probe_cannot_be_retried(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.INTERRUPTED))
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.UNDETERMINED))
    assert (await world.request(request_id)).state is RequestState.NEEDS_OPERATOR
    with pytest.raises(ConflictError):
        await world.press(request_id, "retry", ENGINEER)
    await world.press(request_id, "cancel", ENGINEER)
    assert (await world.request(request_id)).state is RequestState.FAILED


async def test_a_probe_of_what_still_runs_is_repeated(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.INTERRUPTED))
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.STILL_RUNNING))
    await world.engine.tick()
    assert len(world.links.sent_to("A-WAS-01", Probe)) == 1
    world.clock.advance(6)
    await world.engine.tick()
    assert len(world.links.sent_to("A-WAS-01", Probe)) == 2
    assert (await world.request(request_id)).run(step_id).state is StepState.RECONCILING


async def test_an_interrupted_read_runs_again_by_itself(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.INTERRUPTED))
    assert world.links.sent_to("A-WAS-01", Probe) == []
    assert world.dispatched("A-WAS-01")[-1].step_id == f"{step_id}.a2"
    await world.accept("A-WAS-01", f"{step_id}.a2")
    await world.finish("A-WAS-01", f"{step_id}.a2")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_a_dispatch_that_never_arrived_is_sent_again_and_one_that_did_is_not(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.links.drop("A-WAS-01")  # neither accepted nor refused: it may or may not have arrived
    assert (await world.request(receipt.sr_id or "")).run(step_id).state is StepState.UNKNOWN
    await world.connect("A-WAS-01")  # its journal does not hold it
    assert [d.step_id for d in world.dispatched("A-WAS-01")] == [step_id, step_id]
    assert world.dispatched("A-WAS-01")[0] == world.dispatched("A-WAS-01")[1]
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(step_id, JournalState.RUNNING))
    assert len(world.dispatched("A-WAS-01")) == 2


async def test_a_step_missing_from_a_truncated_journal_is_not_sent_again(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", journal_truncated=True)
    assert len(world.dispatched("A-WAS-01")) == 1
    assert (await world.request(receipt.sr_id or "")).state is RequestState.NEEDS_OPERATOR


async def test_a_step_is_not_sent_again_to_who_threw_out_a_living_agent(world: World) -> None:
    """It may be another host with the same identity: that its journal is empty says nothing of the first one's."""
    await world.connect("A-WAS-01", instance_id="one")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    await world.connect("A-WAS-01", instance_id="two")
    assert len(world.dispatched("A-WAS-01")) == 1
    assert (await world.request(receipt.sr_id or "")).state is RequestState.NEEDS_OPERATOR


async def test_a_drained_agent_finishes_and_what_is_new_waits(world: World) -> None:
    await world.connect("A-WAS-01")
    first = await world.say("확인", check("A-WAS-01"))
    (dispatched,) = world.dispatched("A-WAS-01")
    world.engine.delivery.draining = {"A-WAS-01"}
    await world.finish("A-WAS-01", dispatched.step_id, report=found("A-WAS-01"))
    assert (await world.request(first.request_ids[0])).state is RequestState.SUCCEEDED
    second = await world.say("또 확인", check("A-WAS-01"))
    await world.engine.timers.tick()
    assert len(world.dispatched("A-WAS-01")) == 1
    assert (await world.request(second.request_ids[0])).state is RequestState.RUNNING
    world.engine.delivery.draining = frozenset()
    await world.engine.timers.tick()
    assert len(world.dispatched("A-WAS-01")) == 2


async def test_not_delivered_in_time_and_ran_too_long_are_told_apart(world: World) -> None:
    """Of the one nothing ran; the other ran, was stopped, and somebody has to look."""
    undelivered = await world.say("재기동 1", restart("A-WAS-01"))
    await world.approve(undelivered.sr_id or "")
    world.clock.advance(3601)
    await world.engine.tick()
    await world.connect("A-WAS-02")
    too_long = await world.say("재기동 2", restart("A-WAS-02"))
    await world.approve(too_long.sr_id or "")
    (dispatched,) = world.dispatched("A-WAS-02")
    await world.accept("A-WAS-02", dispatched.step_id)
    agents_words = "재기동이(가) 제한 시간 180초를 넘겨 중단했습니다. 대상의 상태를 확인하세요."
    await world.finish(
        "A-WAS-02", dispatched.step_id, StepOutcome.TIMED_OUT, error_code="step.timeout", message=agents_words
    )
    cards = [world.card(receipt.sr_id or "") for receipt in (undelivered, too_long)]
    first, second = (card["plan"]["nodes"][0]["steps"][0] for card in cards)
    assert (first["time_out"], first["state"], first["state_label"]) == ("delivery", "FAILED", "전달 못 함")
    assert (second["time_out"], second["state"], second["state_label"]) == (
        "execution",
        "TIMED_OUT",
        "실행 시간 초과",
    )
    assert "전달하지 못했습니다. 실행되지 않았습니다." in first["summary"]
    assert first["started_at"] is None
    assert "중단했습니다" in second["summary"]
    assert "실행되지 않았습니다" not in second["summary"]
    assert second["started_at"] is not None
    for card, step in zip(cards, (first, second), strict=True):  # and so do the request's own last words
        assert step["summary"] in card["message"]
        assert step["summary"] in world.rooms.shown[f"end-{card['request_id']}"].content


async def test_what_waits_for_one_agent_delays_no_other(world: World) -> None:
    """One is offline, one takes everything and answers nothing, the third is served at once."""
    await world.connect("A-WAS-02", "D-WAS-01")
    for n in range(3):
        await world.say(f"확인 {n}", check("A-WAS-01", "A-WAS-02"))
    assert len(world.dispatched("A-WAS-02")) == 3
    third = await world.say("개발 확인", check("D-WAS-01", environment="DEV"))
    (dispatched,) = world.dispatched("D-WAS-01")
    await world.finish("D-WAS-01", dispatched.step_id, report=found("D-WAS-01"))
    assert (await world.request(third.request_ids[0])).state is RequestState.SUCCEEDED
    assert [row.agent_id for row in world.engine.desk.outbox.values() if row.sent_ms is None] == ["A-WAS-01"] * 3


async def test_an_accepted_step_that_the_journal_lost_needs_an_operator(world: World) -> None:
    request_id, _ = await running_restart(world)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01")
    request = await world.request(request_id)
    assert request.state is RequestState.NEEDS_OPERATOR
    assert "일지에 이 단계가 없습니다" in str(request.message)
    assert len(world.dispatched("A-WAS-01")) == 1


async def test_the_hub_dies_between_approval_and_result_and_finishes_the_request(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.restart()
    request = await world.request(request_id)
    assert request.run(step_id).state is StepState.UNKNOWN
    await world.connect("A-WAS-01", **journal(step_id, JournalState.FINISHED))
    await world.finish("A-WAS-01", step_id)
    await world.work_off("A-WAS-01")
    request = await world.request(request_id)
    assert request.state is RequestState.SUCCEEDED
    assert step_id not in [d.step_id for d in world.dispatched("A-WAS-01")]


async def test_the_hub_dies_after_the_approval_was_committed_and_before_anything_left(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")  # the agent is offline: the frame waits in the outbox
    await world.restart()
    await world.connect("A-WAS-01")
    assert len(world.dispatched("A-WAS-01")) == 1
    await world.work_off("A-WAS-01")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_a_message_that_was_taken_over_but_not_worked_off_is_worked_off_at_start(world: World) -> None:
    world.parser.readings["디스크"] = (check("A-WAS-01"),)
    real, world.engine.work_off = world.engine.work_off, None  # type: ignore[method-assign,assignment]  # dies here
    with pytest.raises(TypeError):
        await world.say("디스크", message_id="lost")
    assert real is not None
    await world.restart()
    again = await world.say("디스크", message_id="lost")
    assert again.status is ReceiptStatus.IN_PROGRESS
    assert len(await world.store.requests()) == 1


async def test_a_message_that_waited_too_long_for_the_hub_is_not_carried_out_and_the_room_is_told(world: World) -> None:
    world.parser.readings["디스크"] = (check("A-WAS-01"),)
    world.engine.work_off = None  # type: ignore[method-assign,assignment]  # dies here
    with pytest.raises(TypeError):
        await world.say("디스크", message_id="old")
    world.clock.advance(901)
    await world.restart()
    assert await world.store.requests() == []
    assert "실행하지 않았습니다" in world.rooms.shown["reply-web-old"].content


async def test_a_refusal_ends_the_step_with_its_reason(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.links.answer(
        "A-WAS-01", Refused(step_id=step_id, code="step.fenced", message="더 새로운 작업이 있습니다")
    )
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.FAILED
    assert "더 새로운 작업" in str(request.message)


async def test_late_and_doubled_frames_change_nothing(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.finish("A-WAS-01", step_id)
    version = (await world.request(request_id)).version
    await world.finish("A-WAS-01", step_id, StepOutcome.FAILED)
    await world.links.answer("A-WAS-01", Accepted(step_id=step_id, at_ms=1))
    await world.links.answer("A-WAS-01", Refused(step_id=step_id, code="x", message="y"))
    request = await world.request(request_id)
    assert (request.version, request.run(step_id).state) == (version, StepState.OK)


async def test_an_agent_cannot_speak_for_another_ones_step(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.connect("A-WAS-02")
    await world.finish("A-WAS-02", step_id, StepOutcome.FAILED)
    await world.links.answer("A-WAS-02", Output(step_id=step_id, seq=1, stream=Stream.STDOUT, data=b"forged"))
    request = await world.request(request_id)
    assert request.run(step_id).state is StepState.RUNNING
    assert await world.store.output(step_id) == []


async def test_output_is_kept_before_it_is_acknowledged_and_shown_decoded(world: World) -> None:
    request_id, step_id = await running_restart(world)
    for seq, data in enumerate(("기동합니다\n".encode("cp949"), b"\x1b[31mred\x1b[0m <b>\n"), 1):
        await world.links.answer("A-WAS-01", Output(step_id=step_id, seq=seq, stream=Stream.STDOUT, data=data))
    assert [seq for seq, _, _ in await world.store.output(step_id)] == [1, 2]
    assert len(world.links.sent_to("A-WAS-01", OutputAck)) == 2
    await world.finish("A-WAS-01", step_id)
    output = world.card(request_id)["plan"]["nodes"][0]["steps"][0]["output"]
    assert "기동합니다" in output
    assert "red <b>" in output
    assert "\x1b" not in output


async def test_the_audit_finds_a_changed_a_removed_and_an_added_event(world: World) -> None:
    await running_restart(world)
    assert (await world.store.verify())[1] == []
    for statement in (
        "UPDATE events SET data = replace(data, 'approver1', 'approver2') WHERE type = 'Approved'",
        "DELETE FROM events WHERE version = (SELECT max(version) FROM events)",
        "DELETE FROM events WHERE version = 2",
    ):
        with world.database.engine.begin() as connection:
            savepoint = connection.begin_nested()
            connection.execute(text(statement))
            assert verify_chains(connection)[1], statement
            savepoint.rollback()
    assert (await world.store.verify())[1] == []


async def test_an_agent_that_lost_its_host_tells_what_it_found_unasked(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.APPLIED, detail="적용됨"))
    request = await world.request(request_id)
    assert request.run(step_id).state is StepState.OK
    assert request.run(step_id).was_unknown


async def test_a_request_whose_agent_never_comes_back_can_be_closed_by_an_approver(world: World) -> None:
    request_id, step_id = await running_restart(world)
    with pytest.raises(ConflictError):
        await world.press(request_id, "close")  # nothing is unclear yet
    await world.links.drop("A-WAS-01")
    second = await world.say("재기동 또", restart("A-WAS-01"))
    await world.approve(second.sr_id or "")
    assert (await world.request(second.sr_id or "")).state is RequestState.QUEUED
    assert "close" in [button["id"] for button in world.card(request_id)["buttons"]]
    with pytest.raises(ForbiddenError):
        await world.press(request_id, "close", ENGINEER)
    await world.press(request_id, "close")
    closed = await world.request(request_id)
    assert closed.state is RequestState.FAILED
    assert "확인하지 못한 채" in str(closed.message)
    await world.connect("A-WAS-01", **journal(step_id, JournalState.FINISHED))
    await world.finish("A-WAS-01", step_id)  # too late: what was recorded stands
    assert await world.request(request_id) == closed
    await eventually(
        lambda: second.sr_id in {d.request_id for d in world.dispatched("A-WAS-01")}, "the second one has its turn"
    )


async def test_an_interrupted_verification_runs_again_by_itself(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.finish("A-WAS-01", step_id)
    verify = world.dispatched("A-WAS-01")[-1].step_id
    await world.accept("A-WAS-01", verify)
    await world.links.drop("A-WAS-01")
    await world.connect("A-WAS-01", **journal(verify, JournalState.INTERRUPTED))
    assert world.dispatched("A-WAS-01")[-1].step_id == f"{verify}.a2"
    assert (await world.request(request_id)).state is RequestState.RUNNING


async def test_a_verification_without_a_finding_is_none(world: World) -> None:
    request_id, step_id = await running_restart(world)
    await world.finish("A-WAS-01", step_id)
    await world.finish("A-WAS-01", world.dispatched("A-WAS-01")[-1].step_id)
    assert (await world.request(request_id)).state is RequestState.FAILED


async def test_a_frame_that_the_link_did_not_take_waits_for_the_agent(world: World) -> None:
    """The agent went between the decision and the sending: the frame never left, and leaves once when it is back."""
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    real = world.links.send

    async def gone(agent_id: str, frame: HubFrame) -> None:
        if isinstance(frame, Dispatch):
            raise AgentOfflineError(agent_id)
        await real(agent_id, frame)

    world.links.send = gone  # type: ignore[method-assign]
    await world.approve(receipt.sr_id or "")
    request = await world.request(receipt.sr_id or "")
    assert [row.sent_ms for row in world.engine.desk.outbox.values()] == [None]
    world.links.send = real  # type: ignore[method-assign]
    await world.connect("A-WAS-01")
    assert len(world.dispatched("A-WAS-01")) == 1
    assert await world.work_off("A-WAS-01") == 3
    assert (await world.request(request.request_id)).state is RequestState.SUCCEEDED

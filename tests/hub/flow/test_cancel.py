"""How a cancel ends: it stopped something, or it came too late, and everybody can see which."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.hub.core import events as e
from guardia.hub.core.states import CancelState, RequestState, StepState
from guardia.hub.errors import TooLateError
from guardia.proto.frames import CancelNoted, JournalEntry, JournalState, StepOutcome
from tests.support.world import APPROVER, ENGINEER, World, check, found, restart

S, T = RequestState, StepState


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


async def running(world: World, *nodes: str) -> tuple[str, str]:
    """A restart whose first step runs: (request id, wire id)."""
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart(*nodes))
    await world.approve(receipt.sr_id or "")
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    return receipt.sr_id or "", step_id


async def outcomes(world: World, request_id: str) -> list[CancelState]:
    assert (await world.store.verify())[1] == []
    return [one.outcome for one in await world.store.events(request_id) if isinstance(one, e.CancelSettled)]


async def noted(world: World, request_id: str) -> int:
    return sum(isinstance(one, e.StepCancelNoted) for one in await world.store.events(request_id))


async def test_a_step_that_cannot_be_stopped_runs_on_and_the_end_says_that_the_cancel_was_too_late(
    world: World,
) -> None:
    request_id, step_id = await running(world, "A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    assert world.card(request_id)["cancel"]["state"] == "ASKED"
    await world.links.answer("A-WAS-01", CancelNoted(step_id=step_id, state="too_late"))
    card = world.card(request_id)
    assert card["state_label"] == "실행 중 · 취소 요청됨"
    assert "멈출 수 없" in card["message"]
    await world.finish("A-WAS-01", step_id)
    request = await world.request(request_id)
    assert request.run(step_id).state is T.OK  # its own result stays true
    assert (request.state, request.cancel) == (S.PARTIAL, CancelState.TOO_LATE)
    assert len(world.dispatched("A-WAS-01")) == 1  # and nothing more left
    assert await outcomes(world, request_id) == [CancelState.TOO_LATE]
    card = world.card(request_id)
    assert (card["state_label"], card["cancel"]["state"]) == ("일부 완료 · 취소 늦음", "TOO_LATE")
    end = world.rooms.shown[f"end-{request_id}"].content
    assert "변경은 이미 실행되었고 검증은 하지 않았습니다" in end
    assert "취소 요청이 늦었습니다" in end


async def test_a_cancel_that_meets_the_last_step_leaves_a_success_that_says_so(world: World) -> None:
    request_id, step_id = await running(world, "A-WAS-01")
    await world.finish("A-WAS-01", step_id)
    while len(world.dispatched("A-WAS-01")) < 3:
        last = world.dispatched("A-WAS-01")[-1].step_id
        await world.finish("A-WAS-01", last, report=found("A-WAS-01"))
    await world.press(request_id, "cancel", ENGINEER)
    await world.finish("A-WAS-01", world.dispatched("A-WAS-01")[-1].step_id, report=found("A-WAS-01"))
    request = await world.request(request_id)
    assert (request.state, request.cancel) == (S.SUCCEEDED, CancelState.TOO_LATE)
    assert "취소 요청이 늦었습니다" in str(request.message)


async def test_a_step_that_failed_by_itself_failed_whoever_wanted_to_stop_it(world: World) -> None:
    request_id, step_id = await running(world)
    await world.press(request_id, "cancel", ENGINEER)
    await world.finish("A-WAS-01", step_id, StepOutcome.FAILED, error_code="service.start_failed", message="죽음")
    request = await world.request(request_id)
    assert (request.state, request.cancel) == (S.FAILED, CancelState.TOO_LATE)
    assert request.run(step_id).error_code == "service.start_failed"


async def test_a_step_that_was_stopped_is_a_cancel_that_came_in_time(world: World) -> None:
    request_id, step_id = await running(world, "A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    await world.links.answer("A-WAS-01", CancelNoted(step_id=step_id, state="cancelling"))
    await world.finish("A-WAS-01", step_id, StepOutcome.CANCELLED)
    request = await world.request(request_id)
    assert (request.state, request.cancel) == (S.CANCELLED, CancelState.CANCELLED)
    assert await outcomes(world, request_id) == [CancelState.CANCELLED]
    assert await noted(world, request_id) == 0


async def test_a_read_that_was_done_before_anybody_could_stop_it_keeps_its_findings(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert (request.state, request.cancel) == (S.SUCCEEDED, CancelState.TOO_LATE)


async def test_what_was_cancelled_before_it_was_delivered_is_cancelled_and_ran_nowhere(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    request = await world.request(receipt.sr_id or "")
    assert (request.state, request.cancel) == (S.CANCELLED, CancelState.CANCELLED)
    (run,) = request.runs.values()
    assert (run.state, run.error_code) == (T.CANCELLED, "delivery.cancelled")
    assert "실행되지 않았습니다" in str(run.message)


async def test_a_cancel_after_the_end_is_told_that_it_is_too_late(world: World) -> None:
    request_id, _ = await running(world, "A-WAS-01")
    await world.work_off("A-WAS-01")
    before = await world.request(request_id)
    assert before.state is S.SUCCEEDED
    with pytest.raises(TooLateError) as caught:
        await world.press(request_id, "cancel", ENGINEER)
    assert caught.value.code == "request.too_late"
    assert await world.request(request_id) == before


async def test_only_the_steps_own_agent_notes_and_only_once_and_only_after_a_cancel(world: World) -> None:
    request_id, step_id = await running(world, "A-WAS-01")
    await world.connect("A-WAS-02")
    late = CancelNoted(step_id=step_id, state="too_late")
    await world.links.answer("A-WAS-01", late)  # nobody has asked
    await world.press(request_id, "cancel", ENGINEER)
    await world.links.answer("A-WAS-02", late)
    for frame in (
        CancelNoted(step_id=step_id, state="unknown"),
        CancelNoted(step_id=f"{step_id}.a2", state="too_late"),
        CancelNoted(step_id="SR-20270115-9999.p1.n1.s1", state="too_late"),
        CancelNoted(step_id="nonsense", state="too_late"),
    ):
        await world.links.answer("A-WAS-01", frame)
    assert await noted(world, request_id) == 0
    for _ in range(3):
        await world.links.answer("A-WAS-01", late)
    assert await noted(world, request_id) == 1
    await world.finish("A-WAS-01", step_id)
    await world.links.answer("A-WAS-01", late)  # after the end
    assert await noted(world, request_id) == 1


async def test_the_wish_to_stop_outlives_the_hub(world: World) -> None:
    request_id, step_id = await running(world, "A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    await world.restart()
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.RUNNING)
    await world.connect("A-WAS-01", journal=(entry,))
    await world.links.answer("A-WAS-01", CancelNoted(step_id=step_id, state="too_late"))
    await world.finish("A-WAS-01", step_id)
    assert await outcomes(world, request_id) == [CancelState.TOO_LATE]


async def test_a_request_closed_without_knowing_does_not_claim_that_its_cancel_worked(world: World) -> None:
    request_id, _ = await running(world, "A-WAS-01")
    await world.links.drop("A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    await world.press(request_id, "close", APPROVER)
    request = await world.request(request_id)
    assert (request.state, request.cancel) == (S.FAILED, CancelState.UNKNOWN)
    assert world.card(request_id)["cancel"]["label"] == "취소 확인 필요"
    assert await outcomes(world, request_id) == [CancelState.UNKNOWN]


async def test_the_second_server_is_spared_and_the_first_is_named(world: World) -> None:
    request_id, step_id = await running(world)
    await world.press(request_id, "cancel", ENGINEER)
    await world.links.answer("A-WAS-01", CancelNoted(step_id=step_id, state="too_late"))
    await world.finish("A-WAS-01", step_id)
    request = await world.request(request_id)
    assert (request.state, request.cancel) == (S.CANCELLED, CancelState.CANCELLED)
    assert "이미 실행된 것은 그대로입니다: A-WAS-01 재기동" in str(request.message)

"""Agents that lie, ids that come twice, rooms that are not one's own, a disk that is full: the flow holds."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guardia.hub.core.message import ButtonPress, InboundMessage, ReceiptStatus
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import ConflictError, NotFoundError, StoreError
from guardia.hub.flow import delivery, hearing
from guardia.proto.frames import Explanation, Output, StepOutcome, Stream
from tests.support.world import APPROVER, ENGINEER, VIEWER, World, check, restart


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


UNREADABLE = [
    b"not json",
    b"\xff\xfe",
    b"[]",
    b"[" * 5_000,
    b'{"status":"excellent"}',
    b"null",
    b'{"action":"RESTART_SERVICE"}',
]


@pytest.mark.parametrize("report", UNREADABLE)
async def test_a_check_without_a_readable_report_has_failed(world: World, report: bytes) -> None:
    """Nothing that an agent sends may stop the hub from recording the end of its step."""
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    step = world.dispatched("A-WAS-01")[0]
    await world.accept("A-WAS-01", step.step_id)
    await world.finish("A-WAS-01", step.step_id, report=report)
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.FAILED
    assert request.run(step.step_id).error_code == "result.unreadable"
    assert "읽을 수 없습니다" in world.card(request.request_id)["message"]


async def test_a_change_that_was_made_stays_made_without_a_readable_report(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    step = world.dispatched("A-WAS-01")[0]
    await world.accept("A-WAS-01", step.step_id)
    await world.finish("A-WAS-01", step.step_id, report=b"not json")
    run = (await world.request(receipt.sr_id or "")).run(step.step_id)
    assert (run.state, run.report) == (StepState.OK, "")
    verify = world.dispatched("A-WAS-01")[1]
    await world.accept("A-WAS-01", verify.step_id)
    await world.finish("A-WAS-01", verify.step_id, report=b'{"status":"ok"')
    assert (await world.request(receipt.sr_id or "")).state is RequestState.FAILED


async def test_a_flood_of_output_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_OUTPUT", 10_000)
    await world.connect("A-WAS-01")
    await world.say("확인", check("A-WAS-01"))
    step = world.dispatched("A-WAS-01")[0]
    await world.accept("A-WAS-01", step.step_id)
    for n in range(1, 31):
        await world.links.answer(
            "A-WAS-01", Output(step_id=step.step_id, seq=n, stream=Stream.STDOUT, data=b"x" * 1_000)
        )
    assert len(await world.store.output(step.step_id)) == 9


async def test_an_explanation_that_nobody_can_read_is_refused(world: World) -> None:
    world.links.explainer = lambda query: Explanation(query_id=query.query_id, ok=True, notes=("x" * 8_000,) * 100)
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    assert (await world.request(receipt.sr_id or "")).state is RequestState.REJECTED
    assert "너무 길어" in receipt.message


async def test_nothing_of_an_ended_request_stays_in_memory(world: World) -> None:
    await world.connect("A-WAS-01")
    await world.say("확인", check("A-WAS-01"))
    step = world.dispatched("A-WAS-01")[0]
    await world.accept("A-WAS-01", step.step_id)
    await world.links.answer("A-WAS-01", Output(step_id=step.step_id, seq=1, stream=Stream.STDOUT, data=b"x"))
    await world.finish("A-WAS-01", step.step_id)
    desk, out = world.engine.desk, world.engine.delivery
    kept = [desk.requests, desk.outbox, desk._locks, desk._reserved, desk.pace._shown, out._probed, out._heard]
    kept += [desk.board._output, desk.board._live, world.engine._under_way]
    assert [len(each) for each in kept] == [0] * len(kept)


async def test_words_of_many_rooms_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "MAX_ROOMS", 5)
    for n in range(20):
        await world.engine.receive(
            InboundMessage(
                platform="app", message_id=f"m{n}", room_id=f"room{n}", person=ENGINEER, text="안녕", received_ms=1
            )
        )
    assert len(world.engine.hearing._recent) == 5


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["approve", "reject", "cancel", "retry", "choose:1"])
async def test_a_press_counts_only_in_the_room_of_the_request(world: World, button: str) -> None:
    """Numbers of requests can be guessed; who is not in their room neither decides nor learns of them."""
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    press = ButtonPress(
        platform="app",
        press_id="p",
        room_id="elsewhere",
        person=APPROVER,
        request_id=request.request_id,
        button=button,
        digest=request.plan.digest,
        received_ms=1,
    )
    with pytest.raises(NotFoundError):
        await world.engine.press(press)
    assert (await world.request(request.request_id)).version == request.version


async def test_nobody_approves_after_the_deadline_before_the_timer_has_noticed(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    world.clock.advance(world.settings.approve_within + 1)
    with pytest.raises(ConflictError, match="기한"):
        await world.approve(receipt.sr_id or "")
    await world.engine.tick()
    assert (await world.request(receipt.sr_id or "")).state is RequestState.EXPIRED


async def test_an_id_that_comes_again_with_another_text_is_told_so(world: World) -> None:
    """The receipt of something else would tell the sender that his words were taken over."""
    await world.connect("A-WAS-01")
    first = await world.say("확인", check("A-WAS-01"), message_id="m")
    assert await world.say("확인", message_id="m") == first
    for text, person in (("재기동", ENGINEER), ("확인", VIEWER)):
        with pytest.raises(ConflictError, match="message_id"):
            await world.say(text, person=person, message_id="m")


async def test_a_press_id_that_comes_again_for_another_button_is_told_so(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.press(receipt.sr_id or "", "reject", press_id="p")
    with pytest.raises(ConflictError, match="message_id"):
        await world.press(receipt.sr_id or "", "cancel", ENGINEER, press_id="p")


async def test_one_press_that_comes_three_times_at_once_is_one(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    answers = await asyncio.gather(
        *(world.press(request.request_id, "approve", digest=request.plan.digest, press_id="p") for _ in range(3))
    )
    assert [answer.status for answer in answers] == [ReceiptStatus.IN_PROGRESS] * 3
    again = await world.press(request.request_id, "approve", digest=request.plan.digest, press_id="p")
    assert again == answers[0]
    assert len(world.dispatched("A-WAS-01")) == 1


# --- faults ---------------------------------------------------------------------------------------------------------


async def test_a_step_that_could_not_be_marked_as_sent_is_sent_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full when the agent came back: the approval stands, the step leaves once, nothing is stuck."""
    receipt = await world.say("재기동", restart("A-WAS-01"))
    mark = world.store.mark_sent

    async def full(_step_id: str, _sent_ms: int) -> None:
        raise StoreError("write failed: disk full")

    assert (await world.approve(receipt.sr_id or "")).status is ReceiptStatus.IN_PROGRESS
    monkeypatch.setattr(world.store, "mark_sent", full)
    with pytest.raises(StoreError):
        await world.connect("A-WAS-01")
    assert world.dispatched("A-WAS-01") == []
    monkeypatch.setattr(world.store, "mark_sent", mark)
    await world.engine.tick()
    await world.engine.tick()
    assert len(world.dispatched("A-WAS-01")) == 1


async def test_a_message_that_cannot_be_worked_off_does_not_keep_the_hub_down(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.connect("A-WAS-01")
    read = world.parser.read

    async def broken(message: Any) -> Any:
        if message.text == "독":
            raise ValueError("a defect of the reader")
        return await read(message)

    monkeypatch.setattr(world.parser, "read", broken)
    with pytest.raises(ValueError, match="defect"):
        await world.say("독")
    await world.restart()
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    assert await world.work_off("A-WAS-01", lambda _: (StepOutcome.OK, _report())) == 1
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


def _report() -> bytes:
    return msgspec.json.encode(
        {
            "check": "CHECK_DISK_SPACE",
            "asset": "A-WAS-01",
            "collected_at": "2027-01-15T08:00:00Z",
            "status": "ok",
            "summary": "여유가 있습니다.",
        }
    )

"""What was done and not answered (a kill, a store that was busy) is worked off again: it must hit nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.cmdb.model import Environment, Layer
from guardia.hub.core import events as e
from guardia.hub.core.intent import Dispute, IntentType, ReaderInput, Reading
from guardia.hub.core.message import ButtonPress, InboundMessage, ReceiptStatus
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import BusyError, StoreError
from guardia.proto.frames import JournalEntry, JournalState, ProbeResult, ProbeVerdict
from tests.hub.flow.test_engine_faults import Faulty
from tests.support.world import APPROVER, ENGINEER, World, check, restart, server

CANCEL = restart(intent_type=IntentType.CANCEL, action_sequence=(), requires_approval=False)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


def said(world: World, text: str, message_id: str) -> InboundMessage:
    """As a messenger says it, whose sender does not wait."""
    now = world.clock.now_ms()
    return InboundMessage(
        platform="slack", message_id=message_id, room_id="ops", person=ENGINEER, text=text, received_ms=now
    )


async def taken(world: World, one: InboundMessage | ButtonPress, error: Exception | None = None) -> None:
    """Taken over and worked off; its receipt could not be written the first time."""
    Faulty(world.store, "answer").errors = [error or BusyError("full")]
    await world.engine.take(one)
    assert await world.engine.intake.idle(within=5)


async def states(world: World, *ids: str | None) -> list[RequestState]:
    return [(await world.request(one or "")).state for one in ids]


class Twice:
    """Reads everything as one thing or another; the first choice is asked about once more."""

    def __init__(self, world: World) -> None:
        nodes = (server("A-WAS-01", 1), server("A-WEB-01", 1, layer=Layer.WEB))
        world.inventory.move((*nodes, server("D-WAS-01", 1, environment=Environment.DEV)))
        vague = check(infrastructure_layer="UNKNOWN")
        self.dispute = Dispute(position=0, readings=(vague, restart("A-WAS-01")), reason="둘")
        world.parser.read = self.read  # type: ignore[method-assign]

    async def read(self, _message: ReaderInput) -> Reading:
        return Reading(intents=(self.dispute,), reader="scripted", version="1")


async def test_a_cancel_that_is_worked_off_again_cancels_no_second_request(world: World) -> None:
    older, newer = await world.say("재기동 1", restart("A-WAS-01")), await world.say("재기동 2", restart("A-WAS-02"))
    world.parser.readings["취소해줘"] = (CANCEL,)
    await taken(world, said(world, "취소해줘", "c1"))
    expected = [RequestState.AWAITING_APPROVAL, RequestState.CANCELLED]
    assert await states(world, older.sr_id, newer.sr_id) == expected
    last = (await world.store.events(newer.sr_id or ""))[-2]
    assert isinstance(last, e.CancelRequested)
    assert last.by_message == "slack:c1:0"


async def test_a_cancel_that_is_taken_up_after_a_kill_cancels_no_second_request(world: World) -> None:
    older, newer = await world.say("재기동 1", restart("A-WAS-01")), await world.say("재기동 2", restart("A-WAS-02"))
    Faulty(world.store, "answer").errors = [StoreError("killed here")]
    with pytest.raises(StoreError):
        await world.say("취소해줘", CANCEL, message_id="c1")
    await world.restart()
    expected = [RequestState.AWAITING_APPROVAL, RequestState.CANCELLED]
    assert await states(world, older.sr_id, newer.sr_id) == expected
    again = await world.say("취소해줘", message_id="c1")
    assert (again.status, again.sr_id) == (ReceiptStatus.DONE, newer.sr_id)


async def test_two_cancels_of_one_message_cancel_two_also_when_it_is_worked_off_again(world: World) -> None:
    ids = [(await world.say(f"재기동 {n}", restart("A-WAS-01"))).sr_id for n in range(3)]
    world.parser.readings["둘 다 취소해줘"] = (CANCEL, CANCEL)
    await taken(world, said(world, "둘 다 취소해줘", "c1"))
    expected = [RequestState.AWAITING_APPROVAL, RequestState.CANCELLED, RequestState.CANCELLED]
    assert await states(world, *ids) == expected


@pytest.mark.parametrize("words", ["1번", "/choose 1"])
async def test_an_answer_that_is_worked_off_again_answers_no_second_question(world: World, words: str) -> None:
    Twice(world)
    await world.connect("A-WAS-01", "A-WEB-01")
    request_id = (await world.say("점검이든 뭐든")).sr_id or ""
    first = await world.request(request_id)
    await taken(world, said(world, words, "n1"))
    request = await world.request(request_id)
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.question != first.question, "it was answered once"


async def test_a_ticket_that_is_attached_again_is_attached_to_no_newer_request(world: World) -> None:
    older = await world.say("재기동 1", restart("A-WAS-01"))
    Faulty(world.store, "answer").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.say("SR-1042에 연결", message_id="t1")
    newer = await world.say("재기동 2", restart("A-WAS-02"))
    assert (await world.say("SR-1042에 연결", message_id="t1")).sr_id == older.sr_id
    tickets = [(await world.request(one.sr_id or "")).itsm_ticket_id for one in (older, newer)]
    assert tickets == ["SR-1042", ""]


@pytest.mark.parametrize("button", ["approve", "reject", "cancel"])
async def test_a_press_that_is_worked_off_again_is_not_told_as_refused(world: World, button: str) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    person = ENGINEER if button == "cancel" else APPROVER
    Faulty(world.store, "answer").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.press(request.request_id, button, person, request.plan.digest, press_id="p")
    before = await world.request(request.request_id)
    again = await world.press(request.request_id, button, person, request.plan.digest, press_id="p")
    assert again == world.engine.receipt(before)
    assert await world.request(request.request_id) == before
    assert again == await world.press(request.request_id, button, person, request.plan.digest, press_id="p")


async def test_a_messengers_press_that_is_worked_off_again_says_nothing_where_it_was_pressed(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    now = world.clock.now_ms()
    press = ButtonPress(
        platform="room",
        press_id="p",
        room_id="ops",
        person=ENGINEER,
        request_id=receipt.sr_id or "",
        button="cancel",
        received_ms=now,
    )
    await taken(world, press)
    told = await world.engine.press(press)
    assert told.status is ReceiptStatus.DONE


async def test_a_retry_that_is_worked_off_again_runs_nothing_a_second_time(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request_id = receipt.sr_id or ""
    await world.approve(request_id)

    async def interrupted() -> str:
        step = world.dispatched("A-WAS-01")[-1]
        await world.accept("A-WAS-01", step.step_id)
        entry = JournalEntry(step_id=step.step_id, digest="d", state=JournalState.INTERRUPTED)
        await world.links.drop("A-WAS-01")
        await world.connect("A-WAS-01", journal=(entry,))
        probed = ProbeResult(step_id=step.step_id, verdict=ProbeVerdict.NOT_APPLIED)
        await world.links.answer("A-WAS-01", probed)
        return step.step_id

    await interrupted()
    assert (await world.request(request_id)).state is RequestState.NEEDS_OPERATOR
    Faulty(world.store, "answer").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.press(request_id, "retry", ENGINEER, press_id="r1")
    await interrupted()  # a second time
    sent = len(world.dispatched("A-WAS-01"))
    again = await world.press(request_id, "retry", ENGINEER, press_id="r1")
    assert again.sr_id == request_id
    assert len(world.dispatched("A-WAS-01")) == sent
    runs = (await world.request(request_id)).runs
    assert [run.attempt for run in runs.values() if run.state is StepState.NOT_APPLIED] == [2]


async def test_what_a_message_decided_is_found_also_while_it_is_worked_off_elsewhere(world: World) -> None:
    """Under the request's lock: two that look at the same moment find nothing yet."""
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request_id = receipt.sr_id or ""
    first, second = await asyncio.gather(
        world.engine.presses.cancel(request_id, ENGINEER, by="web:m1:0"),
        world.engine.presses.cancel(request_id, ENGINEER, by="web:m2:0"),
        return_exceptions=True,
    )
    assert not isinstance(first, Exception)
    assert isinstance(second, Exception)
    other = (await world.say("재기동 2", restart("A-WAS-02"))).sr_id or ""
    digest = (await world.request(other)).plan.digest  # type: ignore[union-attr]
    one, two = await asyncio.gather(
        *(world.engine.presses.approve(other, APPROVER, digest, by="room:press:a") for _ in range(2))
    )
    assert one == two
    assert len((await world.request(other)).approvals) == 1


def test_events_of_before_are_read_as_they_were() -> None:
    old = b'{"type":"CancelRequested","at_ms":1,"by":"engineer1","reason":""}'
    assert msgspec.json.decode(old, type=e.AnyEvent) == e.CancelRequested(at_ms=1, by="engineer1")

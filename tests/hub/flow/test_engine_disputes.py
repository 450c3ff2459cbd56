"""Two readers that do not agree: the room is asked, and nothing runs before the requester chose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core.card import label
from guardia.hub.core.events import Asked, Choice
from guardia.hub.core.intent import UNKNOWN, Dispute, Intent, IntentType, ReaderInput, Reading
from guardia.hub.core.message import ReceiptStatus
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import LANGUAGES
from guardia.hub.errors import ConflictError, ForbiddenError
from tests.support.world import APPROVER, ENGINEER, World, check, restart

ONE, TWO = restart("A-WAS-01"), restart("A-WAS-02")
WHY = "두 판독기가 이 메시지를 다르게 읽었습니다(서버)."


class DisputingParser:
    """Readings by text, with disputes; `gates` hold a reading up until the test lets it go."""

    def __init__(self) -> None:
        self.readings: dict[str, Reading] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.seen: list[ReaderInput] = []

    def put(self, text: str, *intents: Intent, disputes: tuple[Dispute, ...] = ()) -> None:
        self.readings[text] = Reading(intents=intents, disputes=disputes, reader="both", version="e 1 + m")

    async def read(self, message: ReaderInput) -> Reading:
        self.seen.append(message)
        if message.text in self.gates:
            await self.gates[message.text].wait()
        return self.readings.get(message.text, Reading(intents=(), reader="both", version="e 1 + m"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    world.parser = DisputingParser()  # type: ignore[assignment]
    await world.start()
    yield world
    await world.stop()


def parser(world: World) -> DisputingParser:
    assert isinstance(world.parser, DisputingParser)
    return world.parser


def dispute(*readings: Intent, position: int = 0) -> Dispute:
    return Dispute(position=position, readings=readings, reason=WHY)


async def test_a_dispute_asks_with_both_readings_as_buttons_and_nothing_leaves(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    parser(world).put("재기동", disputes=(dispute(ONE, TWO),))
    receipt = await world.say("재기동")
    assert receipt.status is ReceiptStatus.PENDING_APPROVAL
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.plan is None
    assert request.intent.target_nodes == (UNKNOWN,), "what could be planned is not there before the answer"
    assert str(request.question).startswith(WHY)
    card = world.card(request.request_id)
    assert [button["label"] for button in card["buttons"]] == [
        "기획재정부 예산시스템 운영 WAS A-WAS-01 재기동",
        "기획재정부 예산시스템 운영 WAS A-WAS-02 재기동",
        "취소",
    ]
    await world.engine.tick()
    assert world.dispatched("A-WAS-01") == world.dispatched("A-WAS-02") == []


async def test_the_chosen_reading_is_planned_and_still_needs_its_approval(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    parser(world).put("재기동", disputes=(dispute(ONE, TWO),))
    receipt = await world.say("재기동")
    await world.press(receipt.sr_id or "", "choose:2", ENGINEER)
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.AWAITING_APPROVAL
    assert request.intent == TWO
    assert world.dispatched("A-WAS-02") == []
    await world.approve(request.request_id)
    assert await world.work_off("A-WAS-02") == 3
    assert world.dispatched("A-WAS-01") == []
    assert (await world.request(request.request_id)).state is RequestState.SUCCEEDED


async def test_only_the_requester_chooses_once_and_among_what_is_there(world: World) -> None:
    parser(world).put("재기동", disputes=(dispute(ONE, TWO),))
    receipt = await world.say("재기동")
    request_id = receipt.sr_id or ""
    with pytest.raises(ForbiddenError):
        await world.press(request_id, "choose:1", APPROVER)
    for button in ("choose:0", "choose:3", "approve:" + "0" * 64):
        with pytest.raises(ConflictError):
            await world.press(request_id, button, ENGINEER)
    await world.press(request_id, "choose:1", ENGINEER)
    with pytest.raises(ConflictError):
        await world.press(request_id, "choose:2", ENGINEER)


async def test_a_question_can_be_cancelled_and_expires(world: World) -> None:
    parser(world).put("재기동", disputes=(dispute(ONE),))
    first, second = await world.say("재기동"), await world.say("재기동")
    await world.press(first.sr_id or "", "cancel", ENGINEER)
    assert (await world.request(first.sr_id or "")).state is RequestState.CANCELLED
    world.clock.advance(world.settings.answer_within + 1)
    await world.engine.tick()
    assert (await world.request(second.sr_id or "")).state is RequestState.EXPIRED


async def test_what_is_agreed_goes_its_way_beside_the_question(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    parser(world).put("둘 다", check("A-WAS-01"), disputes=(dispute(ONE, TWO, position=1),))
    receipt = await world.say("둘 다")
    assert len(receipt.request_ids) == 2
    states = [(await world.request(request_id)).state for request_id in receipt.request_ids]
    assert states == [RequestState.RUNNING, RequestState.NEEDS_ANSWER]
    parser(world).put("순서", check("A-WAS-01"), disputes=(dispute(ONE),))
    later = await world.say("순서")
    states = [(await world.request(request_id)).state for request_id in later.request_ids]
    assert states == [RequestState.NEEDS_ANSWER, RequestState.RUNNING]


async def test_a_question_survives_a_restart_of_the_hub(world: World) -> None:
    parser(world).put("재기동", disputes=(dispute(ONE, TWO),))
    receipt = await world.say("재기동")
    await world.restart()
    assert (await world.request(receipt.sr_id or "")).state is RequestState.NEEDS_ANSWER
    await world.press(receipt.sr_id or "", "choose:1", ENGINEER)
    assert (await world.request(receipt.sr_id or "")).intent == ONE


async def test_a_room_is_acted_on_in_order_however_long_a_reading_takes(world: World) -> None:
    slow = parser(world).gates["느린 것"] = asyncio.Event()
    parser(world).put("느린 것", restart("A-WAS-01"))
    parser(world).put("취소", Intent(intent_type=IntentType.CANCEL))
    first = asyncio.create_task(world.say("느린 것"))
    while not parser(world).seen:
        await asyncio.sleep(0)
    second = asyncio.create_task(world.say("취소"))
    while len(parser(world).seen) < 2:
        await asyncio.sleep(0)
    assert [said.text for said in parser(world).seen[1].context] == ["느린 것"], "read side by side, with its context"
    assert not second.done()
    slow.set()
    receipt = await first
    await second
    assert receipt.sr_id


def test_labels_tell_apart_whatever_differs() -> None:
    readings = (
        ONE,
        TWO,
        restart(),
        restart("A-WAS-01", environment="DEV"),
        restart("A-WAS-01", institution="국세청"),
        restart("A-WAS-01", infrastructure_layer="ALL"),
        restart("A-WAS-01", parameters={"at": "2031-01-01T00:00:00+09:00"}),
        restart("A-WAS-01", parameters={"version": "1"}),
        restart("A-WAS-01", deploy_artifacts=("a.war",)),
        restart("A-WAS-01", action_sequence=("STOP_SERVICE",)),
    )
    for language in LANGUAGES:
        labels = {label(language, Choice(label="", fields={}, intent=reading)) for reading in readings}
        assert len(labels) == len(readings)


def test_an_old_choice_without_intent_is_read_as_before() -> None:
    old = b'{"type":"Asked","at_ms":1,"question":"q","choices":[{"label":"a","fields":{"institution":"x"}}]}'
    asked = msgspec.json.decode(old, type=Asked)
    assert asked.choices == (Choice(label="a", fields={"institution": "x"}),)
    assert asked.choices[0].intent is None


def test_requests_keep_their_places() -> None:
    reading = Reading(
        intents=(ONE, TWO), disputes=(dispute(ONE, position=1), dispute(TWO, position=9)), reader="r", version="1"
    )
    assert reading.requests() == (ONE, reading.disputes[0], TWO, reading.disputes[1])

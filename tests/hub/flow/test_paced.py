"""The pace of people and rooms, through the whole flow: who is too fast is told, nobody else notices."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from guardia.hub.core.message import ButtonPress, InboundMessage, Person, ReceiptStatus
from guardia.hub.errors import NotFoundError, RateLimitedError
from guardia.hub.flow.paced import PacedConversation
from tests.support.world import ENGINEER, World, check

OTHER = Person(person_id="other", name="other", roles=("engineer",), institutions=("*",))
FLOOD = 500


class Flooded:
    def __init__(self, world: World) -> None:
        self.world = world
        self.registry = CollectorRegistry()
        self.paced = PacedConversation(world.engine, world.settings, world.clock, self.registry)
        self._count = 0

    def message(self, text: str, person: Person = ENGINEER, room: str = "ops") -> InboundMessage:
        self._count += 1
        return InboundMessage(
            platform="room",
            message_id=f"{self._count}",
            room_id=room,
            person=person,
            text=text,
            received_ms=self.world.clock.now_ms(),
        )

    def press(self, person: Person = ENGINEER) -> ButtonPress:
        self._count += 1
        return ButtonPress(
            platform="room",
            press_id=f"{self._count}",
            room_id="ops",
            person=person,
            request_id="SR-0",
            button="cancel",
            received_ms=self.world.clock.now_ms(),
        )

    async def flood(self, *messages: InboundMessage | ButtonPress) -> list[object]:
        calls = [self.paced.press(one) if isinstance(one, ButtonPress) else self.paced.receive(one) for one in messages]
        return await asyncio.gather(*calls, return_exceptions=True)

    def counted(self, limit: str, kind: str) -> float:
        return self.registry.get_sample_value("guardia_paced_total", {"limit": limit, "kind": kind}) or 0.0


@pytest.fixture
async def flooded(tmp_path):
    world = World(tmp_path)
    await world.start()
    yield Flooded(world)
    await world.stop()


def refused(answers: list[object]) -> list[RateLimitedError]:
    return [one for one in answers if isinstance(one, RateLimitedError)]


async def test_a_flood_is_refused_in_words_and_counted(flooded) -> None:
    answers = await flooded.flood(*(flooded.message(f"말 {n}") for n in range(FLOOD)))
    errors = refused(answers)
    assert len(errors) == FLOOD - 15
    assert len(flooded.world.parser.seen) == 15, "what is refused is not even read"
    assert "접수하지 않았습니다" in str(errors[0])
    assert errors[0].remedy == f"{errors[0].retry_after}초 뒤에 다시 보내 주세요."
    assert flooded.counted("person", "message") == FLOOD - 15
    flooded.world.clock.advance(errors[0].retry_after)
    assert refused(await flooded.flood(flooded.message("다시"))) == []


async def test_others_in_the_room_and_elsewhere_go_on(flooded) -> None:
    flooded.world.parser.readings["디스크"] = (check("A-WAS-01"),)
    await flooded.world.connect("A-WAS-01")
    await flooded.flood(*(flooded.message(f"말 {n}") for n in range(FLOOD)))
    for room in ("ops", "second"):
        receipt = await flooded.paced.receive(flooded.message("디스크", OTHER, room))
        assert receipt.status is ReceiptStatus.IN_PROGRESS


async def test_a_room_that_is_flooded_by_many_does_not_stop_other_rooms(flooded) -> None:
    people = [Person(person_id=f"p{n}", name=f"p{n}") for n in range(20)]
    answers = await flooded.flood(*(flooded.message(f"말 {n}", person) for n in range(10) for person in people))
    errors = refused(answers)
    assert len(errors) == 200 - 60
    assert "이 방에" in str(errors[0])
    assert flooded.counted("room", "message") == 140
    assert refused(await flooded.flood(flooded.message("말", OTHER, "second"))) == []


async def test_who_talks_too_much_can_still_cancel_and_approve(flooded) -> None:
    await flooded.flood(*(flooded.message(f"말 {n}") for n in range(FLOOD)))
    with pytest.raises(NotFoundError):  # it came through: there is no such request
        await flooded.paced.press(flooded.press())
    receipt = await flooded.paced.receive(flooded.message("/취소 K7F3"))
    assert receipt.status is ReceiptStatus.ERROR
    answers = await flooded.flood(*(flooded.press() for _ in range(FLOOD)))
    assert len(refused(answers)) == FLOOD - 13
    assert flooded.counted("person", "press") == FLOOD - 13


async def test_what_is_refused_leaves_no_trace(flooded) -> None:
    messages = [flooded.message(f"말 {n}") for n in range(100)]
    for message in messages:
        try:
            await flooded.paced.take(message)
        except RateLimitedError:
            continue
    assert await flooded.world.engine.intake.idle(within=10)
    shown = [m for m in await flooded.world.store.messages("ops", limit=200) if m.content.startswith("말")]
    assert len(shown) == 15

"""The order of a room: what was said first is acted on first, however long a reading, a plan or a start takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.core.intent import IntentType, ReaderInput, Reading
from guardia.hub.core.message import ButtonPress, InboundMessage, ReceiptStatus
from guardia.hub.core.states import RequestState
from guardia.hub.errors import BusyError
from guardia.hub.flow.entries import entry_of
from guardia.hub.flow.turns import Turns
from tests.hub.flow.test_engine_faults import eventually
from tests.support.world import ENGINEER, World, check, restart

CANCEL = restart(intent_type=IntentType.CANCEL, action_sequence=(), requires_approval=False)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, take_up_patience=0.01)
    await world.start()
    yield world
    await world.stop()


class Gates:
    """Holds readings up until the test lets them go, or has them fail."""

    def __init__(self, world: World) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.fails: set[str] = set()
        self.seen: list[ReaderInput] = []
        self._real = world.parser.read
        world.parser.read = self.read  # type: ignore[method-assign]

    def hold(self, text: str) -> asyncio.Event:
        return self.gates.setdefault(text, asyncio.Event())

    async def read(self, given: ReaderInput) -> Reading:
        self.seen.append(given)
        if given.text in self.fails:
            raise BusyError("reader")
        if given.text in self.gates:
            await self.gates[given.text].wait()
        return await self._real(given)

    async def reads(self, text: str) -> None:
        await eventually(lambda: text in [given.text for given in self.seen])


def said(world: World, text: str, message_id: str) -> InboundMessage:
    now = world.clock.now_ms()
    return InboundMessage(
        platform="web", message_id=message_id, room_id="ops", person=ENGINEER, text=text, received_ms=now
    )


async def texts(world: World) -> list[str]:
    return [request.text for request in await world.store.requests()]


# --- the machine -----------------------------------------------------------------------------------------------------


async def waits(work: asyncio.Task[Any]) -> bool:
    for _ in range(10):
        await asyncio.sleep(0)
    return not work.done()


async def test_nobody_comes_before_those_before_it_have_ended() -> None:
    turns = Turns()
    one, two, three = (turns.place("ops") for _ in range(3))
    two.end()  # it failed
    third = asyncio.create_task(three.to_act())
    assert await waits(third)
    one.end()
    await third
    three.end()
    await asyncio.sleep(0)
    assert len(turns) == 0


async def test_words_are_begun_in_order_and_rooms_do_not_wait_for_one_another() -> None:
    turns = Turns()
    one, two = turns.place("ops"), turns.place("ops")
    await turns.place("elsewhere").to_act()
    begins = asyncio.create_task(two.to_begin())
    assert await waits(begins)
    one.begin()
    await begins
    acts = asyncio.create_task(two.to_act())
    assert await waits(acts)
    one.end()
    await acts


async def test_what_stays_in_the_inbox_is_passed_by_nothing() -> None:
    turns = Turns()
    one, two, three = (turns.place("ops") for _ in range(3))
    one.end(done=False)
    with pytest.raises(BusyError):
        await two.to_begin()
    two.end()
    with pytest.raises(BusyError):
        await three.to_act()
    three.end()
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await turns.place("ops").to_act()


# --- the engine ------------------------------------------------------------------------------------------------------


async def test_two_messages_at_once_after_a_start_keep_their_order_and_their_context(world: World) -> None:
    await world.say("예전 말")
    await world.restart()
    gates = Gates(world)
    world.parser.readings.update({"재기동": (restart("A-WAS-01"),), "취소해줘 좀": (CANCEL,)})
    one, two = await asyncio.gather(world.say("재기동"), world.say("취소해줘 좀"))
    assert [given.text for given in gates.seen] == ["재기동", "취소해줘 좀"]
    contexts = [[each.text for each in given.context] for given in gates.seen]
    assert contexts == [["예전 말"], ["예전 말", "재기동"]]
    assert (await world.request(one.sr_id or "")).state is RequestState.CANCELLED
    assert two.sr_id == one.sr_id


async def test_a_cancel_said_while_the_newest_is_planned_cancels_the_newest(world: World) -> None:
    older = await world.say("재기동 1", restart("A-WAS-01"))
    gates = Gates(world)
    gate, planning = asyncio.Event(), asyncio.Event()
    real = world.links.explain

    async def slow(*args: Any) -> Any:
        planning.set()
        await gate.wait()
        return await real(*args)

    world.links.explain = slow  # type: ignore[method-assign]
    plans = asyncio.create_task(world.say("재기동 2", restart("A-WAS-02")))
    await planning.wait()
    cancel = asyncio.create_task(world.say("취소해줘 좀", CANCEL))
    await gates.reads("취소해줘 좀")
    assert await waits(cancel)
    await world.press(older.sr_id or "", "reject")  # a press waits for nobody
    gate.set()
    newer = await plans
    assert (await cancel).status is ReceiptStatus.DONE
    got = [(await world.request(one.sr_id or "")).state for one in (older, newer)]
    assert got == [RequestState.REJECTED, RequestState.CANCELLED]


async def test_a_messengers_press_does_not_wait_for_a_slow_reader(world: World) -> None:
    older = await world.say("재기동 1", restart("A-WAS-01"))
    gates = Gates(world)
    gate = gates.hold("느린 것")
    await world.engine.take(said(world, "느린 것", "k1"))
    await gates.reads("느린 것")
    press = ButtonPress(
        platform="slack",
        press_id="p1",
        room_id="ops",
        person=ENGINEER,
        request_id=older.sr_id or "",
        button="cancel",
        received_ms=world.clock.now_ms(),
    )
    await world.engine.take(press)
    await eventually(lambda: not world.engine.desk.is_open(press.request_id))
    assert (await world.request(press.request_id)).state is RequestState.CANCELLED
    gate.set()
    assert await world.engine.intake.idle(within=5)


async def test_a_reader_that_fails_lets_nobody_pass(world: World) -> None:
    gates = Gates(world)
    gate = gates.hold("m1")
    gates.fails.add("m2")
    one = asyncio.create_task(world.say("m1", check("A-WAS-01")))
    await gates.reads("m1")
    with pytest.raises(BusyError):
        await world.say("m2")
    three = asyncio.create_task(world.say("m3", check("A-WAS-01")))
    await gates.reads("m3")
    assert await waits(three)
    await world.say("anderswo", check("A-WAS-02"), room_id="elsewhere")
    gate.set()
    await asyncio.gather(one, three)
    assert await texts(world) == ["anderswo", "m1", "m3"]


async def test_what_comes_after_a_start_queues_behind_what_is_taken_up(world: World) -> None:
    gates = Gates(world)
    gate = gates.hold("첫째")
    for n, text in enumerate(("첫째", "둘째")):
        world.parser.readings[text] = (check("A-WAS-01"),)
        await world.store.take(entry_of(said(world, text, f"k{n}")), [])
    await world.restart()
    third = asyncio.create_task(world.say("셋째", check("A-WAS-01")))
    assert await waits(third)
    gate.set()
    await third
    assert await world.engine.intake.idle(within=5)
    assert await texts(world) == ["첫째", "둘째", "셋째"]


async def test_the_same_message_again_while_it_is_taken_up_waits_for_its_answer(world: World) -> None:
    older, newer = await world.say("재기동 1", restart("A-WAS-01")), await world.say("재기동 2", restart("A-WAS-02"))
    gates = Gates(world)
    gate = gates.hold("취소해줘 좀")
    world.parser.readings["취소해줘 좀"] = (CANCEL,)
    await world.store.take(entry_of(said(world, "취소해줘 좀", "c1")), [])
    await world.restart()
    again = asyncio.create_task(world.say("취소해줘 좀", message_id="c1"))
    await gates.reads("취소해줘 좀")
    assert await waits(again)
    gate.set()
    assert (await again).sr_id == newer.sr_id
    assert [given.text for given in gates.seen].count("취소해줘 좀") == 1
    got = [(await world.request(one.sr_id or "")).state for one in (older, newer)]
    assert got == [RequestState.AWAITING_APPROVAL, RequestState.CANCELLED]


async def test_what_waits_when_the_hub_stops_is_worked_off_in_order_after_the_start(world: World) -> None:
    gates = Gates(world)
    gate = gates.hold("첫째")
    for n, text in enumerate(("첫째", "둘째")):
        world.parser.readings[text] = (check("A-WAS-01"),)
        await world.engine.take(said(world, text, f"k{n}"))
    await gates.reads("첫째")
    third = asyncio.create_task(world.say("셋째", check("A-WAS-01")))
    assert await waits(third)
    async with asyncio.timeout(5):
        while len(await world.store.open_inbox()) < 3:
            await asyncio.sleep(0.005)
    stopping = asyncio.create_task(world.restart())
    assert await waits(stopping)
    gate.set()
    with pytest.raises(BusyError):  # it stays in the inbox, as the second
        await third
    await stopping
    assert await world.engine.intake.idle(within=5)
    assert await texts(world) == ["첫째", "둘째", "셋째"]

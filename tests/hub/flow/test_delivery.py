"""Which connection a step leaves by, and what is known of a step that left by one that was lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core.request import UNSENT
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import BusyError
from guardia.hub.ports import Presence
from guardia.proto.frames import Cancel, CancelNoted, JournalEntry, JournalState, Output, StepOutcome, Stream
from tests.fakes.links import make_hello
from tests.hub.flow.test_engine_faults import Faulty, approved, eventually
from tests.support.world import APPROVER, ENGINEER, World, check, found, restart

AGENT = "A-WAS-01"
OTHER = "A-WAS-02"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


# --- a step leaves by the connection whose journal was compared ------------------------------------------------------


async def reconnects_in_a_commit(world: World) -> tuple[str, Presence]:
    """The first step's end is written down, and meanwhile a new connection is welcomed; the hub has not handled its
    hello yet."""
    await world.connect(AGENT)
    request_id = await approved(world)
    step_id = world.dispatched(AGENT)[0].step_id
    await world.accept(AGENT, step_id)
    await eventually(lambda: world.engine.desk.requests[request_id].run(step_id).state is StepState.RUNNING)
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    finishing = asyncio.create_task(world.finish(AGENT, step_id))
    await eventually(lambda: commit.waiting > 0)
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.FINISHED)
    hello = make_hello(AGENT, journal=(entry,))
    presence = msgspec.structs.replace(world.links.presence()[AGENT], epoch=2, hello=hello)
    world.links._presence[AGENT] = presence
    commit.gate.set()
    await finishing
    return request_id, presence


async def test_a_step_leaves_only_by_a_connection_whose_journal_was_compared(world: World) -> None:
    request_id, presence = await reconnects_in_a_commit(world)
    assert len(world.dispatched(AGENT)) == 1  # the second would be judged by a hello that is older
    await world.engine.delivery.connected(presence)
    first, second = world.dispatched(AGENT)
    assert (await world.request(request_id)).run(second.step_id).state is StepState.DISPATCHED
    assert first.step_id != second.step_id


async def test_what_waits_for_the_comparison_is_given_up_and_does_not_leave(world: World) -> None:
    request_id, presence = await reconnects_in_a_commit(world)
    await world.press(request_id, "cancel", ENGINEER)
    await world.engine.delivery.connected(presence)
    assert len(world.dispatched(AGENT)) == 1
    assert (await world.request(request_id)).final
    assert world.engine.desk.outbox == {}


async def test_what_provably_never_left_expires_also_after_a_restart_of_the_hub(world: World) -> None:
    """The agent goes in the very commit in which its step is marked as sent."""
    await world.connect(AGENT)
    receipt = await world.say("재기동", restart(AGENT))
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    approving = asyncio.create_task(world.approve(receipt.sr_id or ""))
    await eventually(lambda: commit.waiting == 1)
    await world.links.drop(AGENT)
    commit.gate.set()
    await approving
    assert world.dispatched(AGENT) == []
    await world.restart()
    world.clock.advance(3700)
    await world.engine.tick()
    assert (await world.request(receipt.sr_id or "")).final


# --- an agent that reads nothing -------------------------------------------------------------------------------------


async def test_an_agent_that_reads_nothing_of_what_it_is_sent_holds_up_nobody(world: World) -> None:
    await world.connect(AGENT, OTHER)
    world.links.full.add(AGENT)
    async with asyncio.timeout(10):
        receipt = await world.say("디스크", check(AGENT, OTHER))
        await world.engine.tick()
    request_id = receipt.sr_id or ""
    assert world.dispatched(AGENT) == []
    assert [row.sent_ms for row in world.engine.desk.outbox.of_agent(AGENT)] == [None]  # provably not left
    (other,) = world.dispatched(OTHER)
    await world.accept(OTHER, other.step_id)
    await world.finish(OTHER, other.step_id, report=found(OTHER))
    world.links.full.clear()
    await world.engine.tick()
    (step,) = world.dispatched(AGENT)
    world.links.full.add(AGENT)
    async with asyncio.timeout(10):  # a cancel waits for nobody either
        await world.press(request_id, "cancel", ENGINEER)
    assert [frame.step_id for frame in world.links.sent_to(AGENT, Cancel)] == [step.step_id]


# --- cancelled, left, and in no journal ------------------------------------------------------------------------------


async def cancelled_while_away(world: World) -> tuple[str, str]:
    """The step left; it waits in the agent, whose journal does not name it before it begins."""
    await world.connect(AGENT)
    request_id = await approved(world)
    step_id = world.dispatched(AGENT)[0].step_id
    await world.links.drop(AGENT)
    await world.press(request_id, "cancel", ENGINEER)
    await world.connect(AGENT)
    return request_id, step_id


async def test_a_cancelled_step_that_no_journal_names_is_asked_for_before_it_is_called_unrun(world: World) -> None:
    request_id, step_id = await cancelled_while_away(world)
    assert [frame.step_id for frame in world.links.sent_to(AGENT, Cancel)] == [step_id]
    request = await world.request(request_id)
    assert (request.state, request.run(step_id).state) == (RequestState.RUNNING, StepState.RECONCILING)
    await world.links.answer(AGENT, CancelNoted(step_id=step_id, state="unknown"))
    request = await world.request(request_id)
    assert (request.state, request.run(step_id).error_code) == (RequestState.CANCELLED, UNSENT)
    assert world.engine.desk.outbox == {}
    assert len(world.dispatched(AGENT)) == 1


async def test_a_cancelled_step_that_waited_in_the_agent_ends_as_the_agent_says(world: World) -> None:
    request_id, step_id = await cancelled_while_away(world)
    await world.links.answer(AGENT, CancelNoted(step_id=step_id, state="cancelling"))
    assert (await world.request(request_id)).state is RequestState.RUNNING
    await world.finish(AGENT, step_id, StepOutcome.OK)  # it could not be stopped any more
    request = await world.request(request_id)
    assert request.run(step_id).state is StepState.OK
    assert request.final


async def test_an_answer_of_an_earlier_connection_or_of_another_agent_gives_nothing_up(world: World) -> None:
    request_id, step_id = await cancelled_while_away(world)
    unknown = CancelNoted(step_id=step_id, state="unknown")
    await world.engine.delivery.received(AGENT, 1, unknown)
    await world.engine.delivery.received("A-WAS-02", 2, unknown)
    assert (await world.request(request_id)).run(step_id).state is StepState.RECONCILING


async def test_an_answer_that_could_not_be_written_down_is_asked_for_again(world: World) -> None:
    request_id, step_id = await cancelled_while_away(world)
    commit = Faulty(world.store, "commit")
    commit.errors = [BusyError("full")]
    unknown = CancelNoted(step_id=step_id, state="unknown")
    with pytest.raises(BusyError):  # the link ends
        await world.links.answer(AGENT, unknown)
    await world.connect(AGENT)
    assert len(world.links.sent_to(AGENT, Cancel)) == 2
    await world.links.answer(AGENT, unknown)
    assert (await world.request(request_id)).state is RequestState.CANCELLED


# --- output -----------------------------------------------------------------------------------------------------------


async def test_output_that_could_not_be_kept_is_kept_when_it_comes_again(world: World) -> None:
    await world.connect(AGENT)
    await world.say("디스크", check(AGENT))
    step_id = world.dispatched(AGENT)[0].step_id
    await world.accept(AGENT, step_id)
    Faulty(world.store, "add_output").errors = [BusyError("full")]
    said = Output(step_id=step_id, seq=1, stream=Stream.STDOUT, data=b"the line")
    with pytest.raises(BusyError):  # not acknowledged: the agent sends it again
        await world.links.answer(AGENT, said)
    await world.connect(AGENT, journal=(JournalEntry(step_id=step_id, digest="d", state=JournalState.RUNNING),))
    for _ in range(2):
        await world.links.answer(AGENT, said)
    assert [data for _, _, data in await world.store.output(step_id)] == [b"the line"]
    assert world.engine.board._output[step_id] == b"the line"


async def test_output_that_is_kept_while_its_request_ends_is_shown_and_leaves_nothing_in_memory(world: World) -> None:
    await world.connect(AGENT)
    request_id = await approved(world)
    step_id = world.dispatched(AGENT)[0].step_id
    await world.accept(AGENT, step_id)
    await world.links.drop(AGENT)
    await world.connect(AGENT, journal=(JournalEntry(step_id=step_id, digest="d", state=JournalState.INTERRUPTED),))
    add = Faulty(world.store, "add_output")
    add.gate = asyncio.Event()
    said = Output(step_id=step_id, seq=1, stream=Stream.STDOUT, data=b"the last line")
    talking = asyncio.create_task(world.links.answer(AGENT, said))
    await eventually(lambda: add.waiting == 1)
    await world.press(request_id, "close", msgspec.structs.replace(APPROVER, person_id="approver2"))
    assert (await world.request(request_id)).final
    add.gate.set()
    await talking
    await world.engine.desk.finish()
    assert "the last line" in str(world.card(request_id))
    delivery = world.engine.delivery
    assert not any([world.engine.board._output, world.engine.desk.pace._shown, delivery._heard, delivery._newest])

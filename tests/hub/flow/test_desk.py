"""The desk at the moments between a decision and its record: what is given up, taken out or queued there."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core import events as e
from guardia.hub.core.plan import Role
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.errors import AlreadySentError, BusyError, StoreError
from guardia.hub.flow.queue import Queue
from guardia.hub.ports import Commit
from guardia.proto.catalogue import CATALOGUE
from guardia.proto.frames import Output, Stream
from tests.hub.flow.test_engine_faults import Faulty, eventually
from tests.support.world import APPROVER, ENGINEER, World, check, found, restart


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


async def settle() -> None:
    """Let every task come to where it waits for the writer's thread, which is busy."""
    for _ in range(50):
        await asyncio.sleep(0)


class Busy:
    """The writer's thread is busy while this is entered: what is asked of it meanwhile ends in one turn of the loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._go = threading.Event()

    async def __aenter__(self) -> None:
        begun = threading.Event()

        def wait(_connection: object) -> None:
            begun.set()
            self._go.wait(10)

        self._task = asyncio.create_task(self._world.database.write(wait))
        await asyncio.to_thread(begun.wait, 10)

    async def __aexit__(self, *_exc: object) -> None:
        self._go.set()
        await self._task


# --- given up, and still about to leave -----------------------------------------------------------------------------


async def test_what_is_given_up_in_the_turn_in_which_it_would_be_marked_does_not_leave(world: World) -> None:
    await world.say("디스크 1", check("A-WAS-01"))  # offline: both rows wait
    second = await world.say("디스크 2", check("A-WAS-01"))
    async with Busy(world):
        cancel = asyncio.create_task(world.press(second.sr_id or "", "cancel", ENGINEER))
        await settle()
        connecting = asyncio.create_task(world.connect("A-WAS-01"))  # marks the first row; the second comes next
        await settle()
    await asyncio.gather(cancel, connecting)
    request = await world.request(second.sr_id or "")
    left = second.sr_id in {dispatch.request_id for dispatch in world.dispatched("A-WAS-01")}
    assert left is (request.state is not RequestState.CANCELLED)


async def test_what_is_taken_out_in_the_turn_in_which_it_would_be_marked_does_not_leave(world: World) -> None:
    await world.say("디스크", check("A-WAS-01"))
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    (row,) = world.engine.desk.outbox.of_request(receipt.sr_id or "")
    queue = Queue(world.engine.desk, world.engine.presses, world.clock)

    async def drop() -> bool:
        await world.database.write(lambda _connection: None)  # as the web does for the session
        try:
            await queue.drop(row.step_id, ENGINEER, lambda _room: True)
        except AlreadySentError:
            return False
        return True

    async with Busy(world):
        dropping = asyncio.create_task(drop())
        await settle()
        connecting = asyncio.create_task(world.connect("A-WAS-01"))
        await settle()
    dropped, _ = await asyncio.gather(dropping, connecting)
    left = receipt.sr_id in {dispatch.request_id for dispatch in world.dispatched("A-WAS-01")}
    assert left is not dropped


# --- closed while a step's end was not known --------------------------------------------------------------------------

OTHER = msgspec.structs.replace(APPROVER, person_id="approver2")


async def test_what_waits_of_a_closed_request_never_leaves(world: World) -> None:
    """A check of two nodes: one is unknown, the other's agent is away."""
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01", "A-WAS-02"))
    await world.accept("A-WAS-01", world.dispatched("A-WAS-01")[0].step_id)
    await world.links.drop("A-WAS-01")
    await world.press(receipt.sr_id or "", "close", APPROVER)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.FAILED
    assert world.engine.desk.outbox == {}
    await world.connect("A-WAS-02")
    assert world.dispatched("A-WAS-02") == []


async def test_of_a_closed_change_nothing_is_kept_for_its_agent(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    await world.links.drop("A-WAS-01")  # it left, and was never heard of
    await world.press(receipt.sr_id or "", "close", OTHER)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.FAILED
    assert world.engine.desk.outbox == {}
    assert await world.store.outbox() == []


async def test_what_an_earlier_version_kept_of_a_closed_request_does_not_leave(world: World) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    rows = list(world.engine.desk.outbox.values())
    await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    desk, store = world.engine.desk, world.store
    store.outbox = lambda: asyncio.sleep(0, rows)  # type: ignore[method-assign, assignment]
    await desk.load()
    await world.connect("A-WAS-01")
    assert world.dispatched("A-WAS-01") == []


# --- the answer of a commit is lost -----------------------------------------------------------------------------------


def lose_the_answer(world: World) -> None:
    Faulty(world.store, "commit").after = [StoreError("connection lost at commit")]


async def test_a_new_request_whose_commits_answer_was_lost_goes_on(world: World) -> None:
    await world.connect("A-WAS-01")
    lose_the_answer(world)
    with pytest.raises(StoreError):
        await world.say("디스크", check("A-WAS-01"), message_id="m")
    again = await world.say("디스크", check("A-WAS-01"), message_id="m")
    await world.engine.tick()
    await world.work_off("A-WAS-01")
    assert (await world.request(again.sr_id or "")).state is RequestState.SUCCEEDED


async def test_a_new_request_that_was_not_committed_is_not_there(world: World) -> None:
    Faulty(world.store, "commit").errors = [StoreError("away")]
    with pytest.raises(StoreError):
        await world.say("디스크", check("A-WAS-01"), message_id="m")
    assert world.engine.desk.requests == {}
    assert (await world.say("디스크", check("A-WAS-01"), message_id="m")).sr_id


async def test_a_lock_is_kept_until_it_is_known_what_became_of_its_commit(world: World) -> None:
    await world.connect("A-WAS-01")
    first, second = [await world.say(f"재기동 {n}", restart("A-WAS-01")) for n in range(2)]
    plan = (await world.request(first.sr_id or "")).plan
    assert plan is not None
    lose_the_answer(world)
    look = Faulty(world.store, "request")
    look.errors = [StoreError("still away")] * 2
    with pytest.raises(StoreError):
        await world.press(first.sr_id or "", "approve", APPROVER, plan.digest)
    with pytest.raises(StoreError):  # nobody changes what is not known
        await world.press(first.sr_id or "", "cancel", ENGINEER)
    digest = world.engine.desk.requests[second.sr_id or ""].plan
    assert digest is not None
    await world.press(second.sr_id or "", "approve", APPROVER, digest.digest)
    assert world.engine.desk.requests[second.sr_id or ""].state is RequestState.QUEUED
    await world.engine.tick()
    states = [(await world.request(one.sr_id or "")).state for one in (first, second)]
    assert states == [RequestState.RUNNING, RequestState.QUEUED]


async def test_what_may_have_been_given_up_does_not_leave_until_it_is_known(world: World) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))  # offline: its row waits
    lose_the_answer(world)
    Faulty(world.store, "request").errors = [StoreError("still away")]
    with pytest.raises(StoreError):
        await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    await world.connect("A-WAS-01")
    await world.engine.tick()
    assert world.dispatched("A-WAS-01") == []
    assert (await world.request(receipt.sr_id or "")).state is RequestState.CANCELLED
    assert world.engine.desk.outbox == {}


async def test_what_was_not_given_up_after_all_leaves(world: World) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    Faulty(world.store, "commit").errors = [StoreError("away")]
    Faulty(world.store, "request").errors = [StoreError("still away")]
    with pytest.raises(StoreError):
        await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    await world.engine.tick()
    await world.connect("A-WAS-01")
    await world.work_off("A-WAS-01")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_the_room_is_shown_what_was_committed_without_an_answer(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.engine.delivery.settled("A-WAS-01")
    told: list[bool] = []
    world.engine.desk.told = lambda: told.append(True)
    lose_the_answer(world)
    with pytest.raises(StoreError):
        await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"))
    await world.engine.desk.finish()
    assert world.card(receipt.sr_id or "")["state"] == "SUCCEEDED"
    assert f"end-{receipt.sr_id}" in world.rooms.shown
    assert told


# --- who waits for a lock: first come, first served -------------------------------------------------------------------


async def three(world: World) -> list[str]:
    await world.connect("A-WAS-01")
    return [(await world.say(f"재기동 {n}", restart("A-WAS-01"))).sr_id or "" for n in range(3)]


async def states(world: World, *request_ids: str) -> list[RequestState]:
    return [world.engine.desk.requests[request_id].state for request_id in request_ids]


async def end(world: World, request_id: str, *, but_the_last: bool = False) -> str:
    """The agent carries out this request's steps, the last one too unless it is asked for; the last one's id."""
    count = sum(step.role is not Role.RESTORE for _, step in world.engine.desk.requests[request_id].plan.steps())  # type: ignore[union-attr]
    for number in range(count):
        dispatch = [one for one in world.dispatched("A-WAS-01") if one.request_id == request_id][number]
        await world.accept("A-WAS-01", dispatch.step_id)
        if number + 1 < count or not but_the_last:
            report = b"" if CATALOGUE[dispatch.action].changes else found("A-WAS-01")
            await world.finish("A-WAS-01", dispatch.step_id, report=report)
    return dispatch.step_id


RUNNING_THEN_QUEUED = [RequestState.RUNNING, RequestState.QUEUED]


async def test_a_newcomer_does_not_pass_those_who_wait(world: World) -> None:
    """The last commit of the holder and the newcomer's press end in one turn of the loop."""
    first, second, third = await three(world)
    await world.approve(first)
    await world.approve(second)
    last = await end(world, first, but_the_last=True)
    await world.engine.delivery.settled("A-WAS-01")
    plan = world.engine.desk.requests[third].plan
    assert plan is not None
    async with Busy(world):
        finishing = asyncio.create_task(world.finish("A-WAS-01", last, report=found("A-WAS-01")))
        await settle()
        newcomer = asyncio.create_task(world.press(third, "approve", APPROVER, plan.digest))
        await settle()
    await asyncio.gather(finishing, newcomer)
    await world.engine.desk.finish()
    assert await states(world, second, third) == RUNNING_THEN_QUEUED


async def test_who_waits_keeps_its_place_while_it_is_being_changed(world: World) -> None:
    first, second, third = await three(world)
    for request_id in (first, second, third):
        await world.approve(request_id)
    commit = Faulty(world.store, "commit")
    gate, real = asyncio.Event(), commit.real

    async def slow(value: Commit) -> object:
        if value.request.request_id == second:
            await gate.wait()
        return await real(value)

    commit.real = slow
    attached = e.TicketAttached(at_ms=world.clock.now_ms(), ticket_id="T-1", by="x")
    noting = asyncio.create_task(world.engine.desk.annotate(second, lambda _request: [attached]))
    await settle()
    await end(world, first)
    await settle()
    gate.set()
    await noting
    await world.engine.desk.finish()
    assert await states(world, second, third) == RUNNING_THEN_QUEUED


async def test_who_queued_first_starts_first_also_after_a_restart(world: World) -> None:
    made_first, holder, other = await three(world)
    for request_id in (holder, other, made_first):
        await world.approve(request_id)
        world.clock.advance(1)
    await world.restart()
    await world.connect("A-WAS-01")
    await end(world, holder)
    await world.engine.desk.finish()
    assert await states(world, other, made_first) == RUNNING_THEN_QUEUED


async def test_one_that_waits_is_not_in_the_way_any_more_when_it_is_cancelled(world: World) -> None:
    first, second, third = await three(world)
    for request_id in (first, second, third):
        await world.approve(request_id)
    await world.press(second, "cancel", ENGINEER)
    await end(world, first)
    await world.engine.desk.finish()
    assert await states(world, third) == [RequestState.RUNNING]


async def test_a_store_that_fails_does_not_make_those_who_wait_wake_one_another(world: World) -> None:
    first, second, third = await three(world)
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    one = asyncio.create_task(world.approve(first))
    await eventually(lambda: commit.waiting == 1)
    gate, commit.gate = commit.gate, None
    await world.approve(second)  # behind the first, whose start fails
    await world.approve(third)
    real = commit.real

    async def failing(value: Commit) -> object:
        if value.request.request_id == first:
            raise BusyError("full")
        return await real(value)

    commit.real = failing
    gate.set()
    with pytest.raises(BusyError):
        await one
    commit.errors = [BusyError("full")] * 2
    await world.engine.tick()
    await world.engine.desk.finish()
    assert len(commit.errors) == 1  # the timers tried once; nobody else did
    commit.errors = []
    await world.engine.tick()
    assert await states(world, second, third) == RUNNING_THEN_QUEUED


# --- requests that have ended -----------------------------------------------------------------------------------------


async def test_whoever_notes_something_of_an_ended_request_is_alone_with_it(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = (await world.say("디스크", check("A-WAS-01"))).sr_id or ""
    await world.work_off("A-WAS-01")
    assert (await world.request(request_id)).final
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()

    def note(number: int) -> asyncio.Task[Request]:
        event = e.OutputFetched(at_ms=world.clock.now_ms(), attempt_id="x", by=f"p{number}", offset=0, length=1)
        return asyncio.create_task(world.engine.desk.annotate(request_id, lambda _request: [event]))

    first, second = note(1), note(2)
    await eventually(lambda: commit.waiting == 1)  # the second waits for the first
    gate, commit.gate = commit.gate, asyncio.Event()
    gate.set()
    await first
    third = note(3)  # the first has let go of it, and the second has it
    await eventually(lambda: commit.waiting == 1)
    await settle()
    assert commit.waiting == 1
    commit.gate.set()
    await asyncio.gather(second, third)
    assert len(await world.store.events(request_id)) == (await world.request(request_id)).version


async def test_late_output_of_several_chunks_is_on_the_last_card_once(world: World) -> None:
    await world.connect("A-WAS-01", "A-WAS-02")
    request_id = (await world.say("디스크", check("A-WAS-01", "A-WAS-02"))).sr_id or ""
    steps = {asset: world.dispatched(asset)[0].step_id for asset in ("A-WAS-01", "A-WAS-02")}

    async def say(asset: str, seq: int, data: bytes) -> None:
        await world.links.answer(asset, Output(step_id=steps[asset], seq=seq, stream=Stream.STDOUT, data=data))

    for asset, step_id in steps.items():
        await world.accept(asset, step_id)
        await say(asset, 1, b"kept of %s\n" % asset.encode())
        await world.finish(asset, step_id, report=found(asset))
    assert (await world.request(request_id)).final
    real, go = world.store.output, asyncio.Event()
    looked: list[str] = []

    async def output(step_id: str) -> list[tuple[int, str, bytes]]:  # a slow disk: whoever may look does so at once
        looked.append(step_id)
        if step_id == steps["A-WAS-02"]:
            await go.wait()
        return await real(step_id)

    world.store.output = output  # type: ignore[method-assign]
    for seq in range(2, 8):
        await say("A-WAS-01", seq, b"late %d\n" % seq)
    await eventually(lambda: steps["A-WAS-02"] in looked)
    await asyncio.sleep(0.1)  # time for the others to come as far, if they could
    go.set()
    await world.engine.desk.finish()
    card = str(world.card(request_id))
    assert [card.count(f"late {seq}") for seq in range(2, 8)] == [1] * 6
    assert [card.count(f"kept of {asset}") for asset in steps] == [1, 1]


# --- cards after a failure of the store -------------------------------------------------------------------------------


async def talking(world: World) -> tuple[str, Callable[[int], Awaitable[None]]]:
    """A running change, and a way to let its step say its line number n."""
    await world.connect("A-WAS-01")
    request_id = (await world.say("재기동", restart("A-WAS-01"))).sr_id or ""
    await world.approve(request_id)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.engine.delivery.settled("A-WAS-01")

    async def line(number: int) -> None:
        data = b"line %d\n" % number
        await world.links.answer("A-WAS-01", Output(step_id=step_id, seq=number, stream=Stream.STDOUT, data=data))

    return request_id, line


async def test_a_card_that_was_put_off_is_shown_though_what_it_was_to_come_with_failed(tmp_path: Path) -> None:
    world = World(tmp_path, card_every=60.0)
    await world.start()
    request_id, line = await talking(world)
    await line(1)
    assert world.engine.desk.pace.waiting
    Faulty(world.store, "commit").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.press(request_id, "cancel", ENGINEER)
    assert world.engine.desk.pace.waiting
    await world.engine.desk.finish()  # the time for a card has come
    assert "line 1" in str(world.card(request_id))
    await world.stop()


async def test_live_output_is_shown_after_a_commit_that_failed(world: World) -> None:
    request_id, line = await talking(world)
    for number in range(1, 6):
        await line(number)
        await world.engine.desk.finish()
    Faulty(world.store, "commit").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.press(request_id, "cancel", ENGINEER)
    await line(6)
    await world.engine.desk.finish()
    assert "line 6" in str(world.card(request_id))


async def test_a_card_that_could_not_be_stored_is_shown_by_the_timers(world: World) -> None:
    request_id, line = await talking(world)
    await world.engine.desk.finish()
    post = Faulty(world.store, "post")
    post.errors = [BusyError("full")]
    await line(1)
    await world.engine.desk.finish()
    assert post.errors == []
    await world.engine.tick()
    await world.engine.desk.finish()
    assert "line 1" in str(world.card(request_id))


async def test_a_request_that_could_not_be_opened_leaves_nothing_in_memory(world: World) -> None:
    Faulty(world.store, "commit").errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.say("재기동", restart("A-WAS-01"))
    await world.engine.desk.finish()
    desk = world.engine.desk
    assert not any([desk.pace._shown, world.engine.board._live, world.engine.board._drawn, desk._queued, desk._doubts])

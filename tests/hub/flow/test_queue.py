"""The visible queue: who sees what, in which order and for how long, and what becomes of what is taken out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.hub.core import events as e
from guardia.hub.core.message import Person
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import (
    AgentOfflineError,
    AlreadySentError,
    BusyError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from guardia.hub.flow.queue import MAX_LOOKED_AT, MAX_PAGE, Queue, QueuePage
from guardia.proto.frames import Cancel, Dispatch, HubFrame
from tests.support.world import APPROVER, ENGINEER, VIEWER, World, check, restart

FAR = Person(person_id="far", name="far", roles=("approver",), institutions=("국세청",))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def queue(world: World) -> Queue:
    return Queue(world.engine.desk, world.engine.presses, world.clock)


def everywhere(_room_id: str) -> bool:
    return True


def nowhere(_room_id: str) -> bool:
    return False


def ids(page: QueuePage) -> list[str]:
    return [one.step_id for one in page.entries]


async def waiting_restart(world: World, *nodes: str) -> tuple[str, str]:
    """An approved restart whose agent is away: (request id, wire id)."""
    receipt = await world.say(f"재기동 {nodes}", restart(*nodes))
    await world.approve(receipt.sr_id or "")
    (row,) = world.engine.desk.outbox.of_request(receipt.sr_id or "")
    return row.request_id, row.step_id


async def test_an_entry_says_for_whom_what_since_when_and_how_long_still(world: World, queue: Queue) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    world.clock.advance(600)
    (one,) = queue.page(VIEWER, everywhere).entries
    assert (one.agent_id, one.request_id, one.target) == ("A-WAS-01", receipt.sr_id, "A-WAS-01")
    assert (one.action, one.state) == ("CHECK_DISK_SPACE", "waiting")
    assert (one.age_s, one.left_s) == (600, 3000)
    world.clock.advance(10_000)
    assert queue.page(VIEWER, everywhere).entries[0].left_s == 0


async def test_pages_hold_everything_once_by_agent_and_age(world: World, queue: Queue) -> None:
    for n in range(3):
        await world.say(f"디스크 {n}", check("A-WAS-02", "A-WAS-01"))
        world.clock.advance(1)
    whole = queue.page(VIEWER, everywhere)
    assert [one.agent_id for one in whole.entries] == ["A-WAS-01"] * 3 + ["A-WAS-02"] * 3
    ages = [one.age_s for one in whole.entries]
    assert ages == [3, 2, 1, 3, 2, 1]
    assert whole.next == ""
    paged: list[str] = []
    cursor = ""
    for _ in range(10):
        page = queue.page(VIEWER, everywhere, after=cursor, limit=2)
        assert len(page.entries) <= 2
        paged += ids(page)
        cursor = page.next
        if not cursor:
            break
    assert paged == ids(whole)
    only = queue.page(VIEWER, everywhere, agent_id="A-WAS-02")
    assert ids(only) == ids(whole)[3:]


async def test_a_cursor_whose_entry_has_gone_still_leads_on(world: World, queue: Queue) -> None:
    for n in range(3):
        await world.say(f"디스크 {n}", check("A-WAS-01"))
        world.clock.advance(1)
    first = queue.page(ENGINEER, everywhere, limit=1)
    rest = ids(queue.page(ENGINEER, everywhere))[1:]
    await queue.drop(first.entries[0].step_id, ENGINEER, everywhere)
    assert ids(queue.page(ENGINEER, everywhere, after=first.next)) == rest


@pytest.mark.parametrize("limit", [0, -1, MAX_PAGE + 1])
async def test_pages_are_bounded(queue: Queue, limit: int) -> None:
    with pytest.raises(InvalidInputError):
        queue.page(VIEWER, everywhere, limit=limit)


@pytest.mark.parametrize("cursor", ["x", ",,", "a,b,c", "a,1,b,c", "a,1," + "b" * 65])
async def test_a_cursor_of_somebodys_own_making_is_refused(queue: Queue, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        queue.page(VIEWER, everywhere, after=cursor)


async def test_one_page_looks_at_a_bounded_number_of_entries(
    world: World, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardia.hub.flow.queue.MAX_LOOKED_AT", 2)
    assert MAX_LOOKED_AT == 1_000
    for n in range(3):
        await world.say(f"디스크 {n}", check("A-WAS-01"))
        world.clock.advance(1)
    empty = queue.page(VIEWER, nowhere)
    assert empty.entries == ()
    assert empty.next
    assert queue.page(VIEWER, nowhere, after=empty.next) == QueuePage(entries=())


async def test_a_room_that_one_may_not_enter_shows_only_what_one_may_cancel(world: World, queue: Queue) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    assert [one.request_id for one in queue.page(VIEWER, everywhere).entries] == [receipt.sr_id]
    assert queue.page(VIEWER, nowhere).entries == ()
    assert queue.page(FAR, nowhere).entries == ()
    for person in (ENGINEER, APPROVER):  # it is theirs, or they may decide about it
        assert [one.request_id for one in queue.page(person, nowhere).entries] == [receipt.sr_id]


async def test_a_dropped_change_never_runs_and_its_request_is_cancelled_and_says_who_and_why(
    world: World, queue: Queue
) -> None:
    request_id, step_id = await waiting_restart(world, "A-WAS-01")
    dropped = await queue.drop(step_id, APPROVER, nowhere, "점검 중")
    assert (dropped.step_state, dropped.request_state) == (StepState.CANCELLED, "CANCELLED")
    request = await world.request(request_id)
    assert request.state is RequestState.CANCELLED
    card = world.card(request_id)
    assert "approver1 님이 대기열에서 뺐습니다. 실행되지 않았습니다. 사유: 점검 중" in card["message"]
    step = card["plan"]["nodes"][0]["steps"][0]
    assert (step["state"], step["error_code"]) == ("CANCELLED", "delivery.dropped")
    assert "점검 중" in world.rooms.shown[f"end-{request_id}"].content
    (event,) = [one for one in await world.store.events(request_id) if isinstance(one, e.StepDropped)]
    assert (event.by, event.reason) == ("approver1", "점검 중")
    assert (await world.store.verify())[1] == []
    assert await world.store.outbox() == []
    await world.connect("A-WAS-01")
    assert world.dispatched("A-WAS-01") == []


async def test_one_entry_of_a_read_is_dropped_and_the_others_go_on(world: World, queue: Queue) -> None:
    receipt = await world.say("디스크", check("A-WAS-01", "A-WAS-02"))
    (first, _) = queue.page(ENGINEER, everywhere).entries
    await queue.drop(first.step_id, ENGINEER, everywhere)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.RUNNING
    await world.connect("A-WAS-01", "A-WAS-02")
    assert world.dispatched("A-WAS-01") == []
    await world.work_off("A-WAS-02")
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.PARTIAL
    assert "대기열에서 뺐습니다" in str(request.message)


async def test_a_read_of_which_everything_is_dropped_is_cancelled(world: World, queue: Queue) -> None:
    receipt = await world.say("디스크", check("A-WAS-01", "A-WAS-02"))
    for one in queue.page(ENGINEER, everywhere).entries:
        await queue.drop(one.step_id, ENGINEER, everywhere)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.CANCELLED


async def test_a_dropped_verification_leaves_the_change_that_was_made(world: World, queue: Queue) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id or "")
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    world.engine.delivery.draining = {"A-WAS-01"}
    await world.finish("A-WAS-01", step_id)
    (verification,) = queue.page(ENGINEER, everywhere).entries
    dropped = await queue.drop(verification.step_id, ENGINEER, everywhere)
    assert (dropped.step_state, dropped.request_state) == (StepState.CANCELLED, "PARTIAL")


async def test_what_has_left_is_not_dropped_and_the_error_says_to_cancel(world: World, queue: Queue) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    (one,) = queue.page(ENGINEER, everywhere).entries
    assert one.state == "sent"
    with pytest.raises(AlreadySentError) as caught:
        await queue.drop(one.step_id, ENGINEER, everywhere)
    assert caught.value.code == "delivery.already_sent"
    assert "취소" in caught.value.remedy
    await world.work_off("A-WAS-01")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_what_may_have_left_before_the_connection_was_lost_is_not_dropped(world: World, queue: Queue) -> None:
    await world.connect("A-WAS-01")
    await world.say("디스크", check("A-WAS-01"))
    await world.links.drop("A-WAS-01")
    (one,) = queue.page(ENGINEER, everywhere).entries
    with pytest.raises(AlreadySentError):
        await queue.drop(one.step_id, ENGINEER, everywhere)
    await world.restart()
    again = Queue(world.engine.desk, world.engine.presses, world.clock)
    with pytest.raises(AlreadySentError):
        await again.drop(one.step_id, ENGINEER, everywhere)


async def test_a_step_that_left_before_its_cancel_did_not_is_still_marked_as_sent(world: World, queue: Queue) -> None:
    """The connection dies between the dispatch and the cancel that follows it."""
    world.engine.delivery.draining = {"A-WAS-01"}
    await world.connect("A-WAS-01")
    request_id, step_id = await waiting_restart(world, "A-WAS-01")
    world.engine.delivery.draining = set()
    row = world.engine.desk.outbox[step_id]
    cancelled = world.engine.desk.requests[request_id]
    world.engine.desk.requests[request_id] = type(cancelled)(
        **{name: getattr(cancelled, name) for name in cancelled.__struct_fields__} | {"cancelled_by": "engineer1"}
    )
    left: list[HubFrame] = []

    async def send(_agent_id: str, frame: HubFrame) -> None:
        if isinstance(frame, Cancel):
            raise AgentOfflineError("gone")
        left.append(frame)

    world.links.send = send  # type: ignore[method-assign]
    await world.engine.delivery._send(row)
    assert [type(frame) for frame in left] == [Dispatch]
    assert world.engine.desk.outbox[step_id].sent_ms is not None


async def test_only_who_may_cancel_may_drop(world: World, queue: Queue) -> None:
    request_id, step_id = await waiting_restart(world, "A-WAS-01")
    for stranger in (VIEWER, FAR):
        with pytest.raises(ForbiddenError):
            await queue.drop(step_id, stranger, everywhere)
        with pytest.raises(NotFoundError):  # not even that it exists
            await queue.drop(step_id, stranger, nowhere)
    assert (await world.request(request_id)).state is RequestState.RUNNING
    with pytest.raises(NotFoundError):
        await queue.drop("SR-20270115-9999.p1.n1.s1", APPROVER, everywhere)
    with pytest.raises(InvalidInputError):
        await queue.drop(step_id, ENGINEER, everywhere, "x" * 501)
    dropped = await queue.drop(step_id, ENGINEER, everywhere, "두\n줄\x1b[2J")
    assert dropped.message.endswith("사유: 두 줄")
    with pytest.raises(NotFoundError):
        await queue.drop(step_id, ENGINEER, everywhere)


async def test_an_entry_stays_when_the_drop_could_not_be_written(
    world: World, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, step_id = await waiting_restart(world, "A-WAS-01")

    async def full(_commit: object) -> None:
        raise BusyError("full")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "commit", full)
        with pytest.raises(BusyError):
            await queue.drop(step_id, ENGINEER, everywhere)
    await world.connect("A-WAS-01")
    assert [d.step_id for d in world.dispatched("A-WAS-01")] == [step_id]


async def test_the_second_node_dropped_leaves_the_first_done(world: World, queue: Queue) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart())
    await world.approve(receipt.sr_id or "")
    await world.work_off("A-WAS-01")
    (waits,) = queue.page(ENGINEER, everywhere).entries
    assert waits.target == "A-WAS-02"
    dropped = await queue.drop(waits.step_id, ENGINEER, everywhere)
    assert dropped.request_state == "PARTIAL"

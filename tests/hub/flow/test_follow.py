"""Following a step: what comes, when it comes, how it ends, what is written down, and that nothing is held."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.hub.core.events import OutputFetched
from guardia.hub.core.live_output import OutputPage
from guardia.hub.errors import NotFoundError
from guardia.hub.flow import follow as followed
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs, Place
from guardia.proto.frames import JournalEntry, JournalState, Output, StepOutcome, Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD
from tests.hub.flow.test_outputs import Fetches
from tests.support.eventually import PATIENCE
from tests.support.world import World, check, found, restart

LONG = 3 * PATIENCE
"""Seconds that nobody should have to wait here."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def follow(world: World) -> Follow:
    return Follow(world.engine.desk, world.store, world.clock, gather=0.0)


async def place_of(world: World, request_id: str, step_id: str) -> Place:
    return await Outputs(world.engine.desk, world.store, world.links, Fetches(), world.clock).place(request_id, step_id)


async def running(world: World) -> tuple[Place, str]:
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    (dispatch,) = world.dispatched("A-WAS-01")
    await world.accept("A-WAS-01", dispatch.step_id)
    await world.engine.delivery.settled("A-WAS-01")
    return await place_of(world, receipt.sr_id or "", dispatch.step_id), dispatch.step_id


async def say(world: World, step_id: str, seq: int, data: bytes, stream: Stream = Stream.STDOUT) -> None:
    await world.links.answer("A-WAS-01", Output(step_id=step_id, seq=seq, stream=stream, data=data))


async def end(world: World, step_id: str, outcome: StepOutcome = StepOutcome.OK, **facts: object) -> None:
    await world.finish("A-WAS-01", step_id, outcome, report=found("A-WAS-01"), **facts)


def data(page: OutputPage) -> bytes:
    return b"".join(part.data for part in page.parts)


async def waiting(follow: Follow, work: "asyncio.Task[OutputPage]", request_id: str) -> None:
    """Until the follower waits."""
    async with asyncio.timeout(PATIENCE):
        while request_id not in follow._bells:
            await asyncio.sleep(0)
    for _ in range(50):
        await asyncio.sleep(0)
    assert not work.done()


async def test_first_what_is_there_then_what_comes_then_how_it_ended(world: World, follow: Follow) -> None:
    place, step_id = await running(world)
    await say(world, step_id, 1, b"one\n")
    await say(world, step_id, 2, b"oops\n", Stream.STDERR)
    page = await follow.page(place, by="viewer1", after=0, wait=LONG)
    assert [(part.seq, part.stream, part.offset, part.data) for part in page.parts] == [
        (1, "stdout", 0, b"one\n"),
        (2, "stderr", 4, b"oops\n"),
    ]
    assert (page.state, page.ended, page.next, page.result) == ("RUNNING", False, 2, None)
    work = asyncio.create_task(follow.page(place, by="viewer1", after=2, wait=LONG))
    await waiting(follow, work, place.request_id)
    await say(world, step_id, 3, b"two\n")
    async with asyncio.timeout(PATIENCE):
        assert data(await work) == b"two\n"
    work = asyncio.create_task(follow.page(place, by="viewer1", after=3, wait=LONG))
    await waiting(follow, work, place.request_id)
    await end(
        world,
        step_id,
        StepOutcome.FAILED,
        exit_code=3,
        error_code="service.start_failed",
        message="안 됩니다",
        stdout_bytes=13,
    )
    async with asyncio.timeout(PATIENCE):
        page = await work
    assert (page.state, page.ended, page.parts) == ("FAILED", True, ())
    assert page.result is not None
    assert (page.result.exit_code, page.result.error_code, page.result.output_bytes) == (3, "service.start_failed", 13)
    assert follow._bells == {}, "nothing is held for whoever does not wait"


async def test_a_wait_ends_with_its_time_and_with_the_hub(world: World, follow: Follow) -> None:
    place, _ = await running(world)
    page = await follow.page(place, by="viewer1", after=0, wait=0.01)
    assert (page.parts, page.ended, page.next) == ((), False, 0)
    work = asyncio.create_task(follow.page(place, by="viewer1", after=0, wait=LONG))
    await waiting(follow, work, place.request_id)
    follow.close()
    async with asyncio.timeout(PATIENCE):
        assert (await work).parts == ()
        assert (await follow.page(place, by="viewer1", after=0, wait=LONG)).parts == ()


async def test_who_began_to_follow_is_written_down_once(world: World, follow: Follow, monkeypatch) -> None:
    place, step_id = await running(world)
    await follow.page(place, by="viewer1", after=0, wait=0)
    assert (await world.request(place.request_id)).state.value == "RUNNING"
    await say(world, step_id, 1, b"one\n")
    await say(world, step_id, 2, b"two\n")
    for by, after in (("viewer1", 0), ("viewer1", 1), ("engineer1", 1), ("viewer1", 0)):
        await follow.page(place, by=by, after=after, wait=0)
    events = [event for event in await world.store.events(place.request_id) if isinstance(event, OutputFetched)]
    assert [(event.by, event.attempt_id, event.offset, event.length, event.live) for event in events] == [
        ("viewer1", step_id, 0, 8, True),
        ("engineer1", step_id, 4, 4, True),
    ]
    monkeypatch.setattr(followed, "REMEMBERED", 1)
    await end(world, step_id)
    await follow.page(place, by="approver1", after=0, wait=0)
    assert list(follow._noted) == [("approver1", step_id)]
    assert (await world.store.verify())[1] == []


async def test_what_does_not_travel_at_once_has_its_place_when_the_step_has_ended(world: World, follow: Follow) -> None:
    place, step_id = await running(world)
    await say(world, step_id, 1, b"h" * MAX_OUTPUT_HEAD)
    await say(world, step_id, 2, b"tail")
    page = await follow.page(place, by="viewer1", after=0, wait=0)
    assert (data(page), page.paused, page.next) == (b"h" * MAX_OUTPUT_HEAD, True, 1)
    page = await follow.page(place, by="viewer1", after=1, wait=0)
    assert (page.parts, page.paused, page.ended) == ((), True, False)
    await end(world, step_id, stdout_bytes=100_000, output_head=MAX_OUTPUT_HEAD, output_tail=4, truncated=True)
    page = await follow.page(place, by="viewer1", after=1, wait=0)
    assert [(part.offset, part.data) for part in page.parts] == [(99_996, b"tail")]
    assert page.ended


async def test_a_restart_of_the_hub_neither_doubles_nor_drops(world: World, follow: Follow) -> None:
    place, step_id = await running(world)
    await say(world, step_id, 1, b"one\n")
    first = await follow.page(place, by="viewer1", after=0, wait=0)
    await world.restart()
    again = Follow(world.engine.desk, world.store, world.clock, gather=0.0)
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.RUNNING)
    await world.connect("A-WAS-01", journal=(entry,))
    await say(world, step_id, 1, b"one\n")  # it was not acknowledged
    await say(world, step_id, 2, b"two\n")
    page = await again.page(place, by="viewer1", after=first.next, wait=LONG)
    assert (data(page), page.parts[0].offset) == (b"two\n", 4)


async def test_an_attempt_that_was_given_up_names_the_new_one(world: World, follow: Follow) -> None:
    place, step_id = await running(world)
    await say(world, step_id, 1, b"before it died\n")
    await world.links.drop("A-WAS-01")
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.INTERRUPTED)
    await world.connect("A-WAS-01", journal=(entry,))
    page = await follow.page(place, by="viewer1", after=0, wait=LONG)
    assert (data(page), page.ended, page.state) == (b"before it died\n", True, "RETRIED")
    assert (page.superseded_by, page.result) == (f"{step_id}.a2", None)


async def test_a_step_that_will_never_run_has_ended(world: World, follow: Follow) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    (step_id, *_) = request.plan.by_step
    place = await place_of(world, request.request_id, step_id)
    work = asyncio.create_task(follow.page(place, by="viewer1", after=0, wait=LONG))
    await waiting(follow, work, place.request_id)
    await world.press(request.request_id, "reject")
    async with asyncio.timeout(PATIENCE):
        page = await work
    assert (page.state, page.ended) == ("SKIPPED", True)


async def test_many_chunks_come_in_pages(world: World, follow: Follow, monkeypatch) -> None:
    monkeypatch.setattr(followed, "CHUNKS", 4)
    place, step_id = await running(world)
    for seq in range(1, 11):
        await say(world, step_id, seq, b"%d\n" % seq)
    await end(world, step_id, stdout_bytes=21)
    pages = [await follow.page(place, by="viewer1", after=0, wait=0)]
    while not pages[-1].ended:
        pages.append(await follow.page(place, by="viewer1", after=pages[-1].next, wait=LONG))
    assert [len(page.parts) for page in pages] == [4, 4, 2]
    assert b"".join(map(data, pages)) == b"".join(b"%d\n" % seq for seq in range(1, 11))


async def test_what_is_not_there(world: World, follow: Follow) -> None:
    with pytest.raises(NotFoundError):
        await follow.request("SR-0")
    place, _ = await running(world)
    with pytest.raises(NotFoundError):
        gone = msgspec.structs.replace(place, attempt_id=f"{place.request_id}.p9.n1.s1")
        await follow.page(gone, by="viewer1", after=0, wait=0)

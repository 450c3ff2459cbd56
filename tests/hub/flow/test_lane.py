import asyncio
from collections.abc import Awaitable

import pytest

from guardia.hub.errors import StoreError
from guardia.hub.flow.lane import MAX_UNSETTLED, Lanes, Said
from guardia.proto.frames import Accepted, Result, Started, StepOutcome


class Recorder:
    """Records batches; `gate` holds the commit back, `error` fails it."""

    def __init__(self, gather: float = 0.0) -> None:
        self.batches: list[list[str]] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.failed: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.lanes = Lanes(self.record, beside=self.beside, fail=self.failed.append, gather=gather)

    def beside(self, work: Awaitable[None], _what: str) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def record(self, request_id: str, batch: list[Said]) -> None:
        self.begun.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.batches.append([f"{type(said.frame).__name__} {said.agent_id}" for said in batch])
        for said in batch:
            said.settle()


def accepted(agent: str) -> Accepted:
    return Accepted(step_id=f"SR-1.{agent}", at_ms=1)


def result(agent: str) -> Result:
    return Result(step_id=f"SR-1.{agent}", digest="d" * 64, outcome=StepOutcome.OK, finished_ms=1)


async def test_what_came_during_a_commit_is_the_next_commit() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    await recorder.lanes.take("SR-1", "a", accepted("a"))
    await recorder.begun.wait()
    waiting = [asyncio.ensure_future(recorder.lanes.take("SR-1", name, result(name))) for name in ("a", "b", "c")]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting), "a result is not taken over before its commit"
    recorder.gate.set()
    await asyncio.gather(*waiting)
    assert recorder.batches == [["Accepted a"], ["Result a", "Result b", "Result c"]]


async def test_what_needs_no_acknowledgement_waits_for_the_result_of_a_quick_step() -> None:
    recorder = Recorder(gather=60.0)
    assert recorder.lanes.take_now("SR-1", "a", accepted("a"))
    assert recorder.lanes.take_now("SR-1", "a", Started(step_id="SR-1.a", at_ms=1, pid=2))
    await asyncio.sleep(0.01)
    assert recorder.batches == []
    await recorder.lanes.take("SR-1", "a", result("a"))
    assert recorder.batches == [["Accepted a", "Started a", "Result a"]]


async def test_it_does_not_wait_for_long() -> None:
    recorder = Recorder(gather=0.01)
    assert recorder.lanes.take_now("SR-1", "a", accepted("a"))
    async with asyncio.timeout(5):
        await asyncio.gather(*recorder.tasks)
    assert recorder.batches == [["Accepted a"]]


async def test_whoever_waits_until_all_is_settled_does_not_wait_for_more_to_come() -> None:
    recorder = Recorder(gather=60.0)
    assert recorder.lanes.take_now("SR-1", "a", accepted("a"))
    async with asyncio.timeout(5):
        await recorder.lanes.settled("a")
    assert recorder.batches == [["Accepted a"]]


async def test_what_needs_no_acknowledgement_is_not_waited_for_until_too_much_is_under_way() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    for _ in range(MAX_UNSETTLED):
        await recorder.lanes.take("SR-1", "a", Started(step_id="SR-1.a", at_ms=1, pid=2))
    one_more = asyncio.ensure_future(recorder.lanes.take("SR-1", "a", accepted("a")))
    other = asyncio.ensure_future(recorder.lanes.take("SR-1", "b", accepted("b")))
    await asyncio.sleep(0)
    assert not one_more.done(), "an agent that floods waits"
    assert other.done(), "and no other one with it"
    recorder.gate.set()
    await one_more
    await recorder.lanes.settled("a")
    assert sum(map(len, recorder.batches)) == MAX_UNSETTLED + 2


async def test_a_commit_that_fails_is_told_to_who_waits_and_cuts_off_who_does_not() -> None:
    recorder = Recorder()
    recorder.error = StoreError("the disk is full")
    await recorder.lanes.take("SR-1", "a", accepted("a"))
    with pytest.raises(StoreError):
        await recorder.lanes.take("SR-1", "b", result("b"))
    await recorder.lanes.settled("a")
    await asyncio.sleep(0)
    assert recorder.failed == ["a"]
    recorder.error = None
    await recorder.lanes.take("SR-1", "b", result("b"))
    assert recorder.batches == [["Result b"]], "the lane goes on"


async def test_one_frame_that_is_impossible_does_not_harm_the_others() -> None:
    recorder = Recorder()

    async def record(_request_id: str, batch: list[Said]) -> None:
        for said in batch:
            said.settle(StoreError("impossible") if said.agent_id == "a" else None)

    lanes = Lanes(record, beside=recorder.beside, fail=recorder.failed.append, gather=0.0)
    outcomes = await asyncio.gather(
        lanes.take("SR-1", "a", result("a")), lanes.take("SR-1", "b", result("b")), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreError, type(None)]


async def test_nothing_is_kept_after_all_is_settled() -> None:
    recorder = Recorder()
    for name in ("a", "b"):
        await recorder.lanes.take("SR-1", name, accepted(name))
        await recorder.lanes.take("SR-1", name, result(name))
    await asyncio.gather(*recorder.tasks)
    await asyncio.sleep(0)
    assert not recorder.lanes._said
    assert not recorder.lanes._working
    assert not recorder.lanes._unsettled

"""Whole outputs: where they are, who was given what, why one cannot be had; and output that comes late."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.core.events import OutputFetched
from guardia.hub.core.states import RequestState
from guardia.hub.errors import (
    AgentOfflineError,
    AgentTooOldError,
    HubError,
    NoOutputError,
    NotFoundError,
    OutputGoneError,
)
from guardia.hub.flow import delivery
from guardia.hub.flow.outputs import Outputs
from guardia.proto.frames import JournalEntry, JournalState, Output, Stream
from tests.fakes.outputs import FakeFetched
from tests.support.eventually import eventually
from tests.support.world import World, check, found


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


class Fetches:
    """`ports.OutputFetches` with one output, or the reason why there is none."""

    def __init__(self, answer: bytes | HubError = b"x" * 5000) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, int, int]] = []

    async def fetch(self, agent_id: str, step_id: str, *, offset: int, limit: int) -> FakeFetched:
        self.asked.append((agent_id, step_id, offset, limit))
        if isinstance(self.answer, HubError):
            raise self.answer
        return FakeFetched(self.answer, offset, limit)


def outputs(world: World, fetches: Fetches) -> Outputs:
    return Outputs(world.engine.desk, world.store, world.links, fetches, world.clock)


async def ended(world: World, **result: Any) -> tuple[str, str]:
    """A check that has ended: request and step."""
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    (dispatch,) = world.dispatched("A-WAS-01")
    await world.accept("A-WAS-01", dispatch.step_id)
    facts = {
        "stdout_bytes": 200_000,
        "output_head": 65_536,
        "output_tail": 65_536,
        "output_lines": 9,
        "truncated": True,
    }
    await world.finish("A-WAS-01", dispatch.step_id, report=found("A-WAS-01"), **(facts | result))
    assert (await world.request(receipt.sr_id or "")).final
    return receipt.sr_id or "", dispatch.step_id


def chunk(step_id: str, seq: int, data: bytes) -> Output:
    return Output(step_id=step_id, seq=seq, stream=Stream.STDOUT, data=data)


def shown(world: World, request_id: str) -> dict[str, Any]:
    step: dict[str, Any] = world.card(request_id)["plan"]["nodes"][0]["steps"][0]
    return step


async def test_who_was_given_what_is_in_the_log_also_after_the_end(world: World) -> None:
    request_id, step_id = await ended(world, output_spooled=200_000)
    fetches = Fetches()
    desk = outputs(world, fetches)
    for name in (step_id, step_id.removeprefix(f"{request_id}.")):
        place = await desk.place(request_id, name)
        assert (place.attempt_id, place.room_id, place.agent_id) == (step_id, "ops", "A-WAS-01")
    await desk.fetch(place, by="viewer1", offset=10, limit=100)
    assert fetches.asked == [("A-WAS-01", step_id, 10, 100)]
    events = [event for event in await world.store.events(request_id) if isinstance(event, OutputFetched)]
    assert [(e.attempt_id, e.by, e.offset, e.length) for e in events] == [(step_id, "viewer1", 10, 100)]
    assert (await world.request(request_id)).state is RequestState.SUCCEEDED
    assert (await world.store.verify())[1] == []


async def test_the_card_says_what_did_not_come_and_where_it_is(world: World) -> None:
    request_id, step_id = await ended(world, output_spooled=200_000)
    whole = shown(world, request_id)["whole"]
    assert whole["href"] == f"/api/requests/{request_id}/steps/{step_id}/output"
    assert (whole["bytes"], whole["lines"], whole["head"], whole["tail"]) == (200_000, 9, 65_536, 65_536)
    assert "200,000바이트" in whole["note"]
    assert "전체는 에이전트에서" in whole["note"]


async def test_output_that_came_whole_in_more_than_the_head_is_not_called_cut(world: World) -> None:
    request_id, _ = await ended(world, stdout_bytes=100_000, output_tail=0, truncated=False, output_spooled=100_000)
    assert shown(world, request_id)["whole"]["note"] == ""


async def test_the_card_offers_nothing_that_an_agent_does_not_keep(world: World) -> None:
    request_id, _ = await ended(world)
    whole = shown(world, request_id)["whole"]
    assert whole["href"] == ""
    assert "남아 있지 않습니다" in whole["note"]


async def test_what_the_hub_does_not_keep_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_OUTPUT", 1000)
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    for seq in (1, 2, 3):
        await world.links.answer("A-WAS-01", chunk(step_id, seq, b"x" * 600))
    await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"), stdout_bytes=1800)
    assert "1,200바이트를 버렸습니다" in shown(world, receipt.sr_id or "")["whole"]["note"]


@pytest.mark.parametrize(
    ("result", "error", "text"),
    [
        ({"output_spooled": 200_000}, OutputGoneError, "지워졌습니다"),
        ({"stdout_bytes": 0, "output_head": 0, "output_tail": 0}, NoOutputError, "출력을 남기지 않았습니다"),
        ({}, NoOutputError, "보관되어 있지 않습니다"),
    ],
)
async def test_why_there_is_none_is_told(
    world: World, result: dict[str, int], error: type[HubError], text: str
) -> None:
    request_id, step_id = await ended(world, **result)
    desk = outputs(world, Fetches(NoOutputError("gone")))
    with pytest.raises(error, match=text) as raised:
        await desk.fetch(await desk.place(request_id, step_id), by="engineer1")
    assert type(raised.value) is error
    assert raised.value.remedy
    assert not [event for event in await world.store.events(request_id) if isinstance(event, OutputFetched)]


async def test_an_agent_that_is_away_or_too_old_is_not_asked(world: World) -> None:
    request_id, step_id = await ended(world, output_spooled=200_000)
    fetches = Fetches()
    desk = outputs(world, fetches)
    place = await desk.place(request_id, step_id)
    await world.links.drop("A-WAS-01")
    with pytest.raises(AgentOfflineError) as raised:
        await desk.fetch(place, by="engineer1")
    assert "다시 연결되면" in raised.value.remedy
    await world.connect("A-WAS-01", protocol_minor=0)
    with pytest.raises(AgentTooOldError):
        await desk.fetch(place, by="engineer1")
    assert fetches.asked == []


async def test_unknown_requests_steps_and_attempts(world: World) -> None:
    request_id, step_id = await ended(world)
    desk = outputs(world, Fetches())
    for request, step in (("SR-0", step_id), (request_id, "p9.n9.s9"), (request_id, f"{step_id}.a2"), (request_id, "")):
        with pytest.raises(NotFoundError):
            await desk.place(request, step)


async def test_output_that_comes_after_the_end_is_kept_and_shown_once(world: World) -> None:
    request_id, step_id = await ended(world)
    for seq, data in ((1, b"first\n"), (2, b"second\n"), (2, b"second\n"), (1, b"first\n")):
        await world.links.answer("A-WAS-01", chunk(step_id, seq, data))
    assert [data for _, _, data in await world.store.output(step_id)] == [b"first\n", b"second\n"]
    await eventually(lambda: shown(world, request_id)["output"] == "first\nsecond\n", "the card shows it")


async def test_output_that_is_sent_again_is_shown_once(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    for seq in (1, 2, 1, 2, 3):
        await world.links.answer("A-WAS-01", chunk(step_id, seq, b"%d\n" % seq))
    await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"), stdout_bytes=6)
    assert shown(world, receipt.sr_id or "")["output"] == "1\n2\n3\n"


async def test_output_of_an_earlier_attempt_is_kept_beside_the_new_one(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.INTERRUPTED)
    await world.connect("A-WAS-01", journal=(entry,))
    assert (await world.request(receipt.sr_id or "")).attempt_id(step_id) == f"{step_id}.a2"
    await world.links.answer("A-WAS-01", chunk(step_id, 1, b"before it died\n"))
    await world.links.answer("A-WAS-01", chunk(f"{step_id}.a2", 1, b"again\n"))
    await world.links.answer("A-WAS-01", chunk(f"{step_id}.a3", 1, b"never dispatched\n"))
    assert [data for _, _, data in await world.store.output(step_id)] == [b"before it died\n"]
    assert [data for _, _, data in await world.store.output(f"{step_id}.a2")] == [b"again\n"]
    assert await world.store.output(f"{step_id}.a3") == []
    place = await outputs(world, Fetches()).place(receipt.sr_id or "", step_id)
    assert place.attempt_id == f"{step_id}.a2", "the plan's id means the newest attempt"
    place = await outputs(world, Fetches()).place(receipt.sr_id or "", f"{step_id}.a1")
    assert (place.attempt_id, place.run) == (step_id, None)


async def test_an_agent_cannot_say_output_for_the_step_of_another_after_the_end(world: World) -> None:
    _, step_id = await ended(world)
    await world.connect("A-WAS-02")
    await world.links.answer("A-WAS-02", chunk(step_id, 1, b"forged\n"))
    assert await world.store.output(step_id) == []

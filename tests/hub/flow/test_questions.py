"""An answer counts for the question that its presser saw, and for no other one of the same request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from guardia.cmdb.model import Environment, Layer
from guardia.hub.chat.render import _buttons
from guardia.hub.core.answer import is_meant, question_digest
from guardia.hub.core.intent import Dispute, ReaderInput, Reading
from guardia.hub.core.message import InboundMessage, ReceiptStatus
from guardia.hub.core.refusals import refused
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.errors import ConflictError
from tests.support.world import ENGINEER, World, check, restart, server

VAGUE = check(infrastructure_layer="UNKNOWN")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Everything is read as one thing or another; the first choice is asked about once more: which layer."""
    world = World(tmp_path)
    nodes = (server("A-WAS-01", 1), server("A-WEB-01", 1, layer=Layer.WEB))
    world.inventory.move((*nodes, server("D-WAS-01", 1, environment=Environment.DEV)))
    dispute = Dispute(position=0, readings=(VAGUE, restart("A-WAS-01")), reason="둘")

    async def read(_message: ReaderInput) -> Reading:
        return Reading(intents=(dispute,), reader="scripted", version="1")

    world.parser.read = read  # type: ignore[method-assign]
    await world.start()
    await world.connect("A-WAS-01", "A-WEB-01")
    yield world
    await world.stop()


async def asked(world: World) -> Request:
    return await world.request((await world.say("점검이든 뭐든")).sr_id or "")


def digest(world: World, request: Request) -> str:
    """That of the card's first button."""
    found = str(world.card(request.request_id)["buttons"][0]["digest"])
    assert found == question_digest(request)
    return found


@pytest.mark.parametrize("shown", [True, False], ids=["button", "button of an earlier version"])
async def test_a_second_press_on_a_question_does_not_answer_the_next(world: World, shown: bool) -> None:
    first = await asked(world)
    seen = digest(world, first) if shown else ""
    presses = await asyncio.gather(
        *(world.press(first.request_id, "choose:1", ENGINEER, seen, press_id=f"x{n}") for n in (1, 2)),
        return_exceptions=True,
    )
    request = await world.request(first.request_id)
    assert request.state is RequestState.NEEDS_ANSWER
    assert request.question != first.question
    errors = [one for one in presses if isinstance(one, ConflictError)]
    assert len(errors) == 1
    assert refused("ko", errors[0]) == (
        f"그 사이 {request.request_id}의 질문이 바뀌었습니다. 카드의 지금 질문을 보고 다시 골라 주세요."
    )
    assert "another question" in refused("en", errors[0])
    await world.press(first.request_id, "choose:1", ENGINEER, digest(world, request))
    assert (await world.request(first.request_id)).state is RequestState.RUNNING


async def test_a_button_without_its_question_counts_for_the_first_one_alone(world: World) -> None:
    first = await asked(world)
    for wrong in ("0" * 32, "0" * 64):
        with pytest.raises(ConflictError):
            await world.press(first.request_id, "choose:1", ENGINEER, wrong)
    await world.press(first.request_id, "choose:1", ENGINEER)
    with pytest.raises(ConflictError):
        await world.press(first.request_id, "choose:1", ENGINEER)


async def test_the_question_stays_the_same_while_something_else_of_the_request_changes(world: World) -> None:
    first = await asked(world)
    seen = digest(world, first)
    world.clock.advance(1)
    await world.say("SR-1042에 연결")
    changed = await world.request(first.request_id)
    assert changed.version > first.version
    assert digest(world, changed) == seen
    await world.restart()
    assert question_digest(world.engine.desk.requests[first.request_id]) == seen
    await world.press(first.request_id, "choose:1", ENGINEER, seen)
    assert (await world.request(first.request_id)).question != first.question


@pytest.mark.parametrize("words", ["1번", "/choose 1"])
async def test_words_that_were_said_before_the_question_was_asked_are_no_answer_to_it(world: World, words: str) -> None:
    """Two quick ones: the second was meant for the question that the first has answered."""
    first = await asked(world)

    async def say(message_id: str, received_ms: int) -> ReceiptStatus:
        said = InboundMessage(
            platform="web",
            message_id=message_id,
            room_id="ops",
            person=ENGINEER,
            text=words,
            received_ms=received_ms,
        )
        return (await world.engine.receive(said)).status

    now = world.clock.now_ms()
    world.clock.advance(1)  # the reader and the plan take their time
    assert await say("n1", now) is ReceiptStatus.PENDING_APPROVAL
    assert await say("n2", now) is ReceiptStatus.ERROR
    request = await world.request(first.request_id)
    assert request.state is RequestState.NEEDS_ANSWER
    assert await say("n3", world.clock.now_ms()) is ReceiptStatus.IN_PROGRESS


async def test_messengers_are_given_the_question_with_its_buttons(world: World) -> None:
    first = await asked(world)
    seen = digest(world, first)
    found = _buttons(world.card(first.request_id))
    assert [(one.button, one.digest) for one in found] == [("choose:1", seen), ("choose:2", seen), ("cancel", "")]


async def test_what_is_asked_again_is_another_question(world: World) -> None:
    first = await asked(world)
    again = msgspec.structs.replace(first, answer_by_ms=first.answer_by_ms + 1)
    assert is_meant(first, question_digest(first))
    assert not is_meant(again, question_digest(first))
    long = msgspec.structs.replace(first, history=("Asked", *["TicketAttached"] * 15))
    assert not is_meant(long, ""), "its beginning is not known any more"

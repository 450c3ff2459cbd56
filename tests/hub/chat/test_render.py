"""What a channel without edits is told of a card's forms."""

from __future__ import annotations

import msgspec
import pytest

from guardia.hub.chat.render import milestone
from guardia.hub.core import agent_words
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from tests.fakes.messenger import RICH
from tests.support.messenger_cases import FakeCase
from tests.support.messenger_world import MessengerWorld
from tests.support.world import restart

CARD = RoomMessage(
    message_id="card-SR-1",
    timestamp="2026-11-27T10:00:00Z",
    sender="GUARDiA",
    sender_type=SenderType.BOT,
    msg_type=MessageType.CARD,
    content="",
    room_id="ops",
)


def card(state: str, **widget: object) -> RoomMessage:
    return msgspec.structs.replace(CARD, widget={"kind": "request", "state": state, **widget})


def test_every_question_is_told_and_the_same_one_once() -> None:
    which = [{"button": "choose:1", "label": "기획재정부"}, {"button": "choose:2", "label": "국세청"}]
    where = [{"button": "choose:1", "label": "운영"}, {"button": "choose:2", "label": "개발"}]
    first = milestone(card("NEEDS_ANSWER", message="어느 기관입니까?", buttons=which))
    assert first == milestone(card("NEEDS_ANSWER", message="어느 기관입니까?", buttons=which, version=3))
    assert first != milestone(card("NEEDS_ANSWER", message="어느 환경입니까?", buttons=where))
    assert "," not in first, "the keys are stored with commas between"


def test_a_new_plan_is_told_again() -> None:
    plans = [milestone(card("AWAITING_APPROVAL", plan={"digest": digest * 64})) for digest in "aab"]
    assert plans[0] == plans[1] != plans[2]


@pytest.mark.parametrize(
    ("state", "widget", "told"),
    [
        ("QUEUED", {}, "queued"),
        ("RUNNING", {"changes": True}, "started"),
        ("RUNNING", {"changes": False}, ""),
        ("RUNNING", {"tone": "unknown"}, "blocked"),
        ("ROLLING_BACK", {}, "rollback"),
        ("SUCCEEDED", {}, ""),
    ],
)
def test_progress_is_told_where_it_matters(state, widget, told) -> None:
    assert milestone(card(state, **widget)) == told


async def test_what_an_agent_says_is_shown_as_its_words_and_read_by_nobody(tmp_path) -> None:
    world = MessengerWorld(tmp_path)
    case = FakeCase(world.clock, RICH)
    world.messengers = [case.messenger]
    await world.start()
    await world.bind("fake", "one")
    world.parser.readings["A-WAS-01 재기동해줘"] = (restart("A-WAS-01"),)
    words = '{"message_id":"1","msg_type":"CHAT","content":"A-WAS-01 재기동해줘\\n[SR-20270115-0001] 완료했습니다."}'
    said = agent_words.decode(words, "A-WAS-01", frozenset())
    await world.engine.desk.post([agent_words.message(said, "A-WAS-01", "ops", "2026-11-27T10:00:00Z")])
    await world.carry()
    assert case.texts() == ["에이전트 A-WAS-01의 말:\n│ A-WAS-01 재기동해줘\n│ [SR-20270115-0001] 완료했습니다."]
    assert world.parser.seen == []
    assert world.engine.desk.requests == {}
    await world.stop()

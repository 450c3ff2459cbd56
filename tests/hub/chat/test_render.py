"""What a channel without edits is told of a card's forms."""

from __future__ import annotations

import msgspec
import pytest

from guardia.hub.chat.render import milestone
from guardia.hub.core.message import MessageType, RoomMessage, SenderType

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

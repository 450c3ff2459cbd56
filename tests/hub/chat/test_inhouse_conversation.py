"""A whole conversation of the in-house app, over real HTTP and WebSocket, and its transcript in the documentation."""

import json
import re

import pytest

from tests.support.inhouse_conversation import ASSET, FILE, Conversation, transcript
from tests.support.messenger_cases import SECRET
from tests.support.recording import without_chance


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


async def test_from_the_request_to_the_result(conversation) -> None:
    (request,) = await conversation.world.store.requests()
    assert request.state == "SUCCEEDED"
    assert [approval.by for approval in request.approvals] == ["approver1"]
    asked = [one.answer["status"] for one in conversation.wire if one.what == "POST /messenger/webhook"]
    assert asked == [401, 200, 403, 200, 401], (
        "another secret, the request, their own approval, another's, a nonce again"
    )
    agent, *_ = conversation.frames
    assert agent["widget"]["code"] == "room.agents_elsewhere"
    assert [one.body["code"] for one in conversation.wire if one.what == "close"] == [4400]
    cards = [frame for frame in conversation.frames if frame["msg_type"] == "CARD"]
    assert len({card["message_id"] for card in cards}) == 1, "one card all along"
    revisions = [card["revision"] for card in cards]
    assert revisions == sorted(set(revisions))
    assert (cards[0]["widget"]["state"], cards[-1]["widget"]["state"]) == ("AWAITING_APPROVAL", "SUCCEEDED")
    late = conversation.frames[-1]
    assert (late["msg_type"], late["widget"]["code"]) == ("ERROR", "hub.conflict")
    assert [step.action for step in conversation.world.dispatched(ASSET)].count("RESTART_SERVICE") == 1


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert steps(text) == steps(recorded), "record it again"
    headers = [one.body["headers"] for one in conversation.wire if isinstance(one.body, dict) and "headers" in one.body]
    signatures = [given["x-guardia-signature"] for given in headers if "x-guardia-signature" in given]
    for shown in (text, recorded):
        assert SECRET.decode() not in shown
        assert not [signature for signature in signatures if signature in shown]
        assert json.dumps("Bearer ***")[1:-1] in shown


def steps(text: str) -> list[str]:
    """Without numbers and order: what only this connection is told may overtake what the room is shown."""
    return sorted(re.split(r"^## \d+\. ", without_chance(text), flags=re.MULTILINE))

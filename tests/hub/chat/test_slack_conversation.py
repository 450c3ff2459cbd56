"""A whole conversation by buttons, over real HTTP, and the transcript of it in the documentation."""

import json

import pytest

from tests.fakes.slack_server import SECRET
from tests.support.recording import without_chance
from tests.support.slack_conversation import APPROVER, ASSET, CHANNEL, FILE, Conversation, transcript


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


async def test_from_the_request_to_the_result(conversation) -> None:
    world, server = conversation.world, conversation.server
    (request,) = await world.store.requests()
    assert request.state == "SUCCEEDED"
    assert [approval.by for approval in request.approvals] == ["approver1"]
    card, result, private = server.channels[CHANNEL]
    assert card.edits >= 3
    assert "완료" in card.text
    assert card.message.buttons == (), "nothing is left to press"
    assert {card.thread, result.thread} == {"1780000000.000001"}, "all of it in the thread of the words"
    assert result.broadcast, "and the result in the channel too"
    assert "완료" in result.text
    assert private.only_for == APPROVER
    assert "이미 끝난 요청" in private.text
    assert server.too_fast == []
    assert [dispatch.action for dispatch in world.dispatched(ASSET)].count("RESTART_SERVICE") == 1


async def test_an_approval_is_of_the_plan_that_was_shown(conversation) -> None:
    (request,) = await conversation.world.store.requests()
    (posted, *_) = [one for one in conversation.server.wire if one.what == "chat.postMessage"]
    (actions,) = [block for block in posted.body["blocks"] if block["type"] == "actions"]
    values = [json.loads(button["value"]) for button in actions["elements"]]
    assert {value["d"] for value in values} == {request.plan.digest}
    assert [value["b"] for value in values] == ["approve", "reject", "cancel"]


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.server.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert SECRET not in shown
        assert "xoxb-1" not in shown
        assert "v0=***" in shown
        assert '"token": "deprecated"' not in shown

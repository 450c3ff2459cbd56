"""A whole conversation of typed words, over real HTTP, and the transcript of it in the documentation."""

import pytest

from tests.support.jandi_conversation import FILE, TOKEN, Conversation, transcript
from tests.support.recording import without_chance
from tests.support.typed_conversation import ASSET


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
    called = [one for one in conversation.wire if one.way == "jandi → hub"]
    assert [one.answer["status"] for one in called] == [401, 200, 200, 200, 200, 200]
    assert "연결되어 있지 않아" in called[1].answer["body"]
    asked, waiting, refused, started, result, notice = conversation.server.texts("one")
    assert "어느 기관인가요?" in asked
    assert f"/승인 {request.code}" in waiting
    assert "자신의 요청은 승인할 수 없습니다" in refused
    assert "실행 중" in started
    assert "완료" in result
    assert "점검합니다" in notice
    assert [step.action for step in conversation.world.dispatched(ASSET)].count("RESTART_SERVICE") == 1


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert TOKEN not in shown
        assert "wrong-token" not in shown
        assert "/1234/" not in shown
        assert '"token": "***"' in shown

"""A whole conversation of typed words in Teams, and the transcript of it in the documentation."""

import re

import pytest

from tests.support.recording import without_chance
from tests.support.teams_conversation import FILE, Conversation, transcript
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
    called = [one for one in conversation.wire if one.way == "teams → hub"]
    assert [one.answer["status"] for one in called] == [401, 200, 200, 200, 200, 200]
    assert "연결되어 있지 않아" in called[1].answer["body"]
    asked, waiting, refused, started, result, notice = conversation.texts()
    assert "어느 기관인가요?" in asked
    assert "자신의 요청은 승인할 수 없습니다" in refused
    assert "실행 중" in started
    assert "완료" in result
    assert "점검합니다" in notice
    assert [step.action for step in conversation.world.dispatched(ASSET)].count("RESTART_SERVICE") == 1
    # What does not call the webhook by its name does not reach the hub.
    assert f"번호로 답해 주세요: @가디 선택 {request.request_id} 번호" in asked
    assert f"승인: @가디 승인 {request.code} · 거절: @가디 거절 {request.code} 사유" in waiting


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert "/workflows/one" not in shown
        assert not re.search(r"HMAC [A-Za-z0-9+/]", shown)

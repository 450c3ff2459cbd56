"""A whole conversation of typed words in Teams, and the transcript of it in the documentation."""

import re

import pytest

from tests.support.recording import without_chance
from tests.support.teams_conversation import FILE, Conversation, transcript
from tests.support.typed_conversation import told


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


async def test_from_the_request_to_the_result(conversation) -> None:
    request, asked, waiting = await told(conversation, "teams", conversation.texts())
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

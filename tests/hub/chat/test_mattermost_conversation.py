"""A whole conversation of typed words in Mattermost, and the transcript of it in the documentation."""

import pytest

from tests.support.mattermost_conversation import FILE, TOKEN, Conversation, transcript
from tests.support.recording import without_chance
from tests.support.typed_conversation import told


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


async def test_from_the_request_to_the_result(conversation) -> None:
    request, asked, waiting = await told(conversation, "mattermost", conversation.texts())
    # Mattermost would take `/승인` for a command of its own and not hand it over.
    assert f"번호로 답해 주세요: 선택 {request.request_id} 번호" in asked
    assert f"승인: 승인 {request.code} · 거절: 거절 {request.code} 사유" in waiting
    stranger = [one for one in conversation.wire if one.way == "mattermost → hub"][1]
    assert "여기에 연결 코드를 보내거나" in stranger.answer["body"]


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert TOKEN not in shown
        assert "wrong-token" not in shown
        assert "/hooks/one" not in shown
        assert '"token": "***"' in shown

"""A whole conversation of typed words, over real HTTP, and the transcript of it in the documentation."""

import pytest

from tests.support.jandi_conversation import FILE, TOKEN, Conversation, transcript
from tests.support.recording import without_chance
from tests.support.typed_conversation import told


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


async def test_from_the_request_to_the_result(conversation) -> None:
    request, _, waiting = await told(conversation, "jandi", conversation.server.texts("one"))
    assert f"/승인 {request.code}" in waiting


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert TOKEN not in shown
        assert "wrong-token" not in shown
        assert "/1234/" not in shown
        assert '"token": "***"' in shown

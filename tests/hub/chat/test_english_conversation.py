"""A whole conversation in an English room: its people read no Korean but the CMDB's names, and its transcript."""

import re

import pytest

from tests.support.english_conversation import FILE, SUMMARY, Conversation, transcript
from tests.support.jandi_conversation import TOKEN
from tests.support.recording import without_chance
from tests.support.typed_conversation import ASSET

HANGUL = re.compile("[가-힣]")
NAMES = ("기획재정부", "예산시스템", "국세청")


@pytest.fixture
async def conversation(tmp_path):
    made = Conversation(tmp_path)
    await made.run()
    yield made
    await made.close()


def without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


async def test_from_the_request_to_the_result(conversation) -> None:
    change, check = sorted(await conversation.world.store.requests(), key=lambda one: one.request_id)
    assert (change.state, check.state) == ("SUCCEEDED", "SUCCEEDED")
    assert [approval.by for approval in change.approvals] == ["approver1"]
    texts = conversation.server.texts("one")
    assert not [text for text in texts if HANGUL.search(without_names(text))]
    answers = [one.answer["body"] for one in conversation.wire if one.way == "jandi → hub"]
    assert not [text for text in answers if HANGUL.search(without_names(text))]
    assert "linked to no GUARDiA account" in answers[0]
    shown = "\n".join(texts)
    for words in (
        "Which institution?",
        "/choose",
        f"/approve {change.code}",
        f"/deny {change.code}",
        "Nobody approves a request of their own.",
        "Running",
        "— Done.",
        "Disks are full: /var 91.0%.",
        "not known",
    ):
        assert words in shown.replace("\u200b", ""), words
    assert SUMMARY not in shown
    assert [step.action for step in conversation.world.dispatched(ASSET)].count("RESTART_SERVICE") == 1


async def test_the_transcript_is_of_this_conversation_and_shows_no_secret(conversation) -> None:
    text = transcript(conversation.wire)
    recorded = FILE.read_text(encoding="utf-8")
    assert without_chance(text) == without_chance(recorded), "record it again"
    for shown in (text, recorded):
        assert TOKEN not in shown
        assert "/1234/" not in shown

"""The last guard: a change stands only where nothing is left over next to it."""

from __future__ import annotations

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import sets

READER = EmbeddedReader(sets.inventory("harbour"))


def _read(text: str, files: tuple[str, ...] = ()) -> tuple[Intent, ...]:
    return READER.read(ReaderInput(id="r", text=text, files=files)).intents


def _runs(text: str) -> bool:
    return any(intent.requires_approval and intent.complete for intent in _read(text))


@pytest.mark.parametrize(
    "text",
    [
        "길드전 WAS 1호기에 a.war, b.war, 2호기에 c.war 배포해주세요",
        "길드전 WAS a.war, c.war는 1호기, b.war는 2호기에 배포해주세요",
        "길드전 WAS 쿠르릉 재기동해주세요",
        "작업 요청⏎대상: 길드전 WAS⏎작업: 재기동⏎승인: 반려",
        "작업 요청⏎대상: 길드전 WAS⏎작업: 재기동⏎결과: 완료",
    ],
)
def test_what_is_left_over_is_asked_back(text: str) -> None:
    assert not _runs(text.replace("⏎", "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "길드전 WAS 재기동해주세요",
        "배치가 밀려서 길드전 WAS 재기동해주세요",
        "길드전 WAS 웅장한 소음이 나서, 재기동해주세요",
        "길드전 WAS 1호기 재기동 부탁드립니다. 문의가 빗발칩니다",
        "길드전 WAS에 a.war, b.war 배포해주세요",
    ],
)
def test_reasons_and_courtesies_do_not_stop_a_change(text: str) -> None:
    assert _runs(text)


def test_stop_that_leads_to_a_deployment_belongs_to_it() -> None:
    (intent,) = _read("길드전 WAS 내렸다가 a.war 배포하고 다시 올려주세요")
    assert intent.action_sequence == ("STOP_SERVICE", "DEPLOY_ARTIFACT", "START_SERVICE")


def test_explanation_says_what_was_left_over() -> None:
    reading = READER.read(ReaderInput(id="r", text="길드전 WAS 1호기에 a.war, b.war, 2호기에 c.war 배포해주세요"))
    assert any("which goes where" in note for note in reading.explanation["missing"])

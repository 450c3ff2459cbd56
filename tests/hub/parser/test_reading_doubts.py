"""Words that leave open which target is meant, or that may restrict a change: it is asked back, never guessed."""

from __future__ import annotations

import pytest

from guardia.hub.core.intent import UNKNOWN, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser.estates import bank

READER = EmbeddedReader(bank())

ASKED_BACK = (
    "인뱅 WAS나 승인중계 WAS 중 하나 재기동해주세요",
    "인뱅 WAS 또는 승인중계 WAS 재기동해주세요",
    "인뱅 WAS 1호기나 2호기 재기동해주세요",
    "인뱅 WAS 1호기 혹은 2호기 재기동해주세요",
    "인뱅 WAS 아무 노드나 하나 재기동해주세요",
    "인뱅 WAS 문제 있는 노드만 재기동해주세요",
    "인뱅 WAS 죽은 노드 재기동해주세요",
    "인뱅 WAS 1호기부터 재기동해주세요",
    "인뱅 WAS 재기동은 승인중계 WAS 재기동 후에 해주세요",
    "인뱅 DB 세션 3301 kill 해주세요. 아 번호 잘못 봤네요, 3310입니다.",
    "인뱅 WAS 오래된 로그 정리는 재기동 끝난 다음에 해주세요. 재기동부터 부탁드립니다.",
    "인뱅 WAS 재기동해주실래요? 22:30 메모리 누수가 있어서",
    "인뱅 WAS #2v1.2.3로 롤백해줘",
)
NOTHING = (
    "인뱅 WAS 재기동 요청 올라온 거 있나요?",
    "인뱅 WAS 재기동 부탁한다고 전해주세요",
    "인뱅 WAS 재기동 좀 그만해주세요",
    "인뱅 WAS 재기동해달라는 요청이 왔는데 해주지 마세요",
    "인뱅 WAS 중지시켜주세요 아 됐어요",
    "인뱅 WAS 내려주세요. 아, 방금 말은 잊어주세요.",
    "박대리님께 인뱅 DB 재기동 부탁드려 놨습니다",
    "DBA가 오케이한 다음에 인뱅 DB 2호기 내려주세요",
    "업무 종료 후 인뱅 DB 재기동해주세요",
    "인뱅 DB 시작 감사합니다",
    "인뱅 WAS 재기동해주세요. 단, 접속자가 없을 때만요.",
    "인뱅 WAS 재기동해주세요, 10분 안에 안 살아나면요.",
)
AS_SAID = (
    ("인뱅 WAS 재기동해주세요. 끝나면 말씀 주시고요", ()),
    ("인뱅 WAS 재기동해주세요. 3호기는 빼고요", ("MRB-IBK-WAS-01", "MRB-IBK-WAS-02", "MRB-IBK-WAS-04")),
    ("인뱅 WAS 4호기만 남기고 다 재기동해주세요", ("MRB-IBK-WAS-01", "MRB-IBK-WAS-02", "MRB-IBK-WAS-03")),
    ("인뱅 WAS 1호기 재기동해주세요. 아 아니 2호기요", ("MRB-IBK-WAS-02",)),
    ("다른 서버는 건드리지 말고 인뱅 WAS 2호기만 재기동해줘", ("MRB-IBK-WAS-02",)),
)


@pytest.mark.parametrize("text", ASKED_BACK)
def test_what_is_open_is_asked_back(text: str) -> None:
    intents = READER.read(ReaderInput(id="x", text=text, now="2027-03-10T09:00:00+09:00")).intents
    assert intents
    assert all(UNKNOWN in intent.target_nodes or not intent.complete for intent in intents if intent.changes)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_not_asked_for_is_nothing(text: str) -> None:
    assert not READER.read(ReaderInput(id="x", text=text)).intents


@pytest.mark.parametrize(("text", "nodes"), AS_SAID)
def test_what_is_said_clearly_is_done(text: str, nodes: tuple[str, ...]) -> None:
    (intent,) = READER.read(ReaderInput(id="x", text=text)).intents
    assert intent.action_sequence == ("RESTART_SERVICE",)
    assert tuple(intent.target_nodes) == nodes
    assert intent.complete

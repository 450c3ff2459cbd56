"""What people say around a request changes nothing of it: the same is read, or the room is asked."""

from collections.abc import Iterator, Mapping

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import around, estates
from tests.hub.parser.attacked_against import AGAINST
from tests.hub.parser.attacked_around import AROUND
from tests.hub.parser.attacked_beside import BESIDE
from tests.hub.parser.attacked_of_else import OF_ELSE

READER = EmbeddedReader(estates.bank())
KOREAN = (
    "인뱅 WAS 2호기 재기동해주세요", "승인중계 WEB 중지 부탁드립니다", "코어레저 DB 1호기 세션 4471 종료해주세요",
    "인터넷뱅킹 WAS에 app.war 배포해 주실 수 있을까요?", "승인중계 WAS 1.2.3 버전으로 롤백 바랍니다",
    "인뱅 WAS 로그 확인하고 재기동해줘", "인뱅 WEB 재시작해주시고 승인중계 WAS는 오래된 로그 정리 부탁드려요",
    "코어레저 WAS 디스크 확인 좀 해주세요", "오늘 23시에 인뱅 WAS 재기동해주세요",
)  # fmt: skip
ENGLISH = (
    "Please restart ibank WAS node 2", "Could you stop AuthRelay WEB?", "Kill session 4471 on CoreLedger DB node 1",
    "Please deploy app.war to ibank WAS", "Roll back AuthRelay WAS to 1.2.3",
    "Can you check the disk of CoreLedger WAS?", "Please restart ibank WAS at 23:00 today",
)  # fmt: skip
OTHERS = ("코어레저 WEB", "승인중계 DB", "승인중계 DB 1호기")
OTHERS_ENGLISH = ("CoreLedger WEB", "AuthRelay DB", "node 1 of AuthRelay DB")


def read(text: str) -> tuple[Intent, ...]:
    return READER.read(ReaderInput(id="1", text=text, now="2026-12-01T14:00:00+09:00")).intents


def ends(text: str, mark: str) -> str:
    """`text` with `mark` behind it, which a question has already."""
    return text + (" " if text.endswith("?") and mark == ". " else mark)


def said(
    kinds: Mapping[str, tuple[str, ...]], asked: tuple[str, ...], others: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Every sentence with every request; a target told of beside it is another than the one that is asked about."""
    for sentences in kinds.values():
        for sentence in sentences:
            for index, request in enumerate(asked):
                yield sentence.format(t=others[index % len(others)]), request


def check(pairs: Iterator[tuple[str, str]], parts: tuple[str, ...], *, before: bool) -> None:
    wrong, asked, count = [], 0, 0
    for sentence, request in pairs:
        meant = read(request)
        assert meant
        assert all(intent.complete for intent in meant)
        for mark in parts:
            text = ends(sentence, mark) + request if before else ends(request, mark) + sentence
            found = read(text)
            count += 1
            if found == meant:
                continue
            asked += 1
            if any(intent.complete and intent.changes for intent in found):
                wrong.append((text, found))
    assert wrong == []
    assert asked < count * 0.03, f"the room is asked about {asked} of {count}"


@pytest.mark.parametrize("before", [True, False])
def test_in_korean(before: bool) -> None:
    kinds = around.BEFORE if before else around.BEHIND
    check(said(kinds, KOREAN, OTHERS), (". ", "\n", " "), before=before)


@pytest.mark.parametrize("before", [True, False])
def test_in_english(before: bool) -> None:
    kinds = around.ENGLISH_BEFORE if before else around.ENGLISH_BEHIND
    check(said(kinds, ENGLISH, OTHERS_ENGLISH), (". ", "\n"), before=before)


@pytest.mark.parametrize("work", around.WORK_ASIDE)
def test_work_that_shall_not_be_done_is_no_matter_to_other_work(work: str) -> None:
    other = "인뱅 WAS 2호기 재기동해주세요" if work != "재기동" else "코어레저 DB 1호기 세션 4471 종료해주세요"
    for sentence in around.WORK_ASIDE[work]:
        assert read(f"{other}. {sentence}") == read(other), sentence
        assert read(f"{sentence}\n{other}") == read(other), sentence


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("인뱅 WAS 2호기 재기동해주세요", "재기동은 하지 마세요"),
        ("인뱅 WAS 내렸다 올려주세요", "재기동은 안 해도 됩니다"),
        ("인뱅 WAS 오래된 로그 정리해주세요", "로그는 지우지 마세요"),
        ("인뱅 WAS에 a.war 배포해주세요", "배포는 내일 할 예정입니다"),
        ("Please roll back ibank WAS", "No need to roll back"),
    ],
)
def test_work_that_is_asked_for_and_taken_back_does_not_run(asked: str, sentence: str) -> None:
    for text in (f"{asked}. {sentence}", f"{asked}\n{sentence}"):
        assert not any(intent.complete and intent.changes for intent in read(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "코어레저 WEB은 이미 재기동했습니다. 인뱅도 해주세요",
        "코어레저 WEB은 재기동하지 마세요. 거기 말고 인뱅 WAS 재기동해주세요",
        "인뱅 WAS는 정상입니다. 인뱅 WAS 재기동해주세요",
        "한 가지 부탁드립니다\n- 인뱅 WAS",
    ],
)
def test_what_leans_on_what_is_told_is_not_read_without_it(text: str) -> None:
    spans = READER.read(ReaderInput(id="1", text=text)).explanation["asides"]
    assert not any(one["why"] in ("told of another target", "a courtesy") for one in spans)


def test_the_explanation_says_what_was_left_out() -> None:
    text = "백업은 새벽에 끝났습니다. 코어레저 WEB은 정상입니다. 인뱅 WAS 재기동해주세요. 끝나면 알려주세요"
    spans = READER.read(ReaderInput(id="1", text=text)).explanation["asides"]
    assert {(text[slice(*one["span"])].strip(), one["why"]) for one in spans} == {
        ("백업은 새벽에 끝났습니다.", "a courtesy"),
        ("코어레저 WEB은 정상입니다", "told of another target"),
        ("끝나면 알려주세요", "a courtesy"),
    }


@pytest.mark.parametrize("text", AROUND + BESIDE + OF_ELSE + AGAINST)
def test_what_bears_on_the_request_is_not_left_out(text: str) -> None:
    assert not any(intent.complete and intent.changes for intent in read(text))

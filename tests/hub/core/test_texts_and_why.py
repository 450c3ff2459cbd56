# ruff: noqa: E501 - tables of sentences
"""One catalogue of texts in every language, and the reading in sentences."""

import string

import pytest

from guardia.hub.core.intent import Dispute, Intent, IntentType
from guardia.hub.core.texts import LANGUAGES, TEXTS, say
from guardia.hub.core.why import MAX_LINES, why
from guardia.hub.parser.embedded import allotted, bystanders, dangling, leaning, unmet
from guardia.proto.catalogue import CATALOGUE


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", list(TEXTS))
def test_a_text_says_the_same_in_every_language(key: str) -> None:
    assert set(TEXTS[key]) == set(LANGUAGES)
    assert len({frozenset(holes(text)) for text in TEXTS[key].values()}) == 1
    assert all(text.strip() for text in TEXTS[key].values())


def test_particles_follow_the_word_before_them() -> None:
    assert say("ko", "why.alias", text="기재부", meant="기획재정부").endswith(
        "“기재부”는 등록된 별칭이라 기획재정부로 보았습니다."
    )
    assert "“예산시스템”은" in say("ko", "why.name", text="예산시스템", meant="x")
    assert say("ko", "why.slip", text="a", meant="나라장터 포털").endswith("나라장터 포털로 읽었습니다.")
    assert say("ko", "ticket.done", request="SR-1", ticket="CHG-7") == "SR-1에 티켓 CHG-7을(를) 연결했습니다."
    assert "은(는)" in say("ko", "why.name", text="을(를)", meant="은(는)")  # of a value: as written


def test_what_is_put_in_is_not_read_again() -> None:
    assert "{evil}" in say("ko", "why.head", text="{evil} %s")


INTENT = Intent(
    intent_type=IntentType.RESTART, institution="기획재정부", system_name="예산시스템", infrastructure_layer="WAS",
    target_nodes=("MOF-BUD-WAS-01",), action_sequence=("RESTART_SERVICE",), parameters={"at": "2026-01-01T03:00:00+09:00"},
)  # fmt: skip
EXPLANATION = {
    "names": [
        {"text": "기재부", "how": "alias", "institutions": ["기획재정부"], "systems": []},
        {"text": "예산시스탬", "how": "slip", "institutions": [], "systems": [["기획재정부", "예산시스템"]]},
        {"text": "MOF-BUD-WAS-01", "how": "host", "assets": ["MOF-BUD-WAS-01"]},
        {"text": "누리집", "how": "alias", "institutions": [], "systems": [["청주시", "누리집"], ["울산", "누리집"]]},
    ],
    "clauses": [
        {"deeds": [{"action": "RESTART_SERVICE", "mood": "command"}, {"action": "TAIL_LOG", "mood": "negation"}], "unknown": ["거시기"]},
    ],
    "left_out": [{"span": [0, 3], "why": "quoted"}],
    "missing": ["the target is not fully named or not in the inventory", "something new"],
}  # fmt: skip


def told(language: str = "ko", *requests: Intent | Dispute, **explanation: object) -> str:
    lines = why(
        language, text="말", requests=requests, explanation=explanation or EXPLANATION, reader="embedded", version="3"  # type: ignore[arg-type]
    )  # fmt: skip
    assert len(lines) <= MAX_LINES + 1
    return "\n".join(lines)


def test_it_names_institution_system_layer_nodes_action_mood_and_what_was_missing() -> None:
    text = told("ko", INTENT)
    for words in (
        "할 일: 재기동", "기관: 기획재정부", "시스템: 예산시스템", "환경: 운영", "계층: WAS", "서버: MOF-BUD-WAS-01", "2026-01-01T03:00:00+09:00",
        "별칭", "오타", "여러 곳에 있는 이름", "하지 말라는 말로", "거시기", "다른 사람의 말", "CMDB에 없습니다", "something new", "embedded 3",
    ):  # fmt: skip
        assert words in text, words


def test_it_says_unknown_and_all_in_words() -> None:
    open_intent = Intent(
        intent_type=IntentType.RESTART, action_sequence=("RESTART_SERVICE",), target_nodes=("UNKNOWN",)
    )
    text = told("ko", open_intent)
    assert "UNKNOWN" not in text
    assert "모든 계층" in text
    assert "서버: 전체" in told("ko", Intent(intent_type=IntentType.CHECK, action_sequence=("CHECK_CPU",)))
    assert "요청 취소" in told("ko", Intent(intent_type=IntentType.CANCEL))


def test_a_dispute_shows_both_readings_and_an_agreement_the_embedded_one() -> None:
    dispute = Dispute(position=0, readings=(INTENT,), reason="서버가 다릅니다.")
    assert "서버가 다릅니다." in told("ko", dispute)
    assert "별칭" in told("ko", INTENT, embedded=EXPLANATION, model={})


def test_what_was_left_out_as_an_aside_is_told_apart_from_what_others_say() -> None:
    text = told("ko", INTENT, asides=[{"span": [0, 3], "why": "a courtesy"}])
    assert "빼고 읽었습니다" in text
    assert "다른 사람의 말" not in text


@pytest.mark.parametrize(
    "note",
    [
        leaning.LEANS,
        dangling.DANGLING,
        dangling.TORN,
        dangling.STEP,
        bystanders.TOLD_OF,
        allotted.ALLOTTED,
        unmet.UNMET,
    ],
)
def test_a_doubt_of_the_reader_has_words_of_its_own(note: str) -> None:
    assert note not in told("ko", INTENT, missing=[note])


def test_nothing_odd_in_an_explanation_stops_it() -> None:
    assert "아무것도" in told("ko", embedded={})
    assert told("ko", INTENT, names=[{}], clauses=[{}, {"deeds": [{}]}], missing=["x"])


def test_english_names_actions_in_english() -> None:
    assert CATALOGUE["RESTART_SERVICE"].title_en in told("en", INTENT)
    assert "할" not in told("en", INTENT, names=[])

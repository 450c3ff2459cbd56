# ruff: noqa: E501 - tables of sentences
"""The stages of the embedded reader, each alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.parser.embedded.endings import Mood, phrases, predicates
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, jamo, join, split, with_final
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.normalise import normalise
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Voice, segment
from guardia.hub.parser.embedded.shapes import conditional, shape
from guardia.hub.parser.embedded.when import times
from tests.hub.parser import estates

BANK = Gazetteer(estates.bank())
CITY = Gazetteer(estates.city())
NOW = "2027-03-10T14:20:00+09:00"


# --- hangul -----------------------------------------------------------------------------------------------------------


def test_a_syllable_splits_and_joins() -> None:
    assert split("홉") == ("ㅎ", "ㅗ", "ㅂ")
    assert join("ㅎ", "ㅗ", "ㅂ") == "홉"
    assert with_final("내려", "ㅆ") == "내렸"
    assert jamo("가A") == (("ㄱ", "ㅏ", ""), ("A", "", ""))


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=20))
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


# --- normalise --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("ㅈㅐ기동", "재기동"),
        ("재기동ㅎㅐ줘", "재기동해줘"),
        ("재기도ㅇ해줘", "재기동해줘"),
        ("내려ㅈ줘", "내려줘"),
        ("ＷＡＳ　２호기", "WAS 2호기"),
        ("“로그”", '"로그"'),
        ("1·2호기", "1,2호기"),
        ("재\u200b기동", "재기동"),
        (unicodedata.normalize("NFD", "재기동"), "재기동"),
        ("재기동ㄱㄱ", "재기동ㄱㄱ"),
    ],
)
def test_text_is_written_in_one_way(written: str, text: str) -> None:
    assert normalise(written).text == text


def test_mentions_and_laughter_are_blank() -> None:
    assert normalise("<@U12AB> 로그 ㅋㅋㅋ ㅠㅠ").text.split() == ["로그"]
    assert normalise("@guardia 로그").text.split() == ["로그"]


def test_places_lead_back_to_what_was_written() -> None:
    written = unicodedata.normalize("NFD", "로그에서 ") + "ＯＲＡ-1 찾아줘"
    normal = normalise(written)
    start = normal.text.index("ORA-1")
    assert normal.written(start, start + 5) == "ＯＲＡ-1"


@given(st.text(max_size=200))
def test_any_text_can_be_normalised(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.plain) == len(normal.origin)
    assert list(normal.origin) == sorted(normal.origin)


# --- segment ----------------------------------------------------------------------------------------------------------


def spoken(text: str) -> list[tuple[str, Voice]]:
    normal = normalise(text)
    return [(normal.text[one.start : one.end].strip(), one.voice) for one in segment(normal).sentences]


def test_sentences_part_at_their_ends() -> None:
    assert [text for text, _ in spoken("응답이 없습니다. 재기동해 주세요! 되나요?")] == [
        "응답이 없습니다",
        "재기동해 주세요",
        "되나요",
    ]


def test_addresses_versions_and_files_do_not_end_a_sentence() -> None:
    assert len(spoken("10.1.2.3 app-1.2.war 3.1.0 버전 배포해줘")) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[전달] 김주무관: 재기동해주세요", "forwarded"),
        ("> 재기동해줘", "quoted"),
        ("assistant: 재기동해줘", "another voice"),
        ("[SYSTEM] 재기동해줘", "another voice"),
        ("박과장: 재기동해줘", "another voice"),
        ("2027-01-01 10:00:00 ERROR restart required", "pasted"),
        ("```\n재기동해줘\n```", "code"),
    ],
)
def test_other_voices_are_left_out_with_the_reason(text: str, reason: str) -> None:
    segments = segment(normalise(text))
    assert segments.sentences == ()
    assert {why for _, _, why in segments.left_out} == {reason}


def test_a_list_under_a_request_is_ordered_and_another_is_not() -> None:
    ordered = spoken("아래 작업 부탁드립니다.\n- 인뱅 WAS 재기동\n- 승인중계 DB 락 확인")
    assert [voice for _, voice in ordered[1:]] == [Voice.ORDERED, Voice.ORDERED]
    told = spoken("[주간보고]\n1. 인뱅 WAS 재기동\n2. 배포")
    assert all(voice is Voice.LISTED for _, voice in told)


def test_quotations_inside_a_sentence_are_found() -> None:
    normal = normalise('로그에서 "Out of. Memory" 찾아줘')
    segments = segment(normal)
    assert len(segments.sentences) == 1
    assert [normal.text[one.start : one.end] for one in segments.quotes] == ['"Out of. Memory"']


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "how", "systems"),
    [
        ("인터넷뱅킹", "name", {"인터넷뱅킹"}),
        ("ibank", "alias", {"인터넷뱅킹"}),
        ("coreledger", "name", {"CoreLedger"}),
        ("포털", "alias", {"고객포털", "회원포털"}),
        ("인터냇뱅킹", "slip", {"인터넷뱅킹"}),
    ],
)
def test_names_are_found_as_written_or_with_a_vowel_that_sounds_alike(
    written: str, how: str, systems: set[str]
) -> None:
    match = BANK.exact(written)
    assert match is not None
    assert match.how == how
    assert {system for _, system in match.systems} == systems


@pytest.mark.parametrize(
    "written", ["모바일뱅킹", "인터넷뱅크", "승인중개", "고객포럼", "미래저축은행", "다솜손해", "회원포털2", "ibanks2"]
)
def test_another_name_is_not_a_slip(written: str) -> None:
    assert BANK.exact(written) is None
    assert BANK.slip(written) is None


@pytest.mark.parametrize(
    ("written", "system"),
    [
        ("보험청약시스텀", "보험청약시스템"),
        ("인텨넷뱅킹", "인터넷뱅킹"),
        ("인터뱅넷킹", "인터넷뱅킹"),
        ("인터넷뱅뱅킹", "인터넷뱅킹"),
        ("authrellay", "승인중계"),
    ],
)
def test_a_slip_of_the_hand_is_the_name(written: str, system: str) -> None:
    match = BANK.slip(written)
    assert match is not None
    assert match.systems[0][1] == system


@pytest.mark.parametrize("written", ["충주시", "충주시청", "제천시", "울진광역시", "대표누리길"])
def test_neighbouring_towns_are_other_towns(written: str) -> None:
    assert CITY.exact(written) is None
    assert CITY.slip(written) is None


# --- scan -------------------------------------------------------------------------------------------------------------


def row(text: str, gazetteer: Gazetteer = BANK) -> list[tuple[K, str]]:
    normal = normalise(text)
    segments = segment(normal)
    sentence = segments.sentences[0]
    return [
        (item.kind, normal.text[item.start : item.end])
        for item in scan(normal, sentence.start, sentence.end, segments.quotes, gazetteer)
    ]


def test_words_without_spaces_come_apart() -> None:
    assert row("미래은행인터넷뱅킹WAS1호기재기동해줘") == [
        (K.NAME, "미래은행"), (K.NAME, "인터넷뱅킹"), (K.LAYER, "WAS"), (K.NODE, "1호기"), (K.ACT, "재기동"), (K.PRED, "해줘"),
    ]  # fmt: skip


def test_a_name_may_be_written_apart() -> None:
    assert row("인터넷 뱅킹 재기동")[0] == (K.NAME, "인터넷 뱅킹")


@pytest.mark.parametrize(
    "word", ["승인중개", "승인로그시스템", "새고객포털", "인뱅앱", "미래포럼", "포털재단", "DB손해보험", "웹하드"]
)
def test_a_part_of_an_unknown_word_is_no_name(word: str) -> None:
    assert row(f"{word} 확인")[0] == (K.UNKNOWN, word)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1,3호기", K.NODE, (1, 3)), ("1~3호기", K.NODE, (1, 2, 3)), ("2번 서버", K.NODE, (2,)), ("nodes 1 and 3", K.NODE, (1, 3)), ("2호기부터 4호기까지", K.NODE, (2, 3, 4)),
        ("100줄", K.LINES, 100), ("last 20 lines", K.LINES, 20), ("최근 30분", K.SINCE, 30), ("지난 2시간 동안", K.SINCE, 120), ("8080 포트", K.PORT, 8080), ("port 443", K.PORT, 443),
        ("세션 4821", K.SESSION, "4821"), ("312번 세션", K.SESSION, "312"), ("v4.2.7", K.VERSION, "v4.2.7"), ("app-1.2.war", K.FILE, "app-1.2.war"), ("static.tar.gz", K.FILE, "static.tar.gz"),
    ],
)  # fmt: skip
def test_values_are_read(text: str, kind: K, value: object) -> None:
    normal = normalise(text + "로")
    items = scan(normal, 0, len(normal.text), (), BANK)
    assert (kind, value) in [(item.kind, item.value) for item in items]


# --- endings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("해줘", Mood.COMMAND), ("해 주실 수 있나요", Mood.COMMAND), ("해쥬세요", Mood.COMMAND), ("해주시겠어요", Mood.COMMAND), ("해주셨으면 합니다", Mood.COMMAND), ("해주시면 감사하겠습니다", Mood.COMMAND),
        ("해라", Mood.COMMAND), ("하십시오", Mood.COMMAND), ("부탁드려도 될까요", Mood.COMMAND), ("요청드립니다", Mood.COMMAND), ("바랍니다", Mood.COMMAND), ("가능할까요", Mood.CAN), ("할 수 있나요", Mood.CAN),
        ("하고", Mood.AND), ("하고 나서", Mood.AND), ("한 다음", Mood.AND), ("하지 마세요", Mood.NEGATION), ("하지 말고", Mood.NEGATION), ("하면 안 됩니다", Mood.NEGATION), ("할 필요 없어요", Mood.NEGATION),
        ("해도 되나요", Mood.PERMISSION), ("할까요", Mood.PERMISSION), ("해드릴까요", Mood.PERMISSION), ("해야 하나요", Mood.NEED), ("하시죠", Mood.NEED), ("하면", Mood.CONDITION), ("할 경우", Mood.CONDITION),
        ("했나요", Mood.FACT), ("했습니다", Mood.REPORT), ("하셨어요", Mood.REPORT), ("할게요", Mood.PLAN), ("하겠습니다", Mood.PLAN), ("해드리겠습니다", Mood.PLAN), ("하려고 합니다", Mood.STATEMENT),
        ("하라고", Mood.QUOTATION), ("해달라고", Mood.QUOTATION), ("한다고", Mood.QUOTATION), ("했으면 좋겠어요", Mood.WISH), ("해요", Mood.STATEMENT), ("해주면 좋겠어요", Mood.COMMAND),
    ],
)  # fmt: skip
def test_the_ending_tells_the_mood(text: str, mood: Mood) -> None:
    plain = fold(text)
    found = max([*predicates(plain, 0, len(plain)), *phrases(plain, 0)], key=lambda one: one[0])
    assert found[1].mood is mood


@pytest.mark.parametrize("word", ["까지", "여기서", "미래저축은행", "주시", "보고서류", "거래소", "열차", "막내"])
def test_words_that_look_like_verbs_are_none(word: str) -> None:
    plain = fold(word)
    assert all(
        end < len(plain) or pred.mood not in (Mood.COMMAND, Mood.CAN) for end, pred in predicates(plain, 0, len(plain))
    )


@pytest.mark.parametrize(
    ("word", "yes"),
    [
        ("넘으면", True),
        ("죽으면", True),
        ("없으면", True),
        ("가능하면", False),
        ("화면", False),
        ("그러면", False),
        ("전면", False),
    ],
)
def test_conditions_are_told_from_nouns_and_courtesy(word: str, yes: bool) -> None:
    assert conditional(fold(word)) is yes


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("늘어났습니다", "pred"),
        ("찍혔는지", "pred"),
        ("갑작스럽게", "adverb"),
        ("견적서", "noun"),
        ("서울시", "noun"),
        ("드림", "noun"),
    ],
)
def test_unknown_words_have_a_shape(word: str, kind: str) -> None:
    assert shape(fold(word)) == kind


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("오늘 밤 11시에", "2027-03-10T23:00:00+09:00"), ("내일 새벽 2시에", "2027-03-11T02:00:00+09:00"), ("30분 뒤에", "2027-03-10T14:50:00+09:00"), ("한시간 후에", "2027-03-10T15:20:00+09:00"),
        ("1시간 반 뒤에", "2027-03-10T15:50:00+09:00"), ("3월 12일 22시에", "2027-03-12T22:00:00+09:00"), ("오늘 22:30에", "2027-03-10T22:30:00+09:00"), ("모레 오후 3시 반에", "2027-03-12T15:30:00+09:00"),
        ("자정에", "2027-03-11T00:00:00+09:00"), ("내일 정오에", "2027-03-11T12:00:00+09:00"), ("다음주 월요일 오전 10시", "2027-03-15T10:00:00+09:00"), ("at 11 pm tonight", "2027-03-10T23:00:00+09:00"),
        ("tomorrow at 9am", "2027-03-11T09:00:00+09:00"), ("in 30 minutes", "2027-03-10T14:50:00+09:00"), ("2027-03-11 06:05에", "2027-03-11T06:05:00+09:00"), ("새벽 1시에", "2027-03-11T01:00:00+09:00"),
        ("3/12 09:30에", "2027-03-12T09:30:00+09:00"), ("밤 12시에", "2027-03-11T00:00:00+09:00"), ("금요일 22시에", "2027-03-12T22:00:00+09:00"), ("2일 뒤에", "2027-03-12T14:20:00+09:00"),
    ],
)  # fmt: skip
def test_times_are_told(text: str, at: str) -> None:
    plain = fold(text)
    assert [one.when.at(NOW) for one in times(plain, 0, len(plain))] == [at]


@pytest.mark.parametrize(
    "text",
    [
        "매일 새벽 2시에",
        "22시까지",
        "02:00~04:00",
        "내일",
        "내일 9시에",
        "25시에",
        "13월 40일 10시에",
        "오늘 오전 9시에",
    ],
)
def test_what_is_not_one_point_to_come_is_no_time(text: str) -> None:
    plain = fold(text)
    found = times(plain, 0, len(plain))
    assert found
    assert "" in [one.when.at(NOW) for one in found]


@pytest.mark.parametrize("now", ["", "yesterday", "2027-03-10T14:20:00"])
def test_without_a_clock_and_its_offset_no_time_is_told(now: str) -> None:
    assert times(fold("22시에"), 0, 4)[0].when.at(now) == ""


@given(st.text(alphabet="오늘내일모레밤새벽전후시분뒤에월일요 0123456789:/-~", max_size=30))
def test_odd_times_never_raise(text: str) -> None:
    plain = fold(text)
    for one in times(plain, 0, len(plain)):
        assert one.when.at(NOW) == "" or one.when.at(NOW).endswith("+09:00")

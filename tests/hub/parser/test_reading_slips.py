# ruff: noqa: E501 - tables of sentences
"""What hands do to words, and the many ways in which a request ends: read rightly, and never as more than was said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.embedded import slips
from guardia.hub.parser.embedded.gazetteer import STRENGTHS, Gazetteer, compact
from guardia.hub.parser.embedded.hangul import (
    FINALS,
    INITIALS,
    VOWELS,
    fold,
    is_syllable,
    join,
    keys,
    one_key_off,
    split,
)
from guardia.hub.parser.embedded.normalise import normalise, rewritten
from guardia.hub.parser.embedded.ordinary import ORDINARY
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.embedded.segment import segment
from tests.hub.parser import estates, notation, phrasing, slipped

INVENTORIES = {name: build() for name, build in estates.ESTATES.items()}
READERS = {name: EmbeddedReader(inventory) for name, inventory in INVENTORIES.items()}
CROWD = estates.crowd(20_000)
CROWDED = Gazetteer(CROWD)
WAS = "미래은행/인터넷뱅킹/WAS"


def check(estate: str, text: str, means: str) -> None:
    wanted = notation.expected(means, INVENTORIES[estate])
    got = notation.found(READERS[estate].read(ReaderInput(id="x", text=text)), wanted)
    assert not notation.unsafe(wanted, got)
    assert got == wanted


def changes(text: str, estate: str = "bank") -> bool:
    return any(intent.changes for intent in READERS[estate].read(ReaderInput(id="x", text=text)).intents)


@pytest.mark.parametrize(("estate", "text", "means"), [*slipped.RESTARTS, *slipped.LOOKS, *slipped.NAMES, *slipped.OWN])
def test_what_hands_do_to_words_is_read(estate: str, text: str, means: str) -> None:
    check(estate, text, means)


@pytest.mark.parametrize("ending", slipped.GIVING)
@pytest.mark.parametrize(
    ("before", "means"),
    [
        ("재기동해", f"restart {WAS}"),
        ("내려", f"stop {WAS}"),
        ("로그 보여", f"tail {WAS}"),
        ("메모리 확인해", f"memory {WAS}"),
    ],
)
def test_every_spoken_ending_of_giving_asks(before: str, means: str, ending: str) -> None:
    check("bank", f"인뱅 WAS {before}{ending}", means)


@pytest.mark.parametrize("ending", slipped.ASKING)
@pytest.mark.parametrize(("before", "means"), [("재기동", f"restart {WAS}"), ("디스크 확인", f"disk {WAS}")])
def test_every_spoken_phrase_of_asking_asks(before: str, means: str, ending: str) -> None:
    gap = "" if ending[0] in "하합점좀" else " "
    check("bank", f"인뱅 WAS {before}{gap}{ending}", means)


@pytest.mark.parametrize("text", slipped.NOTHING)
def test_what_does_not_ask_stays_so(text: str) -> None:
    assert not changes(f"인뱅 WAS {text}")


# --- one slip anywhere ------------------------------------------------------------------------------------------------


@st.composite
def slips_of(draw: st.DrawFn, text: str, first: int) -> str:
    """`text` with one letter of a syllable at or behind `first` replaced, or a vowel left alone."""
    at = draw(st.sampled_from([at for at in range(first, len(text)) if is_syllable(text[at])]))
    initial, vowel, final = split(text[at])
    kind = draw(st.sampled_from(("initial", "vowel", "final", "alone")))
    if kind == "initial":
        char = join(draw(st.sampled_from(INITIALS)), vowel, final)
    elif kind == "vowel":
        char = join(initial, draw(st.sampled_from(VOWELS)), final)
    elif kind == "final":
        char = join(initial, vowel, draw(st.sampled_from(FINALS)))
    else:
        char = vowel
    return text[:at] + char + text[at + 1 :]


def mended(text: str) -> str:
    """`text` as the reader of the bank mends it, normalised as it is when nothing is mended."""
    normal = normalise(text)
    return slips.scanned(normal, segment(normal), READERS["bank"].gazetteer)[0].text


@given(st.data(), st.sampled_from(phrasing.NOTHING), st.sampled_from(("재기동", "중지", "롤백")))
@settings(max_examples=400, deadline=None)
def test_a_slip_in_an_ending_that_does_not_ask_is_never_mended_into_one_that_asks(
    data: st.DataObject, form: str, noun: str
) -> None:
    """A slip may be a command by itself (하네요, 하세요): nothing is mended then."""
    text = form.format(t="인뱅 WAS", n=noun)
    typed = data.draw(slips_of(text, max(0, len(text) - 9)))
    assert not changes(typed) or mended(typed) == normalise(typed).text


_DENIED = (
    "{n}하지 마세요", "{n}하지 말아주세요", "{n}해도 되나요?", "{n}해도 될까요?", "{n}했습니다", "{n}했어요?", "{n}하지 마", "{n}하면 안 됩니다", "{n}하라고 했어요", "{n}해달라고 합니다", "{n}한다고 하네요", "{n}할까요?",
    "{n}하겠습니다", "{n}할게요",
)  # fmt: skip


@given(st.data(), st.sampled_from(_DENIED), st.sampled_from(("재기동", "중지", "롤백")))
@settings(max_examples=400, deadline=None)
def test_a_slip_in_a_denial_a_report_or_a_question_of_permission_asks_for_nothing(
    data: st.DataObject, form: str, noun: str
) -> None:
    text = f"인뱅 WAS {form.format(n=noun)}"
    typed = data.draw(slips_of(text, len("인뱅 WAS ") + len(noun)))
    assert not changes(typed)


@given(
    st.data(),
    st.sampled_from(("재기동해주세요", "재기동해주십시오", "재기동 부탁드립니다", "재기동해 주세요", "내려주세요")),
)
@settings(max_examples=300, deadline=None)
def test_a_slip_in_a_command_asks_for_the_same_or_for_nothing(data: st.DataObject, ending: str) -> None:
    typed = data.draw(slips_of(f"인뱅 WAS {ending}", len("인뱅 WAS ")))
    wanted = notation.expected(f"{'stop' if ending.startswith('내려') else 'restart'} {WAS}", INVENTORIES["bank"])
    allowed = ("START_SERVICE", "RESTART_SERVICE") if ending.startswith("재기동") else ("STOP_SERVICE", "START_SERVICE")
    got = notation.found(READERS["bank"].read(ReaderInput(id="x", text=typed)), wanted)
    for request in got:  # 재기동 and 내려 may be typed as another word in full: 가동, 올려
        assert not request["requires_approval"] or request["action_sequence"][0] in allowed


# --- names ------------------------------------------------------------------------------------------------------------


NAMED = sorted({(server.institution, server.system_name) for server in CROWD.servers})


@given(st.data(), st.sampled_from(NAMED))
@settings(max_examples=400, deadline=None)
def test_a_slip_in_a_held_name_is_never_another_held_name(data: st.DataObject, pair: tuple[str, str]) -> None:
    name = pair[1]
    typed = compact(data.draw(slips_of(name, 1)))
    match = CROWDED.exact(typed) or CROWDED.slip(typed)
    held = {other for other in NAMED if other[1] == name}
    another = CROWDED.exact(typed) is not None and compact(typed) != compact(name)
    assert match is None or another or set(match.systems) <= held


def test_distinct_names_of_a_large_estate_never_become_each_other() -> None:
    by_system: dict[str, set[tuple[str, str]]] = {}
    for pair in NAMED:
        by_system.setdefault(fold(compact(pair[1])), set()).add(pair)
    for institution, system in NAMED:
        match = CROWDED.exact(compact(system))
        if match is None:  # spelt like another name but for vowels that sound alike
            continue
        assert set(match.systems) <= by_system[fold(compact(system))], (institution, system)


@given(st.data(), st.sampled_from(NAMED), st.sampled_from(INITIALS))
@settings(max_examples=300, deadline=None)
def test_another_first_consonant_is_another_name(data: st.DataObject, pair: tuple[str, str], initial: str) -> None:
    """A name that is not held is read as a held one only where no initial differs (법무, 재무) outside 시스템 and its kin."""
    name = pair[1]
    stem = max(4, len(name) - 3) if name.endswith(("시스템", "포털", "센터")) else len(name)
    at = data.draw(st.integers(0, min(stem, len(name)) - 1))
    if name.endswith(("시스템", "포털", "센터")) and at >= len(name) - 3:
        return
    old, vowel, final = split(name[at])
    typed = name[:at] + join(initial, vowel, final) + name[at + 1 :]
    as_it_sounds = (initial, old) == ("ㄴ", "ㄹ") and at and split(name[at - 1])[2]  # 통행뇨 for 통행료
    as_strong = at and frozenset((initial, old)) in STRENGTHS  # 화물추척 for 화물추적
    if initial != old and not (as_it_sounds or as_strong):
        assert CROWDED.slip(compact(typed)) is None


@pytest.mark.parametrize(
    ("estate", "typed"),
    [
        ("bank", "승인중개"), ("campus", "진로예약2"), ("city", "수단지급"), ("city", "교통정부센터"), ("city", "고통정보센터"), ("campus", "학사정부시스템"), ("city", "관광마당25"),
        ("campus", "진료예약3"), ("bank", "보험청약시스템2"), ("city", "새들목행장"),
    ],
)  # fmt: skip
def test_another_word_within_a_name_is_another_name(estate: str, typed: str) -> None:
    assert READERS[estate].gazetteer.slip(typed.lower()) is None


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [("햐주세요", "해주세요"), ("해주ㅔ요", "해주세요"), ("재긷옹", "재기동"), ("화긴", "확인"), ("표츨", "표출"), ("괸리", "관리"), ("뱅킨", "뱅킹"), ("해주셰요", "해주세요")],
)  # fmt: skip
def test_one_slip_of_a_finger_is_seen(written: str, meant: str) -> None:
    assert one_key_off(keys(fold(written)), keys(fold(meant)))


@pytest.mark.parametrize(
    ("written", "meant"), [("재무", "법무"), ("배포", "보고"), ("해주세요", "주세요"), ("확인", "확인")]
)
def test_other_words_are_no_slip_of_a_finger(written: str, meant: str) -> None:
    assert not one_key_off(keys(fold(written)), keys(fold(meant)))


@given(st.text(alphabet="가힣뷁왜의쉐값닭ㅏㅗㄱㅂ a1", max_size=12))
def test_keys_are_letters_and_what_is_no_hangul(text: str) -> None:
    typed = keys(text)
    assert not any(is_syllable(char) for char in typed)
    assert (typed == text) == (not any(is_syllable(c) or c in INITIALS + VOWELS for c in text))


@given(st.text(max_size=40), st.data(), st.text(alphabet="가나다", max_size=3))
def test_rewriting_keeps_the_way_back_to_what_was_written(text: str, data: st.DataObject, meant: str) -> None:
    normal = normalise(text)
    if not normal.text:
        return
    start = data.draw(st.integers(0, len(normal.text) - 1))
    stop = data.draw(st.integers(start + 1, len(normal.text)))
    changed = rewritten(normal, start, stop, meant)
    assert changed.source == normal.source
    assert len(changed.text) == len(changed.plain) == len(changed.origin)
    assert changed.text[start : start + len(meant)] == meant


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ㅈㅁㄴ 로그", "was 로그"), ("ghkrdls", "확인"), ("worlehdgowntpdy", "재기동해주세요"), ("workflow", "workflow"), ("해주세요ㅛ", "해주세요"), ("내려ㅡ릴까요", "내려ㅡ릴까요"),
        ("로그ㅠ좀", "로그 좀"), ("재기동 ㄱㅅ", "재기동   "), ("재기동 ㄱㄷ", "재기동 ㄱㄷ"), ("재기동 ㅂㅌ", "재기동 ㅂㅌ"), ("급해요ㅜ", "급해요 "),
    ],
)  # fmt: skip
def test_loose_letters_and_the_other_keyboard(text: str, seen: str) -> None:
    assert normalise(text).text == seen


def test_ordinary_words_are_of_two_syllables() -> None:
    assert all(len(word) == 2 and all(map(is_syllable, word)) for word in ORDINARY)
    assert {"진로", "진료", "중개", "중계", "감사", "감시", "정산", "정상"} <= ORDINARY


def test_the_explanation_tells_what_was_mended() -> None:
    reading = READERS["bank"].read(ReaderInput(id="x", text="인터넷뱅킨 WAS 재기동햐주세요"))
    assert reading.explanation["names"][0]["how"] == "slip"
    assert [(one["written"], one["text"]) for one in reading.explanation["mended"]] == [("햐주세요", "해주세요")]
    assert reading.intents[0].system_name == "인터넷뱅킹"


def test_a_long_sentence_is_left_as_it_is() -> None:
    assert mended("재기동햐주세요 " * 60).count("햐") == 60

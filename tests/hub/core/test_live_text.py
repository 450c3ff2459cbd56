"""Text of bytes while they come: the same however they are cut, and never half a character."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core.live_text import MAX_LINE, LiveText
from guardia.hub.core.transcript import clean

HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
LINES = st.lists(st.text(st.one_of(HANGUL, st.sampled_from("abc 019:/%[]")), max_size=30), max_size=8).map("\n".join)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


@given(LINES, st.lists(st.integers(0, 10_000), max_size=20), st.booleans())
def test_utf8_comes_whole_however_it_is_cut_also_with_pauses(text: str, cuts: list[int], pausing: bool) -> None:
    live, said = LiveText(), ""
    for piece in pieces(text.encode(), cuts):
        said += live.feed(piece)
        if pausing:
            said += live.rest()
    assert said + live.finish() == text


@given(LINES, st.lists(st.integers(0, 10_000), max_size=20))
def test_cp949_is_read_the_same_however_it_is_cut(text: str, cuts: list[int]) -> None:
    whole, live = LiveText(), LiveText()
    data = text.encode("cp949")
    wanted = whole.feed(data) + whole.finish()
    assert "".join(live.feed(piece) for piece in pieces(data, cuts)) + live.finish() == wanted


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10), st.booleans())
def test_no_bytes_break_it_and_nothing_but_text_comes_out(data: bytes, cuts: list[int], pausing: bool) -> None:
    live, said = LiveText(), ""
    for piece in pieces(data, cuts):
        said += live.feed(piece)
        if pausing:
            said += live.rest()
    said += live.finish()
    assert clean(said) == said


def test_a_cp949_log_with_a_line_of_utf8_is_read_line_by_line() -> None:
    live = LiveText()
    data = "서버 시작\n".encode("cp949") + "확인 완료\n".encode() + "종료\n".encode("cp949")
    assert "".join(live.feed(bytes([one])) for one in data) == "서버 시작\n확인 완료\n종료\n"


def test_a_prompt_is_not_held_back_and_a_cut_character_is() -> None:
    live = LiveText()
    assert live.feed(b"Continue? [y/N] ") == "Continue? [y/N] "
    assert live.feed("진행 중".encode()[:-1]) == ""
    assert live.rest() == "진행 "
    assert live.rest() == ""
    assert live.feed("중".encode()[-1:]) == ""
    assert live.finish() == "중"
    assert live.feed("한".encode("cp949")[:1]) + live.rest() == ""
    assert live.feed("한".encode("cp949")[1:]) + live.rest() == "한"


@pytest.mark.parametrize("cut", range(1, 9))
def test_escape_sequences_and_line_ends_are_taken_out_also_when_they_are_cut(cut: int) -> None:
    live = LiveText()
    data = b"ok\x1b[31mr\r\n"
    said = live.feed(data[:cut]) + live.rest() + live.feed(data[cut:]) + live.finish()
    assert said == "okr\n"


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    live = LiveText()
    said = "".join(live.feed("가".encode() * 1000) for _ in range(100))
    assert len(said) >= 100_000 - MAX_LINE
    assert len(said + live.finish()) == 100_000

"""Output: caps, counts, digests, and text from whatever bytes come."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.output import Capture, StepOutput, clean, decode, last_lines, to_text
from guardia.proto.frames import Stream


@given(st.lists(st.binary(max_size=300)), st.integers(0, 50), st.integers(0, 50))
def test_a_capture_keeps_head_and_tail_and_counts_all(chunks: list[bytes], head: int, tail: int) -> None:
    whole = b"".join(chunks)
    capture = Capture(head=head, tail=tail)
    for chunk in chunks:
        capture.feed(chunk)
    assert capture.total == len(whole)
    assert capture.sha256 == hashlib.sha256(whole).hexdigest()
    assert capture.head == whole[:head]
    rest = whole[head:]
    assert capture.tail == rest[max(0, len(rest) - tail) :]
    assert capture.omitted == max(0, len(whole) - head - tail)
    assert capture.truncated == (len(whole) > head + tail)
    if not capture.truncated:
        assert capture.kept() == whole
    else:
        assert f"{capture.omitted} bytes left out".encode() in capture.kept()


def test_a_negative_cap_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        Capture(head=-1)


def test_both_streams_have_one_digest_in_order() -> None:
    output = StepOutput(head=2, tail=2)
    output.feed(Stream.STDOUT, b"abc")
    output.feed(Stream.STDERR, b"de")
    output.feed(Stream.STDOUT, b"fgh")
    assert (output.stdout_bytes, output.stderr_bytes, output.truncated) == (6, 2, True)
    assert output.sha256 == hashlib.sha256(b"abcdefgh").hexdigest()


@given(st.binary())
def test_decoding_never_fails_and_what_people_see_is_plain(data: bytes) -> None:
    decode(data)
    text = to_text(data)
    assert not any(ord(char) < 32 and char not in "\n\t" for char in text)
    assert "\x7f" not in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text


HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1)


@given(st.lists(HANGUL, min_size=1))
def test_the_cut_ends_of_utf8_do_not_turn_it_into_cp949(words: list[str]) -> None:
    data = ("끝 " + " ".join(words) + " 끝").encode()
    assert decode(data[1:]).endswith(" ".join(words) + " 끝")
    assert decode(data[:-1]).startswith("끝 " + " ".join(words))


@pytest.mark.parametrize("text", ["가", "예산시스템 WAS 기동 완료", "ERROR 설정 오류\n정상\n", "plain"])
def test_cp949_is_read(text: str) -> None:
    assert decode(text.encode("cp949")) == text


def test_lines_of_both_encodings_side_by_side() -> None:
    data = "한글 줄\n".encode() + "한글 줄\n".encode("cp949") + b"\xff\xfe\xfd\n"
    assert decode(data).split("\n")[:2] == ["한글 줄", "한글 줄"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\tstays\x00\x07", "tab\tstays"),
        ("\u202eexe.gpj\u202c", "exe.gpj"),
        ("\x9b2Jgone", "gone"),
        ("end\x1b", "end"),
    ],
)
def test_escape_sequences_and_controls_go(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_last_lines_are_cut_and_not_blank() -> None:
    assert last_lines(b"one\n\n two \nthree\n\n", 2, width=3) == [" tw", "thr"]
    assert last_lines(b"", 5) == []

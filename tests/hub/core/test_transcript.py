"""Output as people read it: decoded, without control characters, cut."""

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from guardia.hub.core.transcript import clean, decode, report_lines, report_of, tail

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=40)
CP949 = st.text(st.sampled_from("가나다라서버기동완료오류재시작확인"), min_size=1, max_size=40)
FORBIDDEN = {*map(chr, range(0x09)), "\x0b", "\x0c", *map(chr, range(0x0E, 0x20)), "\x7f", "\x1b", "\r"}
FORBIDDEN |= {*map(chr, range(0x80, 0xA0)), *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


@given(st.text(max_size=200))
def test_utf8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode("utf-8", "surrogatepass")) in (text, decode(text.encode("utf-8", "surrogatepass")))
    if text.isprintable():
        assert decode(text.encode()) == text


@given(HANGUL, st.integers(0, 2), st.integers(0, 2))
def test_cut_characters_at_the_ends_do_not_change_the_choice(text: str, before: int, after: int) -> None:
    data = ("가" + text + "나다").encode()
    assert text in decode(data[before : len(data) - after])


@given(CP949, st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30))
@example("기동 완료", "")
@example("가", " started")
def test_cp949_is_read_however_short(hangul: str, ascii_text: str) -> None:
    for text in (hangul + ascii_text, ascii_text + hangul):
        data = text.encode("cp949")
        try:
            data.decode()
        except UnicodeDecodeError:  # a few short words happen to be UTF-8 of something else
            assert decode(data) == text


@given(st.binary(max_size=300))
def test_any_bytes_become_text_and_none_are_silently_all_lost(data: bytes) -> None:
    text = decode(data)
    assert bool(text) == bool(data), data
    assert not FORBIDDEN.intersection(clean(text))


@given(st.text(max_size=200))
@example("\x1b\x1b[31m[31mx")
@example("a\x1b]0;title")
def test_cleaning_leaves_text_only_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert not FORBIDDEN.intersection(once)
    assert clean(once) == once


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("50%\r100%\r\nend", "50%\n100%\nend"),
        ("safe\u202egnp.exe\u202c", "safegnp.exe"),
        ("a\u2066b\u2069c\x00\x08", "abc"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_what_is_shown_of_escapes_controls_and_overrides(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_an_escape_that_does_not_end_hides_no_later_line() -> None:
    assert "rm -rf was here" in clean("\x1b]0;quiet\nrm -rf was here\nbye")


@given(st.binary(max_size=6_000), st.integers(1, 500))
def test_a_tail_is_short_clean_and_from_the_end(data: bytes, limit: int) -> None:
    found = tail(data, limit)
    assert len(found) <= limit
    assert not FORBIDDEN.intersection(found)


def test_a_tail_begins_at_a_line_where_it_can() -> None:
    assert tail(b"first line\nsecond line\nthird line\n", 25) == "second line\nthird line\n"[-25:]
    assert tail(b"x" * 100, 10) == "x" * 10
    assert tail("기동합니다\n".encode("cp949") * 4_000, 100).startswith("기동합니다\n")


def test_a_report_in_lines_is_bounded_and_clean() -> None:
    report = {
        "asset": "A-WAS-01",
        "summary": "여유 \x1b[31m없음",
        "table": {"columns": ["a"], "rows": [[f"r{n}\u202e"] for n in range(50)]},
        "lines": [f"log {n}\x07" for n in range(50)],
    }
    lines = report_lines("ko", "CHECK_DISK_SPACE", report, limit=5)
    assert lines[0] == "A-WAS-01 디스크 확인: 여유 없음"
    assert lines[1:] == [f"  r{n}" for n in range(5)] + [f"  log {n}" for n in range(45, 50)]
    assert report_of("") is None
    assert report_of('{"summary":"x"}') == {"summary": "x"}

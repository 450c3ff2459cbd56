"""Typed commands: what is one, and that nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core.typed import CODE_ALPHABET, MAX_REASON, Typed, What, parse, shown


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("/승인 K7F3", Typed(what=What.APPROVE, code="K7F3")),
        ("  승인   k7f3 ", Typed(what=What.APPROVE, code="K7F3")),
        ("/거절 K7F3 점검 시간이 아님", Typed(what=What.REJECT, code="K7F3", reason="점검 시간이 아님")),
        ("/거절 K7F3\n두 줄\n사유", Typed(what=What.REJECT, code="K7F3", reason="두 줄\n사유")),
        ("/취소 K7F3", Typed(what=What.CANCEL, code="K7F3")),
        ("/선택 2", Typed(what=What.CHOOSE, number=2)),
        ("선택 SR-20261127-0001 12번", Typed(what=What.CHOOSE, request_id="SR-20261127-0001", number=12)),
        ("/첨부", Typed(what=What.ATTACH)),
        ("/연결 AB3D-EF7H", Typed(what=What.LINK, code="AB3DEF7H")),
        (" 연결  ab3def7h ", Typed(what=What.LINK, code="AB3DEF7H")),
        ("/approve K7F3", Typed(what=What.APPROVE, code="K7F3")),
        ("/Approve abcd", Typed(what=What.APPROVE, code="ABCD")),
        ("approve k7f3", Typed(what=What.APPROVE, code="K7F3")),
        ("approve ABCD", Typed(what=What.APPROVE, code="ABCD")),
        ("/deny K7F3 not today", Typed(what=What.REJECT, code="K7F3", reason="not today")),
        ("/reject K7F3", Typed(what=What.REJECT, code="K7F3")),
        ("/cancel K7F3", Typed(what=What.CANCEL, code="K7F3")),
        ("/choose 2", Typed(what=What.CHOOSE, number=2)),
        ("choose SR-20261127-0001 12", Typed(what=What.CHOOSE, request_id="SR-20261127-0001", number=12)),
        ("/attach", Typed(what=What.ATTACH)),
        ("/link AB3D-EF7H", Typed(what=What.LINK, code="AB3DEF7H")),
    ],
)
def test_a_command(text, typed) -> None:
    assert parse(text) == typed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/승인",
        "/승인 K7F",
        "/승인 K7F33",
        "/승인 K7I0",  # letters that no code has
        "승인해줘 K7F3",
        "누가 승인 K7F3 했나요",
        "/선택 0",
        "/선택 100",
        "선택 사항을 알려줘",
        "예산시스템 WAS 재기동해줘",
        "첨부",
        "연결",
        "/연결 ABCD-EFGH",  # no code is without a digit
        "연결 DATABASE",
        "/연결 AB3D-EF7",
        "SR-1042에 연결",
        "AB3D-EF7H 연결",
        "cancel that",  # a sentence, not the code THAT
        "approve when you can",
        "Cancel them please",
        "attach",
        "link DATABASE",
        "choose the first",
        "/approve",
    ],
)
def test_a_sentence_is_no_command(text) -> None:
    assert parse(text) is None


@given(st.text(CODE_ALPHABET, min_size=4, max_size=4), st.text(max_size=2_000))
def test_every_code_and_reason_comes_through_bounded(code, reason) -> None:
    typed = parse(f"/거절 {code.lower()} {reason}")
    assert typed is not None
    assert typed.code == code
    assert typed.reason == reason.strip()[:MAX_REASON]


@given(st.text(max_size=300))
def test_nothing_crashes_it(text) -> None:
    typed = parse(text)
    assert typed is None or len(typed.reason) <= MAX_REASON


@given(st.text(max_size=300))
def test_rooms_show_what_was_said(text) -> None:
    typed = parse(text)
    assert shown(text) == text or (typed is not None and typed.what is What.LINK)


def test_rooms_do_not_show_a_code_that_links() -> None:
    assert "AB3D" not in shown("/연결 AB3D-EF7H")

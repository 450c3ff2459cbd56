"""The parts of the trial of docs/adr/0011 that need no analyser: its rules over morphemes, and its slips."""

from __future__ import annotations

import pytest

from tests.hub.parser.morphology.morphemes import Token, asks
from tests.hub.parser.morphology.slips import SLIPS
from tests.hub.parser.morphology.unseen import UNSEEN

RESTART: list[Token] = [("재기동", "NNG"), ("하", "XSV")]


@pytest.mark.parametrize(
    ("tokens", "asked"),
    [
        ([*RESTART, ("어", "EC"), ("주", "VX"), ("어", "EF")], True),
        ([*RESTART, ("지", "EC"), ("말", "VX"), ("세요", "EF")], False),
        ([*RESTART, ("어도", "EC"), ("되", "VV"), ("나요", "EF"), ("?", "SF")], False),
        ([*RESTART, ("었", "EP"), ("어", "EF"), ("?", "SF")], False),
        ([*RESTART, ("ᆯ게요", "EF")], False),
        ([("죽", "VV"), ("으면", "EC"), *RESTART, ("어", "EC"), ("주", "VX"), ("어", "EF")], False),
        ([("예산", "NNG"), ("와스", "NNG"), ("재기동", "NNG")], True),
        ([("재기동", "NNG"), ("완료", "NNG")], False),
    ],
)
def test_the_chain_of_a_predicate_decides(tokens: list[Token], asked: bool) -> None:
    assert asks(tokens, reads=False) is asked


def test_a_question_asks_for_a_look_up_only() -> None:
    tokens: list[Token] = [("락", "NNG"), ("걸리", "VV"), ("ᆫ", "ETM"), ("것", "NNB"), ("있", "VA"), ("나요", "EF")]
    assert asks(tokens, reads=True)
    assert not asks(tokens, reads=False)


def test_slips_are_the_same_each_time_and_change_something() -> None:
    for name, slip in SLIPS.items():
        changed = [slip(text) for text, _ in UNSEEN]
        assert changed == [slip(text) for text, _ in UNSEEN]
        assert (changed == [text for text, _ in UNSEEN]) is (name == "as written")


def test_no_sentence_stands_twice() -> None:
    assert len({text for text, _ in UNSEEN}) == len(UNSEEN)

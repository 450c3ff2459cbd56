"""The compact model's answers: what parses, what does not, and that the server's pattern lets through no more."""

from __future__ import annotations

import re

import pytest

from guardia.llm_server.compact.notation import ACTIONS, Asked, NotationError, parse, pattern
from guardia.proto.catalogue import CATALOGUE


def test_every_action_of_the_catalogue_has_a_token() -> None:
    assert set(ACTIONS.values()) == set(CATALOGUE)


def test_nothing_is_asked() -> None:
    assert parse("<none>") == []


def test_one_request() -> None:
    [one] = parse("<restart><I1><S1><stg><was><#>1<#>12")
    assert one == Asked(
        actions=["RESTART_SERVICE"], targets=["I1", "S1"], environment="STG", layer="WAS", nodes=[1, 12]
    )


def test_ranges_exceptions_and_the_rest() -> None:
    assert parse("<stop><S1><was><#>2<to>5")[0].nodes == [2, 3, 4, 5]
    assert parse("<stop><S1><was><not><#>1")[0].left_out
    assert parse("<stop><S1><was><rest>")[0].rest


def test_arguments() -> None:
    [one] = parse("<search><S1><hours>2<pat> connection refused")
    assert (one.numbers, one.words) == ({"since_minutes": 120}, {"pattern": "connection refused"})
    [one] = parse("<deploy><S1><F1><F2><T1>")
    assert (one.files, one.time) == (["F1", "F2"], "T1")


def test_several_requests_and_those_without_a_target() -> None:
    first, second = parse("<cancel><then><tail><?><lines>100")
    assert (first.intent, second.targets, second.numbers) == ("CANCEL", ["?"], {"lines": 100})


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "재기동",
        "<S1>",
        "<restart><S1><then>",
        "<restart><help><S1>",
        "<restart><nope><S1>",
        "<restart><S1><#>",
        "<restart><S1><#>x",
        "<restart><S1><#>5<to>2",
        "<restart><S1><#>1<to>900",
        "<restart><S1> please",
        "<search><S1><pat>",
        "<then>".join(["<restart><S1>"] * 9),
        "x<restart><S1>",
    ],
)
def test_what_is_not_of_the_notation_is_refused(answer: str) -> None:
    with pytest.raises(NotationError):
        parse(answer)


@pytest.mark.parametrize(
    ("answer", "let_through"),
    [
        ("<none>", True),
        ("<help>", True),
        ("<restart><S1>", True),
        ("<restart><I1><S1><dev><was><#>1<#>2", True),
        ("<stop><deploy><S1><F1><then><start><S1><T1>", True),
        ("<tail><?><lines>1000", True),
        ("<tail><?><lines>100", False),
        ("<tail><?><hours>12", True),
        ("<restart><S1><#>8", False),
        ("<rollback><S1><ver> v1.2.3", True),
        ("<rollback><S1><ver> v1.2.4", False),
        ("<search><S1><pat> 타임", True),
        ("<search><S1><pat> 임아웃", False),
        ("<search><S1><pat> 타임아웃 x", True),
        ("<restart><S2>", False),
        ("<restart><S1><F2>", False),
        ("<restart><T1><S1>", False),
        ("<restart>", False),
        ("<none><restart><S1>", False),
        ("<sudo><S1>", False),
    ],
)
def test_the_pattern_knows_the_tags_of_the_prompt(answer: str, let_through: bool) -> None:
    said = "<message><I1> <S1> was1, 2호기 로그 1,000줄 '타임아웃 x' v1.2.3(7) <F1> <T1><answer>"
    assert bool(re.fullmatch(pattern(["I1", "S1", "F1", "T1"], said), answer)) is let_through


def test_without_files_and_times_none_can_be_named() -> None:
    assert not re.fullmatch(pattern(["S1"], "x"), "<deploy><S1><F1>")
    assert not re.fullmatch(pattern(["S1"], "x"), "<restart><S1><T1>")
    assert re.fullmatch(pattern([], ""), "<restart><?>")

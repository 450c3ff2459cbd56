# ruff: noqa: E501 - word lists read worse when they are broken
"""Broken words that may have said that nothing is asked for: 내리소 있습니다, 없드면 재기동해줘, 재기동은 내일 논의화시죠.

The scan leaves them unexplained, and what stands beside them would look like a command by itself. Each rule here only
takes something away from what is asked; none adds to it.
"""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold, is_syllable
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.shapes import conditional, shape, whole

_GIVING = tuple(fold(word) for word in ("주", "줘", "쥬", "죠", "줄", "줬", "부탁", "바라", "바랍", "요청"))
_QUOTING = frozenset(fold(word) for word in ("라고", "이라고", "라는", "이라는"))
_NOT, _DENIED = fold("지"), re.compile(fold(r"\s*(?:마|말|않|못)"))
_CLOSING = frozenset(fold("요라오소쇼셈삼용여염욤유"))
_AUXILIARY = frozenset(fold("주줘쥬즈죠드놓놔두둬버봐보달"))
_BARE_ASK = frozenset(fold(word) for word in ("요청", "요청임", "부탁", "요청이요"))
_PUT_IN = tuple(fold(word) for word in ("드", "들어", "올", "받", "왔", "했", "하", "넣", "보냈"))
_BROKEN_IF = re.compile(
    fold(
        r"^(?:없|있|않|죽|넘|끊|멈|느|터|뻗|안되|안돼|내려가|올라가|발생|초과|지속|계속).*면$|^(?:없|있|않|죽|넘)으[^며니려라]$"
    )
)
_TALKED_OF = tuple(
    fold(word) for word in ("논의", "검토", "보류", "연기", "금지", "완료", "예정", "협의", "자제", "스킵", "패스")
)
_IS_SO = (fold("있"), fold("버"))
_TO_COME = re.compile(fold(r"(?:죽을|없을|있을|않을|멈출|생길|넘을|끊길|끊어질|느려질|할|될|날|먹통일|다운될)$"))


def guard(items: list[Item], normal: Normal) -> None:
    """Where a word that a hand broke may have said that nothing is asked for, nothing is asked for."""
    plain = normal.plain
    _parted(items, plain)
    _whole(items, plain)
    _one_name(items, plain)
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        word = plain[item.start : item.end].replace(" ", "")
        if item.kind is K.PRED and item.value.mood is Mood.COMMAND and after is not None:
            if after.kind is not K.UNKNOWN or normal.written(item.end, after.start).strip(" "):
                continue
            quoting = items[index + 2] if index + 2 < len(items) else None
            told = after.value == "pred" or (
                quoting is not None and quoting.kind is K.PARTICLE and quoting.value in _QUOTING
            )
            told = told or (word[-1] not in _CLOSING and plain[after.start] in _AUXILIARY)  # 재기동해 주ㅔ요
            if word in _BARE_ASK and told and plain.startswith(_PUT_IN, after.start):
                item.value = Pred("asked", Mood.REPORT)  # 요청 드럈었는데
            elif told and not word.startswith("ㄱ") and not any(mark in word for mark in _GIVING):
                item.value = Pred(item.value.role, Mood.STATEMENT)  # 내리소 있습니다, 재기동해 닯라고
        elif item.kind is K.PARTICLE and item.value == _NOT and _DENIED.match(plain, item.end):
            item.kind, item.value = K.PRED, Pred("do", Mood.NEGATION)  # 재기동다지 마세요
        elif item.kind is K.UNKNOWN:
            if _BROKEN_IF.search(word) or (len(word) == 2 and _to_come(items, index, plain)):
                item.kind, item.value = K.COND, None  # 없드면, 죽을 겨우
            elif (
                word.startswith(_TALKED_OF)
                and all(one.kind is K.PARTICLE for one in items[index + 1 :])
                and any(one.kind is K.ACT for one in items[:index])
            ):
                item.value = "pred"  # 재기동은 내일 논의화시죠
    _halted(items, plain)


def _parted(items: list[Item], plain: str) -> None:
    """1.14.0 으로: a particle that is written apart from its version."""
    for index in range(1, len(items) - 1):
        before, item, after = items[index - 1 : index + 2]
        if (
            before.kind is K.VERSION
            and item.kind is K.UNKNOWN
            and after.kind is K.PARTICLE
            and item.end == after.start
            and plain[item.start : after.end] == _BY
        ):
            item.kind, item.value, item.end = K.PARTICLE, _BY, after.end
            del items[index + 1]
            return


_BY = fold("으로")


def _whole(items: list[Item], plain: str) -> None:
    """진로예약: what looks like a particle between an unknown word and a name, all in one word, makes one unknown name."""
    index = 0
    while index + 2 < len(items):
        one, two, three = items[index : index + 3]
        if (
            one.kind is K.UNKNOWN
            and two.kind in (K.PARTICLE, K.AND)
            and three.kind is K.NAME
            and one.end == two.start
            and two.end == three.start
            and is_syllable(plain[one.end - 1])
        ):
            items[index : index + 3] = [Item(K.UNKNOWN, one.start, three.end, "noun")]
        index += 1


_PIECES = frozenset({K.PARTICLE, K.AND, K.FILLER, K.ATTR, K.GENERIC, K.COND, K.UNKNOWN, K.NEG, K.OUTCOME, K.ATTACHED})
MAX_NAME = 12
"""Syllables of a word that may be the name of something."""


def _one_name(items: list[Item], plain: str) -> None:
    """하늘섬에어 예약시스템, 통관심사지원 WAS: a word of which only pieces are known, before a place, is one name."""
    index = 0
    while index < len(items):
        stop = index + 1
        while stop < len(items) and items[stop].start == items[stop - 1].end:
            stop += 1
        run = items[index:stop]
        if _names(run, items[stop] if stop < len(items) else None, plain):
            items[index:stop] = [Item(K.UNKNOWN, run[0].start, run[-1].end, "noun")]
            stop = index + 1
        index = stop


def _names(run: list[Item], after: Item | None, plain: str) -> bool:
    if len(run) < 3 or after is None or after.kind not in (K.NAME, K.LAYER, K.UNKNOWN):
        return False
    if after.kind is K.UNKNOWN and after.value != "noun":
        return False
    word = plain[run[0].start : run[-1].end]
    if not (4 <= len(word) <= MAX_NAME and all(map(is_syllable, word))) or shape(word) != "noun" or conditional(word):
        return False
    if run[-1].kind is K.PARTICLE or whole(word):
        return False
    if run[0].kind is K.NAME:
        return (
            all(item.kind is K.PARTICLE and item.end - item.start == 1 for item in run[1:-1])
            and run[-1].kind is K.UNKNOWN
            and run[-1].value == "noun"
            and run[-1].end - run[-1].start <= 2
        )
    unknown = run[0].kind is K.UNKNOWN and run[0].value == "noun" and run[0].end - run[0].start > 1
    return unknown and all(item.kind in _PIECES and item.value != "pred" for item in run)


_HALTED = fold("멈")
_SUBJECTS = frozenset(fold(word) for word in ("이", "가", "은", "는", "도", "만"))


def _halted(items: list[Item], plain: str) -> None:
    """… 재기동해주세요 화면이 멈췄대요; …, 복제가 멈춰 있네: behind what is asked for, what has come to a halt is why."""
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        if before is not None and before.kind is K.PARTICLE and before.value in _SUBJECTS and index > 1:
            before = items[index - 2]
        elif before is not None and not plain.startswith(("이", "가"), before.end - 1):
            before = None
        if (
            item.kind is K.PRED
            and plain[item.start] == _HALTED
            and item.value.mood in (Mood.REPORT, Mood.STATEMENT, Mood.QUOTATION)
            and before is not None
            and before.kind is K.UNKNOWN
            and any(one.kind is K.PRED and one.value.mood is Mood.COMMAND for one in items[:index])
        ):
            after = items[index + 1] if index + 1 < len(items) else None
            if after is not None and after.kind is K.UNKNOWN and plain.startswith(_IS_SO, after.start):
                item.end = after.end
                items.remove(after)
            item.kind, item.value = K.STATE, ""


def _to_come(items: list[Item], index: int, plain: str) -> bool:
    before = plain[max(0, items[index].start - 8) : items[index].start].rstrip(" ")
    return (
        index > 0
        and items[index - 1].kind in (K.UNKNOWN, K.PARTICLE, K.PRED, K.STATE)
        and bool(_TO_COME.search(before))
    )

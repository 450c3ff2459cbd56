"""Sentences with their items, before lists, forms and rows of steps are put together; small questions about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from guardia.hub.parser.embedded.deed import ASKING
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.segment import Sentence

PARTLY = "a step that is not understood"
COUNTED = re.compile(
    fold(
        r"(?:이상|위|상기|총|두|세|네|다섯|\d+)?\s*(?:두|세|네|다섯|여섯|\d+)?\s*(?:건|개|항목|가지|사항|목록|리스트|순서?|차례|작업|내용|서버|시스템)"
    )
)
"""Words that speak of the entries of a list."""
_INSTEAD = re.compile(
    fold(
        r"(?:승인|허가|결재|검토|컨펌|합의|협의|보류|연기|취소|철회|양해|협조|참고|숙지|회신|답변|의견|반려|확정|회의)\s*(?:을|를|좀)?\s*(?:부탁|요청|바랍|바람|해\s?주|해\s?줘|하)"
    )
)
TARGETS = frozenset({K.NAME, K.SERVER, K.LAYER, K.EVERY_LAYER, K.ENV, K.NODE, K.REST, K.POINT})
_NAMED = frozenset({K.NAME, K.SERVER})
_ACTING = frozenset({K.ACT, K.TOPIC, K.PORT, K.SESSION})
_DOING = frozenset({"stop", "start", "raise", "push", "erase", "kill", "rollback", "back"})
_SOFT = frozenset({K.PARTICLE, K.FILLER, K.GENERIC, K.AND, K.ALL_NODES, K.PERSON, K.ALSO, K.REQUEST, K.NUMBER})
_WITH_TARGETS = _SOFT | {K.FILE, K.VERSION, K.ATTACHED, K.BUT, K.TIME, K.SERVICE}
_RESTRICTING = frozenset({K.BUT, K.NOT_THIS, K.REST, K.NEG})


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch that is read by itself; a silent one only names targets, files or times."""

    sentence: Sentence
    items: list[Item]
    silent: bool = False


@dataclass(slots=True)
class Draft:
    """What will be read as one sentence."""

    sentence: Sentence
    items: list[Item]
    steps: tuple[Step, ...] = ()
    """Stretches that are put together here, in the order in which they are to be read; empty: the sentence itself."""
    broken: str = ""
    """Why no change of it may run, though it is asked for."""
    void: bool = False
    """It only tells, whatever its words: nothing of it is asked for."""


def targets(items: Iterable[Item]) -> bool:
    return any(item.kind in TARGETS for item in items)


def named(items: Iterable[Item]) -> bool:
    return any(item.kind in _NAMED for item in items)


def acts(items: Iterable[Item]) -> bool:
    """Something is named that can be done or looked at."""
    return any(
        item.kind in _ACTING
        or (item.kind is K.STATE and item.value)
        or (item.kind is K.PRED and item.value.role in _DOING)
        or (item.kind is K.FILE and str(item.value).lower().endswith((".log", ".out")))
        for item in items
    )


def changes(items: Iterable[Item]) -> bool:
    return any(item.kind is K.ACT or (item.kind is K.PRED and item.value.role in _DOING) for item in items)


def told(items: list[Item]) -> bool:
    """It tells of something, sets a condition or refuses."""
    return any(
        item.kind in (K.OUTCOME, K.COND, K.NEG, K.PAST, K.SELF, K.NOT_THIS)
        or (item.kind is K.STATE and not item.value)
        or (item.kind is K.UNKNOWN and item.value == "pred")
        or (item.kind is K.PRED and item.value.mood not in (*ASKING, Mood.AND, Mood.TOGGLE))
        for item in items
    )


def asks(items: list[Item]) -> bool:
    """It ends in a verb that asks."""
    for item in reversed(items):
        if item.kind in (K.PARTICLE, K.FILLER, K.PERSON, K.GENERIC):
            continue
        return item.kind is K.PRED and (
            item.value.mood is Mood.COMMAND or (item.value.mood is Mood.CAN and item.value.role == "ask")
        )
    return False


def asks_instead(text: str, items: list[Item]) -> bool:
    """It asks for something else than that a thing be done: 승인 부탁드립니다, 아래 작업 취소합니다."""
    if acts(items):
        return False
    outcomes = sum(item.kind is K.OUTCOME for item in items)
    about = outcomes == 1 and fold("관련") in text  # 금일 작업 관련 아래와 같이 요청드립니다
    if (outcomes and not about) or any(item.kind in (K.CANCEL, K.NEG) for item in items) or _INSTEAD.search(text):
        return True
    rest = [item for item in items if item.kind not in (K.PARTICLE, K.FILLER)]
    if len(rest) < 2 or rest[-1].kind is not K.PRED or rest[-2].kind is not K.UNKNOWN:
        return False
    return not COUNTED.search(text)


def shows(items: list[Item]) -> bool:
    """It only asks to look: 확인 부탁드립니다, not 확인 후 처리 부탁드립니다."""
    for item in reversed(items):
        if item.kind is K.LIGHT and item.value:
            return str(item.value) != "work"
        if item.kind is K.PRED and item.value.role in ("look", "show", "search"):
            return True
    return False


def where(items: list[Item]) -> bool:
    """It names targets and nothing else; a name that nobody knows counts as one beside others."""
    return targets(items) and may_be_where(items)


def may_be_where(items: list[Item]) -> bool:
    return bool(items) and all(
        item.kind in TARGETS or item.kind in _WITH_TARGETS or (item.kind is K.UNKNOWN and item.value == "noun")
        for item in items
    )


def numbered(items: list[Item]) -> bool:
    """It names nodes and no place: 2호기."""
    return any(item.kind is K.NODE for item in items) and all(
        item.kind is K.NODE or item.kind in _SOFT for item in items
    )


def restricts(items: list[Item]) -> bool:
    """It takes something away from what is asked for, or says when."""
    if any(item.kind in _RESTRICTING for item in items):
        return True
    if any(item.kind in (K.TIME, K.COND, K.LINK) for item in items) and not acts(items):
        return not any(item.kind is K.STATE for item in items)
    return any(item.kind is K.NODE for item in items) and any(
        item.kind is K.PAST or (item.kind is K.PRED and item.value.mood in (Mood.REPORT, Mood.NEGATION))
        for item in items
    )


def only_targets(items: list[Item]) -> list[Item]:
    """The words of `items` that name targets, with the particles and joints between them."""
    return [
        item for item in items if item.kind in TARGETS or item.kind in (K.AND, K.ALL_NODES, K.BUT, K.GENERIC, K.UNKNOWN)
    ]


def without_targets(items: list[Item]) -> list[Item]:
    kept: list[Item] = []
    dropped = False
    for item in items:
        if item.kind in TARGETS or (dropped and item.kind in (K.PARTICLE, K.AND)):
            dropped = True
            continue
        dropped = False
        kept.append(item)
    return kept


def put(steps: list[Step], broken: str = "") -> Draft:
    """One draft out of `steps`, spoken by the last."""
    steps = [step for step in steps if step.items]
    first = min(step.sentence.start for step in steps)
    last = max(step.sentence.end for step in steps)
    sentence = replace(steps[-1].sentence, start=first, end=last)
    return Draft(sentence, [item for step in steps for item in step.items], tuple(steps), broken)

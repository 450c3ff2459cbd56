# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Fourth stage, last step: what a sentence itself says that it does not mean goes out of its row of items.

Numbers that count or name something else than nodes (3번이나 죽은, 4번 게이트에서), sessions that are let be before
another is named (88번은 두고 91번만), and one of several that is left out of them (A, B, C 중에 B는 빼고).
"""

from __future__ import annotations

import re
from itertools import pairwise

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.gazetteer import Match
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft

_TIMES = re.compile(fold(r"번\s?(?:이나|이상|정도|씩|째|넘게|가까이|연속|연달아|연이어)(?![가-힣])"))
_COUNT = re.compile(fold(r"\d{1,3}번"))
_PLACES = frozenset(fold(word) for word in ("에서", "에서는", "에선", "이", "가", "의", "에", "쪽", "도"))
_WHERE = frozenset({K.NAME, K.SERVER, K.LAYER, K.ENV, K.POINT})
_PARITY = {fold("짝수"): 0, fold("홀수"): 1}
_PARITY_OF = frozenset(fold(word) for word in ("노드인", "호기인", "번인", "번호인", "서버인", "노드", "호기"))
_NUMBER = re.compile(r"(\d{1,9}(?:,\d{1,9})?)(?:\s?번)?(만|을|를|은|는)?")
_ONES = frozenset(fold(word) for word in ("꺼", "꺼요", "꺼예요", "꺼에요"))
_BEGINS = frozenset(fold(word) for word in ("시작", "종료"))
_SINCE = frozenset(
    fold(word)
    for word in ("이라서", "라서", "이라", "이니까", "니까", "이거든요", "거든요", "이에요", "이어서", "이네요")
)
_ONE_REQUEST = frozenset(fold(word) for word in ("한건", "한건만"))
_SOFT = frozenset({K.PARTICLE, K.FILLER, K.GENERIC, K.LIGHT, K.ALL_NODES})
_AMONG = frozenset(fold(word) for word in ("중", "가운데"))
_THE_OTHERS = frozenset({K.REST, K.ALL_NODES})
_SETTING_ASIDE = frozenset({K.NOT_THIS, K.BUT, K.REST, K.COND, K.PAST, K.NEG})
_OTHERS = frozenset(
    {K.NAME, K.SERVER, K.LAYER, K.NODE, K.FILE, K.GENERIC, K.SERVICE, K.NOT_THIS, K.BUT, K.COND, K.SELF}
)
_ENDING = frozenset(fold(word) for word in ("종료", "강제종료", "강제 종료", "킬", "kill"))
_KILLS = frozenset({"STOP_SERVICE", "KILL_DB_SESSION"})


def chosen(normal: Normal, items: list[Item]) -> list[Item]:
    """`items` without what the sentence sets aside itself."""
    _owned(normal, items)
    _events(normal, items)
    _one_request(normal, items)
    _uncounted(normal, items)
    _parity(normal, items)
    if any(item.kind is K.SESSION for item in items):
        items = _sessions(normal, items)
    return _left_out(normal, items)


def _owned(normal: Normal, items: list[Item]) -> None:
    """한별대 꺼: the institution's one, nothing to be put out."""
    for one, after in pairwise(items):
        if (
            one.kind is K.NAME
            and not one.value.systems
            and after.kind in (K.PRED, K.UNKNOWN)
            and after.start > one.end
            and len(items) > 2
            and normal.plain[after.start : after.end] in _ONES
        ):
            after.kind, after.value = K.FILLER, None


def _events(normal: Normal, items: list[Item]) -> None:
    """점검 시작이라서요: something begins, nothing is to be started."""
    for index in range(1, len(items) - 1):
        before, item, after = items[index - 1 : index + 2]
        if (
            item.kind is K.ACT
            and before.kind in (K.LIGHT, K.UNKNOWN, K.ATTACHED)
            and normal.plain[before.end : item.start] == " "
            and after.kind is K.PARTICLE
            and after.start == item.end
            and after.value in _SINCE
            and normal.plain[item.start : item.end] in _BEGINS
        ):
            item.kind, item.value = K.FILLER, None


def _one_request(normal: Normal, items: list[Item]) -> None:
    """재기동 한 건 부탁드려요: one request; 재기동한 건 would be one that was done."""
    for index in range(1, len(items) - 1):
        before, item, after = items[index - 1 : index + 2]
        if (
            item.kind is K.PRED
            and before.kind in (K.ACT, K.TOPIC, K.LIGHT)
            and normal.plain[before.end : item.start] == " "
            and normal.plain[item.start : item.end].replace(" ", "") in _ONE_REQUEST
            and after.kind is K.PRED
            and after.value.role == "ask"
        ):
            item.kind, item.value = K.FILLER, None


def _uncounted(normal: Normal, items: list[Item]) -> None:
    """3번이나 죽은 …, 4번 게이트에서 …: times, or the number of something that stands elsewhere."""
    for index, item in enumerate(items):
        if item.kind is not K.NODE or not _COUNT.fullmatch(normal.plain[item.start : item.end]):
            continue
        if _TIMES.match(normal.plain, item.end - 1) and index + 2 < len(items):
            if items[index + 2].kind not in (K.NODE, K.ACT, K.LAYER):  # 2번이나 3번
                item.kind = items[index + 1].kind = K.FILLER
            continue
        word, behind = (*items[index + 1 : index + 3], None, None)[:2]
        if (
            word is not None
            and behind is not None
            and word.kind is K.UNKNOWN
            and word.value == "noun"
            and normal.plain[item.end : word.start].isspace()
            and behind.kind is K.PARTICLE
            and behind.start == word.end
            and behind.value in _PLACES
            and not any(one.kind in _WHERE for one in items[:index])
            and any(one.kind in _WHERE for one in items[index + 3 :])
        ):
            item.kind = K.FILLER


def _parity(normal: Normal, items: list[Item]) -> None:
    """짝수 노드인 2호기랑 4호기: says of the numbers behind it what they are."""
    for index in range(len(items) - 2):
        one, of, node = items[index : index + 3]
        odd = _PARITY.get(normal.plain[one.start : one.end])
        if odd is None or node.kind is not K.NODE or normal.plain[of.start : of.end].strip() not in _PARITY_OF:
            continue
        numbers = [number for item in items[index + 2 :] if item.kind is K.NODE for number in item.value]
        if all(number % 2 == odd for number in numbers):
            one.kind = of.kind = K.FILLER


# --- sessions -------------------------------------------------------------------------------------------------------


def _ends(item: Item) -> bool:
    """True for a verb that ends a session."""
    if item.kind is K.ACT:
        return item.value in _KILLS
    return item.kind is K.PRED and item.value.role in ("kill", "stop") and item.value.mood is not Mood.NEGATION


def _spared(items: list[Item], index: int) -> bool:
    """True when the word at `index` says that what stands before it is not meant."""
    item = items[index]
    if item.kind in (K.NOT_THIS, K.BUT):
        return True
    if item.kind is not K.PRED:
        return False
    if item.value.role in ("leave", "touch"):
        return item.value.mood in (Mood.AND, Mood.NEGATION)
    return item.value.role in ("kill", "do", "stop") and item.value.mood is Mood.NEGATION


def _sessions(normal: Normal, items: list[Item]) -> list[Item]:
    """세션 88번은 두고 91번만 끊어주세요: the second is meant, and a session though no word says so."""
    first = next(index for index, item in enumerate(items) if item.kind is K.SESSION)
    at = first + 1
    while at < len(items) and (items[at].kind in _SOFT or items[at].kind in (K.SESSION, K.AND)):
        at += 1
    if at < len(items) and items[at].kind is K.ACT and items[at].value in _KILLS:
        at += 1  # 771은 kill 하지 말고
    if at >= len(items) or not _spared(items, at):
        return items
    behind = at + 1
    while behind < len(items) and items[behind].kind in (K.FILLER, K.ALL_NODES):
        behind += 1
    if behind >= len(items):
        return items
    found = _NUMBER.fullmatch(normal.plain[items[behind].start : items[behind].end])
    number = items[behind]
    if number.kind is not K.SESSION:
        if found is None or number.kind not in (K.NODE, K.UNKNOWN, K.NUMBER):
            return items
        number = Item(K.SESSION, number.start, number.end, found[1])
    after = next((item for item in items[behind + 1 :] if item.kind not in _SOFT), None)
    if after is None or not _ends(after) or any(_spared(items, at) for at in range(behind + 1, len(items))):
        return items
    return [*items[:first], number, *items[behind + 1 :]]


def carried(normal: Normal, drafts: list[Draft]) -> None:
    """세션 77이 락을 잡고 있어요. 종료해주세요; 9번 세션이 안 끝나네요, kill 해주세요: the one session that is told of is meant.

    Where several were told of, or it is only asked after, nobody knows whether they or the service shall end."""
    first = next((k for k, one in enumerate(drafts) if any(item.kind is K.SESSION for item in one.items)), -1)
    held = [item for one in drafts for item in one.items if item.kind is K.SESSION]
    if first < 0:
        return
    draft, session = drafts[first], held[0]
    start = draft.items.index(session)
    layers = {str(item.value) for item in draft.items if item.kind is K.LAYER}
    one = len(held) == 1 and str(session.value).isdigit() and layers <= {"DB"} and not draft.sentence.question
    one = one and not any(item.kind in _SETTING_ASIDE for item in draft.items)
    for other in drafts[first:]:
        same = other is draft
        row = other.items[start + 1 :] if same else other.items
        at = next((index for index, item in enumerate(row) if _ends_it(normal, item)), -1)
        if at < 0:
            continue
        before = row[:at]
        if same and not (before and before[0].kind in (K.PARTICLE, K.OUTCOME) and any(map(_tells, before))):
            return
        if any(item.kind in _OTHERS for item in row) or any(_spared(row, k) for k in range(len(row))):
            return
        if one:
            _hand_over(draft, session, other, row, at)
        elif not any(item.kind is K.SESSION for item in row):
            other.broken = other.broken or "a session or the service?"
        return


def _hand_over(draft: Draft, session: Item, other: Draft, row: list[Item], at: int) -> None:
    """Move `session` of `draft` to where `row` of `other` ends it."""
    meant = Item(K.SESSION, row[at].start, row[at].start, session.value)
    session.kind = K.FILLER
    for item in draft.items:
        if item.kind is K.ASK:
            item.kind, item.value = K.UNKNOWN, "pred"  # 잡고 있어요: told, not asked
    kept = [item for item in row[:at] if other is draft or item.kind not in (K.POINT, K.TOPIC)]
    other.items[len(other.items) - len(row) :] = [*kept, meant, *row[at:]]


def _tells(item: Item) -> bool:
    return item.kind in (K.STATE, K.OUTCOME, K.ASK) or (item.kind is K.UNKNOWN and item.value == "pred")


def _ends_it(normal: Normal, item: Item) -> bool:
    """True for a verb that ends a session and may not mean a server."""
    if item.kind is K.ACT:
        return item.value == "KILL_DB_SESSION" or normal.plain[item.start : item.end] in _ENDING
    return item.kind is K.PRED and item.value.role == "kill" and item.value.mood is not Mood.NEGATION


# --- one of several -------------------------------------------------------------------------------------------------


def _same(one: Item, other: Item) -> bool:
    if one.kind is not other.kind:
        return False
    if one.kind is K.NAME:
        mine, theirs = one.value, other.value
        assert isinstance(mine, Match)
        assert isinstance(theirs, Match)
        return bool(set(mine.systems) & set(theirs.systems))
    return bool(one.value == other.value)


def _left_out(normal: Normal, items: list[Item]) -> list[Item]:
    """A, B, C 중에 B는 빼고 (나머지 둘) 재기동: A and C."""
    middle = next(
        (
            index
            for index, item in enumerate(items)
            if item.kind is K.OUTCOME and normal.plain[item.start : item.end] in _AMONG
        ),
        -1,
    )
    out = next((index for index in range(middle + 1, len(items)) if items[index].kind is K.BUT), -1)
    if middle < 2 or out < 0:
        return items
    named = [
        item for item in items[middle + 1 : out] if not (item.kind is K.PARTICLE and item.start >= items[middle].end)
    ]
    named = [item for item in named if item.kind is not K.AND]
    kind = named[0].kind if named else K.UNKNOWN
    if kind not in (K.NAME, K.TOPIC) or any(item.kind not in (kind, K.LAYER) for item in named):
        return items
    keep = [True] * middle
    for gone in (item for item in named if item.kind is kind):
        same = [at for at in range(middle) if _same(items[at], gone)]
        if len(same) != 1:
            return items
        stop = same[0] + 1
        while stop < middle and items[stop].kind not in (kind, K.AND):
            stop += 1
        if stop < middle and items[stop].kind is K.AND:
            stop += 1
        if any(
            items[at].kind not in (kind, K.LAYER, K.GENERIC, K.PARTICLE, K.AND, K.ENV) for at in range(same[0], stop)
        ):
            return items
        keep[same[0] : stop] = [False] * (stop - same[0])
    kept = [item for item, stays in zip(items[:middle], keep, strict=True) if stays]
    if not any(item.kind is kind for item in kept):
        return items
    while kept and kept[-1].kind in (K.AND, K.PARTICLE):
        kept.pop()
    behind = out + 1
    while behind < len(items) and (items[behind].kind in _THE_OTHERS or items[behind].kind is K.PARTICLE):
        behind += 1
    return [*kept, *items[behind:]]

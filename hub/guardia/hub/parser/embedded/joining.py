# ruff: noqa: E501 - sets of kinds read worse when they are broken
"""Fourth stage, second half: the row of items is mended: unknown words take in what touches them, names that are parts
of longer names go, endings that were taken for particles come back."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import PLACES, Item, K
from guardia.hub.parser.embedded.lexicon import SLIPPED
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.shapes import conditional, shape, whole

# What an unknown stretch swallows on its left and on its right when nothing stands between.
_LEFT = frozenset({
    K.NAME, K.FILLER, K.LAYER, K.ACT, K.TOPIC, K.ENV, K.GENERIC, K.ATTR, K.LIGHT, K.ALL_NODES, K.PERSON, K.POINT, K.AND, K.REQUEST,
    K.ATTACHED, K.LINK, K.SELF, K.PAST, K.OUTCOME, K.ASK, K.STATE, K.FORBIDDEN, K.HELP, K.CANCEL, K.PREVIOUS, K.COND, K.NEG, K.BUT, K.REST,
    K.ALSO, K.NUMBER, K.UNKNOWN, K.VERSION,
})  # fmt: skip
_RIGHT = frozenset({
    K.NAME, K.FILLER, K.GENERIC, K.ATTR, K.PERSON, K.POINT, K.ALL_NODES, K.ATTACHED, K.UNKNOWN, K.REQUEST, K.SELF, K.PAST, K.HELP, K.LINK,
    K.AND, K.REST, K.PREVIOUS, K.NEG, K.OUTCOME,
})  # fmt: skip
_OFFICER = re.compile(
    r"^[가-힣]{1,3}\s?(?:과장|대리|팀장|주무관|사무관|서기관|사원|부장|차장|매니저|책임|선임|수석|교수|주임|계장|실장|국장|기사|소장|반장|조장|파트장)(?:님|께서)?$"
)


def swallow(items: list[Item], text: str) -> list[Item]:
    """Unknown stretches take in the known words that touch them."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind is not K.UNKNOWN or item.value == "pred":  # a whole predicate swallows nothing
            out.append(item)
            index += 1
            continue
        start, end = item.start, item.end
        if len(out) > 1 and out[-1].end == start and _middle(out[-1], out[-2], text):
            start = out.pop().start  # 대전의료원: 의 is no particle here
        while out and out[-1].end == start and (out[-1].kind in _LEFT or (out[-1].kind is K.PRED and _touching(out))):
            start = out.pop().start
        index += 1
        while index < len(items) and items[index].start == end:
            following = items[index]
            short = end - start == 1 and following.kind in (K.ACT, K.LIGHT, K.TOPIC)
            if _syllable_of(following, text):
                end = following.end
                index += 1
                continue
            if (
                following.kind not in _RIGHT
                and not short
                and not _loose_verb(following, text)
                and not _inside(items, index)
            ):
                break
            end = following.end
            index += 1
        out.append(Item(K.UNKNOWN, start, end, item.value if (start, end) == (item.start, item.end) else None))
    return out


def _middle(item: Item, before: Item, text: str) -> bool:
    return item.kind is K.PARTICLE and text[item.start : item.end] == "의" and before.end == item.start


_BESIDE = frozenset({
    K.NAME, K.LAYER, K.ENV, K.NODE, K.PARTICLE, K.AND, K.PERSON, K.POINT, K.BUT, K.NOT_THIS, K.EVERY_LAYER, K.SERVER, K.PRED, K.UNKNOWN, K.ALL_NODES, K.ALSO,
    K.REST, K.QUOTE, K.FILE, K.TIME, K.PORT, K.SESSION, K.LINES, K.SINCE,
})  # fmt: skip
_AFTER_NAME = _BESIDE | {K.ACT, K.TOPIC, K.LIGHT, K.STATE, K.HELP, K.CANCEL, K.ASK, K.COND}
_PLAIN_SUFFIX = frozenset(
    fold(word)
    for word in ("시스템", "서버", "서비스", "쪽", "측", "단", "노드", "사이트", "장비", "서버들", "호스트", "써버")
)


def fuse(items: list[Item], plain: str) -> list[Item]:
    """A name that other words touch is a part of a longer name that nobody knows: 승인중개 is not 승인."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind is not K.NAME:
            out.append(item)
            index += 1
            continue
        start, end, foreign = item.start, item.end, False
        if out and out[-1].end == start and out[-1].kind not in _BESIDE and is_syllable(plain[start - 1]):
            foreign = True
            start = out.pop().start
        if out and _hyphen(out[-1], item, plain):
            foreign, start = True, out.pop().start
        ahead = index + 1
        if ahead < len(items) and _numbered(item, items[ahead], plain):
            foreign, end = True, items[ahead].end  # 정산3차 is not 정산
        if ahead < len(items) and (_hyphen(item, items[ahead], plain) or _kind_of(items, ahead)):
            foreign, end = True, items[ahead].end  # PACS-NEW WAS, 과금조회 WAS
        while (
            ahead < len(items) and items[ahead].start == items[ahead - 1].end and is_syllable(plain[items[ahead].start])
        ):
            following = items[ahead]
            word = plain[following.start : following.end]
            if following.kind in _BESIDE:
                break
            if (following.kind is K.GENERIC and (ahead > index + 1 or word not in _PLAIN_SUFFIX)) or (
                following.kind is not K.GENERIC and following.kind not in _AFTER_NAME
            ):
                foreign, end = True, following.end
            elif foreign:
                break
            ahead += 1
        if not foreign:
            out.append(item)
            index += 1
            continue
        while index < len(items) and items[index].end <= end:
            index += 1
        out.append(Item(K.UNKNOWN, start, end, "noun"))
    return out


_COUNTED = frozenset({K.NODE, K.PORT, K.LINES, K.SESSION, K.TIME, K.SINCE, K.VERSION, K.SERVER, K.FILE})


def _numbered(item: Item, after: Item, plain: str) -> bool:
    """True when a number that counts nothing here touches a name: it is a part of another name."""
    return after.start == item.end and plain[item.end].isdigit() and after.kind not in _COUNTED


def _hyphen(one: Item, other: Item, plain: str) -> bool:
    """True when a hyphen alone joins a name and a word that names no place."""
    return (
        other.start == one.end + 1
        and plain[one.end] in "-_"
        and (one.kind not in _BESIDE or other.kind not in _BESIDE or K.UNKNOWN in (one.kind, other.kind))
    )


def _kind_of(items: list[Item], ahead: int) -> bool:
    """True when the word that touches a name is a part of it, since a place or an action follows and no verb does."""
    item = items[ahead]
    if item.kind not in (K.LIGHT, K.CANCEL) or item.start != items[ahead - 1].end or ahead + 1 >= len(items):
        return False
    after = items[ahead + 1]
    return after.start > item.end and after.kind in (K.LAYER, K.NODE, K.ENV, K.ACT)


def _loose_verb(item: Item, text: str) -> bool:
    """A verb other than 하다 and its kin does not begin inside a word: 충주시 is no 주시."""
    return (
        item.kind is K.PRED
        and item.value.role not in ("ask", "asked")
        and not (item.value.role in ("do", "become") and text[item.start] in "하해했할한함합되돼됐된될됨시")
    )


def _syllable_of(item: Item, text: str) -> bool:
    """A short word behind an unknown one is its last syllable (나래시), unless it makes a condition (없을시)."""
    if item.end - item.start != 1 or item.kind in (K.PARTICLE, K.AND, K.LAYER, K.NODE, K.PRED, K.BUT, K.TIME):
        return False
    before = text[item.start - 1]
    return not (item.kind is K.COND and is_syllable(before) and split(before)[2] == "ㄹ")


def _inside(items: list[Item], index: int) -> bool:
    """A particle with more of the word behind it is part of the word."""
    return (
        items[index].kind in (K.PARTICLE, K.TIME, K.LAYER)
        and index + 1 < len(items)
        and items[index + 1].kind is K.UNKNOWN
        and items[index + 1].start == items[index].end
    )


def _touching(out: list[Item]) -> bool:
    return out[-1].end - out[-1].start <= 2


_WITH = fold("하고")
_BECAUSE = frozenset(fold(word) for word in ("니까", "이니까"))
_ENDED = frozenset(fold(word) for word in ("요", "지", "죠", "는", "나", "야"))


def listed(items: list[Item], plain: str) -> list[Item]:
    """1호기하고 3호기 내려줘: behind a target and before another one "하고" lists them, nothing is done yet."""
    for index in range(1, len(items) - 1):
        item, before, after = items[index], items[index - 1], items[index + 1]
        if (
            item.kind is K.PRED
            and plain[item.start : item.end] == _WITH
            and before.kind in PLACES
            and after.kind in PLACES
            and (item.start == before.end or not any(one.kind in (K.ACT, K.TOPIC) for one in items[:index]))
        ):
            item.kind, item.value = K.AND, _WITH
    return items


def rejoined(items: list[Item], plain: str) -> list[Item]:
    """What looks like particles behind an unknown word may be the ending of a verb: 찍혔는지."""
    out: list[Item] = []
    for index, item in enumerate(items):
        if (
            item.kind is K.PARTICLE
            and out
            and out[-1].kind is K.UNKNOWN
            and out[-1].value == "noun"
            and out[-1].end == item.start
        ):
            if item.value == _NEUN and index + 1 < len(items) and _wonders(item, items[index + 1]):
                out[-1] = Item(K.UNKNOWN, out[-1].start, items[index + 1].end, "pred")  # 튀는지
                items[index + 1].kind = K.FILLER
                continue
            word = plain[out[-1].start : item.end].replace(" ", "")
            if item.value in _BECAUSE or (item.value in _ENDED and whole(word)):
                out[-1] = Item(K.UNKNOWN, out[-1].start, item.end, "pred")
                continue
            if conditional(word):
                out[-1] = Item(K.COND, out[-1].start, item.end)
                continue
            if split(plain[item.start - 1])[2] == "ㅆ" if is_syllable(plain[item.start - 1]) else False:
                out[-1] = Item(K.UNKNOWN, out[-1].start, item.end, "pred")
                continue
        out.append(item)
    return out


_NEUN, _JI = fold("는"), fold("지")


def _wonders(item: Item, after: Item) -> bool:
    return after.kind is K.PARTICLE and after.value == _JI and after.start == item.end


def _wrong_vowel(word: str, known: str) -> bool:
    wrong = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    if len(wrong) != 1 or not (is_syllable(wrong[0][0]) and is_syllable(wrong[0][1])):
        return False
    (one, _, last), (other, _, end) = split(wrong[0][0]), split(wrong[0][1])
    return one == other and last == end


def _wrong_end(word: str, known: str) -> bool:
    """재기돔: only the consonant that closes the last syllable is another one."""
    if word[:-1] != known[:-1] or len(known) < 3 or not (is_syllable(word[-1]) and is_syllable(known[-1])):
        return False
    mine, theirs = split(word[-1]), split(known[-1])
    return mine[:2] == theirs[:2] and bool(mine[2]) and bool(theirs[2])


def look_again(item: Item, normal: Normal, gazetteer: Gazetteer) -> None:
    """An unknown word may be a slip of the key; if not, its end tells whether it is a noun at all."""
    written = "".join(normal.text[item.start : item.end].split()).lower()
    if _OFFICER.search(written):
        item.kind = K.PERSON  # 김과장
        return
    match = gazetteer.slip(written)
    if match is not None:
        item.kind, item.value = K.NAME, match
        return
    word = "".join(normal.plain[item.start : item.end].split())
    for known, (kind, value) in SLIPPED.items():
        if len(word) == len(known) and word[0] == known[0] and (_wrong_vowel(word, known) or _wrong_end(word, known)):
            item.kind, item.value = kind, value
            return
    if conditional(word):
        item.kind = K.COND
    else:
        item.value = item.value or shape(word)

# ruff: noqa: E501 - patterns read worse when they are broken
"""One value put in the place of another before the rest is read: 2.4.0 말고 2.3.9로; … 551 끊어주세요. 551이 아니라 552입니다."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft

_INSTEAD = re.compile(fold(r"\s*(?:버전)?\s*(?:이|가)?\s*(?:말고|말구|아니고|아니라)[\s,]*|\s*(?:버전)?\s*에서\s*"))
_BOTH = re.compile(fold(r"\s*(?:뿐만?|만)\s*(?:이\s*)?아니라\s*"))
_OH = r"(?:(?:아차|아|앗|어|엇|헉|죄송(?:합니다|해요)?|미안(?:합니다|해요)?)[\s,.!~]*)*"
_VALUE = re.compile(
    fold(
        rf"\W*{_OH}(?:세션|버전)?\s*(?P<old>v?\d[\w.-]*\d|\d)\s*(?:번|버전)?\s*(?:이|가)?\s*(?:말고|말구|아니고|아니라)[\s,]*(?P<new>v?\d[\w.-]*\d|\d)\s*(?:번|버전)?\s*(?:으?로)?\s*(?:요|이요|입니다|이에요|예요|임)?[\s.!~ㅠㅜ]*"
    )
)
_MISTAKEN = re.compile(
    fold(
        rf"\W*{_OH}(?:버전|번호|세션|세션\s*번호|숫자)(?:을|를|이|가)?\s*(?:잘못\s*(?:봤|적었|썼|말했|쳤|알았)|틀렸|헷갈렸|착각했)[가-힣]{{0,4}}[\s.,!~ㅠㅜ]*"
    )
)
_OF_IT = frozenset(fold(word) for word in ("이", "가", "은", "는", "도", "에서"))
_VALUES = (K.VERSION, K.SESSION)


def amend(normal: Normal, drafts: list[Draft]) -> None:
    """Leave of two values in `drafts` the one that stands at the end."""
    for draft in drafts:
        _within(normal, draft.items)
    at = 1
    while at < len(drafts):
        found = _VALUE.fullmatch(normal.plain, drafts[at].sentence.start, drafts[at].sentence.end)
        held = [item for draft in drafts[:at] for item in draft.items if item.kind in _VALUES]
        if (
            found is None
            or len(held) != 1
            or not _same(held[0], found["old"])
            or _dotted(found["old"]) != _dotted(found["new"])
        ):
            at += 1
            continue
        held[0].value = normal.text[found.start("new") : found.end("new")]
        first = at
        if at > 1 and _MISTAKEN.fullmatch(normal.plain, drafts[at - 1].sentence.start, drafts[at - 1].sentence.end):
            first -= 1  # 아 번호 잘못 봤네요
        del drafts[first : at + 1]
        at = first


def _same(item: Item, old: str) -> bool:
    return str(item.value).lower() == old.lower()


def _dotted(value: str) -> bool:
    return "." in value


def _within(normal: Normal, items: list[Item]) -> None:
    for one in [item for item in items if item.kind in (K.VERSION, K.NODE)]:
        at = items.index(one)
        later = next((k for k in range(at + 1, len(items)) if items[k].kind is one.kind), -1)
        if later < 0:
            continue
        between = (one.end, items[later].start)
        if one.kind is K.VERSION and _INSTEAD.fullmatch(normal.plain, *between) and _to_be_done(items, later):
            del items[at:later]
        elif one.kind is K.NODE and _BOTH.fullmatch(normal.plain, *between):
            items[at + 1 : later] = [Item(K.AND, *between, None)]
            too = items[at + 3] if at + 3 < len(items) else None
            if too is not None and too.kind is K.PARTICLE and too.value == "도":
                del items[at + 3]


def _to_be_done(items: list[Item], at: int) -> bool:
    """2.3.9로 롤백해주세요; but not 2.3.9가 떠 있는데 …, 2.3.9로 내렸는데 …"""
    after = next((k for k in range(at + 1, len(items)) if items[k].kind not in (K.PARTICLE, K.FILLER)), -1)
    subject = at + 1 < len(items) and items[at + 1].kind is K.PARTICLE and items[at + 1].value in _OF_IT
    if after < 0 or subject or items[after].kind not in (K.ACT, K.PRED):
        return False
    return all(item.value.mood is Mood.COMMAND for item in items[after:] if item.kind is K.PRED)

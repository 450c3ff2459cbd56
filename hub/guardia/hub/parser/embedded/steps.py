"""Rows of steps (정지 → 배포 → 기동): all of them are one request, or none of them runs."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import (
    PARTLY,
    TARGETS,
    Draft,
    Step,
    acts,
    asks,
    changes,
    may_be_where,
    named,
    numbered,
    only_targets,
    put,
    targets,
    told,
)
from guardia.hub.parser.embedded.segment import Voice

_ORDER = re.compile(fold(r"(?:순으로|순서로|순서대로|차례로|차례대로|순차(?:적으로)?|순서(?=\s|$))"))
_VOID = re.compile(r"\(\s*[x×✕✖]\s*\)|[❌✕✖]")
_STEP_END = frozenset({K.ACT, K.TOPIC, K.LIGHT, K.ATTR, K.SESSION, K.PORT, K.LINES})
_BESIDE = frozenset({K.PARTICLE, K.FILLER, K.ALL_NODES, K.AND, K.LINK})


def in_order(word: str) -> bool:
    """순서로, 순서대로: says how the steps follow each other, names nothing."""
    return bool(_ORDER.fullmatch(word.replace(" ", "")))


def chains(normal: Normal, drafts: list[Draft]) -> list[Draft]:
    """`drafts` with steps between arrows put together, where they are steps; elsewhere an arrow ends a sentence."""
    out: list[Draft] = []
    index = 0
    while index < len(drafts):
        number = drafts[index].sentence.chain
        if not number and drafts[index].sentence.voice is not Voice.LISTED:
            _commas(normal, drafts[index])
        stop = index + 1
        while number and stop < len(drafts) and drafts[stop].sentence.chain == number:
            stop += 1
        out.extend(_chain(normal, drafts[index:stop]) if number else drafts[index:stop])
        index = stop
    return out


def _chain(normal: Normal, pieces: list[Draft]) -> list[Draft]:
    kept = _voided(normal, pieces)
    if kept is not pieces:
        return kept
    *before, last = pieces
    text = normal.plain[pieces[0].sentence.start : last.sentence.end]
    carried = [one for one in before if not acts(one.items) and may_be_where(one.items)]
    steps = [one for one in before if _is_step(one.items) or _linked(one.items)]
    deploys = any(item.kind is K.ACT and item.value == "DEPLOY_ARTIFACT" for one in pieces for item in one.items)
    strange = [one for one in before if _strange(one.items, deploys)]
    if strange and changes(last.items) and not told(last.items):
        for one in pieces if not asks(last.items) else before:
            one.sentence = replace(one.sentence, voice=Voice.LISTED)
        last.broken = PARTLY
        return pieces
    if len(carried) == len(before) and acts(last.items):
        return [_passed(pieces, ordered=bool(_ORDER.search(text)))]
    if steps and len(steps) + len(carried) == len(before):
        if carried and before[: len(carried)] != carried:
            return [_row(pieces, carried, PARTLY)]
        return [_row(pieces, carried, "")]
    if any(told(one.items) for one in before) and not asks(last.items):
        last.sentence = replace(last.sentence, voice=Voice.LISTED)
    out: list[Draft] = []
    wanted = acts(last.items) and not told(last.items)
    for one in before:
        if not asks(one.items):
            one.sentence = replace(one.sentence, voice=Voice.LISTED)
        out.append(one)
    if wanted and any(changes(one.items) and not asks(one.items) and not told(one.items) for one in before):
        last.broken = PARTLY
    if any(_is_step(one.items) for one in before) and any(told(one.items) for one in before):
        last.broken = last.broken or PARTLY
    return [*out, last]


def _commas(normal: Normal, draft: Draft) -> None:
    """정지, app.war 배포, 기동 순으로 부탁드립니다: commas part the steps of one target."""
    rows: list[list[Item]] = [[]]
    for index, item in enumerate(draft.items):
        if index and "," in normal.text[draft.items[index - 1].end : item.start]:
            rows.append([])
        rows[-1].append(item)
    rows = [row for row in rows if row]
    before, last = rows[:-1], rows[-1] if rows else []
    if not before or draft.steps or not (acts(last) and asks(last)) or not changes(draft.items):
        return
    if any(targets(row) for row in (*before[1:], last)) or told(last) or not _is_step(before[0]):
        return
    bounds = [draft.sentence.start, *(row[0].start for row in (*before[1:], last)), draft.sentence.end]
    steps = [
        Step(replace(draft.sentence, start=bounds[at], end=bounds[at + 1], voice=Voice.ORDERED), row)
        for at, row in enumerate((*before, last))
    ]
    if all(_is_step(row) for row in before):
        draft.steps = tuple(steps)
    elif changes(before[0]) and changes(last) and not any(told(row) and not _doing(row) for row in before):
        draft.broken = PARTLY


def _doing(items: list[Item]) -> bool:
    """비우기, 패치하기: something is done that is not understood."""
    return any(item.kind is K.PRED and item.value.mood is Mood.PLAN for item in items)


def _strange(items: list[Item], deploys: bool) -> bool:
    """캐시 비우기, 설정 변경: may be a step, and is none that is understood."""
    if _doing(items):
        return True
    if any(item.kind in (K.ATTACHED, K.FILE) for item in items) and not deploys and not acts(items):
        return True  # 패치 → 기동
    unknown = any(item.kind is K.UNKNOWN and item.value == "noun" for item in items)
    return unknown and not (acts(items) or told(items) or asks(items) or any(item.kind is K.FILE for item in items))


def _voided(normal: Normal, pieces: list[Draft]) -> list[Draft]:
    """인뱅 WAS 재기동 (X) → 로그 확인: of what is crossed out only the place stays."""
    kept: list[Draft] = []
    for one in pieces:
        if one is pieces[-1] or not _VOID.search(normal.plain, one.sentence.start, one.sentence.end):
            kept.append(one)
        elif targets(one.items):
            kept.append(put([Step(one.sentence, only_targets(one.items), silent=True)]))
    if len(kept) == len(pieces) and not any(one.steps for one in kept):
        return pieces
    for one in kept:
        one.sentence = replace(one.sentence, voice=one.sentence.voice if one is kept[-1] else Voice.LISTED)
    return kept


def _is_step(items: list[Item]) -> bool:
    """It ends in a bare action: 정지, app.war 배포."""
    if told(items) or asks(items):
        return False
    last = next((item for item in reversed(items) if item.kind not in _BESIDE), None)
    return acts(items) and last is not None and last.kind in _STEP_END


def _linked(items: list[Item]) -> bool:
    """내리고: a step too, where an arrow follows."""
    last = items[-1] if items else None
    return (
        last is not None and last.kind is K.PRED and last.value.mood is Mood.AND and changes([last]) and not told(items)
    )


def _passed(pieces: list[Draft], ordered: bool) -> Draft:
    """1호기 → 2호기 순으로 재기동, app.war → 인뱅 WAS 배포: what stands before the arrow belongs to the last."""
    *before, last = pieces
    rows = [one.items for one in before]
    places = [row for row in rows if targets(row)]
    several = bool(places) and (targets(last.items) or len(places) > 1)
    nodes = all(numbered(row) or row is places[0] for row in places) and not (
        named(last.items) or any(item.kind in TARGETS and item.kind is not K.NODE for item in last.items)
    )
    items: list[Item] = []
    for row in rows:
        if items and targets(row):
            items.append(Item(K.AND, row[0].start, row[0].start, "and"))
        items.extend(row)
    if several and targets(last.items):
        items.append(Item(K.AND, last.items[0].start, last.items[0].start, "and"))
    broken = "" if ordered or nodes or not several else "an arrow between two targets"
    sentence = replace(last.sentence, start=pieces[0].sentence.start)
    return Draft(sentence, [*items, *last.items], (), broken)


def _row(pieces: list[Draft], carried: list[Draft], broken: str) -> Draft:
    """정지 → 배포 → 기동: all or nothing."""
    steps = []
    for one in pieces:
        silent = any(one is other for other in carried)
        voice = Voice.ORDERED if one.sentence.voice is Voice.OWN else one.sentence.voice
        if one is not pieces[-1] and _linked(one.items):
            pred = one.items[-1]
            one.items[-1] = replace(pred, value=replace(pred.value, mood=Mood.COMMAND))
        steps.append(Step(replace(one.sentence, voice=voice), one.items, silent))
    return put(steps, broken)

"""Tickets and forms: labelled lines (대상: …, 작업: …) put together to what they ask for."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.fields import Field
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import (
    Draft,
    Step,
    acts,
    asks,
    asks_instead,
    may_be_where,
    named,
    only_targets,
    put,
    restricts,
    targets,
    told,
    without_targets,
)
from guardia.hub.parser.embedded.segment import Voice

_ORDER = (K.NAME, K.SERVER, K.ENV, K.LAYER, K.EVERY_LAYER, K.NODE, K.ALL_NODES)

_PARTS = frozenset({K.NODE, K.LAYER, K.ENV, K.SERVER})
_NOW = re.compile(
    fold(
        r"(?:즉시|지금|바로|당장|현재|asap|now|immediately|가능한\s?빨리|최대한\s?빨리|빠른\s?시간\s?내|지금\s?바로)(?:\s*(?:요|부탁드립니다))?"
    )
)


def forms(normal: Normal, drafts: list[Draft]) -> list[Draft]:
    """`drafts` with the labelled lines of the message brought to the sentence that asks."""
    if all(one.sentence.field is Field.NONE for one in drafts):
        return drafts
    return _Form(normal, drafts).read()


def _finer(items: list[Item]) -> set[K]:
    return {item.kind for item in items if item.kind in _PARTS}


class _Form:
    def __init__(self, normal: Normal, drafts: list[Draft]) -> None:
        self.normal = normal
        for one in drafts:
            kind = one.sentence.field
            if kind is Field.WHERE and acts(one.items):
                kind = Field.NONE  # [서버] 인뱅 WAS 재기동해줘
            elif kind is Field.WHAT and not acts(one.items) and targets(one.items) and may_be_where(one.items):
                kind = Field.WHERE
            one.sentence = replace(one.sentence, field=kind)
        self.drafts = drafts

    def _of(self, *kinds: Field) -> list[Draft]:
        return [one for one in self.drafts if one.sentence.field in kinds]

    def read(self) -> list[Draft]:
        hosts = self._hosts()
        tells = self._tells()
        ended = max((one.sentence.start for one in self._of(Field.RESULT)), default=-1)
        for one in hosts:
            # 상태: 종결: what stands above it was asked for once
            one.void = (tells and one.sentence.field in (Field.WHAT, Field.TITLE)) or one.sentence.start < ended
            if one.sentence.field is Field.WHAT:
                one.sentence = replace(one.sentence, voice=Voice.ORDERED)
        spoken = [one for one in self.drafts if one.sentence.field is Field.NONE or any(one is h for h in hosts)]
        made: dict[int, list[Draft]] = {}
        if hosts:
            steps = [one for one in self._of(Field.WHAT) if one.sentence.listed]
            if len(steps) > 1:  # 작업: 1) 정지 2) 배포 3) 기동
                made[id(steps[0])] = self._with(steps)
                made.update({id(one): [] for one in steps[1:]})
            for one in hosts:
                if id(one) not in made:
                    made[id(one)] = self._with([one])
        if self._narrowed():
            for one in (*spoken, *(draft for rows in made.values() for draft in rows)):
                one.broken = "a note narrows it, or says when in a way that is not understood"
        for one in spoken:
            for draft in made.get(id(one), []):
                draft.void = one.void
        return [draft for one in spoken for draft in made.get(id(one), [one])]

    def _narrowed(self) -> bool:
        notes = self._of(Field.NOTE)
        if any(restricts(one.items) or any(item.kind in _PARTS for item in one.items) for one in notes):
            return True
        return any(
            not any(item.kind is K.TIME for item in one.items)
            and not _NOW.fullmatch(self.normal.plain[one.sentence.start : one.sentence.end].strip())
            for one in self._of(Field.WHEN)
        )

    def _hosts(self) -> list[Draft]:
        """The sentences that say what is to be done."""
        what = [one for one in self._of(Field.WHAT) if acts(one.items)]
        free = [one for one in self._of(Field.NONE) if acts(one.items) and one.sentence.voice is not Voice.LISTED]
        asking = [one for one in free if asks(one.items) and not told(one.items)]
        if what or asking:
            return what or asking
        title = [one for one in self._of(Field.TITLE) if acts(one.items) and not told(one.items)]
        return title or [one for one in free if not told(one.items)]

    def _tells(self) -> bool:
        """The form is a report or an announcement: nothing in it is asked for."""
        if any(one.sentence.voice is Voice.LISTED and not one.sentence.listed for one in self.drafts):
            return True  # under the heading of a notice
        if self._of(Field.RESULT) or any(told(one.items) for one in self._of(Field.WHAT)):
            return True
        if any(item.kind is K.PAST for one in self._of(Field.WHEN) for item in one.items):
            return True
        free = [one for one in self._of(Field.NONE) if one.items]
        if any(asks(one.items) and not self._instead(one) for one in free):
            return False
        return any(told(one.items) or self._instead(one) for one in (*free, *self._of(Field.TITLE)))

    def _instead(self, draft: Draft) -> bool:
        return asks_instead(self.normal.plain[draft.sentence.start : draft.sentence.end], draft.items)

    def _with(self, hosts: list[Draft]) -> list[Draft]:
        """`hosts` (one, or the steps of one row) on the targets, at the time and with the files that the form names."""
        top = hosts[0]
        rest = [item for one in self._of(Field.WHEN, Field.WITH) for item in one.items]
        places = self._places()
        if not places and not rest:
            return hosts if len(hosts) == 1 else [put([Step(one.sentence, one.items) for one in hosts])]
        broken = ""
        own = only_targets(top.items)
        speaking = [Step(one.sentence, one.items) for one in hosts]
        if places and targets(own):
            if named(own) and any(named(place) for place in places):
                broken = "" if all(self._same(own, place) for place in places) else "two targets in one form"
                mine, theirs = _finer(own), {kind for place in places for kind in _finer(place)}
                if theirs <= mine:
                    places = []  # the request itself says at least as much as the form
                elif not mine <= theirs:
                    broken = "two targets in one form"
                own = []
            if places:
                speaking = [Step(one.sentence, without_targets(one.items)) for one in hosts]
        else:
            own = []
        made = []
        for place in places or [[]]:
            silent = [Step(top.sentence, part, silent=True) for part in (own, place, rest) if part]
            made.append(put([*silent, *speaking], broken))
        return made

    def _places(self) -> list[list[Item]]:
        """Targets of the form: one of all its lines, or one for each entry of a list (대상: - … - …)."""
        rows = self._of(Field.WHERE)
        entries = [one.items for one in rows if one.sentence.listed]
        if len(entries) > 1:
            return entries
        items = [item for one in rows for item in one.items]
        if not items:
            return []
        if len(rows) > 1 and not any(item.kind in (K.AND, K.BUT, K.UNKNOWN) for item in items):
            items = [item for item in items if item.kind in _ORDER]
            items.sort(key=lambda item: _ORDER.index(item.kind))
            items.sort(key=lambda item: not (item.kind is K.NAME and item.value.institutions))
        return [items]

    def _same(self, one: list[Item], other: list[Item]) -> bool:
        def names(items: list[Item]) -> set[str]:
            return {self.normal.plain[item.start : item.end] for item in items if item.kind in (K.NAME, K.SERVER)}

        return names(one) <= names(other) or names(other) <= names(one)

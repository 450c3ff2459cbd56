# ruff: noqa: E501 - patterns read worse when they are broken
"""Lists: what their lead-in and closing ask for goes to each entry, or each entry to its target."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.assemble import IMPLIED
from guardia.hub.parser.embedded.fields import Field
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import (
    COUNTED,
    PARTLY,
    Draft,
    Step,
    acts,
    asks,
    asks_instead,
    changes,
    may_be_where,
    named,
    numbered,
    only_targets,
    put,
    restricts,
    shows,
    targets,
    told,
    where,
    without_targets,
)
from guardia.hub.parser.embedded.segment import Voice

_LEADS = re.compile(
    fold(
        r"(?:아래|다음|하기|이하|following|below)[^\n]{0,40}(?:부탁|요청|해\s?(?:주|줘)|바랍|바람|진행|처리|please|하세요)"
        r"|요청\s?(?:(?:\d{1,2}|한|두|세|네|다섯|여섯)\s?(?:건|가지)|사항|건|목록|리스트|드릴|드리는|작업|내용|드립|합)|(?:부탁|요청)(?:드릴|드리는|할)?\s*(?:것|거|건|일|작업|사항)|(?:부탁|요청)(?:드립니다|드려요|합니다|해요|드림)?\s*[:.]?\s*$|(?:^|\s)(?:todo|to do|requests?)\b"
    )
)
_REQUESTS = re.compile(
    fold(
        r"요청\s?(?:사항|건|목록|리스트|작업|내용)?(?:들)?\s*(?:(?:두|세|네|다섯|여섯|\d{1,2})\s?(?:건|가지|개))?\s*(?:입니다|이에요|예요|드립니다|드려요|합니다|요)?\s*[:.~!\])>】]*\s*$"
    )
)
_ANNOUNCES = re.compile(
    fold(
        r"(?:작업|진행|조치|처리|점검|배포)?\s?순서(?:는|대로)?\s*(?:입니다|이에요|예요|드립니다|드려요|드릴게요|요)?\s*[:.~]*\s*$"
    )
)
"""작업 순서입니다: what is to be done in which order, once something else asks for it."""
_REASON = re.compile(fold(r"[가-힣](?:으니까?|니까?|어서|아서|해서|돼서|라서|이라)\s*,?\s*$"))
_COURTESY = re.compile(fold(r"(?:감사|고맙|송구|죄송|미안|수고|번거롭)[가-힣]{0,6}[\s.!~^]*$"))
_NO_COURTESY = re.compile(fold(r"보류|취소|연기|철회|반려|중단|말고|않|못\s|안\s|마세|마시|마십|나중|예정"))
_TO_LOOK_AT = re.compile(
    fold(
        r"(?:확인|점검|조회|체크)\s?(?:할|하실|해\s?주실|해주실|해\s?주세요|바랄|필요한)?\s?(?:것|거|항목|사항|목록|대상)들?(?:은|는)?\s*:?\s*$"
        r"|(?:확인|점검|조회|체크)\s?순서(?:대로)?(?:요|입니다)?[\s.:~]*$"
    )
)
_CHOICE = re.compile(
    fold(r"중\s?(?:에서?\s?)?(?:하나|한\s?(?:건|개|가지)|택|아무|어느|골라|선택)|하나만|택\s?(?:1|일)|either|one of")
)


def lists(normal: Normal, drafts: list[Draft]) -> list[Draft]:
    """`drafts` with every list of the message put together with what leads it in and what closes it."""
    for number in dict.fromkeys(draft.sentence.listed for draft in drafts):
        if number and not any(d.sentence.field is not Field.NONE for d in drafts if d.sentence.listed == number):
            drafts = _List(normal, drafts, number).read()
    return drafts


class _List:
    def __init__(self, normal: Normal, drafts: list[Draft], number: int) -> None:
        self.normal = normal
        self.drafts = drafts
        places = [index for index, draft in enumerate(drafts) if draft.sentence.listed == number]
        first, last = places[0], places[-1]
        self.before, self.after = drafts[:first], drafts[last + 1 :]
        self.entries = drafts[first : last + 1]
        top, end = self.entries[0].sentence.line, self.entries[-1].sentence.line
        self.lead = [one for one in self.before if one.sentence.line == top - 1 and self._plain(one)]
        self.closing = [one for one in self.after if one.sentence.line == end + 1 and self._plain(one)][:1]
        self.inline = self.entries[0].sentence.inline
        rows = [one.sentence.line for one in self.entries[-2:]]
        if self.inline and len(self.entries) > 2 and rows[0] == rows[1] and not acts(self.entries[-1].items):
            self.closing = [self.entries.pop()]  # … 3) 기동. 지금 진행해 주시면 됩니다
            self.after = [*self.closing, *self.after]

    @staticmethod
    def _plain(draft: Draft) -> bool:
        return not draft.sentence.listed and draft.sentence.field is Field.NONE and draft.sentence.voice is Voice.OWN

    @staticmethod
    def _only_asks(draft: Draft) -> bool:
        """이대로 진행해 주세요: nothing that could be a step of its own."""
        known = all(item.kind in (K.LIGHT, K.FILLER, K.PRED, K.PARTICLE, K.ALL_NODES) for item in draft.items)
        return known and asks(draft.items) and not acts(draft.items)

    def _text(self, draft: Draft) -> str:
        return self.normal.plain[draft.sentence.start : draft.sentence.end]

    def _places(self, draft: Draft) -> list[Item]:
        """The targets of a lead-in; "항목" and its kin speak of the list."""
        return [
            item
            for item in only_targets(draft.items)
            if item.kind is not K.UNKNOWN or not COUNTED.fullmatch(self.normal.plain[item.start : item.end])
        ]

    def read(self) -> list[Draft]:
        host = self._host()
        if host is not None and self._all_where():
            return self._targets(host)
        closed = self._closes()
        asking = self._led()
        if any(self._tells(one) for one in (*self.lead[-1:], *self.closing)):
            return self._left(host, void=self.inline)
        if not (closed or asking or self._last_asks()):
            return self._left(host)
        asker = self.closing[0] if closed else asking
        if asker is not None and shows(asker.items) and any(changes(one.items) for one in self.entries):
            return self._left(host)
        return self._actions(closed)

    # --- what asks --------------------------------------------------------------------------------------------------

    def _host(self) -> Draft | None:
        """The sentence around the list that names an action."""
        for one in (*reversed(self.lead), *self.closing):
            if acts(one.items) and not told(one.items):
                return one
        return None

    def _closes(self) -> bool:
        """이상 두 건 부탁드립니다."""
        if not self.closing:
            return False
        items = self.closing[0].items
        if not asks(items) or acts(items) or targets(items) or any(item.kind is K.ATTACHED for item in items):
            return False  # 패치 해주세요: a step that is not understood
        counted = COUNTED.search(self._text(self.closing[0]))
        return bool(counted) or not (told(items) or any(item.kind is K.UNKNOWN for item in items))

    def _tells(self, draft: Draft) -> bool:
        """A sentence around the list tells of what was or will be done, or asks for something else than to do it."""
        if _CHOICE.search(self._text(draft)):
            return True
        if self._announces(draft) or self._thanks(draft):
            return False
        if any(item.kind in (K.PAST, K.SELF, K.COND) for item in draft.items):
            return not acts(draft.items)
        if asks_instead(self._text(draft), draft.items):
            return True
        return told(draft.items) and not asks(draft.items) and not _REQUESTS.search(self._text(draft))

    def _announces(self, draft: Draft) -> bool:
        """It leads the entries in without a word on whether they are asked for; what closes them may ask."""
        text = self._text(draft)
        past = any(item.kind is K.PAST for item in draft.items)
        if past or not any(draft is one for one in self.lead) or _NO_COURTESY.search(text):
            return False
        if _ANNOUNCES.search(text) and not _TO_LOOK_AT.search(text):
            return True
        if _TO_LOOK_AT.search(text):
            return not any(changes(one.items) for one in self.entries)
        return bool(_REASON.search(text)) and any(map(self._only_asks, self.closing)) and not acts(draft.items)

    def _thanks(self, draft: Draft) -> bool:
        text = self._text(draft)
        courtesy = any(draft is one for one in self.closing) and bool(_COURTESY.search(text))
        return courtesy and not (acts(draft.items) or targets(draft.items) or _NO_COURTESY.search(text))

    def _led(self) -> Draft | None:
        for one in self.lead:
            whole = acts(one.items) and (targets(one.items) or asks(one.items))
            if (
                not whole
                and not self._tells(one)
                and (_LEADS.search(self._text(one)) or asks(one.items) or _TO_LOOK_AT.search(self._text(one)))
            ):
                return one
        return None

    def _last_asks(self) -> bool:
        """1) 중지 2) 배포 3) 기동 순으로 해주세요: the last entry asks for all of them."""
        return self.inline and asks(self.entries[-1].items)

    def _all_where(self) -> bool:
        return all(may_be_where(one.items) for one in self.entries) and any(targets(one.items) for one in self.entries)

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def _left(self, host: Draft | None, void: bool = False) -> list[Draft]:
        """The entries are no orders; they may still narrow the command above them."""
        for one in self.entries:
            one.void = void
            one.sentence = replace(one.sentence, voice=Voice.LISTED)
        above = host is not None and any(host is one for one in self.lead)
        if host is not None and above and any(restricts(one.items) for one in self.entries):
            host.broken = "an entry of the list below narrows it"
        return self.drafts

    def _targets(self, host: Draft) -> list[Draft]:
        """재기동 부탁드려요 1) 인뱅 WAS 2) 포털 WAS: the action goes to each entry."""
        own = self._places(host) if targets(host.items) else []
        lead = own or [item for one in self.lead if one is not host for item in self._places(one)]
        clash = named(lead) and any(self._another(lead, one.items) for one in self.entries)
        verb = Step(host.sentence, without_targets(host.items))
        made = []
        for group in self._grouped():
            entry = group[0]
            items = _joined([one.items for one in group])
            prefix = [] if named(items) and not self._institution(lead) else lead
            made.append(
                put(
                    [Step(host.sentence, prefix, silent=True), Step(entry.sentence, items, silent=True), verb],
                    broken="a list under another target" if clash else host.broken,
                )
            )
        gone = [host, *(one for one in self.lead if where(one.items)), *(self.closing if self._closes() else ())]
        return [*_but(self.before, gone), *made, *_but(self.after, gone)]

    def _actions(self, closed: bool) -> list[Draft]:
        lead = [item for one in self.lead if not acts(one.items) for item in self._places(one)]
        for one in self.entries:
            one.sentence = replace(one.sentence, voice=Voice.ORDERED, line=self.entries[0].sentence.line)
        lost = [one for one in self.entries if not acts(one.items) or told(one.items)]
        source = self.lead[-1].sentence if self.lead else self.entries[0].sentence
        if lead and not any(targets(one.items) for one in self.entries):
            steps = [Step(source, lead, silent=True), *(Step(one.sentence, one.items) for one in self.entries)]
            made = [put(steps, broken=PARTLY if lost else "")]
        else:
            made = [
                put([Step(source, beside(lead, one.items), silent=True), Step(one.sentence, one.items)])
                if lead and not named(one.items) and acts(one.items)
                else one
                for one in self.entries
            ]
            if lost and any(self._may_be_one(a, b) for a in lost for b in self.entries if a is not b):
                for one in made:
                    one.broken = PARTLY
        gone = [one for one in self.lead if not acts(one.items)] + (self.closing if closed else [])
        return [*_but(self.before, gone), *made, *_but(self.after, gone)]

    def _may_be_one(self, lost: Draft, other: Draft) -> bool:
        """True when an entry that is not understood may be a step of what `other` does."""
        if not changes(other.items):
            return False
        mine = [self.normal.plain[i.start : i.end] for i in lost.items if i.kind in (K.NAME, K.SERVER)]
        return not mine or any(self.normal.plain[i.start : i.end] in mine for i in other.items)

    def _grouped(self) -> list[list[Draft]]:
        """Entries; nodes in a row (1호기, 3호기) are one target."""
        groups: list[list[Draft]] = []
        for one in self.entries:
            if groups and numbered(one.items) and numbered(groups[-1][-1].items):
                groups[-1].append(one)
            else:
                groups.append([one])
        return groups

    def _another(self, lead: list[Item], items: list[Item]) -> bool:
        return named(items) and not self._institution(lead)

    @staticmethod
    def _institution(items: list[Item]) -> bool:
        return all(item.value.institutions for item in items if item.kind is K.NAME) and not any(
            item.kind is K.SERVER for item in items
        )


def beside(lead: list[Item], items: list[Item]) -> list[Item]:
    """What of the targets in `lead` holds for `items` too, which may name another layer or nodes."""
    kinds = {item.kind for item in items}
    layered = bool(kinds & {K.LAYER, K.EVERY_LAYER}) or any(
        item.kind is K.TOPIC and item.value in IMPLIED for item in items
    )
    gone = {K.LAYER, K.NODE, K.ALL_NODES, K.BUT, K.REST} if layered else {K.NODE} if K.NODE in kinds else set()
    return [item for item in lead if item.kind not in gone]


def _joined(rows: list[list[Item]]) -> list[Item]:
    items = list(rows[0])
    for row in rows[1:]:
        items.append(Item(K.AND, row[0].start, row[0].start, "and"))
        items.extend(row)
    return items


def _but(drafts: list[Draft], gone: list[Draft]) -> list[Draft]:
    return [one for one in drafts if not any(one is other for other in gone)]

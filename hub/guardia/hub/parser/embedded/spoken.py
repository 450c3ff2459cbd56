"""What a draft says: of one sentence, or of steps that are put together."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.clauses import shell
from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.deeds import deeds
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.entry import corrects, english, is_english, mended, ordered
from guardia.hub.parser.embedded.english.words import prepare
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import PARTLY, Draft, acts, told
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.segment import Sentence


class Speaker:
    """Reads the deeds of drafts in the order of the message."""

    def __init__(self, normal: Normal, attached: bool) -> None:
        self.normal = normal
        self.attached = attached
        self.before: Said = Said()
        self.spoken: list[Sentence] = []

    def part(self, draft: Draft, scoped: bool) -> Part:
        """`scoped`: a target was named before, in this draft or in another."""
        if draft.void:
            self.before = Said()
            return Part(draft.sentence, draft.items, Said())
        if draft.steps:
            return self._together(draft, scoped)
        sentence, items, said, in_english = self._said(draft.sentence, draft.items, scoped)
        return Part(sentence, items, said, english=in_english, broken=draft.broken or said.unsure)

    def _said(self, sentence: Sentence, items: list[Item], scoped: bool) -> tuple[Sentence, list[Item], Said, bool]:
        in_english = is_english(items, self.normal.plain)
        if in_english:
            sentence, items = _sequel(self.normal, *_labelled(self.normal, sentence, items))
            items = prepare(items, self.normal, sentence.start, sentence.end)
            sentence = corrects(sentence, self.normal.plain, items, bool(self.spoken))
            if sentence.corrects and not any(item.kind is K.ACT for item in items):
                items = mended(items, self.normal.plain)
            sentence = ordered(sentence, self.normal.plain, self.spoken)
            said = english(self.normal, sentence, items, files=self.attached, scoped=scoped)
            said.deeds = [deed for deed in said.deeds if not _names_version(items, deed)]
            _first(self.normal, sentence, items, said)
        else:
            said = deeds(self.normal, sentence, items, files=self.attached, pending=self.before.pending, scoped=scoped)
        quoted = [item for item in items if item.kind is K.QUOTE]
        looks = not any(deed.changes for deed in said.deeds) and any(deed.code == "SEARCH_LOG" for deed in said.deeds)
        if not (looks and quoted and shell(self.normal, quoted[0].start, quoted[-1].end)):  # what is looked for is data
            said.forbidden = said.forbidden or shell(self.normal, sentence.start, sentence.end)
        self.before = said
        self.spoken.append(sentence)
        return sentence, items, said, in_english

    def _together(self, draft: Draft, scoped: bool) -> Part:
        """Steps, each read by itself. They are all asked for or none is; one that is not understood stops them all."""
        whole = Said()
        items: list[Item] = []
        broken = draft.broken
        last: Said | None = None
        for step in draft.steps:
            offset = len(items)
            if step.silent:
                items.extend(step.items)
                continue
            _, row, said, _ = self._said(step.sentence, step.items, scoped)
            for deed in said.deeds:
                deed.at += offset
                deed.anchor += offset
            items.extend(row)
            whole.deeds.extend(said.deeds)
            whole.asks_bare = whole.asks_bare or said.asks_bare
            whole.cancel, whole.help = whole.cancel or said.cancel, whole.help or said.help
            whole.forbidden = whole.forbidden or said.forbidden
            if not any(deed.wanted for deed in said.deeds) and sum(not one.silent for one in draft.steps) > 1:
                broken = broken or PARTLY
            last = said
        if last is not None and not any(deed.wanted for deed in last.deeds) and _told_last(draft):
            for deed in whole.deeds:
                deed.mood = Mood.REPORT if deed.wanted else deed.mood
        return Part(draft.sentence, items, whole, broken=broken)


_AFTERWARDS = re.compile(
    r",?\s*\b(?:once|when|after|as soon as)\s+(?:(?:it|that|this|everything)(?:'s| is| has)?\s+)?(?:all\s+)?"
    r"(?:done|finished|complete|completed|back up|up again|through)\b[\s.!]*$"
)


_LABEL = re.compile(
    r"\s*(?:(?:one|an?|the|my|our|only|last)\s+)*(?:open|action|outstanding|remaining|follow-?up)?\s*"
    r"(?:items?|todos?|to dos?|tasks?|asks?|next steps?)\b"
    r"(?:\s+for\s+(?:the\s+)?(?:\w+\s?){1,3})?:\s*(?=(?:please|pls|can|could|would|kindly)\b)"
)


def _labelled(normal: Normal, sentence: Sentence, items: list[Item]) -> tuple[Sentence, list[Item]]:
    """One open item for the day crew: please check …: the words before the colon ask for nothing."""
    found = _LABEL.match(normal.plain, sentence.start, sentence.end)
    if found is None or any(
        item.start < found.end() and item.kind in (K.ACT, K.TOPIC, K.NAME, K.SERVER, K.LAYER, K.NEG, K.COND)
        for item in items
    ):
        return sentence, items
    return replace(sentence, start=found.end()), [item for item in items if item.start >= found.end()]


def _sequel(normal: Normal, sentence: Sentence, items: list[Item]) -> tuple[Sentence, list[Item]]:
    """deploy app.war and show the version once it's done: the order of two things asked for, no condition."""
    found = _AFTERWARDS.search(normal.plain, sentence.start, sentence.end)
    if found is None:
        return sentence, items
    kept = [item for item in items if item.end <= found.start()]
    acts = [at for at, item in enumerate(kept) if item.kind is K.ACT]
    linked = [at for at, item in enumerate(kept) if item.kind in (K.AND, K.LINK)]
    shown = [at for at, item in enumerate(kept) if item.kind in (K.LIGHT, K.TOPIC)]
    if acts and linked and shown and acts[0] < linked[-1] < shown[-1]:
        return replace(sentence, end=found.start()), kept
    return sentence, items


_FIRST = re.compile(r"(?:[,;]|\bbut\b|\band\b)(?P<clause>[^,;]*)\bfirst\b[\s,]*(?:please|pls)?[\s.!]*$")


def _names_version(items: list[Item], deed: Deed) -> bool:
    """… rollback please, version은 1.9.3: the word names the version behind it, nobody asks for one."""
    after = next((item for item in items[deed.at + 1 :] if item.kind is not K.PARTICLE), None)
    return deed.code == "SHOW_VERSION" and after is not None and after.kind is K.VERSION


def _first(normal: Normal, sentence: Sentence, items: list[Item], said: Said) -> None:
    """Restart it, but take a thread dump first: the second comes first."""
    found = _FIRST.search(normal.plain[sentence.start : sentence.end])
    if found is None:
        return
    for deed in said.deeds:
        deed.first = deed.first or items[deed.at].start >= sentence.start + found.start("clause")


def _told_last(draft: Draft) -> bool:
    """True when a row of steps ends in telling of them, not in asking: 정지 → 배포 → 기동 완료했습니다."""
    last = draft.steps[-1].items
    return told(last) or not acts(last)

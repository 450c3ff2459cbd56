"""Work that a message asks for around a change and that no action stands for: then the change may not run alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lexicon import chores
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.proto.catalogue import CATALOGUE

WORK = "work around the change that no action stands for"
APART = "how the nodes shall follow each other is not known"
_PRESENT = frozenset(fold("있겠"))


def chore(parsed: Message, changes: Sequence[Intent]) -> str:
    """Why `changes` may not run: the message names other work before, between or behind them; empty: it names none."""
    plain = parsed.normal.plain
    deeds = [(part.items[deed.at], deed) for part in parsed.parts for deed in part.said.deeds if deed.wanted]
    taken = [item for item, _ in deeds]
    starts = [item.start for item, deed in deeds if deed.changes]
    codes = {code for intent in changes for code in intent.action_sequence if CATALOGUE[code].changes}
    for found in chores.STEP.finditer(plain):
        if _understood(found.start(), found.end(), taken) or _kept(found["thing"], codes):
            continue
        if not _told(found.group()) and _ahead(plain, found, starts):
            return WORK
    for pattern in (chores.SEEN, chores.WITH, chores.CAUSED):
        for found in pattern.finditer(plain):
            read = pattern is not chores.CAUSED and _understood(found.start() - 4, found.end(), taken)
            if _ahead(plain, found, starts) and not read:
                return WORK
    if any(_left_out(part) for part in parsed.parts):
        return WORK
    for found in chores.ASKED.finditer(plain):
        if not _understood(found.start(), found.end(), taken) and not _told(found.group()):
            return WORK
    for found in chores.NOUNS.finditer(plain):
        if not _understood(found.start(), found.end(), taken) and not _told(found.group()):
            return WORK
    if codes != {"STOP_SERVICE"} and chores.MINE.search(plain):
        return WORK
    for part in parsed.parts:
        words = plain[part.sentence.start : part.sentence.end]
        if chores.APART.search(words):
            return APART
        if not part.english:
            continue
        if codes != {"STOP_SERVICE"} and chores.ENGLISH_MINE.search(words):
            return WORK
        for found in chores.ENGLISH.finditer(words):
            if not _understood(part.sentence.start + found.start(), part.sentence.start + found.end(), taken):
                return WORK
    return ""


def _ahead(plain: str, found: re.Match[str], starts: Sequence[int]) -> bool:
    """True when a change follows what was `found`, with nothing told between them."""
    after = [start for start in starts if start >= found.end()]
    between = plain[found.end() : min(after)] if after else ""
    return bool(after) and not _told(between) and chores.TELLING.search(between) is None


def _left_out(part: Part) -> bool:
    """2호기 L4 빼고: a word that is no target is left out, not the node before it."""
    if not asked_changes(part):
        return False
    for index, item in enumerate(part.items):
        before = [one for one in part.items[:index] if one.kind is not K.PARTICLE]
        if item.kind is K.BUT and before and (before[-1].kind is K.TOPIC or before[-1].value == "noun"):
            return True
    return False


def _understood(start: int, end: int, taken: Sequence[Item]) -> bool:
    """True when something that was asked for was read in these words."""
    return any(item.start < end and item.end > start for item in taken)


def _kept(thing: str | None, codes: set[str]) -> bool:
    """3312 세션 빼고 킬: which sessions are left alone."""
    return "KILL_DB_SESSION" in codes and thing is not None


def _told(words: str) -> bool:
    """True for what has been done, or shall not be: 설정 바꿨고, LB 안 빼고."""
    past = any(is_syllable(one) and split(one)[2] == "ㅆ" and one not in _PRESENT for one in words)
    return past or chores.DENIED.search(words) is not None

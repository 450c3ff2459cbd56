"""Steps of an English message that no request holds, or that come in another order than they would run."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.tails import courteous, untouched
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import chores
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes

LATE = "what comes before the change would come after it"
LOST = "a step that is in no request"
SIGNAL = "a later step waits for something"
ORDER = "what comes before the change is in no request"
_OWN = frozenset({K.NODE, K.LAYER, K.SERVER, K.NAME, K.FILE})
_PLAIN = frozenset(
    {K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.FILE, K.VERSION, K.SESSION, K.NUMBER, K.TIME, K.ALL_NODES, K.REST}
    | {K.AND, K.LINK, K.NEG, K.FILLER, K.PARTICLE, K.GENERIC, K.POINT, K.ASK, K.ATTACHED, K.BUT, K.NOT_THIS, K.PERSON}
)


def english_steps(parsed: Message, part: Part, codes: Sequence[str]) -> str:
    """Why the changes of a message with `codes` may not run, by what its English `part` says; empty: they may."""
    words = parsed.normal.plain[part.sentence.start : part.sentence.end]
    wanted = asked_changes(part)
    before = any(map(asked_changes, parsed.parts[: parsed.parts.index(part)]))
    looks = [deed for deed in part.said.deeds if deed.wanted and not deed.changes]
    if before and (wanted or looks) and chores.FIRST.search(words):
        return LATE
    if before and not wanted and not looks and chores.TOO.search(words) and any(i.kind in _OWN for i in part.items):
        return LOST
    if not wanted:
        return ""
    if any(deed.changes and deed.mood is Mood.STATEMENT for deed in part.said.deeds) and chores.ONCE.search(words):
        return SIGNAL
    if chores.BEFOREHAND.search(words):
        return LATE
    if not looks and chores.AFTER_DOING.search(words):
        return ORDER
    if "STOP_SERVICE" in codes and "START_SERVICE" not in codes and chores.FOR_A_WHILE.search(words):
        return LOST
    return LOST if _clause_lost(parsed, part) else ""


def _clause_lost(parsed: Message, part: Part) -> bool:
    """…, sleep 60, restart WAS; … and kick off the batch: a clause behind the request that nothing explains."""
    plain, end = parsed.normal.plain, part.sentence.end
    asked = [part.items[deed.at] for deed in part.said.deeds if deed.wanted]
    start = min(part.items[deed.at].end for deed in asked_changes(part))
    cuts = [*chores.CLAUSE.finditer(plain, start, end)]
    for cut, stop in zip(cuts, [*(found.start() for found in cuts[1:]), end], strict=False):
        begin = cut.end()
        inside = [
            item
            for item in part.items
            if item.end >= begin and item.start < stop and not (item.kind is K.PRED and item.value.role == "ask")
        ]
        if any(item in inside for item in asked) or all(item.kind in _PLAIN for item in inside):
            continue
        words = plain[begin:stop]
        if not cut.group().isalpha() and not any(item.start >= stop for item in asked):
            continue  # …, the testers have gone home
        step = cut.group().isalpha() and not chores.SUBJECT.match(words)
        if chores.ALONE.search(words):
            continue
        if not (courteous(words) if step else untouched(words)):
            return True
    return False

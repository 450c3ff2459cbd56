"""Requests of which what stands beside them leaves open when, whether or where they are to be done.

인뱅 WAS 1호기 내려주세요. 배치 끝나면 말씀드리겠습니다; … 재기동 부탁드립니다. 날짜는 금요일이 좋겠네요.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.arguments import LOGS
from guardia.hub.parser.embedded.counts import SOME, number, size
from guardia.hub.parser.embedded.framing import HELD
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import PLACES, K
from guardia.hub.parser.embedded.lexicon import unsettled as words
from guardia.hub.parser.embedded.moments import MOMENT
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.segment import Voice


def unsettled(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a change may have to wait, or may be for some of its nodes only; empty when nothing says so."""
    changes = [one for one in intents if one.changes and one.complete]
    if not changes:
        return ""
    timed = any("at" in one.parameters for one in changes)
    whole = any(not one.target_nodes and "KILL_DB_SESSION" not in one.action_sequence for one in changes)
    cleans = any("CLEAN_LOGS" in one.action_sequence for one in changes)
    sizes = {size(one, gazetteer) for one in changes}
    if cleans and words.SOME_LOGS.search(parsed.normal.plain):
        return LOGS
    for part, said in _beside(parsed):
        if not timed and (words.WHEN.search(said) or words.WHEN_ENGLISH.search(said)):
            return MOMENT
        if words.TELL_WHEN.search(said) or words.UNLESS.search(said):
            return HELD
        numbered = part is not None and any(item.kind is K.NODE for item in part.items)
        if cleans and not numbered and words.KEEP_LOGS.search(said) and not words.PAST.search(said):
            return LOGS
        count = words.COUNT.search(said) or words.COUNT_ENGLISH.search(said)
        if words.ORDER.search(said):
            return SOME
        if whole and (words.SOME.search(said) or (count is not None and number(count["n"]) not in sizes)):
            return SOME
    return _another_day(parsed, timed=timed)


def _beside(parsed: Message) -> Iterator[tuple[Part | None, str]]:
    """What is said and asks for no change: sentences, and what was left out of the message as saying nothing of it."""
    plain = parsed.normal.plain
    for part in parsed.parts:
        if not asked_changes(part):
            yield part, plain[part.sentence.start : part.sentence.end]
    source, origin = parsed.normal.source, parsed.normal.origin
    for start, end, _ in parsed.asides:
        yield None, fold(source[origin[start] : origin[min(end, len(origin) - 1)]].lower())


def _another_day(parsed: Message, *, timed: bool) -> str:
    """토요일 작업 요청드립니다. 22시에 재기동해주세요: the day of the time is in another sentence."""
    plain = parsed.normal.plain
    asked = [part for part in parsed.parts if asked_changes(part)]
    if any(words.DAY.search(plain, part.sentence.start, part.sentence.end) for part in asked):
        return ""
    if not timed and words.PERIOD.search(fold(parsed.normal.source.lower())):
        return MOMENT
    for part in parsed.parts:
        if part in asked or not _of_nothing_else(part):
            continue
        start, end = part.sentence.start, part.sentence.end
        if words.PAST.search(plain, start, end) or words.BY_OTHERS.search(plain, start, end):
            continue
        if timed and words.DAY.search(plain, start, end):
            return MOMENT
        if not timed and words.AHEAD.search(plain, start, end):
            return MOMENT
    return ""


def _of_nothing_else(part: Part) -> bool:
    """True for a sentence that asks for nothing, names no target or environment of its own, and is no line of a log."""
    return (
        part.sentence.voice is Voice.OWN
        and not any(deed.wanted for deed in part.said.deeds)
        and not any(item.kind in PLACES and (item.kind is not K.NAME or item.value.system_names) for item in part.items)
    )

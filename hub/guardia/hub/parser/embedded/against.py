"""Requests that something beside them speaks against: 이후 이상 없음, 민수씨가 방금 했대요, 어제 1호기처럼.

Whether, when and to which target they are to be done nobody can tell for certain, so the room is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.arguments import LOGS, RELEASE, SESSION
from guardia.hub.parser.embedded.counts import SOME
from guardia.hub.parser.embedded.dangling import STEP
from guardia.hub.parser.embedded.framing import HELD, SHOWN
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import PLACES, K, particle
from guardia.hub.parser.embedded.lexicon import against as words
from guardia.hub.parser.embedded.lexicon.asking import in_full
from guardia.hub.parser.embedded.moments import MOMENT
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.relations import WHICH

_TO = frozenset(fold(word) for word in ("로", "으로"))
_OF_LOGS = frozenset({"CLEAN_LOGS"})
_OF_SESSIONS = frozenset({"KILL_DB_SESSION"})
_OF_RELEASES = frozenset({"ROLLBACK_RELEASE"})


def against(parsed: Message, intents: Sequence[Intent], now: str) -> str:
    """Why what is said beside a change may speak against it as it stands; empty when nothing does."""
    changes = [one for one in intents if one.changes and one.complete]
    if not changes:
        return ""
    source = fold(parsed.normal.source.lower())
    codes = {code for one in changes for code in one.action_sequence}
    return _whole(source, changes, codes, now) or _sentences(parsed, changes, codes)


def _whole(source: str, changes: Sequence[Intent], codes: set[str], now: str) -> str:
    """What the whole message says."""
    asked = in_full(source)
    if not asked and (words.REPORT_HEAD.search(source) or words.DONE_MARK.search(source)):
        return SHOWN
    if words.QUOTED.search(source) or words.QUOTED_ENGLISH.search(source):
        return SHOWN
    if words.SOMEBODY.search(source) or words.ASSIGNED.search(source) or words.FROZEN.search(source):
        return HELD
    if words.LIKE_ENGLISH.search(source):
        return WHICH
    if codes & _OF_LOGS and words.EVIDENCE.search(source):
        return LOGS
    if codes & _OF_SESSIONS and words.HOLDER.search(source):
        return SESSION
    moments = [str(one.parameters["at"]) for one in changes if "at" in one.parameters]
    clock = words.CLOCK.search(source) and not words.DAYS.search(source)
    if clock and not asked and any(at[:10] != now[:10] for at in moments):
        return MOMENT  # 13:20 세션 339 킬: a time that is past
    if not moments and (words.WINDOW.search(source) or words.WINDOW_ENGLISH.search(source)):
        return MOMENT
    return STEP if words.DUMP.search(source) and "THREAD_DUMP" not in codes else ""


def _sentences(parsed: Message, changes: Sequence[Intent], codes: set[str]) -> str:
    """What the sentences beside the request say, and what stands in it."""
    plain = parsed.normal.plain
    if codes & _OF_RELEASES and any("version" in one.parameters for one in changes) and _current(parsed):
        return RELEASE
    if _of_another(parsed, changes):
        return WHICH
    systems = {one.system_name for one in changes}
    timed = any("at" in one.parameters for one in changes)
    whole = any(not one.target_nodes for one in changes) and not codes & _OF_SESSIONS
    asked = any(in_full(plain[part.sentence.start : part.sentence.end]) for part in parsed.parts if asked_changes(part))
    behind = False
    for part in parsed.parts:
        start, end = part.sentence.start, part.sentence.end
        places = [item for item in part.items if item.kind in PLACES]
        if places and words.LIKE.match(plain, places[-1].end, end):
            return WHICH  # 1호기처럼 재기동; of 3호기처럼 4호기도 the second is meant
        if asked_changes(part):
            behind = True
            if whole and any(item.kind is K.LAYER and words.SOME.match(plain, item.end, end) for item in part.items):
                return SOME
            continue
        if any(deed.wanted for deed in part.said.deeds):
            continue
        told_of_one = behind is False and _holds(part, K.NODE)
        if not told_of_one and (words.UNDER_WAY.search(plain, start, end) or words.ANALYSED.search(plain, start, end)):
            return HELD
        if codes & _OF_SESSIONS and words.VICTIM.search(plain, start, end) and _holds(part, K.SESSION):
            return SESSION
        if behind and (why := _behind(plain, part, systems, timed=timed, asked=asked)):
            return why
    return ""


def _behind(plain: str, part: Part, systems: set[str], *, timed: bool, asked: bool) -> str:
    """What a sentence behind the request says."""
    said = plain[part.sentence.start : part.sentence.end]
    if not asked and words.OUTCOME.search(said):
        return SHOWN
    placed = any(item.kind in PLACES for item in part.items)
    if words.NO_AFTER_ALL.search(said) or words.MISSING.search(said) or (words.HANDLED.search(said) and not placed):
        return HELD
    if part.english and (words.RUNS.search(said) or words.HELD_AGAINST_ENGLISH.search(said)):
        return WHICH
    if words.CORRECTED.search(said) or (placed and words.HELD_AGAINST.search(said)):
        return WHICH
    others = [item for item in part.items if item.kind is K.NAME and item.value.system_names]
    if any(not item.value.system_names & systems for item in others) and words.OTHERWISE.search(said):
        return WHICH
    if not timed and (words.LATER.search(said) or words.ROLLOUT.search(said)):
        return MOMENT
    return ""


def _current(parsed: Message) -> bool:
    """롤백해주세요. 현재 버전은 2.5.1입니다: the version that is named is the one that is to go."""
    plain = parsed.normal.plain
    if not words.CURRENT.search(plain):
        return False
    return not any(
        item.kind is K.VERSION and (particle(part.items, index) in _TO or plain[: item.start].endswith("to "))
        for part in parsed.parts
        for index, item in enumerate(part.items)
    )


def _of_another(parsed: Message, changes: Sequence[Intent]) -> bool:
    """다솜생명 건입니다. 인뱅 WAS 재기동해주세요: the institution that is named has no such system."""
    meant = {one.institution for one in changes}
    for part in parsed.parts:
        if asked_changes(part) or any(item.kind is K.NAME and item.value.system_names for item in part.items):
            continue
        said = parsed.normal.plain[part.sentence.start : part.sentence.end]
        for item in part.items:
            if item.kind is K.NAME and item.value.institutions and not set(item.value.institutions) & meant:
                return bool(words.IS_OF.search(said))
    return False


def _holds(part: Part, kind: K) -> bool:
    return any(item.kind is kind for item in part.items)

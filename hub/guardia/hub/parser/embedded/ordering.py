"""What goes before what: steps, targets and looks of which the order or the whole was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.deed import ASKING
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.steps import english_steps
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.later_steps import another_time, own_time
from guardia.hub.parser.embedded.lexicon import chores
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.segment import Voice
from guardia.hub.parser.embedded.steps import in_order
from guardia.proto.catalogue import CATALOGUE

HALF = "only a part of what is asked for would run"
LATE = "a look that comes before the change would come after it"
SIGNAL = "a later step waits for somebody's word"
ORDER = "which target comes first is said in words that were not understood"
BETWEEN = "what shall be done between the stop and the start was not understood"
TIMES = "a time that may be of a later step only"
LISTED = "an entry of the list is in no request"
_OWN = frozenset({K.NODE, K.LAYER, K.SERVER, K.NAME, K.FILE})
_COUNTED = _OWN | {K.NUMBER, K.SESSION, K.UNKNOWN}
_STEPS = frozenset({"STOP_SERVICE", "START_SERVICE"})
_SPARED = frozenset({K.BUT, K.NOT_THIS, K.REST, K.NEG})
_NODES = frozenset({K.LAYER, K.NODE, K.SERVER})
_MARKS = frozenset(("도", "은", "는"))
_IDLE = frozenset({K.PARTICLE, K.FILLER, K.AND, K.ASK, K.LINK})
_AT_ONCE = ("STOP_SERVICE", "START_SERVICE")
_PLACES = frozenset({K.LAYER, K.NODE, K.SERVER, K.NAME, K.ENV})


def disordered(parsed: Message, changes: Sequence[Intent], intents: Sequence[Intent]) -> str:
    """Why `changes`, of all `intents`, may not run: a step is lost or the order is not known; empty: nothing is."""
    known = [UNKNOWN not in intent.target_nodes for intent in changes]
    if any(known) and not all(known):
        return HALF
    codes = [code for intent in intents for code in intent.action_sequence]
    if _misnumbered(parsed):
        return ORDER
    at_once = any(pair == _AT_ONCE for one in changes for pair in pairwise(one.action_sequence))
    if at_once and chores.BETWEEN.search(parsed.normal.plain):
        return BETWEEN
    if "STOP_SERVICE" in codes and "START_SERVICE" not in codes and chores.FOR_A_TIME.search(parsed.normal.plain):
        return HALF
    if any(one not in changes and _nowhere(one) for one in intents) or _looked_twice(parsed, codes):
        return HALF
    timed = any("at" in one.parameters for one in changes)
    if timed and another_time(parsed):
        return TIMES
    for at, part in enumerate(parsed.parts):
        if timed and own_time(parsed, part):
            return TIMES
        if part.english:
            if why := english_steps(parsed, part, codes):
                return why
            continue
        words = _words(parsed, part)
        before = any(map(asked_changes, parsed.parts[:at]))
        turned = part.sentence.corrects and not part.said.deeds and chores.AHEAD.search(words)
        if (before and (turned or _goes_on(part))) or ((before or asked_changes(part)) and chores.LOST.search(words)):
            return HALF
        if before and _comes_first(part, words, codes):
            return LATE
        if asked_changes(part) and _ends_in_first(parsed, part):
            return LATE
        if _step_lost(parsed.normal.plain, part, before) or _unasked(part, codes) or _added(parsed.normal.plain, part):
            return HALF
        if _downwards(parsed.normal.plain, part) or (asked_changes(part) and chores.MEANWHILE.search(words)):
            return ORDER
        if _late(parsed, part, codes):
            return LATE
        if _waits(parsed, part):
            return SIGNAL
        if (len(codes) > 1 or any(deed.changes for deed in part.said.deeds)) and _says_order(parsed, part):
            return ORDER
        if _entry_lost(parsed, part, codes):
            return LISTED
    return ""


def _step_lost(plain: str, part: Part, seen: bool) -> bool:
    """1,2호기 먼저 하고 3호기는 … 재기동; web에는 static.zip 풀어주세요: asked, and no action was read of it."""
    wanted = asked_changes(part)
    last = -1
    for deed in part.said.deeds:
        item = part.items[deed.at]
        since = part.items[min(last + 1, deed.at)].start
        reason = item.kind is not K.PRED or chores.REASON.search(plain, since, item.end)
        later = deed.mood is Mood.CONDITION and deed.role == "do" and bool(wanted) and wanted[0].at < deed.at
        if not deed.code and (later or deed.mood in ASKING) and not reason and (wanted or seen):
            if deed.role == "raise" and any(one.at < deed.at for one in wanted):
                return True
            between = part.items[last + 1 : deed.at]
            if wanted and not any(one.kind in _OWN for one in part.items[: wanted[0].at]):
                continue  # 배포요, WAS엔 a.war, WEB엔 b.war 부탁드려요
            if any(item.kind in _OWN for item in between) and not any(item.kind in _SPARED for item in between):
                return True
        last = max(last, deed.at)
    return False


def _nowhere(intent: Intent) -> bool:
    """A look beside the change, of which nothing says where."""
    looks = any(code in CATALOGUE for code in intent.action_sequence)
    return looks and intent.institution == UNKNOWN and intent.system_name == UNKNOWN and not intent.target_nodes


def _looked_twice(parsed: Message, codes: Sequence[str]) -> bool:
    """락 확인하고 킬하고 락 다시 확인: a request holds each action once."""
    wanted = [deed for part in parsed.parts for deed in part.said.deeds if deed.wanted]
    for at, deed in enumerate(wanted):
        if deed.changes or sum(one.code == deed.code for one in wanted) <= codes.count(deed.code):
            continue
        later = [k for k, one in enumerate(wanted) if k > at and one.code == deed.code]
        if any(one.changes for k in later for one in wanted[at:k]):
            return True
    return False


def _ends_in_first(parsed: Message, part: Part) -> bool:
    """WAS 재기동해주세요 DB 락부터 확인하고요: behind the request, in one breath."""
    last = max(max(deed.at, deed.anchor) for deed in asked_changes(part))
    end = part.items[min(last, len(part.items) - 1)].end
    return chores.ENDS_IN_FIRST.search(parsed.normal.plain, end, part.sentence.end) is not None


def _goes_on(part: Part) -> bool:
    """다음은 4호기요: a sentence that is nothing but another target."""
    kinds = [item.kind for item in part.items]
    return (
        bool(kinds)
        and kinds[0] in (K.LINK, K.AND, K.ALSO)
        and any(kind in _OWN for kind in kinds)
        and all(kind in _OWN or kind in _IDLE or kind is K.ALSO for kind in kinds)
    )


def _comes_first(part: Part, words: str, codes: Sequence[str]) -> bool:
    """… 재기동 바랍니다. (선행작업: 스레드덤프); 아 로그 먼저요."""
    looks = [deed.code for deed in part.said.deeds if deed.wanted and not deed.changes and deed.code in codes]
    if not looks or asked_changes(part) or not chores.AHEAD.search(words):
        return False
    first = next((at for at, code in enumerate(codes) if CATALOGUE[code].changes), 0)
    return any(codes.index(code) > first for code in looks)


def _unasked(part: Part, codes: Sequence[str]) -> bool:
    """was1 재기동 was2 재기동 web 재기동: of one action on several targets only the last was taken for a request."""
    for deed in part.said.deeds:
        if deed.wanted or not deed.changes or deed.mood is not Mood.STATEMENT or deed.role:
            continue
        later = next((one for one in asked_changes(part) if one.at > deed.at and one.code == deed.code), None)
        if (
            later is not None
            and any(item.kind in _NODES for item in part.items[: deed.at])
            and any(item.kind in _NODES for item in part.items[deed.at + 1 : later.at])
        ):
            return True
    return bool(asked_changes(part)) and any(
        step.kind is K.ACT and step.value in _STEPS and step.value not in codes and link.kind is K.LINK
        for step, link, after in zip(part.items, part.items[1:], part.items[2:], strict=False)
        if after.kind in (K.ACT, K.FILE, K.ATTACHED)
    )


def _added(plain: str, part: Part) -> bool:
    """1번 껐다켜주이소 그담에 2번도; was1 재기동, was2도, web은 상태만: "too" adds to what was asked for before."""
    wanted = asked_changes(part)
    if not wanted:
        return False
    for index, item in enumerate(part.items):
        said = str(item.value) if item.kind is K.PARTICLE and index and part.items[index - 1].kind in _COUNTED else ""
        if said not in _MARKS or index <= min(deed.at for deed in wanted):
            continue
        if part.items[index - 1].kind not in _OWN:
            if (
                said == "도"
                and any(deed.code == "KILL_DB_SESSION" for deed in wanted)
                and _number(plain, part, index - 1)
            ):
                return True
            continue
        rest = [one for one in part.items[index + 1 :] if one.kind not in _IDLE]
        if not rest or (said == "도" and rest[0].kind in _NODES):
            return True
    return False


def _number(plain: str, part: Part, index: int) -> bool:
    return any(letter.isdigit() for letter in plain[part.items[index].start : part.items[index].end])


def _downwards(plain: str, part: Part) -> bool:
    """2번 1번 순으로: an order that a set of nodes does not hold."""
    if not any(item.kind is K.FILLER and in_order(plain[item.start : item.end]) for item in part.items):
        return False
    nodes = [number for item in part.items if item.kind is K.NODE for number in item.value]
    return nodes != sorted(nodes)


def _misnumbered(parsed: Message) -> bool:
    """2. 배포 1. 정지 3. 기동: entries that do not stand in the order of their numbers."""
    numbers = [int(found[1]) for found in chores.NUMBERED.finditer(parsed.normal.text)]
    return numbers != sorted(numbers) and sorted(numbers) == list(range(1, len(numbers) + 1))


def _words(parsed: Message, part: Part) -> str:
    return parsed.normal.plain[part.sentence.start : part.sentence.end]


def _late(parsed: Message, part: Part, codes: Sequence[str]) -> bool:
    """…, 내리기 전에 세션 좀 봐주세요: what is to be looked at before, and would be behind."""
    found = chores.BEFORE_IT.search(parsed.normal.plain, part.sentence.start, part.sentence.end)
    if found is None:
        return False
    first = next((at for at, code in enumerate(codes) if CATALOGUE[code].changes), 0)
    return any(
        deed.wanted
        and not deed.changes
        and part.items[deed.at].start >= found.end()
        and deed.code in codes
        and codes.index(deed.code) > first
        for deed in part.said.deeds
    )


def _waits(parsed: Message, part: Part) -> bool:
    """… 내려주세요. 제가 말씀드리면 올려주세요."""
    found = chores.SIGNAL.search(parsed.normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and any(part.items[deed.at].start >= found.end() for deed in asked_changes(part))


def _says_order(parsed: Message, part: Part) -> bool:
    """DB 올라오는 거 보고 WAS 하시면 됩니다: behind the requests, and none itself."""
    if any(deed.wanted for deed in part.said.deeds) or not any(item.kind in _PLACES for item in part.items):
        return False
    before = parsed.parts[: parsed.parts.index(part)]
    return any(map(asked_changes, before)) and bool(
        chores.ORDER.search(parsed.normal.plain, part.sentence.start, part.sentence.end)
    )


def _entry_lost(parsed: Message, part: Part, codes: Sequence[str]) -> bool:
    """- 사전: 스레드덤프: an entry of a list beside the request."""
    if part.sentence.voice is not Voice.LISTED or part.said.forbidden:
        return False
    labelled = chores.BEFORE_OR_AFTER.match(parsed.normal.plain, part.sentence.start, part.sentence.end)
    return labelled is not None and any(deed.code and deed.code not in codes for deed in part.said.deeds)

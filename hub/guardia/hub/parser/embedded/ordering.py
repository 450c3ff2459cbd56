"""What goes before what: steps, targets and looks of which the order or the whole was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.deed import ASKING, Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import chores
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice
from guardia.hub.parser.embedded.steps import in_order
from guardia.proto.catalogue import CATALOGUE

HALF = "only a part of what is asked for would run"
LATE = "a look that comes before the change would come after it"
SIGNAL = "a later step waits for somebody's word"
ORDER = "which target comes first is said in words that were not understood"
LISTED = "an entry of the list is in no request"
_NODES = frozenset({K.LAYER, K.NODE, K.SERVER})
_IDLE = frozenset({K.PARTICLE, K.FILLER, K.AND, K.ASK, K.LINK})
_PLACES = frozenset({K.LAYER, K.NODE, K.SERVER, K.NAME, K.ENV})


def disordered(parsed: Message, changes: Sequence[Intent], intents: Sequence[Intent]) -> str:
    """Why `changes`, of all `intents`, may not run: a step is lost or the order is not known; empty: nothing is."""
    known = [UNKNOWN not in intent.target_nodes for intent in changes]
    if any(known) and not all(known):
        return HALF
    codes = [code for intent in intents for code in intent.action_sequence]
    if _misnumbered(parsed):
        return ORDER
    for part in parsed.parts:
        if part.english:
            if why := _english(parsed, part):
                return why
            continue
        if _step_lost(part) or _unasked(part) or _added(part):
            return HALF
        if _downwards(parsed.normal.plain, part) or (_wanted(part) and chores.MEANWHILE.search(_words(parsed, part))):
            return ORDER
        if _late(parsed, part, codes):
            return LATE
        if _waits(parsed, part):
            return SIGNAL
        if len(codes) > 1 and _says_order(parsed, part):
            return ORDER
        if _entry_lost(parsed, part, codes):
            return LISTED
    return ""


def _wanted(part: Part) -> list[Deed]:
    return [deed for deed in part.said.deeds if deed.wanted and deed.changes]


def _step_lost(part: Part) -> bool:
    """내리고 … 확인 후 올려주세요; 1,2호기 먼저 하고 3호기는 … 재기동: a verb of a step that no action was read of."""
    wanted = _wanted(part)
    if not wanted:
        return False
    last = -1
    for deed in part.said.deeds:
        if not deed.code and deed.mood in ASKING:
            if deed.role == "raise" and any(one.at < deed.at for one in wanted):
                return True
            between = part.items[last + 1 : deed.at]
            if (
                deed.role in ("do", "ask")
                and any(item.kind is K.NODE for item in between)
                and not any(item.kind in (K.BUT, K.NOT_THIS) for item in between)
                and any(one.at > deed.at for one in wanted)
            ):
                return True
        last = deed.at
    return False


def _unasked(part: Part) -> bool:
    """was1 재기동 was2 재기동 web 재기동: of one action on several targets only the last was taken for a request."""
    for deed in part.said.deeds:
        if deed.wanted or not deed.changes or deed.mood is not Mood.STATEMENT or deed.role:
            continue
        later = next((one for one in _wanted(part) if one.at > deed.at and one.code == deed.code), None)
        if (
            later is not None
            and any(item.kind in _NODES for item in part.items[: deed.at])
            and any(item.kind in _NODES for item in part.items[deed.at + 1 : later.at])
        ):
            return True
    return False


def _added(part: Part) -> bool:
    """1번 껐다켜주이소 그담에 2번도; was1 재기동, was2도, web은 상태만: "too" adds to what was asked for before."""
    wanted = _wanted(part)
    if not wanted:
        return False
    for index, item in enumerate(part.items):
        too = item.kind is K.PARTICLE and item.value == "도" and index and part.items[index - 1].kind in _NODES
        if not too or index <= min(deed.at for deed in wanted):
            continue
        rest = part.items[index + 1 :]
        if all(one.kind in _IDLE for one in rest):
            return True
        after = next(one for one in rest if one.kind not in _IDLE)
        if after.kind in _NODES:
            return True
    return False


def _downwards(plain: str, part: Part) -> bool:
    """2번 1번 순으로: an order that a set of nodes does not hold."""
    if not any(item.kind is K.FILLER and in_order(plain[item.start : item.end]) for item in part.items):
        return False
    nodes = [number for item in part.items if item.kind is K.NODE for number in item.value]
    return nodes != sorted(nodes)


def _english(parsed: Message, part: Part) -> str:
    words = _words(parsed, part)
    wanted = _wanted(part)
    if wanted and any(deed.changes and deed.mood is Mood.STATEMENT for deed in part.said.deeds):
        if chores.ONCE.search(words):
            return SIGNAL
    before = parsed.parts[: parsed.parts.index(part)]
    looks = [deed for deed in part.said.deeds if deed.wanted and not deed.changes]
    if wanted and not looks and chores.AFTER_DOING.search(words):
        return ORDER
    if not wanted and looks and any(map(_wanted, before)) and chores.FIRST.search(words):
        return LATE
    return ""


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
    return found is not None and any(part.items[deed.at].start >= found.end() for deed in _wanted(part))


def _says_order(parsed: Message, part: Part) -> bool:
    """DB 올라오는 거 보고 WAS 하시면 됩니다: behind the requests, and none itself."""
    if any(deed.wanted for deed in part.said.deeds) or not any(item.kind in _PLACES for item in part.items):
        return False
    before = parsed.parts[: parsed.parts.index(part)]
    return any(map(_wanted, before)) and bool(
        chores.ORDER.search(parsed.normal.plain, part.sentence.start, part.sentence.end)
    )


def _entry_lost(parsed: Message, part: Part, codes: Sequence[str]) -> bool:
    """- 사전: 스레드덤프: an entry of a list beside the request."""
    if part.sentence.voice is not Voice.LISTED or part.said.forbidden:
        return False
    labelled = chores.BEFORE_OR_AFTER.match(parsed.normal.plain, part.sentence.start, part.sentence.end)
    return labelled is not None and any(deed.code and deed.code not in codes for deed in part.said.deeds)

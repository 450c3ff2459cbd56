"""What a message says beside its own request and against it, whatever the grammar: then the room is asked."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.chores import chore
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.limits import put_right, shelved
from guardia.hub.parser.embedded.english.tails import points_elsewhere, untouched
from guardia.hub.parser.embedded.hangul import is_syllable
from guardia.hub.parser.embedded.items import TARGETS, Item, K
from guardia.hub.parser.embedded.lexicon import beside, framing
from guardia.hub.parser.embedded.limiting import half_asked, limits
from guardia.hub.parser.embedded.misread import misread
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.ordering import disordered
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.retold import only_told_of


def restrained(parsed: Message, changes: Sequence[Intent], intents: Sequence[Intent]) -> str:
    """Why nobody can tell that `changes`, of all `intents`, may run as they were read; empty: nothing is against it."""
    asked = False
    for part in parsed.parts:
        words = parsed.normal.plain[part.sentence.start : part.sentence.end]
        wanted = bool(asked_changes(part))
        why = ""
        if wanted:
            why = _within(part, words, parsed)
            behind = None if part.english else part.behind()
            if not why and behind is not None and _placed_behind(behind, part, changes):
                why = "another place may be meant"
            if not why and behind is not None:
                why = _behind(behind, parsed.normal.plain[behind.sentence.start : behind.sentence.end], parsed, changes)
            why = why or misread(parsed.normal, part, changes)
            why = why or limits(part, words, parsed, intents)
        elif asked:
            elsewhere = part.english and points_elsewhere(words)
            why = "another place is told of" if elsewhere else _behind(part, words, parsed, changes)
        elif not any(item.kind in TARGETS for item in part.items) and framing.OPENING.search(words) is None:
            why = _behind(part, words, parsed, changes)  # ahead of the request as behind it
        if why:
            return why
        asked = asked or wanted
    if why := chore(parsed, changes) or disordered(parsed, changes, intents):
        return why
    if shelved(parsed.normal.text):
        return "it may be decided on later"
    if half_asked(intents):
        return "another step of the same service is asked about"
    if put_right(parsed.normal.text):
        return "what follows may put a word right, or a pause is to be made"
    dumped = any("THREAD_DUMP" in one.action_sequence for one in intents)
    if not dumped and beside.DUMPS.search(parsed.normal.plain):
        return "a dump is spoken of that is in no request"
    if any(_faulty(part, parsed, changes) for part in parsed.parts):
        return "what is asked for is told of as faulty"
    if len(changes) > 1 and any(map(_placeless, changes)) and not all(map(_placeless, changes)):
        return "another change has no place of its own"
    if beside.FOUND.search(parsed.normal.plain):
        return "it may not be needed"
    if _after_it(parsed, changes):
        return "what is told of began with a change"
    if any(_denied_environment(part, parsed, changes) for part in parsed.parts):
        return "the environment is denied"
    if any(_only_told(part, parsed, changes) for part in parsed.parts):
        return "a node is told of, and all would be changed"
    return ""


def _within(part: Part, words: str, parsed: Message) -> str:
    """What a sentence that asks for a change says against it."""
    if part.english and _waits(words):
        return "another moment may be meant"
    if part.english and _unknown_one(part, words):
        return "one is meant that is not known"
    if _of_another_thing(part, parsed):
        return "it may be asked of something else, or be thanks for it"
    if beside.THEN_I.search(words):
        return "it belongs to what somebody else does"
    return only_told_of(parsed.normal, part)


def _placed_behind(behind: Part, part: Part, changes: Sequence[Intent]) -> bool:
    """WAS 재기동해주세요 개발이요; … DB요: nothing but a place, and not the one that was read."""
    named = [item for item in behind.items if item.kind not in (K.PARTICLE, K.FILLER)]
    if len(named) != 1 or named[0].kind not in (K.ENV, K.LAYER):
        return False
    value = str(named[0].value)
    if named[0].kind is K.ENV:
        return any(str(one.environment) != value for one in changes)
    ahead = part.items[: part.items.index(behind.items[0])]
    return any(item.kind is K.LAYER and str(item.value) != value for item in ahead)


def _behind(part: Part, words: str, parsed: Message, changes: Sequence[Intent]) -> str:
    """What a sentence behind the request says against it."""
    sentence = part.sentence
    if part.english and sentence.holds and not sentence.corrects and any(item.kind in TARGETS for item in part.items):
        return "something else shall stop, or this shall wait"
    if part.english and _waits(words):
        return "another moment may be meant"
    timed = all("at" in one.parameters for one in changes)
    if not timed and beside.LATER.search(words) and beside.FRAGMENT.search(words):
        return "another moment may be meant"
    if beside.WAS_IT.match(words) or (beside.WAIT.search(words) and not beside.TO_OTHERS.search(words)):
        return "what follows may put it off, or mean another place"
    if _needless(part, words):
        return "it may not be needed"
    if not timed and _says_how(part, words):
        return "it may be meant in another way or at another time"
    if beside.THEN_I.search(words):
        return "it belongs to what somebody else does"
    if not sentence.question and _corrects_itself(parsed, part, words, changes):
        return "what follows may mean another place, or that it is over"
    return ""


def _needless(part: Part, words: str) -> bool:
    """불필요합니다; but neither "로그는 필요 없습니다" nor "서버 리부팅까진 필요 없습니다"."""
    if any(item.kind is K.TOPIC for item in part.items):
        return False
    return bool(beside.NEEDLESS.search(words)) and beside.NOT_EVEN.search(words) is None


def turns_away(normal: Normal, part: Part, orders: Sequence[Order]) -> bool:
    """True when a sentence behind a request, which nothing else understood, may put it off or take it back."""
    words = normal.plain[part.sentence.start : part.sentence.end]
    if any(order.part is part for order in orders):
        return False
    if part.english and not any(is_syllable(letter) for letter in words):
        if part.sentence.corrects:
            return False
        return bool(beside.TURNS.match(words)) or not (_of_others(part, orders) or untouched(words))
    if beside.OTHER_PLACE.search(words) and any(item.kind in (K.NAME, K.LAYER, K.ENV, K.SERVER) for item in part.items):
        return True
    if beside.HELD.search(words) or (beside.WAIT.search(words) and not beside.TO_OTHERS.search(words)):
        return True
    if part.sentence.question and beside.SAFE_ASKED.search(words):
        return True
    if _of_others(part, orders):
        return part.sentence.question or bool(beside.FIRST_TELL.search(words))
    if beside.FIRST_TELL.search(words) or _needless(part, words) or beside.MUST_FIRST.search(words):
        return True
    if beside.RECOVERED.search(words) and not beside.RELAPSED.search(words):
        return True
    if beside.TO_OTHERS.search(words):
        return False
    if any(one.search(words) for one in (beside.OVER, beside.NOT_NOW, beside.UNREAL)):
        return True
    if part.sentence.question and beside.ASKS_OF_IT.search(words):
        return True
    return bool(beside.SUBSET.search(words)) or _modifies(part, words) or _withdraws(part, words)


def _of_others(part: Part, orders: Sequence[Order]) -> bool:
    """2호기는 정상입니다; 웹은 이미 했고요: of what was not asked for."""
    frames = [frame for order in orders for frame in order.frames]
    nodes = {number for item in part.items if item.kind is K.NODE for number in item.value}
    if nodes:
        return bool(frames) and all(frame.nodes and not nodes & set(frame.nodes) for frame in frames)
    environments = {str(item.value) for item in part.items if item.kind is K.ENV}
    if environments:
        return bool(frames) and all(frame.environment not in (None, *environments) for frame in frames)
    layers = {str(item.value) for item in part.items if item.kind is K.LAYER}
    return bool(layers and frames) and all(frame.layer and str(frame.layer) not in layers for frame in frames)


def complains(normal: Normal, part: Part) -> bool:
    """… 재기동해주세요. 응답이 안 와요: why, not what else shall be looked at."""
    if part.english or part.sentence.question or any(item.kind is K.ASK for item in part.items):
        return False
    if any(deed.changes or deed.mood is not Mood.TERSE for deed in part.said.deeds if deed.wanted):
        return False
    return bool(beside.COMPLAINT.search(normal.plain, part.sentence.start, part.sentence.end))


_REFINES = frozenset({K.NODE, K.LAYER, K.ENV, K.ALL_NODES, K.REST, K.SERVER, K.PARTICLE, K.FILLER, K.GENERIC, K.AND})


def _modifies(part: Part, words: str) -> bool:
    if not beside.FRAGMENT.search(words) or beside.WELCOME.match(words.strip()):
        return False
    return bool(beside.LATER.search(words)) or any(item.kind not in _REFINES for item in part.items)


def _withdraws(part: Part, words: str) -> bool:
    """아 제가 할게요; 다른 방에 쓸 거였어요."""
    if beside.WAS_TO_BE.search(words):
        return True
    others = (K.NAME, K.SERVER, K.NODE, K.LAYER, K.REST, K.ENV, K.ACT, K.TOPIC, K.TIME)
    return bool(beside.MINE.match(words)) and not any(item.kind in others for item in part.items)


def _of_another_thing(part: Part, parsed: Message) -> bool:
    """모니터링 중지해주세요; 재기동 감사합니다."""
    plain = parsed.normal.plain
    for deed in asked_changes(part):
        if deed.at >= len(part.items):
            continue
        item = part.items[deed.at]
        if not part.english and item.kind is not K.PRED and beside.THANKED.match(plain, part.named_until(deed)):
            return True
        paper = beside.PAPER.search(plain, part.sentence.start, item.start)
        if (
            paper is not None
            and deed.code in ("START_SERVICE", "STOP_SERVICE")
            and not any(one.kind is K.NAME and one.start <= paper.start() < one.end for one in part.items)
        ):
            return True
        found = beside.OTHER_THING.search(plain, part.sentence.start, item.start)
        if found and not any(one.kind is K.NAME and one.end > found.start() for one in part.items[: deed.at]):
            return True
    return False


def _waits(words: str) -> bool:
    return bool(beside.WAITS.search(words) or beside.SIGNAL.search(words))


def _corrects_itself(parsed: Message, part: Part, words: str, changes: Sequence[Intent]) -> bool:
    """로밍정산이었어요; 검증계였어요; 지금 올라왔어요."""
    if beside.RISEN.search(words) and beside.ALARM.search(words) is None:
        return True
    plain, end = parsed.normal.plain, part.sentence.end
    if any(item.kind is K.NODE and beside.IS_THAT.match(plain, item.end, end) for item in part.items):
        later = [one for one in parsed.parts if one.sentence.end >= end]  # 아 2호기네요
        put_right = any(one.sentence.corrects or any(i.kind is K.NOT_THIS for i in one.items) for one in later)
        return not put_right and beside.TARGET_IS.search(words) is None
    if not beside.OTHER_PLACE.search(words):
        return False
    systems = {one.system_name for one in changes}
    meant = {str(one.environment) for one in changes} | {str(one.infrastructure_layer) for one in changes}
    for item in part.items:
        if item.kind is K.NAME and item.value.systems and not systems & {pair[1] for pair in item.value.systems}:
            return True
        if item.kind in (K.ENV, K.LAYER) and str(item.value) not in meant:
            return True
    return False


def _placeless(one: Intent) -> bool:
    """… 배포해 주시고 재시작도요: of which nothing was said where."""
    return one.institution == UNKNOWN and one.system_name == UNKNOWN and str(one.infrastructure_layer) == UNKNOWN


def _says_how(part: Part, words: str) -> bool:
    """점심시간에 해주세요; 확인하고 진행해 주세요."""
    told = beside.DO_IT.match(words.strip())
    if told is None or beside.APPROVAL.search(words) or beside.PLAINLY.fullmatch(told["how"]) is not None:
        return False
    places = (K.NAME, K.SERVER, K.NODE, K.LAYER, K.ENV, K.REST, K.POINT, K.FILE, K.VERSION, K.SESSION)
    return not any(deed.wanted and deed.code for deed in part.said.deeds) and not any(
        item.kind in places for item in part.items
    )


def _faulty(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """2.5.0 배포해주세요. 2.5.0 결제 오류 확인됨: that very version."""
    meant = {str(one.parameters.get("version", "")).lstrip("v") for one in changes} - {""}
    if not meant or asked_changes(part):
        return False
    told = any(item.kind is K.VERSION and str(item.value).lstrip("v") in meant for item in part.items)
    return told and bool(beside.FAULTY.search(parsed.normal.plain, part.sentence.start, part.sentence.end))


def _after_it(parsed: Message, changes: Sequence[Intent]) -> bool:
    """2호기 재기동해서 배치가 멈췄습니다. 기동 부탁드립니다: what shall be started?"""
    starts = any("START_SERVICE" in one.action_sequence or "STOP_SERVICE" in one.action_sequence for one in changes)
    return (
        starts and bool(beside.AFTER_IT.search(parsed.normal.plain)) and beside.DOWN.search(parsed.normal.plain) is None
    )


def _denied_environment(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """…, staging and not prod; 운영 말고 …: what would be changed is what shall not be."""
    meant = {str(one.environment) for one in changes}
    for index, item in enumerate(part.items):
        if item.kind is not K.ENV or str(item.value) not in meant:
            continue
        after = part.items[index + 1 : index + 2]
        if any(one.kind is K.NOT_THIS for one in after) or beside.IS_NOT.match(parsed.normal.plain, item.end):
            return True
        if beside.NOT.search(parsed.normal.plain, part.sentence.start, item.start):
            return True
    return False


def _unknown_one(part: Part, words: str) -> bool:
    """…, the Bluewave one: which of several, by a word that stands for nothing."""
    found = beside.THAT_ONE.search(words)
    if found is None:
        return False
    at = part.sentence.start + found.start("who")
    return any(item.kind is K.UNKNOWN and item.start <= at < item.end for item in part.items)


def _only_told(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """2번 노드가 이상해요. WAS 재기동해주세요: that node, or all of them?"""
    whole = [one for one in changes if not one.target_nodes and one.system_name != UNKNOWN]
    if not whole or any(item.kind is K.ALL_NODES for each in parsed.parts for item in each.items):
        return False
    layers = {str(one.infrastructure_layer) for one in whole}
    asked = [group for group, deeds in part.groups if any(deed.wanted for deed in deeds)]
    own = {number for group in asked for frame in group.frames for number in frame.nodes or ()}
    return any(
        item.kind is K.NODE and not own & set(item.value) and not _elsewhere(part.items[:index], layers)
        for index, item in enumerate(part.items)
    )


def _elsewhere(before: list[Item], layers: set[str]) -> bool:
    """True when the nearest layer before a node is another one than those that would be changed."""
    layer = next((item for item in reversed(before) if item.kind is K.LAYER), None)
    return layer is not None and str(layer.value) not in layers

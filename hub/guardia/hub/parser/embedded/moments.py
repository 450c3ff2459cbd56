"""When a change shall run, in words that no request holds: 잠시 후, 승인 후, 내일 새벽 작업 건입니다."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import PLACES, Item, K, particle
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.lexicon import waits
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.segment import Voice

MOMENT = "another moment may be meant"
MAX_HEADING = 30
"""Characters of a sentence that tells of nothing but when the work is to be done, or adds a word to a request."""
_LOOSE = frozenset({K.PARTICLE, K.FILLER})
_REASONS = tuple(
    map(fold, ("나서", "해서", "와서", "져서", "라서", "어서", "아서", "니까", "으니", "는데", "어요", "네요"))
)
_GOES_ON = frozenset(
    {*PLACES, K.ALL_NODES, K.EVERY_LAYER, K.REST, K.BUT, K.NOT_THIS, K.GENERIC, K.POINT, K.FILE, K.VERSION, K.PREVIOUS}
    | {K.TIME, K.AND, K.ALSO, K.ATTACHED, K.SESSION, K.SERVICE, K.PERSON, K.SELF, K.LIGHT}
)
_ANNOUNCES = frozenset({K.TIME, *_LOOSE, K.LIGHT, K.REQUEST, K.GENERIC, K.ACT, K.UNKNOWN, K.PRED, K.OUTCOME, K.COND})


def another_moment(parsed: Message, part: Part, last: int, changes: Sequence[Intent]) -> str:
    """Why the sentence `part` may mean another moment than its request."""
    plain, start = parsed.normal.plain, part.sentence.start
    verb = part.items[last].start
    timed = any("at" in one.parameters for one in changes)
    if timed and words.UNTIL.search(plain, start, part.sentence.end):
        return MOMENT
    target = max((item.end for item in part.items[:last] if item.kind in PLACES), default=verb)
    if not timed and (words.SOON.match(plain, target, verb) or words.LITTLE.search(plain, start, verb)):
        return MOMENT
    once = None if timed else words.ONCE.search(plain, start, verb)
    if once and any(
        deed.wanted
        and not deed.changes
        and part.items[deed.at].end <= once.start()
        and part.items[deed.anchor].end >= once.end() - 1
        for deed in part.said.deeds
    ):
        once = None  # 디스크 점검하고 …: that is asked for
    if once and all(
        item.kind in (*PLACES, *_LOOSE, K.ALL_NODES) for item in part.items[:last] if item.start >= once.end()
    ):
        return MOMENT
    if words.SPAN.search(plain, start, part.sentence.end) or (not timed and words.AT_EASE.search(plain, start, verb)):
        return MOMENT
    first = min(deed.at for deed in asked_changes(part))
    wanted = [deed.at for deed in part.said.deeds if deed.wanted]
    for index, item in enumerate(part.items):
        if item.kind is K.TIME and timed and first < index and any(at > index for at in wanted):
            return MOMENT  # 재기동하고 30분 뒤에 상태 봐주세요
    for index, item in enumerate(part.items[:last]):
        if item.kind is not K.TIME:
            continue
        behind = [one for one in part.items[index + 1 : last] if one.kind not in _LOOSE]
        if not timed and not part.english and (not behind or words.PAST_TIME.match(plain, item.end)):
            return MOMENT
        if timed and words.BEFORE_IT.match(plain, item.end, verb):
            return MOMENT
        if timed and behind and (_reason(part, index, last, plain) or _of_that(part, behind[0])):
            return MOMENT
    return ""


def awaited(parsed: Message, part: Part, changes: Sequence[Intent]) -> str:
    """상황 봐서, 확인되는 대로, 배치 돌고 나서: the change is to wait, and nobody says how long."""
    if part.english or any("at" in one.parameters for one in changes):
        return ""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    found = waits.DISCRETION.search(plain, start, end) or waits.AS_SOON_AS.search(plain, start, end)
    if found and not any(item.kind is K.NAME and item.start <= found.start() < item.end for item in part.items):
        return MOMENT
    deeds = asked_changes(part)
    until = max(_up_to_the_verb(part, deed) for deed in deeds)
    if waits.AGREED.search(plain, start, until):
        return MOMENT
    return MOMENT if any(_once_that_is_over(plain, part, deed.at) for deed in deeds) else ""


def _up_to_the_verb(part: Part, deed: Deed) -> int:
    """Where the verb of `deed` begins: 해주세요 in 재기동은 검증 후 해주세요."""
    ahead = [item for item in part.items[deed.at :] if item.kind is K.PRED]
    return ahead[0].start if ahead else part.items[min(deed.anchor, len(part.items) - 1)].end


def _once_that_is_over(plain: str, part: Part, at: int) -> bool:
    """배치 돌고 나서 재기동, 퇴근하고 재기동: something that this reader cannot do, right before the change."""
    index = at - 1
    while index >= 0 and part.items[index].kind in PLACES:
        index -= 1
    if index < 0:
        return False
    item = part.items[index]
    if waits.AND_THEN.fullmatch(plain, item.start, item.end) and index:
        item = part.items[index - 1]
    if item.kind is not K.UNKNOWN or waits.LEFT_OUT.search(plain, item.start, item.end):
        return False
    return waits.GOING_ON.fullmatch(plain, item.start, item.end) is not None


def _of_that(part: Part, after: Item) -> bool:
    """21시 배치 때문에, 17시 재기동 건: the time of something else."""
    wanted = {deed.at for deed in part.said.deeds if deed.wanted} | {d.anchor for d in part.said.deeds if d.wanted}
    return not part.english and after.kind not in _GOES_ON and part.items.index(after) not in wanted


def _reason(part: Part, index: int, last: int, plain: str) -> bool:
    """18:30에 오류 나서 재기동: the time of what is told."""
    if any(deed.wanted and index < deed.at < last for deed in part.said.deeds):
        return False
    clause = plain[part.items[index].end : part.items[last].start].rstrip(" ,")
    return clause.endswith(_REASONS) and any(item.kind in (K.STATE, K.UNKNOWN) for item in part.items[index + 1 : last])


def heading(parsed: Message, part: Part, changes: Sequence[Intent]) -> str:
    """내일 새벽 작업 건입니다: when what is asked for behind it shall be done."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    text = plain[start:end]
    if any("at" in one.parameters for one in changes):
        return ""
    if words.NIGHT_WORK.search(text):
        return MOMENT
    past = any(item.kind is K.PAST for item in part.items)
    moments = [item for item in part.items if item.kind is K.TIME]
    if past or not moments:
        return ""
    work = words.WORK.search(text)
    alone = part.sentence.voice is not Voice.LISTED and not part.sentence.listed and end - start < MAX_HEADING
    alone = (
        alone
        and not words.DONE.search(text)
        and all(item.kind in _ANNOUNCES and not _told(item) for item in part.items)
    )
    bare = all(item.kind in (K.TIME, K.PARTICLE) for item in part.items)
    return MOMENT if bare or (alone and work) else ""


def _told(item: Item) -> bool:
    return item.kind is K.PRED and item.value.mood in (Mood.REPORT, Mood.FACT, Mood.PLAN)


def also_then(parsed: Message, changes: Sequence[Intent]) -> bool:
    """21시에 A 재기동해주세요. B도 재기동해주세요: at once, or then?"""
    if len({str(one.parameters.get("at", "")) for one in changes}) < 2:
        return False
    timed = False
    for part in parsed.parts:
        if not asked_changes(part):
            continue
        own = any(item.kind is K.TIME for item in part.items)
        too = any(
            item.kind in PLACES and particle(part.items, index) in ("도", "도요")
            for index, item in enumerate(part.items)
        )
        if timed and too and not own and not words.AT_ONCE.search(parsed.normal.plain, part.sentence.start):
            return True
        timed = timed or own
    return False

# ruff: noqa: E501 - patterns read worse when they are broken
"""Last stage: what a message says beside the changes that were read of it, and that none of them accounts for.

The stages before build a reading up; this one only takes away. A change stands when nothing is left over next to it:
no unknown word between target and deed, no target, file, version or session that no request took, no two requests that
contradict each other, no word of refusal. Anything left over makes the room be asked. It knows no sentence and looks
at nothing but items and requests, so that it holds for phrasing that no stage before it was made for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.deed import ASKING, Deed
from guardia.hub.parser.embedded.deeds import courtesy
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import TARGETS, Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.restraint import restrained
from guardia.proto.catalogue import CATALOGUE

WORD = "a word between the target and the change that nothing explains"
AHEAD = "a word before the target that nothing explains"
BEHIND = "words behind the change that nothing explains"
LOOK = "something to look at beside the change that is in no request"
TARGET = "a system that is named beside the change and is in no request"
VALUE = "a file, version or session that is named beside the change and is in no request"
PARTLY = "a change that leads to another and is in no request"
CROSSED = "several files and several targets, not said which goes where"
AGAINST = "two requests that contradict each other"
REFUSED = "a word of refusal beside the change"

_PAUSE = re.compile(
    fold(
        r"[,;~…\n!?()]|\.(?!\d)|(?:서|니|니까|네|요|데|길래|라|고|다|음|임|슴|댐|됨|짐|여|때문에|땜에|바|관계로|건으로|차|해|져|돼|려|되어|되었|때문|면서)(?=[\s,]|$)"
    )
    + r"|\b(?:so|because|since)\b|\s-\s"
)
"""What parts a reason from what is asked for."""
_FOR = re.compile(
    fold(
        r"(?:으로|로|므로|였으므로|하였으므로|대비|위해|위하여|따라|인해|인하여|관련|관련해|관련하여|통해|겸|차)(?=[\s,])"
    )
)
_CORRECTS = re.compile(
    fold(
        r"아니라|아니고|아니요|아니에요|아닙니다|아뇨|(?<![가-힣])아니(?=[\s,])|정정|잘못\s*(?:적|썼|말|봤)|(?:둘|셋|중)\s*중|그것도"
    )
    + r"|\b(?:sorry|oops|i mean|rather|correction|wait)\b"
)
_HARMLESS = frozenset(
    fold(word)
    for word in (
        "두", "세", "네", "한", "대", "개", "또", "쪽", "측", "건", "분", "있는", "로", "으로", "에", "에서", "은", "는", "도", "의", "만", "으", "이", "가", "을", "를", "님", "힙", "행", "외", "왜", "풀", "full", "hotfix", "css", "patch", "핫픽스",
        "패치", "긴급", "최신", "신규", "이번", "금일", "파일", "빌드", "태그", "배너", "장이랑", "버전", "본", "다른", "인스턴스", "노드", "latest", "required", "needed", "asap", "new", "build", "version", "wave",
    )
)  # fmt: skip
_VERBS = frozenset({"stop", "start", "rollback", "push", "erase", "kill"})
_LIMIT = re.compile(
    fold(
        r"말고|말아|마세|마시|빼|제외|아니|않|못\s|못하|전에|이후에|까지|(?<!화)면(?:은|요)?(?=[\s,.~]|$)|때(?:만|에)|경우|먼저|순서|대신|만(?:요|이요|입니다)|보류|취소"
    )
    + r"|\b(?:but|not|only|except|unless|if|when|until|before|instead|hold)\b"
)
_HARD_LIMIT = re.compile(
    fold(
        r"말고|빼고|빼주|제외|아니[라고]|보류|취소|대신|때만|경우|조건|한해|만(?:\s*(?:요|이요|입니다))?(?=[\s,.~]|$)|(?:하|되|으)면(?=[\s,.~]|$)"
    )
)
_TOLD_ON = re.compile(
    fold(
        r"(?:카네예|카네요|카데예|카더라|칸다|카대요|하네예|랍니다|랍디다|답니다|대요|네요|어요|아요|니다|거든요?|라서요|서요|음|니까요?|다네요|더라고요|더라구요)[\s.!~참ㅠㅜ]*$"
    )
)
"""A clause behind the request that tells something: … 튕겨주세요, 줄이 국도까지 섰대요."""
_REFUSED = re.compile(
    fold(
        r"(?:승인|결재|결과|상태|처리|판정|비고|구분)\s*[:=-]\s*(?:반려|종결|완료|불가|보류|취소|기각|철회|부결|미승인|거절)|(?<![가-힣])(?:반려|기각|철회|부결|거절)(?:됨|되었|됐|했|처리|합니다|함|(?=[\s.,]|$))"
    )
    + r"|\b(?:status|result|approval|state)\s*[:=-]\s*(?:rejected|closed|done|denied|cancell?ed|on hold)\b"
)


def residue(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why no change of `intents` may run as it was read; empty when everything next to them is accounted for."""
    changes = [intent for intent in intents if any(CATALOGUE[code].changes for code in intent.action_sequence)]
    if not any(intent.complete for intent in changes):
        return ""  # the room is asked anyway
    listed = "\n" in parsed.normal.text.strip()  # entries of a list stand each for itself
    against = not listed and any(_contradict(one, other) for one, other in combinations(changes, 2))
    if against or any(map(_undone, changes)):
        return AGAINST
    if _corrected(parsed, changes):
        return AGAINST
    if _refused(parsed):
        return REFUSED
    if against_it := restrained(parsed, changes, intents):
        return against_it
    if any(len(intent.deploy_artifacts) > 1 for intent in changes) and any(map(_crossed, parsed.parts)):
        return CROSSED
    known = all(intent.system_name != UNKNOWN for intent in changes)  # else the word was read as a name
    for part in parsed.parts:
        deeds = asked_changes(part)
        if not deeds or part.said.forbidden:
            continue
        last = max(max(deed.at, deed.anchor) for deed in deeds)
        why = (
            _partly(part, changes)
            or (_lost_list(parsed.normal, part) if part.english else _lost_look(part))
            or _word(parsed.normal, part, last, known=known)
            or _target(parsed.normal, part, last, intents)
        )
        why = why or _value(parsed.normal, part, last, intents)
        if why:
            return why
    return ""


def _contradict(one: Intent, other: Intent) -> bool:
    """Two requests of one change on one place, of which one holds the other's nodes: WEB, and only node 3 of WEB."""
    place = (one.institution, one.system_name, one.environment, one.infrastructure_layer)
    if place != (other.institution, other.system_name, other.environment, other.infrastructure_layer):
        return False
    if UNKNOWN in place or not set(one.action_sequence) & set(other.action_sequence):
        return False
    if one.parameters != other.parameters or one.deploy_artifacts != other.deploy_artifacts:
        return False
    mine, others = set(one.target_nodes), set(other.target_nodes)
    return not mine or not others or bool(mine & others)


def _undone(intent: Intent) -> bool:
    """A start beside a restart, or a stop that a start follows at once: one of the words was no order."""
    codes = set(intent.action_sequence)
    if "RESTART_SERVICE" in codes and codes & {"START_SERVICE", "STOP_SERVICE"}:
        return not codes & {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"}
    return False


def _corrected(parsed: Message, changes: Sequence[Intent]) -> bool:
    """Two requests of one change in a message that corrects itself: the first may be what was taken back."""
    twice = any(set(one.action_sequence) & set(other.action_sequence) for one, other in combinations(changes, 2))
    return twice and any(_within(parsed, part, _CORRECTS) for part in parsed.parts)


def _refused(parsed: Message) -> bool:
    return any(_within(parsed, part, _REFUSED) for part in parsed.parts)


def _within(parsed: Message, part: Part, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(parsed.normal.plain, part.sentence.start, part.sentence.end))


def _crossed(part: Part) -> bool:
    """1호기에 a.war, 2호기에 b.war: files and targets take turns, so that each file has a target of its own."""
    turns = [item.kind is K.FILE for item in part.items if item.kind is K.FILE or item.kind in TARGETS]
    changes = sum(one != other for one, other in pairwise(turns))
    return changes > 2 or (changes == 2 and turns[0])


def _partly(part: Part, changes: Sequence[Intent]) -> str:
    """내렸다가 …: a linked change that no request took, so that only the rest of a sequence would run."""
    read = {code for intent in changes for code in intent.action_sequence}
    if any(not deed.code and deed.role in _VERBS and deed.mood in ASKING for deed in part.said.deeds):
        return PARTLY  # 1호기는 올리고 2호기는 … 내려주세요: the second was not understood
    for deed in part.said.deeds:
        item = part.items[deed.at]
        linked = item.kind is K.PRED and item.value.mood in (Mood.TOGGLE, Mood.AND)
        if (
            linked
            and deed.changes
            and not deed.wanted
            and deed.code not in read
            and deed.mood in (Mood.REPORT, Mood.STATEMENT)
        ):
            return PARTLY
    return ""


def _lost_look(part: Part) -> str:
    """덤프 … 하시고 재기동: something to be looked at beside the change that is in no request."""
    for deed in part.said.deeds:
        if not deed.code or deed.changes or deed.wanted or deed.role == "told":
            continue
        if deed.mood is Mood.REPORT and _goes_on(part, deed):
            return LOOK  # 디스크부터 확인하시고 한 달 지난 로그 …: taken for what was done
        if deed.mood is not Mood.STATEMENT:
            continue
        after = part.items[deed.at + 1] if deed.at + 1 < len(part.items) else None
        if part.items[deed.at].kind is not K.TOPIC or (after is not None and after.kind is K.PARTICLE):
            continue
        at = next((k for k in range(deed.at + 1, len(part.items)) if part.items[k].kind is K.PRED), -1)
        if at < 0 or any(one.changes and deed.at < one.at <= at for one in part.said.deeds):
            continue  # 응답 느림, 재기동부터 해주세요: the verb is that of the change
        verb = part.items[at].value
        if verb.mood in (Mood.AND, Mood.COMMAND) and verb.role not in ("stop", "start", "become"):
            return LOOK
    return ""


def _goes_on(part: Part, deed: Deed) -> bool:
    """True for a look whose verb leads to a change that is asked for, with nothing that says that it is past."""
    verb = part.items[deed.anchor]
    later = any(one.wanted and one.changes and one.at > deed.anchor for one in part.said.deeds)
    # 지난주에도 같은 증상이 있었습니다 … 디스크 확인한 뒤에: what is past there is told before it
    told = (at for at in range(deed.at) if part.items[at].kind in (K.PRED, K.STATE) or part.items[at].value == "pred")
    past = any(item.kind is K.PAST for item in part.items[max(told, default=-1) + 1 : deed.at])
    if not later or past or verb.kind not in (K.PRED, K.LINK):
        return False
    return verb.kind is K.LINK or verb.value.mood is Mood.AND


_SHOWS = frozenset({"list", "show", "show me", "display", "print", "fetch", "pull", "view", "dump"})


def _lost_list(normal: Normal, part: Part) -> str:
    """kill session 7 and then list what's left: something to be shown that is in no request."""
    for index, item in enumerate(part.items):
        if item.kind is not K.LIGHT or normal.plain[item.start : item.end] not in _SHOWS or not index:
            continue
        if part.items[index - 1].kind not in (K.AND, K.LINK) or not any(
            deed.wanted and deed.changes and deed.at < index for deed in part.said.deeds
        ):
            continue
        if not any(deed.wanted and not deed.changes for deed in part.said.deeds):
            return LOOK
    return ""


def _between(part: Part, last: int) -> Iterator[Item]:
    first = next((index for index, item in enumerate(part.items) if item.kind in TARGETS), last)
    yield from part.items[first + 1 : last]


def _paused(normal: Normal, part: Part, item: Item, last: int) -> bool:
    """True when what holds `item` ends before the change is named: it is a reason, or another clause."""
    if _PAUSE.search(normal.plain, max(item.start, item.end - 3), part.items[last].start):
        return True
    # 헐떡댐 ㅋㅋ 껐다 켜주세요: laughter ends what stands before it, and was blanked out
    return any(normal.laughed(one.end, two.start) for one, two in pairwise((item, *_upto(part, item, last))))


def _because_of(normal: Normal, item: Item, target: Item) -> bool:
    """설비 지연으로 MES WAS …, 정전 대비 …: what the change is for."""
    return bool(_FOR.search(normal.plain, item.start, target.start))


def _upto(part: Part, item: Item, last: int) -> Sequence[Item]:
    return part.items[part.items.index(item) + 1 : last + 1]


def _harmless(normal: Normal, item: Item) -> bool:
    word = normal.plain[item.start : item.end]
    return word in _HARMLESS or not any(char.isalnum() for char in word)


def _word(normal: Normal, part: Part, last: int, *, known: bool) -> str:
    for item in _between(part, last) if known else ():
        if item.kind is K.UNKNOWN and not _harmless(normal, item) and not _paused(normal, part, item, last):
            return WORD
    first = next((index for index, item in enumerate(part.items) if item.kind in TARGETS), 0)
    if not part.english:
        for item in part.items[:first] if known else ():
            loose = item.kind is K.UNKNOWN and item.value != "pred" and not _harmless(normal, item)
            if loose and not _paused(normal, part, item, first) and not _because_of(normal, item, part.items[first]):
                return AHEAD
    end = part.sentence.end if part.english else courtesy(normal, part.sentence)
    behind = [
        item
        for item in part.items[last + 1 :]
        if item.kind is K.UNKNOWN and item.start < end and not _harmless(normal, item)
    ]
    if part.english and behind and CATALOGUE[_code(part, last)].changes:
        gap = normal.plain[part.items[last].end : behind[0].start].split()
        if len(gap) <= 1 and all(word in ("the", "a", "our", "its") for word in gap):
            return BEHIND  # start the migration
    if behind and not part.english and not _leaves_another(part, last):
        told = _TOLD_ON.search(normal.plain, part.items[last].end, part.sentence.end)
        limit = _HARD_LIMIT if told and not _holds_back(part, last) else _LIMIT
        if limit.search(normal.plain, part.items[last].end, part.sentence.end):
            return BEHIND
    return ""


def _holds_back(part: Part, last: int) -> bool:
    """True when what stands behind a change speaks of conditions, exceptions or other targets."""
    return any(
        item.kind in (K.NOT_THIS, K.BUT, K.REST, K.COND, K.NODE, K.LAYER, K.NAME, K.SERVER)
        or (item.kind is K.PRED and item.value.mood in (Mood.CONDITION, Mood.NEGATION))
        for item in part.items[last + 1 :]
    )


def _leaves_another(part: Part, last: int) -> bool:
    """1호기 올려주세요, 2호기는 살아 있으니 건드리지 마시고요: another node than the one that was named."""
    meant = {number for item in part.items[:last] if item.kind is K.NODE for number in item.value}
    left = {number for item in part.items[last + 1 :] if item.kind is K.NODE for number in item.value}
    verbs = [item.value for item in part.items[last + 1 :] if item.kind is K.PRED]
    others = (K.NOT_THIS, K.BUT, K.REST, K.COND, K.LAYER, K.NAME, K.SERVER)
    return (
        bool(meant and left)
        and not meant & left
        and bool(verbs)
        and all(verb.role in ("touch", "leave") and verb.mood is Mood.NEGATION for verb in verbs)
        and not any(item.kind in others for item in part.items[last + 1 :])
    )


def _code(part: Part, last: int) -> str:
    return next(deed.code for deed in asked_changes(part) if last in (deed.at, deed.anchor))


def _target(normal: Normal, part: Part, last: int, intents: Sequence[Intent]) -> str:
    taken = {intent.system_name for intent in intents}
    for item in _between(part, last + 1):
        if item.kind is not K.NAME or _paused(normal, part, item, last):
            continue
        systems = item.value.system_names
        if systems and not item.value.institutions and not systems & taken and UNKNOWN not in taken:
            return TARGET
    return ""


def _value(normal: Normal, part: Part, last: int, intents: Sequence[Intent]) -> str:
    files = {name for intent in intents for name in intent.deploy_artifacts}
    sessions = {str(intent.parameters.get("session_id")) for intent in intents}
    deploys = any("DEPLOY_ARTIFACT" in intent.action_sequence for intent in intents)
    for item in _between(part, last):
        if _paused(normal, part, item, last):
            continue
        lost_file = item.kind is K.FILE and deploys and str(item.value) not in files
        lost_session = item.kind is K.SESSION and sessions != {"None"} and str(item.value) not in sessions
        if lost_file or lost_session:
            return VALUE
    return ""

"""What is told behind a request of another node or environment than the one that it is for: 1호기는 멀쩡해요, 나머지는
내일 제가 할게요, 운영은 건드리지 마시고요.

Such a clause says nothing of the request, and goes out of the message. It must name its target first, and end in words
that forbid, report or put off something there; anything that could bear on the request itself (a condition, an order of
things, a correction, a word like 같이 or 대신, the target of the request) leaves it where it stands, to be doubted.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lexicon import of_others
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft, changes
from guardia.hub.parser.embedded.segment import Voice
from guardia.hub.parser.embedded.spared import of_nobody

OTHERS = "what is told behind the request may take it back"
_TARGETS = frozenset({K.NODE, K.REST, K.ENV, K.LAYER})
_LEADING = frozenset({K.NODE, K.REST, K.ENV, K.LAYER, K.GENERIC, K.ALL_NODES, K.FILLER, K.AND})
_WITH = frozenset(fold(word) for word in ("와", "과", "랑", "이랑", "하고"))
_TOPIC = frozenset(fold(word) for word in ("은", "는", "엔", "에는", "에는요", "은요", "는요"))
_SOFT = frozenset({K.FILLER, K.PARTICLE, K.ALSO})
_OTHERS = fold("다른")
_UNCLEAR = frozenset({K.NAME, K.SERVER, K.POINT, K.FILE, K.VERSION, K.SESSION, K.URL, K.QUOTE, K.CANCEL, K.FORBIDDEN})
_BARS_CUT = frozenset({K.POINT, K.ALSO, K.REST, K.NOT_THIS, K.BUT, K.CANCEL})

_ENDINGS = (of_others.LEFT, of_others.WELL, of_others.DONE, of_others.PUT_OFF, of_others.WHEN_TOLD)


def elsewhere(normal: Normal, drafts: list[Draft]) -> list[Draft]:
    """`drafts` without what is told of others than the target of the request before it."""
    _begun(normal, drafts)
    kept: list[Draft] = []
    asked: list[Item] = []
    asking: Draft | None = None
    for index, draft in enumerate(drafts):
        if draft.sentence.voice is not Voice.OWN or draft.sentence.holds or draft.steps:
            kept.append(draft)
            continue
        ends = _asks(normal, draft.items)
        barred = draft.sentence.corrects or draft.sentence.question or _barred(drafts[index + 1 :])
        linked = any(draft.items[at].kind is K.PRED and draft.items[at].value.mood is Mood.AND for at in ends)
        if not linked and asked and not barred and _aside(normal, draft, 0, asked):
            if asking is not None and _put_off(normal, draft.sentence.start, draft.sentence.end):
                _only(asking.items)
            continue
        if asking is not None and not asking.broken:
            waits = bool(of_others.WAIT.search(normal.plain, draft.sentence.start, draft.sentence.end))
            waits = waits or (
                draft.sentence.corrects and bool(of_others.ALSO.search(normal.plain, 0, draft.sentence.end))
            )
            waits = waits or _moves(draft.items, asked)
            if waits or (not ends and _bears_on(normal, draft, asked, asking.items)):
                asking.broken = OTHERS
        if ends and changes(draft.items[: ends[-1] + 1]):
            for at in () if barred else reversed(ends):
                if _cut(normal, draft, at):
                    break
            asked = _where(draft.items[: ends[-1] + 1]) or asked
            asking = draft
        kept.append(draft)
    return kept


_BESIDE = frozenset(
    {
        K.SELF,
        K.PAST,
        K.TIME,
        K.PARTICLE,
        K.FILLER,
        K.ACT,
        K.OUTCOME,
        K.GENERIC,
        K.ALL_NODES,
        K.LIGHT,
        K.PRED,
        K.STATE,
        K.NEG,
        K.POINT,
        K.AND,
        K.REQUEST,
    }
)


def _bears_on(normal: Normal, draft: Draft, asked: list[Item], request: list[Item]) -> bool:
    """True when what is told behind a request may take it back: 제가 했습니다, 지금은 정상이에요, 1호기네요."""
    items, begin, end = draft.items, draft.sentence.start, draft.sentence.end
    if draft.sentence.corrects or not items or any(item.kind in (K.NAME, K.SERVER, K.TOPIC) for item in items):
        return False
    first = _first(items, 0)
    if first >= 0 and items[first].kind is K.UNKNOWN and of_others.ALSO_OTHERS.search(normal.plain, begin, end):
        return True  # 다른 노드도 그대로 두세요
    if first >= 0 and items[first].kind in (K.NODE, K.REST, K.ENV):
        lead = items[first]
        if _apart(lead, items[:1], asked):
            if normal.plain.startswith(fold("도"), lead.end) and _ends(normal.plain, begin, end):
                return True  # 1호기도 제가 했습니다
            if lead.kind is K.NODE and not _leads(normal, items[first:], end):
                return bool(of_others.INSTEAD.search(normal.plain, lead.end, end))
            if any(item.kind is K.NODE and _nodes(asked) & set(item.value) for item in items):
                return _ends(normal.plain, begin, end)  # 1호기랑 2호기는 제가 했습니다
            return bool(of_others.HANGS.search(normal.plain, lead.end, end))
        if of_others.DENIED.match(normal.plain, lead.start, end):
            return True
        if lead.kind is K.NODE and not _nodes(asked) and _tells(normal.plain, begin, end):
            return True  # WAS 재기동해주세요. 1호기는 제가 했습니다
    if not all(item.kind in _BESIDE or item.kind in _TARGETS or _well(normal, item) for item in items):
        return False
    if any(item.kind in _TARGETS and _apart(item, items, asked) for item in items[first + 1 :]):
        return False
    if any(item.kind is K.LIGHT and item.value not in (None, "", "work") for item in items):
        return False  # 제가 모니터링하고 있겠습니다
    moods = [item.value.mood for item in items if item.kind is K.PRED]
    if moods and moods[-1] in (Mood.REPORT, Mood.PLAN) and any(item.kind in _BY_WHOM for item in items):
        return _same_deed(items, request)
    return not draft.sentence.question and bool(of_others.WELL.search(normal.plain, begin, end))


_TO = frozenset(fold(word) for word in ("로", "으로", "로요"))


def _moves(items: list[Item], asked: list[Item]) -> bool:
    """4호기로 해주세요: another node takes the place of the one that was asked for."""
    return any(
        item.kind is K.NODE and after.kind is K.PARTICLE and after.value in _TO and _apart(item, [item], asked)
        for item, after in pairwise(items[:3])
    ) and all(item.kind in (K.NODE, K.PARTICLE, K.FILLER, K.PRED, K.GENERIC) for item in items)


_DEEDS = {
    "stop": {"STOP_SERVICE"},
    "start": {"START_SERVICE"},
    "raise": {"START_SERVICE", "DEPLOY_ARTIFACT"},
    "push": {"DEPLOY_ARTIFACT", "CLEAN_LOGS"},
    "erase": {"CLEAN_LOGS"},
    "rollback": {"ROLLBACK_RELEASE"},
    "kill": {"KILL_DB_SESSION", "STOP_SERVICE"},
}
"""What a verb of a request may be called in what is told behind it: 세션 끊어주세요. 종료는 내일 하겠습니다."""


def _same_deed(items: list[Item], request: list[Item]) -> bool:
    """제가 했습니다, 제가 재기동했습니다 behind 재기동해주세요; not 아까 제가 내렸습니다 behind 기동해주세요."""
    acts = {item.value for item in items if item.kind is K.ACT}
    roles = {item.value.role for item in items if item.kind is K.PRED}
    asked = {item.value for item in request if item.kind is K.ACT}
    verbs = {item.value.role for item in request if item.kind is K.PRED}
    if not acts:  # 중지 후 확인해주세요. 제가 방금 내렸어요
        return roles <= {"do"} or bool(roles & verbs - {"do"}) or bool(_deeds(roles) & asked)
    return "do" in roles and acts <= asked | _deeds(verbs)


def _deeds(roles: set[str]) -> set[str]:
    return {code for role in roles for code in _DEEDS.get(role, ())}


_BY_WHOM = frozenset({K.SELF, K.PAST, K.TIME, K.REQUEST})


def _well(normal: Normal, item: Item) -> bool:
    return item.kind is K.UNKNOWN and bool(of_others.WELL.match(normal.plain, item.start, item.end))


def _cut(normal: Normal, draft: Draft, at: int) -> bool:
    """Take out of `draft` what stands behind the request that ends at `at`, where it is told of of_others."""
    last = draft.items[at]
    if not _aside(normal, draft, at + 1, _where(draft.items[: at + 1])):
        return False
    if last.kind is K.PRED and last.value.mood is Mood.AND:
        polite = fold("주시") in normal.plain[last.start : last.end]
        if not polite and not of_nobody(draft.items[:at]):
            return False  # 벤더가 재기동하고 2호기는 그대로 두세요: somebody does it
        if not polite and not of_others.IMPERATIVE.search(normal.plain, last.end, draft.sentence.end):
            return False  # 내리고 2호기는 제가 했습니다: both are told
        last.value = Pred(last.value.role, Mood.COMMAND)
    if _put_off(normal, last.end, draft.sentence.end):
        _only(draft.items[: at + 1])
    draft.items = draft.items[: at + 1]
    draft.sentence = replace(draft.sentence, end=last.end)
    return True


_FROM = frozenset(fold(word) for word in ("부터", "부터만"))


def _put_off(normal: Normal, begin: int, end: int) -> bool:
    return bool(
        of_others.PUT_OFF.search(normal.plain, begin, end) or of_others.WHEN_TOLD.search(normal.plain, begin, end)
    )


def _only(items: list[Item]) -> None:
    """1호기부터 해주세요, 2호기는 내일 제가 말씀드릴게요: for now, that node is all."""
    for item, after in pairwise(items):
        if item.kind is K.NODE and after.kind is K.PARTICLE and after.value in _FROM:
            after.kind = K.FILLER


def _begun(normal: Normal, drafts: list[Draft]) -> None:
    """1호기부터 배포해 주시고 끝나면 말씀 주세요: one node, and then word of it."""
    for draft, after in zip(drafts, [*drafts, None][1:], strict=True):
        at = next((k for k, item in enumerate(draft.items) if item.kind is K.PARTICLE and item.value in _FROM), -1)
        if at < 0 or any(item.kind in (K.NODE, K.REST, K.ALL_NODES) for item in draft.items[at:]):
            continue
        own = of_others.TELL_ME.search(normal.plain, draft.items[at].end, draft.sentence.end)
        if own or (
            after is not None and of_others.TELL_ME.match(normal.plain, after.sentence.start, after.sentence.end)
        ):
            _only(draft.items)


def _asks(normal: Normal, items: list[Item]) -> list[int]:
    """Indexes of the words with which something is asked for."""
    found = []
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        if item.kind is K.PRED and item.value.role not in ("leave", "touch"):
            if item.value.mood is Mood.AND:
                if _first(items, index + 1) >= 0:
                    found.append(index)
            elif item.value.mood in (Mood.COMMAND, Mood.CAN) and not of_others.LATER.search(
                normal.plain, items[0].start, item.end
            ):
                found.append(index)
        elif (
            item.kind is K.PARTICLE
            and before is not None
            and before.kind is K.ACT
            and normal.plain[item.start : item.end] in _ASKING_SO
        ):
            found.append(index)
    return found


_ASKING_SO = frozenset(fold(word) for word in ("요", "이요", "여", "용"))


def _first(items: list[Item], start: int) -> int:
    """Index of a target that leads what stands from `start` on, else -1."""
    at = start
    while at < len(items) and items[at].kind in _SOFT:
        at += 1
    if at >= len(items):
        return -1
    other = items[at].kind is K.UNKNOWN and at + 1 < len(items) and items[at + 1].kind in (K.GENERIC, K.LAYER, K.NODE)
    return at if items[at].kind in _TARGETS or other else -1


def _barred(later: list[Draft]) -> bool:
    """True when what follows may speak of what a clause names, or take it back."""
    return any(
        draft.sentence.corrects or draft.sentence.holds or any(item.kind in _BARS_CUT for item in draft.items)
        for draft in later
    )


def _where(items: list[Item]) -> list[Item]:
    return [item for item in items if item.kind in _TARGETS or item.kind is K.SERVER]


def _aside(normal: Normal, draft: Draft, start: int, asked: list[Item]) -> bool:
    """True when what `draft` says from the item at `start` on is only told of other targets than those of `asked`."""
    first = _first(draft.items, start)
    if first < 0:
        return False
    items = draft.items[first:]
    plain, begin, end = normal.plain, items[0].start, draft.sentence.end
    if any(item.kind in _UNCLEAR for item in items) or not _ends(plain, begin, end):
        return False
    if _does(items):
        return False
    told = [item for item in items if item.kind in _TARGETS]
    spare = [item for item in told if _same(item, asked) and _harmless(normal, item, end)]
    told = [item for item in told if item not in spare]
    others = items[0].kind is K.UNKNOWN
    if others and (normal.plain[items[0].start : items[0].end] != _OTHERS or not _nodes(asked)):
        return False
    if not told and not others:
        return False
    if not _leads(normal, items, end):
        return False
    if of_others.BEARS.search(plain, begin, end) and not (
        of_others.PUT_OFF.search(plain, begin, end) and spare and not _bears(plain, begin, end)
    ):
        return False
    return all(_apart(item, told, asked) for item in told)


def _ends(plain: str, begin: int, end: int) -> bool:
    return any(one.search(plain, begin, end) for one in _ENDINGS) or bool(of_others.DENIED.match(plain, begin, end))


def _tells(plain: str, begin: int, end: int) -> bool:
    return any(one.search(plain, begin, end) for one in (of_others.DONE, of_others.WELL, of_others.PUT_OFF))


def _bears(plain: str, begin: int, end: int) -> bool:
    return any(not found.group().startswith(fold("확인")) for found in of_others.BEARS.finditer(plain, begin, end))


_ASKED_OR_LINKED = (Mood.COMMAND, Mood.AND, Mood.TOGGLE, Mood.CAN)
_NO_CHANGE = ("leave", "touch", "look", "ask", "do")


def _does(items: list[Item]) -> bool:
    """True when something is asked for among `items`: 2호기는 재시작, 나머지는 두세요."""
    last = max((at for at, item in enumerate(items) if item.kind is K.PRED), default=-1)
    for at, item in enumerate(items):
        if item.kind is K.ACT:
            after = next((one for one in items[at + 1 :] if one.kind not in (K.PARTICLE, K.NEG, K.FILLER)), None)
            if after is None or after.kind not in (K.PRED, K.OUTCOME):
                return True
        elif item.kind is K.PRED and item.value.mood in _ASKED_OR_LINKED:
            role = item.value.role
            if role not in _NO_CHANGE or (role == "do" and at < last):
                return True
    return False


def _leads(normal: Normal, items: list[Item], end: int) -> bool:
    """True when the clause is about its first target: 2호기는 …, 운영 아닙니다, 나머지는 …"""
    at = 0
    while at < len(items) and (
        items[at].kind in _LEADING
        or (at == 0 and items[at].kind is K.UNKNOWN)
        or (items[at].kind is K.PARTICLE and items[at].value in _WITH)
    ):
        at += 1
    last = items[at - 1]
    if last.kind is K.REST and normal.plain[last.end - 1] in fold("은는"):
        return True
    if at < len(items) and items[at].kind is K.PARTICLE and items[at].value in _TOPIC:
        return True
    if of_others.RESTATED.match(normal.plain, last.end):
        return True
    return bool(
        of_others.DENIED.match(normal.plain, items[0].start, end) or of_others.BARE.match(normal.plain, last.end)
    )


def _same(item: Item, asked: list[Item]) -> bool:
    alike = [one for one in asked if one.kind is item.kind]
    return item.kind is not K.REST and bool(alike) and all(one.value == item.value for one in alike)


def _harmless(normal: Normal, item: Item, end: int) -> bool:
    """1호기만요, …; 나머지는 1호기 결과 보고 …: the target of the request, named once more."""
    return bool(
        of_others.RESTATED.match(normal.plain, item.end, end) or of_others.RESULT.match(normal.plain, item.end, end)
    )


def _nodes(asked: list[Item]) -> set[int]:
    hosts = {server.node_no for item in asked if item.kind is K.SERVER for server in item.value}
    return hosts | {number for item in asked if item.kind is K.NODE for number in item.value}


def _apart(item: Item, told: list[Item], asked: list[Item]) -> bool:
    """True when the target that `item` names is certainly another than those of `asked`."""
    layers = {str(one.value) for one in asked if one.kind is K.LAYER}
    places = {str(one.value) for one in asked if one.kind is K.ENV}
    if item.kind is K.REST:
        return bool(_nodes(asked)) and not any(one.kind is K.REST for one in asked)
    if item.kind is K.ENV:
        return str(item.value) not in (places or {"PROD"})
    if item.kind is K.LAYER:
        other = bool(layers) and str(item.value) not in layers
        return other or (bool(layers) and any(one.kind is K.NODE for one in told))
    others = any(one.kind is K.LAYER and layers and str(one.value) not in layers for one in told)
    return others or (bool(_nodes(asked)) and not _nodes(asked) & set(item.value))

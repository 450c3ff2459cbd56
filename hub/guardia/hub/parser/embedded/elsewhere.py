"""What is told behind a request of another node or environment than the one that it is for: 1호기는 멀쩡해요, 나머지는
내일 제가 할게요, 운영은 건드리지 마시고요.

Such a clause says nothing of the request, and goes out of the message. It must name its target first, and end in words
that forbid, report or put off something there; anything that could bear on the request itself (a condition, an order of
things, a correction, a word like 같이 or 대신, the target of the request) leaves it where it stands, to be doubted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
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
_LATER = re.compile(
    fold(r"(?:추후|나중에|차후|따로|별도로|다음에)\s(?:[가-힣]+\s)?요청\s?드리(?:겠습니다|ㄹ게요)$|요청\s?드릴게요$")
)
_UNCLEAR = frozenset({K.NAME, K.SERVER, K.POINT, K.FILE, K.VERSION, K.SESSION, K.URL, K.QUOTE, K.CANCEL, K.FORBIDDEN})
_BARS_CUT = frozenset({K.POINT, K.ALSO, K.REST, K.NOT_THIS, K.BUT, K.CANCEL})

_END = r"[\s.!~^;:ㅎㅋㅠㅜ)]*$"
_LEFT = re.compile(
    fold(
        r"(?:(?:건드리|건들|손\s?대|만지|내리|올리|끄|하|재기동하|재시작하|배포하|반영하)지\s?(?:마|말)[가-힣]*(?:\s?(?:주세요|주시고요?|주십시오|바랍니다|부탁드립니다|부탁드려요))?"
        r"|(?:건드리|건들|손\s?대|만지|내리|올리|끄|하|재기동하|재시작하|배포하)(?:시)?면\s(?:절대\s)?(?:안\s?(?:돼요|됩니다|되고요|돼|됨|되니까요?)|큰일\s?(?:나요|납니다|남))"
        r"|안\s?(?:하셔도|해도|건드리셔도|내리셔도|해\s?주셔도)\s?(?:됩니다|돼요|되고요|되세요|돼|됨)"
        r"|(?:필요|필요는)\s?없(?:어요|습니다|음|고요)|(?:빼고요?|빼\s?주세요|빼\s?주시고요?|제외하고요?|제외해\s?주세요|제외요|제외입니다)"
        r"|(?:그대로|가만히|그냥|일단)\s?(?:놔|내버려\s?|살려\s?)?(?:두세요|두시고요?|두시면\s됩니다|두셔도\s(?:됩니다|돼요)|두시기\s바랍니다|두십시오|둬\s?주세요|둬요|둬|두고요|두시죠|두어\s주세요)"
        r"|(?:놔|냅|내버려\s?|살려\s?|남겨\s?|으니\s|니까\s)(?:두세요|두시고요?|두시면\s됩니다|두시기\s바랍니다|두십시오|둬\s?주세요|둬요|둬|두고요|두시죠)"
        r"|(?:배치|작업|정산|마감|수집|백업|처리|집계|접수|검사|대사|이관|점검|테스트|교육|시험|방송|접속|사용)[가-힣\s]{0,12}(?:있어서|중이라서?|중이어서|있으니|있으니까|중이니|중이니까|있어)\s?(?:절대\s)?안\s?(?:됩니다|돼요|되고요|됨|돼))"
    )
    + _END
)
_DENIED = re.compile(
    fold(r"\S+\s?(?:쪽\s?)?(?:은\s|이\s)?(?:아닙니다|아니에요|아니예요|아녜요|아니고요|말고요|아님|x)") + _END
)
_WELL = re.compile(
    fold(
        r"(?:은|는|쪽은|전부|모두|다|아주|지금|현재|아직|아직까지|계속|다들)?\s?(?:멀쩡(?:해요|합니다|하네요|함|하고요|하거든요|하구요)|정상(?:이에요|입니다|이네요|임|이고요|이거든요|이구요|이에용|작동\s?중입니다)?|정상적으로\s?(?:돌고|작동하고|떠)\s?있(?:어요|습니다|네요)"
        r"|괜찮(?:아요|습니다|네요|고요)|양호합니다|잘\s?(?:돌고|떠|붙고|되고|돌아가고|살아)\s?있(?:어요|습니다|네요|음|고요)|잘\s?(?:돼요|됩니다|되네요|돌아요|돌아가요|돌아갑니다)"
        r"|살아\s?있(?:어요|습니다|네요|음|고요)|(?:문제|이상)\s?(?:는|은)?\s?없(?:어요|습니다|네요|음|고요)|(?:상관|관계|영향)\s?없(?:어요|습니다|음|고요)|그대로\s?서비스\s?(?:합니다|해요|중입니다|할게요))"
    )
    + _END
)
_DONE = re.compile(
    fold(
        r"(?:제가|저희가|우리가|저희\s?쪽에서|이미|벌써|아까|방금|어제|그제|오전에|오후에|새벽에|지난주에|조금\s전에|좀\s전에|앞서|먼저|미리|직접)\s[가-힣\s]{0,24}?"
        r"(?:재기동|재시작|배포|반영|작업|처리|적용|완료|롤백|기동|조치)?\s?(?:했(?:어요|습니다|음|고요|거든요|네요|어용|구요|습니당)|해\s?(?:뒀|놨|두었|놓았)(?:어요|습니다|음|고요)|끝냈(?:어요|습니다|음)|끝났(?:어요|습니다)|마쳤(?:어요|습니다|음)|(?:완료|처리)\s?(?:됐|되었|했)(?:어요|습니다|음)|올렸(?:어요|습니다)|내렸(?:어요|습니다))"
    )
    + _END
)
_PUT_OFF = re.compile(
    fold(
        r"(?:제가|저희가|우리가|저희\s?쪽에서|추후|나중에|이따가?|다음에|차후|별도로|따로|내일|모레|오늘\s?밤에?|밤에|새벽에|오후에|저녁에|주말에|다음\s?주에?|다음\s?달에?|담당자가|[가-힣]{1,3}\s?(?:팀장|과장|대리|주무관|부장|차장|사원|책임|계장|실장)(?:님)?이)\s[^.!?\n]{0,40}?"
        r"(?:드릴게요|드리겠습니다|드립니다|드릴게용|드릴\s?(?:예정입니다|거예요|겁니다)|할게요|하겠습니다|합니다|할\s?(?:거임|듯요?|것입니다|예정입니다|예정이에요|겁니다|거예요|계획입니다)|하기로\s?(?:했습니다|했어요|함|됐습니다)|진행합니다|올리겠습니다|내리겠습니다|올릴게요|내릴게요|볼게요|보겠습니다)"
    )
    + _END
)
_WHEN_TOLD = re.compile(
    fold(
        r"(?:말씀|연락|요청|안내|공지|알려|신호|콜|전화)\s?(?:드리면|드리거든|드릴\s?때|드리는\s대로|드린\s(?:뒤|후|다음)에?|오면|주면)\s(?:그때\s|그\s?다음에\s)?[가-힣\s]{0,12}(?:해\s?주세요|부탁드립니다|부탁드려요|부탁해요|하시면\s?됩니다|해\s?주시면\s됩니다|올려\s?주세요|내려\s?주세요)"
    )
    + _END
)
_ENDINGS = (_LEFT, _WELL, _DONE, _PUT_OFF, _WHEN_TOLD)
_IMPERATIVE = re.compile(
    fold(r"(?:세요|주고요?|시고요?|십시오|바랍니다|됩니다|둬요?|두고요|시죠|부탁드립니다|부탁드려요)") + _END
)
_BEARS = re.compile(
    fold(
        r"같이|함께|마저|동시|대신|바꾸|바꿔|먼저|부터|순서|잘못|착각|헷갈|실수|취소|보류|잠깐|잠시|기다|대기|전까지|때까지|동안|경우|때만|만약|만일|(?<![가-힣])(?:단|다만)[,\s]|"
        r"확인\s?(?:하고|후|되면)|승인|허락|결재|사실|다시\s?보니|오히려|아니라|(?:빼|제외하|두)지\s|(?:기|번|노드|쪽|나머지|서버|운영|개발|검증|스테이징)도\s|(?<!오)전에|(?<!오)후에|다음에\s?(?:해|부탁)|끝나(?:야|면|고)"
    )
)
_RESTATED = re.compile(
    fold(
        r"\s?(?:만요|만이요|이요|요|입니다|이에요|예요|이고요|만\s?해주세요|만\s?부탁(?:드려요|드립니다)|만\s?하시면\s됩니다|맞습니다)(?=[\s,.!]|$)"
    )
)
_RESULT = re.compile(
    fold(r"\s?(?:의\s?)?(?:결과|경과|상태|반응|추이)(?:를|을)?\s?(?:보고|보면서|본\s|봐서|보고서|확인\s?(?:후|하고))")
)


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
            waits = bool(_WAIT.search(normal.plain, draft.sentence.start, draft.sentence.end))
            waits = waits or (draft.sentence.corrects and bool(_ALSO.search(normal.plain, 0, draft.sentence.end)))
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
    if first >= 0 and items[first].kind is K.UNKNOWN and _ALSO_OTHERS.search(normal.plain, begin, end):
        return True  # 다른 노드도 그대로 두세요
    if first >= 0 and items[first].kind in (K.NODE, K.REST, K.ENV):
        lead = items[first]
        if _apart(lead, items[:1], asked):
            if normal.plain.startswith(fold("도"), lead.end) and _ends(normal.plain, begin, end):
                return True  # 1호기도 제가 했습니다
            if lead.kind is K.NODE and not _leads(normal, items[first:], end):
                return bool(_INSTEAD.search(normal.plain, lead.end, end))
            if any(item.kind is K.NODE and _nodes(asked) & set(item.value) for item in items):
                return _ends(normal.plain, begin, end)  # 1호기랑 2호기는 제가 했습니다
            return bool(_HANGS.search(normal.plain, lead.end, end))
        if _DENIED.match(normal.plain, lead.start, end):
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
    return not draft.sentence.question and bool(_WELL.search(normal.plain, begin, end))


_TO = frozenset(fold(word) for word in ("로", "으로", "로요"))


def _moves(items: list[Item], asked: list[Item]) -> bool:
    """4호기로 해주세요: another node takes the place of the one that was asked for."""
    return any(
        item.kind is K.NODE and after.kind is K.PARTICLE and after.value in _TO and _apart(item, [item], asked)
        for item, after in pairwise(items[:3])
    ) and all(item.kind in (K.NODE, K.PARTICLE, K.FILLER, K.PRED, K.GENERIC) for item in items)


def _same_deed(items: list[Item], request: list[Item]) -> bool:
    """제가 했습니다, 제가 재기동했습니다 behind 재기동해주세요; not 아까 제가 내렸습니다 behind 기동해주세요."""
    acts = {item.value for item in items if item.kind is K.ACT}
    roles = {item.value.role for item in items if item.kind is K.PRED}
    if not acts:
        return roles <= {"do"} or bool(roles & {item.value.role for item in request if item.kind is K.PRED} - {"do"})
    return "do" in roles and acts <= {item.value for item in request if item.kind is K.ACT}


_BY_WHOM = frozenset({K.SELF, K.PAST, K.TIME, K.REQUEST})
_WAIT = re.compile(fold(r"기다려\s?(?:주|줘|봐)|기다리(?:세요|시|십)"))
_ALSO_OTHERS = re.compile(fold(r"다른\s?(?:호기|노드|서버)들?도\s"))
_ALSO = re.compile(fold(r"(?:호기|번|노드)도요?") + _END)
_INSTEAD = re.compile(
    fold(r"(?:이네요|네요|예요|이에요|입니다|맞아요|맞습니다|맞네요|죽었[가-힣]+|죽었|문제[가-힣]+|이요|요)") + _END
)
_HANGS = re.compile(
    fold(
        r"(?:이|하|되|있|없|끝나|나)(?:면요?|어야|아야|여야)(?=[\s.,]|$)|이어야|여야\s|인지\s|때만|(?<!오)전에(?:요|만|\s해|\s부탁)|후에요|(?:빼|제외하|두)지\s?(?:마|말)|먼저|같이|함께|끝나고"
    )
)


def _well(normal: Normal, item: Item) -> bool:
    return item.kind is K.UNKNOWN and bool(_WELL.match(normal.plain, item.start, item.end))


def _cut(normal: Normal, draft: Draft, at: int) -> bool:
    """Take out of `draft` what stands behind the request that ends at `at`, where it is told of others."""
    last = draft.items[at]
    if not _aside(normal, draft, at + 1, _where(draft.items[: at + 1])):
        return False
    if last.kind is K.PRED and last.value.mood is Mood.AND:
        polite = fold("주시") in normal.plain[last.start : last.end]
        if not polite and not of_nobody(draft.items[:at]):
            return False  # 벤더가 재기동하고 2호기는 그대로 두세요: somebody does it
        if not polite and not _IMPERATIVE.search(normal.plain, last.end, draft.sentence.end):
            return False  # 내리고 2호기는 제가 했습니다: both are told
        last.value = Pred(last.value.role, Mood.COMMAND)
    if _put_off(normal, last.end, draft.sentence.end):
        _only(draft.items[: at + 1])
    draft.items = draft.items[: at + 1]
    draft.sentence = replace(draft.sentence, end=last.end)
    return True


_FROM = frozenset(fold(word) for word in ("부터", "부터만"))
_TELL_ME = re.compile(
    fold(
        r"(?:끝나|완료되|마치|올라오|되|반영되)(?:면|시면)\s?(?:바로\s?|꼭\s?)?(?:말씀|알려|연락|공유|보고|회신|톡|답)[가-힣]*(?:\s?(?:주세요|주시면\s됩니다|부탁드려요|부탁드립니다|바랍니다|주십시오))?"
    )
    + _END
)


def _put_off(normal: Normal, begin: int, end: int) -> bool:
    return bool(_PUT_OFF.search(normal.plain, begin, end) or _WHEN_TOLD.search(normal.plain, begin, end))


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
        own = _TELL_ME.search(normal.plain, draft.items[at].end, draft.sentence.end)
        if own or (after is not None and _TELL_ME.match(normal.plain, after.sentence.start, after.sentence.end)):
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
            elif item.value.mood in (Mood.COMMAND, Mood.CAN) and not _LATER.search(
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
    if _BEARS.search(plain, begin, end) and not (
        _PUT_OFF.search(plain, begin, end) and spare and not _bears(plain, begin, end)
    ):
        return False
    return all(_apart(item, told, asked) for item in told)


def _ends(plain: str, begin: int, end: int) -> bool:
    return any(one.search(plain, begin, end) for one in _ENDINGS) or bool(_DENIED.match(plain, begin, end))


def _tells(plain: str, begin: int, end: int) -> bool:
    return any(one.search(plain, begin, end) for one in (_DONE, _WELL, _PUT_OFF))


def _bears(plain: str, begin: int, end: int) -> bool:
    return any(not found.group().startswith(fold("확인")) for found in _BEARS.finditer(plain, begin, end))


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
    if _RESTATED.match(normal.plain, last.end):
        return True
    return bool(_DENIED.match(normal.plain, items[0].start, end) or _BARE.match(normal.plain, last.end))


_BARE = re.compile(fold(r"\s(?:건드리지|건들지|손\s?대지|만지지|정상|그대로|제가|안\s|아닙니다|아니에요)"))


def _same(item: Item, asked: list[Item]) -> bool:
    alike = [one for one in asked if one.kind is item.kind]
    return item.kind is not K.REST and bool(alike) and all(one.value == item.value for one in alike)


def _harmless(normal: Normal, item: Item, end: int) -> bool:
    """1호기만요, …; 나머지는 1호기 결과 보고 …: the target of the request, named once more."""
    return bool(_RESTATED.match(normal.plain, item.end, end) or _RESULT.match(normal.plain, item.end, end))


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

"""What is said after a change was asked for, and may restrict it in a way that nothing above understood: then nobody
knows what is meant, and the room is asked. Default deny for the rest of a message."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import PLACES, Item, K, particle
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.restraint import turns_away

UNSURE = "something said after the request may restrict it"
_RESTRICTING = frozenset({K.NOT_THIS, K.BUT, K.REST, K.COND})
_TARGETED = frozenset({K.NOT_THIS, K.BUT, K.REST})
_WITH_VALUES = frozenset({"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE", "KILL_DB_SESSION"})
_LIMITS = re.compile(
    fold(
        r"(?<![가-힣])(?:단|다만)[,\s]|조건으로|한해서|한정해|(?<![가-힣])(?:만약|만일)|틀렸|틀린|잘못\s*(?:적|썼|쓴|봤|본|말|보냈|알)|"
        r"다시\s*보니|착각|헷갈(?:렸|려서|림|린)|때만|경우에?만|(?<![가-힣])그\s*전에|하기\s*전에|전에는?\s(?:하면\s|절대\s|내리면\s|올리면\s)?안\s?(?:돼|되|됩)|(?:재기동|재시작|배포|반영|롤백|정지|중지|기동)\s?전에|끝나면|끝난\s*(?:다음|뒤|후)|순서는(?!\s*(?:무관|상관|아무))"
    )
    + r"|\b(?:only if|unless|except|instead|mistyped|typo|my mistake|wrong one|as long as)\b"
)
_PROMISE = re.compile(fold(r"(?:말씀|알려|연락|공유|회신|보고|전달)\s*(?:드릴|드리겠|할)[가-힣]*[\s.!~]*$"))
"""복전되면 따로 말씀드릴게요: what the writer will do, no condition of what was asked."""
_TELLS = re.compile(
    fold(
        r"(?:끝나|완료되|마치|올라오|되|정상화되)(?:면|시면|거든|는\s*대로)\s*(?:바로\s*|꼭\s*|다시\s*)?(?:말씀|알려|연락|공유|보고|회신|톡|전화|얘기|노티|문자|답|여기|댓글|메일|이메일|mail|남겨)"
    )
)
"""끝나면 말씀 주시고요: a courtesy, no condition of what was asked."""
_OTHERS_FINE = re.compile(
    r"\W*(?:the )?(?:other (?:nodes?|ones?)|others?|rest)(?: of them)? (?:is|are|looks?|seems?) (?:all )?"
    r"(?:fine|ok|okay|good|healthy|normal|up)\W*$"
)
_HANDS_ON = re.compile(
    fold(
        r"(?:결과|완료\s?여부|처리\s?결과|내용|시각|시간)[가-힣]{0,2}\s?(?:만\s?)?(?:남겨|알려|말씀해?|공유해?|회신해?|전달해?)\s?주시면\s(?:[^.!?\n]{0,20}\s)?[가-힣]{0,4}(?:보고|전달|공유|확인|안내|공지|테스트|검증|회신)\s?(?:하겠습니다|드리겠습니다|할게요|드릴게요)[\s.!~]*$"
    )
)
"""결과만 남겨 주시면 제가 보고드리겠습니다: what becomes of the answer."""
_REASON = re.compile(fold(r"(?:니까요?|니깐요?|거든요?|때문(?:에요|입니다|이에요)|라서요|어서요|아서요)[\s.!~]*$"))
_CONSEQUENCE = re.compile(fold(r"(?P<verb>[가-힣]+)(?:니다|네요|어요|아요|거든요|대요)[\s.!~]*$"))
_RESTRICTS_AS = tuple(
    fold(w)
    for w in (
        "하",
        "합",
        "해",
        "되",
        "됩",
        "돼",
        "주",
        "줍",
        "줘",
        "진행",
        "가능",
        "부탁",
        "바랍",
        "좋",
        "없습",
        "없",
        "괜찮",
    )
)
_DENIALS = tuple(fold(w) for w in ("안돼", "안되", "안됩", "안 돼", "안 되", "안 됩", "불가", "금지"))
_OF_IT = frozenset(fold(w) for w in ("에서", "에서는", "부터", "부터는", "은", "는", "이", "가", "에선"))
_SINCE = re.compile(fold(r"부터|까지|전부터|[가-힣][았었했겠였졌됐갔왔났렸켰겼쳤]") + r"|\bsince\b")
_OTHERS = frozenset(fold(word) for word in ("다른", "모든", "전체", "해당"))
_ADNOMINAL = fold("는던")
_WHENEVER = tuple(fold(word) for word in ("때", "경우"))


def state(orders: list[Order]) -> list[tuple[int, ...]]:
    """What can be compared to see whether a part has changed the requests before it."""
    return [(id(order), id(order.values), *(id(frame) for frame in order.frames)) for order in orders]


def doubtful(normal: Normal, part: Part, orders: list[Order]) -> bool:
    """True when `part` holds, behind what it asks for, words that may restrict one of `orders`."""
    wanted = [deed for deed in part.said.deeds if deed.wanted]
    after = max((deed.anchor for deed in wanted), default=-1) + 1
    rest = part.items[after:]
    if not rest or (part.english and wanted):  # what English puts behind a verb is read where its targets are
        return False
    if _HANDS_ON.match(normal.plain, rest[0].start, part.sentence.end):
        return False
    if _TELLS.search(normal.plain, rest[0].start, part.sentence.end):
        return False
    if _OTHERS_FINE.match(normal.plain, rest[0].start, part.sentence.end) and all(_chosen(order) for order in orders):
        return False  # (others are fine)
    if not wanted and _own_plan(part) and all(frame.nodes for order in orders for frame in order.frames):
        return False  # 나머지는 내일 저희가 진행하겠습니다
    if wanted and _own_part(rest) and all(_others_than(rest, order) for order in orders):
        return False  # … 재기동해 주시고 나머지는 내일 제가 하겠습니다
    if not wanted and (_leaves_rest(part) or _rest_is_fine(normal, part)) and all(_chosen(order) for order in orders):
        return False  # 나머지 세션은 그대로 두시고요
    if (
        wanted
        and _REASON.search(normal.plain, rest[0].start, part.sentence.end)
        and not any(item.kind in _TARGETED or item.kind in (K.NODE, K.LAYER, K.NAME) for item in rest)
    ):
        return False  # …, 덤프도 없이 껐다가 원인 못 찾으면 또 우리 탓이니까
    if (
        not wanted
        and _PROMISE.search(normal.plain, rest[0].start, part.sentence.end)
        and not any(item.kind in _TARGETED or item.kind in (K.NODE, K.LAYER, K.NAME) for item in rest)
    ):
        return False
    if _governs(normal, part, rest) or (not wanted and _consequence(normal, part)):
        return False
    if not wanted and _denies_node(normal, rest):
        return True
    if any(_restricts(normal, item) and not (part.trailed and item.kind in _TARGETED) for item in rest):
        return True
    timed = not wanted and any(item.kind is K.TIME and not item.value.bare for item in rest)
    if timed and not _told_of(normal, part):
        return True  # 재기동해주실래요? 22:30에 …
    codes = {deed.code for order in orders for deed in order.deeds}
    loose = any(
        (
            item.kind in (K.VERSION, K.SESSION)
            or (item.kind is K.NUMBER and normal.plain[item.start : item.end].isdigit())
        )
        and not _subject(normal, rest, item)
        for item in rest
    )
    if not wanted and codes & _WITH_VALUES and loose:
        return True  # 아 번호 잘못 봤네요, 3310입니다
    behind = part.behind() if wanted else part
    if behind is not None and turns_away(normal, behind, orders):
        return True
    return bool(_LIMITS.search(normal.plain, rest[0].start, part.sentence.end))


def _leaves_rest(part: Part) -> bool:
    """True when `part` only says that what was not asked for shall stay as it is."""
    said = part.said.deeds
    rest = any(item.kind is K.REST for item in part.items)
    return rest and bool(said) and said[-1].mood is Mood.NEGATION and said[-1].role in ("leave", "touch")


_TOO = fold("도")
_FINE = tuple(fold(word) for word in ("정상", "괜찮", "멀쩡", "문제없", "문제 없", "이상없", "이상 없", "양호", "잘"))


def _rest_is_fine(normal: Normal, part: Part) -> bool:
    """나머지는 정상이에요: tells why the others were not named."""
    kinds = {item.kind for item in part.items}
    fine = any(item.kind is K.STATE and normal.plain.startswith(_FINE, item.start) for item in part.items)
    too = any(normal.plain[item.end - 1] == _TOO for item in part.items if item.kind in (K.REST, K.PARTICLE))
    return fine and not too and K.REST in kinds and kinds <= {K.REST, K.STATE, K.PARTICLE, K.FILLER, K.ALL_NODES}


def _chosen(order: Order) -> bool:
    return bool(order.values.sessions) or all(frame.nodes or frame.servers for frame in order.frames)


def _own_plan(part: Part) -> bool:
    """True when all that `part` tells is what its writer is going to do."""
    return _own_part(part.items)


def _others_than(rest: list[Item], order: Order) -> bool:
    """True when the nodes of an order are named, and none of them is among `rest`."""
    told = {number for item in rest if item.kind is K.NODE for number in item.value}
    return all(frame.nodes and not told & set(frame.nodes) for frame in order.frames)


def _own_part(items: list[Item]) -> bool:
    """True when all that `items` tell is what their writer is going to do."""
    return (
        any(item.kind is K.SELF for item in items)
        and any(item.kind in (K.REST, K.NODE, K.LAYER, K.NAME, K.SERVER, K.ENV) for item in items)
        and any(item.kind is K.PRED for item in items)
        and next(item for item in reversed(items) if item.kind is K.PRED).value.mood is Mood.PLAN
        and not any(item.kind in (K.NOT_THIS, K.BUT) for item in items)
    )


def _denies_node(normal: Normal, rest: list[Item]) -> bool:
    """1호기는 안 돼요: broken, or not to be touched? Nobody can tell."""
    return any(item.kind is K.NODE for item in rest) and any(
        item.kind is K.NEG
        or (item.kind in (K.STATE, K.OUTCOME) and normal.plain[item.start : item.end].startswith(_DENIALS))
        for item in rest
    )


def _subject(normal: Normal, rest: list[Item], item: Item) -> bool:
    """7.4에서 금액이 다 0원으로 찍혀요: what is told of a version, not which one is meant."""
    if item is rest[0] and item.kind is K.VERSION and _faulty(normal, rest):
        return True
    return particle(rest, rest.index(item)) in _OF_IT


_FAULT = re.compile(
    fold(
        r"(?:오류|에러|장애|버그|결함|문제|누수|이상|깨짐|깨지|실패|error|bug)[가-힣]{0,2}\s?(?:확인|발견|발생|재현|나|났|있|됨|보고|접수|때문|입니다|이에요|예요|임|심|많|$)"
    )
)
_WRITTEN = re.compile(fold(r"오타|표기|번호|기재|입력|숫자|착오|기입|오기|버전|제가|(?<![가-힣])제\s"))
_OTHER_KINDS = frozenset({K.NODE, K.LAYER, K.NAME, K.SERVER, K.NOT_THIS, K.BUT, K.COND, K.NEG, K.FILE, K.NUMBER})


def _faulty(normal: Normal, rest: list[Item]) -> bool:
    """2.5.0 할증 계산 오류 확인됨: what is wrong with a version, told behind the request."""
    return (
        len(rest) > 1
        and rest[1].kind is K.UNKNOWN
        and sum(item.kind is K.VERSION for item in rest) == 1
        and not any(item.kind in _OTHER_KINDS for item in rest)
        and not _WRITTEN.search(normal.plain, rest[0].start, rest[-1].end)
        and bool(_FAULT.search(normal.plain, rest[1].start, rest[-1].end))
    )


def _consequence(normal: Normal, part: Part) -> bool:
    """덤프도 없이 돌리면 벤더가 또 원인불명이라고 씁니다: what follows from something, told as a reason."""
    if any(item.kind in (K.NOT_THIS, K.BUT, K.REST, K.NODE, K.LAYER, K.NAME, K.SERVER, K.TIME) for item in part.items):
        return False
    if any(deed.code and deed.changes for deed in part.said.deeds) or not any(
        item.kind is K.COND or (item.kind is K.PRED and item.value.mood is Mood.CONDITION) for item in part.items
    ):
        return False
    found = _CONSEQUENCE.search(normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and not found["verb"].endswith(_RESTRICTS_AS)


def _governs(normal: Normal, part: Part, rest: list[Item]) -> bool:
    """배포해 주시고, 문제 없으면 운영에도 배포해주세요: the condition is that of a second request."""
    conditions = [item for item in rest if _restricts(normal, item)]
    later = [deed for deed in part.said.deeds if deed.code and deed.mood is Mood.CONDITION]
    return (
        bool(conditions)
        and bool(later)
        and all(
            item.kind not in _TARGETED and any(part.items[deed.at].start > item.start for deed in later)
            for item in conditions
        )
    )


def _told_of(normal: Normal, part: Part) -> bool:
    """True when the times of `part` are of what has happened or of somebody's plan."""
    if any(item.kind is K.PAST for item in part.items):
        return True
    moods = (Mood.REPORT, Mood.PLAN, Mood.FACT)
    text = normal.plain[part.sentence.start : part.sentence.end]
    return any(deed.mood in moods for deed in part.said.deeds) or bool(_SINCE.search(text))


def _restricts(normal: Normal, item: Item) -> bool:
    if item.kind in _RESTRICTING:
        return True
    if item.kind is K.PRED:
        return bool(item.value.mood is Mood.CONDITION)
    return item.kind is K.OUTCOME and normal.plain[item.start : item.end] in _WHENEVER


def sequel(parsed: Message, orders: list[Order]) -> bool:
    """True when another part asks for a change once one of `orders` is done: 정리는 재기동 끝난 다음에 해주세요."""
    codes = {deed.code for order in orders for deed in order.deeds if deed.changes}
    for part in parsed.parts:
        loose = [deed for deed in part.said.deeds if deed.changes and deed.mood in (Mood.CONDITION, Mood.STATEMENT)]
        depends = any(deed.mood is Mood.CONDITION for deed in loose) and any(
            item.kind is K.ACT and item.value in codes for item in part.items
        )
        if depends and any(deed.code not in codes for deed in loose):
            return True
    return False


_OR = frozenset(fold(word) for word in ("나", "이나", "또는", "혹은", "아니면", "이든", "든", "or", "either"))
_ACTS = frozenset({K.ACT})
_ONE_OF = re.compile(
    fold(r"중에?\s*(?:아무거나\s*)?(?:하나|한\s*대|한\s*곳|아무)|아무\s*(?:노드|서버|호기|거|데)[가-힣]*")
    + r"|\b(?:one|any|either) of\b"
)
_OR_ELSE = re.compile(fold(r"(?<![가-힣])(?:또는|혹은|아니면)(?![가-힣])"))
_KIND_OF_NODE = frozenset(
    fold(word) for word in ("노드", "서버", "호기", "인스턴스", "장비", "호스트", "node", "nodes", "server", "servers")
)
_SAYING_WHICH = frozenset({K.STATE, K.UNKNOWN, K.ATTR, K.ASK, K.PRED, K.PARTICLE, K.FILLER})


def unchosen(normal: Normal, part: Part) -> bool:
    """True when a sentence leaves open which of several is meant: 1호기나 2호기, 문제 있는 노드만, 재기동이나 롤백."""
    if _ONE_OF.search(normal.plain, part.sentence.start, part.sentence.end):
        return True
    wheres = [item for item in part.items if item.kind in PLACES]
    for found in _OR_ELSE.finditer(normal.plain, part.sentence.start, part.sentence.end):
        if any(item.end <= found.start() for item in wheres) and any(item.start >= found.end() for item in wheres):
            return True
    for index, item in enumerate(part.items):
        word = normal.plain[item.start : item.end].replace(" ", "")
        before = part.items[index - 1] if index else None
        after = part.items[index + 1] if index + 1 < len(part.items) else None
        next_to_it = part.items[index + 1 : index + 3]
        if word in _OR and before is not None:
            for kinds in (PLACES, _ACTS):  # 1호기나 2호기; 재기동이나 롤백
                if before.kind in kinds and any(one.kind in kinds for one in next_to_it):
                    return True
        if (
            item.kind is K.GENERIC
            and word in _KIND_OF_NODE
            and before is not None
            and before.kind in _SAYING_WHICH
            and _says_which(normal, before)
            and not (after is not None and after.kind is K.NODE)
            and not any(one.kind in (K.NODE, K.SERVER, K.POINT) for one in part.items)
        ):
            return True
    return False


def _says_which(normal: Normal, item: Item) -> bool:
    """True for a verb before a noun: 죽은, 문제 있는, 느려진."""
    if normal.plain[item.start : item.end] in _OTHERS:
        return False
    last = normal.plain[item.end - 1]
    return is_syllable(last) and (last in _ADNOMINAL or split(last)[2] == "ㄴ") and item.end - item.start > 1

"""How many nodes a change is for, and which, in words that no request holds: 두 대만, 마지막 노드, 느린 애만."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import ALL, Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, split
from guardia.hub.parser.embedded.items import PLACES, K
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.parts import Message, Part

SOME = "some of the nodes are meant, and not said which"
MANY = "another number of nodes than would be changed"
NEAR = "a node is told by another one"
TWICE = "more than once"
LEFT = "a node that is to be changed first is in no request"
_PLACED = frozenset({K.NODE, K.SERVER})
_EVERY = frozenset(
    map(
        fold,
        ("전", "온", "모든", "다른", "이런", "본", "같은", "동일한", "말씀하신", "말한", "얘기한", "언급한", "문의한"),
    )
)
_FIRST = tuple(map(fold, ("하고", "한 다음", "한 뒤", "한 후", "끝내고", "먼저")))
_AS_IT_IS = tuple(map(fold, ("은", "는", "진", "난", "된")))
_LOOSE = frozenset({K.PARTICLE, K.FILLER})


def size(intent: Intent, gazetteer: Gazetteer) -> int:
    """How many nodes `intent` would reach; 0 where its place is not known."""
    if intent.target_nodes:
        return len(intent.target_nodes)
    place = (intent.institution, intent.system_name, str(intent.environment))
    if intent.infrastructure_layer == ALL:
        return sum(
            len(gazetteer.nodes(*place, layer)) for layer in gazetteer.layers(intent.institution, intent.system_name)
        )
    return len(gazetteer.nodes(*place, str(intent.infrastructure_layer)))


def number(word: str) -> int:
    """The number that `word` of `lexicon.bounds.COUNT` stands for."""
    return int(word) if word.isdigit() else words.COUNTS[word]


def fields(parsed: Message, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """대수: 2; 대상: 장애 노드: lines of a form that say of how many or of which."""
    plain = parsed.normal.plain
    sizes = [size(one, gazetteer) for one in changes]
    count = words.COUNT_FIELD.search(plain)
    if count and int(count["n"]) not in (*sizes, sum(sizes)):
        return MANY
    if any(one.target_nodes for one in changes):
        return ""
    return SOME if any(words.PLACED.search(found["which"]) for found in words.FIELD.finditer(plain)) else ""


def some_only(parsed: Message, part: Part, last: int, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why it is some of the nodes that the sentence `part` means, while others would be changed, too."""
    plain, start = parsed.normal.plain, part.sentence.start
    verb = part.items[last].start
    placed = any(item.kind in _PLACED for item in part.items)
    end = part.sentence.end if part.english or not placed else verb
    sizes = [size(one, gazetteer) for one in changes]
    if not placed or any(item.kind is K.REST for item in part.items) or "포함" in plain[start:verb]:
        for found in words.COUNT.finditer(plain, start, end):
            if any(
                item.kind is K.NAME and item.start < found.end() and found.start() < item.end for item in part.items
            ):
                continue
            if number(found["n"] or found["n2"] or found["n3"]) not in (*sizes, sum(sizes)):
                return MANY
    if words.SEVERAL.search(plain, start, verb):
        return SOME
    for item in part.items[:last]:
        many = words.COUNT.match(plain, item.end + 1, verb) if item.kind is K.NODE else None
        if many and many["n"] and number(many["n"]) not in (*sizes, sum(sizes)):
            return MANY  # 1,2호기 세 대
    those = words.THOSE.search(plain, start, verb)
    if those and (sum(sizes) < 2 or (len(changes) == 1 and not changes[0].target_nodes)):
        return MANY
    for found in words.PLACED.finditer(plain, start, end if part.english else verb) if not placed else ():
        chosen = (K.NAME, K.LAYER, K.FILE)
        if "중" not in found.group() or not any(
            item.kind in chosen and item.start > found.end() for item in part.items
        ):
            return SOME
    if not part.english and _described(plain, part, last, parsed, changes):
        return SOME
    some = None if placed or part.english else words.SOME_GET.search(plain, start, verb)
    if some and some["say"] not in _EVERY and (split(some["say"][-1])[2] == "ㄴ" or some["say"][-1] in "은는던"):
        return SOME
    for index, item in enumerate(part.items[:last]):
        how = item.kind is K.POINT and plain[: item.start].rstrip().endswith(_AS_IT_IS)
        if how and any(one.kind in (K.STATE, K.UNKNOWN) for one in part.items[:index]):
            return SOME  # CPU 높은 그 서버
        near = item.kind in (K.NODE, K.SERVER, K.POINT) and words.BESIDE.match(plain, item.end, verb)
        if near and "부터" not in plain[start : item.end + 1]:
            return NEAR
        after = part.items[index + 1]
        if item.kind is K.LAYER and after.kind is K.POINT and not placed and after.end - after.start > 1:
            return SOME  # WAS 아까 그거
        rest = any(one.kind is K.REST for one in part.items[index + 2 : index + 3])
        if item.kind is K.SERVER and after.kind is K.AND and rest:
            return SOME  # onr-ap01이랑 나머지
        if item.kind is K.NODE and _first_of_all(part, index, last, changes, plain, gazetteer):
            return LEFT
    act = next((index for index, item in enumerate(part.items[: last + 1]) if item.kind is K.ACT), last)
    if words.AGAIN.search(plain, start, part.items[act].start):
        return TWICE
    behind = part.items[act + 1] if act + 1 < len(part.items) else None
    if (
        behind is not None
        and behind.kind is K.NODE
        and plain[behind.start : behind.end].endswith("번")
        and not plain[part.items[act].end : behind.start].strip()
        and act + 2 < len(part.items)
        and part.items[act + 2].kind is K.PRED
    ):
        return TWICE
    return ""


def _described(plain: str, part: Part, last: int, parsed: Message, changes: Sequence[Intent]) -> bool:
    """느린 애만 재기동해주세요: which, by how it is."""
    target = max((item.end for item in part.items[:last] if item.kind in PLACES), default=part.sentence.start)
    own = [item for item in part.items[:last] if item.kind in _PLACED]
    paired = own and part.items[part.items.index(own[-1]) + 1].kind is K.AND
    if (len(own) == 1 and not paired) or (len(own) > 1 and "\n" not in plain[own[-1].end : part.items[last].start]):
        return False
    found = words.DESCRIBED.search(plain, target, part.items[last].start)
    if found is None:
        return False
    say = found["say"]
    if say in _EVERY or not (split(say[-1])[2] == "ㄴ" or say[-1] in "은는던"):
        return False
    codes = {code for one in changes for code in one.action_sequence}
    if codes & {"CLEAN_LOGS", "KILL_DB_SESSION", "DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"}:
        return False  # 묵은 거 치워주세요: no node
    told = [item for each in parsed.parts for item in each.items if item.kind in _PLACED]
    if not paired and len(told) == 1 and all(len(one.target_nodes) == 1 for one in changes):
        return False
    down = codes == {"START_SERVICE"} and words.DOWN.search(say)
    return not (down and not told)  # 톰캣 죽은 거 살려주세요


def _first_of_all(  # noqa: PLR0917
    part: Part, index: int, last: int, changes: Sequence[Intent], plain: str, gazetteer: Gazetteer
) -> bool:
    """2번 먼저 하고 1번 재기동: the node before is in no request."""
    rest = [item for item in part.items[index + 1 : last] if item.kind not in _LOOSE]
    if not rest or not plain[rest[0].start : rest[0].end].startswith(_FIRST):
        return False
    if not any(item.kind is K.NODE for item in rest[1:]):
        return False
    held = [gazetteer.host(code) for one in changes for code in one.target_nodes]
    return bool(held) and not any(one.node_no in part.items[index].value for one in held if one is not None)

"""What bounds a change beside its target and is in no request: which of several, how many, what else, when, which
release. A change that is bounded by words that nothing holds would reach too far, so the room is asked.

It looks at the words of the sentences that ask for a change, and of those that stand beside them, and at the requests
that were made of them. It only takes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations

from guardia.hub.core.intent import ALL, UNKNOWN, Intent
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english import bounds as english
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, split
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.relations import denied, followed, related
from guardia.hub.parser.embedded.segment import Voice
from guardia.proto.catalogue import CATALOGUE

SOME = "some of the nodes are meant, and not said which"
MANY = "another number of nodes than would be changed"
NEAR = "a node is told by another one"
TWICE = "more than once"
PLACES = "two places for one change"
ENVIRONMENT = "another environment may be meant"
MOMENT = "another moment may be meant"
SESSION = "another session than the one that is named"
RELEASE = "a release that is not named"
FILES = "a file that may not be meant"
LOGS = "some of the logs are meant"
SERVICE = "a service of another system"
LEFT = "a node that is to be changed first is in no request"

_PLACED = frozenset({K.NODE, K.SERVER})
_WHERE = frozenset({K.NAME, K.LAYER, K.ENV, K.NODE, K.SERVER})
_EVERY = frozenset(
    map(fold, ("전", "온", "다른", "이런", "본", "같은", "동일한", "말씀하신", "말한", "얘기한", "언급한", "문의한"))
)
_FIRST = tuple(map(fold, ("하고", "한 다음", "한 뒤", "한 후", "끝내고", "먼저")))
_REASONS = tuple(
    map(fold, ("나서", "해서", "와서", "져서", "라서", "어서", "아서", "니까", "으니", "는데", "어요", "네요"))
)
_LOOSE = frozenset({K.PARTICLE, K.FILLER})


_ANNOUNCES = frozenset({K.TIME, *_LOOSE, K.LIGHT, K.REQUEST, K.GENERIC, K.ACT, K.UNKNOWN, K.PRED, K.OUTCOME, K.COND})
MAX_HEADING = 30
"""Characters of a sentence that tells of nothing but when the work is to be done."""


def bounded(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why the changes of `intents` may reach further than `parsed` says; empty when nothing bounds them."""
    changes = [one for one in intents if any(CATALOGUE[code].changes for code in one.action_sequence)]
    if not any(one.complete for one in changes):
        return ""
    asked = False
    if _apart(changes):
        return ENVIRONMENT
    if _also_then(parsed, changes):
        return MOMENT
    if why := _fields(parsed, changes, gazetteer):
        return why
    for part in parsed.parts:
        deeds = [deed for deed in part.said.deeds if deed.wanted and deed.changes]
        if deeds and not part.said.forbidden:
            last = min(max(deed.at for deed in deeds), len(part.items) - 1)
            why = (
                (_english(parsed, part, changes, gazetteer) if part.english else "")
                or related(parsed, part, last, changes, gazetteer)
                or _nodes(parsed, part, last, changes, gazetteer)
                or _places(parsed, part, last, changes, gazetteer)
                or _time(parsed, part, last, changes)
                or _values(parsed, part, last, changes)
            )
        else:
            why = _beside(parsed, part, changes)
            why = why or (_after if asked else _heading)(parsed, part, changes, gazetteer)
        why = why or denied(parsed, part, changes)
        if why:
            return why
        asked = asked or bool(deeds)
    return ""


def _english(parsed: Message, part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:  # noqa: PLR0911
    """What an English sentence says of its change that no request holds."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    codes = {code for one in changes for code in one.action_sequence}
    if english.SOME.search(plain, start, end):
        return SOME
    sizes = [_size(one, gazetteer) for one in changes]
    few = english.FEW.search(plain, start, end)
    if few and _number(few["n"]) not in (*sizes, sum(sizes)):
        return MANY
    if english.BOUND.search(plain, start, end) and any("at" in one.parameters for one in changes):
        return MOMENT
    if english.MOMENT.search(plain, start, end) and not any("at" in one.parameters for one in changes):
        return MOMENT
    if english.ENVIRONMENT.search(plain, start, end) and all(str(one.environment) == "PROD" for one in changes):
        return ENVIRONMENT
    releases = [item for item in part.items if item.kind is K.VERSION]
    if "ROLLBACK_RELEASE" in codes and len(releases) == 1:
        if english.BROKEN.match(plain, releases[0].end) or plain[: releases[0].start].endswith("from "):
            return RELEASE
    files = [item for item in part.items if item.kind is K.FILE]
    if len(files) > 1 and "DEPLOY_ARTIFACT" in codes:
        either = any(english.BETWEEN.match(plain[one.end : two.start]) for one, two in pairwise(files))
        if either or english.LATEST.search(plain, start, end):
            return FILES
    if "KILL_DB_SESSION" in codes and english.HOLDING.search(plain, start, end):
        return SESSION
    return LOGS if "CLEAN_LOGS" in codes and english.LOGS.search(plain, start, end) else ""


def _apart(changes: Sequence[Intent]) -> bool:
    """WAS staging: one system in two environments, and the layer was named for one of them only."""
    for one, other in permutations(changes, 2):
        same = one.system_name == other.system_name and one.action_sequence == other.action_sequence
        if same and one.environment != other.environment and str(one.infrastructure_layer) == UNKNOWN:
            return True
        layerless = one.system_name != UNKNOWN and str(one.infrastructure_layer) == UNKNOWN
        if layerless and other.complete and one.action_sequence == other.action_sequence:
            return True  # WAS, 디지털서책 2호기: the layer was meant for both
    return False


def _also_then(parsed: Message, changes: Sequence[Intent]) -> bool:
    """21시에 A 재기동해주세요. B도 재기동해주세요: at once, or then?"""
    if len({str(one.parameters.get("at", "")) for one in changes}) < 2:
        return False
    timed = False
    for part in parsed.parts:
        if not any(deed.wanted and deed.changes for deed in part.said.deeds):
            continue
        own = any(item.kind is K.TIME for item in part.items)
        too = any(
            item.kind in _WHERE and particle(part.items, index) in ("도", "도요")
            for index, item in enumerate(part.items)
        )
        if timed and too and not own and not words.AT_ONCE.search(parsed.normal.plain, part.sentence.start):
            return True
        timed = timed or own
    return False


def _size(intent: Intent, gazetteer: Gazetteer) -> int:
    if intent.target_nodes:
        return len(intent.target_nodes)
    place = (intent.institution, intent.system_name, str(intent.environment))
    if intent.infrastructure_layer == ALL:
        return sum(
            len(gazetteer.nodes(*place, layer)) for layer in gazetteer.layers(intent.institution, intent.system_name)
        )
    return len(gazetteer.nodes(*place, str(intent.infrastructure_layer)))


def _fields(parsed: Message, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """대수: 2; 대상: 장애 노드: lines of a form that say of how many or of which."""
    plain = parsed.normal.plain
    sizes = [_size(one, gazetteer) for one in changes]
    count = words.COUNT_FIELD.search(plain)
    if count and int(count["n"]) not in (*sizes, sum(sizes)):
        return MANY
    if any(one.target_nodes for one in changes):
        return ""
    return SOME if any(words.PLACED.search(found["which"]) for found in words.FIELD.finditer(plain)) else ""


def _number(word: str) -> int:
    return int(word) if word.isdigit() else words.COUNTS[word]


def _nodes(  # noqa: PLR0911
    parsed: Message, part: Part, last: int, changes: Sequence[Intent], gazetteer: Gazetteer
) -> str:
    plain, start = parsed.normal.plain, part.sentence.start
    verb = part.items[last].start
    placed = any(item.kind in _PLACED for item in part.items)
    end = part.sentence.end if part.english or not placed else verb
    sizes = [_size(one, gazetteer) for one in changes]
    if not placed or any(item.kind is K.REST for item in part.items) or "포함" in plain[start:verb]:
        for found in words.COUNT.finditer(plain, start, end):
            if any(
                item.kind is K.NAME and item.start < found.end() and found.start() < item.end for item in part.items
            ):
                continue
            if _number(found["n"] or found["n2"] or found["n3"]) not in (*sizes, sum(sizes)):
                return MANY
    if words.SEVERAL.search(plain, start, verb):
        return SOME
    for item in part.items[:last]:
        many = words.COUNT.match(plain, item.end + 1, verb) if item.kind is K.NODE else None
        if many and many["n"] and _number(many["n"]) not in (*sizes, sum(sizes)):
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
    for index, item in enumerate(part.items[:last]):
        if item.kind is K.POINT and plain[: item.start].rstrip().endswith(("은", "는", "진", "난", "된")):
            if any(one.kind is K.STATE or one.kind is K.UNKNOWN for one in part.items[:index]):
                return SOME  # CPU 높은 그 서버
        if item.kind in (K.NODE, K.SERVER, K.POINT) and words.BESIDE.match(plain, item.end, verb):
            if "부터" not in plain[start : item.end + 1]:
                return NEAR
        after = part.items[index + 1]
        if item.kind is K.LAYER and after.kind is K.POINT and not placed and after.end - after.start > 1:
            return SOME  # WAS 아까 그거
        if item.kind is K.SERVER and after.kind is K.AND and part.items[index + 2 : index + 3]:
            if part.items[index + 2].kind is K.REST:
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
    target = max((item.end for item in part.items[:last] if item.kind in _WHERE), default=part.sentence.start)
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


def _places(parsed: Message, part: Part, last: int, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    plain, start = parsed.normal.plain, part.sentence.start
    if words.EVERY_ENV.search(plain, start, part.sentence.end):
        return ENVIRONMENT
    meant = {str(one.environment) for one in changes}
    for item in part.items[last + 1 :]:
        if item.kind is K.ENV and str(item.value) not in meant and words.CLOSED.match(plain, item.end):
            return ENVIRONMENT  # … 재기동해주세요 (개발)
    if words.TRIED.search(plain, start, part.sentence.end):
        return ENVIRONMENT
    systems: set[str] = set()
    layer = ""
    for index, item in enumerate(part.items[: last + 1]):
        before = part.items[index - 1] if index else None
        if item.kind is K.NAME:
            systems = {system for _, system in item.value.systems} or systems
        elif item.kind is K.LAYER:
            layer = str(item.value)
        elif item.kind is K.SERVER and item.value and before is not None and before.kind in (K.LAYER, K.NAME):
            first = item.value[0]
            if (systems and first.system_name not in systems) or (
                before.kind is K.LAYER and layer != str(first.infrastructure_layer)
            ):
                return PLACES
        elif item.kind is K.UNKNOWN and before is not None and before.kind is K.LAYER and len(changes) > 1:
            after = next((one for one in part.items[index + 1 : last] if one.kind is not K.PARTICLE), None)
            if after is not None and after.kind is K.LAYER and after.value != before.value:
                return PLACES  # DB 붙는 WAS
        elif (
            item.kind is K.VERSION
            and before is not None
            and before.kind in (K.LAYER, K.NAME, K.NODE)
            and not any({"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"} & set(one.action_sequence) for one in changes)
            and index < last
            and part.items[index + 1].kind is K.ACT
        ):
            return PLACES
    if _layers_in_a_row(part, last, plain, changes):
        return PLACES
    for one in changes:
        service = str(one.parameters.get("service", "")).lower()
        nodes = gazetteer.nodes(
            one.institution, one.system_name, str(one.environment), str(one.infrastructure_layer)
        ).values()
        if service and service in gazetteer.services and all(node.service_name.lower() != service for node in nodes):
            return SERVICE
    return ""


def _layers_in_a_row(part: Part, last: int, plain: str, changes: Sequence[Intent]) -> bool:
    """WAS/WEB 2호기: node 2 of both? WAS 서비스 nginx만: which of them?"""
    for index, item in enumerate(part.items[:last]):
        if item.kind is not K.LAYER:
            continue
        after = next(
            (at for at in range(index + 1, last) if part.items[at].kind not in (K.AND, K.GENERIC, K.SERVICE)), 0
        )
        if not after or part.items[after].kind is not K.LAYER or part.items[after].value == item.value:
            continue
        mine = [one for one in changes if str(one.infrastructure_layer) == str(item.value)]
        numbered = part.items[after + 1].kind is K.NODE
        if (not mine and part.items[index + 1].kind is not K.AND) or (
            numbered and any(not one.target_nodes for one in mine) and " " not in plain[item.start : item.end]
        ):
            return True
    return False


def _time(parsed: Message, part: Part, last: int, changes: Sequence[Intent]) -> str:
    plain, start = parsed.normal.plain, part.sentence.start
    verb = part.items[last].start
    timed = any("at" in one.parameters for one in changes)
    if timed and words.UNTIL.search(plain, start, part.sentence.end):
        return MOMENT
    target = max((item.end for item in part.items[:last] if item.kind in _WHERE), default=verb)
    if not timed and (words.SOON.match(plain, target, verb) or words.LITTLE.search(plain, start, verb)):
        return MOMENT
    once = None if timed else words.ONCE.search(plain, start, verb)
    if once and all(
        item.kind in (*_WHERE, *_LOOSE, K.ALL_NODES) for item in part.items[:last] if item.start >= once.end()
    ):
        return MOMENT
    if words.SPAN.search(plain, start, part.sentence.end) or (not timed and words.AT_EASE.search(plain, start, verb)):
        return MOMENT
    first = min(deed.at for deed in part.said.deeds if deed.wanted and deed.changes)
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
        if timed and behind and (_reason(part, index, last, plain) or _of_that(part, behind[0])):
            return MOMENT
    return ""


_GOES_ON = frozenset(
    {*_WHERE, K.ALL_NODES, K.EVERY_LAYER, K.REST, K.BUT, K.NOT_THIS, K.GENERIC, K.POINT, K.FILE, K.VERSION, K.PREVIOUS}
    | {K.TIME, K.AND, K.ALSO, K.ATTACHED, K.SESSION, K.SERVICE, K.PERSON, K.SELF, K.LIGHT}
)


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


def _values(parsed: Message, part: Part, last: int, changes: Sequence[Intent]) -> str:
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    codes = {code for one in changes for code in one.action_sequence}
    if "KILL_DB_SESSION" in codes and any(
        item.kind in (K.SESSION, K.NUMBER) and words.HOLDING.match(plain, item.end) for item in part.items
    ):
        return SESSION
    if "KILL_DB_SESSION" in codes and any(
        item.kind is K.SESSION and item.end > item.start and words.GOES_ON.match(plain, item.end) for item in part.items
    ):
        return SESSION
    if "ROLLBACK_RELEASE" in codes:
        releases = [item for item in part.items if item.kind is K.VERSION]
        if not any(one.parameters.get("version") for one in changes) and words.RELEASE.search(plain, start, end):
            return RELEASE
        if len(releases) == 1 and not part.english and not words.BACK_TO.match(plain, releases[0].end, end):
            return RELEASE
    artifacts = {name for one in changes for name in one.deploy_artifacts}
    for item in part.items:
        if item.kind is K.FILE and str(item.value) in artifacts and words.NOT_FILE.match(plain, item.end):
            return FILES
        if item.kind is K.FILE and len(artifacts) > 1 and words.EITHER_FILE.match(plain, item.end, end):
            return FILES
    said = [index for index, item in enumerate(part.items) if item.kind is K.FILE and str(item.value) in artifacts]
    if (
        said
        and said[0] < last < said[-1]
        and len(artifacts) > 1
        and not words.TOO.match(plain, part.items[said[-1]].end)
    ):
        return FILES  # a.war 배포해주세요 아 b.war요
    if "CLEAN_LOGS" in codes and words.LOGS.search(plain, start, end):
        return LOGS
    return ""


def _beside(parsed: Message, part: Part, changes: Sequence[Intent]) -> str:
    """What a sentence that asks for no change says of those that others ask for."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    meant = {str(one.environment) for one in changes}
    for item in part.items:
        if item.kind is K.ENV and str(item.value) not in meant:
            if words.IS_ENV.match(plain[item.end : end]) or (
                part.english and english.IS_ENV.match(plain, item.end, end)
            ):
                return ENVIRONMENT
    text = plain[start:end]
    return ENVIRONMENT if words.ONLY_TRY.match(text) else ""


def _told(item: Item) -> bool:
    return item.kind is K.PRED and item.value.mood in (Mood.REPORT, Mood.FACT, Mood.PLAN)


def _after(parsed: Message, part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """두 대요; 디지털서책도요; 아 1243이요: what a sentence behind the request adds to it."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    if end - start > MAX_HEADING or any(deed.wanted for deed in part.said.deeds):
        return ""
    if why := followed(parsed, part, changes, gazetteer):
        return why
    files = [item for item in part.items if item.kind is K.FILE]
    artifacts = {name for one in changes for name in one.deploy_artifacts}
    if artifacts and any(str(item.value) not in artifacts for item in files):
        if any(item.kind in _PLACED or item.kind is K.NAME for item in part.items):
            return FILES  # 3호기는 b.war
    releases = {str(one.parameters["version"]) for one in changes if "version" in one.parameters}
    named = {str(item.value) for item in part.items if item.kind is K.VERSION}
    if part.sentence.question and releases and named - releases:
        return RELEASE  # 1.2.2가 맞나?
    sizes = [_size(one, gazetteer) for one in changes]
    count = words.COUNT_ALONE.match(plain, start, end)
    if count and _number(count["n"] or count["m"]) not in (*sizes, sum(sizes)):
        return MANY
    systems = {one.system_name for one in changes}
    for index, item in enumerate(part.items):
        if item.kind is K.NAME and particle(part.items, index) in ("도", "도요") and index + 2 >= len(part.items):
            if item.value.systems and not systems & {system for _, system in item.value.systems}:
                return PLACES
    sessions = {str(one.parameters["session_id"]) for one in changes if "session_id" in one.parameters}
    others = {found.group() for found in words.OTHER_NUMBER.finditer(plain, start, end)}
    if sessions and others and not others & sessions and not words.SPARES.search(plain, start, end):
        return SESSION
    return ""


def _heading(parsed: Message, part: Part, changes: Sequence[Intent], _: Gazetteer) -> str:
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

"""How the targets of one sentence stand to each other: one is left as it is, replaces another, is told of, or is only
what another one is known by. Then it is not known which of them a change is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from guardia.cmdb.model import Server
from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.lexicon import relations as words
from guardia.hub.parser.embedded.parts import Message, Part

LEFT = "a node that is to be left as it is would be changed"
WHICH = "two targets of which one may not be meant"
TOLD = "what is told is told of several targets, and none is named for the change"
MAX_SHOWN = 200
"""Words of a pasted block that are looked at."""
_TOPICS = ("은", "는")
_ADDING = ("도", "도요", "부터", "부터요", "먼저")
_BARE = frozenset({K.NAME, K.PARTICLE, K.AND, K.FILLER, K.ALSO, K.ALL_NODES, K.GENERIC})
_FROM = fold("에서")
_PLACED = frozenset({K.NODE, K.SERVER})
_ONLY = frozenset({K.NODE, K.NAME, K.LAYER, K.FILLER, K.PARTICLE, K.GENERIC, K.ENV})
_TARGETS = frozenset({K.NODE, K.SERVER, K.NAME, K.LAYER, K.POINT})


def related(parsed: Message, part: Part, last: int, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why it is not known which targets of `part` the change at item `last` is for."""
    plain = parsed.normal.plain
    verb = part.items[last].start
    if words.KEPT.search(plain, part.sentence.start, verb):
        return LEFT
    if words.HANDED.search(plain, part.sentence.start, verb):
        return WHICH
    if words.STRUCK.search(plain, part.sentence.start, part.sentence.end) or words.LINKED.search(
        plain, part.sentence.start, verb
    ):
        return WHICH
    if words.ALIKE.search(plain):
        return WHICH
    if any(_kept_behind(plain, part, item, changes, gazetteer) for item in part.items[last + 1 :]):
        return LEFT
    before: Item | None = None
    for index, item in enumerate(part.items[:last]):
        if item.kind not in _PLACED:
            continue
        kept = words.KEEP.match(plain, item.end, verb) or words.KEEP_ON.match(plain, item.end, verb + 1)
        if kept and _changed(item, changes, gazetteer):
            return LEFT
        if words.NO_NODE.match(plain, item.end, verb + 1):
            return WHICH  # 2팀에서 재기동해주세요
        if words.OUTSIDE.match(plain, item.end, verb):
            return LEFT
        if words.EITHER.match(plain, item.end, part.sentence.end):
            return WHICH
        if before is not None and before.value != item.value and item.kind is before.kind:
            between = plain[before.end : item.start]
            if (words.BECOMES.fullmatch(between) and not words.IN_TURN.search(plain, item.end, part.sentence.end)) or (
                "(" in between and ")" not in between
            ):
                return WHICH
            if particle(part.items, part.items.index(before)) in words.RUNS_TO and _both(changes):
                return WHICH
        if _FROM in plain[item.start : item.end] and particle(part.items, index) in ("로", "으로"):
            return WHICH  # 3호기에서 4호기로 붙는 게 안 돼서
        before = item
    meant = {str(one.environment) for one in changes}
    for one, two in pairwise(part.items[: last + 1]):
        servers, environment = (one, two) if one.kind is K.SERVER else (two, one)
        if servers.kind is K.SERVER and environment.kind is K.ENV and str(environment.value) not in meant:
            return WHICH  # 스테이징 sc-was-p01, which is none of staging
        if one.kind is K.NAME and two.kind is K.NAME and plain[one.end : two.start].isspace():
            mine, others = (name.value.system_names for name in (one, two))
            taken = {change.system_name for change in changes}
            if mine and others and not mine & others and not mine & taken and not one.value.institutions:
                return WHICH  # 위성관제 궤도분석 WAS
    silent = [each for each in parsed.parts if each is part or not any(deed.wanted for deed in each.said.deeds)]
    told = [server for each in silent for item in each.items if item.kind is K.SERVER for server in item.value]
    told.extend(_shown(parsed, gazetteer))
    whole = any(item.kind is K.ALL_NODES for item in part.items)
    if told and not whole and all(not one.target_nodes for one in changes):
        places = {(one.system_name, str(one.infrastructure_layer)) for one in changes}
        if any((server.system_name, str(server.infrastructure_layer)) in places for server in told):
            return TOLD
    for item in part.items[:last]:
        if item.kind in (K.VERSION, K.NUMBER) and plain.startswith("호기", item.end):
            return WHICH  # 3.4호기
        if item.kind is K.NAME and plain.startswith("님", item.end):
            return WHICH  # 국장님 요청으로
        if item.kind is K.NAME and words.MINE.search(plain, part.sentence.start, item.start):
            return WHICH  # 내 단말
    return _told(parsed, part, last, plain)


def denied(parsed: Message, part: Part, changes: Sequence[Intent]) -> str:
    """온누리교실이 아니라 디지털서책이었네요: what would be changed is what is denied."""
    for index, item in enumerate(part.items):
        if item.kind is not K.NAME or not words.DENIED.match(parsed.normal.plain, item.end):
            continue
        systems = item.value.system_names
        again = any(one.kind is K.NAME and systems & one.value.system_names for one in part.items[index + 1 :])
        if not again and any(one.system_name in systems for one in changes):
            return WHICH
    return ""


def _kept_behind(plain: str, part: Part, item: Item, changes: Sequence[Intent], gazetteer: Gazetteer) -> bool:
    """재기동 부탁드립니다 운영 WAS 3호기는 놔두고 스테이징 WAS 2호기: what is to be left stands behind the request."""
    at = item.end + plain.startswith(")", item.end)
    if not words.KEEP.match(plain, at, part.sentence.end):
        return False
    if item.kind in _PLACED:
        return _changed(item, changes, gazetteer)
    if item.kind is K.ENV:
        return str(item.value) in {str(one.environment) for one in changes}
    named = [one for one in part.items if one.kind is K.NAME and one.end <= item.start and one.value.systems]
    if named and not named[-1].value.system_names & {one.system_name for one in changes}:
        return False
    return item.kind is K.LAYER and str(item.value) in {str(one.infrastructure_layer) for one in changes}


def followed(parsed: Message, part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """What a sentence behind the request says of other targets: 디지털서책 건입니다; 2호기도요; 3호기일지도."""
    plain, end = parsed.normal.plain, part.sentence.end
    perhaps = words.PERHAPS.search(plain, part.sentence.start, end)
    systems = {one.system_name for one in changes}
    meant = {str(one.environment) for one in changes}
    reached = {code for one in changes for code in one.target_nodes}
    for index, item in enumerate(part.items):
        named = item.value.system_names if item.kind is K.NAME else set()
        if named and not systems & named and words.IS_IT.match(plain, item.end, end):
            return WHICH
        if item.kind in _PLACED and perhaps:
            return WHICH
        after = particle(part.items, index)
        if index == 0 and item.kind is K.NODE and after in _TOPICS and _changed(item, changes, gazetteer):
            return LEFT  # … 다 재기동해주세요. 2호기는 마지막에
        if item.kind is K.ENV and str(item.value) in meant and after in (*_TOPICS, *_ADDING):
            return LEFT  # 운영은 저녁에; 스테이징도
        hosts = item.value if item.kind is K.SERVER else None
        if hosts is not None and all(one.asset_code not in reached and one.system_name not in systems for one in hosts):
            return WHICH  # ksfslnwas01이요
        if named and not systems & named and all(one.kind in _BARE for one in part.items):
            return WHICH  # 학자금이랑 같이
        if item.kind is K.NODE and particle(part.items, index) in ("도", "도요") and index + 2 >= len(part.items):
            nodes = [gazetteer.host(code) for one in changes for code in one.target_nodes]
            if nodes and all(server is not None and server.node_no in item.value for server in nodes):
                return WHICH
    return ""


def _numbers(item: Item) -> set[str]:
    if item.kind is K.SERVER:
        return {server.asset_code for server in item.value}
    return {str(number) for number in item.value}


def _changed(item: Item, changes: Sequence[Intent], gazetteer: Gazetteer) -> bool:
    """True when a change would reach the node that `item` names."""
    if any(not one.target_nodes for one in changes):
        return True
    if item.kind is K.SERVER:
        return any(code in one.target_nodes for code in _numbers(item) for one in changes)
    held = [gazetteer.host(code) for one in changes for code in one.target_nodes]
    return any(server.node_no in item.value for server in held if server is not None)


def _both(changes: Sequence[Intent]) -> bool:
    return sum(len(change.target_nodes) for change in changes) > 1


def _shown(parsed: Message, gazetteer: Gazetteer) -> Iterator[Server]:
    """Servers of an alert or a listing that stands beside the request."""
    for start, end, _ in parsed.left_out:
        for token in parsed.normal.plain[start:end].split()[:MAX_SHOWN]:
            server = gazetteer.host(token.strip("[](){}<>|,.:;'\""))
            if server is not None:
                yield server


def _told(parsed: Message, part: Part, last: int, plain: str) -> str:
    """카드승인 죽어서 정산까지 밀려요 WAS 재기동해주세요: the layer stands alone, behind two systems told of."""
    names = [item for item in part.items[:last] if item.kind is K.NAME and item.value.systems]
    if len({system for name in names for _, system in name.value.systems}) > 1:
        rest = part.items[part.items.index(names[-1]) + 1 : last]
        layer = next((item for item in rest if item.kind is K.LAYER), None)
        if layer is not None and words.CLAUSE.search(plain, names[-1].end, layer.start):
            return TOLD
    if not any(item.kind in _TARGETS for item in part.items):
        at = parsed.parts.index(part)
        told = parsed.parts[at - 1] if at else None
        if told is not None and not any(deed.wanted for deed in told.said.deeds):
            servers = {code for item in told.items if item.kind is K.SERVER for code in _numbers(item)}
            linked = any(
                item.kind is K.SERVER and particle(told.items, index) in words.RUNS_TO
                for index, item in enumerate(told.items)
            )
            if len(servers) > 1 and linked:
                return TOLD
            if told.sentence.question and told.items and all(item.kind in _ONLY for item in told.items):
                return WHICH  # 3호기? 4호기? 재기동해주세요
    return ""

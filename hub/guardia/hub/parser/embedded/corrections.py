# ruff: noqa: E501 - examples and sets of kinds read worse when they are broken
"""What a later sentence of a message does to the requests before it: correcting, denying, narrowing, timing, ordering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.frames import Frame
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.links import BEFORE
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part

_CORRECTED = "corrected after the command"
_WHEN = frozenset(fold(w) for w in ("시간", "시각", "일시", "시점", "예약시간", "작업시간", "때", "예정"))
_OBJECT = frozenset(fold(w) for w in ("을", "를"))
_ASKED_FOR = re.compile(fold(r"(?:해|하|시켜|시키|\s?(?:좀\s?)?(?:부탁|요청|바랍|해|시켜|ㄱㄱ))"))
_PLACES = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.ALL_NODES})
_LATEST = re.compile(fold(r"[\s,]*(?:(?:오늘|방금|아까|이번|금번|직전|마지막)[\s,]*(?:나간|올라간|한|된|반영된)?\s*)?"))
_NARROWING = frozenset({
    K.LAYER, K.ENV, K.NODE, K.BUT, K.NOT_THIS, K.REST, K.PARTICLE, K.FILLER, K.GENERIC, K.AND, K.ALSO, K.ALL_NODES, K.NAME, K.LIGHT,
})  # fmt: skip  # fmt: skip


def replaces(part: Part) -> bool:
    """WAS 아니고 WEB입니다: a sentence without a deed that puts one target in the place of another."""
    frames = [frame for group, _ in part.groups for frame in group.frames]
    return bool(frames) and not part.said.deeds and any(item.kind is K.NOT_THIS for item in part.items)


def corrected(orders: list[Order], part: Part) -> list[Order]:
    """`orders` after `part` took back what was said last: another command replaces it, another target becomes its
    target, and what is neither leaves nobody sure what is meant."""
    if not orders:
        return orders
    last = orders[-1].part
    kept = [order for order in orders if order.part is not last]
    if any(deed.wanted for deed in part.said.deeds):
        return kept
    frames = [frame for group, _ in part.groups for frame in group.frames]
    named = any(item.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV) for item in part.items)
    if not named and any(deed.mood is Mood.NEGATION for deed in part.said.deeds):
        return kept  # 아 아니에요, 그냥 두세요
    told = any(item.kind is K.UNKNOWN for item in part.items) or any(not deed.code for deed in part.said.deeds)
    for order in orders:
        if order.part is not last:
            continue
        others = [
            frame for frame in frames if not frame.empty and not any(_same_place(frame, one) for one in order.frames)
        ]
        denies = any(item.kind in (K.NEG, K.NOT_THIS) for item in part.items)
        places = {(one.system, one.environment, one.layer, one.nodes) for one in frames if not one.empty}
        if part.english and denies and others and len(places) == 1:
            continue  # restart the WAS. Not the DB: what is denied was not asked for
        if others and not told:
            # not node 1, node 2: what is named again is what is taken back
            order.frames = [_on_its_nodes(one, order.frames, part) for one in others]
        elif told or denies or not frames:
            order.frames = [replace(frame, unsure=_CORRECTED) for frame in order.frames]
    return orders


def _on_its_nodes(frame: Frame, before: Sequence[Frame], part: Part) -> Frame:
    """2호기 내려주세요. 운영 말고 스테이징요: node 2 there, and not all of them."""
    placed = any(item.kind in (K.NAME, K.SERVER, K.NODE, K.ALL_NODES, K.REST) for item in part.items)
    if placed or frame.nodes or frame.servers:
        return frame
    kept = {(one.nodes, one.but, one.rest) for one in before}
    if any(one.servers or one.lost for one in before) or len(kept) > 1:
        return replace(frame, unsure=_CORRECTED)
    return replace(frame, nodes=before[0].nodes, but=before[0].but, rest=before[0].rest) if before else frame


_BEFORE_DOING = re.compile(
    fold(
        r"\W*(?:(?:근데|다만|단|아|참|그리고)\W+)?(?:(?:배포|재기동|재시작|중지|정지|기동|롤백|작업)\s?(?:하기|들어가기|하시기)?|(?:내리|올리|끄|켜|하|내리시|올리시|하시)기)\s?전에(?!는)"
    )
)
"""배포하기 전에 디스크부터 확인해 주시고요."""


def goes_first(normal: Normal, part: Part, chosen: list[Deed]) -> bool:
    """True when a sentence says that what it asks for comes before what was asked just now: 그 전에 덤프부터 떠주세요."""
    found = BEFORE.search(normal.plain, part.sentence.start, part.sentence.end)
    if found is None and not any(deed.changes and deed.wanted for deed in part.said.deeds):
        found = _BEFORE_DOING.match(normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and all(part.items[deed.at].start >= found.end() for deed in chosen)


def first_of(orders: list[Order]) -> int:
    """Where the orders of the newest sentence begin."""
    at = len(orders) - 1
    while at > 0 and orders[at - 1].part is orders[-1].part:
        at -= 1
    return at


def loose(normal: Normal, part: Part, chosen: list[Deed]) -> bool:
    """True when a sentence speaks of another change of which it is not known whether it is asked for: of a sequence
    that is read in part (정지 → 배포 → 기동), nothing may run."""
    codes = {deed.code for deed in chosen}
    first = min(deed.at for deed in chosen)
    return any(
        deed.changes
        and deed.mood is Mood.STATEMENT
        and not deed.role
        and (deed.code not in codes or _between(part, deed.at, first))
        and not _undone(normal, part, deed.at)
        for deed in part.said.deeds
    )


def _undone(normal: Normal, part: Part, at: int) -> bool:
    """배포 롤백해주세요: the deployment is what is rolled back. With a file, or in a row of steps, it may be one of its own."""
    if part.items[at].value != "DEPLOY_ARTIFACT" or any(item.kind is K.FILE for item in part.items):
        return False
    after = at + 1
    if after < len(part.items) and part.items[after].kind is K.PARTICLE and part.items[after].value in _OBJECT:
        after += 1
    if after >= len(part.items) or part.items[after].value != "ROLLBACK_RELEASE":
        return False
    named = max((item.end for item in part.items[:at] if item.kind in _PLACES), default=part.sentence.start)
    if not _LATEST.fullmatch(normal.plain[named : part.items[at].start]):
        return False  # 지난주 배포 롤백: it may not be the last
    between = normal.plain[part.items[after - 1].end : part.items[after].start]
    return not between.strip() and _ASKED_FOR.match(normal.plain[part.items[after].end :]) is not None


def _between(part: Part, at: int, first: int) -> bool:
    """True when another target is named between two words of one action: A 재기동은 B 재기동 후에 해주세요."""
    named = (K.NAME, K.SERVER)
    return any(item.kind in named for item in part.items[:at]) and any(
        item.kind in named for item in part.items[at + 1 : first]
    )


def _same_place(one: Frame, other: Frame) -> bool:
    return (one.system, one.candidates, one.environment, one.layer, one.nodes, one.servers) == (
        other.system,
        other.candidates,
        other.environment,
        other.layer,
        other.nodes,
        other.servers,
    )


def denied(orders: list[Order], part: Part) -> list[Order]:
    """`orders` without those whose target `part` says is not meant: … 재기동해주세요. 앗 WAS 말고 WEB 재기동해주세요."""
    gone = [
        part.items[index - 1]
        for index, item in enumerate(part.items)
        if index and item.kind is K.NOT_THIS and part.items[index - 1].kind in (K.LAYER, K.NODE, K.ENV, K.NAME)
    ]
    codes = {deed.code for deed in part.said.deeds if deed.wanted}
    if codes:
        # 내려줘. … 내리지 말고 재기동해줘: the first is not meant any more
        refused = {
            deed.code
            for deed in part.said.deeds
            if deed.changes and deed.mood is Mood.NEGATION and not _placed(part.items[: deed.at])
        }
        orders = [order for order in orders if not any(deed.code in refused for deed in order.deeds)]
    return [
        order
        for order in orders
        if not (
            any(deed.changes and deed.code in codes for deed in order.deeds)
            and any(_is_at(frame, item) for frame in order.frames for item in gone)
        )
    ]


def _placed(items: list[Item]) -> bool:
    return any(item.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.POINT) for item in items)


def _is_at(frame: Frame, item: Item) -> bool:
    if item.kind is K.LAYER:
        return frame.layer == str(item.value)
    if item.kind is K.ENV:
        return (frame.environment or "PROD") == str(item.value)
    if item.kind is K.NODE:
        return bool(set(frame.nodes or ()) & set(item.value))
    return any(pair in item.value.systems for pair in frame.candidates)


def superseded(orders: list[Order], part: Part) -> list[Order]:
    """`orders` without those that a correction left unsure, once `part` says anew what is to be done: … 아 죄송합니다
    WAS 아니고 WEB입니다. WEB 재기동해주세요."""
    codes = {deed.code for deed in part.said.deeds if deed.wanted}
    return [
        order
        for order in orders
        if not (codes & {deed.code for deed in order.deeds} and any(f.unsure == _CORRECTED for f in order.frames))
    ]


def held(orders: list[Order], part: Part) -> list[Order]:
    """`orders` after a hold (아 잠깐만요): another target that follows it takes the place of the last one, else no
    change is left. What was only to be looked at stays."""
    if not any(deed.changes for order in orders for deed in order.deeds):
        return orders
    told = any(item.kind is K.UNKNOWN for item in part.items) or bool(part.said.deeds) or part.sentence.question
    if stops_it(part):
        return [order for order in orders if not any(deed.changes for deed in order.deeds)]
    if not told and any(frame for group, _ in part.groups for frame in group.frames):
        return corrected(orders, part)
    return [order for order in orders if not any(deed.changes for deed in order.deeds)]


def stops_it(part: Part) -> bool:
    """Stop it; stop the restart: nothing but what was asked for before is named."""
    places = (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.FILE, K.TOPIC, K.REST, K.UNKNOWN)
    return (
        part.sentence.holds
        and part.english
        and bool(part.items)
        and not any(item.kind in places for item in part.items)
    )


_VAGUE = frozenset(fold(word) for word in ("심야", "야간", "주간", "새벽", "밤", "오전", "오후", "저녁", "아침"))


def only_time(normal: Normal, part: Part) -> bool:
    """시간은 오늘 18:45입니다: a sentence that only says when."""
    kinds = (K.TIME, K.PARTICLE, K.FILLER, K.LIGHT, K.REQUEST)
    if any(item.kind is K.LIGHT and item.value == "show" for item in part.items) and all(
        normal.plain[item.start : item.end] in _VAGUE for item in part.items if item.kind is K.TIME
    ):
        return False  # 심야 점검 건입니다
    once = sum(item.kind is K.TIME for item in part.items) == 1
    if part.english and once and "since" in normal.plain[part.sentence.start : part.sentence.end].split():
        return False  # it's been choking since 6am
    return (
        any(item.kind is K.TIME for item in part.items)
        and not any(deed.code for deed in part.said.deeds)
        and all(
            item.kind in kinds or normal.plain[item.start : item.end].replace(" ", "") in _WHEN for item in part.items
        )
    )


def retime(orders: list[Order], part: Part, now: str) -> None:
    """Give the requests of the message the time that `part` says."""
    times = [item.value.when for item in part.items if item.kind is K.TIME]
    at = times[0].at(now) if len(times) == 1 and now else ""
    for order in orders:
        if not any(deed.changes for deed in order.deeds) and not at:
            continue
        order.values = replace(order.values, at=at) if at and not order.values.at else order.values
        if not at or order.values.at != at:
            order.values = replace(order.values, at="", untimed="a time that is not clear")


def narrows(part: Part) -> bool:
    """True when a sentence takes back a part of the target of the command before it: 2호기는 빼고요, 단 2호기는 하지 마세요."""
    wheres = [item for item in part.items if item.kind in (K.LAYER, K.ENV, K.NODE) or _office(item)]
    if (
        not wheres
        or any(deed.wanted for deed in part.said.deeds)
        or any(item.kind in (K.TOPIC, K.FILE) or (item.kind is K.NAME and not _office(item)) for item in part.items)
    ):
        return False
    if any(item.kind is K.BUT for item in part.items) and any(item.kind is K.NODE for item in part.items):
        return True  # 단 1호기는 수사과에서 쓰는 중이라 제외
    if not part.said.deeds:
        return all(item.kind in _NARROWING or _copula(part, item) for item in part.items)
    return any(deed.mood is Mood.NEGATION for deed in part.said.deeds)


def narrow(orders: list[Order], part: Part) -> None:
    """Apply a sentence that only names a part of what was asked (2호기만요, 개발기 쪽이요, 2호기는 빼고요): it fills what
    the requests left open, or leaves nodes out; where it contradicts them, nobody knows what is meant."""
    said = [frame for group, _ in part.groups for frame in group.frames]
    last = orders[-1].part
    for order in orders:
        frames = []
        for frame in order.frames:
            if not touched(part, frame):
                frames.append(frame)
            elif order.part is last and len(said) == 1 and (one := _specified(frame, said[0], part)) is not None:
                frames.append(one)
            else:
                frames.append(replace(frame, unsure="narrowed after the command"))
        order.frames = frames


def _specified(frame: Frame, said: Frame, part: Part) -> Frame | None:
    """`frame` with what `said` adds, or None where the two do not go together."""
    if said.unsure or said.lost or said.rest or said.dropped or frame.servers or frame.lost or said.servers:
        return None
    if any(item.kind in (K.NOT_THIS, K.NEG) for item in part.items) or any(
        deed.mood is Mood.NEGATION for deed in part.said.deeds
    ):
        return None
    own = {item.kind: item.value for item in part.items if item.kind in (K.LAYER, K.ENV, K.NODE)}
    if K.LAYER in own and frame.layer not in (None, own[K.LAYER]):
        return None
    if K.ENV in own and frame.environment not in (None, own[K.ENV]):
        return None
    layer, environment = frame.layer or own.get(K.LAYER), frame.environment or own.get(K.ENV)
    if said.institution:
        pairs = tuple(pair for pair in frame.candidates if pair[0] == said.institution)
        if frame.institution not in (None, said.institution) or len(pairs) != 1 or own:
            return None
        return replace(frame, institution=said.institution, system=pairs[0][1], candidates=pairs)  # 성남시 건입니다
    if said.but:
        if frame.nodes or frame.but or frame.rest:
            return None
        return replace(frame, layer=layer, environment=environment, but=said.but)
    if K.NODE in own and frame.nodes and set(frame.nodes) == set(said.nodes or ()) and not (frame.but or frame.rest):
        return replace(frame, layer=layer, environment=environment)  # 1호기 …. 1호기만요
    if K.NODE in own and (frame.nodes or frame.but or frame.rest or frame.all_nodes):
        return None
    return replace(frame, layer=layer, environment=environment, nodes=said.nodes if K.NODE in own else frame.nodes)


def left_out(items: list[Item], index: int) -> bool:
    """True when the item at `index` is named to be left out: old.war 말고 new.war."""
    after = next((item for item in items[index + 1 :] if item.kind is not K.PARTICLE), None)
    return after is not None and after.kind in (K.NOT_THIS, K.BUT)


def told_files(part: Part) -> frozenset[int]:
    """Where the files stand that the sentence only tells of: a.war 배포했는데 b.war도 배포해주세요."""
    deeds = sorted((deed for deed in part.said.deeds if deed.code == "DEPLOY_ARTIFACT"), key=lambda deed: deed.at)
    if not any(deed.wanted for deed in deeds):
        return frozenset()
    told: set[int] = set()
    begin = 0
    for deed in deeds:
        files = [at for at in range(begin, deed.at) if part.items[at].kind is K.FILE]
        if not deed.wanted and any(item.kind is K.FILE for item in part.items[deed.at :]):
            told.update(files)
        begin = deed.at
    return frozenset(told)


def leave_out(orders: list[Order], part: Part) -> None:
    """Apply what the rest of a sentence leaves out of what it asked for: 재기동 부탁드립니다만 1호기는 제외해주세요."""
    asked = [at for at, (_, own) in enumerate(part.groups) if any(deed.wanted for deed in own)]
    if not asked:
        return
    for group, own in part.groups[asked[-1] + 1 :]:
        for said in group.frames:
            negated = any(deed.mood is Mood.NEGATION for deed in own)
            if not (said.but or said.dropped or negated):
                continue
            for order in orders:
                if order.part is part and any(deed.changes for deed in order.deeds):
                    order.frames = [_without(frame, said, negated) for frame in order.frames]


def _without(frame: Frame, said: Frame, negated: bool) -> Frame:
    numbers = set(said.but or (said.nodes if negated else None) or ())
    if frame.nodes and numbers and not numbers & set(frame.nodes):
        return frame
    if said.layer and frame.layer and said.layer != frame.layer:
        return frame
    if negated and said.candidates and frame.candidates and not set(said.candidates) & set(frame.candidates):
        return frame  # A는 내리시고 B는 그대로 두세요
    if negated and said.rest and frame.nodes and not said.nodes:
        return frame  # …, 나머지는 건드리지 마시고요
    if numbers and not (frame.nodes or frame.but or frame.rest or frame.servers or said.servers):
        return replace(frame, but=tuple(sorted(numbers)))
    return replace(frame, unsure="narrowed after the command")


def _office(item: Item) -> bool:
    """True for the name of an institution and of no system."""
    return item.kind is K.NAME and bool(item.value.institutions) and not item.value.systems


def touched(part: Part, frame: Frame) -> bool:
    """True when what `part` takes back may be a part of `frame`; without a verb it may also stand in its place."""
    if not any(deed.mood is Mood.NEGATION for deed in part.said.deeds):
        return True
    layers = {str(item.value) for item in part.items if item.kind is K.LAYER}
    places = {str(item.value) for item in part.items if item.kind is K.ENV}
    numbers = {number for item in part.items if item.kind is K.NODE for number in item.value}
    held = set(frame.nodes or (server.node_no for server in frame.servers))
    layer = str(frame.servers[0].infrastructure_layer) if frame.servers else frame.layer
    return (
        (not layers or layer is None or layer in layers)
        and (not places or (frame.environment or "PROD") in places)
        and (not numbers or not held or bool(numbers & held))
        and not (numbers & set(frame.but) and numbers <= set(frame.but))
    )


def _copula(part: Part, item: Item) -> bool:
    return item is part.items[-1] and item.kind in (K.UNKNOWN, K.PRED)

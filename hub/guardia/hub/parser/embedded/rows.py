"""Targets that stand in a row, one by one, parted by what stands between them: ibank WAS 4, AuthRelay WAS 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from guardia.cmdb.model import Server
from guardia.hub.core.intent import ALL, Intent
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import TARGETS, Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice
from guardia.proto.catalogue import CATALOGUE

_JOINTS = frozenset({K.AND, K.LINK, K.ALSO, K.PRED})
_PLAIN = TARGETS | _JOINTS | {K.ENV, K.FILLER, K.PARTICLE, K.GENERIC, K.ACT, K.LIGHT, K.TIME}
_JOINING = frozenset(fold(word) for word in ("와", "과", "랑", "이랑", "하고", "및", "도"))
_BETWEEN = frozenset(
    {"followed", "s", "well", "plus", "after", "next", *map(fold, ("이어", "이어서", "그렇고", "그러고", "그담"))}
)
"""Words that only put one target behind another."""
_MARKS = re.compile(r"[,;/&+\n]")
_NARROWING = frozenset({K.NOT_THIS, K.BUT, K.REST, K.NEG, K.POINT})
_AMONG = fold("중")
EACH = fold("각각")
PRODUCTION = "PROD"
_CHOICE = fold("에")
_LIKE = frozenset(fold(word) for word in ("처럼", "같이", "보다", "만큼", "대신"))
_AT_ONCE = re.compile(r"[\d\s,~/·-]*\d\s?" + fold(r"(?:호기|번|호)?"))
"""1,2호기: nodes that are written as one."""
_COUNT = re.compile(r" ?\( ?#?\d{1,2} ?\)")
_NOT_ONLY = (fold("뿐"), fold("뿐만"))
_AGAINST = re.compile(
    r"\b(?:is|are|were|has|have|had|took|takes|sorry|scratch|meant|actually|no)\b|"
    + fold(r"(?<!뿐\s)(?<!뿐만\s)아니|아뇨|아냐|정정|죄송|미안|잘못|착각|(?<![가-힣])(?:앗|아차|참)(?![가-힣])")
)
"""node 1 has taken over, no, sorry, node 2: told of a target, or taken back."""


@dataclass(frozen=True, slots=True)
class Link:
    """One target of a row: what it names, with what it leaves open taken over from the one before."""

    systems: frozenset[str] = frozenset()
    layer: str = ""
    environments: frozenset[str] = frozenset()
    numbers: tuple[int, ...] = ()
    torn: bool = False
    """The last of its nodes may be of the system behind it: 인뱅 WAS 4호기, 1호기 코어레저 DB."""

    def holds(self, intent: Intent) -> bool:
        layer = str(intent.infrastructure_layer)
        here = not self.environments or str(intent.environment) in self.environments
        return here and intent.system_name in self.systems and (not self.layer or layer in (self.layer, ALL))

    def places(self, row: Sequence[Link]) -> frozenset[str]:
        """The environments that it may be in: its own, or that of production or of the others of `row`."""
        others = frozenset(place for link in row for place in link.environments)
        return self.environments or others | {PRODUCTION}


@dataclass(slots=True)
class _Row:
    links: list[Link] = field(default_factory=list)
    open: Link = field(default_factory=Link)
    ahead: Link = field(default_factory=Link)
    """Nodes and environments that were named before any system."""

    def close(self) -> None:
        one, self.open = self.open, Link()
        if one == Link():
            return
        before = self.links[-1] if self.links else Link()
        if not one.systems:
            if not before.systems:
                self.ahead = _both_of(self.ahead, one)
                return
            environments = one.environments or before.environments
            one = replace(one, systems=before.systems, layer=one.layer or before.layer, environments=environments)
        one, self.ahead = _both_of(self.ahead, one), Link()
        self.links.append(one)


def _of_host(servers: Sequence[Server], before: Link) -> Link:
    """What hosts are: as good as named by system, layer, environment and number."""
    return replace(
        before,
        systems=frozenset(server.system_name for server in servers),
        layer=str(servers[0].infrastructure_layer),
        environments=frozenset(str(server.environment) for server in servers),
        numbers=tuple(server.node_no for server in servers),
    )


def _both_of(ahead: Link, one: Link) -> Link:
    return replace(one, numbers=(*ahead.numbers, *one.numbers), environments=ahead.environments | one.environments)


def row(parsed: Message) -> list[Link]:
    """The targets of all sentences that hold nothing else, one by one."""
    found = _Row()
    for number, part in enumerate(parsed.parts):
        if part.sentence.voice is not Voice.OWN or not bare(parsed.normal, part):
            continue
        apart = False
        for joined, item in _steps(parsed.normal, part):
            another = (item.kind is K.SERVER or (item.kind is K.NAME and item.value.systems)) and found.open.systems
            if joined or another or (item.kind is K.LAYER and found.open.layer and found.open.numbers):
                found.close()
            if item.kind is K.NAME and item.value.systems:
                if apart and not joined and found.links and found.links[-1].numbers:
                    found.links[-1] = replace(found.links[-1], torn=True)
                found.open = replace(found.open, systems=item.value.system_names)
                apart = False
            elif item.kind is K.SERVER and item.value:
                found.open = _of_host(item.value, found.open)
            elif item.kind is K.LAYER:
                found.open = replace(found.open, layer=str(item.value))
            elif item.kind is K.ENV and found.links and found.open == Link() and _after_all(parsed, number, item):
                place = frozenset({str(item.value)})  # 인뱅 WAS 재기동해주세요 (스테이징)
                found.links = [replace(link, environments=link.environments or place) for link in found.links]
            elif item.kind is K.ENV:
                found.open = replace(found.open, environments=found.open.environments | {str(item.value)})
            elif item.kind is K.NODE:
                apart = len(item.value) > 1 and not _at_once(parsed.normal, item)
                found.open = replace(found.open, numbers=(*found.open.numbers, *item.value))
        found.close()
    return [_placed(link, found.links) for link in found.links]


def _after_all(parsed: Message, number: int, item: Item) -> bool:
    """True for what stands behind all that is asked for, and names nothing more; `item` is of part `number`."""
    part = parsed.parts[number]
    more = any(one.kind in TARGETS and one.start > item.start for one in part.items)
    return (
        not more
        and not any(
            deed.wanted and (one is not part or one.items[max(deed.at, deed.anchor)].start > item.start)
            for one in parsed.parts[number:]
            for deed in one.said.deeds
        )
        and any(deed.wanted for one in parsed.parts for deed in one.said.deeds)
    )


def _placed(link: Link, row: Sequence[Link]) -> Link:
    """인뱅 WAS 1호기 스테이징, 인뱅 WAS: what is named beside the same elsewhere is that of production."""
    twins = any(one.environments and one.systems == link.systems and one.layer == link.layer for one in row)
    return replace(link, environments=frozenset({PRODUCTION})) if twins and not link.environments else link


def _steps(normal: Normal, part: Part) -> Iterator[tuple[bool, Item]]:
    """The targets of `part`, and whether something joins each to the one before."""
    end, joint = part.sentence.start, False
    for item in part.items:
        joint = joint or bool(_MARKS.search(normal.plain, end, item.start))
        if item.kind in TARGETS or item.kind is K.ENV:
            yield joint, item
            joint = False
        joint = joint or item.kind in _JOINTS or item.kind is K.UNKNOWN
        joint = joint or (item.kind is K.PARTICLE and item.value in _JOINING)
        end = item.end


def _at_once(normal: Normal, item: Item) -> bool:
    if normal.plain[max(0, item.start - 1) : item.start] == "#":
        return False  # WAS#4, 1호기 …
    return _AT_ONCE.fullmatch(normal.plain, item.start, item.end) is not None


def written(normal: Normal, item: Item) -> str:
    """The words of `item`, as normalised."""
    return normal.plain[item.start : item.end]


def takes_back(normal: Normal, part: Part) -> bool:
    """True when `part` may leave out a target that it names, or only tell of it."""
    return (
        part.sentence.corrects
        or part.sentence.holds
        or any(item.kind in _NARROWING - {K.POINT, K.BUT} and not _both(normal, item) for item in part.items)
        or (
            any(item.kind in TARGETS or item.kind is K.ENV for item in part.items)
            and (
                any(item.kind is K.POINT for item in part.items)
                or _AGAINST.search(normal.plain, part.sentence.start, part.sentence.end) is not None
            )
        )
    )


def counted(normal: Normal, part: Part) -> bool:
    """ibank WAS (4): four of them, or the fourth?"""
    return any(item.kind in TARGETS and _COUNT.match(normal.plain, item.end) for item in part.items)


def _both(normal: Normal, item: Item) -> bool:
    """둘 다; 2호기뿐 아니라 …: what is joined, not what is left out."""
    if item.kind is K.NOT_THIS:
        return normal.plain[: item.start].rstrip().endswith(_NOT_ONLY)
    return item.kind is K.ALL_NODES


def bare(normal: Normal, part: Part, *, also: frozenset[K] = frozenset()) -> bool:
    """True when `part` holds only targets, what is asked for, and items of the kinds `also`."""
    return all(item.kind in also or _plain(normal, part, item) for item in part.items)


def _plain(normal: Normal, part: Part, item: Item) -> bool:
    said = written(normal, item)
    if item.kind is K.UNKNOWN:
        return said in _BETWEEN
    if item.kind is K.OUTCOME:
        of_nodes = any(one.kind is K.NODE and one.end <= item.start <= one.end + 1 for one in part.items)
        return said == _AMONG and not of_nodes and not normal.plain.startswith(_CHOICE, item.end)
    if item.kind is K.PRED and item.value.mood is Mood.AND:
        acts = any(deed.wanted and part.items[deed.anchor] is item for deed in part.said.deeds)
        return acts or item.value.role == "do" or said in _BETWEEN
    if item.kind is K.PRED:
        return item.value.mood is Mood.COMMAND and item.value.role not in ("leave", "touch")
    if item.kind is K.PARTICLE and item.value in _LIKE:
        return False
    if item.kind is K.TOPIC:  # 로그 정리
        after = next((one for one in part.items if one.start >= item.end), None)
        return after is not None and after.kind is K.ACT and CATALOGUE[after.value].changes
    return item.kind in _PLAIN or _both(normal, item)

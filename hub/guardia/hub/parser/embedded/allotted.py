"""What is named with each of several targets as its own: 인뱅 WAS에 a.war, b.war는 승인중계 WAS에. Has each its own?

Files, versions and times. The stages before know the common ways (`turns`). Here things and targets are laid beside one
another once more, by their order alone, and the room is asked where the requests hold something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from guardia.hub.core.intent import ALL, Intent
from guardia.hub.parser.embedded.corrections import left_out, told_files
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import PLACES, Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.rows import bare, takes_back
from guardia.hub.parser.embedded.segment import Voice
from guardia.proto.catalogue import CATALOGUE

ALLOTTED = "what is named with a target as its own (a file, a version, a time) goes to another one, or is lost"
_LOGS = (".log", ".out")
_NOW = re.compile(r"right now|now|immediately|" + fold(r"(?:지금|바로|즉시|당장)"))


@dataclass(frozen=True, slots=True)
class Place:
    """What stands together as a target."""

    systems: frozenset[str] = frozenset()
    layer: str = ""
    environment: str = ""
    numbers: frozenset[int] = frozenset()
    torn: bool = False
    """Two layers with one thing, or a host that the inventory does not hold: whose it is nobody knows."""

    def within(self, before: Place) -> Place:
        """The same, with what it leaves open from the target before it."""
        if self.systems:
            return self
        return replace(self, systems=before.systems, layer=self.layer or before.layer)

    def holds(self, intent: Intent, gazetteer: Gazetteer) -> bool:
        return (
            (not self.systems or intent.system_name in self.systems)
            and (not self.layer or str(intent.infrastructure_layer) in (self.layer, ALL))
            and (not self.environment or str(intent.environment) == self.environment)
            and gazetteer.numbers(intent.target_nodes) == self.numbers
        )


@dataclass(frozen=True, slots=True)
class _Spot:
    """An item where it stands, in a message of the time `now`."""

    normal: Normal
    part: Part
    index: int
    now: str

    @property
    def item(self) -> Item:
        return self.part.items[self.index]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A kind of things that targets may have of their own."""

    named: Callable[[_Spot], str | None]
    """What the item there names; None where it names no such thing."""
    held: Callable[[Intent], frozenset[str]]
    taken: Callable[[str], bool]
    """True for an action that such a thing is for."""
    bare: bool = False
    """Looked at only where nothing but targets stands around it."""
    spreads: bool = False
    """What is said at the head of a sentence is for all that the sentence asks for."""
    shared: bool = False
    """Who has none of his own takes that of another: 인뱅에 a.war 배포하고 승인중계에도 배포해주세요."""


@dataclass(slots=True)
class _Clause:
    """Targets and things up to the word that acts on them, in their order: a place, or things that stand together."""

    part: int
    turns: list[Place | tuple[str, ...]] = field(default_factory=list)
    ended: bool = False
    """The word that acts on them is there."""

    def places(self) -> list[Place]:
        return [turn for turn in self.turns if isinstance(turn, Place)]

    def named(self) -> list[str]:
        return [name for turn in self.turns if isinstance(turn, tuple) for name in turn]

    def pairs(self) -> list[tuple[Place, tuple[str, ...]]] | None:
        """Each place with its things; None where the order does not say whose a thing is."""
        if len(self.turns) % 2 or not self.turns:
            return None if any(isinstance(turn, tuple) for turn in self.turns) else []
        found: list[tuple[Place, tuple[str, ...]]] = []
        for one, other in zip(self.turns[::2], self.turns[1::2], strict=True):
            if isinstance(one, Place) and isinstance(other, tuple):
                found.append((one, other))
            elif isinstance(one, tuple) and isinstance(other, Place):
                found.append((other, one))
            else:
                return None
        return found


def misallotted(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer, now: str) -> str:
    """Why a thing may go to the target of another, or a target be left without; nothing where one has all of them."""
    for thing in _THINGS:
        takers = [one for one in intents if one.changes and one.complete and any(map(thing.taken, one.action_sequence))]
        if not takers or (thing.bare and any(takes_back(parsed.normal, part) for part in parsed.parts)):
            continue
        clauses = _clauses(parsed, thing, now)
        things = {name for clause in clauses for name in clause.named()}
        if not things or sum(len(clause.places()) for clause in clauses) < 2:
            continue
        told = _each(clauses, takers, thing, gazetteer) if len(things) > 1 else _one(clauses, takers, thing, gazetteer)
        if not told:
            return ALLOTTED
    return ""


def _one(clauses: list[_Clause], takers: list[Intent], thing: _Thing, gazetteer: Gazetteer) -> bool:
    """True when it is plain who has what is named once: 인뱅 WAS는 23시에 재기동하고 승인중계 WAS 재기동해주세요?"""
    own = next(clause for clause in clauses if clause.named())
    ahead, behind = own.turns[0], own.turns[-1]
    if isinstance(ahead, Place) and isinstance(behind, Place) and ahead.systems and behind.systems:
        return False  # 인뱅 WAS 23시에, 승인중계 WAS
    before = Place()
    follow = [place for clause in clauses[clauses.index(own) :] for place in clause.places()]
    for place, after in zip_longest(own.places(), follow[1 : len(own.places()) + 1]):
        before = place.within(before)
        completed = after is not None and not after.systems  # claim-api.war 3호기에만
        held = any(before.holds(one, gazetteer) and thing.held(one) == set(own.named()) for one in takers)
        if not completed and not held:
            return False
    if thing.shared:
        return True
    spreads = thing.spreads and own is clauses[0] and isinstance(ahead, tuple)
    for clause in clauses:
        if clause.named() or not clause.ended:
            continue
        if thing.spreads and not spreads and clause.part == own.part:
            return False
        expected = set(own.named()) if spreads and clause.part == own.part else {""}
        for place in clause.places():
            if any(place.holds(one, gazetteer) and thing.held(one) != expected for one in takers):
                return False
    return True


def _each(clauses: list[_Clause], takers: list[Intent], thing: _Thing, gazetteer: Gazetteer) -> bool:
    before, left = Place(), list(takers)
    for clause in clauses:
        pairs = clause.pairs()
        if pairs is None:
            return False
        for place, named in pairs:
            before = place.within(before)
            mine = [one for one in left if before.holds(one, gazetteer) and thing.held(one) == set(named)]
            if place.torn or len(mine) != 1:
                return False
            left.remove(mine[0])
    return not left


def _clauses(parsed: Message, thing: _Thing, now: str) -> list[_Clause]:
    found: list[_Clause] = [_Clause(0)]
    for number, part in enumerate(parsed.parts):
        if part.sentence.voice not in (Voice.OWN, Voice.LISTED):
            continue
        if thing.bare and not bare(parsed.normal, part, also=_AMID):
            continue
        ends = {max(deed.at, deed.anchor) for deed in part.said.deeds if deed.changes}
        looks = {max(deed.at, deed.anchor) for deed in part.said.deeds if deed.wanted and not deed.changes}
        for index, item in enumerate(part.items):
            found[-1].part = found[-1].part if found[-1].turns else number
            turns = found[-1].turns
            last = turns[-1] if turns else None
            place = _place(item) if item.kind in PLACES else None
            name = thing.named(_Spot(parsed.normal, part, index, now))
            if item.kind is K.ENV and not isinstance(last, Place) and not any(deed.wanted for deed in part.said.deeds):
                continue  # 스테이징에서는 검증했습니다
            if place is not None:
                if isinstance(last, Place) and not _another(last, place):
                    turns[-1] = _joined(last, place)
                else:
                    turns.append(place)
            elif name is not None and isinstance(last, tuple):
                turns[-1] = tuple(dict.fromkeys((*last, name)))
            elif name is not None:
                turns.append((name,))
            if index in ends and turns:
                found[-1].ended = True
                found.append(_Clause(number))
            elif index in looks and turns and (part.english or not found[-1].named()):
                found.append(_Clause(number))  # 인뱅 WAS 로그 확인하고 승인중계 WAS에 a.war 배포
    return [clause for clause in found if clause.turns]


def _file(spot: _Spot) -> str | None:
    part, index = spot.part, spot.index
    if spot.item.kind is not K.FILE or index in told_files(part) or left_out(part.items, index):
        return None
    name = str(spot.item.value)
    return None if name.lower().endswith(_LOGS) else name


def _version(spot: _Spot) -> str | None:
    if spot.item.kind is K.PREVIOUS:
        return ""
    return str(spot.item.value) if spot.item.kind is K.VERSION else None


def _time(spot: _Spot) -> str | None:
    item = spot.item
    if item.kind is K.TIME:
        return item.value.when.at(spot.now) or "unclear"
    if item.kind is K.FILLER and _NOW.fullmatch(spot.normal.plain[item.start : item.end].strip()):
        return ""
    return None


_AMID = frozenset({K.FILE, K.VERSION, K.PREVIOUS, K.TIME, K.ATTACHED, K.TOPIC})
_THINGS = (
    _Thing(
        named=_file,
        held=lambda intent: frozenset(intent.deploy_artifacts),
        taken=lambda code: code == "DEPLOY_ARTIFACT",
        shared=True,
    ),
    _Thing(
        named=_version,
        held=lambda intent: frozenset({str(intent.parameters.get("version", ""))}),
        taken=lambda code: code == "ROLLBACK_RELEASE",
        bare=True,
    ),
    _Thing(
        named=_time,
        held=lambda intent: frozenset({str(intent.parameters.get("at", ""))}),
        taken=lambda code: bool(code) and CATALOGUE[code].changes,
        bare=True,
        spreads=True,
    ),
)


def _place(item: Item) -> Place | None:
    if item.kind is K.NAME:
        return Place(systems=item.value.system_names) if item.value.system_names else None
    if item.kind is K.LAYER:
        return Place(layer=str(item.value))
    if item.kind is K.ENV:
        return Place(environment=str(item.value))
    if item.kind is K.NODE:
        return Place(numbers=frozenset(item.value))
    if not item.value:
        return Place(torn=True)
    first = item.value[0]
    return Place(
        systems=frozenset({first.system_name}),
        layer=str(first.infrastructure_layer),
        environment=str(first.environment),
        numbers=frozenset(server.node_no for server in item.value),
    )


def _another(one: Place, other: Place) -> bool:
    """True when `other` begins a target of its own: it names another system, or the same once more."""
    return bool(one.systems and other.systems and (one.layer or one.numbers or not one.systems & other.systems))


def _joined(one: Place, other: Place) -> Place:
    both = one.systems & other.systems if one.systems and other.systems else one.systems | other.systems
    return Place(
        systems=both,
        layer=other.layer or one.layer,
        environment=other.environment or one.environment,
        numbers=one.numbers | other.numbers,
        torn=one.torn
        or other.torn
        or bool(one.layer and other.layer and one.layer != other.layer)
        or bool(one.environment and other.environment and one.environment != other.environment),
    )

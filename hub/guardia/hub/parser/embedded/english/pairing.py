# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Which action of an English sentence acts on which target: what stands in its object, or is named to begin with."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.english.reads import Reader
from guardia.hub.parser.embedded.english.row import COURTESY, OBJECT, PLACE, READS, SOFT, Clause, text, vocabulary
from guardia.hub.parser.embedded.english.targets import NAMING, Unit, feed, spare
from guardia.hub.parser.embedded.frames import Group
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.targets import Builder

_PURE = re.compile(
    rf"(?:the\s(?:T\s)+ones?\s|{SOFT}\s|{PLACE}|F\s|D\s|N\s|only\s|both\s|all\s|each\s|too\s|as\s|well\s|in\s|from\s|but\s|please\s|same\s|likewise\s|do\s|does\s|can\s|could\s|you\s|thing\s|ditto\s|using\s|plus\s|including\s|especially\s|namely\s|would\s|\?\s|:\s|-\s|\)\s|\[\s|\]\s|back\s|{COURTESY})*+"
)
_STOPS = vocabulary(
    "not instead rather before like unlike while because since whereas although though which who if unless once when after until except-for never so without"
)
_LINKS = frozenset(("and", "then", "&", "+", "or", ",", "/", "plus"))
_TARGET = frozenset(("T", "P", "A", "B"))


def pair_english(builder: Builder, part: Part, normal: Normal) -> None:
    """Give each action of an English sentence the group of frames that it acts on."""
    reader = Reader.of(normal, part.sentence, part.items, files=False, scoped=True)
    units = _joined(_units(reader, part), reader)
    part.groups = []
    for unit in units:
        group = Group()
        part.groups.append((group, unit.deeds))
        feed(builder, group, unit, part.items, reader)
    if not part.groups:
        part.groups = [(Group(), [])]
    _layers(part, units)
    _files(part, units)
    spare(part, units, reader)


def _units(reader: Reader, part: Part) -> list[Unit]:
    places = sorted(((reader.place(deed.at), deed) for deed in part.said.deeds), key=lambda pair: (pair[0], pair[1].at))
    units: list[Unit] = []
    lead: list[int] = []
    for number, clause in enumerate(reader.clauses):
        inside = [(at, deed) for at, deed in places if clause.first <= at < clause.last]
        if not inside:
            _bare(reader, number, units, lead)
            continue
        fresh = _split(reader, clause, inside, number)
        if lead:
            fresh[0].items[:0] = lead
            lead = []
        units.extend(fresh)
    if lead:
        units.append(Unit(items=lead))
    return units


def _bare(reader: Reader, number: int, units: list[Unit], lead: list[int]) -> None:
    """A clause without an action: a part of the target before it, the target of what follows, or something told."""
    clause = reader.clauses[number]
    tokens = reader.tokens[clause.first : clause.last]
    held = [token.item for token in tokens if token.item >= 0]
    if not any(token.word in ("T", "P", "A", "F", "B") for token in tokens):
        return
    line = text(tokens)
    after = reader.clauses[number + 1] if number + 1 < len(reader.clauses) else None
    pure = bool(_PURE.fullmatch(line))
    if re.search(r"(?:^|\s)the (?:T )+ones? ", line):  # the DAMDA one: whose
        pure = pure and all(reader.items[index].kind in (K.NAME, K.FILLER, K.PRED) for index in held)
    acted = any(unit.deeds for unit in units)
    colon = after is not None and after.mark == ":"
    if pure and acted and not colon:
        units[-1].items.extend(held)
    elif pure:
        lead.extend(held)
    elif not acted:
        if re.match(
            r"(?:and |but |so )*(?:not|except|because|since|as|although|though|while|whereas|which)\s", line
        ) and (units or lead):
            return
        if lead:
            units.append(Unit(items=list(lead)))
            lead.clear()
        units.append(Unit(items=held))


def _split(reader: Reader, clause: Clause, inside: list[tuple[int, Deed]], number: int) -> list[Unit]:
    units: list[Unit] = []
    begin = clause.first
    for order, (at, deed) in enumerate(inside):
        end = clause.last
        if order + 1 < len(inside):
            end = _cut(reader, at, inside[order + 1][0])
        unit = Unit(deeds=[deed], clause=number)
        units.append(unit)
        stopped = False
        for k in range(begin, end):
            token = reader.tokens[k]
            if k > at and not stopped:
                stopped = _stops(reader, k, at, deed)
            if token.item < 0 or stopped:
                continue
            if (
                deed.code == "DEPLOY_ARTIFACT"
                and k > at
                and _is_file(reader, k)
                and _filled(reader, unit)
                and _filed(reader, unit)
            ):
                clone = Deed(deed.code, token.item, token.item, deed.mood)
                unit = Unit(deeds=[clone], clause=number)
                units.append(unit)
            unit.items.append(token.item)
        begin = end
    return units


def _is_file(reader: Reader, k: int) -> bool:
    return reader.items[reader.tokens[k].item].kind is K.FILE


def _filled(reader: Reader, unit: Unit) -> bool:
    return any(reader.items[index].kind in (K.NAME, K.SERVER, K.LAYER) for index in unit.items)


def _filed(reader: Reader, unit: Unit) -> bool:
    return any(reader.items[index].kind is K.FILE for index in unit.items)


def _cut(reader: Reader, one: int, other: int) -> int:
    """Where what belongs to the action at `one` ends and the one at `other` begins."""
    tokens = reader.tokens
    verb = (
        next((k for k in range(one + 1, other) if tokens[k].word in READS), None) if tokens[other].word != "V" else None
    )
    start = verb if verb is not None else other
    for k in range(start - 1, one, -1):
        if tokens[k].word in _LINKS:
            between = [tokens[n].word for n in range(k + 1, start)]
            if any(word in _TARGET for word in between) and (
                tokens[other].word == "O" or not any(tokens[n].word in _TARGET for n in range(other + 1, len(tokens)))
            ):
                return k + 1
            return k + 1 if not any(word in _TARGET for word in between) else start
    return start


def _stops(reader: Reader, k: int, at: int, deed: Deed) -> bool:
    """True when the word at `k` ends the object of the action at `at`."""
    word = reader.tokens[k].word
    if word == "like" and reader.words(k + 1, k + 2).strip() in ("on", "in", "at", "for", "of", "over"):
        return False  # what's the CPU like on …
    if word in _STOPS:
        return not re.match(COURTESY, reader.words(k, len(reader.tokens)))
    if (
        not deed.changes
        or word in OBJECT
        or word in ("O", "V", "D")
        or not word[:1].isalnum()
        or re.fullmatch(SOFT, word)
    ):
        return False
    seen = any(reader.tokens[n].word in _TARGET for n in range(at + 1, k))
    item = reader.tokens[k].item
    if not seen:
        return False
    return not (item >= 0 and reader.items[item].kind in (K.UNKNOWN, K.CANCEL) and _before_place(reader, k))


def _before_place(reader: Reader, k: int) -> bool:
    """FIDS and Blue Harbor WAS: an unknown word within a list of targets."""
    before = reader.tokens[k - 1].word
    return before in _LINKS or before in {"the", "T"}


def _joined(units: list[Unit], reader: Reader) -> list[Unit]:
    """Actions without a target of their own share the one before, or the one that follows in the same breath."""
    out: list[Unit] = []
    waiting: list[Deed] = []
    for number, unit in enumerate(units):
        own = any(reader.items[index].kind in NAMING for index in unit.items)
        if not unit.deeds:
            out.append(unit)
            continue
        if own:
            unit.deeds[:0] = waiting
            waiting = []
            out.append(unit)
            continue
        before = out[-1] if out and out[-1].deeds else None
        ahead = units[number + 1] if number + 1 < len(units) else None
        if before is not None:
            before.deeds.extend(unit.deeds)
            before.items.extend(unit.items)
        elif (
            ahead is not None
            and ahead.deeds
            and (ahead.clause == unit.clause or not any(deed.changes for deed in unit.deeds))
        ):
            waiting.extend(unit.deeds)
            ahead.items[:0] = unit.items
        else:
            unit.deeds[:0] = waiting
            waiting = []
            out.append(unit)
    return out


def _layers(part: Part, units: list[Unit]) -> None:
    """the WAS on ibank, CoreLedger and AuthRelay: a layer that stands before the first name is for all of the list."""
    for (group, _), unit in zip(part.groups, units, strict=False):
        kinds = [part.items[index].kind for index in unit.items]
        if K.LAYER not in kinds or K.NAME not in kinds or kinds.index(K.LAYER) > kinds.index(K.NAME):
            continue
        if not group.frames or kinds.count(K.LAYER) > 1:
            continue
        for frame in group.frames[1:]:
            if frame.layer is None and frame.nodes is None and not frame.servers and frame.named:
                frame.layer = group.frames[0].layer


def _files(part: Part, units: list[Unit]) -> None:
    """Files go to the target that they are named with, where there are several."""
    deploys = [
        (group, [str(part.items[index].value) for index in unit.items if part.items[index].kind is K.FILE])
        for (group, deeds), unit in zip(part.groups, units, strict=False)
        if any(deed.code == "DEPLOY_ARTIFACT" for deed in deeds)
    ]
    if len(deploys) < 2 or not all(files for _, files in deploys):
        for group, files in deploys:
            for frame in group.frames:
                frame.files = tuple(files) if len(deploys) > 1 else ()
        return
    for group, files in deploys:
        for frame in group.frames:
            frame.files = tuple(files)

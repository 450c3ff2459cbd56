# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Which action of an English sentence acts on which target: what stands in its object, or is named to begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.english_mood import Reader
from guardia.hub.parser.embedded.english_row import _COURTESY, _OBJECT, PLACE, READS, SOFT, Clause, text
from guardia.hub.parser.embedded.frames import Frame, Group
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.targets import Builder

_PURE = re.compile(
    rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|N\s|only\s|both\s|all\s|each\s|too\s|as\s|well\s|in\s|from\s|but\s|please\s|same\s|likewise\s|do\s|does\s|can\s|could\s|you\s|thing\s|ditto\s|using\s|plus\s|including\s|especially\s|namely\s|would\s|\?\s|:\s|-\s|\)\s|\[\s|\]\s|back\s|{_COURTESY})*"
)
_STOPS = frozenset(
    "not instead rather before like unlike while because since whereas although though which who if unless once when after until except-for never so without".split()
)
_LINKS = frozenset(("and", "then", "&", "+", "or", ",", "/", "plus"))
_GREETED = frozenset(("hi", "hello", "hey", "morning", "afternoon", "evening", "dear", "thanks", "at", "after", "above", "first", "not", "good"))
_BETWEEN = frozenset(("first", "then", "and then", "the", "or", "also", "on", "of", "only", "both", "please", "next", "afterwards"))
"""Words between the parts of one target."""
_TARGET = frozenset(("T", "P", "A", "B"))


@dataclass(slots=True)
class _Unit:
    """Items (by index) that one group of actions stands on."""

    deeds: list[Deed] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    clause: int = -1


def pair_english(builder: Builder, part: Part, normal: Normal) -> None:
    """Give each action of an English sentence the group of frames that it acts on."""
    reader = Reader.of(normal, part.sentence, part.items, files=False, scoped=True)
    units = _joined(_units(reader, part), reader)
    part.groups = []
    for unit in units:
        group = Group()
        part.groups.append((group, unit.deeds))
        _feed(builder, group, unit, part.items, reader)
    if not part.groups:
        part.groups = [(Group(), [])]
    _files(part, units)
    _spare(part, units, reader)


def _units(reader: Reader, part: Part) -> list[_Unit]:
    places = sorted(((reader.place(deed.at), deed) for deed in part.said.deeds), key=lambda pair: (pair[0], pair[1].at))
    units: list[_Unit] = []
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
        units.append(_Unit(items=lead))
    return units


def _bare(reader: Reader, number: int, units: list[_Unit], lead: list[int]) -> None:
    """A clause without an action: a part of the target before it, the target of what follows, or something told."""
    clause = reader.clauses[number]
    tokens = reader.tokens[clause.first : clause.last]
    held = [token.item for token in tokens if token.item >= 0]
    if not any(token.word in ("T", "P", "A", "F", "B") for token in tokens):
        return
    line = text(tokens)
    after = reader.clauses[number + 1] if number + 1 < len(reader.clauses) else None
    pure = bool(_PURE.fullmatch(line))
    acted = any(unit.deeds for unit in units)
    colon = after is not None and after.mark == ":"
    if pure and acted and not colon:
        units[-1].items.extend(held)
    elif pure:
        lead.extend(held)
    elif not acted:
        if re.match(r"(?:and |but |so )*(?:not|except|because|since|as|although|though|while|whereas|which)\s", line) and (units or lead):
            return
        if lead:
            units.append(_Unit(items=list(lead)))
            lead.clear()
        units.append(_Unit(items=held))


def _split(reader: Reader, clause: Clause, inside: list[tuple[int, Deed]], number: int) -> list[_Unit]:
    units: list[_Unit] = []
    begin = clause.first
    for order, (at, deed) in enumerate(inside):
        end = clause.last
        if order + 1 < len(inside):
            end = _cut(reader, at, inside[order + 1][0])
        unit = _Unit(deeds=[deed], clause=number)
        units.append(unit)
        stopped = False
        for k in range(begin, end):
            token = reader.tokens[k]
            if k > at and not stopped:
                stopped = _stops(reader, k, at, deed)
            if token.item < 0 or stopped:
                continue
            if deed.code == "DEPLOY_ARTIFACT" and k > at and _is_file(reader, k) and _filled(reader, unit) and _filed(reader, unit):
                clone = Deed(deed.code, token.item, token.item, deed.mood)
                unit = _Unit(deeds=[clone], clause=number)
                units.append(unit)
            unit.items.append(token.item)
        begin = end
    return units


def _is_file(reader: Reader, k: int) -> bool:
    return reader.items[reader.tokens[k].item].kind is K.FILE


def _filled(reader: Reader, unit: _Unit) -> bool:
    return any(reader.items[index].kind in (K.NAME, K.SERVER, K.LAYER) for index in unit.items)


def _filed(reader: Reader, unit: _Unit) -> bool:
    return any(reader.items[index].kind is K.FILE for index in unit.items)


def _cut(reader: Reader, one: int, other: int) -> int:
    """Where what belongs to the action at `one` ends and the one at `other` begins."""
    tokens = reader.tokens
    verb = next((k for k in range(one + 1, other) if tokens[k].word in READS), None) if tokens[other].word != "V" else None
    start = verb if verb is not None else other
    for k in range(start - 1, one, -1):
        if tokens[k].word in _LINKS:
            between = [tokens[n].word for n in range(k + 1, start)]
            if any(word in _TARGET for word in between) and (tokens[other].word == "O" or not any(tokens[n].word in _TARGET for n in range(other + 1, len(tokens)))):
                return k + 1
            return k + 1 if not any(word in _TARGET for word in between) else start
    return start


def _stops(reader: Reader, k: int, at: int, deed: Deed) -> bool:
    """True when the word at `k` ends the object of the action at `at`."""
    word = reader.tokens[k].word
    if word in _STOPS:
        return not re.match(_COURTESY, reader.words(k, len(reader.tokens)))
    if not deed.changes or word in _OBJECT or word in ("O", "V", "D") or not word[:1].isalnum() or re.fullmatch(SOFT, word):
        return False
    seen = any(reader.tokens[n].word in _TARGET for n in range(at + 1, k))
    item = reader.tokens[k].item
    if not seen:
        return False
    return not (item >= 0 and reader.items[item].kind in (K.UNKNOWN, K.CANCEL) and _before_place(reader, k))


def _before_place(reader: Reader, k: int) -> bool:
    """FIDS and Blue Harbor WAS: an unknown word within a list of targets."""
    before = reader.tokens[k - 1].word
    return before in _LINKS or before == "the" or before == "T"


def _joined(units: list[_Unit], reader: Reader) -> list[_Unit]:
    """Actions without a target of their own share the one before, or the one that follows in the same breath."""
    out: list[_Unit] = []
    waiting: list[Deed] = []
    for number, unit in enumerate(units):
        own = any(reader.items[index].kind in _NAMING for index in unit.items)
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
        elif ahead is not None and ahead.deeds and (ahead.clause == unit.clause or not any(deed.changes for deed in unit.deeds)):
            waiting.extend(unit.deeds)
            ahead.items[:0] = unit.items
        else:
            unit.deeds[:0] = waiting
            waiting = []
            out.append(unit)
    return out


_NAMING = frozenset({K.NAME, K.SERVER, K.LAYER, K.ENV, K.NODE, K.EVERY_LAYER, K.REST, K.POINT, K.SERVICE})


def _feed(builder: Builder, group: Group, unit: _Unit, items: list[Item], reader: Reader) -> None:
    builder.group, builder.unknown_before, builder.replacing = group, False, None
    plain = reader.normal.plain
    shown = [
        Item(K.PARTICLE, one.start, one.end, "") if one.kind is K.BUT or plain[one.start : one.end] in _BETWEEN else one
        for one in items
    ]
    but = Item(K.BUT, items[-1].end, items[-1].end)
    left_out = also = False
    acted = min((deed.at for deed in unit.deeds), default=len(items))
    lead = -1
    for index in dict.fromkeys(unit.items):
        item = items[index]
        if index > acted and lead < 0:
            lead = len(group.frames)
        if item.kind is K.BUT:
            if left_out:
                builder.feed([*shown, but], len(shown))
            left_out = True
            if not group.frames:
                group.frames.append(Frame(all_nodes=True))
            continue
        if item.kind in (K.NOT_THIS, K.NEG):
            continue
        if item.kind is K.ALSO:
            also = True
            continue
        if item.kind is K.ALL_NODES:
            if not group.frames and not _greets(reader, index) and unit.deeds:
                group.frames.append(Frame(all_nodes=True))
            elif group.frames:
                group.frames[-1].all_nodes = True
            continue
        if left_out and item.kind is K.NAME and _another(group, items, index):
            left_out = False
            break
        if left_out and item.kind in (K.NAME, K.SERVER, K.ENV):
            builder.feed([*shown, but], len(shown))
            left_out = False
            for frame in group.frames:
                frame.unsure = frame.unsure or "left out, but not a node"
            continue
        builder.feed(shown, index)
    if left_out:
        builder.feed([*shown, but], len(shown))
    for frame in group.frames[lead + 1 if lead >= 0 else len(group.frames) :]:
        frame.joined = True  # all within the object of one verb
    if also and group.frames:
        group.frames[-1].also = True
    _unclear(group, unit, reader)


def _another(group: Group, items: list[Item], index: int) -> bool:
    """restart the OMS WAS but not the cart WAS: what is left out was never a part of the target."""
    systems = items[index].value.systems
    layer = next((str(one.value) for one in items[index + 1 : index + 3] if one.kind is K.LAYER), None)
    for frame in group.frames:
        shares = any(pair in systems for pair in frame.candidates) or not frame.candidates
        if shares and (layer is None or frame.layer in (None, layer)):
            return False
    return bool(systems)


_SPARES = re.compile(r"(?:^|\s)(?:keep|keeping|leave|leaving|skip|skipping|spare|sparing|not|don't|dont|without|exclude|excluding|avoid|except|never|no|B)\s")


def spares(part: Part, normal: Normal) -> bool:
    """True when an English sentence only says what to leave alone: skip node 1; keep node 1 running."""
    if any(deed.wanted for deed in part.said.deeds) or not any(item.kind in (K.NODE, K.LAYER, K.ENV) for item in part.items):
        return False
    if any(item.kind in (K.NAME, K.SERVER, K.FILE) for item in part.items):
        return False
    return bool(_SPARES.search(" " + Reader.of(normal, part.sentence, part.items, files=False, scoped=True).line))


def _spare(part: Part, units: list[_Unit], reader: Reader) -> None:
    """Restart it but keep node 1 running: a part of the target is taken back by words that are no part of it."""
    owned = {index for unit in units for index in unit.items}
    for clause in reader.clauses:
        loose = [token.item for token in reader.tokens[clause.first : clause.last] if token.item >= 0 and token.item not in owned]
        if any(part.items[index].kind in (K.NAME, K.SERVER) for index in loose) or not _SPARES.search(" " + reader.words(clause.first, clause.last)):
            continue
        numbers = {number for index in loose if part.items[index].kind is K.NODE for number in part.items[index].value}
        for group, deeds in part.groups if numbers else ():
            for frame in group.frames if any(deed.changes for deed in deeds) else ():
                if not frame.nodes or numbers & set(frame.nodes):
                    frame.unsure = frame.unsure or "narrowed beside the command"


def _greets(reader: Reader, index: int) -> bool:
    at = reader.place(index)
    return at > 0 and reader.tokens[at - 1].word in _GREETED


def _unclear(group: Group, unit: _Unit, reader: Reader) -> None:
    """node 1 or node 2: nobody knows which."""
    if not any(deed.changes for deed in unit.deeds) or not unit.items:
        return
    places = [reader.place(index) for index in unit.items if reader.items[index].kind in _NAMING]
    if places and any(token.word == "or" for token in reader.tokens[min(places) : max(places)]):
        for frame in group.frames:
            frame.unsure, frame.lost = frame.unsure or "one or the other", True


def _files(part: Part, units: list[_Unit]) -> None:
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

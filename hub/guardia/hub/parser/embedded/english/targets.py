"""The target of an English sentence's action as frames, and what the sentence leaves alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from guardia.hub.core.intent import UNKNOWN
from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.english.reads import Reader
from guardia.hub.parser.embedded.english.row import vocabulary
from guardia.hub.parser.embedded.english.view import refuses
from guardia.hub.parser.embedded.frames import Frame, Group
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.targets import Builder

_GREETED = vocabulary("hi hello hey morning afternoon evening dear thanks at after above first not good")
_BETWEEN = frozenset(
    ("first", "then", "and then", "the", "or", "also", "on", "of", "only", "both", "please", "next", "afterwards")
)
"""Words between the parts of one target."""
NAMING = frozenset({K.NAME, K.SERVER, K.LAYER, K.ENV, K.NODE, K.EVERY_LAYER, K.REST, K.POINT, K.SERVICE})


@dataclass(slots=True)
class Unit:
    """Items (by index) that one group of actions stands on."""

    deeds: list[Deed] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    clause: int = -1


def feed(builder: Builder, group: Group, unit: Unit, items: list[Item], reader: Reader) -> None:
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
    for index in _places_first(
        _institutions_first(list(dict.fromkeys(unit.items)), items, reader.normal.text), items, reader.normal.text
    ):
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
    _at_another(group, unit, items, reader)
    _of_another(group, unit, items, reader)
    _unclear(group, unit, reader)


_BEHIND = re.compile(r"\s*,?\s*(?:over\s+)?(?:at|of|for|from|in)\s+(?:the\s+)?", re.IGNORECASE)


def _places_first(indices: list[int], items: list[Item], text: str) -> list[int]:
    """DCS WAS staging and prod: environments that are listed right behind a layer, as if they stood before it."""
    envs = [at for at, index in enumerate(indices) if items[index].kind is K.ENV]
    if len(envs) < 2 or not envs[0] or items[indices[envs[0] - 1]].kind is not K.LAYER:
        return indices
    first, last = envs[0], envs[-1]
    listed = all(items[index].kind in (K.ENV, K.AND, K.FILLER, K.PARTICLE) for index in indices[first : last + 1])
    layers = sum(items[index].kind is K.LAYER for index in indices)
    if not listed or layers != 1 or text[items[indices[first - 1]].end : items[indices[first]].start].strip():
        return indices
    return [*indices[: first - 1], *indices[first : last + 1], indices[first - 1], *indices[last + 1 :]]


_THE_ONE = re.compile(r"[\s,]*(?:(?:please|pls|plz)[\s,]+)?(?:(?:that's|it's|i mean|namely)\s+)?the\s+", re.IGNORECASE)
_ONE = re.compile(r"(?:'s)?\s+ones?\b", re.IGNORECASE)
"""restart the settlement WAS pls, the DAMDA one"""


def _institutions_first(indices: list[int], items: list[Item], text: str) -> list[int]:
    """the customer portal WAS at Hangyeol Telecom: an institution behind its system, as if it stood before it."""
    order: list[int] = []
    for index in indices:
        item = items[index]
        named = [before for before in order if items[before].kind in NAMING]
        systems = [before for before in named if items[before].kind is K.NAME and items[before].value.systems]
        alone = item.kind is K.NAME and item.value.institutions and not item.value.systems
        behind = _BEHIND.fullmatch(text, items[named[-1]].end, item.start) if alone and systems else None
        if alone and systems and not behind and _ONE.match(text, item.end):
            behind = _THE_ONE.fullmatch(text, items[named[-1]].end, item.start)
        if behind:
            order.insert(order.index(systems[-1]), index)
        else:
            order.append(index)
    return order


_AT = re.compile(
    r"\s*,?\s*(?:at|of|for|from|in|over at)\s+(?:the\s+)?(?P<who>[A-Z][\w&.'-]*(?:\s+[A-Z][\w&.'-]*){0,3})"
)


def _at_another(group: Group, unit: Unit, items: list[Item], reader: Reader) -> None:
    """stop the matchmaking WAS at Bluewave Games: a system is looked up where the text says, and that is not held."""
    named = [items[index] for index in unit.items if items[index].kind in NAMING]
    if not named or not unit.deeds:
        return
    found = _AT.match(reader.normal.text, max(item.end for item in named))
    if found is None or not any(item.kind is K.UNKNOWN and item.start == found.start("who") for item in items):
        return
    for frame in group.frames:
        if frame.system and not frame.institution:
            frame.institution, frame.system, frame.candidates = UNKNOWN, UNKNOWN, ()


_WHOSE = re.compile(r"(?P<who>[A-Z][\w&.-]*(?:\s+[A-Z][\w&.-]*){0,3})['’]s\s+(?:the\s+)?$")


def _of_another(group: Group, unit: Unit, items: list[Item], reader: Reader) -> None:
    """Kumo Hosting's webmail: a system of somebody that is not held."""
    named = [items[index] for index in unit.items if items[index].kind in NAMING]
    if not named or not unit.deeds:
        return
    first = min(named, key=lambda item: item.start)
    found = _WHOSE.search(reader.normal.text, max(reader.sentence.start, first.start - 80), first.start)
    if found is None or not any(
        item.kind is K.UNKNOWN and found.start("who") <= item.start < found.end("who") for item in items
    ):
        return
    for frame in group.frames:
        if frame.system and not frame.institution:
            frame.institution, frame.system, frame.candidates = UNKNOWN, UNKNOWN, ()


def _another(group: Group, items: list[Item], index: int) -> bool:
    """restart the OMS WAS but not the cart WAS: what is left out was never a part of the target."""
    systems = items[index].value.systems
    layer = next((str(one.value) for one in items[index + 1 : index + 3] if one.kind is K.LAYER), None)
    for frame in group.frames:
        shares = any(pair in systems for pair in frame.candidates) or not frame.candidates
        if shares and (layer is None or frame.layer in (None, layer)):
            return False
    return bool(systems)


def _greets(reader: Reader, index: int) -> bool:
    at = reader.place(index)
    return at > 0 and reader.tokens[at - 1].word in _GREETED


def _unclear(group: Group, unit: Unit, reader: Reader) -> None:
    """node 1 or node 2: nobody knows which."""
    if not any(deed.changes for deed in unit.deeds) or not unit.items:
        return
    places = [reader.place(index) for index in unit.items if reader.items[index].kind in NAMING]
    if places and any(token.word == "or" for token in reader.tokens[min(places) : max(places)]):
        for frame in group.frames:
            frame.unsure, frame.lost = frame.unsure or "one or the other", True


_SPARES = re.compile(
    r"(?:^|\s)(?:hold|holding|keep|keeping|leave|leaving|skip|skipping|spare|sparing|not|don't|dont|without|exclude|excluding|avoid|except|never|no|B)\s"
)


def takes_back(part: Part, normal: Normal) -> bool:
    """True when an English sentence refuses what was just asked for and nothing else: actually don't; no, leave it."""
    if any(deed.wanted for deed in part.said.deeds) or part.sentence.question:
        return False
    return refuses(Reader.of(normal, part.sentence, part.items, files=False, scoped=True).line)


def spares(part: Part, normal: Normal) -> bool:
    """True when an English sentence only says what to leave alone: skip node 1; keep node 1 running."""
    if any(deed.wanted for deed in part.said.deeds) or not any(
        item.kind in (K.NODE, K.LAYER, K.ENV) for item in part.items
    ):
        return False
    if any(item.kind in (K.NAME, K.SERVER, K.FILE) for item in part.items):
        return False
    return bool(_SPARES.search(" " + Reader.of(normal, part.sentence, part.items, files=False, scoped=True).line))


_LEAVES = re.compile(
    r"\W*(?:please |and |but |just )*(?:leave|keep|don't touch|do not touch|skip)\s(?:the )?"
    r"(?:nodes?|was|web|db|\d|,|and|&|\s)+"
    r"(?:alone|as is|as it is|running|up|be|out|out of it)?(?:,? please| for now)?\W*"
)


def leaves_others(part: Part, normal: Normal, orders: list[Order]) -> bool:
    """True when an English sentence leaves alone what none of `orders` is about: restart node 2. Leave node 3 alone."""
    if not part.english or not _LEAVES.fullmatch(normal.plain, part.sentence.start, part.sentence.end):
        return False
    numbers = {number for item in part.items if item.kind is K.NODE for number in item.value}
    layers = {str(item.value) for item in part.items if item.kind is K.LAYER}
    frames = [frame for order in orders if any(deed.changes for deed in order.deeds) for frame in order.frames]
    return bool(numbers) and all(
        frame.nodes and not numbers & set(frame.nodes) and not (layers - {str(frame.layer)}) for frame in frames
    )


def spare(part: Part, units: list[Unit], reader: Reader) -> None:
    """Restart it but keep node 1 running: a part of the target is taken back by words that are no part of it."""
    owned = {index for unit in units if any(deed.wanted for deed in unit.deeds) for index in unit.items}
    for clause in reader.clauses:
        loose = [
            token.item
            for token in reader.tokens[clause.first : clause.last]
            if token.item >= 0 and token.item not in owned
        ]
        if any(part.items[index].kind in (K.NAME, K.SERVER) for index in loose) or not _SPARES.search(
            " " + reader.words(clause.first, clause.last)
        ):
            continue
        numbers = {number for index in loose if part.items[index].kind is K.NODE for number in part.items[index].value}
        for group, deeds in part.groups if numbers else ():
            for frame in group.frames if any(deed.changes for deed in deeds) else ():
                if not frame.nodes or numbers & set(frame.nodes):
                    frame.unsure = frame.unsure or "narrowed beside the command"

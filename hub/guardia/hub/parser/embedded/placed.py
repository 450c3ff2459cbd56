"""Environments named with a target: stop the ibank WAS, the AuthRelay WAS (staging) is fine. Is a change meant there?

The stages before take an environment for the target that is being built, and what is only told of may have lent its
own to another. Here each is laid beside the names around it once more, whatever else is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardia.hub.core.intent import ALL, Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice

ELSEWHERE = "an environment that is named with another target"
INSTEAD = "a target instead of which another one is meant"
HALVES = "a node that is named with a target, all of which would be changed"
_SPARED = re.compile(
    r"\b(?:instead of|in place of|rather than)\b(?!\s\w+ing\b)(?P<other>[^,.;\n]*)"
    r"|,\s*(?:but\s)?not\s(?P<never>[^,.;\n]*)"
    r"|\bleave\b(?P<left>[^,.;\n]*?)\balone\b"
)
"""What is not to be changed, in English."""
_WELL = re.compile(r"\b(?:(?:is|are) (?:fine|ok|okay|good)|stays? up)\b")
_CLAUSE = re.compile(r"[,.;\n]|\((?=[^()]*$)")
"""Where the clause before a word begins: behind a mark, or a bracket that is still open."""
_PRODUCTION = "PROD"
_OPENING = "(["


@dataclass(frozen=True, slots=True)
class Mention:
    """A target as it is named; no systems: whichever the message is about."""

    systems: frozenset[str] = frozenset()
    layer: str = ""

    def fits(self, intent: Intent) -> bool:
        layer = str(intent.infrastructure_layer)
        return (not self.systems or intent.system_name in self.systems) and (
            not self.layer or layer in (self.layer, ALL)
        )


def displaced(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why a change may be meant in another environment: its own is named with another target only."""
    changes = [intent for intent in intents if intent.changes and intent.complete]
    named: dict[str, list[Mention]] = {}
    for part in parsed.parts:
        if part.sentence.voice is not Voice.OWN:
            return ""  # what a list or a form names is for all of it
        for index, item in enumerate(part.items):
            if item.kind is K.SERVER:
                return ""
            if item.kind is K.ENV:
                named.setdefault(str(item.value), []).extend(_owners(parsed.normal, part, index))
    for intent in changes:
        place = str(intent.environment)
        if any(mention.fits(intent) for mention in named.get(place, ())):
            continue
        if place != _PRODUCTION and named.get(place):
            return ELSEWHERE
        twins = {str(one.environment) for one in changes if _same_component(one, intent)}
        if place == _PRODUCTION and len(twins) > 1 and len(_mentions(parsed, intent)) < len(twins):
            return ELSEWHERE  # the ibank WAS in dev: named once, and not in production
    return ""


def preferred(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a change may be on what is not to be changed: restart the ibank WAS instead of the AuthRelay WAS."""
    changes = [one for one in intents if one.changes and one.complete]
    for part in parsed.parts if changes else ():
        for start, end in _spared(parsed.normal.plain, part):
            inside = [at for at, item in enumerate(part.items) if start <= item.start and item.end <= end]
            names = [at for at in inside if part.items[at].kind is K.NAME and part.items[at].value.systems]
            if not names:
                continue
            if any(_spares(part, names[-1], inside, one, gazetteer) for one in changes):
                return INSTEAD
    return ""


def _spared(plain: str, part: Part) -> Iterator[tuple[int, int]]:
    """Where words stand that name what is to be left as it is."""
    begin, stop = part.sentence.start, part.sentence.end
    for found in _SPARED.finditer(plain, begin, stop):
        yield found.span(found.lastgroup or 0)
    for well in _WELL.finditer(plain, begin, stop):
        before = plain[begin : well.start()]
        yield begin + max((mark.end() for mark in _CLAUSE.finditer(before)), default=0), well.start()


def halved(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why all nodes may be too many: … is down, restart node 1 of the AuthRelay staging WAS."""
    changes = [one for one in intents if one.changes and one.complete]
    english = any(part.english for part in parsed.parts)
    if english and any(_holds_too(one, other) for one in changes for other in changes):
        return HALVES
    for part in parsed.parts if changes else ():
        for index, item in enumerate(part.items if part.english else ()):
            rest = iter(part.items[index + 1 :])
            after = next((one for one in rest if one.kind not in (K.FILLER, K.ENV)), None)
            if item.kind is not K.NODE or after is None or after.kind is not K.NAME:
                continue
            mine = [one for one in changes if one.system_name in after.value.system_names]
            if mine and not any(one.target_nodes for one in mine):
                return HALVES
    return ""


def _spares(part: Part, name: int, inside: list[int], intent: Intent, gazetteer: Gazetteer) -> bool:
    """True when the words `inside` may name what `intent` changes."""
    items = [part.items[at] for at in inside]
    places = {str(item.value) for item in items if item.kind is K.ENV}
    offices = {one for item in items if item.kind is K.NAME for one in item.value.institutions}
    numbers = {number for item in items if item.kind is K.NODE for number in item.value}
    changed = gazetteer.numbers(intent.target_nodes)
    return (
        _mention(part, name, inside[-1] + 1).fits(intent)
        and (not places or str(intent.environment) in places)
        and (not offices or intent.institution in offices)
        and (not numbers or not changed or not numbers.isdisjoint(changed))
    )


def _same_component(one: Intent, other: Intent) -> bool:
    return (one.system_name, one.infrastructure_layer) == (other.system_name, other.infrastructure_layer)


def _holds_too(one: Intent, other: Intent) -> bool:
    """True when `one` does to all nodes what `other` does to some of the same."""
    return (
        _same_component(one, other)
        and (one.institution, one.environment) == (other.institution, other.environment)
        and not one.target_nodes
        and bool(other.target_nodes)
        and bool(set(one.action_sequence) & set(other.action_sequence))
    )


def _mentions(parsed: Message, intent: Intent) -> list[Mention]:
    """The names of the system that may be that of this request, each layer by itself."""
    found: list[Mention] = []
    for part in parsed.parts:
        systems: frozenset[str] = frozenset()
        left_alone = list(_spared(parsed.normal.plain, part)) if part.english else []
        for item in part.items:
            if any(start <= item.start and item.end <= end for start, end in left_alone):
                continue
            if item.kind is K.NAME and item.value.systems:
                systems = item.value.system_names
                found.append(Mention(systems))
            elif item.kind is K.LAYER and found and systems:
                if found[-1].layer:
                    found.append(Mention(systems))
                found[-1] = Mention(systems, str(item.value))
    return [mention for mention in found if mention.fits(intent)]


def _owners(normal: Normal, part: Part, index: int) -> list[Mention]:
    """The targets that the environment at `index` may be that of."""
    items = part.items
    names = [at for at, item in enumerate(items) if item.kind is K.NAME and item.value.systems]
    if not names or index < names[0]:
        return [Mention()]  # 스테이징 인뱅 WAS랑 승인중계 WAS
    before = max(at for at in names if at < index)
    if index + 1 < len(items) and items[index + 1].kind is K.LAYER:
        return [Mention(_mention(part, before, index).systems, str(items[index + 1].value))]  # 스테이징 WAS
    after = next((at for at in names if at > index), None)
    written = normal.plain[items[index - 1].end : items[index].start].strip()
    word = normal.plain[items[index - 1].start : items[index - 1].end]
    behind = written in _OPENING and bool(written)
    owners = [_mention(part, before, index)]
    if sum(not owners[0].systems.isdisjoint(items[at].value.system_names) for at in names) == 1:
        owners = [Mention(owners[0].systems)]  # 인뱅 WAS 스테이징이랑 DB
    if after is None or behind or word in ("in", "on"):
        return owners
    ahead = all(item.kind in (K.FILLER, K.PARTICLE) for item in items[index + 1 : after])
    touching = not written and items[index - 1].kind in (K.LAYER, K.NODE, K.NAME)
    other = _mention(part, after, next((at for at in names if at > after), len(items)))
    return [other] if ahead and not touching else [*owners, other]


def _mention(part: Part, at: int, end: int) -> Mention:
    """The name at `at` with the layers that stand between it and `end`."""
    layers = {str(item.value) for item in part.items[at + 1 : end] if item.kind is K.LAYER}
    return Mention(part.items[at].value.system_names, layers.pop() if len(layers) == 1 else "")

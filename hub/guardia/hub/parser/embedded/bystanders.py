"""Sentences that only tell of a target beside the one that is meant: 코어레저는 정상입니다. 인뱅 WAS 재기동해주세요.

They are taken out before the rest is read, and no change that is read may then reach what they name (`Bystander`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, is_syllable
from guardia.hub.parser.embedded.items import PLACES, Item, K
from guardia.hub.parser.embedded.lexicon import bystanders as lexicon
from guardia.hub.parser.embedded.lexicon.asking import ASKED
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft
from guardia.hub.parser.embedded.segment import Voice

BYSTANDER = "told of another target"
"""Why such a sentence is left out of the reading."""
TOLD_OF = "a target that is only told of would be changed"
_WITHIN = PLACES | {K.AND, K.GENERIC, K.FILLER, K.ALL_NODES}
_LOOKS_BACK = frozenset({K.POINT, K.ALSO, K.NOT_THIS, K.BUT, K.REST, K.CANCEL})
"""With one of these the rest of the message may lean on what was told."""
_ASKING = frozenset({K.ACT, K.TOPIC, K.LIGHT, K.LAYER, K.NODE, K.ENV, K.PRED})
_TOO = fold("도")
_MARKS = " \t.!~;,^"
_BEHIND = re.compile(fold(r"(?:세요|줘요?|시오|니다|까요\??|나요\??|려요|해요|줘|요망|부탁|바람)\s+$"))
_CLAUSES = re.compile(r"\b(?:because|since|instead of|rather than|in place of)\s")
_COMMON = frozenset({"the", "of", "on", "for", "in"})


@dataclass(frozen=True, slots=True)
class Bystander:
    """What is told of: its systems, and what more is said of where; nothing said is any."""

    systems: frozenset[str]
    layers: frozenset[str]
    environments: frozenset[str]
    nodes: frozenset[int]

    def touched(self, intent: Intent, gazetteer: Gazetteer) -> bool:
        """True when `intent` is about the same place."""
        numbers = gazetteer.numbers(intent.target_nodes)
        return (
            (not self.systems or intent.system_name in self.systems)
            and (not self.layers or str(intent.infrastructure_layer) in self.layers)
            and (not self.environments or str(intent.environment) in self.environments)
            and (not self.nodes or not numbers or bool(self.nodes & numbers))
        )

    def apart(self, other: Bystander) -> bool:
        """True when the two cannot be the same place."""
        return (
            bool(self.systems and not self.systems & other.systems)
            or bool(self.layers and other.layers and not self.layers & other.layers)
            or bool(self.environments and other.environments and not self.environments & other.environments)
        )


def bystanders(
    normal: Normal, drafts: list[Draft]
) -> tuple[list[Draft], tuple[tuple[int, int, Bystander | None], ...]]:
    """`drafts` without what only tells of others, and where that stood, with what it tells of (None: a reason)."""
    found: dict[int, tuple[int, Bystander | None]] = {}
    for index, draft in enumerate(drafts):
        told = _told(normal, draft)
        if told is not None:
            found[index] = told
    kept = [
        replace(draft, items=draft.items[: found[index][0]]) if index in found else draft
        for index, draft in enumerate(drafts)
    ]
    rest = [item for draft in kept for item in draft.items]
    places = places_of(rest)
    if not found or not places.systems or not any(item.kind is K.ACT or item.kind is K.TOPIC for item in rest):
        return drafts, ()
    if any(item.kind in _LOOKS_BACK or (item.kind is K.PARTICLE and item.value == _TOO) for item in rest):
        return drafts, ()
    if any(draft.sentence.corrects or draft.sentence.holds for draft in kept):
        return drafts, ()
    if not all(one is None or one.apart(places) for _, one in found.values()):
        return drafts, ()
    if not all(_followed(drafts[index + 1 :]) for index in found) or not _asked(normal, kept):
        return drafts, ()
    spans = []
    for index, (at, one) in found.items():
        draft = drafts[index]
        start = draft.items[at].start if at else draft.sentence.start
        said = normal.plain[start : draft.sentence.end]
        spans.append((start + len(said) - len(said.lstrip()), draft.sentence.end, one))
        kept[index].sentence = replace(draft.sentence, end=start, cut=True)
    return [draft for draft in kept if draft.items], tuple(spans)


def _followed(later: list[Draft]) -> bool:
    """True when what is asked for next names a system of its own: it cannot lean on the one that was told of."""
    for draft in later:
        if any(is_named(item) for item in draft.items):
            return True
        if any(item.kind in _ASKING for item in draft.items):
            return False
    return True


def _asked(normal: Normal, kept: list[Draft]) -> bool:
    """True when something is asked for in full words: beside what is told a bare "인뱅 WAS 재기동" may be told, too."""
    said = " ".join(normal.plain[draft.sentence.start : draft.sentence.end] for draft in kept)
    return bool(ASKED.search(said)) or not any(map(is_syllable, said))


def touches(told: Sequence[Bystander], intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a change may be meant for something else: it would reach what is only told of."""
    changes = [one for one in intents if one.changes]
    return TOLD_OF if any(one.touched(change, gazetteer) for one in told for change in changes) else ""


def _told(normal: Normal, draft: Draft) -> tuple[int, Bystander | None] | None:
    """Where in `draft` a clause begins that only tells of a target, up to its end; None: there is none."""
    sentence = draft.sentence
    if sentence.voice is not Voice.OWN or sentence.question or sentence.corrects or sentence.holds or draft.steps:
        return None
    run = _run(normal, draft.items)
    if run is None:
        return None
    first, last = run
    start, end = _written(normal, draft.items[first], draft.items[last])
    if (clause := _clause(normal, draft, first, last)) is not None:
        return clause
    begins = [sentence.start]
    if _BEHIND.search(normal.plain, sentence.start, start) is not None:
        begins.append(start)
    for begin in begins:
        said = normal.plain[begin:start] + lexicon.TARGET + normal.plain[end : sentence.end]
        said = said.strip(_MARKS)
        if lexicon.KOREAN.fullmatch(said) or lexicon.ENGLISH.fullmatch(said):
            at = 0 if begin == sentence.start else first
            return at, places_of(draft.items[first : last + 1])
    return None


def _clause(normal: Normal, draft: Draft, first: int, last: int) -> tuple[int, Bystander | None] | None:
    """… because the ibank DB keeps failing; … instead of the ibank DB: behind what names a target of its own."""
    start, end = _written(normal, draft.items[first], draft.items[last])
    for found in _CLAUSES.finditer(normal.plain, draft.sentence.start, start):
        said = normal.plain[found.start() : start] + lexicon.TARGET + normal.plain[end : draft.sentence.end]
        said = said.strip(_MARKS)
        reason = lexicon.REASON.fullmatch(said) is not None
        if not reason and lexicon.INSTEAD.fullmatch(said) is None:
            continue
        at = next(index for index, item in enumerate(draft.items) if item.start >= found.start())
        if places_of(draft.items[:at]).systems:
            return at, None if reason else places_of(draft.items[first : last + 1])
    return None


def _written(normal: Normal, first: Item, last: Item) -> tuple[int, int]:
    """Where a row of places stands, with the brackets around its last word: the ibank WAS (staging)."""
    start, end = first.start, last.end
    words = normal.plain[start:end]
    closed = words.count("(") > words.count(")") and normal.plain[end : end + 1] == ")"
    return start, end + closed


def _run(normal: Normal, items: list[Item]) -> tuple[int, int] | None:
    """The row of places that holds the last system or host that is named: its first and last item."""
    named = max((index for index, item in enumerate(items) if is_named(item)), default=-1)
    if named < 0:
        named = max((index for index, item in enumerate(items) if item.kind is K.LAYER), default=-1)
    if named < 0:
        return None
    first = last = named
    while first > 0 and _joins(normal, items[first - 1]):
        first -= 1
    while last + 1 < len(items) and _joins(normal, items[last + 1]) and not _verb(normal, items[last : last + 2]):
        last += 1
    while items[first].kind not in PLACES:
        first += 1
    while items[last].kind not in PLACES:
        last -= 1
    return first, last


def _joins(normal: Normal, item: Item) -> bool:
    if item.kind is K.FILLER:
        return normal.plain[item.start : item.end] in _COMMON
    return item.kind in _WITHIN


def _verb(normal: Normal, pair: list[Item]) -> bool:
    """CoreLedger WEB was restarted: a second layer in a row is none."""
    before, item = pair
    return before.kind in (K.LAYER, K.NODE, K.SERVER) and normal.text[item.start : item.end] == "was"


def is_named(item: Item) -> bool:
    """True for a system or a server that is named."""
    return (item.kind is K.NAME and bool(item.value.system_names)) or (item.kind is K.SERVER and bool(item.value))


def places_of(items: Sequence[Item]) -> Bystander:
    """The place that `items` name; of several systems only which they are."""
    systems: set[str] = set()
    layers: set[str] = set()
    environments: set[str] = set()
    nodes: set[int] = set()
    for item in items:
        if item.kind is K.NAME:
            systems |= item.value.system_names
        elif item.kind is K.SERVER:
            for server in item.value:
                systems.add(server.system_name)
                layers.add(str(server.infrastructure_layer))
                environments.add(str(server.environment))
                nodes.add(server.node_no)
        elif item.kind is K.LAYER:
            layers.add(str(item.value))
        elif item.kind is K.ENV:
            environments.add(str(item.value))
        elif item.kind is K.NODE:
            nodes.update(item.value)
    if sum(is_named(item) for item in items) > 1:
        return Bystander(frozenset(systems), frozenset(), frozenset(), frozenset())  # whose layer it is is not said
    return Bystander(frozenset(systems), frozenset(layers), frozenset(environments), frozenset(nodes))

"""Sentences that end at a polite verb without a mark: …가 느려요 인뱅 WAS 재기동해주세요.

People end few sentences with a mark. Behind …요 a new sentence is sure only where it names a target of its own before
it asks for something; where it leans on the target that was told of, the two stay together and are doubted together.
"""

from __future__ import annotations

from dataclasses import replace

from guardia.hub.parser.embedded.hangul import folded
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft
from guardia.hub.parser.embedded.segment import Voice, over

_ENDS = folded(
    r"(?:(?<=네요)|(?<=아요)|(?<=어요)|(?<=워요)|(?<=여요)|(?<=려요)|(?<=져요)|(?<=해요)|(?<=예요)|(?<=에요)|(?<=데요)|(?<=대요))"
    r"(?<!부탁드려요)(?<!드려요)(?<!부탁해요)(?<!미안해요)(?<!죄송해요)(?<!고마워요)(?<!돼요)[\s~]+(?=[^\s~])"
)
_DOES = frozenset({K.ACT, K.TOPIC, K.POINT, K.ALSO, K.NOT_THIS, K.BUT, K.REST, K.CANCEL})


def ended(normal: Normal, drafts: list[Draft]) -> list[Draft]:
    """`drafts`, parted where a verb ends and what follows names a system or host of its own."""
    return [part for draft in drafts for part in _parted(normal, draft)]


def _parted(normal: Normal, draft: Draft) -> list[Draft]:
    sentence = draft.sentence
    if sentence.voice is not Voice.OWN or draft.steps:
        return [draft]
    for found in reversed(list(_ENDS.finditer(normal.plain, sentence.start, sentence.end))):
        before = [item for item in draft.items if item.end <= found.start()]
        after = [item for item in draft.items if item.start >= found.end()]
        whole = len(before) + len(after) == len(draft.items)
        told = over(normal.plain, sentence.start, *found.span(), sentence.end)
        if before and whole and told and _own_target(after):
            ahead = replace(draft, sentence=replace(sentence, end=found.start(), question=False), items=before)
            behind = replace(sentence, start=found.end(), corrects=False, holds=False)
            return [*_parted(normal, ahead), replace(draft, sentence=behind, items=after)]
    return [draft]


def _own_target(items: list[Item]) -> bool:
    for item in items:
        if item.kind in _DOES:
            return False
        if (item.kind is K.NAME and item.value.systems) or (item.kind is K.SERVER and item.value):
            return True
    return False

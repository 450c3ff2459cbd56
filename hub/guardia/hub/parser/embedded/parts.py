"""A message after the stages that read its sentences, before requests are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from guardia.hub.parser.embedded.bystanders import Bystander
from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.frames import Frame, Group
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence
from guardia.hub.parser.embedded.spared import Spared

_NARROWS = frozenset({K.BUT, K.NOT_THIS, K.REST, K.FILE, K.VERSION, K.SESSION})
_ONLY = tuple(fold(word) for word in ("만", "도", "부터", "까지"))


def _narrows(item: Item, following: str) -> bool:
    """3호기는 빼고요, 2호기만요, 밤 11시요; not: 2호기였네요, 내일이요."""
    if item.kind in (K.NODE, K.LAYER):
        return following.startswith(_ONLY)
    return item.kind in _NARROWS or (item.kind is K.TIME and not item.value.when.unclear)


@dataclass(slots=True)
class Part:
    """One sentence after all stages but the last."""

    sentence: Sentence
    items: list[Item]
    said: Said
    groups: list[tuple[Group, list[Deed]]] = field(default_factory=list)
    english: bool = False
    trailed: bool = False
    """A target behind the deed was read as narrowing it."""
    broken: str = ""
    """Why no change of it may run, though it is asked for."""

    def behind(self) -> Part | None:
        """What stands behind all that the sentence asks for, as if it were a sentence: people end few with a mark.

        None: nothing does, or it says which of the nodes, what, or when, and is read with the request.
        """
        told = [deed for deed in self.said.deeds if deed.mood is Mood.TERSE and self.items[deed.at].kind is K.STATE]
        wanted = [deed for deed in self.said.deeds if deed.wanted and deed not in told]
        after = max((max(deed.at, deed.anchor) for deed in wanted), default=-1) + 1
        if not 0 < after < len(self.items):
            return None
        rest, verb = self.items[after:], self.items[after - 1]
        if verb.kind is K.PRED and verb.value.mood is Mood.AND:
            return None  # 지워서 공간 좀 확보해 주세요: the verb goes on
        if all(item.kind is K.PARTICLE for item in rest):
            return None
        own = any(item.kind is K.SELF for item in rest)
        if not own and any(_narrows(item, particle(rest, index)) for index, item in enumerate(rest)):
            return None
        sentence = replace(self.sentence, start=rest[0].start)
        return Part(sentence=sentence, items=rest, said=Said(), english=self.english)

    def named_until(self, deed: Deed) -> int:
        """Where the words that name the action end: 로그 정리 is two."""
        index = deed.at
        while index + 1 < len(self.items) and self.items[index + 1].kind is K.ACT:
            index += 1
        return self.items[index].end


@dataclass(slots=True)
class Message:
    """All parts of a message, with the targets that it names."""

    normal: Normal
    parts: list[Part]
    left_out: tuple[tuple[int, int, str], ...]
    frames: list[Frame]
    """Targets in the order in which the message names them, filled in from each other."""
    spared: tuple[Spared, ...] = ()
    """Places that the message says to leave alone."""
    asides: tuple[tuple[int, int, str], ...] = ()
    """What its writer says and nothing is read of, with the reason: courtesies, and what is told of others."""
    told: tuple[Bystander, ...] = ()
    """Targets that it only tells of, in sentences that are asides."""


def asked_changes(part: Part) -> list[Deed]:
    """The changes that `part` asks for."""
    return [deed for deed in part.said.deeds if deed.wanted and deed.changes]

"""A message after the stages that read its sentences, before requests are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.frames import Frame, Group
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence
from guardia.hub.parser.embedded.spared import Spared


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

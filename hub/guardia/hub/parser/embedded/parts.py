"""A message after the stages that read its sentences, before requests are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.frames import Frame, Group
from guardia.hub.parser.embedded.items import Item
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


def asked_changes(part: Part) -> list[Deed]:
    """The changes that `part` asks for."""
    return [deed for deed in part.said.deeds if deed.wanted and deed.changes]

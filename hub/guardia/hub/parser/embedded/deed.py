"""One action that a sentence speaks of, and what a sentence says in all."""

from __future__ import annotations

from dataclasses import dataclass, field

from guardia.hub.parser.embedded.endings import Mood
from guardia.proto.catalogue import CATALOGUE

ASKING = frozenset({Mood.COMMAND, Mood.TERSE, Mood.CAN})


@dataclass(slots=True)
class Deed:
    """One action that a sentence speaks of. `code` is empty for a verb that stands for no action of the catalogue;
    `anchor` is the item after which its target stands complete."""

    code: str
    at: int
    anchor: int
    mood: Mood = Mood.STATEMENT
    light: str = ""
    joined: bool = False
    role: str = ""
    session: str = ""
    port: int | None = None
    first: bool = False
    """To be done before what the same sentence asked for earlier."""

    @property
    def changes(self) -> bool:
        return bool(self.code) and CATALOGUE[self.code].changes

    @property
    def wanted(self) -> bool:
        if not self.code:
            return False
        return self.mood in (Mood.COMMAND, Mood.TERSE) or (self.mood is Mood.CAN and self._askable)

    @property
    def _askable(self) -> bool:
        # "재기동할 수 있나요?" may ask for a fact; only a read may be done on it. "가능할까요?" (role ask) asks for it.
        return not self.changes or self.role == "ask"


@dataclass(slots=True)
class Said:
    """What one sentence says."""

    deeds: list[Deed] = field(default_factory=list)
    pending: list[Deed] = field(default_factory=list)
    """Reads that a statement spoke of; a following "확인해줘" without an object means them."""
    asks_bare: bool = False
    """A request verb without an action ("2호기도 해줘")."""
    cancel: bool = False
    help: bool = False
    forbidden: bool = False
    unsure: str = ""
    """Why it is not known which change is meant."""

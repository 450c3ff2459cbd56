"""What a message means, as the reading contract defines it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from guardia.hub.core.texts import Text

UNKNOWN = "UNKNOWN"
ALL = "ALL"


class IntentType(StrEnum):
    DEPLOY = "DEPLOY"
    ROLLBACK = "ROLLBACK"
    RESTART = "RESTART"
    START = "START"
    STOP = "STOP"
    KILL = "KILL"
    CLEAN = "CLEAN"
    CHECK = "CHECK"
    CANCEL = "CANCEL"
    HELP = "HELP"


CHANGING_INTENTS = frozenset(IntentType) - {IntentType.CHECK, IntentType.CANCEL, IntentType.HELP}


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a reading; the fields and their values are those of the reading contract."""

    intent_type: IntentType
    institution: str = UNKNOWN
    system_name: str = UNKNOWN
    environment: str = "PROD"
    infrastructure_layer: str = ALL
    target_nodes: tuple[str, ...] = ()
    action_sequence: tuple[str, ...] = ()
    deploy_artifacts: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}
    requires_approval: bool = False

    @property
    def changes(self) -> bool:
        return self.intent_type in CHANGING_INTENTS

    @property
    def complete(self) -> bool:
        """True when nothing of the target is unknown, so that it could run without asking back."""
        return UNKNOWN not in (self.institution, self.system_name, self.infrastructure_layer, *self.target_nodes)


class ContextMessage(msgspec.Struct, frozen=True, kw_only=True):
    sender: str = ""
    text: str


class ReaderInput(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader gets: the message and what stands around it. `now` is ISO 8601 with an offset, or empty."""

    id: str
    text: str
    files: tuple[str, ...] = ()
    context: tuple[ContextMessage, ...] = ()
    now: str = ""


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A changing request that two readers do not read alike: the room is asked, nothing runs before."""

    position: int
    """Place of the request among all of the message; `Reading.intents` take the places that are left."""
    readings: tuple[Intent, ...]
    """One or more complete requests of which the requester may choose one."""
    reason: Text
    """What the readers differ in, for the question."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader understood. `intents` is empty when the message commands nothing."""

    intents: tuple[Intent, ...]
    reader: str
    """Name of the reader, for instance `embedded`."""
    version: str
    explanation: dict[str, Any] = {}
    """Why, as data: spans, names, mood, what was missing."""
    disputes: tuple[Dispute, ...] = ()
    """Requests to ask about, by position. Only a reading that two readers made together has any."""

    def requests(self) -> tuple[Intent | Dispute, ...]:
        """Intents and disputes in the order of the message."""
        asked = {dispute.position: dispute for dispute in self.disputes}
        rest = iter(self.intents)
        found: list[Intent | Dispute] = []
        for position in range(len(self.intents) + len(self.disputes)):
            one = asked.pop(position, None) or next(rest, None)
            if one is not None:
                found.append(one)
        return (*found, *rest, *asked.values())

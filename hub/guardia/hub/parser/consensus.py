"""Two readings of one message become one. A changing command stands only where both have the same effect. Pure.

`first` is the embedded reader's, `second` the model's. Whatever the second says, no changing request comes out that
could run and that the first did not read: the worst that a model can do is to have the room asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from guardia.hub.core.intent import UNKNOWN, Dispute, Intent, IntentType, Reading
from guardia.hub.core.texts import Said, said
from guardia.hub.parser.embedded.courtesies import COURTESY

NAME = "both"
MAX_DISPUTES = 8
_TOLD = frozenset({
    "question of fact", "permission", "negation", "condition", "report", "plan", "quotation", "cancel",
})  # fmt: skip
"""Moods in which the embedded reader saw an action told of, not asked for."""

_FIELDS = (
    ("target", lambda i: (i.institution, i.system_name)),
    ("environment", lambda i: i.environment),
    ("layer", lambda i: i.infrastructure_layer),
    ("nodes", lambda i: frozenset(i.target_nodes)),
    ("actions", lambda i: (i.intent_type, i.action_sequence)),
    ("artifacts", lambda i: i.deploy_artifacts),
    ("at", lambda i: i.parameters.get("at")),
    ("session_id", lambda i: i.parameters.get("session_id")),
    ("version", lambda i: i.parameters.get("version")),
    ("service", lambda i: i.parameters.get("service")),
)  # fmt: skip


def effect(intent: Intent) -> tuple[Any, ...]:
    """What would run, where and when. Equal effects are one command."""
    return tuple(get(intent) for _, get in _FIELDS)


def differences(first: Intent, second: Intent) -> tuple[Said, ...]:
    """What two readings of one request differ in."""
    return tuple(said(f"dispute.{name}") for name, get in _FIELDS if get(first) != get(second))


def _unknowns(intents: Sequence[Intent]) -> int:
    return sum(
        (intent.institution, intent.system_name, intent.infrastructure_layer, *intent.target_nodes).count(UNKNOWN)
        for intent in intents
    )


def _told(reading: Reading) -> frozenset[str]:
    """Actions that the message speaks of without asking for them, as far as the embedded reader saw."""
    clauses = reading.explanation.get("clauses", ())
    deeds = [deed for clause in clauses for deed in clause.get("deeds", ())]
    return frozenset(deed.get("action", "") for deed in deeds if deed.get("mood") in _TOLD)


def _speaks_of_nothing_asked(reading: Reading) -> bool:
    """The message tells of actions, or all of it is somebody else's words: nothing may be added to it."""
    asides = [one.get("why") for one in reading.explanation.get("asides", ())]
    return bool(_told(reading)) or bool(reading.explanation.get("left_out")) or any(why != COURTESY for why in asides)


def _question(first: Intent | None, second: Intent | None) -> Said:
    if first is not None and second is not None:
        return said("dispute.differ", what=differences(first, second))
    return said("dispute.one")


def _dispute(position: int, first: Intent | None, second: Intent | None) -> Dispute | None:
    """A question with the complete readings as choices; None when neither is complete."""
    readings = tuple(one for one in (first, second) if one is not None and one.complete)
    if not readings:
        return None
    return Dispute(position=position, readings=readings, reason=_question(first, second))


def _approved(mine: Intent, theirs: Intent) -> Intent:
    """The same command; the second reader may only raise the need of an approval."""
    return msgspec.structs.replace(mine, requires_approval=mine.requires_approval or theirs.requires_approval)


def _reads(first: Reading, second: Reading) -> tuple[Intent, ...]:
    """Of two readings without changes the more complete one; the embedded one when they are alike."""
    mine = first.intents
    theirs = tuple(intent for intent in second.intents if intent.intent_type is IntentType.CHECK)
    if not mine:
        return theirs if theirs and not _unknowns(theirs) and not _speaks_of_nothing_asked(first) else ()
    if theirs and len(theirs) >= len(mine) and _unknowns(theirs) < _unknowns(mine):
        return theirs
    return mine


def agree(first: Reading, second: Reading) -> Reading:
    """One reading of two. Requests of `first` keep their positions, so that a message that is read again after a
    restart of the hub makes the same requests."""
    explanation = {
        "embedded": first.explanation,
        "model": {"reader": second.reader, "version": second.version, **second.explanation},
        "readings": {
            "embedded": msgspec.to_builtins(first.intents),
            "model": msgspec.to_builtins(second.intents),
        },
    }
    intents, disputes = _merge(first, second)
    return Reading(
        intents=intents,
        disputes=disputes,
        reader=NAME,
        version=f"{first.reader} {first.version} + {second.version}",
        explanation=explanation,
    )


def _merge(first: Reading, second: Reading) -> tuple[tuple[Intent, ...], tuple[Dispute, ...]]:
    if any(intent.intent_type in (IntentType.CANCEL, IntentType.HELP) for intent in first.intents):
        changing = any(intent.changes for intent in first.intents)
        if not changing:
            return first.intents, ()
    theirs = [intent for intent in second.intents if intent.changes]
    if not theirs and not any(intent.changes for intent in first.intents):
        return _reads(first, second), ()
    return _changes(first, theirs)


def _changes(first: Reading, theirs: list[Intent]) -> tuple[tuple[Intent, ...], tuple[Dispute, ...]]:
    left = list(theirs)
    agreed: dict[int, Intent] = {}
    for position, mine in enumerate(first.intents):
        match = next((one for one in left if mine.changes and effect(one) == effect(mine)), None)
        if match is not None:
            left.remove(match)
            agreed[position] = _approved(mine, match)
    intents: list[Intent] = []
    disputes: list[Dispute] = []
    for position, mine in enumerate(first.intents):
        if not mine.changes:
            intents.append(mine)
        elif position in agreed:
            intents.append(agreed[position])
        else:
            other = left.pop(0) if left else None
            dispute = _dispute(position, mine, other)
            # Incomplete in both: as the embedded reader alone, the CMDB's own question follows.
            intents.append(mine) if dispute is None else disputes.append(dispute)
    told = _told(first)
    for other in left:
        silent = not first.intents and _speaks_of_nothing_asked(first)
        if silent or told.intersection(other.action_sequence) or len(disputes) >= MAX_DISPUTES:
            continue
        dispute = _dispute(len(intents) + len(disputes), None, other)
        if dispute is not None:
            disputes.append(dispute)
    return tuple(intents), tuple(disputes)

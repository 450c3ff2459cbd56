"""Proactive advice: whether the room is offered a look at something, and what becomes of the offer. Pure.

An offer is made only on two signals, for a read-only action, when nothing was commanded. A room is left in peace: one
open offer at a time, a cooldown for each rule and system, a daily cap, and whoever wants none says so once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Any

import msgspec

from guardia.hub.core.advice_rules import AdviceRules
from guardia.hub.core.intent import ALL, UNKNOWN, Intent, IntentType, Reading
from guardia.proto.catalogue import CATALOGUE, CheckReport, CheckStatus

EVERY_RULE = "*"
PREFIX = "AD-"
"""Ids of offers begin so: a press that names one is no press on a request."""
MAX_TARGETS = 4
"""Systems that one offer shows a button for; with more it names none and the request asks."""
FOREVER = 2**53
"""`until_ms` of a mute."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What an offer would look at; `UNKNOWN` names are asked back after the press."""

    institution: str = UNKNOWN
    system_name: str = UNKNOWN
    environment: str = "PROD"
    layer: str = ALL
    assets: tuple[str, ...] = ()
    """Nodes that were named; none: all."""

    @property
    def key(self) -> str:
        """What a cooldown is kept for."""
        return f"{self.institution}/{self.system_name}/{self.environment}"


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """Two signals that fit a rule: in what somebody said, or in what an agent found."""

    rule_id: str
    signals: tuple[str, str]
    """As written: topic and symptom, or system and symptom, or figure and value."""
    targets: tuple[Target, ...]


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    """Somebody said no, later, or never again."""
    EXPIRED = "expired"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    offer_id: str
    room_id: str
    rule_id: str
    action: str
    targets: tuple[Target, ...]
    signals: tuple[str, str]
    source: str
    """`talk`, or `fact`."""
    heard: str
    """Message or request that gave rise to it, or `facts:` and the agent that told of its host."""
    made_ms: int
    expires_ms: int
    state: OfferState = OfferState.OPEN
    decided_ms: int = 0
    decided_by: str = ""
    request_id: str = ""


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """A room wants no offers of a rule (or of any) before `until_ms`."""

    room_id: str
    rule_id: str
    until_ms: int
    by: str
    at_ms: int


class Kept(StrEnum):
    """Why nothing was offered."""

    NOTHING = "nothing seen"
    COMMANDED = "the message commands or tells of an action"
    OPEN = "an offer is open"
    QUIET = "muted or snoozed"
    COOLDOWN = "offered a short while ago"
    CAP = "enough for one day"
    UNKNOWN_RULE = "the rule is gone"


_TOLD = frozenset({"negation", "report", "plan", "quotation", "cancel", "condition"})


def commanded(reading: Reading) -> bool:
    """True when the reading asks for something, or tells of a change that was made, announced or forbidden."""
    if reading.requests():
        return True
    explanation: Mapping[str, Any] = reading.explanation
    explanation = explanation.get("embedded", explanation)
    for clause in explanation.get("clauses", ()):
        for deed in clause.get("deeds", ()):
            entry = CATALOGUE.get(deed.get("action", ""))
            if entry is not None and entry.changes and deed.get("mood") in _TOLD:
                return True
    return False


def decide(
    rules: AdviceRules,
    sightings: Sequence[Sighting],
    *,
    offers: Iterable[Offer],
    quiet: Iterable[Quiet],
    now_ms: int,
    day_began_ms: int,
    asked: AbstractSet[str] = frozenset(),
) -> Sighting | Kept:
    """The sighting that is worth an offer now, or why there is none.

    `offers` are the room's own: the open one, and all since the longest cooldown and since the day began. `asked` are
    keys of targets at which the room is looking by itself. Only the first sighting counts: what one rule was just quiet
    about is not said by the next.
    """
    if not sightings:
        return Kept.NOTHING
    seen = sightings[0]
    if rules.named(seen.rule_id) is None:
        return Kept.UNKNOWN_RULE
    known = list(offers)
    if any(offer.state is OfferState.OPEN and offer.expires_ms > now_ms for offer in known):
        return Kept.OPEN
    if any(one.rule_id in (EVERY_RULE, seen.rule_id) and one.until_ms > now_ms for one in quiet):
        return Kept.QUIET
    if sum(offer.made_ms >= day_began_ms for offer in known) >= rules.limits.daily:
        return Kept.CAP
    since = now_ms - rules.cooldown_ms(seen.rule_id)
    recent = {
        target.key
        for offer in known
        if offer.rule_id == seen.rule_id and offer.made_ms > since
        for target in offer.targets
    }
    left = tuple(target for target in seen.targets if target.key not in recent and target.key not in asked)
    if not left:
        return Kept.COOLDOWN
    return msgspec.structs.replace(seen, targets=left)


def make_offer(
    rules: AdviceRules, seen: Sighting, *, offer_id: str, room_id: str, source: str, heard: str, now_ms: int
) -> Offer:
    rule = rules.named(seen.rule_id)
    assert rule is not None
    return Offer(
        offer_id=offer_id,
        room_id=room_id,
        rule_id=rule.id,
        action=rule.action,
        targets=seen.targets[:MAX_TARGETS],
        signals=seen.signals,
        source=source,
        heard=heard,
        made_ms=now_ms,
        expires_ms=now_ms + rules.limits.open_for * 1000,
    )


def intent_of(offer: Offer, number: int) -> Intent:
    """What pressing the button of the target `number` (from 1) asks for. Raises `IndexError`."""
    if not 1 <= number <= len(offer.targets):
        raise IndexError(number)
    target = offer.targets[number - 1]
    return Intent(
        intent_type=IntentType.CHECK,
        institution=target.institution,
        system_name=target.system_name,
        environment=target.environment,
        infrastructure_layer=target.layer,
        target_nodes=target.assets,
        action_sequence=(offer.action,),
    )


def settled(offer: Offer, state: OfferState, *, now_ms: int, by: str = "", request_id: str = "") -> Offer:
    """The offer after its one decision."""
    assert offer.state is OfferState.OPEN
    return msgspec.structs.replace(offer, state=state, decided_ms=now_ms, decided_by=by, request_id=request_id)


def facts_seen(rules: AdviceRules, check: str, report: CheckReport, target: Target) -> list[Sighting]:
    """What an agent's report of `check` says to the rules. A report that could not be collected says nothing."""
    if report.status is CheckStatus.UNKNOWN:
        return []
    found = []
    for rule in rules.rule:
        for fact in rule.facts:
            if fact.check != check:
                continue
            worst = max(
                (m for m in report.metrics if m.name.partition(":")[0] == fact.metric and fact.reached(m.value)),
                key=lambda m: m.value if fact.at_least is not None else -m.value,
                default=None,
            )
            if worst is not None:
                signals = (f"{report.asset} {worst.name}", f"{worst.value:g}{worst.unit}")
                wide = msgspec.structs.replace(target, layer=rule.layer, assets=())
                found.append(Sighting(rule_id=rule.id, signals=signals, targets=(wide,)))
                break
    return found

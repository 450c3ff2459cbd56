"""The card of an offer. Pure; all of it is text."""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.hub.core.advice_rules import Rule
from guardia.hub.core.card import iso
from guardia.hub.core.intent import ALL, UNKNOWN
from guardia.hub.core.proactive import Offer, OfferState, Target
from guardia.hub.core.texts import Language, named, say, told
from guardia.hub.core.texts import action as title_of

_TONE = {OfferState.OPEN: "run", OfferState.ACCEPTED: "ok", OfferState.DISMISSED: "idle", OfferState.EXPIRED: "idle"}


def name_of(language: Language, action: str) -> str:
    return told(language, title_of(action))


def where(language: Language, target: Target) -> str:
    """`예산시스템 운영 DB`; empty while nobody has said which system."""
    if target.system_name == UNKNOWN:
        return ""
    environment = named(language, "environment", target.environment)
    layer = "" if target.layer == ALL else target.layer
    return " ".join(part for part in (target.system_name, environment, layer, ", ".join(target.assets)) if part)


def widget(language: Language, offer: Offer, rule: Rule | None) -> dict[str, Any]:
    topic, symptom = offer.signals
    action = name_of(language, offer.action)
    single = offer.targets[0] if len(offer.targets) == 1 else None
    if single is not None and action.startswith(single.layer):
        single = msgspec.structs.replace(single, layer=ALL)  # DB DB 락 조회
    what = f"{where(language, single) if single else ''} {action}".strip()
    why = say(language, "advice.heard" if offer.source == "talk" else "advice.found", topic=topic, symptom=symptom)
    ask = (rule.offer if language == "ko" else rule.offer_en or rule.offer) if rule is not None else ""
    return {
        "kind": "advice",
        "request_id": offer.offer_id,
        "state": offer.state.value.upper(),
        "state_label": say(language, f"advice.{offer.state.value}"),
        "tone": _TONE[offer.state],
        "title": say(language, "advice.title", what=what),
        "message": ask,
        "why": why,
        "rule": offer.rule_id,
        "action": offer.action,
        "targets": [where(language, target) for target in offer.targets],
        "expires_at": iso(offer.expires_ms),
        "outcome": say(language, "advice.taken", by=offer.decided_by, request=offer.request_id)
        if offer.request_id
        else "",
        "buttons": _buttons(language, offer) if offer.state is OfferState.OPEN else [],
    }


def _buttons(language: Language, offer: Offer) -> list[dict[str, Any]]:
    if len(offer.targets) == 1:
        accept = [{"id": "accept:1", "label": say(language, "advice.check"), "style": "primary"}]
    else:
        accept = [
            {
                "id": f"accept:{n}",
                "label": say(language, "advice.check_one", system=where(language, target)),
                "style": "primary",
            }
            for n, target in enumerate(offer.targets, 1)
        ]
    return [
        *accept,
        {"id": "later", "label": say(language, "advice.later"), "style": "plain"},
        {"id": "mute", "label": say(language, "advice.mute"), "style": "plain"},
        {"id": "dismiss", "label": say(language, "advice.dismiss"), "style": "plain"},
    ]


def text(language: Language, shown: dict[str, Any]) -> str:
    """The card in words, for clients that show no widgets."""
    if shown["outcome"]:
        return f"{shown['title']} — {shown['outcome']}"
    if not shown["buttons"]:
        return f"{shown['title']} — {shown['state_label']}"
    targets = shown["targets"]
    if len(targets) > 1:
        choices = " · ".join(f"{n}. {target}" for n, target in enumerate(targets, 1))
        typed = say(language, "advice.typed_choice", offer=shown["request_id"], choices=choices)
    else:
        typed = say(language, "advice.typed")
    return f"{shown['title']} — {shown['message']} {shown['why']} {typed}"

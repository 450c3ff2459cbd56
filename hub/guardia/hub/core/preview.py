"""A preview: what a message would do, without a request. Nothing of it runs or waits. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.hub.core import card
from guardia.hub.core import events as e
from guardia.hub.core.agent_texts import heard
from guardia.hub.core.evolve import evolve
from guardia.hub.core.intent import Intent
from guardia.hub.core.message import StagedFile
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Language, say, told

PREFIX = "PV-"
"""Ids of previews begin so."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What was shown, and what a press of its button makes a request of."""

    preview_id: str
    room_id: str
    person_id: str
    text: str
    intent: Intent
    files: tuple[StagedFile, ...] = ()
    made_ms: int
    expires_ms: int
    request_id: str = ""
    """The request that was made of it; empty: none yet."""
    card: dict[str, Any] = {}
    """What was shown."""


def would_be(request: Request, events: list[e.Event]) -> Request:
    """The request as it would be after planning."""
    for event in events:
        request = evolve(request, event)
    return request


def widget(language: Language, preview: Preview, request: Request) -> dict[str, Any]:
    """The card of a preview: the plan as an approver would see it, marked as what it is."""
    shown = card.widget(language, request, {})
    runnable = request.state in (RequestState.AWAITING_APPROVAL, RequestState.APPROVED)
    plan = shown["plan"]
    if plan is not None:  # neither a deadline nor a code: nothing can be approved here
        plan = {**plan, "expires_at": None, "code": ""}
    return {
        **shown,
        "kind": "preview",
        "request_id": preview.preview_id,
        "state": "PREVIEW",
        "state_label": say(language, "preview.label"),
        "tone": "bad" if request.state is RequestState.REJECTED else "idle",
        "title": say(language, "preview.title", what=shown["title"]),
        "message": f"{say(language, 'preview.nothing_runs')} {_standing(language, request)}",
        "plan": plan,
        "approvals": {"needed": 0, "given": []},
        "would_need": request.approvals_needed,
        "expires_at": card.iso(preview.expires_ms),
        "buttons": [{"id": "run", "label": say(language, "preview.run"), "style": "plain"}] if runnable else [],
    }


def _standing(language: Language, request: Request) -> str:
    if request.state is RequestState.NEEDS_ANSWER:
        return say(language, "preview.unclear", question=told(language, request.question))
    if request.state is RequestState.REJECTED:
        return say(language, "preview.denied", reason=heard(language, request.message))
    needed = request.approvals_needed
    how = say(language, "preview.needs", count=needed) if needed else say(language, "preview.free")
    return f"{how} {say(language, 'preview.how')}"


def settled(language: Language, preview: Preview) -> dict[str, Any]:
    """The card once its button counts no more."""
    last = (
        say(language, "preview.used", request=preview.request_id)
        if preview.request_id
        else say(language, "preview.expired")
    )
    return {
        **preview.card,
        "state": "USED" if preview.request_id else "EXPIRED",
        "message": f"{say(language, 'preview.nothing_runs')} {last}",
        "buttons": [],
    }


def text(shown: dict[str, Any]) -> str:
    """The card for clients that show no widgets: title, what it is, and every command that would run."""
    lines = [f"{shown['title']} — {shown['message']}"]
    for node in (shown["plan"] or {}).get("nodes", ()):
        for step in node["steps"]:
            commands = "; ".join(" ".join(argv) for argv in step["commands"]) or "; ".join(step["notes"])
            lines.append(f"  {node['asset']} {step['title']}: {commands}".rstrip(": "))
    return "\n".join(lines)

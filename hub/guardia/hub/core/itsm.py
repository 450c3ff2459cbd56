"""What ITSM systems are told of requests: events, their bodies, and who wants which. Pure.

The body is documented in docs/protocol.md; fields are added, never renamed, and then `SCHEMA_VERSION` stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from guardia.hub.core import card
from guardia.hub.core import events as e
from guardia.hub.core.evolve import draft, evolve
from guardia.hub.core.message import ItsmMetadata, Severity
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Language, say
from guardia.hub.core.texts import told as worded
from guardia.hub.core.transcript import clean

SCHEMA_VERSION = 1
LANGUAGE: Language = "ko"
"""Of the words in a body: an ITSM system is no room and has no language of its own."""
EVERYTHING = "*"
_ENCODE = msgspec.json.Encoder()


class ItsmEvent(StrEnum):
    CREATED = "request.created"
    NEEDS_ANSWER = "request.needs_answer"
    AWAITING_APPROVAL = "request.awaiting_approval"
    APPROVED = "request.approved"
    REJECTED = "request.rejected"
    STARTED = "request.started"
    STEP_RESULT = "step.result"
    ENDED = "request.ended"
    CANCELLED = "request.cancelled"


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint wants to be told."""

    endpoint: str
    events: tuple[str, ...] = (EVERYTHING,)
    institutions: tuple[str, ...] = (EVERYTHING,)

    def wants(self, event: ItsmEvent, request: Request) -> bool:
        here = EVERYTHING in self.institutions or request.intent.institution in self.institutions
        return here and (EVERYTHING in self.events or event.value in self.events)


class HookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event for one endpoint, as it is written down."""

    endpoint: str
    event_id: str
    """Of the event in the request's log: the same for every endpoint and for ever."""
    event: str
    body: bytes
    created_ms: int


def metadata(request: Request) -> ItsmMetadata:
    """The part of the message schema that ITSM systems look at."""
    assets = request.plan.assets if request.plan else tuple(n for n in request.intent.target_nodes if n != "UNKNOWN")
    severe = request.intent.environment == "PROD" and request.intent.changes
    found = Severity.HIGH if severe else Severity.MEDIUM if request.intent.changes else Severity.LOW
    return ItsmMetadata(
        itsm_ticket_id=request.itsm_ticket_id or None,
        asset_code=assets[0] if len(assets) == 1 else None,
        severity=Severity(request.severity) if request.severity else found,
    )


def told(
    subscriptions: Sequence[Subscription], before: Request | None, recorded: Sequence[e.Event]
) -> tuple[HookEvent, ...]:
    """What the endpoints are told of events that lead on from `before` (None: the first of them begins the request)."""
    if not subscriptions:
        return ()
    found: list[HookEvent] = []
    for request, event, kind in _kinds(before, recorded):
        wanted = [one.endpoint for one in subscriptions if one.wants(kind, request)]
        if wanted:
            event_id = f"{request.request_id}.{request.version}"
            content = _ENCODE.encode(body(request, event, kind, event_id))
            found += [
                HookEvent(endpoint=endpoint, event_id=event_id, event=kind.value, body=content, created_ms=event.at_ms)
                for endpoint in wanted
            ]
    return tuple(found)


def _kinds(before: Request | None, recorded: Sequence[e.Event]) -> Iterator[tuple[Request, e.Event, ItsmEvent]]:
    request = before
    for event in recorded:
        if request is None:
            assert isinstance(event, e.Drafted)
            request = draft(event)
        else:
            request = evolve(request, event)
        kind = _kind(request, event)
        if kind is not None:
            yield request, event, kind


def _kind(request: Request, event: e.Event) -> ItsmEvent | None:
    match event:
        case e.Drafted():
            return ItsmEvent.CREATED
        case e.Asked():
            return ItsmEvent.NEEDS_ANSWER
        case e.Planned() if request.state is RequestState.AWAITING_APPROVAL:
            return ItsmEvent.AWAITING_APPROVAL
        case e.Approved() if request.state is RequestState.APPROVED:
            return ItsmEvent.APPROVED
        case e.Rejected() | e.Denied():
            return ItsmEvent.REJECTED
        case e.Started():
            return ItsmEvent.STARTED
        case e.StepFinished() | e.StepRefused() | e.StepGivenUp() | e.StepDropped():
            return ItsmEvent.STEP_RESULT
        case e.StepProbed() if request.run(event.step_id).ended:
            return ItsmEvent.STEP_RESULT
        case e.Finished() if request.state is RequestState.CANCELLED:
            return ItsmEvent.CANCELLED
        case e.Finished() | e.Expired():
            return ItsmEvent.ENDED
        case _:
            return None


def body(request: Request, event: e.Event, kind: ItsmEvent, event_id: str) -> dict[str, Any]:
    """The body of a webhook. Texts are plain; the code that approvals are typed with is not in it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "event_id": event_id,
        "event": kind.value,
        "occurred_at": card.iso(event.at_ms),
        "request": snapshot(request),
        "step": _step(request, event.step_id) if kind is ItsmEvent.STEP_RESULT else None,  # type: ignore[attr-defined]
        "itsm_metadata": metadata(request),
    }


def snapshot(request: Request) -> dict[str, Any]:
    """The request as it stood after an event."""
    intent, plan = request.intent, request.plan
    return {
        "sr_id": request.request_id,
        "version": request.version,
        "state": request.state.value,
        "state_label": say(LANGUAGE, f"request.{request.state.value}"),
        "title": clean(card.title(LANGUAGE, request)),
        "text": clean(request.text),
        "requester": {"person_id": request.requester.person_id, "name": clean(request.requester.name)},
        "room_id": request.room_id,
        "platform": request.platform,
        "institution": intent.institution,
        "system_name": intent.system_name,
        "environment": intent.environment,
        "layer": intent.infrastructure_layer,
        "actions": list(intent.action_sequence),
        "changes": intent.changes,
        "assets": list(plan.assets) if plan else [],
        "plan_digest": plan.digest if plan else None,
        "question": clean(worded(LANGUAGE, request.question)),
        "choices": [clean(card.label(LANGUAGE, choice)) for choice in request.choices],
        "approvals": {
            "needed": request.approvals_needed,
            "given": [
                {"by": given.by, "name": clean(given.name), "at": card.iso(given.at_ms)} for given in request.approvals
            ],
        },
        "cancelled_by": request.cancelled_by,
        "cancel": request.cancel.value if request.cancel is not None else "",
        "message": clean(worded(LANGUAGE, request.message)),
        "created_at": card.iso(request.created_ms),
        "updated_at": card.iso(request.updated_ms),
        "started_at": card.iso(request.started_ms),
        "steps": _counts(request),
    }


def _counts(request: Request) -> dict[str, int]:
    """How many steps stand how. The steps themselves come one by one, so that a large plan is not told at every one."""
    counts: dict[str, int] = {}
    for _, step in request.plan.steps() if request.plan else ():
        state = request.run(step.step_id).state.value
        counts[state] = counts.get(state, 0) + 1
    return counts


def _step(request: Request, step_id: str) -> dict[str, Any] | None:
    found = request.step(step_id)
    if found is None:
        return None
    node, step = found
    run = request.run(step_id)
    return {
        "step_id": step_id,
        "asset": node.asset,
        "action": step.action,
        "role": step.role.value,
        "attempt": run.attempt,
        "state": run.state.value,
        "exit_code": run.exit_code,
        "error_code": run.error_code,
        "time_out": run.time_out,
        "message": clean(worded(LANGUAGE, run.message or run.detail)),
        "started_at": card.iso(run.started_ms),
        "finished_at": card.iso(run.finished_ms),
    }

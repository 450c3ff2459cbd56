"""A request's card: one message that changes while the request lives. Pure; all of it is text, nothing is markup.

It is made anew in the language of the room that it is shown in; a request holds no words in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from guardia.hub.core.agent_texts import heard, readable
from guardia.hub.core.answer import question_digest
from guardia.hub.core.events import Choice
from guardia.hub.core.intent import ALL, Intent
from guardia.hub.core.live_output import left_out
from guardia.hub.core.plan import Plan, PlannedNode, PlannedStep, Role
from guardia.hub.core.request import Request, StepRun, node_state
from guardia.hub.core.states import (
    CANCEL_TONE,
    NODE_TONE,
    REQUEST_TONE,
    STEP_TONE,
    CancelState,
    RequestState,
    StepState,
)
from guardia.hub.core.texts import Language, action, known, named, say, told
from guardia.proto.catalogue import CATALOGUE


@lru_cache(maxsize=4096)
def iso(ms: int) -> str | None:
    """ISO 8601 in UTC with `Z`, or None for 0."""
    if not ms:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def title(language: Language, request: Request) -> str:
    """`예산시스템 운영 WAS 1호기 재기동`: what is wanted, in the words of the CMDB and the catalogue."""
    return wanted(language, request.intent)


def wanted(language: Language, intent: Intent) -> str:
    """An intent in one line; see `title`. English puts what is done before what it is done to."""
    layer = "" if intent.infrastructure_layer in ("ALL", "UNKNOWN") else intent.infrastructure_layer
    target = [
        intent.system_name if intent.system_name != "UNKNOWN" else "",
        named(language, "environment", intent.environment),
        layer,
        ", ".join(node for node in intent.target_nodes if node != "UNKNOWN"),
    ]
    what = ", ".join(told(language, action(code)) for code in intent.action_sequence if code in CATALOGUE)
    parts = [*target, what] if language == "ko" else [what, *target]
    return " ".join(part for part in parts if part)


def label(language: Language, choice: Choice) -> str:
    """A line for a button, so full that two that differ read differently."""
    if choice.intent is None:
        return told(language, choice.label)
    intent = choice.intent
    parts = [intent.institution, wanted(language, intent)]
    if not intent.target_nodes:
        parts.append(say(language, "choice.all_nodes"))
    if intent.infrastructure_layer == ALL:
        parts.append(say(language, "choice.all_layers"))
    parts += [say(language, "choice.file", name=name) for name in intent.deploy_artifacts]
    parts += [f"{named(language, 'parameter', name)} {value}" for name, value in sorted(intent.parameters.items())]
    return " ".join(parts)


class Drawn:
    """What the cards of one request had in common so far, so that the next one makes only what is new of it: a card of
    two hundred servers changes in a few of them. The owner keeps one for each request and language; a card made with
    it is the same as one made without.
    """

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.steps: dict[str, dict[str, Any]] = {}
        """By step id: what the plan alone says."""
        self.nodes: dict[str, tuple[tuple[object, ...], dict[str, Any]]] = {}
        """By asset: what a node was made of, and the node."""

    def of(self, plan: Plan) -> Drawn:
        """Itself; empty again when the plan is another one."""
        if self.plan is not plan:
            self.plan = plan
            self.steps.clear()
            self.nodes.clear()
        return self


def _planned(language: Language, step: PlannedStep) -> dict[str, Any]:
    """What a card says of a step whatever becomes of it."""
    titled = told(language, step.title)
    if step.role is not Role.MAIN:
        titled = say(language, "card.step", title=titled, role=say(language, f"role.{step.role.value}"))
    return {
        "action": step.action,
        "title": titled,
        "role": step.role.value,
        "commands": [list(command) for command in step.explained.commands],
        "user": step.explained.user,
        "timeout_s": step.timeout_s,
        "notes": [heard(language, note) for note in step.explained.notes],
        "findings": [heard(language, finding) for finding in step.explained.findings],
        "bound": bool(step.explained.digest),
        "parameters": msgspec.json.decode(step.parameters),
    }


def _step(language: Language, request: Request, step: PlannedStep, output: str, drawn: Drawn) -> dict[str, Any]:
    planned = drawn.steps.get(step.step_id)
    if planned is None:
        planned = drawn.steps[step.step_id] = _planned(language, step)
    run = request.run(step.step_id)
    state = StepState.SKIPPED if run.state is StepState.READY and request.final else run.state
    report = readable(language, msgspec.json.decode(run.report)) if run.report else None
    return {
        "step_id": request.attempt_id(step.step_id),
        **planned,
        "state": run.state.value,
        "state_label": say(language, "step.undelivered" if run.time_out == "delivery" else f"step.{state.value}"),
        "tone": STEP_TONE[state],
        "summary": heard(language, run.message)
        or (report or {}).get("summary", "")
        or heard(language, run.detail)
        or _by_itself(language, step, run),
        "detail": heard(language, run.detail),
        "error_code": run.error_code,
        "time_out": run.time_out or None,
        "output": output,
        "whole": _whole(language, request, step, run),
        "exit_code": run.exit_code,
        "pid": run.pid or None,
        "started_at": iso(run.started_ms),
        "finished_at": iso(run.finished_ms),
        "report": report,
    }


def _by_itself(language: Language, step: PlannedStep, run: StepRun) -> str:
    """What the state says where the agent has said nothing."""
    if run.time_out == "execution":
        return say(language, "step.ran_too_long", seconds=step.timeout_s)
    return say(language, "step.cannot_stop") if run.out and run.cancel_too_late else ""


def _whole(language: Language, request: Request, step: PlannedStep, run: StepRun) -> dict[str, Any] | None:
    """What there is of a step's output beyond what the card shows, and where it can be fetched."""
    if not run.output_bytes and not run.output_dropped:
        return None
    wire_id = request.attempt_id(step.step_id)
    return {
        "bytes": run.output_bytes,
        "lines": run.output_lines,
        "sha256": run.output_sha256,
        "head": run.output_head,
        "tail": run.output_tail,
        "spooled": run.output_spooled,
        "dropped": run.output_dropped,
        "href": f"/api/requests/{request.request_id}/steps/{wire_id}/output" if run.output_spooled else "",
        "note": _said_of_output(language, run),
    }


def _said_of_output(language: Language, run: StepRun) -> str:
    """What of the output did not come here, in one sentence; empty when all of it did."""
    notes = []
    if left_out(run):
        notes.append(
            say(
                language,
                "output.cut",
                bytes=f"{run.output_bytes:,}",
                lines=f"{run.output_lines:,}",
                head=f"{run.output_head:,}",
                tail=f"{run.output_tail:,}",
            )
        )
        if run.output_spooled >= run.output_bytes:
            notes.append(say(language, "output.whole"))
        elif run.output_spooled:
            notes.append(say(language, "output.kept", bytes=f"{run.output_spooled:,}"))
        else:
            notes.append(say(language, "output.lost"))
    if run.output_dropped:
        notes.append(say(language, "output.dropped", bytes=f"{run.output_dropped:,}"))
    return " ".join(notes)


def _node(
    language: Language,
    request: Request,
    node: PlannedNode,
    *,
    outputs: Mapping[str, str],
    online: frozenset[str],
    drawn: Drawn,
) -> dict[str, Any]:
    made_of: list[object] = [request.final, node.asset in request.restoring, node.agent in online]
    for step in node.steps:
        made_of += (request.runs.get(step.step_id), outputs.get(step.step_id, ""))
    now = tuple(made_of)
    before = drawn.nodes.get(node.asset)
    if before is not None and before[0] == now:
        return before[1]
    state = node_state(request, node)
    found = {
        "asset": node.asset,
        "hostname": node.hostname,
        "agent": node.agent,
        "agent_online": node.agent in online,
        "via": node.via.value,
        "state": state.value,
        "state_label": say(language, f"node.{state.value}"),
        "tone": NODE_TONE[state],
        "steps": [_step(language, request, step, outputs.get(step.step_id, ""), drawn) for step in node.steps],
    }
    drawn.nodes[node.asset] = now, found
    return found


def buttons(language: Language, request: Request) -> list[dict[str, Any]]:
    """Buttons that count now. A press names the `digest` of its button, which its presser saw: of the question; of
    one without, of the plan."""
    state = request.state
    cancel = {"id": "cancel", "label": say(language, "button.cancel"), "style": "plain"}
    if state is RequestState.NEEDS_ANSWER:
        asked = question_digest(request)
        choices = [
            {"id": f"choose:{n}", "label": label(language, choice), "digest": asked}
            for n, choice in enumerate(request.choices, 1)
        ]
        return [*choices, cancel]
    if state is RequestState.AWAITING_APPROVAL and request.plan is not None:
        return [
            {"id": "approve", "label": say(language, "button.approve"), "style": "primary"},
            {"id": "reject", "label": say(language, "button.reject"), "style": "danger", "ask_reason": True},
            cancel,
        ]
    if state is RequestState.NEEDS_OPERATOR:
        retry = any(run.state is StepState.NOT_APPLIED for run in request.runs.values())
        found = [{"id": "retry", "label": say(language, "button.retry"), "style": "primary"}] if retry else []
        return [*found, {"id": "cancel", "label": say(language, "button.dismiss"), "style": "plain"}]
    possible: list[dict[str, Any]] = [] if request.final or request.cancelled_by else [cancel]
    if unclear(request):
        possible.append({"id": "close", "label": say(language, "button.close"), "style": "danger", "ask_reason": True})
    return possible


def unclear(request: Request) -> bool:
    """True while nobody knows what became of a step that is out."""
    return any(run.state in _UNCLEAR for run in request.runs.values())


def sentence(language: Language, request: Request) -> str:
    """What people need to know now, in one sentence."""
    match request.state:
        case RequestState.NEEDS_ANSWER:
            return told(language, request.question)
        case RequestState.AWAITING_APPROVAL:
            left = request.approvals_needed - len(request.approvals)
            return say(language, "card.approve", count=left, code=request.code)
        case RequestState.SCHEDULED:
            return say(language, "card.scheduled", at=iso(request.scheduled_ms))
        case RequestState.QUEUED:
            return say(language, "card.behind", behind=request.behind)
        case RequestState.RUNNING | RequestState.ROLLING_BACK:
            unknown = [step for _, step in request.steps_out() if request.run(step.step_id).state in _UNCLEAR]
            if unknown:
                return say(language, "card.lost", target=unknown[0].target)
            return heard(language, request.message) or _stopping(language, request)
        case _:
            return heard(language, request.message)


def _stopping(language: Language, request: Request) -> str:
    if not request.cancelled_by:
        return ""
    stubborn = [step for _, step in request.steps_out() if request.run(step.step_id).cancel_too_late]
    if stubborn:
        return say(language, "card.stubborn", target=stubborn[0].target)
    return say(language, "card.stopping")


def _with_cancel(language: Language, request: Request, state: str) -> str:
    """The request's state as people read it, with a cancel that is asked for or came too late."""
    if request.cancel in (None, CancelState.CANCELLED):
        return state
    return f"{state} · {say(language, f'cancel.{request.cancel.value}')}"


def _cancel(language: Language, request: Request) -> dict[str, Any] | None:
    if request.cancel is None:
        return None
    state = request.cancel
    return {
        "state": state.value,
        "label": say(language, f"cancel.{state.value}"),
        "tone": CANCEL_TONE[state],
        "by": request.cancelled_by,
    }


_UNCLEAR = (StepState.UNKNOWN, StepState.RECONCILING)


def state_label(language: Language, request: Request) -> str:
    """How a request stands, in a word or two."""
    if unclear(request):
        return say(language, "request.unclear")
    return _with_cancel(language, request, say(language, f"request.{request.state.value}"))


def widget(
    language: Language,
    request: Request,
    outputs: Mapping[str, str],
    online: frozenset[str] = frozenset(),
    drawn: Drawn | None = None,
) -> dict[str, Any]:
    """The card as data, of which the caller changes nothing; `outputs` holds the last output of steps by planned id,
    already decoded and cut; `drawn` belongs to this request and language."""
    plan = request.plan
    drawn = drawn or Drawn()
    intent = request.intent
    waiting = request.state is RequestState.AWAITING_APPROVAL
    deadline = request.approve_by_ms if waiting else plan.expires_ms if plan else 0
    return {
        "kind": "request",
        "request_id": request.request_id,
        "state": request.state.value,
        "state_label": state_label(language, request),
        "tone": "unknown" if unclear(request) else REQUEST_TONE[request.state],
        "cancel": _cancel(language, request),
        "title": title(language, request),
        "requested_by": request.requester.person_id,
        "ticket": request.itsm_ticket_id,
        "text": request.text,
        "target": {
            "institution": intent.institution,
            "system_name": intent.system_name,
            "environment": intent.environment,
            "layer": intent.infrastructure_layer,
        },
        "changes": intent.changes,
        "message": sentence(language, request),
        "plan": None
        if plan is None
        else {
            "digest": plan.digest,
            "expires_at": iso(deadline),
            "code": request.code,
            "nodes": [
                _node(language, request, node, outputs=outputs, online=online, drawn=drawn.of(plan))
                for node in plan.nodes
            ],
        },
        "approvals": {
            "needed": request.approvals_needed,
            "given": [{"by": approval.name, "at": iso(approval.at_ms)} for approval in request.approvals],
        },
        "buttons": buttons(language, request),
    }


def text(language: Language, request: Request) -> str:
    """The card in one line, for clients that show no widgets."""
    state = _with_cancel(language, request, say(language, f"request.{request.state.value}"))
    return f"[{request.request_id}] {title(language, request)} — {_once(state, ': ', sentence(language, request))}"


def ending(language: Language, request: Request) -> str:
    """The line of a result."""
    key = f"ending.{request.state.value}"
    state = _with_cancel(language, request, say(language, key if known(key) else f"request.{request.state.value}"))
    return f"[{request.request_id}] {title(language, request)} — {_once(state, '. ', heard(language, request.message))}"


def _once(word: str, between: str, note: str) -> str:
    """The state and what is to be said of it; not "완료: 완료했습니다."."""
    if not note:
        return word
    return note if note.startswith(word) else f"{word}{between}{note}"

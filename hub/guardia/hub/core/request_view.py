"""A request as programs see it: what was asked, how it stands, and what became of each step. Pure.

The card (`core.card`) is for people; here nothing is cut, and times are milliseconds since the epoch, UTC (0: not yet).
"""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.hub.core import card
from guardia.hub.core.agent_texts import heard, readable
from guardia.hub.core.plan import PlannedNode, PlannedStep
from guardia.hub.core.request import Approval, Request
from guardia.hub.core.states import StepState
from guardia.hub.core.texts import Language, told


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A planned step and its newest attempt."""

    step_id: str
    """Of the newest attempt, as its agent knows it."""
    attempt: int
    asset: str
    agent: str
    """That carries it out."""
    action: str
    title: str
    role: str
    """`main`, `verify` (added by the hub) or `restore` (run only when something failed)."""
    changes: bool
    timeout_s: int
    state: str
    ended: bool
    dispatched_ms: int
    started_ms: int
    finished_ms: int
    exit_code: int | None
    error_code: str
    message: str
    """What the agent, or the hub, said of it."""
    time_out: str
    """`delivery` (it did not run), `execution` (it was stopped), or empty."""
    report: dict[str, Any] | None
    """The result envelope; see docs/protocol.md."""
    output_bytes: int
    output_lines: int
    output_sha256: str
    output_spooled: int
    """Bytes that its agent keeps of the output."""


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    request_id: str
    version: int
    """Grows with every change."""
    state: str
    final: bool
    title: str
    text: str
    """What the person wrote."""
    message: str
    """What people need to know now, in the language of the room."""
    room_id: str
    requested_by: str
    ticket: str
    """Of the ITSM; empty: none."""
    cancel: str
    """`ASKED`, `CANCELLED`, `TOO_LATE`, `UNKNOWN`, or empty: nobody has asked for one."""
    created_ms: int
    updated_ms: int
    plan_digest: str
    """What an approval is bound to; empty: there is no plan."""
    approvals_needed: int
    approvals: tuple[Approval, ...]
    steps: tuple[StepView, ...]
    """In the order of the plan."""


def view(language: Language, request: Request) -> RequestView:
    plan = request.plan
    return RequestView(
        request_id=request.request_id,
        version=request.version,
        state=request.state.value,
        final=request.final,
        title=card.title(language, request),
        text=request.text,
        message=card.sentence(language, request),
        room_id=request.room_id,
        requested_by=request.requester.person_id,
        ticket=request.itsm_ticket_id,
        cancel=request.cancel.value if request.cancel is not None else "",
        created_ms=request.created_ms,
        updated_ms=request.updated_ms,
        plan_digest=plan.digest if plan is not None else "",
        approvals_needed=request.approvals_needed,
        approvals=request.approvals,
        steps=tuple(_step(language, request, node, step) for node, step in plan.steps()) if plan is not None else (),
    )


def _step(language: Language, request: Request, node: PlannedNode, step: PlannedStep) -> StepView:
    run = request.run(step.step_id)
    skipped = run.state is StepState.READY and request.final
    return StepView(
        step_id=request.attempt_id(step.step_id),
        attempt=run.attempt,
        asset=node.asset,
        agent=node.agent,
        action=step.action,
        title=told(language, step.title),
        role=step.role.value,
        changes=step.changes,
        timeout_s=step.timeout_s,
        state=(StepState.SKIPPED if skipped else run.state).value,
        ended=run.ended or skipped,
        dispatched_ms=run.dispatched_ms,
        started_ms=run.started_ms,
        finished_ms=run.finished_ms,
        exit_code=run.exit_code,
        error_code=run.error_code,
        message=heard(language, run.message) or heard(language, run.detail),
        time_out=run.time_out,
        report=readable(language, msgspec.json.decode(run.report)) if run.report else None,
        output_bytes=run.output_bytes,
        output_lines=run.output_lines,
        output_sha256=run.output_sha256,
        output_spooled=run.output_spooled,
    )

"""What becomes of a cancel: it stopped something, it came too late, or nobody can tell. Pure.

The steps' own results stay what they are; this is about the wish to stop.
"""

from __future__ import annotations

from guardia.hub.core.plan import PlannedStep, Role
from guardia.hub.core.request import EXPIRED, Request, StepRun, succeeded
from guardia.hub.core.states import CancelState, StepState
from guardia.hub.core.texts import Said, Text, said

_NOT_RUN = (StepState.READY, StepState.SKIPPED, StepState.NOT_APPLIED)
_MAX_NAMED = 3


def outcome(request: Request) -> CancelState:
    """What a cancel has brought about, once nothing of the request is under way any more.

    `CANCELLED`: of what was asked for, something was stopped, did not run, or was put back. `TOO_LATE`: all of it had
    ended by itself, or failed by itself and went no further for that reason; a verification that was left out is
    nothing of what was asked for. `UNKNOWN`: a step's end is not known.
    """
    assert request.plan is not None
    steps = [(step, request.run(step.step_id)) for _, step in request.plan.steps()]
    forward = [(step, run) for step, run in steps if step.role is not Role.RESTORE]
    wanted = [run for step, run in forward if step.role is Role.MAIN]
    unclear = any(run.out or run.state is StepState.NEEDS_OPERATOR for _, run in steps)
    kept_back = any(run.state in _NOT_RUN for run in wanted)
    stopped = any(_stopped(request, run) for run in wanted)
    if not request.plan.changes:
        return CancelState.CANCELLED if stopped or kept_back else _unless(unclear)
    if unclear or (request.restoring and not _put_back(request)):
        return CancelState.UNKNOWN
    if stopped:
        return CancelState.CANCELLED
    if any(_failed_by_itself(request, step, run) for step, run in forward):
        return CancelState.TOO_LATE
    return CancelState.CANCELLED if kept_back or request.restoring else CancelState.TOO_LATE


def _unless(unclear: bool) -> CancelState:
    return CancelState.UNKNOWN if unclear else CancelState.TOO_LATE


def _stopped(request: Request, run: StepRun) -> bool:
    old = bool(request.cancelled_by) and run.error_code == EXPIRED  # what was given up in earlier versions
    return run.state is StepState.CANCELLED or old


def _failed_by_itself(request: Request, step: PlannedStep, run: StepRun) -> bool:
    ended = run.ended and run.state not in _NOT_RUN
    return ended and not succeeded(step, run) and not _stopped(request, run)


def _put_back(request: Request) -> bool:
    assert request.plan is not None
    nodes = [node for node in request.plan.nodes if node.asset in request.restoring]
    back = [step for node in nodes for step in node.steps if step.role is Role.RESTORE]
    return all(request.run(step.step_id).state is StepState.OK for step in back)


def told(request: Request, found: CancelState, message: Text) -> Text:
    """The last sentence of a request that somebody wanted to stop: what of it ran all the same."""
    match found:
        case CancelState.TOO_LATE:
            return said("end.cancel_late", message=message)
        case CancelState.UNKNOWN:
            return said("end.cancel_unclear", message=message)
        case _:
            done = _done(request)
            if not done:
                return message
            if len(done) > _MAX_NAMED:
                more = len(done) - _MAX_NAMED
                return said("end.stays_and_more", message=message, done=done[:_MAX_NAMED], count=more)
            return said("end.stays", message=message, done=done)


def _done(request: Request) -> tuple[Said, ...]:
    """Changes that have taken effect and were not put back."""
    assert request.plan is not None
    return tuple(
        said("step.named", target=step.target, action=step.title)
        for node in request.plan.nodes
        if node.asset not in request.restoring
        for step in node.steps
        if step.role is Role.MAIN and step.changes and request.run(step.step_id).state is StepState.OK
    )

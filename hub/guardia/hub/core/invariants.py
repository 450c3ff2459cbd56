"""What holds of a request in every state; tests ask after each event."""

from __future__ import annotations

from guardia.hub.core.plan import Role
from guardia.hub.core.request import Request
from guardia.hub.core.states import CancelState, RequestState, StepState

S, T = RequestState, StepState


def validate(request: Request) -> None:
    """Invariants that hold in every state; tests call it after each event. Raises `AssertionError`."""
    if request.final:
        assert not request.steps_out() or request.state in (S.CANCELLED, S.FAILED), "ended with steps under way"
    if request.plan is None:
        assert not request.runs
        return
    _validate_cancel(request)
    ids = {step.step_id for _, step in request.plan.steps()}
    assert set(request.runs) <= ids, "a run of no planned step"
    started = [run for run in request.runs.values() if run.state is not T.READY]
    if started:
        assert request.started_ms, "a step left before the request started"
        assert len(request.approvals) >= request.approvals_needed, "a step left without its approvals"
        if request.approvals_needed:
            assert all(approval.by != request.requester.person_id for approval in request.approvals), "self-approval"
    if request.plan.changes:
        assert len(request.steps_out()) <= 1, "a change under way on two steps at once"


def _validate_cancel(request: Request) -> None:
    if request.cancel_outcome is None:
        return
    assert request.plan is not None
    assert request.cancelled_by, "the end of a cancel that nobody asked for"
    wanted = [request.run(step.step_id) for _, step in request.plan.steps() if step.role is Role.MAIN]
    if request.cancel_outcome is CancelState.TOO_LATE:
        assert all(run.state is not T.CANCELLED for run in wanted), "a cancel that stopped a step was not too late"
        assert request.state is not S.CANCELLED, "what was too late has cancelled nothing"
    if request.state is S.CANCELLED:
        assert request.cancel_outcome is CancelState.CANCELLED, "cancelled, and the cancel is said to have failed"
        assert any(run.state is not T.OK for run in wanted), "everything that was asked for has run"

"""Which event may follow in which state of a request and of its steps, as literal tables."""

from __future__ import annotations

from collections.abc import Callable

from guardia.hub.core import events as e
from guardia.hub.core.request import Request
from guardia.hub.core.states import FINAL, STEP_OUT, RequestState, StepState
from guardia.proto.frames import ProbeVerdict, StepOutcome

S, T = RequestState, StepState

# --- transitions of the request -------------------------------------------------------------------------------------


def _after_planned(_request: Request, event: e.Event) -> RequestState:
    assert isinstance(event, e.Planned)
    return S.AWAITING_APPROVAL if event.approvals_needed else S.APPROVED


def _after_approved(request: Request, event: e.Event) -> RequestState:
    assert isinstance(event, e.Approved)
    given = {approval.by for approval in request.approvals}
    if counts(request, event):
        given.add(event.by)
    return S.APPROVED if len(given) >= request.approvals_needed else S.AWAITING_APPROVAL


def counts(request: Request, event: e.Approved) -> bool:
    """An approval counts for the plan that its digest names, and never from the requester, whoever recorded it."""
    plan = request.plan
    return plan is not None and event.digest == plan.digest and event.by != request.requester.person_id


def _after_finished(_request: Request, event: e.Event) -> RequestState:
    assert isinstance(event, e.Finished)
    return RequestState(event.state)


def _goes_on(request: Request, event: e.Event) -> RequestState:
    """What was unclear became clear: on from where it stood. A probe that found nothing out makes nothing clear."""
    if isinstance(event, e.StepProbed) and event.verdict is ProbeVerdict.UNDETERMINED:
        return S.NEEDS_OPERATOR
    return S.ROLLING_BACK if request.restoring else S.RUNNING


_After = RequestState | Callable[[Request, e.Event], RequestState]
STEP_EVENTS: tuple[type[e.Event], ...] = (
    e.StepDispatched,
    e.StepAccepted,
    e.StepStarted,
    e.StepRefused,
    e.StepFinished,
    e.StepUnknown,
    e.StepReconciling,
    e.StepResumed,
    e.StepRedelivered,
    e.StepProbed,
    e.StepRetried,
    e.StepGivenUp,
    e.StepDropped,
    e.StepCancelNoted,
)

REQUEST_TABLE: dict[tuple[RequestState, type[e.Event]], _After] = {
    (S.DRAFT, e.Asked): S.NEEDS_ANSWER,
    (S.DRAFT, e.Denied): S.REJECTED,
    (S.DRAFT, e.Planned): _after_planned,
    (S.NEEDS_ANSWER, e.Answered): S.DRAFT,
    (S.NEEDS_ANSWER, e.Expired): S.EXPIRED,
    (S.NEEDS_ANSWER, e.CancelRequested): S.NEEDS_ANSWER,
    (S.AWAITING_APPROVAL, e.Approved): _after_approved,
    (S.AWAITING_APPROVAL, e.Rejected): S.REJECTED,
    (S.AWAITING_APPROVAL, e.Expired): S.EXPIRED,
    (S.AWAITING_APPROVAL, e.WentStale): S.STALE_PLAN,
    (S.AWAITING_APPROVAL, e.CancelRequested): S.AWAITING_APPROVAL,
    (S.STALE_PLAN, e.Planned): _after_planned,
    (S.STALE_PLAN, e.Asked): S.NEEDS_ANSWER,
    (S.STALE_PLAN, e.Denied): S.REJECTED,
    (S.STALE_PLAN, e.CancelRequested): S.STALE_PLAN,
    (S.APPROVED, e.Scheduled): S.SCHEDULED,
    (S.APPROVED, e.Queued): S.QUEUED,
    (S.APPROVED, e.Started): S.RUNNING,
    (S.APPROVED, e.Expired): S.EXPIRED,
    (S.APPROVED, e.WentStale): S.STALE_PLAN,
    (S.APPROVED, e.CancelRequested): S.APPROVED,
    (S.SCHEDULED, e.Queued): S.QUEUED,
    (S.SCHEDULED, e.Started): S.RUNNING,
    (S.SCHEDULED, e.Expired): S.EXPIRED,
    (S.SCHEDULED, e.WentStale): S.STALE_PLAN,
    (S.SCHEDULED, e.CancelRequested): S.SCHEDULED,
    (S.QUEUED, e.Started): S.RUNNING,
    (S.QUEUED, e.Expired): S.EXPIRED,
    (S.QUEUED, e.WentStale): S.STALE_PLAN,
    (S.QUEUED, e.CancelRequested): S.QUEUED,
    (S.RUNNING, e.CancelRequested): S.RUNNING,
    **{(state, e.CancelSettled): state for state in (S.RUNNING, S.ROLLING_BACK, S.NEEDS_OPERATOR)},
    (S.RUNNING, e.RestoreStarted): S.ROLLING_BACK,
    (S.RUNNING, e.OperatorNeeded): S.NEEDS_OPERATOR,
    (S.ROLLING_BACK, e.CancelRequested): S.ROLLING_BACK,
    (S.ROLLING_BACK, e.OperatorNeeded): S.NEEDS_OPERATOR,
    (S.NEEDS_OPERATOR, e.CancelRequested): S.NEEDS_OPERATOR,
    **{(state, event): state for state in (S.RUNNING, S.ROLLING_BACK) for event in STEP_EVENTS},
    **{(S.NEEDS_OPERATOR, event): S.NEEDS_OPERATOR for event in STEP_EVENTS},
    (S.NEEDS_OPERATOR, e.StepFinished): _goes_on,
    (S.NEEDS_OPERATOR, e.StepRetried): _goes_on,
    (S.NEEDS_OPERATOR, e.StepProbed): _goes_on,
    **{(state, e.Finished): _after_finished for state in RequestState if state not in FINAL},
    **{(state, event): state for state in RequestState for event in (e.TicketAttached, e.OutputFetched)},
}

# --- transitions of a step ------------------------------------------------------------------------------------------

OUTCOME = {
    StepOutcome.OK: T.OK,
    StepOutcome.FAILED: T.FAILED,
    StepOutcome.TIMED_OUT: T.TIMED_OUT,
    StepOutcome.CANCELLED: T.CANCELLED,
}
VERDICT = {
    ProbeVerdict.APPLIED: T.OK,
    ProbeVerdict.NOT_APPLIED: T.NOT_APPLIED,
    ProbeVerdict.STILL_RUNNING: T.RECONCILING,
    ProbeVerdict.UNDETERMINED: T.NEEDS_OPERATOR,
}

STEP_TABLE: dict[tuple[StepState, type[e.Event]], StepState | None] = {
    (T.READY, e.StepDispatched): T.DISPATCHED,
    (T.DISPATCHED, e.StepDropped): T.CANCELLED,
    (T.DISPATCHED, e.StepAccepted): T.ACCEPTED,
    (T.DISPATCHED, e.StepRefused): T.REFUSED,
    (T.ACCEPTED, e.StepStarted): T.RUNNING,
    (T.UNKNOWN, e.StepAccepted): T.ACCEPTED,
    (T.RECONCILING, e.StepAccepted): T.ACCEPTED,
    (T.UNKNOWN, e.StepStarted): T.RUNNING,
    (T.RECONCILING, e.StepStarted): T.RUNNING,
    (T.UNKNOWN, e.StepResumed): T.RUNNING,
    (T.RECONCILING, e.StepResumed): T.RUNNING,
    (T.UNKNOWN, e.StepRedelivered): T.DISPATCHED,
    (T.RECONCILING, e.StepRedelivered): T.DISPATCHED,
    (T.UNKNOWN, e.StepRefused): T.REFUSED,
    (T.RECONCILING, e.StepRefused): T.REFUSED,
    **{(state, e.StepUnknown): T.UNKNOWN for state in (T.DISPATCHED, T.ACCEPTED, T.RUNNING, T.RECONCILING)},
    (T.UNKNOWN, e.StepReconciling): T.RECONCILING,
    **{(state, e.StepCancelNoted): state for state in STEP_OUT},
    # None: the event itself says which state follows.
    (T.READY, e.StepGivenUp): None,
    (T.DISPATCHED, e.StepGivenUp): None,
    (T.RECONCILING, e.StepGivenUp): None,  # cancelled, and its agent says that it never arrived
    **{(state, e.StepFinished): None for state in (*STEP_OUT, T.NEEDS_OPERATOR)},
    **{(state, e.StepProbed): None for state in (T.RECONCILING, T.UNKNOWN, T.NEEDS_OPERATOR)},
    (T.NOT_APPLIED, e.StepRetried): T.READY,
}


def step_allows(request: Request, step_id: str, event: type[e.Event]) -> bool:
    """True when `event` is possible for the step now; what comes late or twice is not."""
    return request.step(step_id) is not None and (request.run(step_id).state, event) in STEP_TABLE

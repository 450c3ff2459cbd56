"""The service request: a machine whose events are its state.

`evolve` is the one entry point that changes a request; everything else reads. The tables are literal: an event that a
state does not list raises `ImpossibleEventError` with the request's history, because then the program is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from guardia.hub.core import events as e
from guardia.hub.core.intent import Intent
from guardia.hub.core.message import Person, StagedFile
from guardia.hub.core.plan import Plan, PlannedNode, PlannedStep, Role
from guardia.hub.core.states import FINAL, STEP_ENDED, STEP_OUT, CancelState, NodeState, RequestState, StepState
from guardia.hub.core.texts import Text
from guardia.hub.errors import HubError
from guardia.proto.catalogue import CheckReport, CheckStatus
from guardia.proto.frames import ProbeVerdict, StepOutcome

S, T = RequestState, StepState

EXPIRED = "delivery.expired"
"""Error code of a step that could not be delivered in time."""
UNSENT = "delivery.cancelled"
"""Error code of a step that was cancelled before it was delivered."""
DROPPED = "delivery.dropped"
"""Error code of a step that a person took out of its agent's queue."""


class ImpossibleEventError(HubError):
    """A bug: an event that cannot happen in this state."""

    code = "request.impossible_event"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    name: str
    at_ms: int


class StepRun(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of a planned step."""

    state: StepState = StepState.READY
    attempt: int = 1
    pid: int = 0
    dispatched_ms: int = 0
    started_ms: int = 0
    finished_ms: int = 0
    exit_code: int | None = None
    error_code: str = ""
    message: Text = ""
    report: str = ""
    truncated: bool = False
    output_bytes: int = 0
    output_sha256: str = ""
    output_head: int = 0
    output_tail: int = 0
    output_lines: int = 0
    output_spooled: int = 0
    output_dropped: int = 0
    detail: Text = ""
    was_unknown: bool = False
    cancel_too_late: bool = False
    """The agent has said that it does not stop it."""

    @property
    def ended(self) -> bool:
        return self.state in STEP_ENDED

    @property
    def out(self) -> bool:
        return self.state in STEP_OUT

    @property
    def time_out(self) -> str:
        """`delivery`: it was not delivered in time and did not run; `execution`: it ran longer than it may and was
        stopped, so that what it did is not known; empty: neither."""
        if self.state is StepState.TIMED_OUT:
            return "execution"
        return "delivery" if self.error_code == EXPIRED else ""


_NOT_RUN = StepRun()
"""Of a step of which nothing was heard: one for all, since a card asks thousands of times."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """State of a request after `version` events."""

    request_id: str
    version: int
    state: RequestState
    room_id: str
    platform: str
    message_id: str
    text: str
    requester: Person
    intent: Intent
    files: tuple[StagedFile, ...]
    created_ms: int
    updated_ms: int
    reader: str = ""
    reader_version: str = ""
    question: Text = ""
    choices: tuple[e.Choice, ...] = ()
    answer_by_ms: int = 0
    plan: Plan | None = None
    approvals_needed: int = 0
    approvals: tuple[Approval, ...] = ()
    approve_by_ms: int = 0
    code: str = ""
    scheduled_ms: int = 0
    behind: str = ""
    fencing: int = 0
    started_ms: int = 0
    runs: dict[str, StepRun] = {}
    restoring: tuple[str, ...] = ()
    cancelled_by: str = ""
    cancel_outcome: CancelState | None = None
    """None while it is not known; see `cancel`."""
    message: Text = ""
    itsm_ticket_id: str = ""
    """Ticket of the ITSM that the request belongs to: imported as it, or attached in chat later; empty: none."""
    severity: str = ""
    """A `Severity` that the ticket gave; empty: what the request itself says."""
    decided_by: tuple[str, ...] = ()
    """The last messages and presses that decided something of it (`by_message` of their events), oldest first."""
    history: tuple[str, ...] = ()
    """Names of the last events, for the error of an impossible one."""

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def cancel(self) -> CancelState | None:
        """How it stands with a cancel; None: nobody has asked for one."""
        if not self.cancelled_by or self.cancel_outcome is not None:
            return self.cancel_outcome
        if not self.final:
            return CancelState.ASKED
        # Ended before it was started, or in a log of earlier versions.
        return CancelState.CANCELLED if self.state is S.CANCELLED else CancelState.UNKNOWN

    def run(self, step_id: str) -> StepRun:
        return self.runs.get(step_id, _NOT_RUN)

    def attempt_id(self, step_id: str) -> str:
        """The step's id on the wire: a retry is a step of its own to the agent."""
        attempt = self.run(step_id).attempt
        return step_id if attempt == 1 else f"{step_id}.a{attempt}"

    def step(self, step_id: str) -> tuple[PlannedNode, PlannedStep] | None:
        return None if self.plan is None else self.plan.by_step.get(step_id)

    def steps_out(self) -> list[tuple[PlannedNode, PlannedStep]]:
        if self.plan is None:
            return []
        out = {step_id for step_id, run in self.runs.items() if run.state in STEP_OUT}
        return [(node, step) for node, step in self.plan.steps() if step.step_id in out] if out else []


def planned_id(attempt_id: str) -> str:
    """The planned step's id of an id on the wire."""
    head, separator, tail = attempt_id.rpartition(".a")
    return head if separator and tail.isdigit() else attempt_id


def is_attempt(request: Request, attempt_id: str) -> bool:
    """Is this the wire id of one of the request's steps, in this attempt or an earlier one?"""
    step_id = planned_id(attempt_id)
    later = (f"{step_id}.a{number}" for number in range(2, request.run(step_id).attempt + 1))
    return request.step(step_id) is not None and attempt_id in (step_id, *later)


def succeeded(step: PlannedStep, run: StepRun) -> bool:
    """A step counts when it ended well; a verification also needs a finding that is neither critical nor unknown."""
    if run.state is not T.OK:
        return False
    if step.role is not Role.VERIFY:
        return True
    if not run.report:
        return False
    return msgspec.json.decode(run.report, type=CheckReport).status in (CheckStatus.OK, CheckStatus.WARN)


def node_state(request: Request, node: PlannedNode) -> NodeState:
    """Derived from the steps, so that it cannot disagree with them."""
    restore = [request.run(s.step_id) for s in node.steps if s.role is Role.RESTORE]
    forward = [(s, request.run(s.step_id)) for s in node.steps if s.role is not Role.RESTORE]
    if node.asset in request.restoring:
        if all(run.state is T.OK for run in restore):
            return NodeState.RESTORED
        return NodeState.STUCK if any(run.ended and run.state is not T.OK for run in restore) else NodeState.RESTORING
    if all(run.state in (T.READY, T.SKIPPED) for _, run in forward):
        return NodeState.SKIPPED if request.final else NodeState.PENDING
    if all(succeeded(step, run) for step, run in forward):
        return NodeState.REJOINED
    if any(run.ended and not succeeded(step, run) for step, run in forward):
        return NodeState.STUCK
    verifying = any(step.role is Role.VERIFY and (run.out or run.ended) for step, run in forward)
    return NodeState.VERIFYING if verifying else NodeState.APPLYING


# --- transitions of the request -------------------------------------------------------------------------------------


def _after_planned(_request: Request, event: e.Event) -> RequestState:
    assert isinstance(event, e.Planned)
    return S.AWAITING_APPROVAL if event.approvals_needed else S.APPROVED


def _after_approved(request: Request, event: e.Event) -> RequestState:
    assert isinstance(event, e.Approved)
    given = {approval.by for approval in request.approvals}
    if _counts(request, event):
        given.add(event.by)
    return S.APPROVED if len(given) >= request.approvals_needed else S.AWAITING_APPROVAL


def _counts(request: Request, event: e.Approved) -> bool:
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
_STEP_EVENTS: tuple[type[e.Event], ...] = (
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
    **{(state, event): state for state in (S.RUNNING, S.ROLLING_BACK) for event in _STEP_EVENTS},
    **{(S.NEEDS_OPERATOR, event): S.NEEDS_OPERATOR for event in _STEP_EVENTS},
    (S.NEEDS_OPERATOR, e.StepFinished): _goes_on,
    (S.NEEDS_OPERATOR, e.StepRetried): _goes_on,
    (S.NEEDS_OPERATOR, e.StepProbed): _goes_on,
    **{(state, e.Finished): _after_finished for state in RequestState if state not in FINAL},
    **{(state, event): state for state in RequestState for event in (e.TicketAttached, e.OutputFetched)},
}

# --- transitions of a step ------------------------------------------------------------------------------------------

_OUTCOME = {
    StepOutcome.OK: T.OK,
    StepOutcome.FAILED: T.FAILED,
    StepOutcome.TIMED_OUT: T.TIMED_OUT,
    StepOutcome.CANCELLED: T.CANCELLED,
}
_VERDICT = {
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


def _evolve_step(request: Request, event: e.Event, step_id: str) -> StepRun:
    run = request.run(step_id)
    key = (run.state, type(event))
    if request.step(step_id) is None or key not in STEP_TABLE:
        raise ImpossibleEventError(
            f"step {step_id} of {request.request_id}: {type(event).__name__} in {run.state}; before: {request.history}"
        )
    state = STEP_TABLE[key]
    change = msgspec.structs.replace
    match event:
        case e.StepDispatched():
            run = change(run, dispatched_ms=event.at_ms)
        case e.StepStarted():
            run = change(run, pid=event.pid, started_ms=event.at_ms)
        case e.StepRefused():
            run = change(run, finished_ms=event.at_ms, error_code=event.code, message=event.message)
        case e.StepUnknown():
            run = change(run, was_unknown=True, detail=event.reason)
        case e.StepGivenUp():
            state = T.CANCELLED if event.code == UNSENT else T.FAILED
            code = event.code or EXPIRED
            run = change(run, finished_ms=event.at_ms, error_code=code, message=event.message)
        case e.StepCancelNoted():
            run = change(run, cancel_too_late=True)
        case e.StepDropped():
            run = change(run, finished_ms=event.at_ms, error_code=DROPPED, message=event.message)
        case e.StepFinished():
            state = _OUTCOME[event.outcome]
            run = change(
                run,
                finished_ms=event.at_ms,
                exit_code=event.exit_code,
                output_bytes=event.output_bytes,
                output_sha256=event.output_sha256,
                output_head=event.output_head,
                output_tail=event.output_tail,
                output_lines=event.output_lines,
                output_spooled=event.output_spooled,
                output_dropped=event.output_dropped,
                error_code=event.error_code,
                message=event.message,
                report=event.report,
                truncated=event.truncated,
            )
        case e.StepProbed():
            state = _VERDICT[event.verdict]
            finished = event.at_ms if state in STEP_ENDED else 0
            run = change(run, finished_ms=finished, detail=event.detail)
        case e.StepRetried():
            run = StepRun(attempt=run.attempt + 1, was_unknown=run.was_unknown, detail=event.reason)
        case _:
            pass
    assert state is not None
    return change(run, state=state)


def draft(event: e.Drafted) -> Request:
    """The request that its first event begins."""
    return Request(
        request_id=event.request_id,
        version=1,
        state=S.DRAFT,
        room_id=event.room_id,
        platform=event.platform,
        message_id=event.message_id,
        text=event.text,
        requester=event.requester,
        intent=event.intent,
        files=event.files,
        created_ms=event.at_ms,
        updated_ms=event.at_ms,
        reader=event.reader,
        reader_version=event.reader_version,
        itsm_ticket_id=event.itsm_ticket_id,
        severity=event.severity,
        history=("Drafted",),
    )


def evolve(request: Request, event: e.Event) -> Request:
    """The request after `event`. Raises `ImpossibleEventError`; never reads a clock."""
    return _evolve(request, event, None)


class Folded(list[e.Event]):
    """Events together with the request `before` them and the one `after` them: applied once, not again."""

    def __init__(self, before: Request) -> None:
        super().__init__()
        self.before = before
        self.after = before


class Fold:
    """A request that events are applied to one after the other. Only `request` after the last one may be kept: the
    runs of those before are changed under them, instead of copied for each of a thousand steps."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._own: dict[str, StepRun] | None = None

    def apply(self, events: Iterable[e.Event]) -> Request:
        """The request after `events`. Raises `ImpossibleEventError`; the ones before it are applied."""
        for event in events:
            if self._own is None or self.request.runs is not self._own:
                self._own = dict(self.request.runs)
            self.request = _evolve(self.request, event, self._own)
        return self.request


def applied(before: Request, events: Iterable[e.Event]) -> Request:
    """The request after `events`. Raises `ImpossibleEventError`."""
    if isinstance(events, Folded) and events.before is before:
        return events.after
    return Fold(before).apply(events)


def _evolve(request: Request, event: e.Event, runs: dict[str, StepRun] | None) -> Request:
    """`runs`: a copy of the request's that may be changed; None: there is none."""
    after = REQUEST_TABLE.get((request.state, type(event)))
    if after is None:
        raise ImpossibleEventError(
            f"{request.request_id}: {type(event).__name__} in {request.state}; before: {request.history}"
        )
    state = after if isinstance(after, RequestState) else after(request, event)
    if isinstance(event, e.Finished) and state not in FINAL:
        raise ImpossibleEventError(f"{request.request_id}: finished as {state}, which is no end")
    changes: dict[str, object] = {}
    if isinstance(event, _STEP_EVENTS):  # by far the most
        step_id: str = event.step_id  # type: ignore[attr-defined]
        run = _evolve_step(request, event, step_id)
        if runs is None:
            runs = dict(request.runs)
        runs[step_id] = run
        return _next(request, event, state, {"runs": runs})
    match event:
        case e.Asked():
            changes = {"question": event.question, "choices": event.choices, "answer_by_ms": event.expires_ms}
        case e.Answered():
            changes = {"intent": event.intent, "question": "", "choices": ()}
        case e.Denied():
            changes = {"message": event.message}
        case e.Planned():
            changes = {
                "plan": event.plan,
                "approvals_needed": event.approvals_needed,
                "approvals": (),
                "approve_by_ms": event.approve_by_ms,
                "code": event.code,
                "runs": {},
                "message": "",
            }
        case e.WentStale() | e.Expired() | e.OperatorNeeded():
            changes = {"message": event.message}
        case e.Approved():
            if _counts(request, event) and all(approval.by != event.by for approval in request.approvals):
                approval = Approval(by=event.by, name=event.name, at_ms=event.at_ms)
                changes = {"approvals": (*request.approvals, approval)}
        case e.Rejected():
            changes = {"message": event.reason}
        case e.Scheduled():
            changes = {"scheduled_ms": event.until_ms}
        case e.Queued():
            changes = {"behind": event.behind}
        case e.Started():
            changes = {"fencing": event.fencing, "started_ms": event.at_ms, "behind": ""}
        case e.CancelRequested():
            changes = {"cancelled_by": event.by}
        case e.CancelSettled():
            changes = {"cancel_outcome": event.outcome}
        case e.RestoreStarted():
            changes = {"restoring": (*request.restoring, event.asset)}
        case e.Finished():
            changes = {"message": event.message}
        case e.TicketAttached():
            changes = {"itsm_ticket_id": event.ticket_id}
        case _:
            pass
    return _next(request, event, state, changes)


_DECISIONS = (
    e.Answered,
    e.Approved,
    e.Rejected,
    e.StepRetried,
    e.CancelRequested,
    e.Finished,
    e.TicketAttached,
)


def _next(request: Request, event: e.Event, state: RequestState, changes: Mapping[str, object]) -> Request:
    if isinstance(event, _DECISIONS) and event.by_message and event.by_message not in request.decided_by:
        changes = {**changes, "decided_by": (*request.decided_by[-15:], event.by_message)}
    return msgspec.structs.replace(
        request,
        version=request.version + 1,
        state=state,
        updated_ms=event.at_ms,
        history=(*request.history[-15:], type(event).__name__),
        **changes,
    )


def replay(events: Iterable[e.Event]) -> Request:
    """The request that a log means; upgrades must not change what an old log means."""
    iterator = iter(events)
    first = next(iterator)
    assert isinstance(first, e.Drafted)
    request = draft(first)
    for event in iterator:
        request = evolve(request, event)
    return request


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

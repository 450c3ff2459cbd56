"""What an event makes of a request: a machine whose events are its state.

`evolve` and its kin are the one way that changes a request. An event that `core.transitions` does not list for a state
raises `ImpossibleEventError` with the request's history, because then the program is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from guardia.hub.core import events as e
from guardia.hub.core.request import DROPPED, EXPIRED, UNSENT, Approval, Request, StepRun
from guardia.hub.core.states import FINAL, STEP_ENDED, RequestState, StepState
from guardia.hub.core.transitions import OUTCOME, REQUEST_TABLE, STEP_EVENTS, STEP_TABLE, VERDICT, counts
from guardia.hub.errors import HubError

S, T = RequestState, StepState


class ImpossibleEventError(HubError):
    """A bug: an event that cannot happen in this state."""

    code = "request.impossible_event"


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
    if isinstance(event, STEP_EVENTS):  # by far the most
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
            if counts(request, event) and all(approval.by != event.by for approval in request.approvals):
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
            state = OUTCOME[event.outcome]
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
            state = VERDICT[event.verdict]
            finished = event.at_ms if state in STEP_ENDED else 0
            run = change(run, finished_ms=finished, detail=event.detail)
        case e.StepRetried():
            run = StepRun(attempt=run.attempt + 1, was_unknown=run.was_unknown, detail=event.reason)
        case _:
            pass
    assert state is not None
    return change(run, state=state)

"""What happens next in a running request: which steps leave, when it restores, when it ends. Pure decisions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from guardia.hub.core import cancel
from guardia.hub.core import events as e
from guardia.hub.core.plan import PlannedNode, PlannedStep, Role
from guardia.hub.core.request import DROPPED, EXPIRED, Request, StepRun, succeeded
from guardia.hub.core.states import STARTED, CancelState, RequestState, StepState
from guardia.hub.core.texts import Text, said

MAX_READ_ATTEMPTS = 3


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """`dispatch`: planned steps that may leave now. `events`: what is decided without an agent."""

    dispatch: tuple[tuple[PlannedNode, PlannedStep], ...] = ()
    events: tuple[e.Event, ...] = ()


def locks(request: Request) -> tuple[str, ...]:
    """Names of what a change holds while steps may be under way: its hosts and its components, sorted."""
    if request.plan is None or not request.plan.changes:
        return ()
    names = {f"host:{node.asset}" for node in request.plan.nodes}
    names |= {f"component:{node.component}" for node in request.plan.nodes}
    return tuple(sorted(names))


def held_by(request: Request, others: Iterable[Request]) -> str:
    """Id of a started request that holds a lock which `request` needs; empty: it may start."""
    wanted = set(locks(request))
    if not wanted:
        return ""
    for other in others:
        if other.request_id != request.request_id and other.state in STARTED and wanted.intersection(locks(other)):
            return other.request_id
    return ""


def _failed(step: PlannedStep, run: StepRun) -> bool:
    return run.ended and not succeeded(step, run)


def _why(step: PlannedStep, run: StepRun) -> Text:
    reason = run.message or run.detail
    if not reason:
        reason = said("step.not_verified" if run.state is StepState.OK else f"step.{run.state.value}")
    return said("step.why", target=step.target, action=step.title, why=reason)


def _end(request: Request, now_ms: int, state: RequestState, message: Text) -> Next:
    """The end, and before it what became of a cancel."""
    if not request.cancelled_by:
        return Next(events=(e.Finished(at_ms=now_ms, state=state.value, message=message),))
    found = cancel.outcome(request)
    message = cancel.told(request, found, message)
    settled = e.CancelSettled(at_ms=now_ms, outcome=found)
    return Next(events=(settled, e.Finished(at_ms=now_ms, state=state.value, message=message)))


def _walk(request: Request, steps: list[PlannedStep]) -> tuple[PlannedStep | None, StepRun | None]:
    """The first step that has not succeeded, with its run; (None, None) when all have."""
    for step in steps:
        run = request.run(step.step_id)
        if not succeeded(step, run):
            return step, run
    return None, None


def _repeats(step: PlannedStep, run: StepRun) -> bool:
    """Only what changes nothing is run again without a person, and only where it provably left no result."""
    return run.state is StepState.NOT_APPLIED and not step.changes and run.attempt < MAX_READ_ATTEMPTS


def _changed(request: Request) -> bool:
    """A change that was asked for has taken effect on a node."""
    assert request.plan is not None
    mains = [step for _, step in request.plan.steps() if step.role is Role.MAIN]
    return any(step.changes and request.run(step.step_id).state is StepState.OK for step in mains)


def _again(step: PlannedStep, now_ms: int) -> e.StepRetried:
    return e.StepRetried(at_ms=now_ms, step_id=step.step_id, by="hub", reason=said("step.read_again"))


def _next_change(request: Request, now_ms: int) -> Next:
    assert request.plan is not None
    done = 0
    for node in request.plan.nodes:
        forward = [s for s in node.steps if s.role is not Role.RESTORE]
        step, run = _walk(request, forward)
        if step is None or run is None:
            done += 1
            continue
        if run.out:
            return Next()
        if run.state is StepState.READY:
            if request.cancelled_by:
                reason = said("end.cancelled", by=request.cancelled_by)
                if cancel.outcome(request) is CancelState.TOO_LATE:
                    reason = said("end.not_verified")
                return _failed_node(request, now_ms, node, reason=reason, cancelled=True, done=done)
            return Next(dispatch=((node, step),))
        if _repeats(step, run) and not request.cancelled_by:
            return Next(events=(_again(step, now_ms),))
        if run.state in (StepState.NEEDS_OPERATOR, StepState.NOT_APPLIED):
            return _operator(request, now_ms, step, run)
        old = bool(request.cancelled_by) and run.error_code == EXPIRED  # given up in earlier versions
        cancelled = run.state is StepState.CANCELLED or old
        return _failed_node(request, now_ms, node, reason=_why(step, run), cancelled=cancelled, done=done)
    count = len(request.plan.nodes)
    message = said("end.all_done", count=count) if count > 1 else said("end.done")
    return _end(request, now_ms, RequestState.SUCCEEDED, message)


def _operator(request: Request, now_ms: int, step: PlannedStep, run: StepRun) -> Next:
    if request.cancelled_by:
        return _end(request, now_ms, RequestState.FAILED, _why(step, run))
    if request.state is RequestState.NEEDS_OPERATOR:
        return Next()
    return Next(events=(e.OperatorNeeded(at_ms=now_ms, message=_why(step, run)),))


def _failed_node(request: Request, now_ms: int, node: PlannedNode, *, reason: Text, cancelled: bool, done: int) -> Next:
    """Stop at the first failed (or cancelled) node; put its release back when that had been switched."""
    restore = [s for s in node.steps if s.role is Role.RESTORE]
    switched = any(
        s.action == "DEPLOY_ARTIFACT" and request.run(s.step_id).state is StepState.OK
        for s in node.steps
        if s.role is Role.MAIN
    )
    if not restore or not switched:
        state = RequestState.PARTIAL if done else RequestState.FAILED
        if cancelled:
            spared = cancel.outcome(request) is CancelState.CANCELLED if request.cancelled_by else not _changed(request)
            state = RequestState.CANCELLED if spared else RequestState.PARTIAL
        return _end(request, now_ms, state, reason)
    if node.asset not in request.restoring:
        return Next(events=(e.RestoreStarted(at_ms=now_ms, asset=node.asset),))
    back, back_run = _walk(request, restore)
    if back is None or back_run is None:
        state = RequestState.PARTIAL if done else RequestState.ROLLED_BACK
        return _end(request, now_ms, state, said("end.put_back", why=reason))
    if back_run.state is StepState.READY:
        return Next(dispatch=((node, back),))
    if back_run.out:
        return Next()
    if back_run.state in (StepState.NEEDS_OPERATOR, StepState.NOT_APPLIED):
        return _operator(request, now_ms, back, back_run)
    return _end(
        request,
        now_ms,
        RequestState.ROLLBACK_FAILED,
        said("end.not_put_back", why=reason, back=_why(back, back_run)),
    )


def _next_read(request: Request, now_ms: int) -> Next:
    """Every node at once, its steps one after the other; one that fails does not stop the rest."""
    assert request.plan is not None
    dispatch: list[tuple[PlannedNode, PlannedStep]] = []
    retried: list[e.Event] = []
    waiting = False
    runs: list[StepRun] = []
    for node in request.plan.nodes:
        for step in node.steps:
            run = request.run(step.step_id)
            if run.state is StepState.NOT_APPLIED and run.attempt < MAX_READ_ATTEMPTS and not request.cancelled_by:
                retried.append(
                    e.StepRetried(at_ms=now_ms, step_id=step.step_id, by="hub", reason=said("step.read_again"))
                )
                break
            if run.out:
                waiting = True
                break
            if run.state is StepState.READY:
                if not request.cancelled_by:
                    dispatch.append((node, step))
                break
            runs.append(run)
    if retried:
        return Next(events=tuple(retried))
    if waiting or dispatch:
        return Next(dispatch=tuple(dispatch))
    if request.cancelled_by and cancel.outcome(request) is CancelState.CANCELLED:
        return _end(request, now_ms, RequestState.CANCELLED, said("end.cancelled", by=request.cancelled_by))
    good = sum(run.state is StepState.OK for run in runs)
    if good == len(runs):
        return _end(request, now_ms, RequestState.SUCCEEDED, said("end.checked"))
    bad = next(
        _why(step, request.run(step.step_id))
        for _, step in request.plan.steps()
        if request.run(step.step_id).state is not StepState.OK
    )
    state = RequestState.PARTIAL if good else RequestState.FAILED
    if all(run.error_code == DROPPED for run in runs):
        return _end(request, now_ms, RequestState.CANCELLED, bad)
    return _end(request, now_ms, state, said("end.not_checked", count=len(runs) - good, why=bad))


def decide(request: Request, now_ms: int) -> Next:
    """What happens next in a started request. Nothing for one that has not started or has ended.

    The caller records the events and asks again until nothing comes; then it dispatches.
    """
    if request.state not in STARTED or request.plan is None:
        return Next()
    return _next_change(request, now_ms) if request.plan.changes else _next_read(request, now_ms)

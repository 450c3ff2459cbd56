"""What the journal's records say together: the steps, the fencing tokens, and what must survive a compaction. Pure."""

from __future__ import annotations

from collections import deque

import msgspec

from guardia.agent.core.job import (
    FINISHED,
    OUTCOME_EVENT,
    UNDER_WAY,
    Known,
    StepEvent,
    StepState,
    next_state,
)
from guardia.agent.journal.records import (
    AcceptedRecord,
    AckedRecord,
    AnyRecord,
    DoneRecord,
    FenceRecord,
    FinishedRecord,
    ProbedRecord,
    RefusedRecord,
    StartedRecord,
)

REFUSALS_KEPT = 200
"""Refusals that survive a compaction, newest last: evidence, bounded so that no hub can fill the disk with them."""

REMEMBER_AFTER_EXPIRY_MS = 24 * 3600 * 1000
"""A step id is remembered this much longer than its ticket lives, against clocks that were set back."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was accepted and is not acknowledged yet."""

    accepted: AcceptedRecord
    state: StepState = StepState.ACCEPTED
    started: StartedRecord | None = None
    finished: FinishedRecord | None = None
    probed: ProbedRecord | None = None

    @property
    def step_id(self) -> str:
        return self.accepted.step_id


class Steps:
    """The fold of the records. `apply` is the only way in; an impossible record raises `ImpossibleTransitionError`."""

    def __init__(self) -> None:
        self.open: dict[str, Step] = {}
        """Unacknowledged steps, oldest first."""
        self.done: dict[str, DoneRecord] = {}
        self.fences: dict[str, int] = {}
        self.refusals: deque[RefusedRecord] = deque(maxlen=REFUSALS_KEPT)

    def known(self, step_id: str) -> Known | None:
        if step := self.open.get(step_id):
            return Known(digest=step.accepted.digest, state=step.state)
        if done := self.done.get(step_id):
            return Known(digest=done.digest, state=StepState.OK, acknowledged=True)
        return None

    def check(self, record: AnyRecord) -> StepState:
        """The state that `record` leads to; raises `ImpossibleTransitionError` where `apply` would."""
        match record:
            case AcceptedRecord():
                event = StepEvent.ACCEPT
            case StartedRecord():
                event = StepEvent.START
            case FinishedRecord():
                event = OUTCOME_EVENT[record.result.outcome]
            case _:
                return StepState.READY
        step = self.open.get(record.step_id)
        return next_state(record.step_id, step.state if step else StepState.READY, event)

    def apply(self, record: AnyRecord) -> None:
        state = self.check(record)
        match record:
            case AcceptedRecord():
                self.open[record.step_id] = Step(accepted=record, state=state)
                self._fence(record.target, record.fencing)
            case StartedRecord():
                self._replace(record.step_id, state=state, started=record)
            case FinishedRecord():
                self._replace(record.step_id, state=state, finished=record)
            case ProbedRecord():
                if record.step_id in self.open:
                    self._replace(record.step_id, probed=record)
            case AckedRecord():
                if step := self.open.pop(record.step_id, None):
                    accepted = step.accepted
                    self.done[record.step_id] = DoneRecord(
                        step_id=record.step_id, digest=accepted.digest, expires_ms=accepted.expires_ms
                    )
            case RefusedRecord():
                self.refusals.append(record)
            case DoneRecord():
                self.done[record.step_id] = record
            case FenceRecord():
                self._fence(record.target, record.token)

    def interrupt(self) -> list[Step]:
        """After a start: what was under way in the process before is INTERRUPTED. Returns those steps."""
        found = [step for step in self.open.values() if step.state in UNDER_WAY]
        for step in found:
            self.interrupt_one(step.step_id)
        return found

    def interrupt_one(self, step_id: str) -> None:
        step = self.open.get(step_id)
        state = next_state(step_id, step.state if step else StepState.READY, StepEvent.INTERRUPT)
        self._replace(step_id, state=state)

    def take_up(self, step_id: str) -> None:
        step = self.open.get(step_id)
        state = next_state(step_id, step.state if step else StepState.READY, StepEvent.TAKE_UP)
        if step is not None and step.started is not None:
            state = next_state(step_id, state, StepEvent.START)
        self._replace(step_id, state=state)

    def compacted(self, now_ms: int) -> list[AnyRecord]:
        """The records that say all that is still needed, in an order that `apply` takes."""
        records: list[AnyRecord] = [FenceRecord(target=target, token=token) for target, token in self.fences.items()]
        records += [done for done in self.done.values() if now_ms < done.expires_ms + REMEMBER_AFTER_EXPIRY_MS]
        records += self.refusals
        for step in self.open.values():
            records.append(step.accepted)
            records += [part for part in (step.started, step.finished, step.probed) if part is not None]
        return records

    def validate(self) -> None:
        """The invariants; tests call it after every change."""
        for step_id, step in self.open.items():
            assert step_id == step.step_id
            assert step_id not in self.done
            assert (step.finished is not None) == (step.state in FINISHED)
            assert self.fences.get(step.accepted.target, 0) >= step.accepted.fencing

    def _fence(self, target: str, token: int) -> None:
        if token > self.fences.get(target, 0):
            self.fences[target] = token

    def _replace(self, step_id: str, **parts: object) -> None:
        self.open[step_id] = msgspec.structs.replace(self.open[step_id], **parts)

"""The agent's journal: what it accepted, started, finished and reported, on the disk before it is done or said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from guardia.agent.core.job import ImpossibleTransitionError, Known, StepState
from guardia.agent.errors import JournalError
from guardia.agent.journal import records
from guardia.agent.journal.aside import Aside
from guardia.agent.journal.lock import StateLock
from guardia.agent.journal.recordfile import RecordFile
from guardia.agent.journal.records import (
    AcceptedRecord,
    AckedRecord,
    AnyRecord,
    FinishedRecord,
    ProbedRecord,
    RefusedRecord,
    StartedRecord,
)
from guardia.agent.journal.steps import Step, Steps

COMPACT_ABOVE = 4 * 1024 * 1024
SETTLED_MS = 14 * 24 * 3600 * 1000


def _nothing(_point: str) -> None:
    """No fault is asked for."""


class Journal:
    """Open for one process. Every writing method returns only when the record is on the disk, but for two.

    What `started` and `acked` write survives the end of the process, however it ends, and reaches the disk with the
    next record at the latest. After a power cut the machine has another boot id, so no pid means anything any more;
    and a step whose acknowledgement is lost is reported and acknowledged once more.

    The methods block for as long as the disk takes and may be called from several threads; an event loop calls them by
    `aside`: `await journal.aside(journal.accept, record)`. They raise `JournalError`
    when the record could not be written; what it stands for must then not be done.
    """

    def __init__(
        self,
        lock: StateLock,
        file: RecordFile,
        steps: Steps,
        *,
        compact_above: int,
        kill_at: Callable[[str], None] = _nothing,
    ) -> None:
        self._state_lock = lock
        self._file = file
        self._steps = steps
        self._writer = threading.Lock()
        self._view = threading.Lock()  # held for moments only: readers never wait for the disk
        self._compact_above = compact_above
        self._kill_at = kill_at
        self.aside = Aside()
        self._compact_next = compact_above
        self.torn_bytes = 0
        """What a crash had left at the end, and was cut off."""
        self.interrupted: tuple[Step, ...] = ()
        """Steps that the process before did not finish."""

    @classmethod
    def open(
        cls, state_dir: Path, *, compact_above: int = COMPACT_ABOVE, kill_at: Callable[[str], None] = _nothing
    ) -> Journal:
        """Take the state directory and read its journal. `kill_at` is the tests' (`daemon.fault`).

        Raises `JournalError`: another agent uses the directory, the file is damaged, or it cannot be read.
        """
        lock = StateLock.take(state_dir)
        file: RecordFile | None = None
        try:
            (state_dir / "journal.new").unlink(missing_ok=True)
            file, payloads, torn = RecordFile.open(state_dir / "journal")
            steps = Steps()
            for payload in payloads:
                steps.apply(records.decode(payload))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            cls._give_up(lock, file)
            raise JournalError(
                f"{state_dir / 'journal'} holds a record that this version cannot read ({error}); was a newer agent "
                "installed before? Install it again, or move the file away"
            ) from error
        except ImpossibleTransitionError as error:
            cls._give_up(lock, file)
            raise JournalError(
                f"{state_dir / 'journal'} contradicts itself: {error}; keep it and ask support"
            ) from error
        except (OSError, JournalError) as error:
            cls._give_up(lock, file)
            if isinstance(error, JournalError):
                raise
            raise JournalError(f"cannot read {state_dir}: {error.strerror}") from error
        journal = cls(lock, file, steps, compact_above=compact_above, kill_at=kill_at)
        journal.torn_bytes = torn
        journal.interrupted = tuple(steps.interrupt())
        return journal

    @staticmethod
    def _give_up(lock: StateLock, file: RecordFile | None) -> None:
        if file is not None:
            file.close()
        lock.release()

    # --- reading ----------------------------------------------------------------------------------------------------

    def known(self, step_id: str) -> Known | None:
        with self._view:
            return self._steps.known(step_id)

    def step(self, step_id: str) -> Step | None:
        """An unacknowledged step."""
        with self._view:
            return self._steps.open.get(step_id)

    def unacknowledged(self) -> tuple[Step, ...]:
        """Oldest first."""
        with self._view:
            return tuple(self._steps.open.values())

    def fencing(self, target: str) -> int:
        """The highest token that an accepted step of `target` carried."""
        with self._view:
            return self._steps.fences.get(target, 0)

    def refusals(self) -> tuple[RefusedRecord, ...]:
        with self._view:
            return tuple(self._steps.refusals)

    @property
    def size(self) -> int:
        return self._file.size

    @property
    def broken(self) -> str:
        return self._file.broken

    # --- writing ----------------------------------------------------------------------------------------------------

    def accept(self, record: AcceptedRecord) -> None:
        """Raises `ImpossibleTransitionError` when the step is known."""
        with self._writer:
            if self._steps.known(record.step_id) is not None:
                raise ImpossibleTransitionError(f"step {record.step_id} is in the journal already")
            self._write(record)

    def started(self, record: StartedRecord) -> None:
        with self._writer:
            self._write(record, sync=False)

    def finished(self, record: FinishedRecord) -> None:
        with self._writer:
            self._write(record)

    def refused(self, record: RefusedRecord) -> None:
        with self._writer:
            self._write(record)

    def probed(self, record: ProbedRecord) -> None:
        with self._writer:
            self._write(record)

    def acked(self, record: AckedRecord) -> bool:
        """Forget a step that ended, or was interrupted and probed. False: it is not such a step, nothing was done."""
        with self._writer:
            step = self._steps.open.get(record.step_id)
            if step is None or (step.finished is None and step.probed is None):
                return False
            self._write(record, sync=False)
            return True

    @property
    def grown(self) -> bool:
        """Whether `compact` would do anything."""
        return self._file.size >= self._compact_next

    def compact(self, now_ms: int) -> bool:
        """Drop what is not needed any more when the file has grown. True: done. Raises `JournalError`.

        After a failure, or when nearly everything is still needed, the next attempt waits until the file has grown
        again.
        """
        with self._writer:
            if not self.grown:
                return False
            self._compact_next = self._file.size + self._compact_above
            live = self._steps.compacted(now_ms)
            self._file.rewrite([records.encode(record) for record in live], self._kill_at)
            interrupted = {step_id for step_id, step in self._steps.open.items() if step.state is StepState.INTERRUPTED}
            fresh = Steps()
            for record in live:
                fresh.apply(record)
            for step_id in interrupted:
                fresh.open[step_id] = msgspec.structs.replace(fresh.open[step_id], state=StepState.INTERRUPTED)
            with self._view:
                self._steps = fresh
            self._compact_next = max(self._compact_above, 2 * self._file.size)
            return True

    def forget_settled(self, now_ms: int) -> int:
        """Forget interrupted steps that a probe settled `SETTLED_MS` ago and that the hub never acknowledged, so that
        the hello does not name them for ever. Returns how many."""
        settled = [
            step.step_id
            for step in self.unacknowledged()
            if step.state is StepState.INTERRUPTED
            and step.probed is not None
            and step.probed.at_ms + SETTLED_MS < now_ms
        ]
        return sum(self.acked(AckedRecord(step_id=step_id, at_ms=now_ms)) for step_id in settled)

    def interrupt(self, step_id: str) -> None:
        """The step's end cannot be known: its host was lost on the way. Needs no record, since a step without an end is
        INTERRUPTED after a restart anyway. Raises `ImpossibleTransitionError` for a step that is not under way."""
        with self._writer, self._view:
            self._steps.interrupt_one(step_id)

    def take_up(self, step_id: str) -> None:
        """An interrupted step is under way again, because what it started is. Needs no record, as `interrupt`. Raises
        `ImpossibleTransitionError` for a step that is not interrupted."""
        with self._writer, self._view:
            self._steps.take_up(step_id)

    def close(self) -> None:
        self.aside.stop()
        with self._writer:
            self._file.close()
            self._state_lock.release()

    def _write(self, record: AnyRecord, *, sync: bool = True) -> None:
        # An impossible record must never reach the disk: nobody could read the journal any more. Then the disk first:
        # memory never knows more than what would be read after a crash.
        self._steps.check(record)
        self._file.append(records.encode(record), sync=sync)
        with self._view:
            self._steps.apply(record)

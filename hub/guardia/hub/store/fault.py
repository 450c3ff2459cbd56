"""The fault hook of the tests: the hub kills itself at a named point, as a power cut would.

`GUARDIA_HUB_FAULT_KILL_AT` names one of `POINTS`; it is obeyed only together with `GUARDIA_TESTING=1`. The points lie
at the store's port, because what the hub writes down is what it knows after the kill:

- `outbox.committed`: the decision and its row are committed, nothing was sent;
- `outbox.marked`: a row that had waited is marked as sent, and was not sent yet;
- `accepted.received`: the agent has the step and said so, which is not committed;
- `result.received`: the result is here and not committed;
- `result.committed`: it is committed and not acknowledged.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from guardia.hub.core import events as e
from guardia.hub.core.message import RoomMessage
from guardia.hub.ports import Commit
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore

POINTS = ("outbox.committed", "outbox.marked", "accepted.received", "result.received", "result.committed")

KillAt = Callable[[str], None]


def _die(_point: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FaultStore(SqlStore):
    """A store that calls `kill_at` when `point` is reached."""

    def __init__(self, database: Database, point: str, kill_at: KillAt = _die) -> None:
        super().__init__(database)
        self._point = point
        self._kill_at = kill_at

    def _reached(self, point: str) -> None:
        if point == self._point:
            self._kill_at(point)

    async def commit(self, commit: Commit) -> list[RoomMessage]:
        kinds = {type(event) for event in commit.events}
        if e.StepAccepted in kinds:
            self._reached("accepted.received")
        if e.StepFinished in kinds:
            self._reached("result.received")
        placed = await super().commit(commit)
        if e.StepFinished in kinds:
            self._reached("result.committed")
        if commit.outbox:
            self._reached("outbox.committed")
        return placed

    async def mark_sent(self, step_id: str, at_ms: int | None) -> None:
        await super().mark_sent(step_id, at_ms)
        self._reached("outbox.marked")


def make_store(database: Database) -> SqlStore:
    """The store; with the fault that the environment asks for. Raises `ValueError` for a point that there is not."""
    point = os.environ.get("GUARDIA_HUB_FAULT_KILL_AT", "")
    if not point or os.environ.get("GUARDIA_TESTING") != "1":
        return SqlStore(database)
    if point not in POINTS:
        raise ValueError(f"GUARDIA_HUB_FAULT_KILL_AT={point}: one of {', '.join(POINTS)}")
    return FaultStore(database, point)

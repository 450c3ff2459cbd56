"""The queues of agents, as people see them: a list with times to live, and taking one entry out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec
import structlog

from guardia.hub.core import events as e
from guardia.hub.core.message import Person
from guardia.hub.core.request import Request, planned_id
from guardia.hub.core.states import StepState
from guardia.hub.core.texts import said, told
from guardia.hub.core.transcript import clean
from guardia.hub.errors import AlreadySentError, ForbiddenError, InvalidInputError, NotFoundError
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.outbox import Place, Waiting, place, shown
from guardia.hub.flow.presses import Presses
from guardia.hub.ports import Clock, OutboxRow

log = structlog.get_logger("guardia.hub.queue")

MAX_PAGE = 200
MAX_LOOKED_AT = 1_000
"""Entries that one page looks at, seen by the person or not: a page may be shorter than was asked for."""
MAX_REASON = 500
_CURSOR = re.compile(r"([^,]{1,64}),([0-9]{1,15}),([^,]{1,64})\Z")

Sees = Callable[[str], bool]
"""Whether the person may enter the room with this id."""


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries by agent, oldest first. `next`: what to ask for as `after`; empty: there are no more."""

    entries: tuple[Waiting, ...]
    next: str = ""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an entry that was taken out, and of its request."""

    step_id: str
    request_id: str
    step_state: StepState
    request_state: str
    message: str


class Queue:
    """A person sees the entries of requests whose room they may enter, or which they may cancel; nothing else."""

    def __init__(self, desk: Desk, presses: Presses, clock: Clock) -> None:
        self._desk = desk
        self._presses = presses
        self._clock = clock

    def page(self, person: Person, sees: Sees, *, agent_id: str = "", after: str = "", limit: int = 50) -> QueuePage:
        """At most `limit` entries (1 to `MAX_PAGE`) after the cursor `after`. Raises `InvalidInputError`."""
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidInputError(f"limit {limit}", remedy=f"limit은 1부터 {MAX_PAGE}까지입니다.")
        start = _place_of(after) if after else None
        now = self._clock.now_ms()
        found: list[Waiting] = []
        known: dict[str, bool] = {}
        last: OutboxRow | None = None
        for looked, row in enumerate(self._rows(agent_id, start)):
            if len(found) == limit or looked == MAX_LOOKED_AT:
                assert last is not None
                return QueuePage(entries=tuple(found), next=f"{last.agent_id},{last.created_ms},{last.step_id}")
            last = row
            if row.request_id not in known:
                request = self._desk.requests.get(row.request_id)
                known[row.request_id] = request is not None and self._visible(request, person, sees)
            if known[row.request_id]:
                found.append(shown(row, now))
        return QueuePage(entries=tuple(found))

    def _rows(self, agent_id: str, start: Place | None) -> Iterator[OutboxRow]:
        for one in [agent_id] if agent_id else sorted(self._desk.outbox.agents()):
            if start is None or one >= start[0]:
                rows = sorted(self._desk.outbox.of_agent(one), key=place)
                yield from (row for row in rows if start is None or place(row) > start)

    def droppable(self, entry: Waiting, person: Person) -> bool:
        """Whether `drop` would take out this entry, as things stand, for this person."""
        request = self._desk.requests.get(entry.request_id)
        return entry.state == "waiting" and request is not None and self._may_cancel(request, person)

    def _visible(self, request: Request, person: Person, sees: Sees) -> bool:
        return sees(request.room_id) or self._may_cancel(request, person)

    def _may_cancel(self, request: Request, person: Person) -> bool:
        try:
            self._presses.check_cancel(request, person)
        except ForbiddenError:
            return False
        return True

    async def drop(self, step_id: str, person: Person, sees: Sees, reason: str = "") -> Dropped:
        """Take one entry out of its agent's queue, by the step's id on the wire. It never runs, and what its request
        does then is what it does after a cancelled step.

        For whoever may cancel the request. Raises `NotFoundError`, `ForbiddenError`, `AlreadySentError` (the agent may
        have it), `ConflictError` (the request has ended), `InvalidInputError`.
        """
        if len(reason) > MAX_REASON:
            raise InvalidInputError("bad reason", remedy=f"사유는 {MAX_REASON}자까지 적어 주세요.")
        reason = " ".join(clean(reason).split())
        row = self._desk.outbox.get(step_id)
        request = None if row is None else self._desk.requests.get(row.request_id)
        if row is None or request is None or not self._visible(request, person, sees):
            raise NotFoundError(said("queue.none"), remedy=said("queue.none_remedy"))

        def choose(request: Request) -> list[e.Event]:
            self._presses.check_cancel(request, person)
            waits = self._desk.outbox.get(step_id)
            run = request.run(planned_id(step_id))
            if waits is None or waits.sent_ms is not None or run.state is not StepState.DISPATCHED:
                raise AlreadySentError(said("queue.sent", step=step_id))
            message = said("end.dropped", by=person.name)
            if reason:
                message = said("end.dropped_why", by=person.name, why=reason)
            return [
                e.StepDropped(
                    at_ms=self._clock.now_ms(),
                    step_id=planned_id(step_id),
                    by=person.person_id,
                    reason=reason,
                    message=message,
                )
            ]

        after = await self._desk.act(row.request_id, choose)
        log.info("queue.dropped", agent_id=row.agent_id, step_id=step_id, by=person.person_id)
        run = after.run(planned_id(step_id))
        return Dropped(
            step_id=step_id,
            request_id=after.request_id,
            step_state=run.state,
            request_state=after.state.value,
            message=told("ko", run.message),
        )


def _place_of(cursor: str) -> Place:
    found = _CURSOR.match(cursor)
    if found is None:
        raise InvalidInputError("bad cursor", remedy="after에는 앞 답의 next를 그대로 넣어 주세요.")
    agent_id, created, step_id = found.groups()
    return (agent_id, int(created), len(step_id), step_id)

"""The trail of what was decided about agents: who, when, what and why, as a chain of hashes that nothing deletes.

An event's hash covers the one before it, its place and its contents; the head says how many there are and where the
chain ends. `verify` finds a changed, removed or added row.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, insert, select, update

from guardia.hub.enrolment.tables import agent_events, agent_trail
from guardia.hub.errors import InvalidInputError
from guardia.hub.store.database import Database

GENESIS = "0" * 64
BY_HUB = "hub"
"""Who decided, when it was the hub itself."""
MAX_BY = 100
MAX_REASON = 1_000
MAX_LISTED = 10_000
_NAME = "agents"


class AgentDeed(StrEnum):
    REVOKED = "revoked"
    REINSTATED = "reinstated"
    FENCED = "fenced"
    UNFENCED = "unfenced"
    DRAINED = "drained"
    UNDRAINED = "undrained"


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was decided about an agent. `by`: `admin:…`, as the command's user, or `hub`."""

    place: int
    at_ms: int
    what: str
    agent_id: str
    by: str
    reason: str = ""


def check_reason(reason: str) -> str:
    """`reason` itself. Raises `InvalidInputError` when it is too long, or not one line."""
    if len(reason) > MAX_REASON or not reason.isprintable():
        raise InvalidInputError("bad reason", remedy=f"사유는 한 줄로 {MAX_REASON}자까지 적어 주세요.")
    return reason


def _link(previous: str, event: AgentEvent) -> str:
    return hashlib.sha256(b"\0".join([previous.encode(), msgspec.json.encode(event, order="sorted")])).hexdigest()


def note(connection: Connection, what: AgentDeed, agent_id: str, *, at_ms: int, by: str, reason: str = "") -> None:
    """Write an event within the transaction that makes it true."""
    # The head's row is locked, so that two processes cannot take the same place.
    head = connection.execute(select(agent_trail).where(agent_trail.c.name == _NAME).with_for_update()).one_or_none()
    if head is None:
        connection.execute(insert(agent_trail).values(name=_NAME, events=0, head=GENESIS))
    place, previous = (1, GENESIS) if head is None else (head.events + 1, head.head)
    event = AgentEvent(
        place=place, at_ms=at_ms, what=what.value, agent_id=agent_id, by=by[:MAX_BY], reason=reason[:MAX_REASON]
    )
    link = _link(previous, event)
    connection.execute(insert(agent_events).values(**msgspec.structs.asdict(event), hash=link))
    connection.execute(update(agent_trail).where(agent_trail.c.name == _NAME).values(events=place, head=link))


class AgentTrail:
    """Reads the trail. Its methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(self, agent_id: str = "", *, limit: int = 100) -> list[AgentEvent]:
        """The newest `limit` events, of one agent or of all; oldest first."""
        query = select(agent_events).order_by(agent_events.c.place.desc()).limit(min(limit, MAX_LISTED))
        if agent_id:
            query = query.where(agent_events.c.agent_id == agent_id)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [_event(row) for row in reversed(rows)]

    async def verify(self) -> tuple[int, list[str]]:
        """Number of events, and what is wrong with them, one line each; an empty list: the chain is whole."""
        return await self._database.read(_verify)


def _event(row) -> AgentEvent:  # type: ignore[no-untyped-def]  # a row of the table
    return AgentEvent(
        place=row.place, at_ms=row.at_ms, what=row.what, agent_id=row.agent_id, by=row.by, reason=row.reason
    )


def _verify(connection: Connection) -> tuple[int, list[str]]:
    query = select(agent_events).order_by(agent_events.c.place).execution_options(yield_per=1_000)
    previous, count = GENESIS, 0
    with connection.execute(query) as rows:
        for row in rows:
            count += 1
            if row.place != count or row.hash != _link(previous, _event(row)):
                return count, [f"agents: event {row.place} was changed, or one before it is missing"]
            previous = row.hash
    head = connection.execute(select(agent_trail).where(agent_trail.c.name == _NAME)).one_or_none()
    if head is None or (head.events, head.head) != (count, previous):
        return count, ["agents: the trail does not end where its head says; events are missing or added"]
    return count, []

"""`SqlStore`: requests, their hash-chained event log, inbox, outbox and rooms in one database.

Every log is a chain: an event's hash covers the one before it, and the request's row holds the newest. `verify` finds
a changed, removed or added row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from guardia.hub.core.events import AnyEvent, Event
from guardia.hub.core.evolve import replay
from guardia.hub.core.live_output import Kept
from guardia.hub.core.message import RoomMessage
from guardia.hub.core.request import Request
from guardia.hub.errors import HubError
from guardia.hub.ports import Commit, InboxEntry, OutboxRow
from guardia.hub.store import statements
from guardia.hub.store import tables as t
from guardia.hub.store.commits import GENESIS, chain, commit_all, place
from guardia.hub.store.database import Database

_EVENT = msgspec.json.Decoder(AnyEvent)
_REQUEST = msgspec.json.Decoder(Request)
_MESSAGE = msgspec.json.Decoder(RoomMessage)


class SqlStore:
    """`ports.Store` and `ports.History` on a `Database` (SQLite or PostgreSQL)."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- inbox ------------------------------------------------------------------------------------------------------

    async def take(self, entry: InboxEntry, messages: Sequence[RoomMessage]) -> tuple[InboxEntry, list[RoomMessage]]:
        def work(connection: Connection) -> tuple[InboxEntry, list[RoomMessage]]:
            where = {"of_platform": entry.platform, "of_message": entry.message_id}
            known = statements.INBOX_ENTRY.one(connection, where)
            if known is not None:
                return InboxEntry(**dict(zip(statements.INBOX_COLUMNS, known, strict=True))), []
            statements.ADD_INBOX.run(connection, msgspec.structs.asdict(entry))
            return entry, place(connection, messages)

        return await self.database.write(work)

    async def answer(self, platform: str, message_id: str, receipt: bytes) -> None:
        def work(connection: Connection) -> None:
            where = {"of_platform": platform, "of_message": message_id}
            statements.ANSWER.run(connection, {**where, "receipt": receipt})

        await self.database.write(work)

    async def open_inbox(self) -> list[InboxEntry]:
        return await self.database.read(
            lambda connection: [
                _inbox_entry(row)
                for row in connection.execute(
                    select(t.inbox).where(t.inbox.c.receipt.is_(None)).order_by(t.inbox.c.seq)
                )
            ]
        )

    # --- requests ---------------------------------------------------------------------------------------------------

    async def commit(self, commit: Commit) -> list[RoomMessage]:
        return await self.database.write_together(commit_all, commit)

    async def request(self, request_id: str) -> Request | None:
        return await self._one(statements.SNAPSHOT_OF_REQUEST, {"of_request": request_id})

    async def request_of(self, origin: str) -> Request | None:
        return await self._one(statements.SNAPSHOT_OF_ORIGIN, {"of_origin": origin})

    async def _one(self, query: Select[Any], where: dict[str, str]) -> Request | None:
        def work(connection: Connection) -> Request | None:
            data = connection.execute(query, where).scalar_one_or_none()
            return None if data is None else _REQUEST.decode(data)

        return await self.database.read(work)

    async def newest_request(self, room_id: str, person_id: str = "") -> Request | None:
        newest = (t.requests.c.created_ms.desc(), t.requests.c.request_id.desc())
        query = select(t.requests.c.snapshot).where(t.requests.c.room_id == room_id).order_by(*newest).limit(1)
        if person_id:
            query = query.where(t.requests.c.requester == person_id)
        return await self._one(query, {})

    async def changed_since(self, room_id: str, at_ms: int) -> list[Request]:
        mine = (t.requests.c.room_id == room_id, t.requests.c.updated_ms >= at_ms)
        query = select(t.requests.c.snapshot).where(*mine).order_by(t.requests.c.request_id)
        return await self.database.read(
            lambda connection: [_REQUEST.decode(data) for data in connection.execute(query).scalars()]
        )

    async def open_requests(self) -> list[Request]:
        return await self.requests(only_open=True)

    async def requests(self, *, only_open: bool = False, room_id: str = "", limit: int = 10_000) -> list[Request]:
        """Requests, oldest first; the newest `limit` of them."""

        def work(connection: Connection) -> list[Request]:
            newest = (t.requests.c.created_ms.desc(), t.requests.c.request_id.desc())
            query = select(t.requests.c.snapshot).order_by(*newest).limit(limit)
            if only_open:
                query = query.where(t.requests.c.final.is_(False))
            if room_id:
                query = query.where(t.requests.c.room_id == room_id)
            return [_REQUEST.decode(data) for data in connection.execute(query).scalars()][::-1]

        return await self.database.read(work)

    async def events(self, request_id: str) -> list[Event]:
        def work(connection: Connection) -> list[Event]:
            query = select(t.events.c.data).where(t.events.c.request_id == request_id).order_by(t.events.c.version)
            return [_EVENT.decode(data) for data in connection.execute(query).scalars()]

        return await self.database.read(work)

    async def verify(self) -> tuple[int, list[str]]:
        """Number of events looked at, and what is wrong, one line each; an empty list: every chain is whole."""
        return await self.database.read(verify_chains)

    # --- outbox -----------------------------------------------------------------------------------------------------

    async def outbox(self) -> list[OutboxRow]:
        query = select(t.outbox).order_by(t.outbox.c.seq)
        return await self.database.read(lambda connection: [_outbox_row(row) for row in connection.execute(query)])

    async def mark_sent(self, step_id: str, at_ms: int | None) -> None:
        def work(connection: Connection) -> None:
            statements.MARK_SENT.run(connection, {"of_step": step_id, "sent_ms": at_ms})

        await self.database.write(work)

    # --- output -----------------------------------------------------------------------------------------------------

    async def add_output(self, step_id: str, seq: int, stream: str, data: bytes) -> None:
        def work(connection: Connection) -> None:
            values = {"step_id": step_id, "seq": seq, "stream": stream, "data": data}
            statements.ADD_OUTPUT.run(connection, values)

        await self.database.write(work)

    async def output(self, step_id: str) -> list[tuple[int, str, bytes]]:
        def work(connection: Connection) -> list[tuple[int, str, bytes]]:
            query = (
                select(t.step_output.c.seq, t.step_output.c.stream, t.step_output.c.data)
                .where(t.step_output.c.step_id == step_id)
                .order_by(t.step_output.c.seq)
            )
            return [(row.seq, row.stream, row.data) for row in connection.execute(query)]

        return await self.database.read(work)

    async def output_after(self, step_id: str, seq: int, limit: int) -> Kept:
        def work(connection: Connection) -> Kept:
            mine, data = t.step_output.c.step_id == step_id, t.step_output.c.data
            query = select(t.step_output.c.seq, t.step_output.c.stream, data).where(mine, t.step_output.c.seq > seq)
            rows = connection.execute(query.order_by(t.step_output.c.seq).limit(limit + 1)).all()
            before = select(func.count(), func.coalesce(func.sum(func.length(data)), 0))
            count, size = connection.execute(before.where(mine, t.step_output.c.seq <= seq)).one() if seq else (0, 0)
            chunks = tuple((row.seq, row.stream, row.data) for row in rows[:limit])
            return Kept(count=count, size=int(size), chunks=chunks, more=len(rows) > limit)

        return await self.database.read(work)

    # --- rooms ------------------------------------------------------------------------------------------------------

    async def post(self, messages: Sequence[RoomMessage]) -> list[RoomMessage]:
        return await self.database.write(lambda connection: place(connection, messages))

    async def messages(self, room_id: str, *, after_seq: int = 0, limit: int = 200) -> list[RoomMessage]:
        """`ports.History`: in order of place, each message once, in its newest revision."""

        def work(connection: Connection) -> list[RoomMessage]:
            query = select(t.room_messages.c.seq, t.room_messages.c.data).where(t.room_messages.c.room_id == room_id)
            if after_seq:
                query = query.where(t.room_messages.c.seq > after_seq).order_by(t.room_messages.c.seq)
                rows = connection.execute(query.limit(limit)).all()
            else:
                rows = connection.execute(query.order_by(t.room_messages.c.seq.desc()).limit(limit)).all()[::-1]
            return [msgspec.structs.replace(_MESSAGE.decode(row.data), seq=row.seq) for row in rows]

        return await self.database.read(work)

    async def message(self, room_id: str, message_id: str) -> RoomMessage | None:
        """A message of a room in its newest form."""

        def work(connection: Connection) -> RoomMessage | None:
            where = {"of_room": room_id, "of_message": message_id}
            row = statements.ROOM_MESSAGE.one(connection, where)
            return None if row is None else msgspec.structs.replace(_MESSAGE.decode(row[2]), seq=row[0])

        return await self.database.read(work)

    async def rooms(self) -> list[str]:
        query = select(t.room_messages.c.room_id).distinct().order_by(t.room_messages.c.room_id)
        return await self.database.read(lambda connection: list(connection.execute(query).scalars()))

    # --- counters ---------------------------------------------------------------------------------------------------

    async def next_number(self, counter: str, count: int = 1) -> int:
        def work(connection: Connection) -> int:
            last: int = statements.COUNT.scalar(connection, {"name": counter, "value": count})
            return last - count + 1

        return await self.database.write(work)


def _inbox_entry(row: object) -> InboxEntry:
    values = row._mapping  # type: ignore[attr-defined]
    return InboxEntry(**{field: values[field] for field in InboxEntry.__struct_fields__})


def _outbox_row(row: object) -> OutboxRow:
    values = row._mapping  # type: ignore[attr-defined]
    return OutboxRow(**{field: values[field] for field in OutboxRow.__struct_fields__})


def verify_chains(connection: Connection) -> tuple[int, list[str]]:
    """Recompute every chain, and replay every log: the request's row must be what its events say."""
    rows = connection.execute(select(t.requests).order_by(t.requests.c.request_id).execution_options(yield_per=100))
    problems: list[str] = []
    known: set[str] = set()
    count = 0
    for row in rows:
        known.add(row.request_id)
        log = connection.execute(
            select(t.events).where(t.events.c.request_id == row.request_id).order_by(t.events.c.version)
        ).all()
        count += len(log)
        problem = _broken_chain(row.request_id, log)
        if problem is None and (len(log), log[-1].hash if log else GENESIS) != (row.version, row.head):
            problem = "the log does not end where the request says; events are missing or added"
        if problem is None and not _told_by(row, log):
            problem = "the request is not what its events say"
        if problem is not None:
            problems.append(f"{row.request_id}: {problem}")
    for request_id in connection.execute(select(t.events.c.request_id).distinct()).scalars():
        if request_id not in known:
            log = connection.execute(
                select(t.events).where(t.events.c.request_id == request_id).order_by(t.events.c.version)
            ).all()
            count += len(log)
            problems.append(f"{request_id}: {_broken_chain(request_id, log) or 'events without a request'}")
    return count, problems


def _broken_chain(request_id: str, log: Sequence[Any]) -> str | None:
    head = GENESIS
    for version, row in enumerate(log, 1):
        # Whoever changed a row may have changed the type of its value with it.
        data = row.data if isinstance(row.data, bytes) else str(row.data).encode()
        head = chain(head, request_id, row.version, data)
        if row.version != version or row.hash != head or not _same_columns(row, data):
            return f"event {row.version} was changed, or one before it is missing"
    return None


def _same_columns(row: Any, data: bytes) -> bool:
    try:
        event = _EVENT.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return (type(event).__name__, event.at_ms) == (row.type, row.at_ms)


def _told_by(row: Any, log: Sequence[Any]) -> bool:
    """True when the row of a request is what its (whole) log replays to."""
    try:
        request = replay(_EVENT.decode(event.data) for event in log)
        stored = _REQUEST.decode(row.snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError, HubError, AssertionError):
        return False
    columns = (row.state, row.final, row.room_id, row.requester, row.created_ms, row.updated_ms)
    told = (request.state, request.final, request.room_id, request.requester.person_id)
    return stored == request and columns == (*told, request.created_ms, request.updated_ms)

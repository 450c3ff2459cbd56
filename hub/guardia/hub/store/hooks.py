"""The outbox of webhooks to ITSM systems: written with the events that they tell of, worked off in order."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from guardia.hub.core.itsm import HookEvent
from guardia.hub.errors import NotFoundError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata
from guardia.hub.store.prepared import Prepared

_Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

itsm_outbox = Table(
    "itsm_outbox",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),  # order within an endpoint
    Column("endpoint", String(32), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("event", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("parked_ms", BigInteger),  # not None: the endpoint said that it never takes this one
    Column("parked_reason", String(300)),
    UniqueConstraint("endpoint", "event_id"),
    Index("ix_itsm_outbox_endpoint", "endpoint", "seq"),
)
itsm_endpoints = Table(
    "itsm_endpoints",
    metadata,
    Column("endpoint", String(32), primary_key=True),
    Column("parked_ms", BigInteger),  # not None: it takes nothing any more, until somebody says `itsm resume`
    Column("parked_reason", String(300)),
    Column("delivered_ms", BigInteger),  # of the last one that it took
)

_ADD = Prepared(insert(itsm_outbox), HookEvent.__struct_fields__)


class WaitingHook(msgspec.Struct, frozen=True, kw_only=True):
    """An event that waits for its endpoint."""

    seq: int
    endpoint: str
    event_id: str
    event: str
    body: bytes


class ParkedHook(msgspec.Struct, frozen=True, kw_only=True):
    """An event that its endpoint refused for good."""

    event_id: str
    event: str
    parked_ms: int
    reason: str


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint stands."""

    name: str
    waiting: int = 0
    oldest_ms: int | None = None
    delivered_ms: int | None = None
    parked_ms: int | None = None
    parked_reason: str | None = None
    refused: tuple[ParkedHook, ...] = ()
    """At most the newest 20."""


def enqueue(connection: Connection, events: Sequence[HookEvent]) -> None:
    """Write the events down for their endpoints; part of the transaction that records them."""
    if events:
        _ADD.run_rows(connection, [msgspec.structs.astuple(event) for event in events])


class Hooks:
    """The tables, as the sender and the commands use them. Its methods raise `StoreError`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.parked_now = 0
        """Endpoints that were parked when somebody last looked; for metrics."""

    async def next(self, endpoint: str) -> WaitingHook | None:
        """The first event that waits for the endpoint; None also while that is parked."""
        parked = (
            select(itsm_endpoints.c.endpoint)
            .where(itsm_endpoints.c.endpoint == endpoint, itsm_endpoints.c.parked_ms.is_not(None))
            .exists()
        )
        query = (
            select(itsm_outbox)
            .where(itsm_outbox.c.endpoint == endpoint, itsm_outbox.c.parked_ms.is_(None), ~parked)
            .order_by(itsm_outbox.c.seq)
            .limit(1)
        )

        def work(connection: Connection) -> WaitingHook | None:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            return WaitingHook(
                seq=row.seq, endpoint=row.endpoint, event_id=row.event_id, event=row.event, body=row.body
            )

        return await self._database.read(work)

    async def delivered(self, hook: WaitingHook) -> None:
        """The endpoint has taken it."""
        now = self._clock.now_ms()

        def work(connection: Connection) -> None:
            connection.execute(delete(itsm_outbox).where(itsm_outbox.c.seq == hook.seq))
            _change(connection, hook.endpoint, {"delivered_ms": now})

        await self._database.write(work)

    async def refuse(self, hook: WaitingHook, reason: str) -> None:
        """The endpoint never takes this one: it is set aside and shown, and the next one goes."""
        now = self._clock.now_ms()
        changed = update(itsm_outbox).where(itsm_outbox.c.seq == hook.seq)
        values = {"parked_ms": now, "parked_reason": reason[:300]}
        await self._database.write(lambda c: c.execute(changed.values(values)) and None)

    async def park(self, endpoint: str, reason: str) -> None:
        """The endpoint takes nothing any more. Events go on to be written down for it."""
        now = self._clock.now_ms()
        await self._database.write(lambda c: _change(c, endpoint, {"parked_ms": now, "parked_reason": reason[:300]}))

    async def resume(self, endpoint: str) -> int:
        """Try a parked endpoint, and what it refused, again. Returns how many wait. Raises `NotFoundError`."""

        def work(connection: Connection) -> int:
            here = itsm_outbox.c.endpoint == endpoint
            count = select(func.count()).select_from(itsm_outbox).where(here)
            waiting = int(connection.execute(count).scalar_one())
            free = {"parked_ms": None, "parked_reason": None}
            connection.execute(update(itsm_outbox).where(here).values(free))
            known = connection.execute(
                update(itsm_endpoints).where(itsm_endpoints.c.endpoint == endpoint).values(free)
            ).rowcount
            if not known and not waiting:
                raise NotFoundError(
                    f"nothing was ever sent to {endpoint!r}", remedy="`guardia-hub itsm list`에서 이름을 확인해 주세요."
                )
            return waiting

        return await self._database.write(work)

    async def endpoints(self) -> list[Endpoint]:
        """Every endpoint for which something was ever written down, by name."""

        def work(connection: Connection) -> list[Endpoint]:
            waiting = {
                row.endpoint: row
                for row in connection.execute(
                    select(
                        itsm_outbox.c.endpoint,
                        func.count().label("waiting"),
                        func.min(itsm_outbox.c.created_ms).label("oldest"),
                    )
                    .where(itsm_outbox.c.parked_ms.is_(None))
                    .group_by(itsm_outbox.c.endpoint)
                )
            }
            known = {row.endpoint: row for row in connection.execute(select(itsm_endpoints))}
            refused: dict[str, list[ParkedHook]] = {}
            aside = select(itsm_outbox).where(itsm_outbox.c.parked_ms.is_not(None)).order_by(itsm_outbox.c.seq.desc())
            for row in connection.execute(aside.limit(1_000)):
                one = ParkedHook(
                    event_id=row.event_id, event=row.event, parked_ms=row.parked_ms, reason=row.parked_reason or ""
                )
                refused.setdefault(row.endpoint, []).append(one)
            return [
                Endpoint(
                    name=name,
                    waiting=waiting[name].waiting if name in waiting else 0,
                    oldest_ms=waiting[name].oldest if name in waiting else None,
                    delivered_ms=known[name].delivered_ms if name in known else None,
                    parked_ms=known[name].parked_ms if name in known else None,
                    parked_reason=known[name].parked_reason if name in known else None,
                    refused=tuple(refused.get(name, ())[:20]),
                )
                for name in sorted({*waiting, *known, *refused})
            ]

        return await self._database.read(work)

    async def count(self) -> int:
        """Events that wait, those of parked endpoints with them; for metrics."""
        parked = select(func.count()).select_from(itsm_endpoints).where(itsm_endpoints.c.parked_ms.is_not(None))
        waiting = select(func.count()).select_from(itsm_outbox)

        def work(connection: Connection) -> int:
            self.parked_now = int(connection.execute(parked).scalar_one())
            return int(connection.execute(waiting).scalar_one())

        return await self._database.read(work)

    async def prune(self, before_ms: int) -> int:
        """Forget what nobody took since `before_ms`. Returns how many that were."""
        old = delete(itsm_outbox).where(itsm_outbox.c.created_ms < before_ms)
        return await self._database.write(lambda c: int(c.execute(old).rowcount))


def _change(connection: Connection, endpoint: str, values: dict[str, object]) -> None:
    changed = update(itsm_endpoints).where(itsm_endpoints.c.endpoint == endpoint).values(values)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(itsm_endpoints).values({"endpoint": endpoint, **values}))

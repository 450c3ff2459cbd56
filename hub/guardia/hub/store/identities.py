"""Identities: which accounts of messengers are which person, and the trail of every change of that.

An account is one person's. It moves to another only when an administrator says so in as many words; everything that
happened to it stays in the trail, which nothing deletes.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    and_,
    column,
    delete,
    insert,
    select,
    table,
    update,
)

from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata

_Big = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

MAX_ACCOUNT = 200
MAX_BY = 100
MAX_LISTED = 1_000
"""Entries of the trail that one question brings, newest first."""

identities = Table(
    "identities",
    metadata,
    Column("platform", String(64), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("person_id", ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("platform", "external_id"),
)
identity_events = Table(
    "identity_events",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("what", String(32), nullable=False),
    Column("person_id", String(64), nullable=False),  # "": nobody's, as a wrong code is
    Column("platform", String(64), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("by", String(100), nullable=False),  # admin:…, or the person, or the account that typed a code
    Column("detail", String(300), nullable=False),
    Column("alarm", Boolean, nullable=False),  # the person is told in the console until they have seen it
    Column("seen_ms", BigInteger),
    Index("ix_identity_events_person", "person_id", "seq"),
    Index("ix_identity_events_account", "platform", "external_id", "at_ms"),
)
_people = table("people", column("person_id"))


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An account of a messenger, and who it is."""

    platform: str
    account: str
    person_id: str


class IdentityEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an account or a code.

    `what`: linked, claimed (by a code), unlinked, moved, issued (a code), refused (a wrong code), wrong_platform,
    reused, taken (a right code from an account that is somebody already).
    """

    seq: int
    at_ms: int
    what: str
    person_id: str
    platform: str
    account: str
    by: str
    detail: str = ""
    alarm: bool = False
    seen_ms: int | None = None


class Identities:
    """The accounts of people. Its methods raise `StoreError` when the database fails."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def linked(self, person_id: str | None = None) -> list[Identity]:
        """Every account, or those of one person, by platform and account."""
        query = select(identities).order_by(identities.c.platform, identities.c.external_id)
        if person_id is not None:
            query = query.where(identities.c.person_id == person_id)

        def work(connection: Connection) -> list[Identity]:
            return [
                Identity(platform=row.platform, account=row.external_id, person_id=row.person_id)
                for row in connection.execute(query)
            ]

        return await self._database.read(work)

    async def link(self, platform: str, account: str, person_id: str, *, by: str, move: bool = False) -> str | None:
        """Say who an account is. Returns whose it was before; the same again changes nothing.

        Raises `NotFoundError` (no such person), `ConflictError` (it is somebody else's, and `move` was not said),
        `InvalidInputError`.
        """
        check_account(platform, account)
        now = self._clock.now_ms()

        def work(connection: Connection) -> str | None:
            if not connection.execute(select(_people).where(_people.c.person_id == person_id)).first():
                raise NotFoundError(
                    f"no account {person_id!r}", remedy="`guardia-hub people add`로 먼저 사람을 추가해 주세요."
                )
            before = owner(connection, platform, account)
            if before == person_id:
                return before
            if before is not None and not move:
                raise ConflictError(
                    f"{platform} {account} is {before}; it does not become {person_id} by itself",
                    remedy=f"정말 옮기려면 `guardia-hub people link {platform} {account} {person_id} --move`를 쓰세요.",
                )
            assign(connection, platform, account, person_id)
            trail = Trail(connection, now, platform=platform, account=account, by=by)
            if before is None:
                trail.note("linked", person_id)
            else:
                trail.note("moved", before, detail=f"to {person_id}", alarm=True)
                trail.note("moved", person_id, detail=f"from {before}", alarm=True)
            return before

        return await self._database.write(work)

    async def unlink(self, platform: str, account: str, *, by: str, person_id: str | None = None) -> str:
        """The account is nobody any more. Returns whose it was.

        Raises `NotFoundError`, also when it is not `person_id`'s, where that is given.
        """
        now = self._clock.now_ms()

        def work(connection: Connection) -> str:
            before = owner(connection, platform, account)
            if before is None or person_id not in (None, before):
                raise NotFoundError(
                    f"{platform[:64]} {account[:MAX_ACCOUNT]} is linked to nobody",
                    remedy="`guardia-hub people identities`에서 연결된 계정을 확인해 주세요.",
                )
            connection.execute(delete(identities).where(_is(platform, account)))
            trail = Trail(connection, now, platform=platform, account=account, by=by)
            trail.note("unlinked", before, alarm=by != f"person:{before}")
            return before

        return await self._database.write(work)

    async def events(self, person_id: str | None = None, *, limit: int = 100) -> list[IdentityEvent]:
        """The trail, newest first."""
        query = select(identity_events).order_by(identity_events.c.seq.desc()).limit(min(limit, MAX_LISTED))
        if person_id is not None:
            query = query.where(identity_events.c.person_id == person_id)
        return await self._database.read(lambda c: [_event(row) for row in c.execute(query)])

    async def unseen(self, person_id: str) -> list[IdentityEvent]:
        """What the person has to be told in the console, newest first."""
        query = (
            select(identity_events)
            .where(
                identity_events.c.person_id == person_id,
                identity_events.c.alarm.is_(True),
                identity_events.c.seen_ms.is_(None),
            )
            .order_by(identity_events.c.seq.desc())
            .limit(100)
        )
        return await self._database.read(lambda c: [_event(row) for row in c.execute(query)])

    async def seen(self, person_id: str, up_to: int) -> None:
        """The person has seen what they were told, up to this entry of the trail."""
        now = self._clock.now_ms()
        changed = update(identity_events).where(
            identity_events.c.person_id == person_id,
            identity_events.c.seq <= up_to,
            identity_events.c.seen_ms.is_(None),
        )
        await self._database.write(lambda c: c.execute(changed.values(seen_ms=now)) and None)


class Trail:
    """Writes the trail within a transaction."""

    def __init__(self, connection: Connection, now_ms: int, *, platform: str, account: str, by: str) -> None:
        self._connection = connection
        self._common = {"at_ms": now_ms, "platform": platform, "external_id": account, "by": by[:MAX_BY]}

    def note(self, what: str, person_id: str = "", *, detail: str = "", alarm: bool = False) -> None:
        values = {"what": what, "person_id": person_id, "detail": detail[:300], "alarm": alarm}
        self._connection.execute(insert(identity_events).values({**self._common, **values}))


def owner(connection: Connection, platform: str, account: str) -> str | None:
    """Whose account it is."""
    return connection.execute(select(identities.c.person_id).where(_is(platform, account))).scalar_one_or_none()


def assign(connection: Connection, platform: str, account: str, person_id: str) -> None:
    """Make it this person's; the caller has looked whose it was."""
    connection.execute(delete(identities).where(_is(platform, account)))
    connection.execute(insert(identities).values(platform=platform, external_id=account, person_id=person_id))


def check_account(platform: str, account: str) -> None:
    """Raises `InvalidInputError` for what no platform calls an account."""
    if not (1 <= len(platform) <= 64 and platform.isprintable()):
        raise InvalidInputError("bad platform", remedy="hub.toml의 [[messengers]] name을 적어 주세요.")
    if not (1 <= len(account) <= MAX_ACCOUNT and account.isprintable()):
        raise InvalidInputError("bad account", remedy=f"메신저의 계정을 {MAX_ACCOUNT}자까지 적어 주세요.")


def _is(platform: str, account: str):  # type: ignore[no-untyped-def]  # a clause of SQLAlchemy, for three statements
    return and_(identities.c.platform == platform, identities.c.external_id == account)


def _event(row) -> IdentityEvent:  # type: ignore[no-untyped-def]  # a row of the table above
    return IdentityEvent(
        seq=row.seq,
        at_ms=row.at_ms,
        what=row.what,
        person_id=row.person_id,
        platform=row.platform,
        account=row.external_id,
        by=row.by,
        detail=row.detail,
        alarm=row.alarm,
        seen_ms=row.seen_ms,
    )

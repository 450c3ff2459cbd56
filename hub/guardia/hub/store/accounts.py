"""People, how they prove who they are, and their web sessions.

Passwords are argon2id hashes; of a session only the sha256 of its token is kept, so that a copy of the database logs
nobody in.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Iterable

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import Row

from guardia.hub.core.message import Person
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError, UnauthenticatedError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.identities import Identities, identities
from guardia.hub.store.metadata import metadata
from guardia.hub.store.throttle import Throttle

ROLES = frozenset({"viewer", "engineer", "approver", "admin", "auditor"})
MIN_PASSWORD = 10
MAX_PASSWORD = 1_000
"""Characters; longer input would only burn time in the hash."""
SESSION_SECONDS = 12 * 3600
NONCE_SECONDS = 2 * 300
"""How long a webhook's nonce is remembered: twice the tolerance of its timestamp, so a replay is always one of both."""

_PERSON_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")

people = Table(
    "people",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("roles", Text, nullable=False),
    Column("institutions", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
)
webhook_nonces = Table(
    "webhook_nonces",
    metadata,
    Column("nonce", String(200), primary_key=True),
    Column("seen_ms", BigInteger, nullable=False, index=True),
)


_PERSON_FOR = (
    select(people)
    .join(identities, identities.c.person_id == people.c.person_id)
    .where(
        identities.c.platform == bindparam("of_platform"),
        identities.c.external_id == bindparam("of_account"),
        people.c.disabled.is_(False),
    )
)
"""Made once: it is asked for every message of a messenger, before that is answered."""


class WebSession(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is logged in. `csrf` accompanies every change that the browser's cookie alone would allow."""

    person: Person
    csrf: str
    expires_ms: int


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A new session; `token` is shown this once and never stored."""

    token: str
    session: WebSession


class Accounts:
    """The accounts of one hub. Its methods raise `StoreError` when the database fails.

    `hasher` is replaced by a cheaper one in tests only. Hashing runs in threads, two at once: argon2id takes 64 MiB
    each.
    """

    def __init__(self, database: Database, clock: Clock, *, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._hashing = asyncio.Semaphore(2)
        self._throttle = Throttle()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    # --- people -----------------------------------------------------------------------------------------------------

    async def create_person(
        self,
        person_id: str,
        name: str,
        *,
        password: str | None = None,
        roles: Iterable[str] = (),
        institutions: Iterable[str] = (),
    ) -> Person:
        """A new person; without `password` nobody can log in as them until `set_password`.

        Raises `InvalidInputError` for a bad id, role or password, `ConflictError` when the id is taken.
        """
        roles, institutions = tuple(roles), tuple(institutions)
        if not _PERSON_ID.match(person_id):
            raise InvalidInputError(
                f"bad account id {person_id!r}", remedy="계정은 영문 소문자, 숫자, . _ - 로 64자까지 쓸 수 있습니다."
            )
        if not 1 <= len(name) <= 100:
            raise InvalidInputError("a name has 1 to 100 characters", remedy="이름을 1~100자로 적어 주세요.")
        if unknown := set(roles) - ROLES:
            raise InvalidInputError(
                f"unknown roles {sorted(unknown)}", remedy=f"쓸 수 있는 역할: {', '.join(sorted(ROLES))}"
            )
        stored = await self._hash(password) if password is not None else ""

        def work(connection: Connection) -> None:
            if connection.execute(select(people.c.person_id).where(people.c.person_id == person_id)).first():
                raise ConflictError(f"account {person_id!r} exists", remedy="다른 계정 이름을 쓰세요.")
            connection.execute(
                insert(people).values(
                    person_id=person_id,
                    name=name,
                    password_hash=stored,
                    roles=msgspec.json.encode(roles).decode(),
                    institutions=msgspec.json.encode(institutions).decode(),
                    disabled=False,
                )
            )

        await self._database.write(work)
        return Person(person_id=person_id, name=name, roles=roles, institutions=institutions)

    async def set_password(self, person_id: str, password: str) -> None:
        """Replace the password and end every session of that person. Raises `NotFoundError`, `InvalidInputError`."""
        stored = await self._hash(password)

        def work(connection: Connection) -> None:
            changed = connection.execute(
                update(people).where(people.c.person_id == person_id).values(password_hash=stored)
            )
            if not changed.rowcount:
                raise NotFoundError(f"no account {person_id!r}")
            connection.execute(delete(web_sessions).where(web_sessions.c.person_id == person_id))

        await self._database.write(work)

    async def set_disabled(self, person_id: str, disabled: bool) -> None:
        """Shut somebody out at once (sessions included), or let them in again. Raises `NotFoundError`."""

        def work(connection: Connection) -> None:
            changed = connection.execute(
                update(people).where(people.c.person_id == person_id).values(disabled=disabled)
            )
            if not changed.rowcount:
                raise NotFoundError(f"no account {person_id!r}")
            if disabled:
                connection.execute(delete(web_sessions).where(web_sessions.c.person_id == person_id))

        await self._database.write(work)

    async def person(self, person_id: str) -> Person | None:
        """The person, or None when there is none or they are disabled."""
        row = await self._database.read(
            lambda c: c.execute(
                select(people).where(people.c.person_id == person_id, people.c.disabled.is_(False))
            ).first()
        )
        return _person(row) if row else None

    # --- logging in -------------------------------------------------------------------------------------------------

    async def verify_login(self, person_id: str, password: str, address: str) -> Person:
        """The person whose password this is.

        Raises `UnauthenticatedError` with one and the same message for an unknown account, a disabled one and a wrong
        password, after the same work; `RateLimitedError` after too many failures of this account from this address.
        """
        person_id, password = person_id[:64], password[: MAX_PASSWORD + 1]
        key = (person_id, address)
        self._throttle.attempt(key, self._clock.monotonic())
        row = await self._database.read(
            lambda c: c.execute(select(people).where(people.c.person_id == person_id)).first()
        )
        usable = row is not None and not row.disabled and bool(row.password_hash)
        stored = row.password_hash if row is not None and usable else self._nobody
        async with self._hashing:
            right = await asyncio.to_thread(self._matches, stored, password)
        if row is None or not usable or not right:
            raise UnauthenticatedError("unknown account or wrong password", remedy="계정과 비밀번호를 확인해 주세요.")
        self._throttle.succeeded(key)
        return _person(row)

    async def open_session(self, person_id: str) -> OpenedSession:
        """A new session of a person who has just proved who they are. Raises `NotFoundError`."""
        person = await self.person(person_id)
        if person is None:
            raise NotFoundError(f"no account {person_id!r}")
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self._clock.now_ms()
        session = WebSession(person=person, csrf=csrf, expires_ms=now + SESSION_SECONDS * 1000)
        values = {
            "token_sha256": _digest(token),
            "person_id": person_id,
            "created_ms": now,
            "expires_ms": session.expires_ms,
            "csrf": csrf,
        }
        await self._database.write(lambda c: c.execute(insert(web_sessions).values(values)) and None)
        return OpenedSession(token=token, session=session)

    async def session(self, token: str) -> WebSession | None:
        """The living session of `token`; None when it is unknown, expired, closed or its person is disabled."""
        if not 20 <= len(token) <= 100:
            return None
        digest, now = _digest(token), self._clock.now_ms()
        query = (
            select(people, web_sessions.c.csrf, web_sessions.c.expires_ms)
            .join(web_sessions, web_sessions.c.person_id == people.c.person_id)
            .where(web_sessions.c.token_sha256 == digest, web_sessions.c.expires_ms > now, people.c.disabled.is_(False))
        )
        row = await self._database.read(lambda c: c.execute(query).first())
        return WebSession(person=_person(row), csrf=row.csrf, expires_ms=row.expires_ms) if row else None

    async def close_session(self, token: str) -> None:
        """Log out; no error when there is no such session."""
        digest = _digest(token)
        await self._database.write(
            lambda c: c.execute(delete(web_sessions).where(web_sessions.c.token_sha256 == digest)) and None
        )

    # --- messengers -------------------------------------------------------------------------------------------------

    async def link_identity(self, platform: str, external_id: str, person_id: str) -> None:
        """Say who the account `external_id` of a messenger is; see `Identities.link`."""
        await Identities(self._database, self._clock).link(platform, external_id, person_id, by="admin")

    async def person_for(self, platform: str, external_id: str) -> Person | None:
        """The person behind a messenger's account, or None when nobody said who that is, or they are disabled."""
        where = {"of_platform": platform, "of_account": external_id}
        row = await self._database.read(lambda c: c.execute(_PERSON_FOR, where).first())
        return _person(row) if row else None

    async def remember_nonce(self, nonce: str) -> bool:
        """True when `nonce` was not seen before, and it is from now on (committed); False for a replay."""
        now = self._clock.now_ms()

        def work(connection: Connection) -> bool:
            dialect = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
            statement = dialect(webhook_nonces).values(nonce=nonce, seen_ms=now).on_conflict_do_nothing()
            # RETURNING, not rowcount: psycopg reports none for this statement.
            return connection.execute(statement.returning(webhook_nonces.c.nonce)).first() is not None

        return await self._database.write(work)

    async def prune(self) -> None:
        """Forget expired sessions and old nonces; call it now and then."""
        now = self._clock.now_ms()

        def work(connection: Connection) -> None:
            connection.execute(delete(web_sessions).where(web_sessions.c.expires_ms <= now))
            connection.execute(delete(webhook_nonces).where(webhook_nonces.c.seen_ms < now - NONCE_SECONDS * 1000))

        await self._database.write(work)

    # --- passwords --------------------------------------------------------------------------------------------------

    async def _hash(self, password: str) -> str:
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise InvalidInputError(
                f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters",
                remedy=f"비밀번호는 {MIN_PASSWORD}자 이상이어야 합니다.",
            )
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(
        person_id=row.person_id,
        name=row.name,
        roles=msgspec.json.decode(row.roles, type=tuple[str, ...]),
        institutions=msgspec.json.decode(row.institutions, type=tuple[str, ...]),
    )

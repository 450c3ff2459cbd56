"""Claims: one-time codes by which a person proves in a messenger that an account there is theirs.

Of a code only its HMAC is kept, under a key that lies outside the database, so that a copy of the database claims
nothing. A right code ends when it is typed, wherever and by whomever: then it is known to more than its owner.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

import msgspec
from sqlalchemy import BigInteger, Column, Connection, ForeignKey, String, Table, delete, func, insert, select, update
from sqlalchemy.engine import Row

from guardia.hub.core.claim import Claimed, ClaimOutcome
from guardia.hub.core.typed import CLAIM_LENGTH, CODE_ALPHABET
from guardia.hub.errors import RateLimitedError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database
from guardia.hub.store.identities import Trail, assign, check_account, identity_events, owner
from guardia.hub.store.metadata import metadata

VALID_SECONDS = 600
WINDOW_SECONDS = 600
MAX_ISSUED = 5
"""Codes that a person may get within the window."""
MAX_WRONG = 5
"""Wrong codes of one account within the window; then none of it counts."""
MAX_WRONG_PLATFORM = 200
"""Wrong codes of all accounts of a platform within the window: 200 guesses against 2^39 codes a code's life long."""
REMEMBERED_SECONDS = 24 * 3600
"""How long an ended code is known, so that its second use can be told from a wrong one."""

_CONTEXT = b"guardia-claim-v1\0"
_WRONG = ("refused", "wrong_platform", "reused", "taken")

claim_codes = Table(
    "claim_codes",
    metadata,
    Column("code_mac", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.person_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("platform", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("ended_ms", BigInteger),
    Column("used_by", String(200), nullable=False),  # the account that it linked; "": none
)


class IssuedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A new code; shown this once and never stored."""

    code: str
    platform: str
    expires_ms: int


class Claims:
    """`ports.Claims` on the database. Its methods raise `StoreError` when it fails."""

    def __init__(self, database: Database, clock: Clock, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._key = key

    async def issue(self, person_id: str, platform: str) -> IssuedCode:
        """A new code of this person for this platform; an earlier one ends. Raises `RateLimitedError`."""
        check_account(platform, "x")
        code, now = _new_code(), self._clock.now_ms()
        expires = now + VALID_SECONDS * 1000
        mac = self._mac(code)

        def work(connection: Connection) -> None:
            mine = (identity_events.c.person_id == person_id, identity_events.c.what == "issued")
            if _count(connection, now, *mine) >= MAX_ISSUED:
                raise RateLimitedError(
                    "too many codes",
                    remedy="연결 코드를 너무 자주 만들었습니다. 10분 뒤에 다시 해 주세요.",
                    retry_after=600,
                )
            _end(connection, now, claim_codes.c.person_id == person_id, claim_codes.c.platform == platform)
            connection.execute(delete(claim_codes).where(claim_codes.c.expires_ms < now - REMEMBERED_SECONDS * 1000))
            values = {"code_mac": mac, "person_id": person_id, "platform": platform, "used_by": ""}
            connection.execute(insert(claim_codes).values(**values, created_ms=now, expires_ms=expires))
            Trail(connection, now, platform=platform, account="", by=f"person:{person_id}").note("issued", person_id)

        await self._database.write(work)
        return IssuedCode(code=f"{code[:4]}-{code[4:]}", platform=platform, expires_ms=expires)

    async def claim(self, code: str, *, platform: str, account: str) -> Claimed:
        """Somebody typed `code` as this account of this platform. The same again gets the same answer."""
        check_account(platform, account)
        mac, now = self._mac(code), self._clock.now_ms()

        def work(connection: Connection) -> Claimed:
            trail = Trail(connection, now, platform=platform, account=account, by=f"{platform}:{account}")
            if _tired(connection, now, platform, account):  # not noted: a trail that strangers can fill says nothing
                return Claimed(outcome=ClaimOutcome.TOO_MANY)
            row = connection.execute(select(claim_codes).where(claim_codes.c.code_mac == mac)).one_or_none()
            if row is None:
                trail.note("refused")
                return Claimed(outcome=ClaimOutcome.WRONG)
            same = (row.used_by, row.platform) == (account, platform)
            if same and owner(connection, platform, account) == row.person_id:  # sent once more
                return Claimed(outcome=ClaimOutcome.LINKED, person_id=row.person_id)
            return _use(connection, row, trail, now, platform=platform, account=account)

        return await self._database.write(work)

    def _mac(self, code: str) -> str:
        return hmac.new(self._key, _CONTEXT + code.replace("-", "").upper().encode(), hashlib.sha256).hexdigest()


def _use(
    connection: Connection, row: Row[tuple[object, ...]], trail: Trail, now: int, *, platform: str, account: str
) -> Claimed:
    """A code that exists: link by it, or say why not. It ends in any case, and its owner is told."""
    person_id: str = row.person_id
    if row.ended_ms is not None:
        trail.note("reused", person_id, alarm=True)
        return Claimed(outcome=ClaimOutcome.WRONG)
    _end(connection, now, claim_codes.c.code_mac == row.code_mac)
    if row.expires_ms <= now:
        trail.note("refused", person_id, detail="expired")
        return Claimed(outcome=ClaimOutcome.WRONG)
    if row.platform != platform:
        trail.note("wrong_platform", person_id, detail=f"made for {row.platform}", alarm=True)
        return Claimed(outcome=ClaimOutcome.WRONG)
    before = owner(connection, platform, account)
    if before is not None:
        trail.note("taken", person_id, detail=f"is {before}", alarm=before != person_id)
        return Claimed(outcome=ClaimOutcome.TAKEN, person_id=before)
    assign(connection, platform, account, person_id)
    changed = update(claim_codes).where(claim_codes.c.code_mac == row.code_mac)
    connection.execute(changed.values(used_by=account))
    trail.note("claimed", person_id, alarm=True)
    return Claimed(outcome=ClaimOutcome.LINKED, person_id=person_id)


def _new_code() -> str:
    """Letters and digits, one digit at least: no word is ever one."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CLAIM_LENGTH))
        if any(char.isdigit() for char in code):
            return code


def _end(connection: Connection, now: int, *where) -> None:  # type: ignore[no-untyped-def]  # clauses of SQLAlchemy
    connection.execute(update(claim_codes).where(claim_codes.c.ended_ms.is_(None), *where).values(ended_ms=now))


def _count(connection: Connection, now: int, *where) -> int:  # type: ignore[no-untyped-def]  # clauses of SQLAlchemy
    recent = identity_events.c.at_ms > now - WINDOW_SECONDS * 1000
    query = select(func.count()).select_from(identity_events).where(recent, *where)
    return int(connection.execute(query).scalar_one())


def _tired(connection: Connection, now: int, platform: str, account: str) -> bool:
    there = (identity_events.c.platform == platform, identity_events.c.what.in_(_WRONG))
    mine = _count(connection, now, *there, identity_events.c.external_id == account)
    return mine >= MAX_WRONG or _count(connection, now, *there) >= MAX_WRONG_PLATFORM

"""The registry of agents: who may enrol, who may connect, who no longer may.

Every decision is one transaction of the database; the cache only spares `admitted` a query and forgets at once what
changes here, and within `CACHE_SECONDS` what another replica changes.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from guardia.certs.ca import Issued
from guardia.certs.errors import IdentityError, TokenError
from guardia.certs.identity import check_agent_id
from guardia.certs.jointoken import LIFE_MS, JoinToken
from guardia.hub.enrolment.newcomers import Newcomers
from guardia.hub.enrolment.tables import agent_certificates, agents, join_tokens
from guardia.hub.enrolment.trail import BY_HUB, MAX_REASON, AgentDeed, check_reason, note
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.ports import Clock
from guardia.hub.store.database import Database

CACHE_SECONDS = 2.0
MAX_AGENTS_LISTED = 10_000


class AgentState(StrEnum):
    CREATED = "CREATED"
    """Known, has never enrolled."""
    ENROLLED = "ENROLLED"
    REVOKED = "REVOKED"
    FENCED = "FENCED"
    """Two hosts had its identity at once: neither is let in until an admin has decided."""


class AgentRecord(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str
    asset_code: str
    state: AgentState
    created_ms: int
    last_epoch: int
    """0: has never connected."""
    fenced_reason: str = ""
    draining_ms: int | None = None
    """Since when it is given no new work; None: it is."""
    certificate_until_ms: int | None = None
    """End of the newest certificate that is not revoked."""


class Standing(NamedTuple):
    """What a running hub must follow of an agent."""

    agent_id: str
    state: AgentState
    draining: bool


class Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    agent_id: str
    asset_code: str
    issued: Issued


Issue = Callable[[str], Issued]
"""Makes the certificate of an agent id; called inside the transaction, and pure computation."""


class EnrolmentRegistry:
    """Implements `ports.AgentRegistry` on the hub's database. `pin` is the one of the CA's root."""

    def __init__(self, database: Database, clock: Clock, pin: str) -> None:
        self._database = database
        self._clock = clock
        self._pin = pin
        self._cache: dict[str, tuple[float, dict[str, int]]] = {}
        self._changes = 0
        self._newcomers = Newcomers(database, AgentState.ENROLLED.value)

    # --- ports.AgentRegistry ----------------------------------------------------------------------------------------

    async def admitted(self, agent_id: str, certificate_sha256: str) -> bool:
        """True when this agent is enrolled, not revoked, and this certificate is its own, unrevoked and unexpired."""
        held = self._cache.get(agent_id)
        if held is None or self._clock.monotonic() - held[0] > CACHE_SECONDS or certificate_sha256 not in held[1]:
            changes = self._changes
            asked = self._clock.monotonic()
            held = (asked, await self._database.read(lambda connection: _certificates(connection, agent_id)))
            if changes == self._changes and held[1]:  # nothing was revoked while the query ran
                self._cache[agent_id] = held
        until = held[1].get(certificate_sha256)
        return until is not None and self._clock.now_ms() <= until

    async def admit(self, agent_id: str, certificate_sha256: str) -> int | None:
        """A number larger than every earlier one of this agent, also across restarts and replicas, when `admitted`
        would be true in the transaction that counts it; else None. Those who come together share a transaction."""
        changes, asked = self._changes, self._clock.monotonic()
        found = await self._newcomers.admit(agent_id, certificate_sha256, self._clock.now_ms())
        if found is None:
            return None
        if changes == self._changes:  # nothing was revoked while it was written
            self._cache[agent_id] = (asked, {certificate_sha256: found.until_ms})
        return found.epoch

    async def fence(self, agent_id: str, reason: str) -> None:
        """Let an enrolled agent in no more, until `unfence`; its certificates stay. Of one that is revoked: nothing."""
        now = self._clock.now_ms()

        def fence(connection: Connection) -> None:
            fenced = connection.execute(
                update(agents)
                .where(agents.c.agent_id == agent_id, agents.c.state == AgentState.ENROLLED.value)
                .values(state=AgentState.FENCED.value, fenced_reason=reason[:MAX_REASON])
            ).rowcount
            if fenced:
                note(connection, AgentDeed.FENCED, agent_id, at_ms=now, by=BY_HUB, reason=reason)

        self._forget(agent_id)
        try:
            await self._database.write(fence)
        finally:
            self._forget(agent_id)

    async def fenced(self, agent_id: str) -> str:
        """Why the agent is fenced; empty: it is not."""
        query = select(agents.c.fenced_reason).where(
            agents.c.agent_id == agent_id, agents.c.state == AgentState.FENCED.value
        )
        return await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none()) or ""

    # --- for admins -------------------------------------------------------------------------------------------------
    # `by` and `reason` stand in the trail with every change; what changes nothing leaves no entry.

    async def create_agent(self, agent_id: str, asset_code: str) -> AgentRecord:
        """Make a record that tokens can be bound to; `asset_code` is the host that the agent runs on.

        Raises `InvalidInputError`, `ConflictError` when the id or the asset has an agent already.
        """
        try:
            check_agent_id(agent_id)
        except IdentityError as error:
            raise InvalidInputError(str(error)) from error
        if not 1 <= len(asset_code) <= 128 or not asset_code.isprintable():
            raise InvalidInputError("an asset code has 1 to 128 printable characters")
        now = self._clock.now_ms()

        def create(connection: Connection) -> None:
            taken = connection.execute(
                select(agents.c.agent_id).where((agents.c.agent_id == agent_id) | (agents.c.asset_code == asset_code))
            ).scalar()
            if taken is not None:
                raise ConflictError(
                    f"agent {taken} is registered already for that id or asset",
                    remedy=f"`guardia-hub agents list`로 확인하고, 다시 등록하려면 {taken}의 토큰을 새로 만드세요.",
                )
            connection.execute(
                insert(agents).values(
                    agent_id=agent_id,
                    asset_code=asset_code,
                    state=AgentState.CREATED.value,
                    created_ms=now,
                    last_epoch=0,
                )
            )

        await self._database.write(create)
        return AgentRecord(
            agent_id=agent_id, asset_code=asset_code, state=AgentState.CREATED, created_ms=now, last_epoch=0
        )

    async def create_join_token(self, agent_id: str) -> str:
        """The text of a new token for this agent, valid for an hour and once; an unused earlier one ends here.

        This is the only time that the text can be had. Raises `NotFoundError`, `ConflictError` for a revoked agent.
        """
        token = JoinToken.new(self._pin)
        now = self._clock.now_ms()

        def create(connection: Connection) -> None:
            if _agent(connection, agent_id).state == AgentState.REVOKED:
                raise ConflictError(
                    f"agent {agent_id} is revoked",
                    remedy=f"다시 쓰려면 먼저 `guardia-hub agents reinstate {agent_id}`를 실행해 주세요.",
                )
            connection.execute(
                delete(join_tokens).where(
                    join_tokens.c.agent_id == agent_id,
                    join_tokens.c.used_ms.is_(None) | (join_tokens.c.expires_ms < now),
                )
            )
            connection.execute(
                insert(join_tokens).values(
                    token_sha256=token.sha256(), agent_id=agent_id, created_ms=now, expires_ms=now + LIFE_MS
                )
            )

        await self._database.write(create)
        return token.text()

    async def revoke(self, agent_id: str, *, by: str = BY_HUB, reason: str = "") -> None:
        """In one transaction: the agent, all its certificates and its tokens. The caller then closes its connection.

        Idempotent. Raises `NotFoundError`, `InvalidInputError`.
        """
        check_reason(reason)
        now = self._clock.now_ms()

        def revoke(connection: Connection) -> None:
            if _agent(connection, agent_id).state != AgentState.REVOKED:
                note(connection, AgentDeed.REVOKED, agent_id, at_ms=now, by=by, reason=reason)
            connection.execute(
                update(agents).where(agents.c.agent_id == agent_id).values(state=AgentState.REVOKED.value)
            )
            _revoke_certificates(connection, agent_id, now)
            connection.execute(delete(join_tokens).where(join_tokens.c.agent_id == agent_id))

        self._forget(agent_id)
        try:
            await self._database.write(revoke)
        finally:
            self._forget(agent_id)

    async def reinstate(self, agent_id: str, *, by: str = BY_HUB, reason: str = "") -> None:
        """Let a revoked agent enrol again with a new token; its old certificates stay revoked. Raises `NotFoundError`,
        `ConflictError` when it is not revoked, `InvalidInputError`."""
        check_reason(reason)
        now = self._clock.now_ms()

        def reinstate(connection: Connection) -> None:
            if _agent(connection, agent_id).state != AgentState.REVOKED:
                raise ConflictError(f"agent {agent_id} is not revoked")
            connection.execute(
                update(agents).where(agents.c.agent_id == agent_id).values(state=AgentState.CREATED.value)
            )
            note(connection, AgentDeed.REINSTATED, agent_id, at_ms=now, by=by, reason=reason)

        await self._database.write(reinstate)

    async def unfence(self, agent_id: str, *, by: str = BY_HUB, reason: str = "") -> None:
        """Let a fenced agent in again with the certificate that it has. Raises `NotFoundError`, `ConflictError`,
        `InvalidInputError`."""
        check_reason(reason)
        now = self._clock.now_ms()

        def unfence(connection: Connection) -> None:
            if _agent(connection, agent_id).state != AgentState.FENCED:
                raise ConflictError(f"agent {agent_id} is not fenced")
            connection.execute(
                update(agents)
                .where(agents.c.agent_id == agent_id)
                .values(state=AgentState.ENROLLED.value, fenced_reason=None)
            )
            note(connection, AgentDeed.UNFENCED, agent_id, at_ms=now, by=by, reason=reason)

        await self._database.write(unfence)
        self._forget(agent_id)

    async def drain(self, agent_id: str, *, undo: bool = False, by: str = BY_HUB, reason: str = "") -> None:
        """Give the agent no new work, or give it some again; what it has goes on. Idempotent. Raises `NotFoundError`,
        `InvalidInputError`.

        A running hub follows within seconds; new steps wait in its queue until their time to live is over.
        """
        check_reason(reason)
        now = self._clock.now_ms()

        def drain(connection: Connection) -> None:
            drained = _agent(connection, agent_id).draining_ms is not None
            if drained is not undo:
                return
            since = None if undo else now
            connection.execute(update(agents).where(agents.c.agent_id == agent_id).values(draining_ms=since))
            what = AgentDeed.UNDRAINED if undo else AgentDeed.DRAINED
            note(connection, what, agent_id, at_ms=now, by=by, reason=reason)

        await self._database.write(drain)

    async def list_agents(self) -> list[AgentRecord]:
        """All agents by id, at most `MAX_AGENTS_LISTED`."""
        until = (
            select(agent_certificates.c.agent_id, func.max(agent_certificates.c.not_after_ms).label("until"))
            .where(agent_certificates.c.revoked_ms.is_(None))
            .group_by(agent_certificates.c.agent_id)
            .subquery()
        )
        query = (
            select(agents, until.c.until)
            .outerjoin(until, until.c.agent_id == agents.c.agent_id)
            .order_by(agents.c.agent_id)
            .limit(MAX_AGENTS_LISTED)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [
            AgentRecord(
                agent_id=row.agent_id,
                asset_code=row.asset_code,
                state=AgentState(row.state),
                created_ms=row.created_ms,
                last_epoch=row.last_epoch,
                fenced_reason=row.fenced_reason or "",
                draining_ms=row.draining_ms,
                certificate_until_ms=row.until,
            )
            for row in rows
        ]

    async def standings(self) -> list[Standing]:
        """How all agents stand, by id, at most `MAX_AGENTS_LISTED`: what is looked at every other second."""
        query = select(agents.c.agent_id, agents.c.state, agents.c.draining_ms)
        query = query.order_by(agents.c.agent_id).limit(MAX_AGENTS_LISTED)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        known = {state.value: state for state in AgentState}
        return [Standing(agent_id, known[state], since is not None) for agent_id, state, since in rows]

    # --- for the enrolment service ----------------------------------------------------------------------------------

    async def redeem(self, token: JoinToken, key_sha256: str, issue: Issue) -> Redeemed:
        """Use `token` for the public key with this sha256 and record the certificate that `issue` makes.

        The first key that uses a token owns it: the same key gets a certificate again within the token's hour (its
        answer may have been lost), any other key does not. A new use ends the agent's earlier certificates. Raises
        `TokenError` (`token.unknown`, `token.expired`, `token.used`, `token.revoked`).
        """
        now = self._clock.now_ms()
        digest = token.sha256()

        def redeem(connection: Connection) -> Redeemed:
            row = connection.execute(select(join_tokens).where(join_tokens.c.token_sha256 == digest)).one_or_none()
            if row is None:
                raise TokenError("no such join token", code="token.unknown")
            if now >= row.expires_ms:
                raise TokenError("the join token has expired", code="token.expired")
            agent = _agent(connection, row.agent_id)  # locked first, as everywhere here
            if agent.state == AgentState.REVOKED:
                raise TokenError("the join token's agent is revoked", code="token.revoked")
            # The condition decides between two replicas that redeem at the same moment.
            first = connection.execute(
                update(join_tokens)
                .where(join_tokens.c.token_sha256 == digest, join_tokens.c.used_ms.is_(None))
                .values(used_ms=now, key_sha256=key_sha256)
            ).rowcount
            if not first and _owner(connection, digest) != key_sha256:
                raise TokenError("the join token was used with another key", code="token.used")
            if first:
                _revoke_certificates(connection, agent.agent_id, now)
            issued = issue(agent.agent_id)
            connection.execute(
                insert(agent_certificates).values(
                    sha256=issued.facts.sha256,
                    agent_id=agent.agent_id,
                    not_before_ms=issued.facts.not_before_ms,
                    not_after_ms=issued.facts.not_after_ms,
                )
            )
            connection.execute(
                update(agents).where(agents.c.agent_id == agent.agent_id).values(state=AgentState.ENROLLED.value)
            )
            return Redeemed(agent_id=agent.agent_id, asset_code=agent.asset_code, issued=issued)

        redeemed = await self._database.write(redeem)
        self._forget(redeemed.agent_id)
        return redeemed

    def _forget(self, agent_id: str) -> None:
        self._changes += 1
        self._cache.pop(agent_id, None)


def _agent(connection: Connection, agent_id: str) -> Row[tuple[object, ...]]:
    row = connection.execute(select(agents).where(agents.c.agent_id == agent_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError(f"no agent {agent_id[:80]!r}")
    return row


def _owner(connection: Connection, digest: str) -> str | None:
    return connection.execute(
        select(join_tokens.c.key_sha256).where(join_tokens.c.token_sha256 == digest)
    ).scalar_one_or_none()


def _certificates(connection: Connection, agent_id: str) -> dict[str, int]:
    rows = connection.execute(
        select(agent_certificates.c.sha256, agent_certificates.c.not_after_ms)
        .join(agents, agents.c.agent_id == agent_certificates.c.agent_id)
        .where(
            agents.c.agent_id == agent_id,
            agents.c.state == AgentState.ENROLLED.value,
            agent_certificates.c.revoked_ms.is_(None),
        )
    ).all()
    return {row.sha256: row.not_after_ms for row in rows}


def _revoke_certificates(connection: Connection, agent_id: str, now_ms: int) -> None:
    connection.execute(
        update(agent_certificates)
        .where(agent_certificates.c.agent_id == agent_id, agent_certificates.c.revoked_ms.is_(None))
        .values(revoked_ms=now_ms)
    )

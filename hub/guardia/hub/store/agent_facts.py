"""`SqlAgentFacts`: the newest facts of each agent, beside the inventory and never instead of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, Row, String, Table, insert, select, update

from guardia.hub.ports import KeptFacts
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata
from guardia.proto.catalogue import canonical
from guardia.proto.facts import HostFacts

_FACTS = msgspec.json.Decoder(HostFacts)

agent_facts = Table(
    "agent_facts",
    metadata,
    Column("agent_id", String(64), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),  # by the agent's clock
    Column("received_ms", BigInteger, nullable=False),  # by the hub's
    Column("facts", LargeBinary, nullable=False),
)


class SqlAgentFacts:
    """`ports.AgentFacts` on a `Database` (SQLite or PostgreSQL)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, found: Sequence[KeptFacts]) -> None:
        def work(connection: Connection) -> None:
            for one in found:
                values = {"at_ms": one.at_ms, "received_ms": one.received_ms, "facts": canonical(one.facts)}
                change = update(agent_facts).where(agent_facts.c.agent_id == one.agent_id).values(values)
                if not connection.execute(change).rowcount:
                    connection.execute(insert(agent_facts).values(agent_id=one.agent_id, **values))

        if found:
            await self._database.write(work)

    async def of(self, agent_id: str) -> KeptFacts | None:
        query = select(agent_facts).where(agent_facts.c.agent_id == agent_id)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else _kept(row)

    async def everything(self) -> list[KeptFacts]:
        query = select(agent_facts).order_by(agent_facts.c.agent_id)
        return [_kept(row) for row in await self._database.read(lambda connection: connection.execute(query).all())]


def _kept(row: Row[tuple[object, ...]]) -> KeptFacts:
    return KeptFacts(
        agent_id=row.agent_id, at_ms=row.at_ms, received_ms=row.received_ms, facts=_FACTS.decode(row.facts)
    )

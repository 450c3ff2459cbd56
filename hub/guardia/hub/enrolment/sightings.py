"""The connections by which copied identities are found, kept for a hub that is restarted: one small row an agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import structlog
from sqlalchemy import Connection, delete, insert, select, update

from guardia.hub.core.clones import KeptSighting
from guardia.hub.enrolment.tables import agent_sightings as t
from guardia.hub.store.database import Database

log = structlog.get_logger("guardia.hub.sightings")

_DECODER = msgspec.msgpack.Decoder(tuple[KeptSighting, ...])
MAX_AGENTS = 10_000


class SqlSightings:
    """Implements `ports.SightingHistory`. Its methods raise `StoreError`, `BusyError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, agent_id: str, sightings: Sequence[KeptSighting]) -> None:
        data = msgspec.msgpack.encode(tuple(sightings))
        updated = max((one.at_ms for one in sightings), default=0)

        def work(connection: Connection) -> None:
            mine = t.c.agent_id == agent_id
            if not sightings:
                connection.execute(delete(t).where(mine))
                return
            values = {"updated_ms": updated, "sightings": data}
            if not connection.execute(update(t).where(mine).values(values)).rowcount:
                connection.execute(insert(t).values(agent_id=agent_id, **values))

        await self._database.write(work)

    async def recall(self, since_ms: int) -> Mapping[str, tuple[KeptSighting, ...]]:
        def work(connection: Connection) -> list[tuple[str, bytes]]:
            connection.execute(delete(t).where(t.c.updated_ms < since_ms))
            query = select(t.c.agent_id, t.c.sightings).order_by(t.c.updated_ms.desc()).limit(MAX_AGENTS)
            return [(row.agent_id, row.sightings) for row in connection.execute(query)]

        found: dict[str, tuple[KeptSighting, ...]] = {}
        for agent_id, data in await self._database.write(work):
            try:
                found[agent_id] = _DECODER.decode(data)
            except msgspec.DecodeError as error:  # a damaged row must not keep the hub from starting
                log.warning("sightings.unreadable", agent_id=agent_id, error=str(error))
        return found

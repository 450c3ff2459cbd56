"""Whether agents may come in, and the numbers of their connections: for all who come at the same time in one commit.

After a restart of the hub every agent comes within seconds. A query and a commit for each cost two changes of thread
and a sync of the disk, 1.5 ms of processor time; see docs/performance.md.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, literal_column, select, update

from guardia.hub.enrolment.tables import agent_certificates, agents
from guardia.hub.store.database import Database
from guardia.hub.store.prepared import Prepared

PACE = 0.02
"""Seconds from the begin of one commit to that of the next: who comes alone waits for nobody."""

_HELD = select(agent_certificates.c.not_after_ms).where(
    agent_certificates.c.sha256 == bindparam("of_certificate"),
    agent_certificates.c.agent_id == agents.c.agent_id,
    agent_certificates.c.revoked_ms.is_(None),
    agent_certificates.c.not_after_ms >= bindparam("at_ms"),
)

_ADMIT = Prepared(
    update(agents)
    .where(
        agents.c.agent_id == bindparam("of_agent"),
        agents.c.state == bindparam("of_state"),
        _HELD.correlate(agents).exists(),
    )
    .values(last_epoch=agents.c.last_epoch + literal_column("1"))
    .returning(agents.c.last_epoch, _HELD.correlate(agents).scalar_subquery())
)


_Values = dict[str, str | int]


class Admitted(NamedTuple):
    epoch: int
    """Larger than every earlier one of this agent, also across restarts and replicas."""
    until_ms: int
    """End of the certificate."""


class Newcomers:
    """Those who wait to be let in. `state` is the one of agents that may."""

    def __init__(self, database: Database, state: str, *, pace: float = PACE) -> None:
        self._database = database
        self._state = state
        self._pace = pace
        self._waiting: list[tuple[_Values, asyncio.Future[Admitted | None]]] = []
        self._begun = float("-inf")
        self._armed = False
        self._commit: asyncio.Task[None] | None = None

    async def admit(self, agent_id: str, certificate_sha256: str, now_ms: int) -> Admitted | None:
        """A new number when this agent is in the state and this certificate is its own, unrevoked and unexpired.

        Raises `StoreError`, `BusyError`: then nobody of those who came together is let in.
        """
        answer: asyncio.Future[Admitted | None] = asyncio.get_running_loop().create_future()
        values: _Values = {
            "of_agent": agent_id,
            "of_state": self._state,
            "of_certificate": certificate_sha256,
            "at_ms": now_ms,
        }
        self._waiting.append((values, answer))
        self._arm()
        return await answer

    def _arm(self) -> None:
        if self._armed or self._commit is not None or not self._waiting:
            return
        loop = asyncio.get_running_loop()
        self._armed = True
        loop.call_later(max(0.0, self._begun + self._pace - loop.time()), self._begin)

    def _begin(self) -> None:
        self._armed = False
        self._begun = asyncio.get_running_loop().time()
        waiting, self._waiting = self._waiting, []
        self._commit = asyncio.get_running_loop().create_task(self._answer(waiting))

    async def _answer(self, waiting: list[tuple[_Values, asyncio.Future[Admitted | None]]]) -> None:
        # Who gave up meanwhile has used up a number, which does no harm.
        try:
            found = await self._database.write(lambda connection: [_admit(connection, each) for each, _ in waiting])
        except Exception as error:  # noqa: BLE001 - goes to all who wait for it
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), admitted in zip(waiting, found, strict=True):
                if not answer.done():
                    answer.set_result(admitted)
        finally:
            self._commit = None
            self._arm()


def _admit(connection: Connection, values: _Values) -> Admitted | None:
    row = _ADMIT.one(connection, values)
    return None if row is None else Admitted(*row)

"""Facts of agents on their way in: kept at a bounded rate, and looked at for advice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog

from guardia.cmdb.model import Inventory, Server
from guardia.hub.core.host_facts import own_hosts, sightings_of
from guardia.hub.flow.advice import Advice
from guardia.hub.flow.desk import Desk
from guardia.hub.ports import AgentFacts, Clock, InventoryPort, KeptFacts
from guardia.proto.errors import FrameError
from guardia.proto.facts import decode_facts
from guardia.proto.frames import Facts

log = structlog.get_logger("guardia.hub.facts")

KEEP_EVERY = 5.0
"""Seconds between two writes of one agent's facts, however often it sends them: the newest wait meanwhile."""
MAX_BATCH = 200
"""Agents whose facts are written in one transaction."""
MAX_ROOMS = 100
"""Rooms that are looked at for one offer."""


class NoFacts:
    """`ports.AgentFacts` of a hub that keeps none."""

    async def keep(self, found: Sequence[KeptFacts]) -> None:
        pass

    async def of(self, agent_id: str) -> KeptFacts | None:  # noqa: ARG002 - whoever it is
        return None

    async def everything(self) -> list[KeptFacts]:
        return []


class FactsIntake:
    """`take` is called for every frame and only puts it down; `tick`, called by the timers, does the work beside."""

    def __init__(
        self,
        *,
        store: AgentFacts,
        advice: Advice,
        desk: Desk,
        inventory: InventoryPort,
        clock: Clock,
        rooms: Callable[[], Sequence[str]],
    ) -> None:
        self._store = store
        self._advice = advice
        self._desk = desk
        self._inventory = inventory
        self._clock = clock
        self._rooms = rooms
        self._waiting: dict[str, tuple[int, Facts]] = {}
        """The newest of each agent, with the time when it came."""
        self._kept_at: dict[str, float] = {}
        self._at_work = False
        self._hosts: tuple[Inventory | None, Mapping[str, Sequence[Server]]] = (None, {})

    def take(self, agent_id: str, frame: Facts) -> None:
        """Not acknowledged, and lost when the hub ends before it is kept: they come again within the hour."""
        self._waiting[agent_id] = (self._clock.now_ms(), frame)

    def tick(self) -> None:
        if self._waiting and not self._at_work:
            now = self._clock.monotonic()
            due = [one for one in self._waiting if now - self._kept_at.get(one, -KEEP_EVERY) >= KEEP_EVERY]
            if due:
                self._at_work = True
                self._desk.later(self._work_off(due[:MAX_BATCH], now), "keep facts")

    async def _work_off(self, agents: Sequence[str], now: float) -> None:
        try:
            came = {agent_id: self._waiting.pop(agent_id) for agent_id in agents}
            self._kept_at.update(dict.fromkeys(agents, now))
            found = [kept for agent_id, one in came.items() if (kept := _read(agent_id, *one)) is not None]
            try:
                await self._store.keep(found)
            except BaseException:
                self._waiting = came | self._waiting  # tried again, unless newer ones have come
                raise
            await self._advise(found)
        finally:
            self._at_work = False

    async def _advise(self, found: Sequence[KeptFacts]) -> None:
        """A disk over its threshold is worth an offer in the rooms that see the system."""
        hosts = self._own_hosts()
        seen = [
            (kept.agent_id, sighting)
            for kept in found
            for sighting in sightings_of(self._advice.rules, kept.agent_id, kept.facts, hosts.get(kept.agent_id, ()))
        ]
        if seen:
            for room_id in list(dict.fromkeys(self._rooms()))[:MAX_ROOMS]:
                await self._advice.guarded(self._advice.host(room_id, seen), "facts of hosts")

    def _own_hosts(self) -> Mapping[str, Sequence[Server]]:
        snapshot = self._inventory.snapshot()
        if self._hosts[0] is not snapshot:
            self._hosts = (snapshot, own_hosts(snapshot.servers))
        return self._hosts[1]


def _read(agent_id: str, received_ms: int, frame: Facts) -> KeptFacts | None:
    try:
        facts = decode_facts(frame.facts)
    except FrameError as error:
        log.warning("facts.unreadable", agent_id=agent_id, error=str(error)[:500])
        return None
    at_ms = min(frame.at_ms, received_ms)  # a clock that is ahead, or that says anything at all
    return KeptFacts(agent_id=agent_id, at_ms=at_ms, received_ms=received_ms, facts=facts)

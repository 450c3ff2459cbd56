"""Many agents in one process: real certificates, TLS, codec, session, channel and link; nothing is executed.

A dispatch is answered with Accepted, Started and Result, as `tests.bench.agent` does.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from typing import Any

import structlog
import uvloop

from guardia.agent.daemon.wiring import load_grpc
from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.agent.link.websocket import WebSocketLink
from guardia.certs import tls
from guardia.certs.keystore import Keystore
from guardia.proto.frames import Accepted, Dispatch, Hello, HubFrame, JournalEntry, Result, Started, StepOutcome
from guardia.proto.session import AgentSession
from guardia.proto.version import MAJOR, MINOR
from tests.bench.agent import SystemClock, _report
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet, name

CLOCK = SystemClock()


class Agent:
    """One agent; `LinkHandler` of its own link."""

    def __init__(self, fleet: Fleet, agent_id: str, own: Keystore) -> None:
        self.agent_id = agent_id
        self.welcomed_at: list[float] = []
        self.losses: list[str] = []
        self.link = self._link(fleet, own)

    def _link(self, fleet: Fleet, own: Keystore) -> ReconnectingLink:
        context = tls.agent_client_context(own)  # once: reading keys from the disk is not the hub's load
        options: dict[str, Any] = {"hello_factory": self._hello, "clock": CLOCK, "rng": random.random}
        if not fleet.grpc_port:
            return WebSocketLink(fleet.link_url, lambda: context, self, **options)
        material = tls.material(own)
        link: ReconnectingLink = load_grpc().GrpcLink(fleet.link_url, lambda: (material, context), self, **options)
        return link

    def _hello(self, journal: tuple[JournalEntry, ...]) -> Hello:
        return Hello(
            agent_id=self.agent_id,
            boot_id="bench",
            instance_id=self.agent_id,
            software="0.1.0",
            protocol_major=MAJOR,
            protocol_minor=MINOR,
            trust_bundle="",
            targets=(self.agent_id,),
            actions=("CHECK_DISK_SPACE",),
            journal=journal,
        )

    async def hello_journal(self) -> tuple[JournalEntry, ...]:
        return ()

    async def welcomed(self, epoch: int) -> None:
        del epoch
        self.welcomed_at.append(time.monotonic())

    async def lost(self, reason: str) -> None:
        self.losses.append(reason)

    async def received(self, frame: HubFrame) -> None:
        if not isinstance(frame, Dispatch):
            return
        now = CLOCK.now_ms()
        await self.link.send(Accepted(step_id=frame.step_id, at_ms=now))
        await self.link.send(Started(step_id=frame.step_id, at_ms=now, pid=4242))
        result = Result(
            step_id=frame.step_id,
            digest=frame.digest,
            outcome=StepOutcome.OK,
            finished_ms=now,
            exit_code=0,
            report=_report(frame),
        )
        await self.link.send(result)


class Latencies:
    """How long heartbeats waited for their answer: wraps the session's own measurement."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def install(self) -> None:
        seen = self.seen

        def store(session: AgentSession, value: float | None) -> None:
            session.__dict__["latency"] = value
            if value is not None:
                seen.append(value)

        AgentSession.latency = property(lambda session: session.__dict__.get("latency"), store)  # type: ignore[assignment]


class Agents:
    def __init__(self, fleet: Fleet, first: int, count: int) -> None:
        stores = fleet.keystores()
        wanted = map(name, range(first, first + count))
        self.agents = [Agent(fleet, agent, stores[agent]) for agent in wanted]
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self, every: float = 0.002) -> dict[str, Any]:
        """Start them one after the other; the hub tells when they are all there."""
        for agent in self.agents:
            task = asyncio.create_task(agent.link.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(every)
        return {}

    async def told(self) -> dict[str, Any]:
        """Losses by reason, and the moments of the last welcomes."""
        losses: dict[str, int] = {}
        for agent in self.agents:
            for reason in agent.losses:
                code = reason.partition(":")[0]
                losses[code] = losses.get(code, 0) + 1
        return {"losses": losses, "welcomes": sorted(a.welcomed_at[-1] for a in self.agents if a.welcomed_at)}


async def _run(fleet: Fleet, first: int, count: int) -> None:
    latencies = Latencies()
    latencies.install()
    agents = Agents(fleet, first, count)

    async def heartbeats() -> list[float]:
        found, latencies.seen[:] = list(latencies.seen), []
        return found

    commands = {
        "connect": agents.connect,
        "told": agents.told,
        "heartbeats": heartbeats,
        "memory": worker.own_memory,
        "cpu": worker.own_cpu,
    }
    await worker.obey(commands)


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))

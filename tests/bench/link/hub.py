"""The hub of the benchmarks: `guardia.hub.app.Hub` as `guardia-hub serve` runs it, in a process of its own.

Requests are opened at the desk with a compiled plan, so neither reader nor approval is in the figures; everything from
the first commit on is what a room's request goes through. All moments are CLOCK_MONOTONIC, in seconds.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
import uvloop
from sqlalchemy import Connection, event

from guardia.cmdb.model import Connection as Way
from guardia.cmdb.model import Environment, Layer, Server, ServiceManager
from guardia.hub.app import Hub
from guardia.hub.core import events as e
from guardia.hub.core.intent import Intent, IntentType
from guardia.hub.core.plan import compile_plan, freeze
from guardia.hub.core.request import Request
from tests.bench.estate import ENGINEER
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet, name

ACTION = "CHECK_DISK_SPACE"
DAY_MS = 24 * 3600 * 1000


def _server(agent: str) -> Server:
    return Server(
        asset_code=agent,
        hostname=agent.lower(),
        address="127.0.0.1",
        institution="기획재정부",
        system_name="예산시스템",
        environment=Environment.PROD,
        infrastructure_layer=Layer.WAS,
        node_no=1,
        connection=Way.AGENT,
        service_name="was",
        service_manager=ServiceManager.SYSTEMD,
    )


class _OpenStore(Hub):
    """Every agent may fetch every artifact: the look for a step that needs it is not what `artifact` measures."""

    async def _may_fetch(self, agent_id: str, sha256: str) -> bool:
        return bool(agent_id and sha256)


class BenchHub:
    def __init__(self, fleet: Fleet) -> None:
        self.hub = _OpenStore(fleet.config)
        self._agents = [name(number) for number in range(fleet.count)]
        self._numbers = 0
        self._ended: dict[str, asyncio.Future[float]] = {}
        self._commits = 0
        desk = self.hub.engine.desk
        told = desk.on_finished

        def finished(request: Request) -> None:
            told(request)
            future = self._ended.pop(request.request_id, None)
            if future is not None and not future.done():
                future.set_result(time.monotonic())

        desk.on_finished = finished

        @event.listens_for(self.hub.database.engine, "commit")
        def _count(_connection: Connection) -> None:
            self._commits += 1

    # --- requests ---------------------------------------------------------------------------------------------------

    async def _open(self, agents: Sequence[str]) -> tuple[str, asyncio.Future[float]]:
        """One request with a step on each of `agents`; its id, and the moment of its end, to be awaited."""
        self._numbers += 1
        request_id = f"SR-20260101-{self._numbers:06}"
        ended = self._ended[request_id] = asyncio.get_running_loop().create_future()
        now = self.hub.clock.now_ms()
        intent = Intent(
            intent_type=IntentType.CHECK,
            institution="기획재정부",
            system_name="예산시스템",
            infrastructure_layer="WAS",
            target_nodes=tuple(agents),
            action_sequence=(ACTION,),
        )
        drafted = e.Drafted(
            at_ms=now,
            request_id=request_id,
            room_id="bench",
            platform="room",
            message_id=f"m{self._numbers}",
            text="예산시스템 WAS 디스크 확인해줘",
            requester=ENGINEER,
            intent=intent,
        )

        async def follow(request: Request) -> list[e.Event]:
            plan = compile_plan(
                request_id=request.request_id,
                generation=1,
                intent=intent,
                servers=[_server(agent) for agent in agents],
                files=(),
                cmdb_revision=self.hub.inventory.snapshot().revision,
                moment="20260101-000000",
            )
            plan = freeze(plan, request_id=request.request_id, expires_ms=now + DAY_MS)
            return [e.Planned(at_ms=now, plan=plan, approvals_needed=0)]

        await self.hub.engine.desk.open(drafted, f"bench:{self._numbers}", follow)
        return request_id, ended

    async def one_by_one(self, agent: str, count: int) -> dict[str, Any]:
        """`count` requests of one step, each after the end of the one before: id to the moments of begin and end."""
        found: dict[str, tuple[float, float]] = {}
        commits, cpu = self._commits, time.process_time()
        for _ in range(count):
            began = time.monotonic()
            request_id, ended = await self._open([agent])
            found[request_id] = (began, await ended)
            await asyncio.sleep(0.002)
        return {"times": found, "commits": self._commits - commits, "cpu": time.process_time() - cpu}

    async def at_once(self, agents: Sequence[str], nodes: int, requests: int) -> dict[str, Any]:
        """`requests` requests of `nodes` steps, all opened at the same moment; agents take turns."""
        cpu, commits = time.process_time(), self._commits
        began = time.monotonic()
        wanted = [
            [agents[(number * nodes + node) % len(agents)] for node in range(nodes)] for number in range(requests)
        ]
        opened = await asyncio.gather(*(self._open(each) for each in wanted))
        sent = time.monotonic()
        moments = await asyncio.gather(*(ended for _, ended in opened))
        return {
            "began": began,
            "opened": sent,
            "ended": max(moments),
            "steps": nodes * requests,
            "cpu": time.process_time() - cpu,
            "commits": self._commits - commits,
        }

    # --- connections ------------------------------------------------------------------------------------------------

    async def reconciled(self, count: int, within: float) -> dict[str, Any]:
        """Wait until so many agents are connected and their journals compared."""
        deadline = time.monotonic() + within
        while (found := self.hub.engine.delivery.reconciled) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{found} of {count} agents after {within:g} s")
            await asyncio.sleep(0.02)
        return {"count": found}

    async def storm(self, count: int, within: float) -> dict[str, Any]:
        """Watch agents come back: when how many were reconciled; meanwhile a step now and then for one that is."""
        began, cpu = time.monotonic(), time.process_time()
        series: list[tuple[float, int]] = []
        steps: list[tuple[float, asyncio.Future[float]]] = []
        turn = 0
        while not series or series[-1][1] < count:
            now = time.monotonic()
            if now - began > within:
                break
            series.append((now, self.hub.engine.delivery.reconciled))
            if series[-1][1] and (not steps or now - steps[-1][0] > 0.25):
                ready = [agent for agent in self._agents if self.hub.engine.delivery.ready(agent)]
                turn += 7919
                steps.append((now, (await self._open([ready[turn % len(ready)]]))[1]))
            await asyncio.sleep(0.02)
        waits = []
        for moment, ended in steps:
            async with asyncio.timeout(60):
                waits.append(await ended - moment)
        return {"series": series, "steps": waits, "cpu": time.process_time() - cpu}

    async def stage(self, path: str, sha256: str) -> dict[str, Any]:
        """Put a file into the content-addressed store, as an upload would, and let every agent have it."""
        place = self.hub.config.state / "files" / sha256[:2] / sha256
        await asyncio.to_thread(_place, Path(path), place)
        return {}


def _place(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.hardlink_to(source)


async def _run(fleet: Fleet) -> None:
    bench = BenchHub(fleet)
    running = asyncio.create_task(bench.hub.run())
    while not running.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", fleet.web_port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        break
    commands = {
        "one_by_one": bench.one_by_one,
        "at_once": bench.at_once,
        "reconciled": bench.reconciled,
        "storm": bench.storm,
        "stage": bench.stage,
        "memory": worker.own_memory,
        "cpu": worker.own_cpu,
    }
    obeying = asyncio.create_task(worker.obey(commands))
    await asyncio.wait({running, obeying}, return_when=asyncio.FIRST_COMPLETED)
    if obeying.done():
        obeying.result()
        signal.raise_signal(signal.SIGTERM)
    await running


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    uvloop.run(_run(Fleet.parse(sys.argv[1])))

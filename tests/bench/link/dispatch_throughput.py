"""`dispatch_throughput`: durable dispatches a second to 100 agents that answer without running anything."""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.bench.floor import BareCommits
from tests.bench.link.fleet import Fleet, free_port, grpc_fleet, make_fleet, name
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, absolute, at_least, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress

AGENTS = 100
STEPS = 2_000
ROUNDS = 3
EVENT, FRAME = 150, 700
"""Bytes of an event's row and of a dispatch's row, as recorded."""
ROWS = (EVENT, EVENT, EVENT, EVENT, FRAME)
"""What any hub that keeps its promise writes for a step: dispatched, accepted, started, finished; the frame."""
GROUP = 100


async def dispatch_throughput(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    agents = scale.count(AGENTS)
    steps = max(agents, scale.count(STEPS))
    fleet = await make_fleet(folder / "throughput", agents)
    names = [name(number) for number in range(agents)]
    port = free_port()
    single: list[float] = []
    wide: list[float] = []
    busy: list[float] = []
    trip: list[float] = []
    commit: list[float] = []
    nodes = min(20, agents)
    last = str(agents)
    async with (
        Worker("hub", fleet.text) as hub,
        Worker("agents", fleet.text, "0", last) as simulated,
        Worker("bare_server", fleet.text, str(port)) as bare,
        Worker("bare_agents", fleet.text, str(port), "0", last) as echoes,
    ):
        await simulated.ask("connect")
        await hub.ask("reconciled", count=agents, within=60)
        await echoes.ask("connect")
        commits = BareCommits(folder / "throughput.db")
        with Progress("dispatch_throughput", ROUNDS) as progress:
            for _ in range(ROUNDS):
                asked = await hub.ask("at_once", agents=names, nodes=1, requests=steps)
                single.append(_a_second(asked))
                busy.append(asked["cpu"] / asked["steps"])
                asked = await hub.ask("at_once", agents=names, nodes=nodes, requests=max(1, steps // nodes // 4))
                wide.append(_a_second(asked))
                rounds = max(1, steps // agents)
                answered = await bare.ask("gather", size=FRAME, rounds=rounds)
                trip.append(answered["cpu"] / rounds / agents)
                began = time.monotonic()
                for _ in range(max(1, steps // GROUP)):
                    commits.commit(ROWS * GROUP)
                commit.append((time.monotonic() - began) / (max(1, steps // GROUP) * GROUP))
                progress.advance()
        commits.close()
    cost = max(statistics.median(trip), statistics.median(commit))
    best = max(statistics.median(single), statistics.median(wide))
    note = scale.note(
        f"requests of one step {statistics.median(single):.0f} a second, of {nodes} {statistics.median(wide):.0f};"
        f" hub CPU a dispatch {statistics.median(busy) * 1e6:.0f} µs; the floor is the larger of a bare round trip's"
        f" CPU ({statistics.median(trip) * 1e6:.0f} µs) and the group commit of {len(ROWS)} rows"
        f" ({statistics.median(commit) * 1e6:.0f} µs)"
    )
    yield beside("dispatch_throughput", "steps/s", best, 1 / cost, at_least(0.4), note)
    yield absolute("dispatch_throughput a second", "steps/s", best, at_least(2_000))
    if by_grpc := await grpc_fleet(folder / "grpc", agents):
        yield await _by_grpc(by_grpc, names, steps, 1 / cost)


async def _by_grpc(fleet: Fleet, names: list[str], steps: int, floor: float) -> Standing:
    """The same through gRPC, after it: for information."""
    nodes = min(20, len(names))
    best = 0.0
    busy: list[float] = []
    async with Worker("hub", fleet.text) as hub, Worker("agents", fleet.text, "0", str(len(names))) as simulated:
        await simulated.ask("connect")
        await hub.ask("reconciled", count=len(names), within=60)
        for _ in range(ROUNDS):
            asked = await hub.ask("at_once", agents=names, nodes=1, requests=steps)
            busy.append(asked["cpu"] / asked["steps"])
            best = max(best, _a_second(asked))
            asked = await hub.ask("at_once", agents=names, nodes=nodes, requests=max(1, steps // nodes // 4))
            best = max(best, _a_second(asked))
    note = f"the best of {ROUNDS} rounds of either kind; hub CPU a dispatch {statistics.median(busy) * 1e6:.0f} µs"
    return beside("dispatch_throughput by gRPC", "steps/s", best, floor, None, note)


def _a_second(asked: dict[str, Any]) -> float:
    return float(asked["steps"] / (asked["ended"] - asked["began"]))

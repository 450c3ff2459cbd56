"""`fan_out`: a step to 1,000 connected agents until every result is committed."""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.hub.core.plan import MAX_NODES
from tests.bench.link.fleet import Fleet, allow_files, free_port, grpc_fleet, make_fleet, name
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, at_most, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress

AGENTS = 1_000
ROUNDS = 3


async def fan_out(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    agents = scale.count(AGENTS)
    allow_files(2 * agents)
    fleet = await make_fleet(folder / "fan_out", agents)
    names = [name(number) for number in range(agents)]
    requests = -(-agents // MAX_NODES)
    port = free_port()
    times: list[float] = []
    floor: list[float] = []
    last = str(agents)
    async with (
        Worker("hub", fleet.text) as hub,
        Worker("agents", fleet.text, "0", last) as simulated,
        Worker("bare_server", fleet.text, str(port)) as bare,
        Worker("bare_agents", fleet.text, str(port), "0", last) as echoes,
    ):
        await simulated.ask("connect")
        await hub.ask("reconciled", count=agents, within=120)
        await echoes.ask("connect")
        with Progress("fan_out", ROUNDS) as progress:
            for _ in range(ROUNDS):
                nodes = -(-agents // requests)
                asked = await hub.ask("at_once", agents=names, nodes=nodes, requests=requests, patience=900)
                times.append((asked["ended"] - asked["began"]) * 1000)
                answered = await bare.ask("gather", size=600, rounds=3)
                floor += [seconds * 1000 for seconds in answered["seconds"]]
                progress.advance()
    note = scale.note(
        f"{requests} request(s) at once, since one holds at most {MAX_NODES} servers; hub CPU {asked['cpu']:.2f} s,"
        f" {asked['commits']} transactions in the last round; the floor: echo over {agents} connections"
    )
    yield beside("fan_out", "ms", statistics.median(times), statistics.median(floor), at_most(3.0), note)
    if by_grpc := await grpc_fleet(folder / "grpc", agents):
        yield await _by_grpc(by_grpc, names, requests, statistics.median(floor))


async def _by_grpc(fleet: Fleet, names: list[str], requests: int, floor: float) -> Standing:
    """The same through gRPC, after it: for information."""
    times = []
    async with Worker("hub", fleet.text) as hub, Worker("agents", fleet.text, "0", str(len(names))) as simulated:
        await simulated.ask("connect")
        await hub.ask("reconciled", count=len(names), within=120)
        for _ in range(ROUNDS):
            nodes = -(-len(names) // requests)
            asked = await hub.ask("at_once", agents=names, nodes=nodes, requests=requests, patience=900)
            times.append((asked["ended"] - asked["began"]) * 1000)
    note = f"hub CPU {asked['cpu']:.2f} s in the last round"
    return beside("fan_out by gRPC", "ms", statistics.median(times), floor, None, note)

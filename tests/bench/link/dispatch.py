"""`dispatch`: one durable dispatch through the real daemon: commit, journal, /bin/true, result, acknowledgement."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from guardia.certs import tls
from guardia.hub.enrolment.authority import HubAuthority
from tests.bench.link.bare_step import BareHub
from tests.bench.link.fleet import Fleet, grpc_fleet, make_fleet, name, real_agent
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, absolute, at_most, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress, percentiles

STEPS = 500
ROUND = 25
DISPATCH, RESULT = 600, 400
"""Bytes on the wire, as recorded of a disk check."""


async def dispatch(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    fleet = await make_fleet(folder / "dispatch", 1)
    toml = real_agent(fleet, name(0))
    rounds = max(1, scale.count(STEPS) // ROUND)
    each = min(ROUND, scale.count(STEPS))
    times: list[float] = []
    floor: list[float] = []
    cpu_hub = cpu_agent = 0.0
    async with Worker("hub", fleet.text) as hub, Worker("real_agent", str(toml), log=folder / "agent.log") as agent:
        bare = bare_hub(fleet, folder)
        try:
            await hub.ask("reconciled", count=1, within=60)
            await hub.ask("one_by_one", agent=name(0), count=each)
            begun = await agent.ask("dump", acknowledged=each)
            with Progress("dispatch", rounds) as progress:
                for _ in range(rounds):
                    asked = await hub.ask("one_by_one", agent=name(0), count=each)
                    seen = await agent.ask("dump", acknowledged=each)
                    times += _milliseconds(asked, seen)
                    cpu_hub += asked["cpu"]
                    cpu_agent += seen["cpu"] - begun["cpu"]
                    begun = seen
                    hub_syncs = round(asked["commits"] / each)
                    agent_syncs = round(seen["synced"] / each)
                    for _ in range(each):
                        seconds = bare.step(
                            hub_syncs=hub_syncs, agent_syncs=agent_syncs, dispatch=DISPATCH, result=RESULT
                        )
                        floor.append(seconds * 1000)
                    progress.advance()
        finally:
            bare.close()
    found, below = percentiles(times), percentiles(floor)
    note = (
        f"{len(times)} dispatches one after the other; CPU of each: hub {cpu_hub / len(times) * 1000:.1f} ms, agent"
        f" {cpu_agent / len(times) * 1000:.1f} ms; the floor: {hub_syncs} syncs at the hub, {agent_syncs} at the agent,"
        " in sequence, posix_spawn, one round trip and an acknowledgement with blocking sockets"
    )
    yield beside("dispatch p50", "ms", found.p50, below.p50, at_most(2.0), note)
    yield beside("dispatch p99", "ms", found.p99, below.p99, at_most(4.0))
    yield absolute(
        "dispatch beside Salt", "ms", found.p50, at_most(78 / 15), "15 times quicker than 78 ms (FACTS: Salt 78 to 147)"
    )
    if by_grpc := await grpc_fleet(folder / "grpc", 1):
        yield await _by_grpc(by_grpc, folder, each, rounds, below.p50)


async def _by_grpc(fleet: Fleet, folder: Path, each: int, rounds: int, floor: float) -> Standing:
    """The same through gRPC, after it: for information."""
    toml = real_agent(fleet, name(0))
    times: list[float] = []
    cpu = 0.0
    async with Worker("hub", fleet.text) as hub, Worker("real_agent", str(toml), log=folder / "grpc.log") as agent:
        await hub.ask("reconciled", count=1, within=60)
        await hub.ask("one_by_one", agent=name(0), count=each)
        await agent.ask("dump", acknowledged=each)
        for _ in range(rounds):
            asked = await hub.ask("one_by_one", agent=name(0), count=each)
            times += _milliseconds(asked, await agent.ask("dump", acknowledged=each))
            cpu += asked["cpu"]
    note = f"p99 {percentiles(times).p99:.1f} ms; hub CPU of each {cpu / len(times) * 1000:.1f} ms"
    return beside("dispatch p50 by gRPC", "ms", percentiles(times).p50, floor, None, note)


def _milliseconds(asked: dict[str, Any], seen: dict[str, Any]) -> list[float]:
    """From the opening of each request to the acknowledgement of its result in the agent."""
    found = []
    for request, (began, _) in asked["times"].items():
        moment = next(at for step, at in seen["acknowledged"].items() if step.startswith(f"{request}."))
        found.append((moment - began) * 1000)
    return found


def bare_hub(fleet: Fleet, folder: Path) -> BareHub:
    """The floor, between the fleet's hub and its first agent, which `real_agent` has made."""
    authority = HubAuthority.load(fleet.config.state)
    context = tls.hub_agent_listener_context(authority.keystore)
    return BareHub(context, fleet.agent_folder(name(0)) / "state" / "identity", folder)

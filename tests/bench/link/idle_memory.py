"""`idle_memory`: the hub's memory for each connected, idle agent, everything included."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.bench.link.fleet import Fleet, allow_files, free_port, grpc_fleet, make_fleet
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, absolute, at_most, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress

AGENTS = 5_000
WARM = 20
"""Agents that are connected before the first look: what the first connections import is no connection's own."""
LEAST = 200
GRPC_AGENTS = 1_000
"""Of gRPC at most: a client of its has threads and a channel for each."""
KIB = 1024
FLAT = 1.02
"""Growth over the time that counts as flat."""


async def idle_memory(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    agents = scale.count(AGENTS, LEAST)
    fleet = await make_fleet(folder / "idle", WARM + agents)
    allow_files(fleet.count)
    note = scale.note("PSS, after a garbage collection, not trimmed; both sides own processes")
    growth = None
    async with Worker("hub", fleet.text) as hub, Worker("agents", fleet.text, "0", str(WARM)) as first:
        await first.ask("connect")
        await hub.ask("reconciled", count=WARM, within=60)
        empty = await hub.ask("memory")
        async with Worker("agents", fleet.text, str(WARM), str(agents)) as simulated:
            with Progress(f"{agents} agents connect", agents) as progress:
                await simulated.ask("connect", every=0.004, patience=900)
                await hub.ask("reconciled", count=fleet.count, within=600, patience=900)
                progress.advance(agents)
            await asyncio.sleep(min(20, agents / 100))  # the first heartbeats, the registry's cache
            full = await hub.ask("memory")
            if scale.flat_minutes:
                growth = await _watch(hub, scale.flat_minutes)
    mine = (full["pss"] - empty["pss"]) / agents / KIB
    own = (full["uss"] - empty["uss"]) / agents / KIB
    port = free_port()
    async with (
        Worker("bare_server", fleet.text, str(port)) as bare,
        Worker("bare_agents", fleet.text, str(port), "0", str(WARM)) as first,
    ):
        await first.ask("connect")
        await bare.ask("connected", count=WARM)
        empty = await bare.ask("memory")
        async with Worker("bare_agents", fleet.text, str(port), str(WARM), str(agents)) as echoes:
            await echoes.ask("connect", patience=900)
            await bare.ask("connected", count=fleet.count)
            await asyncio.sleep(1)
            full = await bare.ask("memory")
    below = (full["pss"] - empty["pss"]) / agents / KIB
    yield beside("idle_memory", "KiB/agent", mine, below, at_most(1.6), f"{agents} agents; USS {own:.1f} KiB; {note}")
    if growth is not None:
        last = f"over {scale.flat_minutes:g} minutes: highest over first of the samples once a minute"
        yield absolute("idle_memory flat", "×", growth, at_most(FLAT), last)
    few = min(agents, GRPC_AGENTS)
    if by_grpc := await grpc_fleet(folder / "grpc", WARM + few):
        yield await _by_grpc(by_grpc, few, below)


async def _by_grpc(fleet: Fleet, agents: int, floor: float) -> Standing:
    """The same through gRPC, after it: for information."""
    async with Worker("hub", fleet.text) as hub, Worker("agents", fleet.text, "0", str(WARM)) as first:
        await first.ask("connect")
        await hub.ask("reconciled", count=WARM, within=60)
        empty = await hub.ask("memory")
        async with Worker("agents", fleet.text, str(WARM), str(agents)) as simulated:
            await simulated.ask("connect", every=0.008, patience=900)
            await hub.ask("reconciled", count=WARM + agents, within=600, patience=900)
            await asyncio.sleep(min(20, agents / 100))
            full = await hub.ask("memory")
    mine = (full["pss"] - empty["pss"]) / agents / KIB
    return beside("idle_memory by gRPC", "KiB/agent", mine, floor, None, f"{agents} agents")


async def _watch(hub: Worker, minutes: float) -> float:
    ends = time.monotonic() + minutes * 60
    samples = []
    with Progress("idle_memory stays flat (minutes)", round(minutes)) as progress:
        while True:
            samples.append((await hub.ask("memory"))["pss"])
            if time.monotonic() >= ends:
                return float(max(samples) / samples[0])
            await asyncio.sleep(min(60.0, minutes * 60 / 5))
            progress.advance()

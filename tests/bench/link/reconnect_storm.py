"""`reconnect_storm`: 5,000 agents come back after the hub was killed, until each is reconciled."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from tests.bench.link.fleet import allow_files, free_port, make_fleet
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, absolute, at_least, at_most, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress, percentiles

AGENTS = 5_000
BEAT = 5.0
"""Seconds between heartbeats: a third of what is usual, so that those who are back have some to send before all are."""
LATE = 5.0
"""Seconds after which a heartbeat's answer counts as late: a third of the time to the next, as it is usual."""


async def reconnect_storm(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    agents = scale.count(AGENTS)
    allow_files(agents)
    fleet = msgspec.structs.replace(await make_fleet(folder / "storm", agents), heartbeat=BEAT)
    async with Worker("agents", fleet.text, "0", str(agents)) as simulated:
        async with Worker("hub", fleet.text) as hub:
            with Progress(f"{agents} agents connect", agents) as progress:
                await simulated.ask("connect", every=0.004, patience=900)
                await hub.ask("reconciled", count=agents, within=600, patience=900)
                progress.advance(agents)
            await hub.kill()
        await simulated.ask("heartbeats")
        before = await simulated.ask("cpu")
        with Progress("reconnect_storm", agents) as progress:
            async with Worker("hub", fleet.text) as hub:
                ready = time.monotonic()
                seen = await hub.ask("storm", count=agents, within=600, patience=900)
                progress.advance(seen["series"][-1][1])
                moved = await simulated.ask("cpu") - before
                beats = await simulated.ask("heartbeats")
                told = await simulated.ask("told")
    series = seen["series"]
    most = series[-1][1]
    nearly = next(moment for moment, count in series if count >= most * 0.95)
    rate = most / (series[-1][0] - ready)
    bulk = most * 0.95 / (nearly - ready)
    port = free_port()
    async with (
        Worker("bare_server", fleet.text, str(port)) as bare,
        Worker("bare_agents", fleet.text, str(port), "0", str(agents)) as echoes,
    ):
        idle = await bare.ask("cpu")
        answered = await echoes.ask("connect", patience=900)
        floor = agents / (answered["ended"] - answered["began"])
        bare_cpu = (await bare.ask("cpu") - idle) / agents * 1000
    silent = told["losses"].get("link.silent", 0)
    late = sum(beat > LATE for beat in beats)
    note = scale.note(
        f"{most} of {agents} reconciled in {series[-1][0] - ready:.1f} s, 95 % of them at {bulk:.0f} a second (the rest"
        f" are those whose full jitter was longest); CPU a connection: hub {seen['cpu'] / most * 1000:.2f} ms,"
        f" agent {moved / most * 1000:.2f} ms, bare server {bare_cpu:.2f} ms; losses {told['losses']}"
    )
    yield beside("reconnect_storm", "agents/s", rate, floor, at_least(0.6), note)
    worst = max(beats, default=0.0)
    yield absolute(
        "reconnect_storm: late heartbeats",
        "heartbeats",
        late + silent,
        at_most(0) if beats or silent else None,
        f"{len(beats)} heartbeats answered meanwhile, the slowest after {worst:.2f} s; cut off as silent: {silent}",
    )
    if seen["steps"]:
        waits = percentiles(seen["steps"])
        yield absolute(
            "reconnect_storm: steps meanwhile",
            "s p50",
            waits.p50,
            at_most(LATE),
            f"{len(seen['steps'])} steps asked of agents that were back, all ended; p99 {waits.p99:.2f} s",
        )

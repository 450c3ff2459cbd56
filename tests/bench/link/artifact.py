"""`artifact`: 256 MiB from hub to agent, verified there; then to 8 agents at once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import statistics
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.certs import tls
from guardia.hub.enrolment.authority import HubAuthority
from tests.bench.link.bare_stream import stream
from tests.bench.link.fleet import make_fleet, name, real_agent
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, at_least, beside
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress

MIB = 1024 * 1024
SIZE = 256
"""MiB."""
AT_ONCE = 8
ROUNDS = 3


async def artifact(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    size = scale.count(SIZE) * MIB
    fleet = await make_fleet(folder / "artifact", AT_ONCE)
    state = real_agent(fleet, name(0)).parent / "state" / "identity"
    file = folder / "artifact.bin"
    sha256 = await asyncio.to_thread(_make, file, size)
    context = tls.hub_agent_listener_context(HubAuthority.load(fleet.config.state).keystore)
    one: list[float] = []
    all_at_once: list[float] = []
    floor: list[float] = []
    hub_cpu: list[float] = []
    agent_cpu: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Worker("hub", fleet.text))
        fetchers = [
            await stack.enter_async_context(Worker("fetcher", fleet.text, name(number))) for number in range(AT_ONCE)
        ]
        await hub.ask("stage", path=str(file), sha256=sha256)
        with Progress("artifact", ROUNDS) as progress:
            for _ in range(ROUNDS):
                floor.append(size / MIB / await asyncio.to_thread(stream, context, state, file))
                cpu = await hub.ask("cpu")
                got = await fetchers[0].ask("fetch", sha256=sha256, size=size)
                one.append(size / MIB / (got["ended"] - got["began"]))
                hub_cpu.append((await hub.ask("cpu") - cpu) * 1000)
                agent_cpu.append(got["cpu"] * 1000)
                answers = await asyncio.gather(*(each.ask("fetch", sha256=sha256, size=size) for each in fetchers))
                seconds = max(a["ended"] for a in answers) - min(a["began"] for a in answers)
                all_at_once.append(AT_ONCE * size / MIB / seconds)
                progress.advance()
    below = statistics.median(floor)
    note = scale.note(
        f"{size // MIB} MiB, written and verified at the agent (every use verifies it again); CPU of one: hub"
        f" {statistics.median(hub_cpu):.0f} ms, agent {statistics.median(agent_cpu):.0f} ms; the floor writes nothing"
    )
    yield beside("artifact", "MiB/s", statistics.median(one), below, at_least(0.8), note)
    note = f"the sum of {AT_ONCE} agents, each a process of its own, beside one stream of the floor"
    yield beside("artifact: 8 at once", "MiB/s", statistics.median(all_at_once), below, at_least(0.8), note)


def _make(file: Path, size: int) -> str:
    digest = hashlib.sha256()
    with file.open("wb") as target:
        for _ in range(size // MIB):
            chunk = os.urandom(MIB)
            digest.update(chunk)
            target.write(chunk)
    file.chmod(0o400)
    return digest.hexdigest()

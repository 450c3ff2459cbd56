"""`agent_idle`: memory of the real `guardia-agent run`, connected and idle: before its first step, and after it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.bench.link.fleet import make_fleet, name, real_agent
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, at_most, beside
from tests.bench.link.worker import Worker, memory_of

EMPTY = """
import asyncio, ssl, sys
import websockets.asyncio.client
async def main():
    ssl.create_default_context()
    print(flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
asyncio.run(main())
"""
RUN = "import sys; sys.modules.update(rich=None, greenlet=None); from guardia.agent.__main__ import main; main()"
MIB = 1024 * 1024
SETTLE = 3.0


async def agent_idle(folder: Path, scale: Scale) -> AsyncIterator[Standing]:
    fleet = await make_fleet(folder / "agent_idle", 1)
    toml = real_agent(fleet, name(0))
    argv = [sys.executable, "-c", RUN, "--config", str(toml), "run"]
    async with Worker("hub", fleet.text) as hub:
        agent = subprocess.Popen(argv, stderr=subprocess.DEVNULL, env=dict(os.environ))
        empty = subprocess.Popen(
            [sys.executable, "-c", EMPTY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
        )
        try:
            await hub.ask("reconciled", count=1, within=60)
            await asyncio.sleep(SETTLE * min(1.0, scale.factor))
            assert empty.stdout is not None
            await asyncio.to_thread(empty.stdout.readline)
            mine, below = memory_of(agent.pid), memory_of(empty.pid)
            await hub.ask("one_by_one", agent=name(0), count=1)
            await asyncio.sleep(SETTLE * min(1.0, scale.factor))
            after, below_after = memory_of(agent.pid), memory_of(empty.pid)
            hidden = _shared_with_the_hub(agent.pid)
        finally:
            agent.terminate()
            empty.kill()
            for process in (agent, empty):
                await asyncio.to_thread(process.wait)
    note = (
        f"USS {mine['uss'] / MIB:.1f} MiB; the floor: an asyncio process with ssl and websockets imported,"
        f" USS {below['uss'] / MIB:.1f} MiB; both share the interpreter's pages with the bench; rich and greenlet"
        " are kept out, which an agent's host does not have"
    )
    yield beside("agent_idle", "MiB PSS", mine["pss"] / MIB, below["pss"] / MIB, at_most(1.5), note)
    note = (
        f"a disk check was run, whose ticket brought cryptography in; USS {after['uss'] / MIB:.1f} MiB;"
        f" {hidden / MIB:.1f} MiB of its library, which the bench's hub has mapped too, count whole"
    )
    measured = (after["pss"] + hidden) / MIB
    yield beside("agent_idle after a step", "MiB PSS", measured, below_after["pss"] / MIB, None, note)


def _shared_with_the_hub(pid: int) -> int:
    """Bytes of cryptography's library that PSS ascribes to other processes: on an agent's host none has it."""
    maps = psutil.Process(pid).memory_maps(grouped=True)
    return sum(found.rss - found.pss for found in maps if "/cryptography/" in found.path)

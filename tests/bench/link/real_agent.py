"""The real daemon as `guardia-agent run` builds it, with one runner that starts /bin/true and moments noted.

`CHECK_DISK_SPACE` stands for it: everything around the runner (gate, ticket, journal, process, output, link) is the
daemon's own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from typing import Any

from guardia.agent import config as agent_config
from guardia.agent.actions.base import Context, Plan
from guardia.agent.actions.common import ReadRunner, check
from guardia.agent.actions.registry import RUNNERS
from guardia.agent.daemon.running import serve
from guardia.agent.daemon.service import Daemon
from guardia.proto.catalogue import CheckReport, CheckStatus
from guardia.proto.frames import HubFrame, ResultAck
from tests.bench.link import worker

PROGRAM = "/bin/true"
PATIENCE = 30.0
"""Seconds that an acknowledgement may take."""


class RunTrue(ReadRunner):
    async def explain(self, context: Context) -> Plan:
        return Plan(commands=((PROGRAM,),), user=context.host.user)

    async def run(self, context: Context) -> CheckReport:
        done = await context.host.run(
            (PROGRAM,), within=context.within, on_output=context.output, on_start=context.started
        )
        status = CheckStatus.OK if done.exit_code == 0 else CheckStatus.CRIT
        return check(context, "CHECK_DISK_SPACE", status, f"{PROGRAM}: {done.exit_code}")


class Notes:
    """When acknowledgements of results came, and how often the disk was waited for."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, float] = {}
        self.synced = 0

    def install(self) -> None:
        received, sync = Daemon.received, os.fdatasync

        async def noting(daemon: Daemon, frame: HubFrame) -> None:
            if isinstance(frame, ResultAck):
                self.acknowledged[frame.step_id] = time.monotonic()
            await received(daemon, frame)

        def counting(descriptor: int) -> None:
            self.synced += 1
            sync(descriptor)

        Daemon.received = noting  # type: ignore[method-assign]
        os.fdatasync = counting  # type: ignore[assignment]


async def _run(path: str) -> None:
    RUNNERS["CHECK_DISK_SPACE"] = RunTrue()
    notes = Notes()
    notes.install()
    serving = asyncio.create_task(serve(agent_config.load(path, {})))

    async def dump(acknowledged: int = 0) -> dict[str, Any]:
        """What was noted since the last dump, once so many acknowledgements have come: the hub is done before that."""
        async with asyncio.timeout(PATIENCE):
            while len(notes.acknowledged) < acknowledged:
                await asyncio.sleep(0.001)
        found = {"acknowledged": dict(notes.acknowledged), "synced": notes.synced, "cpu": time.process_time()}
        notes.acknowledged.clear()
        notes.synced = 0
        return found

    obeying = asyncio.create_task(worker.obey({"dump": dump, "memory": worker.own_memory}))
    await asyncio.wait({serving, obeying}, return_when=asyncio.FIRST_COMPLETED)
    if obeying.done():
        obeying.result()
        signal.raise_signal(signal.SIGTERM)
    await serving


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))

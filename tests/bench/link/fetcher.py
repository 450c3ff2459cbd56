"""An agent that fetches artifacts: the real cache and client, on the loop that `guardia-agent run` has."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from guardia.agent.artifacts.cache import ArtifactCache
from guardia.agent.artifacts.client import ArtifactClient
from guardia.certs import tls
from tests.bench.link import worker
from tests.bench.link.fleet import Fleet


async def _run(fleet: Fleet, agent: str) -> None:
    own = fleet.keystores()[agent]
    folder = fleet.agent_folder(agent) / "artifacts"
    client = ArtifactClient(fleet.url, lambda: tls.agent_client_context(own))

    async def fetch(sha256: str, size: int) -> dict[str, Any]:
        began, cpu = time.monotonic(), time.process_time()
        path = Path(await ArtifactCache(folder, client).fetch(sha256, size))
        ended, cpu = time.monotonic(), time.process_time() - cpu
        path.unlink()
        return {"began": began, "ended": ended, "cpu": cpu}

    await worker.obey({"fetch": fetch})


if __name__ == "__main__":
    asyncio.run(_run(Fleet.parse(sys.argv[1]), sys.argv[2]))

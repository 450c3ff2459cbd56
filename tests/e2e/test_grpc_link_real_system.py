"""The real hub with its gRPC listener, and the real agent that dials it: a room's request runs its step over gRPC."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from guardia.hub.demo.runner import Runner
from guardia.hub.demo.script import ENDED, Stage, with_people

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

ASSET = "MOF-BUD-WAS-01"
TEXT = "예산시스템 WAS 1호기 재기동해줘"


@asynccontextmanager
async def grpc_between_hub_and(system: Runner, asset: str) -> AsyncIterator[int]:
    """The hub listens for gRPC too and the agent comes by it; both are as before at the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    listens = {"GUARDIA_HUB_AGENTS_GRPC_ENABLED": "true", "GUARDIA_HUB_AGENTS_GRPC_PORT": str(port)}
    await restart(system, asset, listens, {"GUARDIA_AGENT_HUB_URL": f"grpcs://localhost:{port}"})
    try:
        yield port
    finally:
        for name in listens:
            del system.environment[name]
        await restart(system, asset, {}, {})


async def restart(system: Runner, asset: str, hub: dict[str, str], agent: dict[str, str]) -> None:
    for name in (f"agent-{asset}", "hub"):
        system.kill(name)
    system.environment.update(hub)
    await system.start_hub()
    system.start_agent(asset, agent)
    await asyncio.to_thread(system.wait_online, [asset])


def connections(port: int) -> int:
    """Established TCP connections to `port` of this host, as their server has them."""
    tables = [Path(f"/proc/net/{table}").read_text().splitlines()[1:] for table in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def test_a_step_of_the_room_runs_over_grpc(system: Runner) -> None:
    async def run() -> None:
        async with grpc_between_hub_and(system, ASSET) as port:
            assert connections(port) == 1

            async def ask(stage: Stage) -> None:
                request_id = await stage.say(stage.engineer, TEXT)
                card = await stage.card(stage.engineer, {"AWAITING_APPROVAL"}, request_id)
                await stage.approve(card)
                card = await stage.card(stage.engineer, ENDED, request_id)
                assert card["state"] == "SUCCEEDED", card

            await with_people(system, ask)

    asyncio.run(run())

"""Many of the least agents: each answers a dispatch with Accepted, Started and Result, and nothing else (ADR 0026)."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from guardia.certs import tls
from guardia.proto.codec import decode, encode
from guardia.proto.frames import Accepted, Dispatch, Result, Started, StepOutcome
from guardia.proto.websocket import PushedConnection, WebSocketTransport
from tests.bench.link import worker
from tests.bench.link.bare_agents import AT_ONCE
from tests.bench.link.fleet import Fleet, name

REPORT = bytes(300)


class Connection(PushedConnection, ClientConnection):
    """As an agent's: frames come without a task."""


async def dial(fleet: Fleet, port: int, agent: str) -> WebSocketTransport:
    socket = await connect(
        f"wss://127.0.0.1:{port}/agent",
        ssl=tls.agent_client_context(fleet.keystores()[agent]),
        compression=None,
        proxy=None,
        ping_interval=None,
        open_timeout=60,
        max_queue=4,
        create_connection=Connection,
    )
    return WebSocketTransport(socket, "the hub")


def answers(frame: Dispatch) -> tuple[bytes, bytes, bytes]:
    now, step = time.time_ns() // 1_000_000, frame.step_id
    accepted, started = Accepted(step_id=step, at_ms=now), Started(step_id=step, at_ms=now, pid=4242)
    return encode(accepted, 1), encode(started, 1), encode(result(frame, now), 1)


def result(frame: Dispatch, now_ms: int) -> Result:
    return Result(
        step_id=frame.step_id,
        digest=frame.digest,
        outcome=StepOutcome.OK,
        finished_ms=now_ms,
        exit_code=0,
        report=REPORT,
    )


def obeys(transport: WebSocketTransport) -> None:
    def take(data: bytes) -> None:
        _, frame = decode(data)
        if type(frame) is Dispatch:
            for answer in answers(frame):
                transport.write_now(answer)

    if not transport.push_to(take, lambda _reason: None):
        raise RuntimeError("the hub spoke first")


async def _run(fleet: Fleet, port: int, count: int) -> None:
    async def connect_all() -> dict[str, Any]:
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(agent: str) -> None:
            async with turns:
                obeys(await dial(fleet, port, agent))

        await asyncio.gather(*map(one, map(name, range(count))))
        return {}

    await worker.obey({"connect": connect_all})


if __name__ == "__main__":
    uvloop.run(_run(Fleet.parse(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))

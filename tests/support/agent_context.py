"""Contexts for actions in tests."""

from __future__ import annotations

import time

from guardia.agent.actions.base import Context
from guardia.agent.core.target import ServiceSpec
from guardia.agent.ports import ArtifactFetcher, Clock, Host
from guardia.proto.catalogue import NoParameters, Parameters
from guardia.proto.frames import Stream
from tests.fakes.host import FakeArtifacts


class RealClock:
    def now_ms(self) -> int:
        return int(time.time() * 1000)

    def monotonic(self) -> float:
        return time.monotonic()


class Recorder:
    """Keeps what an action said and which processes it started."""

    def __init__(self) -> None:
        self.output: list[tuple[Stream, bytes]] = []
        self.started: list[int] = []

    async def on_output(self, stream: Stream, data: bytes) -> None:
        self.output.append((stream, data))

    async def on_start(self, pid: int) -> None:
        self.started.append(pid)

    @property
    def text(self) -> str:
        return b"".join(data for _, data in self.output).decode()


def make_context(
    host: Host,
    *services: ServiceSpec,
    parameters: Parameters | None = None,
    clock: Clock | None = None,
    artifacts: ArtifactFetcher | None = None,
    within: float = 60.0,
    recorder: Recorder | None = None,
) -> Context:
    recorder = recorder or Recorder()
    return Context(
        host=host,
        asset=host.asset,
        services=services,
        parameters=parameters or NoParameters(),
        clock=clock or RealClock(),
        artifacts=artifacts or FakeArtifacts(),
        within=within,
        output=recorder.on_output,
        started=recorder.on_start,
    )

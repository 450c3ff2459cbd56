"""`TakenUpHost`: a host for a step that an earlier process of this agent began. It looks and follows, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol, Self

from guardia.agent.core.procfs import Start
from guardia.agent.errors import NotTakenUpError
from guardia.agent.ports import Attaches, Clock, Completed, Cpu, Disk, Host, Memory, OnOutput, OnStart, Process


class AttachingHost(Host, Attaches, Protocol):
    """Both."""


class TakenUpHost:
    """`ports.Host` whose `run` attaches to what the step started, for at most until `deadline` (of the monotonic
    clock). Whatever would start or change something raises `NotTakenUpError`: nobody knows whether it was done."""

    def __init__(self, host: AttachingHost, clock: Clock, deadline: float) -> None:
        """`host`: of the step."""
        self.asset = host.asset
        self.user = host.user
        self._host = host
        self._clock = clock
        self._deadline = deadline

    def of_step(self, step_id: str) -> Self:  # noqa: ARG002 - it is
        return self

    async def over(self) -> None:
        await self._host.over()

    async def run(
        self,
        argv: Sequence[str],
        *,
        within: float,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        on_output: OnOutput | None = None,
        on_start: OnStart | None = None,
    ) -> Completed:
        if on_start is None:  # a look
            return await self._host.run(argv, within=within, stdin=stdin, env=env, cwd=cwd, on_output=on_output)
        left = max(0.0, self._deadline - self._clock.monotonic())
        return await self._host.attach(argv, within=min(within, left), on_output=on_output, on_start=on_start)

    # --- what changes something ---------------------------------------------------------------------------------------

    def _never(self, what: str) -> NoReturn:
        raise NotTakenUpError(f"{self.asset}: nobody knows whether the step had come to this: {what}")

    async def spawn_daemon(
        self,
        argv: Sequence[str],
        *,
        log: str,  # noqa: ARG002 - the shape of a host
        cwd: str | None = None,  # noqa: ARG002 - as above
        env: Mapping[str, str] | None = None,  # noqa: ARG002 - as above
    ) -> int:
        self._never(argv[0])

    async def signal(self, pid: int, started_ms: int, signal_number: int) -> bool:  # noqa: ARG002 - as above
        self._never(f"signal {signal_number} to {pid}")

    async def write_text(self, path: str, data: bytes, mode: int) -> None:  # noqa: ARG002 - as above
        self._never(path)

    async def make_dir(self, path: str, mode: int) -> None:  # noqa: ARG002 - as above
        self._never(path)

    async def swap_link(self, path: str, target: str) -> None:  # noqa: ARG002 - as above
        self._never(path)

    async def put_file(self, local: str, path: str, sha256: str) -> None:  # noqa: ARG002 - as above
        self._never(path)

    async def remove(self, path: str) -> None:
        self._never(path)

    # --- what looks -------------------------------------------------------------------------------------------------

    async def process(self, pid: int) -> Process | None:
        return await self._host.process(pid)

    async def process_start(self, pid: int) -> Start:
        return await self._host.process_start(pid)

    async def processes(self) -> list[Process]:
        return await self._host.processes()

    async def disks(self) -> list[Disk]:
        return await self._host.disks()

    async def memory(self) -> Memory:
        return await self._host.memory()

    async def cpu(self, sample: float) -> Cpu:
        return await self._host.cpu(sample)

    async def listening(self) -> set[int]:
        return await self._host.listening()

    async def connect(self, address: str, port: int, within: float) -> float:
        return await self._host.connect(address, port, within)

    async def http_get(self, url: str, within: float) -> tuple[int, bytes, float]:
        return await self._host.http_get(url, within)

    async def read_tail(self, path: str, max_bytes: int) -> tuple[bytes, int]:
        return await self._host.read_tail(path, max_bytes)

    async def read_text(self, path: str, max_bytes: int) -> bytes:
        return await self._host.read_text(path, max_bytes)

    async def list_dir(self, path: str) -> list[str]:
        return await self._host.list_dir(path)

    async def read_link(self, path: str) -> str | None:
        return await self._host.read_link(path)

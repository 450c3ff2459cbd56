"""Processes of a benchmark: the bench asks one by a JSON line on its stdin, it answers by one on its stdout."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]

PATIENCE = 180.0
"""Seconds for one answer, unless the question says more."""


class Worker:
    """A process `python -m tests.bench.link.<module> …`; use it as a context manager.

    `log` is the file for its stderr; without it, stderr is the bench's own.
    """

    def __init__(self, module: str, *arguments: str, log: Path | None = None) -> None:
        self._argv = [sys.executable, "-m", f"tests.bench.link.{module}", *arguments]
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._order = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self._log.open("wb")) if self._log else None
            self._process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, limit=1 << 28
            )
        await self._answer(PATIENCE)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def ask(self, do: str, *, patience: float = PATIENCE, **arguments: Any) -> Any:
        async with self._order:
            assert self._process is not None
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            return await self._answer(patience)

    async def _answer(self, within: float) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), within)
        if not line:
            where = f"in {self._log}" if self._log else "above"
            raise RuntimeError(f"{self._argv[2]} has died; its error is {where}")
        return json.loads(line)

    async def stop(self) -> None:
        """Close its stdin and wait; kill it when it does not go."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def kill(self) -> None:
        """SIGKILL."""
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(signal.SIGKILL)
        await process.wait()


Command = Callable[..., Awaitable[object]]


async def obey(commands: Mapping[str, Command]) -> None:
    """Say that this process is ready, and answer commands until stdin ends."""
    stdin = asyncio.StreamReader(limit=1 << 26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    _say({})
    while line := await stdin.readline():
        arguments = json.loads(line)
        _say(await commands[arguments.pop("do")](**arguments))


def _say(answer: object) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


async def own_memory() -> dict[str, int]:
    """Bytes of this process: `pss` and `uss`, after a collection; the allocator is not asked to trim."""
    gc.collect()
    found = psutil.Process().memory_full_info()
    return {"pss": found.pss, "uss": found.uss}


async def own_cpu() -> float:
    """Seconds of processor time of this process, all threads."""
    return time.process_time()


def memory_of(pid: int) -> dict[str, int]:
    found = psutil.Process(pid).memory_full_info()
    return {"pss": found.pss, "uss": found.uss}

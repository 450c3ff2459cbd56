"""`LocalHost`: the machine that the agent runs on."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import os
import pwd
import signal as signals
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import psutil

from guardia.agent.core import procfs
from guardia.agent.errors import HostError
from guardia.agent.ports import Completed, Cpu, Disk, Memory, OnOutput, OnStart, Process
from guardia.agent.run import files, health, process
from guardia.agent.run.cgroups import Groups
from guardia.agent.run.disks import DiskLook
from guardia.agent.run.file_work import FileWork

T = TypeVar("T")

_PROBE_DISKS = 5.0
"""Seconds."""


class LocalHost:
    """`ports.Host` for this machine."""

    def __init__(self, asset: str, *, grace: float = process.GRACE, groups: Groups | None = None) -> None:
        """`groups`: for the programs of steps. Services that are started (`spawn_daemon`) are never in one of them."""
        self.asset = asset
        self.user = _user_name(os.geteuid())
        self._grace = grace
        self._groups = groups
        self._disks = DiskLook()
        self._files = FileWork()

    def of_step(self, step_id: str) -> Self:  # noqa: ARG002 - whose end nobody but its parent could know
        return self

    async def over(self) -> None:
        """Nothing is kept."""

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
        return await process.run(
            argv,
            within=within,
            stdin=stdin,
            env=env,
            cwd=cwd,
            on_output=on_output,
            on_start=on_start,
            grace=self._grace,
            groups=self._groups if on_start is not None else None,  # a look starts nothing that could get away
        )

    async def spawn_daemon(
        self, argv: Sequence[str], *, log: str, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> int:
        opened = await self._file(lambda: process.open_log(log))
        return process.spawn_daemon(argv, log=opened, cwd=cwd, env=env)

    # --- processes --------------------------------------------------------------------------------------------------

    async def process(self, pid: int) -> Process | None:
        process.reap_ended()
        try:
            found = _describe(psutil.Process(pid)) if pid > 0 else None
        except psutil.Error:
            return None
        start = _start(pid) if found else procfs.Start()
        if found is None or not start.ms:
            return None
        return msgspec.structs.replace(found, start_ticks=start.ticks, boot_id=start.boot_id)

    async def process_start(self, pid: int) -> procfs.Start:
        process.reap_ended()
        return _start(pid)

    async def processes(self) -> list[Process]:
        return await asyncio.to_thread(_all_processes)

    async def signal(self, pid: int, started_ms: int, signal_number: int) -> bool:
        if pid <= 1 or pid == os.getpid():
            # killpg(1) is kill(-1): everything that the agent may signal.
            raise HostError(f"process {pid} is never signalled: it is the system's first, or the agent itself")
        found = await self.process(pid)
        if found is None or not procfs.same_process(pid, started_ms, found.pid, found.started_ms):
            return False
        try:
            # A process that leads no group of its own shares one with strangers.
            if os.getpgid(pid) == pid:
                os.killpg(pid, signals.Signals(signal_number))
            else:
                os.kill(pid, signals.Signals(signal_number))
        except ProcessLookupError:
            return False
        except PermissionError:
            raise HostError(f"no permission to signal process {pid}; the agent runs as {self.user}") from None
        return True

    # --- facts ------------------------------------------------------------------------------------------------------

    async def disks(self) -> list[Disk]:
        mounts = procfs.mounts(await self._file(lambda: Path("/proc/self/mounts").read_text(errors="replace")))
        return await self._disks.look(mounts, _PROBE_DISKS)

    async def memory(self) -> Memory:
        virtual, swap = psutil.virtual_memory(), psutil.swap_memory()
        return Memory(total=virtual.total, available=virtual.available, swap_total=swap.total, swap_free=swap.free)

    async def cpu(self, sample: float) -> Cpu:
        before = _ticks()
        await asyncio.sleep(sample)
        load1, load5, load15 = psutil.getloadavg()
        return Cpu(
            count=psutil.cpu_count() or 1,
            busy=procfs.busy_fraction(before, _ticks()),
            load1=load1,
            load5=load5,
            load15=load15,
        )

    async def listening(self) -> set[int]:
        def ports() -> set[int]:
            return {
                connection.laddr.port
                for connection in psutil.net_connections(kind="tcp")
                if connection.laddr and connection.status == psutil.CONN_LISTEN
            }

        try:
            return await asyncio.to_thread(ports)
        except (psutil.Error, OSError) as error:
            raise HostError(f"listening ports cannot be read: {error}") from None

    # --- network ----------------------------------------------------------------------------------------------------

    async def connect(self, address: str, port: int, within: float) -> float:
        return await health.connect(address, port, within)

    async def http_get(self, url: str, within: float) -> tuple[int, bytes, float]:
        return await health.http_get(url, within)

    # --- files ------------------------------------------------------------------------------------------------------

    async def _file(self, work: Callable[[], T]) -> T:
        try:
            return await self._files(work)
        except OSError as error:
            where = error.filename or ""
            advice = f"; the agent runs as {self.user}" if error.errno in {errno.EACCES, errno.EPERM} else ""
            raise HostError(f"{where}: {error.strerror or error}{advice}") from None

    async def read_tail(self, path: str, max_bytes: int) -> tuple[bytes, int]:
        return await self._file(lambda: files.read_tail(path, max_bytes))

    async def read_text(self, path: str, max_bytes: int) -> bytes:
        return await self._file(lambda: files.read_text(path, max_bytes))

    async def write_text(self, path: str, data: bytes, mode: int) -> None:
        await self._file(lambda: files.write_text(path, data, mode))

    async def list_dir(self, path: str) -> list[str]:
        return await self._file(lambda: files.names(path))

    async def make_dir(self, path: str, mode: int) -> None:
        await self._file(lambda: files.make_dir(path, mode))

    async def read_link(self, path: str) -> str | None:
        return await self._file(lambda: files.read_link(path))

    async def swap_link(self, path: str, target: str) -> None:
        await self._file(lambda: files.swap_link(path, target))

    async def put_file(self, local: str, path: str, sha256: str) -> None:
        await self._file(lambda: files.put_file(local, path, sha256))

    async def remove(self, path: str) -> None:
        await self._file(lambda: files.remove(path))


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@functools.cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _start(pid: int) -> procfs.Start:
    if pid <= 0:
        return procfs.Start()
    try:
        found = procfs.stat(Path(f"/proc/{pid}/stat").read_text(errors="replace"))
    except (OSError, ValueError):
        return procfs.Start()
    if found.state in {"Z", "X"}:
        return procfs.Start()
    # What the kernel would print as btime in /proc/stat, without the many counters that it adds up for the rest of it.
    boot_seconds = int(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME))
    return procfs.Start(procfs.started_ms(found.start_ticks, boot_seconds), found.start_ticks, _boot_id())


def _describe(found: psutil.Process) -> Process | None:
    with found.oneshot():
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        command = ""
        with contextlib.suppress(psutil.AccessDenied):
            command = " ".join(found.cmdline())
        return Process(
            pid=found.pid,
            ppid=found.ppid(),
            user=found.username(),
            command=command or f"[{found.name()}]",
            started_ms=int(found.create_time() * 1000),
            rss=found.memory_info().rss,
        )


def _all_processes() -> list[Process]:
    found = []
    # Not process_iter: its cache is shared between threads.
    for pid in psutil.pids():
        try:
            described = _describe(psutil.Process(pid))
        except psutil.Error:
            continue
        if described is not None:
            found.append(described)
    return found


def _ticks() -> tuple[int, int, int]:
    return procfs.cpu_ticks(Path("/proc/stat").read_text())

"""A host in memory: files, processes, ports, and programs whose results the test writes down beforehand."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from guardia.agent.core.procfs import TICKS_PER_SECOND, Start, same_process
from guardia.agent.errors import HostError
from guardia.agent.ports import Completed, Cpu, Disk, Memory, OnOutput, OnStart, Process
from guardia.proto.frames import Stream

Script = Completed | HostError | Callable[[tuple[str, ...]], Completed]
Answer = tuple[int, bytes, float] | HostError


class FakeHost:
    """`ports.Host` in memory. What is set from outside: `scripts`, `answers`, `ports`, `facts`, `on_spawn`."""

    def __init__(self, asset: str = "FAKE-01", user: str = "svc") -> None:
        self.asset = asset
        self.user = user
        self.files: dict[str, bytes] = {}
        self.directories: set[str] = {"/"}
        self.links: dict[str, str] = {}
        self.table: dict[int, Process] = {}
        self.ports: set[int] = set()
        self.answers: dict[str, Answer] = {}
        self.scripts: dict[tuple[str, ...], Script] = {}
        self.runs: list[tuple[str, ...]] = []
        self.spawned: list[tuple[str, ...]] = []
        self.signals: list[tuple[int, int]] = []
        self.immortal: set[int] = set()
        self.now_ms = 1_800_000_000_000
        self.boot_ms = self.now_ms - 86_400_000
        """As the clock tells it now."""
        self.next_pid = 4_000
        self.on_spawn: Callable[[int], None] = lambda pid: None
        self.on_signal: Callable[[int, int], None] = lambda pid, number: None
        self.facts_disks: list[Disk] = []
        self.facts_memory = Memory(total=8 << 30, available=6 << 30, swap_total=2 << 30, swap_free=2 << 30)
        self.facts_cpu = Cpu(count=4, busy=0.1, load1=0.2, load5=0.2, load15=0.2)

    def of_step(self, _step_id: str) -> Self:
        return self

    async def over(self) -> None:
        """Nothing is kept."""

    # --- set-up -----------------------------------------------------------------------------------------------------

    def add_process(self, command: str, *, pid: int = 0, ppid: int = 1, started_ms: int = 0, rss: int = 1 << 20) -> int:
        if not pid:
            self.next_pid += 1
            pid = self.next_pid
        self.table[pid] = Process(
            pid=pid, ppid=ppid, user=self.user, command=command, started_ms=started_ms or self.now_ms, rss=rss
        )
        return pid

    def step_clock(self, ms: int) -> None:
        """As NTP does, or a virtual machine that is resumed: what began before is then told to have begun otherwise."""
        self.now_ms += ms
        self.boot_ms += ms
        for pid, found in self.table.items():
            self.table[pid] = msgspec.structs.replace(found, started_ms=found.started_ms + ms)

    def add_file(self, path: str, data: bytes = b"") -> None:
        self._add_directory(posixpath.dirname(path))
        self.files[path] = data

    def _add_directory(self, path: str) -> None:
        while path not in self.directories:
            self.directories.add(path)
            path = posixpath.dirname(path)

    # --- programs ---------------------------------------------------------------------------------------------------

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
        key = tuple(argv)
        self.runs.append(key)
        script = self.scripts.get(key)
        if script is None:
            raise HostError(f"{argv[0]}: not found on this host")
        if isinstance(script, HostError):
            raise script
        if on_start is not None:
            await on_start(self.next_pid + 1)
        done = script if isinstance(script, Completed) else script(key)
        if on_output is not None:
            for stream, data in ((Stream.STDOUT, done.stdout), (Stream.STDERR, done.stderr)):
                if data:
                    await on_output(stream, data)
        return done

    async def spawn_daemon(
        self, argv: Sequence[str], *, log: str, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> int:
        self.spawned.append(tuple(argv))
        pid = self.add_process(" ".join(argv))
        if log != "/dev/null":
            self.files.setdefault(log, b"")
        self.on_spawn(pid)
        return pid

    async def process(self, pid: int) -> Process | None:
        init = Process(pid=1, ppid=0, user="root", command="/sbin/init", started_ms=self.boot_ms, rss=0)
        found = self.table.get(pid, init if pid == 1 else None)
        if found is None:
            return None
        ticks = (found.started_ms - self.boot_ms) * TICKS_PER_SECOND // 1000
        return msgspec.structs.replace(found, start_ticks=ticks, boot_id="the only boot")

    async def process_start(self, pid: int) -> Start:
        found = await self.process(pid)
        return found.start if found else Start()

    async def processes(self) -> list[Process]:
        return list(self.table.values())

    async def signal(self, pid: int, started_ms: int, signal_number: int) -> bool:
        found = self.table.get(pid)
        if found is None or not same_process(pid, started_ms, pid, found.started_ms):
            return False
        self.signals.append((pid, int(signal_number)))
        if pid not in self.immortal or signal_number == 9:
            del self.table[pid]
        self.on_signal(pid, int(signal_number))
        return True

    # --- facts ------------------------------------------------------------------------------------------------------

    async def disks(self) -> list[Disk]:
        return self.facts_disks

    async def memory(self) -> Memory:
        return self.facts_memory

    async def cpu(self, sample: float) -> Cpu:
        return self.facts_cpu

    async def listening(self) -> set[int]:
        return set(self.ports)

    async def connect(self, address: str, port: int, within: float) -> float:
        if port not in self.ports:
            raise HostError(f"{address}:{port}: Connection refused")
        return 0.001

    async def http_get(self, url: str, within: float) -> tuple[int, bytes, float]:
        answer = self.answers.get(url)
        if answer is None:
            raise HostError(f"{url}: Connection refused")
        if isinstance(answer, HostError):
            raise answer
        return answer

    # --- files ------------------------------------------------------------------------------------------------------

    def _file(self, path: str) -> bytes:
        if path not in self.files:
            raise HostError(f"{path}: No such file or directory")
        return self.files[path]

    async def read_tail(self, path: str, max_bytes: int) -> tuple[bytes, int]:
        data = self._file(path)
        return data[max(0, len(data) - max_bytes) :], len(data)

    async def read_text(self, path: str, max_bytes: int) -> bytes:
        data = self._file(path)
        if len(data) > max_bytes:
            raise HostError(f"{path} is larger than {max_bytes} bytes")
        return data

    def _need_parent(self, path: str) -> None:
        if posixpath.dirname(path) not in self.directories:
            raise HostError(f"{path}: No such file or directory")

    async def write_text(self, path: str, data: bytes, mode: int) -> None:
        self._need_parent(path)
        self.files[path] = data

    async def list_dir(self, path: str) -> list[str]:
        entries = [*self.files, *self.links, *self.directories]
        return sorted({posixpath.basename(entry) for entry in entries if posixpath.dirname(entry) == path} - {""})

    async def make_dir(self, path: str, mode: int) -> None:
        self._add_directory(path)

    async def read_link(self, path: str) -> str | None:
        return self.links.get(path)

    async def swap_link(self, path: str, target: str) -> None:
        self._need_parent(path)
        if path in self.files or path in self.directories:
            raise HostError(f"{path} is not a symbolic link; move it away first")
        self.links[path] = target

    async def put_file(self, local: str, path: str, sha256: str) -> None:
        self._need_parent(path)
        data = Path(local).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise HostError(f"{path}: the copy has another sha256 than the artifact")
        self.files[path] = data

    async def remove(self, path: str) -> None:
        self.files.pop(path, None)
        self.links.pop(path, None)


class FakeArtifacts:
    """`ports.ArtifactFetcher` over local files by digest."""

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.files = files or {}
        self.fetched: list[str] = []

    def add(self, path: Path) -> tuple[str, int]:
        """Digest and size of a file that can be fetched from now on."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        self.files[digest] = str(path)
        return digest, len(data)

    @contextlib.asynccontextmanager
    async def hold(self, sha256: str, size: int) -> AsyncIterator[str]:
        self.fetched.append(sha256)
        yield self.files[sha256]

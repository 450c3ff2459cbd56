"""Ports of the agent: what actions ask of a host, and what the daemon asks of journal and link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, runtime_checkable

import msgspec

from guardia.agent.core.procfs import Start
from guardia.proto.frames import AgentFrame, HubFrame, Stream


class Clock(Protocol):
    def now_ms(self) -> int: ...
    def monotonic(self) -> float: ...


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """A process that ended, or was ended. Output is what was kept under the cap (head and tail)."""

    exit_code: int
    """Negative: ended by that signal."""
    stdout: bytes = b""
    stderr: bytes = b""
    timed_out: bool = False
    truncated: bool = False


OnOutput = Callable[[Stream, bytes], Awaitable[None]]
OnStart = Callable[[int], Awaitable[None]]


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    mount: str
    device: str
    fs_type: str
    total: int
    used: int
    free: int
    """Bytes; `free` is what an ordinary user may still write."""
    inodes: int = 0
    inodes_free: int = 0


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes."""

    total: int
    available: int
    swap_total: int = 0
    swap_free: int = 0


class Cpu(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    busy: float
    """Fraction of all CPUs over the sampling time, 0 to 1."""
    load1: float
    load5: float
    load15: float


class Process(msgspec.Struct, frozen=True, kw_only=True):
    pid: int
    ppid: int
    user: str
    command: str
    started_ms: int
    """Since the epoch, by the host's clock as it goes now: a step of the clock moves it."""
    rss: int
    start_ticks: int = 0
    boot_id: str = ""
    """With pid and `start_ticks` it names a process for good. Empty: only known of one that was asked for by pid."""

    @property
    def start(self) -> Start:
        return Start(self.started_ms, self.start_ticks, self.boot_id)


class Host(Protocol):
    """One host, local or behind SSH. Paths and argv come from the agent's own configuration, never from the wire.

    Raises `HostError` when the host cannot be reached or a file cannot be read; every call is bounded in time and size.
    """

    asset: str
    user: str
    """Account that programs run as on this host."""

    def of_step(self, step_id: str) -> Self:
        """The host as this step uses it. Where programs outlive the agent's process, those that `run` starts with
        `on_start` can be found again by the step's id until `over`."""
        ...

    async def over(self) -> None:
        """The step's end is written down: what was kept so that its programs can be found may go. Never fails."""
        ...

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
        """Run a program in a process group of its own, without a shell, and wait at most `within` seconds.

        When the time is over, or the caller is cancelled, the whole group gets SIGTERM and, after a grace, SIGKILL.
        """
        ...

    async def spawn_daemon(
        self, argv: Sequence[str], *, log: str, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> int:
        """Start a service that outlives the agent: a session of its own, output appended to `log`. Returns its pid."""
        ...

    async def process(self, pid: int) -> Process | None: ...
    async def process_start(self, pid: int) -> Start:
        """When the process started, as `process` tells it; `ms` 0: it is gone, or a zombie. Cheaper than the whole of
        it: every step asks once."""
        ...

    async def processes(self) -> list[Process]: ...
    async def signal(self, pid: int, started_ms: int, signal_number: int) -> bool:
        """Signal the process group of `pid` if it is still the same process. False: it is gone."""
        ...

    async def disks(self) -> list[Disk]:
        """Real local file systems. One that could not be read has `total` 0: it is unknown, never ok."""
        ...

    async def memory(self) -> Memory: ...
    async def cpu(self, sample: float) -> Cpu: ...
    async def listening(self) -> set[int]:
        """TCP ports with a listener on this host."""
        ...

    async def connect(self, address: str, port: int, within: float) -> float:
        """Seconds that a TCP connection from this host took. Raises `HostError`."""
        ...

    async def http_get(self, url: str, within: float) -> tuple[int, bytes, float]:
        """Status, at most 64 KiB of body, seconds; asked from this host, redirects not followed."""
        ...

    async def read_tail(self, path: str, max_bytes: int) -> tuple[bytes, int]:
        """The last `max_bytes` of a file and its whole size."""
        ...

    async def read_text(self, path: str, max_bytes: int) -> bytes: ...
    async def write_text(self, path: str, data: bytes, mode: int) -> None:
        """Atomically: a temporary file beside it, fsync, rename."""
        ...

    async def list_dir(self, path: str) -> list[str]:
        """Names, sorted; empty when there is no such directory."""
        ...

    async def make_dir(self, path: str, mode: int) -> None: ...
    async def read_link(self, path: str) -> str | None:
        """Target of a symbolic link, or None when there is none."""
        ...

    async def swap_link(self, path: str, target: str) -> None:
        """Point the symbolic link `path` at `target` atomically (a new link renamed over it)."""
        ...

    async def put_file(self, local: str, path: str, sha256: str) -> None:
        """Copy a local file to `path` of this host, verified by sha256, visible only when whole."""
        ...

    async def remove(self, path: str) -> None: ...


@runtime_checkable
class Attaches(Protocol):
    """A host on which programs outlive this agent's process. Use it as `of_step` gives it."""

    async def attach(
        self,
        argv: Sequence[str],
        *,
        within: float,
        on_output: OnOutput | None = None,
        on_start: OnStart | None = None,
    ) -> Completed:
        """As `run`, of the program that an earlier process started for this step: by the same `argv`, after as many
        others of the step. Nothing is started.

        Raises `NotTakenUpError`: it is not there, or its end can no longer be known.
        """
        ...


class ArtifactFetcher(Protocol):
    def hold(self, sha256: str, size: int) -> AbstractAsyncContextManager[str]:
        """Local path of the artifact, fetched from the hub when it is not in the cache; whole and verified, and not
        evicted while the context lasts.

        Raises `ActionError` with code `artifact.unavailable` or `artifact.digest_mismatch`.
        """
        ...


class HubLink(Protocol):
    """The agent's side of the connection, as the daemon uses it."""

    @property
    def connected(self) -> bool: ...
    @property
    def hub_minor(self) -> int:
        """Minor version of the protocol that the connected hub speaks; 0 while there is none."""
        ...

    async def send(self, frame: AgentFrame) -> None:
        """Hand over for the wire. While there is no connection output waits for one, results are held, and everything
        else is dropped: the journal holds what matters and the next hello tells it."""
        ...


class LinkHandler(Protocol):
    """What the link calls; the daemon implements it."""

    async def hello_journal(self) -> tuple[object, ...]:
        """`JournalEntry` values for the hello, oldest first."""
        ...

    async def welcomed(self, epoch: int) -> None:
        """Connected: send the stored results that are not acknowledged yet."""
        ...

    async def received(self, frame: HubFrame) -> None: ...
    def output_acked(self, step_id: str, seq: int) -> None:
        """The hub has every chunk of the step's output up to `seq`. Must not block."""
        ...

    async def lost(self, reason: str) -> None: ...

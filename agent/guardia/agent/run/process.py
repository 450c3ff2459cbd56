"""One process of this machine: started without a shell, in a group of its own, and ended with all its children."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO

from guardia.agent.core.output import Capture
from guardia.agent.errors import HostError
from guardia.agent.ports import Completed, OnOutput, OnStart
from guardia.agent.run.cgroups import Groups
from guardia.agent.run.shield import uninterrupted
from guardia.agent.run.tree import end_tree
from guardia.proto.frames import Stream
from guardia.proto.limits import OUTPUT_CHUNK

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL."""

_DRAIN = 1.0
"""Seconds that the pipes may stay open after the process has ended: a grandchild that kept them holds nobody up."""

_DRAIN_BYTES = 4 * 1024 * 1024
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CLEAN_ENVIRONMENT = {"PATH": PATH, "LANG": "C.UTF-8"}
"""All that a program gets unless the service's own environment adds to it: nothing of the agent's."""

_LOOK = os.WEXITED | os.WNOWAIT | os.WNOHANG

_living: dict[int, subprocess.Popen[bytes]] = {}
"""Daemons that this process started and has not reaped. Kept here, not on a host object, because they outlive it."""


def start(
    argv: Sequence[str],
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program as leader of a session of its own. Raises `HostError` when it cannot be started."""
    if not argv or any("\x00" in token for token in argv):
        raise HostError("empty command, or a NUL in it")
    try:
        return subprocess.Popen(
            list(argv),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**CLEAN_ENVIRONMENT, **(env or {})},
            cwd=cwd or "/",
            start_new_session=True,
            close_fds=True,
        )
    except FileNotFoundError as error:
        what = f"directory {cwd}" if cwd and error.filename == cwd else argv[0]
        raise HostError(f"{what}: not found on this host; install it or correct agent.toml") from None
    except OSError as error:
        raise HostError(f"{argv[0]} cannot be started: {error.strerror or error}") from None


async def wait_exit(pid: int) -> None:
    """Return when the child `pid` has ended. It is not reaped: its number stays taken until the caller reaps it."""
    loop = asyncio.get_running_loop()
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        # Kernels before 5.3 have no pidfd.
        while os.waitid(os.P_PID, pid, _LOOK) is None:  # noqa: ASYNC110, ASYNC222 - it returns at once
            await asyncio.sleep(0.02)
        return
    try:
        await _readable(loop, descriptor)
    finally:
        os.close(descriptor)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def _readable(loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
    ready = loop.create_future()
    loop.add_reader(descriptor, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


async def _writable(loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
    ready = loop.create_future()
    loop.add_writer(descriptor, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_writer(descriptor)


class _Pump:
    """Moves one pipe of a process into a capture and to `on_output`."""

    def __init__(self, stream: Stream, pipe: IO[bytes], on_output: OnOutput | None) -> None:
        self.capture = Capture()
        self.ended = False
        """The pipe has no writer any more, and everything in it was taken."""
        self._stream = stream
        self._descriptor = pipe.fileno()
        self._on_output = on_output
        os.set_blocking(self._descriptor, False)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            data = self._read()
            if data is None:
                await _readable(loop, self._descriptor)
            elif not data:
                self.ended = True
                return
            else:
                self.capture.feed(data)
                if self._on_output is not None:
                    await self._on_output(self._stream, data)
                # A program that writes as fast as it is read would leave nobody else a turn.
                await asyncio.sleep(0)

    def _read(self) -> bytes | None:
        """Bytes, b"" at the end, None when there is nothing now."""
        try:
            return os.read(self._descriptor, OUTPUT_CHUNK)
        except BlockingIOError:
            return None

    async def drain(self) -> None:
        """Take what is in the pipe now."""
        taken = 0
        while taken < _DRAIN_BYTES and (data := self._read()):
            self.capture.feed(data)
            if self._on_output is not None:
                await self._on_output(self._stream, data)
            taken += len(data)


async def _feed(pipe: IO[bytes], data: bytes) -> None:
    loop = asyncio.get_running_loop()
    descriptor = pipe.fileno()
    os.set_blocking(descriptor, False)
    view = memoryview(data)
    try:
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                await _writable(loop, descriptor)
    except BrokenPipeError:
        pass
    finally:
        pipe.close()


async def run(
    argv: Sequence[str],
    *,
    within: float,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    on_output: OnOutput | None = None,
    on_start: OnStart | None = None,
    grace: float = GRACE,
    groups: Groups | None = None,
) -> Completed:
    """Run a program to its end, or end it. See `ports.Host.run`. With `groups` it is born in a group of its own."""
    with contextlib.nullcontext() if groups is None else groups.birth() as group:
        process = start(argv, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, env=env, cwd=cwd)
    assert process.stdout is not None
    assert process.stderr is not None
    pumps = (
        _Pump(Stream.STDOUT, process.stdout, on_output),
        _Pump(Stream.STDERR, process.stderr, on_output),
    )
    tasks: list[asyncio.Task[None]] = []
    timed_out = ended = False
    try:
        if on_start is not None:
            await on_start(process.pid)
        tasks += [asyncio.create_task(pump.run()) for pump in pumps]
        if stdin and process.stdin is not None:
            tasks.append(asyncio.create_task(_feed(process.stdin, stdin)))
        try:
            async with asyncio.timeout(within):
                await wait_exit(process.pid)
            ended = True
        except TimeoutError:
            timed_out = True
            await end_tree(process.pid, grace, group)
            ended = True
        if not all(task.done() for task in tasks):  # a quick program's pipes have ended with it
            _, slow = await asyncio.wait(tasks, timeout=_DRAIN)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
        for pump in pumps:
            if pump.ended:
                continue
            with contextlib.suppress(TimeoutError):  # whoever listens slowly holds nobody up: it is in the capture
                async with asyncio.timeout(_DRAIN):
                    await pump.drain()
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
    finally:
        for task in tasks:
            task.cancel()
        if not ended:
            # Cancelled, or the journal refused: whatever runs must not go on unseen.
            await uninterrupted(end_tree(process.pid, grace, group))
        await _reap(process)
        if groups is not None and group is not None:
            groups.give_back(group)
    stdout, stderr = (pump.capture for pump in pumps)
    return Completed(
        exit_code=process.returncode if process.returncode is not None else -signal.SIGKILL,
        stdout=stdout.kept(),
        stderr=stderr.kept(),
        timed_out=timed_out,
        truncated=stdout.truncated or stderr.truncated,
    )


async def _reap(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        # Not even SIGKILL ended it: reaped when the kernel lets go.
        _keep(process)


def _keep(process: subprocess.Popen[bytes]) -> None:
    _living[process.pid] = process
    task = asyncio.get_running_loop().create_task(_bury(process))
    _buriers.add(task)
    task.add_done_callback(_buriers.discard)


async def _bury(process: subprocess.Popen[bytes]) -> None:
    await wait_exit(process.pid)
    process.wait()
    _living.pop(process.pid, None)


_buriers: set[asyncio.Task[None]] = set()


def reap_ended() -> None:
    """Reap daemons that ended while no loop watched them."""
    for pid, process in list(_living.items()):
        if process.poll() is not None:
            del _living[pid]


def open_log(path: str) -> IO[bytes]:
    """A service's log, to be appended to. Takes as long as its file system does; raises `HostError`."""
    try:
        # O_NONBLOCK: a FIFO that nobody reads would hold the caller up for ever.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
        log = os.fdopen(os.open(path, flags, 0o640), "wb", buffering=0)
    except OSError as error:
        raise HostError(f"log file {path} cannot be opened: {error.strerror}") from None
    if stat.S_ISFIFO(os.fstat(log.fileno()).st_mode):
        log.close()
        raise HostError(f"log file {path} is a pipe; give a regular file")
    os.set_blocking(log.fileno(), True)
    return log


def spawn_daemon(argv: Sequence[str], *, log: IO[bytes], cwd: str | None, env: Mapping[str, str] | None) -> int:
    """Start a service of its own session that writes to `log`, which is closed here; reaped when it dies while the
    agent lives."""
    reap_ended()
    with log:
        process = start(argv, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=cwd)
    _keep(process)
    return process.pid

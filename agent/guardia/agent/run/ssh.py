"""`SshHost`: a host behind this agent, reached over SSH with a pinned host key.

A program runs in a step directory on the host (see `ssh_wrapper`), so a cut connection changes nothing about it: the
host is dialled again and the same directory is read on.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
import hashlib
import posixpath
import secrets
import signal as signals
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from guardia.agent.core import procfs
from guardia.agent.core.output import decode, to_text
from guardia.agent.errors import HostError, HostLostError, NotTakenUpError
from guardia.agent.ports import Completed, Cpu, Disk, Memory, OnOutput, OnStart, Process
from guardia.agent.run import ssh_files, ssh_http, ssh_upload, ssh_wrapper
from guardia.agent.run.disks import sized, unread_disk
from guardia.agent.run.shield import uninterrupted
from guardia.agent.run.ssh_calls import CALL, SMALL, SshCalls, T
from guardia.agent.run.ssh_dial import UnreachableError
from guardia.agent.run.ssh_pool import Link
from guardia.agent.run.ssh_step import Follower, NotStartedError, RestartedError, StepNames
from guardia.agent.run.sshlib import asyncssh

_UPLOAD = 3600.0
_RESUME = 600.0
"""Seconds in which an upload that was cut off goes on."""

_SWEEP_EVERY = 200
"""Runs between two sweeps of old step directories."""

_NOTHING = hashlib.sha256().hexdigest()

_FIRST_POLL, _LAST_POLL = 0.01, 0.5


class SshHost(SshCalls):
    """`ports.Host` behind SSH, and `ports.Attaches`."""

    _names: StepNames | None = None

    def of_step(self, step_id: str) -> Self:
        host = copy.copy(self)  # which shares the pool, and what is known of the host
        host._names = StepNames(step_id)
        host._kept = []
        return host

    async def over(self) -> None:
        for follower in self._kept:
            with contextlib.suppress(HostError):
                await self._sftp("forgetting a step", follower.forget)
        self._kept.clear()

    # --- programs ---------------------------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        if next(self._runs) % _SWEEP_EVERY == 0:
            # Nothing depends on it: a host that cannot be swept says so at the next call.
            with contextlib.suppress(HostError):
                await self._execute(ssh_wrapper.sweep_command(self._state_dir))

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
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        # A look starts nothing that anybody would want to find again.
        named = self._names if on_start is not None else None
        step_id = secrets.token_hex(16) if named is None else named.next(argv)
        variables = ssh_wrapper.environment(env)
        given = variables + stdin
        # Dialled before anything may have started: an unreachable host is an error, not an unknown.
        await self._pool.reach(self._spec)
        command = ssh_wrapper.start_command(
            self._state_dir,
            step_id,
            argv,
            spawn_log=None,
            cwd=cwd,
            input_size=len(given),
            split=len(variables),
            # A look may be had twice.
            boot_id="" if on_start is None else await self._boot_id(),
        )
        await self._sweep()
        follower = Follower(self._step(step_id), on_output)
        try:
            pid = await self._again(deadline + self._reunion, lambda: self._start(command, given))
            if on_start is not None:
                await on_start(pid)
            return await self._to_its_end(step_id, follower, deadline, keep=named is not None)
        except asyncio.CancelledError:
            # Also when the host has to be dialled again for it. If it stays away, HostLostError takes the place of
            # the cancel: the program may go on over there, which is not "cancelled".
            await uninterrupted(self._end(step_id))
            raise
        except (HostLostError, NotStartedError):
            # What is told is right however this goes: unknown, or nothing has started.
            await uninterrupted(self._kill_quietly(step_id))
            raise
        except BaseException:
            await uninterrupted(self._end(step_id))
            raise

    async def attach(
        self,
        argv: Sequence[str],
        *,
        within: float,
        on_output: OnOutput | None = None,
        on_start: OnStart | None = None,
    ) -> Completed:
        assert self._names is not None, "attach to the host of a step"
        step_id = self._names.next(argv)
        deadline = asyncio.get_running_loop().time() + within
        follower = Follower(self._step(step_id), on_output)
        try:
            pid = await self._again(deadline, lambda: self._sftp("looking for a step", follower.pid))
            if pid is None:
                raise NotTakenUpError(f"{self.asset}: the program of this step is not there (any more)")
            if pid and on_start is not None:
                await on_start(pid)
            return await self._to_its_end(step_id, follower, deadline, keep=True, found=True)
        except asyncio.CancelledError:
            await uninterrupted(self._end(step_id))
            raise

    async def _to_its_end(
        self, step_id: str, follower: Follower, deadline: float, *, keep: bool, found: bool = False
    ) -> Completed:
        """Follow the program until it has ended, or end it at `deadline`. `keep`: its directory stays until `over`;
        `found`: it was started by another process of the agent, and the host may have been restarted since."""
        timed_out = not await self._follow(follower, deadline)
        if timed_out:
            ended = await self._again(deadline + self._reunion, lambda: self._kill(step_id))
            # Without rc the runner itself was killed; what it left is read all the same.
            await self._again(deadline + self._reunion, lambda: self._look(follower))
            if follower.exit_status is None and not ended:
                if found:
                    raise NotTakenUpError(f"{self.asset}: how the program ended was not written down there")
                raise self._unknown_end()
        if keep:
            self._kept.append(follower)
        else:
            with contextlib.suppress(HostError):
                await self._sftp("forgetting a step", follower.forget)
        completed = follower.completed(timed_out=timed_out)
        if completed.exit_code in {126, 127} and completed.stderr.startswith((b"guardia:", b"guardia-launch:")):
            raise HostError(f"{self.asset}: {to_text(completed.stderr)[:300].strip()}")
        return completed

    async def _boot_id(self) -> str:
        """Of the host as it runs now; empty where it has none. Nothing has started yet, so a host that is lost over
        it raises an `UnreachableError`."""

        async def look() -> str:
            async with self._pool.use(self._spec) as link, self._mapped(link, "the boot id"):
                return await ssh_files.boot_id(await link.sftp())

        try:
            return await self._again(asyncio.get_running_loop().time() + self._reunion, look)
        except HostLostError as error:
            raise UnreachableError(str(error)) from error

    def _step(self, step_id: str) -> str:
        return posixpath.join(self._state_dir, "steps", step_id)

    async def _start(self, command: str, given: bytes) -> int:
        status, stdout, stderr = await self._execute(command, stdin=given)
        if status == ssh_wrapper.RESTARTED:
            raise RestartedError(f"{self.asset}: {ssh_wrapper.FAILURES[status]}")
        if status == 123:
            raise HostLostError(f"{self.asset}: {ssh_wrapper.FAILURES[123]}")
        if status != 0:
            reason = ssh_wrapper.FAILURES.get(status) or to_text(stderr)[:300].strip() or f"exit status {status}"
            raise NotStartedError(f"{self.asset}: {reason}")
        return int(stdout.split()[0])

    async def _follow(self, follower: Follower, deadline: float) -> bool:
        """Read on until the program has ended. False: the time is over."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_POLL
        while True:
            moved = await self._again(deadline + self._reunion, lambda: self._look(follower))
            if follower.exit_status is not None:
                return True
            if loop.time() >= deadline:
                return False
            pause = _FIRST_POLL if moved else min(pause * 1.5, _LAST_POLL)
            await asyncio.sleep(min(pause, max(0.0, deadline - loop.time())))

    async def _look(self, follower: Follower) -> bool:
        chunks = await self._sftp("reading a step", follower.look)
        await follower.tell(chunks)
        return bool(chunks)

    async def _kill(self, step_id: str) -> bool:
        """False: what would have written its exit status had gone before."""
        command = ssh_wrapper.kill_command(self._state_dir, step_id, self._grace)
        status, _, _ = await self._execute(command, within=CALL + self._grace)
        return status == 0

    async def _kill_quietly(self, step_id: str) -> None:
        with contextlib.suppress(HostError):
            await self._kill(step_id)

    async def _end(self, step_id: str) -> None:
        """Raises `HostLostError`: whether the program has ended, or will yet start, is not known."""
        deadline = asyncio.get_running_loop().time() + self._reunion
        follower = Follower(self._step(step_id), None)
        try:
            if await self._again(deadline, lambda: self._kill(step_id)):
                return
            if await self._again(deadline, lambda: self._sftp("looking for an end", follower.status)) is not None:
                return
        except HostLostError:
            raise
        except HostError as error:
            raise HostLostError(str(error)) from error
        raise self._unknown_end()

    def _unknown_end(self) -> HostLostError:
        return HostLostError(f"{self.asset}: the program could not be ended there, and left no exit status")

    async def spawn_daemon(
        self, argv: Sequence[str], *, log: str, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> int:
        step_id = secrets.token_hex(16)
        variables = ssh_wrapper.environment(env)
        await self._pool.reach(self._spec)
        command = ssh_wrapper.start_command(
            self._state_dir,
            step_id,
            argv,
            spawn_log=log,
            cwd=cwd,
            input_size=len(variables),
            split=len(variables),
            boot_id=await self._boot_id(),
        )
        deadline = asyncio.get_running_loop().time() + self._reunion
        # The step directory stays for the sweep: the service may still be reading its environment from it.
        return await self._again(deadline, lambda: self._start(command, variables))

    # --- processes --------------------------------------------------------------------------------------------------

    async def _proc(self, path: str) -> str:
        data = await self._sftp(path, lambda sftp: ssh_files.read_range(sftp, path, 0, SMALL))
        return data.decode(errors="replace")

    async def process(self, pid: int) -> Process | None:
        if pid <= 0:
            return None

        async def look(sftp: asyncssh.SFTPClient) -> tuple[bytes, bytes, int, str]:
            status = await ssh_files.read_range(sftp, f"/proc/{pid}/stat", 0, 4096)
            command = await ssh_files.read_range(sftp, f"/proc/{pid}/cmdline", 0, 32 * 1024)
            return status, command, (await sftp.stat(f"/proc/{pid}")).uid or 0, await self._boot_of(sftp)

        async def find(sftp: asyncssh.SFTPClient) -> tuple[bytes, bytes, int, str] | None:
            try:
                return await look(sftp)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPFailure):
                # Gone before, or (ESRCH, told as failure) between two reads.
                return None

        found = await self._sftp(f"process {pid}", find)
        if found is None:
            return None
        try:
            status = procfs.stat(found[0].decode(errors="replace"))
        except ValueError:
            return None
        if status.state in {"Z", "X"}:
            return None
        command = decode(found[1].rstrip(b"\x00").replace(b"\x00", b" "))
        return Process(
            pid=pid,
            ppid=status.ppid,
            user=await self._user_name(found[2]),
            command=command or f"[{status.command}]",
            started_ms=procfs.started_ms(status.start_ticks, procfs.boot_seconds(await self._proc("/proc/stat"))),
            rss=status.rss_pages * 4096,
            start_ticks=status.start_ticks,
            boot_id=found[3],
        )

    async def _boot_of(self, sftp: asyncssh.SFTPClient) -> str:
        """As `ssh_files.boot_id`, asked once for each connection: none outlives a restart."""
        known = self._boots.get(sftp)
        if known is None:
            known = self._boots[sftp] = await ssh_files.boot_id(sftp)
        return known

    async def _user_name(self, uid: int) -> str:
        if not self._users:
            for line in (await self._proc("/etc/passwd")).splitlines():
                fields = line.split(":")
                if len(fields) > 2 and fields[2].isdigit():
                    self._users.setdefault(int(fields[2]), fields[0])
        return self._users.get(uid, str(uid))

    async def process_start(self, pid: int) -> procfs.Start:
        found = await self.process(pid)
        return found.start if found else procfs.Start()

    async def processes(self) -> list[Process]:
        now = await self._now()
        status, stdout, stderr = await self._execute(ssh_wrapper.quote(("env", "LC_ALL=C.UTF-8", *procfs.PS_ARGV)))
        if status != 0:
            raise HostError(f"{self.asset}: ps failed: {to_text(stderr)[:200].strip()}; procps is needed")
        return [
            Process(
                pid=line.pid,
                ppid=line.ppid,
                user=line.user,
                command=line.command,
                started_ms=(now - line.elapsed) * 1000,
                rss=line.rss,
            )
            for line in procfs.ps_lines(decode(stdout))
            if not line.zombie
        ]

    async def _now(self) -> int:
        """The host's clock in seconds: what ps tells is relative to it."""
        boot = procfs.boot_seconds(await self._proc("/proc/stat"))
        return boot + int(float((await self._proc("/proc/uptime")).split()[0]))

    async def signal(self, pid: int, started_ms: int, signal_number: int) -> bool:
        if pid <= 1:
            # `kill -- -1` reaches everything that the account may signal.
            raise HostError(f"{self.asset}: process {pid} is never signalled: it is the system's first")
        found = await self.process(pid)
        if found is None or not procfs.same_process(pid, started_ms, found.pid, found.started_ms):
            return False
        name = signals.Signals(signal_number).name.removeprefix("SIG")
        # A process that leads no group of its own shares one with strangers.
        group = (await self._proc(f"/proc/{pid}/stat")).rpartition(")")[2].split()[2]
        target = f"-{pid}" if group == str(pid) else str(pid)
        status, _, stderr = await self._execute(ssh_wrapper.quote(("/bin/kill", "-s", name, "--", target)))
        if status == 0:
            return True
        if await self.process(pid) is None:
            return False
        raise HostError(f"{self.asset}: process {pid} cannot be signalled: {to_text(stderr)[:200].strip()}")

    # --- facts ------------------------------------------------------------------------------------------------------

    async def disks(self) -> list[Disk]:
        mounts = procfs.mounts(await self._proc("/proc/self/mounts"))

        async def size(mount: procfs.Mount) -> Disk | None:
            try:
                values = await self._sftp(mount.path, lambda sftp: sftp.statvfs(mount.path))
            except (HostLostError, UnreachableError):
                raise
            except HostError:
                return unread_disk(mount)
            blocks = (values.blocks, values.bfree, values.bavail)
            return sized(mount, values.frsize, blocks, inodes=values.files, inodes_free=values.favail)

        found = [await size(mount) for mount in mounts]
        return [disk for disk in found if disk is not None]

    async def memory(self) -> Memory:
        values = procfs.memory(await self._proc("/proc/meminfo"))
        try:
            return Memory(
                total=values["MemTotal"],
                available=values.get("MemAvailable", values["MemFree"]),
                swap_total=values.get("SwapTotal", 0),
                swap_free=values.get("SwapFree", 0),
            )
        except KeyError as error:
            raise HostError(f"{self.asset}: /proc/meminfo has no {error}") from None

    async def cpu(self, sample: float) -> Cpu:
        before = procfs.cpu_ticks(await self._proc("/proc/stat"))
        await asyncio.sleep(sample)
        after = procfs.cpu_ticks(await self._proc("/proc/stat"))
        loads = [float(field) for field in (await self._proc("/proc/loadavg")).split()[:3]]
        return Cpu(
            count=after[2], busy=procfs.busy_fraction(before, after), load1=loads[0], load5=loads[1], load15=loads[2]
        )

    async def listening(self) -> set[int]:
        tables = [await self._proc("/proc/net/tcp")]
        with contextlib.suppress(HostError):
            tables.append(await self._proc("/proc/net/tcp6"))
        return procfs.listening_ports(*tables)

    # --- network ----------------------------------------------------------------------------------------------------

    async def connect(self, address: str, port: int, within: float) -> float:
        started = time.monotonic()
        async with (
            self._pool.channel(self._spec) as link,
            self._answering(link, f"{address}:{port}", within),
        ):
            _, writer = await link.connection.open_connection(address, port, encoding=None)
            took = time.monotonic() - started
            writer.close()
            return took

    async def http_get(self, url: str, within: float) -> tuple[int, bytes, float]:
        started = time.monotonic()
        async with self._pool.channel(self._spec) as link, self._answering(link, url, within):
            status, body = await ssh_http.get(link.connection, url)
            return status, body, time.monotonic() - started

    @contextlib.asynccontextmanager
    async def _answering(self, link: Link, what: str, within: float) -> AsyncIterator[None]:
        """A service that is slow says nothing about the connection, which stays."""
        try:
            async with asyncio.timeout(within), self._mapped(link, what, within + CALL):
                yield
        except TimeoutError:
            raise HostError(f"{self.asset}: {what} did not answer within {within:g} s") from None

    # --- files ------------------------------------------------------------------------------------------------------

    async def read_tail(self, path: str, max_bytes: int) -> tuple[bytes, int]:
        return await self._sftp(path, lambda sftp: ssh_files.read_tail(sftp, path, max_bytes))

    async def read_text(self, path: str, max_bytes: int) -> bytes:
        return await self._sftp(path, lambda sftp: ssh_files.read_text(sftp, path, max_bytes))

    async def write_text(self, path: str, data: bytes, mode: int) -> None:
        await self._sftp(path, lambda sftp: ssh_files.write_text(sftp, path, data, mode))

    async def list_dir(self, path: str) -> list[str]:
        return await self._sftp(path, lambda sftp: ssh_files.names(sftp, path))

    async def make_dir(self, path: str, mode: int) -> None:
        await self._sftp(path, lambda sftp: ssh_files.make_dir(sftp, path, mode))

    async def read_link(self, path: str) -> str | None:
        return await self._sftp(path, lambda sftp: ssh_files.read_link(sftp, path))

    async def swap_link(self, path: str, target: str) -> None:
        await self._sftp(path, lambda sftp: ssh_files.swap_link(sftp, path, target))

    async def remove(self, path: str) -> None:
        await self._sftp(path, lambda sftp: ssh_files.remove(sftp, path))

    async def put_file(self, local: str, path: str, sha256: str) -> None:
        part = ssh_files.part_name(path, sha256)
        await self._pool.reach(self._spec)
        async with self._pool.uploads:
            for last in (False, True):
                size = await self._fill(local, part)
                if await self._persistently(functools.partial(self._sha256, part, size)) == sha256:
                    break
                # A local file that has changed, or a disk over there that does not keep what it takes.
                await self._persistently(lambda: self.remove(part))
                if last:
                    raise HostError(f"{self.asset}: {path}: the copy has another sha256 than the artifact")
            renamed = await self._persistently(
                lambda: self._sftp_once(path, lambda sftp: ssh_upload.publish(sftp, part, path), CALL)
            )
            if not renamed and await self._persistently(lambda: self._sha256(path, size)) != sha256:
                raise HostError(f"{self.asset}: {path}: somebody removed the copy before it had its name")

    async def _persistently(self, work: Callable[[], Awaitable[T]]) -> T:
        return await self._again(asyncio.get_running_loop().time() + _RESUME, work)

    async def _fill(self, local: str, part: str) -> int:
        """Bring `part` to the whole of `local`; returns its size."""
        key = self._notes.key(self.asset, part)
        size = await asyncio.to_thread(lambda: Path(local).stat().st_size)

        async def confirm(offset: int) -> None:
            await asyncio.to_thread(self._notes.confirm, key, offset)

        async def go_on() -> None:
            there = await self._sftp(part, lambda sftp: ssh_upload.part_size(sftp, part))
            offset = min(await asyncio.to_thread(self._notes.confirmed, key), there, size)
            if offset > 0:
                here = await asyncio.to_thread(ssh_upload.local_sha256, local, offset)
                if await self._sha256(part, offset) != here:
                    offset = 0
            offset = max(0, offset)
            await self._sftp_once(part, lambda sftp: ssh_upload.write_on(sftp, local, part, offset, confirm), _UPLOAD)

        await self._persistently(go_on)
        await asyncio.to_thread(self._notes.forget, key)
        return size

    async def _sha256(self, path: str, length: int) -> str:
        status, stdout, _ = await self._execute(ssh_wrapper.prefix_command(path, length), within=_UPLOAD)
        words = stdout.decode(errors="replace").split()
        # Without sha256sum, or when head could not read, there is no digest of `length` bytes in what was printed.
        if status == 0 and words and words[0] != _NOTHING:
            return words[0]
        return await self._sftp(path, lambda sftp: ssh_files.remote_sha256(sftp, path, length), _UPLOAD)

"""A program that runs on a host behind SSH, read from its step directory."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import posixpath
import signal as signals
from collections.abc import Sequence

from guardia.agent.core.output import Capture
from guardia.agent.errors import HostError, HostLostError
from guardia.agent.ports import Completed, OnOutput
from guardia.agent.run import ssh_files
from guardia.agent.run.sshlib import asyncssh
from guardia.proto.frames import Stream

_CHUNK = 64 * 1024
_READ = 16 * _CHUNK
_SKIP = 64 * 1024 * 1024
"""Output that is still unread when the program has ended is skipped beyond this, but for its tail; a line says so."""

_TAIL = 64 * 1024


class StepNames:
    """Names of the directories in which one step's programs run. The same programs in the same order have the same
    names again, so that a later process of the agent finds what an earlier one started, and nothing else."""

    def __init__(self, step_id: str) -> None:
        self._step_id = step_id
        self._count = 0

    def next(self, argv: Sequence[str]) -> str:
        self._count += 1
        text = json.dumps([self._step_id, self._count, *argv])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class NotStartedError(HostError):
    """The wrapper said no: nothing runs, and asking again would not help."""


class RestartedError(HostLostError):
    """The host was restarted after something may have started there: unknown, and asking again would not help."""


class Follower:
    """Reads a step directory on, across connections: what was read is not read again."""

    def __init__(self, directory: str, on_output: OnOutput | None) -> None:
        self._directory = directory
        self._on_output = on_output
        self._captures = {Stream.STDOUT: Capture(), Stream.STDERR: Capture()}
        self.exit_status: int | None = None

    async def look(self, sftp: asyncssh.SFTPClient) -> list[tuple[Stream, bytes]]:
        """What is new; it counts as read when this returns. Sets `exit_status` when the program has ended and
        everything was read."""
        # First rc, then the rest: what was written before rc is then there.
        status = await self.status(sftp)
        chunks: list[tuple[Stream, bytes]] = []
        notes: list[tuple[Stream, bytes]] = []
        behind = False
        for stream, capture in self._captures.items():
            path = posixpath.join(self._directory, stream.value)
            if status is not None:
                size = await _size(sftp, path)
                if size - capture.total > _SKIP:
                    missing = size - _TAIL - capture.total
                    capture.skip(missing)
                    notes.append((stream, f"\n[... {missing} bytes were not read from the host ...]\n".encode()))
            try:
                data = await ssh_files.read_range(sftp, path, capture.total, _READ)
            except asyncssh.SFTPNoSuchFile:
                continue
            if data:
                chunks.append((stream, data))
                behind = behind or len(data) == _READ
        # Only now: a connection that is lost above must not swallow what was read before.
        for stream, data in chunks:
            self._captures[stream].feed(data)
        if not behind:
            self.exit_status = status
        return [*notes, *chunks]

    async def status(self, sftp: asyncssh.SFTPClient) -> int | None:
        """What the program's end has left in `rc`. None: nothing, so far."""
        try:
            text = await ssh_files.read_range(sftp, posixpath.join(self._directory, "rc"), 0, 16)
        except asyncssh.SFTPNoSuchFile:
            return None
        return int(text) if text.strip().isdigit() else None

    async def pid(self, sftp: asyncssh.SFTPClient) -> int | None:
        """Of the process that leads the step's group. None: there is no such step; 0: it is just being started."""
        if not await sftp.isdir(self._directory):
            return None
        try:
            text = await ssh_files.read_range(sftp, posixpath.join(self._directory, "pid"), 0, 64)
        except asyncssh.SFTPNoSuchFile:
            return 0
        words = text.split()
        return int(words[0]) if words and words[0].isdigit() else 0

    async def forget(self, sftp: asyncssh.SFTPClient) -> None:
        """Remove the directory of a step whose result has been read; what stays is swept up later."""
        at = functools.partial(posixpath.join, self._directory)
        await asyncio.gather(
            *(ssh_files.remove(sftp, at(name)) for name in ("stdout", "stderr", "pid", "env")),
            ssh_files.remove_dir(sftp, at("go")),
            # Last, as the server takes them in order: a step without it, but with `go`, has no known end.
            ssh_files.remove(sftp, at("rc")),
        )
        await sftp.rmdir(self._directory)

    async def tell(self, chunks: list[tuple[Stream, bytes]]) -> None:
        if self._on_output is not None:
            for stream, data in chunks:
                for start in range(0, len(data), _CHUNK):
                    await self._on_output(stream, data[start : start + _CHUNK])

    def completed(self, *, timed_out: bool) -> Completed:
        status = self.exit_status
        if status is None:
            code = -signals.SIGKILL
        elif 128 < status <= 128 + 64:
            # How a shell tells the end by a signal.
            code = 128 - status
        else:
            code = status
        stdout, stderr = self._captures[Stream.STDOUT], self._captures[Stream.STDERR]
        return Completed(
            exit_code=code,
            stdout=stdout.kept(),
            stderr=stderr.kept(),
            timed_out=timed_out,
            truncated=stdout.truncated or stderr.truncated,
        )


async def _size(sftp: asyncssh.SFTPClient, path: str) -> int:
    try:
        return (await sftp.stat(path)).size or 0
    except asyncssh.SFTPNoSuchFile:
        return 0

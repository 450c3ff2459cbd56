"""Uploads to hosts behind SSH that go on where they stopped, over cut connections and over a restart of the agent.

Blocks of one write travel in parallel, so after a cut the part on the host may be longer than what is whole of it, with
holes inside. What counts is the offset up to which every write was answered: it is noted after each chunk, and before
the upload goes on the host's bytes up to it are compared by sha256.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from guardia.agent.run import ssh_files
from guardia.agent.run.sshlib import asyncssh

CHUNK = 4 * 1024 * 1024
"""Bytes between two notes."""

_FORGOTTEN = 7 * 86_400
"""Seconds after which the note of an upload that nobody went on with is removed."""


class UploadNotes:
    """How far each upload has come. Below `directory` (0700), one small file an upload; None: in memory only.

    A note that is lost or wrong costs time, never truth: it is checked against the host's bytes.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._known: dict[str, int] = {}
        if directory is not None:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in directory.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - old.stat().st_mtime > _FORGOTTEN:
                        old.unlink()

    @staticmethod
    def key(*parts: str) -> str:
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:40]

    def confirmed(self, key: str) -> int:
        """Bytes that the host has taken over; 0 when nothing is known."""
        if self._directory is None:
            return self._known.get(key, 0)
        with contextlib.suppress(OSError, ValueError):
            return max(0, int((self._directory / key).read_text()))
        return 0

    def confirm(self, key: str, offset: int) -> None:
        if self._directory is None:
            self._known[key] = offset
            return
        temporary = self._directory / f".{key}.new"
        # A disk that takes no note ends no upload.
        with contextlib.suppress(OSError):
            temporary.write_text(f"{offset}\n")
            temporary.replace(self._directory / key)

    def forget(self, key: str) -> None:
        self._known.pop(key, None)
        if self._directory is not None:
            with contextlib.suppress(OSError):
                (self._directory / key).unlink(missing_ok=True)


def local_sha256(local: str, length: int) -> str:
    """Of the first `length` bytes. Blocking."""
    digest = hashlib.sha256()
    with Path(local).open("rb") as file:
        while length and (piece := file.read(min(CHUNK, length))):
            digest.update(piece)
            length -= len(piece)
    return digest.hexdigest()


async def part_size(sftp: asyncssh.SFTPClient, part: str) -> int:
    """Size of what is there; -1: nothing."""
    try:
        return await ssh_files.regular_size(sftp, part)
    except asyncssh.SFTPNoSuchFile:
        return -1


async def write_on(
    sftp: asyncssh.SFTPClient, local: str, part: str, offset: int, confirm: Callable[[int], Awaitable[None]]
) -> None:
    """Write `local` from `offset` on to `part`, which keeps its first `offset` bytes and nothing else."""
    if await part_size(sftp, part) >= 0:
        await sftp.truncate(part, offset)
        mode = "r+b"
    else:
        offset, mode = 0, "xb"
    source = await asyncio.to_thread(Path(local).open, "rb")
    try:
        async with ssh_files.open_file(sftp, part, mode) as file:
            await asyncio.to_thread(source.seek, offset)
            while piece := await asyncio.to_thread(source.read, CHUNK):
                await file.write(piece, offset)
                offset += len(piece)
                await confirm(offset)
            await ssh_files.sync(file)
    finally:
        source.close()


async def publish(sftp: asyncssh.SFTPClient, part: str, path: str) -> bool:
    """Give the part its name at once. False: there is no part; an earlier rename, whose answer was lost, took it."""
    try:
        await sftp.posix_rename(part, path)
    except asyncssh.SFTPNoSuchFile:
        return False
    return True

"""Content-addressed files of the hub on the agent's disk: fetched once, resumed after a cut, verified, evicted."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from pathlib import Path
from typing import Protocol

import structlog

from guardia.agent.artifacts.client import DownloadCutError, Write
from guardia.agent.errors import ActionError
from guardia.proto.limits import MAX_ARTIFACT

_log = structlog.get_logger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")

DEFAULT_BYTES = 4 * 1024 * 1024 * 1024
ATTEMPTS = 4
"""Downloads of one artifact before it counts as unavailable; one that made progress does not count."""


class Downloader(Protocol):
    """`guardia.agent.artifacts.client.ArtifactClient`."""

    async def download(self, sha256: str, size: int, offset: int, write: Write) -> None: ...


class ArtifactCache:
    """Implements `guardia.agent.ports.ArtifactFetcher` below `directory` (0700, files 0600).

    Holds at most `max_bytes`; what was used longest ago goes first. `pause` is the time in seconds before a cut
    download is resumed, doubled with each attempt.
    """

    def __init__(
        self, directory: str | Path, client: Downloader, *, max_bytes: int = DEFAULT_BYTES, pause: float = 1.0
    ) -> None:
        self._directory = Path(directory)
        self._client = client
        self._max_bytes = max_bytes
        self._pause = pause
        self._busy: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    async def fetch(self, sha256: str, size: int) -> str:
        """See `ArtifactFetcher.fetch`."""
        if not _SHA256.match(sha256):
            raise ActionError("an artifact is named by 64 hexadecimal digits", code="artifact.unavailable")
        if not 0 <= size <= min(MAX_ARTIFACT, self._max_bytes):
            most = min(MAX_ARTIFACT, self._max_bytes)
            raise ActionError(
                f"an artifact of {size} bytes is over this agent's limit of {most}", code="artifact.unavailable"
            )
        lock = self._busy.setdefault(sha256, asyncio.Lock())
        self._users[sha256] = self._users.get(sha256, 0) + 1
        try:
            async with lock:
                return await self._fetch(sha256, size)
        except OSError as error:
            raise ActionError(
                f"the artifact cache {self._directory} cannot be used: {error.strerror or error}",
                code="artifact.unavailable",
            ) from error
        finally:
            self._users[sha256] -= 1
            if not self._users[sha256]:
                del self._users[sha256], self._busy[sha256]

    async def _fetch(self, sha256: str, size: int) -> str:
        path = self._directory / sha256
        if await asyncio.to_thread(_is_whole, path, sha256, size):
            return str(path)
        await asyncio.to_thread(self._make_room, sha256, size)
        partial = path.with_suffix(".partial")
        arrived = await self._download(partial, sha256, size)
        if not await asyncio.to_thread(_publish, partial, path, right=arrived == sha256):
            raise ActionError(
                f"artifact {sha256[:12]}… arrived with another digest and was thrown away",
                code="artifact.digest_mismatch",
            )
        return str(path)

    async def _download(self, partial: Path, sha256: str, size: int) -> str:
        """Fetch what is missing of `partial`; the digest of the whole, which is on the disk then."""
        descriptor = await asyncio.to_thread(_open_partial, partial, size)
        writer = _Writer(descriptor)
        try:
            await asyncio.to_thread(writer.take_in, partial)
            failures = 0
            while (offset := writer.size) < size:
                try:
                    await self._client.download(sha256, size, offset, writer.write)
                    await writer.settled()
                except DownloadCutError as error:
                    await writer.settled()
                    failures = 0 if writer.size > offset else failures + 1
                    _log.warning("artifact.cut", sha256=sha256, at=offset, failures=failures, reason=str(error))
                    if failures >= ATTEMPTS:
                        raise
                    await asyncio.sleep(self._pause * 2**failures)
            await asyncio.to_thread(os.fsync, descriptor)
            return writer.digest if os.fstat(descriptor).st_size == size else ""
        finally:
            try:
                await writer.abandoned()
            finally:
                os.close(descriptor)

    def _make_room(self, sha256: str, size: int) -> None:
        """Remove what was used longest ago until `size` more bytes fit. Artifacts that are being fetched stay."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = [(entry, entry.stat()) for entry in self._directory.iterdir() if entry.is_file()]
        used = sum(stat.st_size for entry, stat in entries if entry.stem != sha256)
        for entry, stat in sorted(entries, key=lambda item: item[1].st_mtime_ns):
            if used + size <= self._max_bytes:
                return
            if entry.stem not in self._users:
                entry.unlink(missing_ok=True)
                used -= stat.st_size
                _log.info("artifact.evicted", sha256=entry.stem, bytes=stat.st_size)
        if used + size > self._max_bytes:
            raise ActionError(
                f"no room for {size} bytes: other artifacts of {used} bytes are being fetched; try again later",
                code="artifact.unavailable",
            )


class _Writer:
    """Appends to a file and hashes, in a thread: one chunk is written while the next one comes in.

    `size` and `digest` are of what was written; await `settled` before they are asked for.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._sha256 = hashlib.sha256()
        self._under_way: asyncio.Future[None] | None = None
        self.size = 0

    @property
    def digest(self) -> str:
        return self._sha256.hexdigest()

    def take_in(self, partial: Path) -> None:
        """What an earlier download left."""
        with partial.open("rb") as file:
            while piece := file.read(1 << 20):
                self._sha256.update(piece)
                self.size += len(piece)

    async def write(self, chunk: bytes) -> None:
        """Begin to write `chunk`, when the one before is written. Raises `OSError` of either."""
        await self.settled()
        self._under_way = asyncio.get_running_loop().run_in_executor(None, self._append, chunk)

    async def settled(self) -> None:
        """Everything that was given is written. Raises `OSError`. What was begun goes on when this is cancelled."""
        under_way = self._under_way
        if under_way is not None:
            await asyncio.wait({under_way})
            self._under_way = None
            under_way.result()

    async def abandoned(self) -> None:
        """Nothing is under way any more, whatever came of it: the descriptor may be closed. A cancellation waits."""
        cancelled: asyncio.CancelledError | None = None
        while self._under_way is not None:
            try:
                await self.settled()
            except asyncio.CancelledError as error:
                cancelled = error
            except OSError as error:
                _log.debug("artifact.not_written", reason=error.strerror)  # told before, or nobody asks any more
        if cancelled is not None:
            raise cancelled

    def _append(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            os.ftruncate(self._descriptor, self.size)  # the file stays what was hashed
            raise
        self._sha256.update(chunk)
        self.size += len(chunk)


def _open_partial(partial: Path, size: int) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(partial, flags, 0o600)
    if os.fstat(descriptor).st_size > size:
        os.ftruncate(descriptor, 0)
    return descriptor


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(path: Path, sha256: str, size: int) -> bool:
    """Is the artifact there and still what its name says? Marks it as used; removes it when it is not."""
    try:
        if path.stat().st_size == size and _digest(path) == sha256:
            os.utime(path)
            return True
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    return False


def _publish(partial: Path, path: Path, *, right: bool) -> bool:
    """Give the file its name when its digest is right, else remove it."""
    if not right:
        partial.unlink()
        return False
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True

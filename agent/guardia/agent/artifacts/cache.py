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
        await self._download(partial, sha256, size)
        if not await asyncio.to_thread(_publish, partial, path, sha256):
            raise ActionError(
                f"artifact {sha256[:12]}… arrived with another digest and was thrown away",
                code="artifact.digest_mismatch",
            )
        return str(path)

    async def _download(self, partial: Path, sha256: str, size: int) -> None:
        descriptor = await asyncio.to_thread(_open_partial, partial, size)
        try:
            failures = 0
            while (offset := os.fstat(descriptor).st_size) < size:
                try:
                    await self._client.download(sha256, size, offset, _writer(descriptor))
                except DownloadCutError as error:
                    failures = 0 if os.fstat(descriptor).st_size > offset else failures + 1
                    _log.warning("artifact.cut", sha256=sha256, at=offset, failures=failures, reason=str(error))
                    if failures >= ATTEMPTS:
                        raise
                    await asyncio.sleep(self._pause * 2**failures)
            await asyncio.to_thread(os.fsync, descriptor)
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


def _writer(descriptor: int) -> Write:
    def append(chunk: bytes) -> None:
        view = memoryview(chunk)
        while view:
            view = view[os.write(descriptor, view) :]

    async def write(chunk: bytes) -> None:
        await asyncio.to_thread(append, chunk)

    return write


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


def _publish(partial: Path, path: Path, sha256: str) -> bool:
    """Give the file its name when its digest is right, else remove it."""
    if _digest(partial) != sha256:
        partial.unlink()
        return False
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True

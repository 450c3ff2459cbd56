"""Content-addressed files of the hub on the agent's disk: fetched once, resumed after a cut, verified, evicted."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import structlog

from guardia.agent.artifacts.client import DownloadCutError, Piece, Write
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

    Holds at most `max_bytes`; what was used longest ago goes first, never what is being fetched or held. `pause` is the
    time in seconds before a cut download is resumed, doubled with each attempt. Nothing here is fsynced: every use
    begins with the digest of what is there.
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

    @contextlib.asynccontextmanager
    async def hold(self, sha256: str, size: int) -> AsyncIterator[str]:
        """See `ArtifactFetcher.hold`."""
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
                path = await self._fetched(sha256, size)
            yield path
        finally:
            self._users[sha256] -= 1
            if not self._users[sha256]:
                del self._users[sha256], self._busy[sha256]

    async def fetch(self, sha256: str, size: int) -> str:
        """The path, for callers that do not mind if it makes room for another at once."""
        async with self.hold(sha256, size) as path:
            return path

    async def _fetched(self, sha256: str, size: int) -> str:
        try:
            return await self._fetch(sha256, size)
        except OSError as error:
            raise ActionError(
                f"the artifact cache {self._directory} cannot be used: {error.strerror or error}",
                code="artifact.unavailable",
            ) from error

    async def _fetch(self, sha256: str, size: int) -> str:
        path = self._directory / sha256
        if await asyncio.to_thread(_is_whole, path, sha256, size):
            return str(path)
        await asyncio.to_thread(self._make_room, sha256, size)
        partial = path.with_suffix(".partial")
        for again in (True, False):
            resumed = await self._download(partial, sha256, size)
            if resumed is None:
                await asyncio.to_thread(partial.rename, path)
                return str(path)
            await asyncio.to_thread(partial.unlink)
            if not (resumed and again):
                break
            # The beginning that was left by an earlier start may be damaged: once more from nothing.
            _log.warning("artifact.partial_damaged", sha256=sha256)
        raise ActionError(
            f"artifact {sha256[:12]}… arrived with another digest and was thrown away", code="artifact.digest_mismatch"
        )

    async def _download(self, partial: Path, sha256: str, size: int) -> bool | None:
        """None: the whole is there and has the right digest; else, whether it had been begun before this call."""
        growing = await _opened(partial, size)
        begun = growing.size > 0
        try:
            failures = 0
            while (offset := growing.size) < size:
                try:
                    await self._client.download(sha256, size, offset, growing.append)
                except DownloadCutError as error:
                    failures = 0 if growing.size > offset else failures + 1
                    _log.warning("artifact.cut", sha256=sha256, at=offset, failures=failures, reason=str(error))
                    if failures >= ATTEMPTS:
                        raise
                    await asyncio.sleep(self._pause * 2**failures)
            return None if growing.sha256 == sha256 else begun
        finally:
            growing.close()

    def _make_room(self, sha256: str, size: int) -> None:
        """Remove what was used longest ago until `size` more bytes fit. Artifacts in use stay."""
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
                f"no room for {size} bytes: other artifacts of {used} bytes are in use; try again later",
                code="artifact.unavailable",
            )


class _Partial:
    """A file that grows, and the digest of what it holds. Blocking: used in threads, by one at a time."""

    def __init__(self, path: Path, size: int) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)
        try:
            if os.fstat(self._descriptor).st_size > size:
                os.ftruncate(self._descriptor, 0)
            with os.fdopen(os.dup(self._descriptor), "rb") as begun:
                self._digest = hashlib.file_digest(begun, "sha256")
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def append(self, piece: Piece) -> None:
        view = memoryview(piece)
        while view:
            written = os.write(self._descriptor, view)
            # Together: after a full disk the digest still is that of the file.
            self._digest.update(view[:written])
            view = view[written:]

    def close(self) -> None:
        os.close(self._descriptor)


async def _opened(path: Path, size: int) -> _Partial:
    opening = asyncio.get_running_loop().run_in_executor(None, _Partial, path, size)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unused)  # the thread goes on, and hashes what there is
        raise


def _close_unused(opening: asyncio.Future[_Partial]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


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

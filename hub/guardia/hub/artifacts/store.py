"""The content-addressed store of files: `<root>/<first two hex digits>/<sha256>`.

An upload is written to `<root>/incoming`, hashed on the way, fsynced and only then renamed to its name; whatever a
crash leaves in `incoming` is removed at the next start. Equal content is kept once.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import ParamSpec, Protocol

from guardia.hub.core.message import StagedFile
from guardia.hub.errors import ForbiddenError, InvalidInputError, NotFoundError, StoreError, TooLargeError
from guardia.hub.ports import Clock

MEBIBYTE = 1024 * 1024
DEFAULT_LIMIT = 150 * MEBIBYTE
BUFFER = MEBIBYTE
"""Bytes of an upload that are held in memory before they are written."""
MAX_NAME = 200
RESERVE = 256 * MEBIBYTE
"""Bytes of the disk that uploads leave free: the database may live on it."""
DISK_FULL = "허브의 디스크가 가득 찼습니다. 관리자에게 알려 주세요."

P = ParamSpec("P")

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class Record(Protocol):
    """A staged file with its uploader and room."""

    @property
    def file(self) -> StagedFile: ...
    @property
    def person_id(self) -> str: ...
    @property
    def room_id(self) -> str: ...


class Records(Protocol):
    """Where the store notes who staged what."""

    async def add(self, file: StagedFile, *, person_id: str, room_id: str, created_ms: int) -> None: ...
    async def find(self, file_id: str) -> Record | None: ...


def clean_name(name: str) -> str:
    """A file name that is safe to show and to give to a host: NFC, the last path component, no control characters.

    Raises `InvalidInputError` when nothing usable is left or it is longer than `MAX_NAME` characters.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    name = name.strip().lstrip(".-").strip()
    if not name:
        raise InvalidInputError("the file has no usable name", remedy="파일 이름을 확인해 주세요.")
    if len(name) > MAX_NAME:
        raise InvalidInputError(
            f"file name of {len(name)} characters", remedy=f"파일 이름을 {MAX_NAME}자 이하로 줄여 주세요."
        )
    return name


def too_large(limit: int) -> TooLargeError:
    """The error for an upload over `limit` bytes."""
    return TooLargeError(
        f"the file is larger than {limit} bytes",
        remedy=f"파일은 {limit // MEBIBYTE} MiB까지 올릴 수 있습니다. 나누거나 관리자에게 한도 조정을 요청해 주세요.",
    )


class ArtifactStore:
    """Stages uploads and serves them to agents; implements `guardia.hub.ports.ArtifactSource`.

    `root` is created with mode 0700. One hub process uses it at a time.
    """

    def __init__(self, root: Path, records: Records, clock: Clock, *, limit: int = DEFAULT_LIMIT) -> None:
        self._root = root
        self._records = records
        self._clock = clock
        self.limit = limit
        self._incoming = root / "incoming"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        for left in self._incoming.iterdir():
            left.unlink()

    async def stage(
        self, chunks: AsyncIterator[bytes], *, name: str, person_id: str, room_id: str, declared: int | None = None
    ) -> StagedFile:
        """Take over a file. `declared`: its size as the sender announced it, or None.

        Raises `TooLargeError` (before the first byte is read when `declared` says so), `InvalidInputError` for a bad
        name or fewer bytes than declared, `StoreError` when the disk does not take it. Then nothing is left behind.
        """
        name = clean_name(name)
        if declared is not None and declared > self.limit:
            raise too_large(self.limit)
        free = await asyncio.to_thread(shutil.disk_usage, self._root)
        if free.free < (declared or 0) + RESERVE:
            raise StoreError("the disk of the artifact store is nearly full", remedy=DISK_FULL)
        part = self._incoming / secrets.token_hex(16)
        try:
            sha256, size = await self._write(part, chunks)
            if declared is not None and size != declared:
                raise InvalidInputError(
                    f"{size} bytes came, {declared} were announced",
                    remedy="전송이 끊겼습니다. 다시 올려 주세요.",
                )
            await asyncio.to_thread(self._place, part, sha256)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            raise StoreError(
                f"staging failed: {error.strerror}",
                remedy=DISK_FULL if full else "",
            ) from error
        finally:
            part.unlink(missing_ok=True)
        file = StagedFile(file_id=f"F-{secrets.token_hex(12)}", name=name, sha256=sha256, size=size)
        await self._records.add(file, person_id=person_id, room_id=room_id, created_ms=self._clock.now_ms())
        return file

    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile:
        """The staged file `file_id`, for a message of this person in this room.

        Raises `NotFoundError`; `ForbiddenError` when somebody else staged it for another room.
        """
        record = await self._records.find(file_id)
        if record is None:
            raise NotFoundError(f"no staged file {file_id[:64]!r}", remedy="파일을 다시 올려 주세요.")
        if person_id != record.person_id and room_id != record.room_id:
            raise ForbiddenError("that file was staged for another room", remedy="이 방에서 파일을 다시 올려 주세요.")
        return record.file

    # --- ports.ArtifactSource ---------------------------------------------------------------------------------------

    async def size(self, sha256: str) -> int | None:
        path = self._path(sha256)
        return await asyncio.to_thread(_size, path) if path else None

    async def read(self, sha256: str, offset: int, length: int) -> bytes:
        path = self._path(sha256)
        if path is None or offset < 0 or length < 0:
            raise NotFoundError("no such artifact")
        try:
            return await asyncio.to_thread(_read, path, offset, length)
        except FileNotFoundError:
            raise NotFoundError(f"no artifact {sha256[:12]}…") from None

    # --- the disk ---------------------------------------------------------------------------------------------------

    def _path(self, sha256: str) -> Path | None:
        return self._root / sha256[:2] / sha256 if _SHA256.match(sha256) else None

    async def _write(self, part: Path, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        digest, size, buffer = hashlib.sha256(), 0, bytearray()
        # Not in a thread: a cancellation would lose the descriptor on its way back.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.limit:
                    raise too_large(self.limit)
                buffer += chunk
                if len(buffer) >= BUFFER:
                    await _whole(_append, handle, digest, bytes(buffer))
                    buffer.clear()
            await _whole(_append, handle, digest, bytes(buffer))
            await _whole(os.fsync, handle)
        finally:
            os.close(handle)
        return digest.hexdigest(), size

    def _place(self, part: Path, sha256: str) -> None:
        path = self._path(sha256)
        assert path is not None
        if path.exists():
            return
        created = not path.parent.exists()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part.rename(path)
        path.chmod(0o400)
        _sync_folder(path.parent)
        if created:
            _sync_folder(self._root)


async def _whole(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """`work` in a thread, to its end: a cancellation comes only then. What the caller closes next may be another file's
    at once, and the thread must not find it."""
    running = asyncio.get_running_loop().run_in_executor(None, functools.partial(work, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        running.exception()  # nobody is told any more
        raise cancelled
    running.result()


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def _append(handle: int, digest: _Digest, data: bytes) -> None:
    digest.update(data)
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _size(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return None


def _read(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

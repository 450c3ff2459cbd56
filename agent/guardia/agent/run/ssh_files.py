"""Files of a host behind SSH, over SFTP: bounded reads, atomic writes, uploads that go on where they stopped."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import posixpath
import secrets
import stat
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, cast

from guardia.agent.errors import HostError
from guardia.agent.run.sshlib import asyncssh


class _File(Protocol):
    async def read(self, size: int = -1, offset: int | None = None) -> bytes: ...
    async def write(self, data: bytes, offset: int | None = None) -> int: ...
    async def fsync(self) -> None: ...


_CHUNK = 32 * 1024
_UPLOAD = 4 * 1024 * 1024
MAX_NAMES = 20_000


def _open(
    sftp: asyncssh.SFTPClient, path: str, mode: str, attributes: asyncssh.SFTPAttrs | None = None
) -> AbstractAsyncContextManager[_File]:
    # asyncssh types a file's data by the encoding at run time only.
    opened: Any = sftp.open(path, mode, attributes or asyncssh.SFTPAttrs(), encoding=None)
    return cast("AbstractAsyncContextManager[_File]", opened)


async def read_range(sftp: asyncssh.SFTPClient, path: str, offset: int, limit: int) -> bytes:
    """At most `limit` bytes from `offset`; by plain reads, because files of /proc have no size."""
    data = bytearray()
    async with _open(sftp, path, "rb") as file:
        while len(data) < limit:
            piece = await file.read(min(_CHUNK, limit - len(data)), offset + len(data))
            if not piece:
                break
            data += piece
    return bytes(data)


async def _regular(sftp: asyncssh.SFTPClient, path: str) -> int:
    """Size of a regular file. Asked before it is opened: the server would hang on a FIFO."""
    attributes = await sftp.stat(path)
    if attributes.permissions is not None and not stat.S_ISREG(attributes.permissions):
        raise HostError(f"{path} is not a regular file")
    return attributes.size or 0


async def read_tail(sftp: asyncssh.SFTPClient, path: str, max_bytes: int) -> tuple[bytes, int]:
    size = await _regular(sftp, path)
    start = max(0, size - max_bytes)
    async with _open(sftp, path, "rb") as file:
        # Parallel reads: the tail of a log is megabytes.
        return await file.read(min(size, max_bytes), start), size


async def read_text(sftp: asyncssh.SFTPClient, path: str, max_bytes: int) -> bytes:
    await _regular(sftp, path)
    data = await read_range(sftp, path, 0, max_bytes + 1)
    if len(data) > max_bytes:
        raise HostError(f"{path} is larger than {max_bytes} bytes")
    return data


def _beside(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f".{name}.{secrets.token_hex(6)}.tmp")


async def _sync(file: _File) -> None:
    # An extension of OpenSSH; without it the rename is still atomic.
    with contextlib.suppress(asyncssh.SFTPOpUnsupported):
        await file.fsync()


async def write_text(sftp: asyncssh.SFTPClient, path: str, data: bytes, mode: int) -> None:
    temporary = _beside(path)
    try:
        async with _open(sftp, temporary, "xb", asyncssh.SFTPAttrs(permissions=mode)) as file:
            await file.write(data, 0)
            await sftp.chmod(temporary, mode)
            await _sync(file)
        await sftp.posix_rename(temporary, path)
    except BaseException:
        with contextlib.suppress(asyncssh.Error, OSError):
            await sftp.remove(temporary)
        raise


async def swap_link(sftp: asyncssh.SFTPClient, path: str, target: str) -> None:
    try:
        attributes = await sftp.lstat(path)
    except asyncssh.SFTPNoSuchFile:
        attributes = None
    if attributes is not None and not stat.S_ISLNK(attributes.permissions or 0):
        raise HostError(f"{path} is not a symbolic link; move it away first")
    temporary = _beside(path)
    await sftp.symlink(target, temporary)
    try:
        await sftp.posix_rename(temporary, path)
    except BaseException:
        with contextlib.suppress(asyncssh.Error, OSError):
            await sftp.remove(temporary)
        raise


async def read_link(sftp: asyncssh.SFTPClient, path: str) -> str | None:
    try:
        attributes = await sftp.lstat(path)
        if not stat.S_ISLNK(attributes.permissions or 0):
            return None
        return await sftp.readlink(path)
    except asyncssh.SFTPNoSuchFile:
        return None


async def names(sftp: asyncssh.SFTPClient, path: str) -> list[str]:
    found: list[str] = []
    try:
        async for entry in sftp.scandir(path):
            name = entry.filename if isinstance(entry.filename, str) else entry.filename.decode(errors="replace")
            if name not in {".", ".."}:
                found.append(name)
            if len(found) > MAX_NAMES:
                raise HostError(f"{path} holds more than {MAX_NAMES} names")
    except asyncssh.SFTPNoSuchFile:
        return []
    return sorted(found)


async def make_dir(sftp: asyncssh.SFTPClient, path: str, mode: int) -> None:
    if await sftp.isdir(path):
        return
    parent = posixpath.dirname(path)
    if parent not in {"", "/", path}:
        await make_dir(sftp, parent, mode)
    try:
        await sftp.mkdir(path, asyncssh.SFTPAttrs(permissions=mode))
    except asyncssh.SFTPFailure:
        # Somebody else made it meanwhile, or it cannot be made.
        if not await sftp.isdir(path):
            raise


async def remove(sftp: asyncssh.SFTPClient, path: str) -> None:
    with contextlib.suppress(asyncssh.SFTPNoSuchFile):
        await sftp.remove(path)


def part_name(path: str, sha256: str) -> str:
    """Where an upload grows until it is whole; named by content, so that a later try finds its own beginning."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f".{name}.{sha256[:16]}.part")


async def upload(sftp: asyncssh.SFTPClient, local: str, part: str) -> None:
    """Write what is missing of `local` to `part`; what is there already is trusted until the whole is hashed."""
    size = await asyncio.to_thread(lambda: Path(local).stat().st_size)
    try:
        offset = await _regular(sftp, part)
        mode = "r+b"
    except asyncssh.SFTPNoSuchFile:
        offset, mode = 0, "xb"
    if offset > size:
        await sftp.remove(part)
        offset, mode = 0, "xb"
    source = await asyncio.to_thread(Path(local).open, "rb")
    try:
        async with _open(sftp, part, mode) as file:
            await asyncio.to_thread(source.seek, offset)
            while piece := await asyncio.to_thread(source.read, _UPLOAD):
                await file.write(piece, offset)
                offset += len(piece)
            await _sync(file)
    finally:
        source.close()


async def remote_sha256(sftp: asyncssh.SFTPClient, path: str) -> str:
    """By reading the file back: for hosts without sha256sum."""
    digest = hashlib.sha256()
    async with _open(sftp, path, "rb") as file:
        offset = 0
        while piece := await file.read(_UPLOAD, offset):
            digest.update(piece)
            offset += len(piece)
    return digest.hexdigest()

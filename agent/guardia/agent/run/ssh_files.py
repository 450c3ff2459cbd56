"""Files of a host behind SSH, over SFTP: bounded reads, atomic writes, uploads that go on where they stopped."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
import secrets
import stat
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, cast

from guardia.agent.errors import HostError
from guardia.agent.run.sshlib import asyncssh


class _File(Protocol):
    async def read(self, size: int = -1, offset: int | None = None) -> bytes: ...
    async def write(self, data: bytes, offset: int | None = None) -> int: ...
    async def fsync(self) -> None: ...


_CHUNK = 32 * 1024
_BIG = 4 * 1024 * 1024
MAX_NAMES = 20_000


def open_file(
    sftp: asyncssh.SFTPClient, path: str, mode: str, attributes: asyncssh.SFTPAttrs | None = None
) -> AbstractAsyncContextManager[_File]:
    # asyncssh types a file's data by the encoding at run time only.
    opened: Any = sftp.open(path, mode, attributes or asyncssh.SFTPAttrs(), encoding=None)
    return cast("AbstractAsyncContextManager[_File]", opened)


async def read_range(sftp: asyncssh.SFTPClient, path: str, offset: int, limit: int) -> bytes:
    """At most `limit` bytes from `offset`; by plain reads, because files of /proc have no size."""
    data = bytearray()
    async with open_file(sftp, path, "rb") as file:
        while len(data) < limit:
            piece = await file.read(min(_CHUNK, limit - len(data)), offset + len(data))
            if not piece:
                break
            data += piece
    return bytes(data)


async def boot_id(sftp: asyncssh.SFTPClient) -> str:
    """Changes with every start of the host; empty where it does not tell."""
    try:
        data = await read_range(sftp, "/proc/sys/kernel/random/boot_id", 0, 36)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure):
        return ""
    return data.decode("ascii", "replace").strip()


async def regular_size(sftp: asyncssh.SFTPClient, path: str) -> int:
    """Size of a regular file. Asked before it is opened: the server would hang on a FIFO."""
    attributes = await sftp.stat(path)
    if attributes.permissions is not None and not stat.S_ISREG(attributes.permissions):
        raise HostError(f"{path} is not a regular file")
    return attributes.size or 0


async def read_tail(sftp: asyncssh.SFTPClient, path: str, max_bytes: int) -> tuple[bytes, int]:
    size = await regular_size(sftp, path)
    start = max(0, size - max_bytes)
    async with open_file(sftp, path, "rb") as file:
        # Parallel reads: the tail of a log is megabytes.
        return await file.read(min(size, max_bytes), start), size


async def read_text(sftp: asyncssh.SFTPClient, path: str, max_bytes: int) -> bytes:
    await regular_size(sftp, path)
    data = await read_range(sftp, path, 0, max_bytes + 1)
    if len(data) > max_bytes:
        raise HostError(f"{path} is larger than {max_bytes} bytes")
    return data


def _beside(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f".{name}.{secrets.token_hex(6)}.tmp")


async def sync(file: _File) -> None:
    # An extension of OpenSSH; without it the rename is still atomic.
    with contextlib.suppress(asyncssh.SFTPOpUnsupported):
        await file.fsync()


async def write_text(sftp: asyncssh.SFTPClient, path: str, data: bytes, mode: int) -> None:
    temporary = _beside(path)
    try:
        async with open_file(sftp, temporary, "xb", asyncssh.SFTPAttrs(permissions=mode)) as file:
            await file.write(data, 0)
            await sftp.chmod(temporary, mode)
            await sync(file)
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


async def remove_dir(sftp: asyncssh.SFTPClient, path: str) -> None:
    """An empty directory."""
    with contextlib.suppress(asyncssh.SFTPNoSuchFile):
        await sftp.rmdir(path)


def part_name(path: str, sha256: str) -> str:
    """Where an upload grows until it is whole; named by content, so that a later try finds its own beginning."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f".{name}.{sha256[:16]}.part")


async def remote_sha256(sftp: asyncssh.SFTPClient, path: str, length: int) -> str:
    """Of the first `length` bytes, by reading them back: for hosts without sha256sum."""
    digest = hashlib.sha256()
    async with open_file(sftp, path, "rb") as file:
        offset = 0
        while offset < length and (piece := await file.read(min(_BIG, length - offset), offset)):
            digest.update(piece)
            offset += len(piece)
    return digest.hexdigest()

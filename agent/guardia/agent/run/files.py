"""Files of this machine: bounded reads, atomic and durable writes. Blocking; `LocalHost` calls it in threads."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from guardia.agent.errors import HostError

_CHUNK = 1024 * 1024
MAX_NAMES = 20_000
"""Largest directory that `names` lists."""


def _open_regular(path: str) -> int:
    # O_NONBLOCK: opening a FIFO must not hang before it is refused.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise HostError(f"{path} is not a regular file")
    return descriptor


def read_tail(path: str, max_bytes: int) -> tuple[bytes, int]:
    descriptor = _open_regular(path)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        file.seek(max(0, size - max_bytes))
        return _read(file.fileno(), max_bytes), size


def _read(descriptor: int, limit: int) -> bytes:
    data = bytearray()
    while len(data) < limit and (piece := os.read(descriptor, min(_CHUNK, limit - len(data)))):
        data += piece
    return bytes(data)


def read_text(path: str, max_bytes: int) -> bytes:
    descriptor = _open_regular(path)
    try:
        data = _read(descriptor, max_bytes + 1)
    finally:
        os.close(descriptor)
    if len(data) > max_bytes:
        raise HostError(f"{path} is larger than {max_bytes} bytes")
    return data


def sync_dir(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: str) -> Path:
    target = Path(path)
    return target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")


def write_text(path: str, data: bytes, mode: int) -> None:
    temporary = _beside(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_dir(Path(path).parent)


def put_file(local: str, path: str, sha256: str) -> None:
    temporary = _beside(path)
    digest = hashlib.sha256()
    target = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        with Path(local).open("rb") as source, os.fdopen(target, "wb") as file:
            while piece := source.read(_CHUNK):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            raise HostError(f"{path}: the copy has another sha256 than the artifact; nothing was put there")
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_dir(Path(path).parent)


def swap_link(path: str, target: str) -> None:
    temporary = _beside(path)
    if os.path.lexists(path) and not Path(path).is_symlink():
        raise HostError(f"{path} is not a symbolic link; move it away first")
    temporary.symlink_to(target)
    try:
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_dir(Path(path).parent)


def read_link(path: str) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115 - the text of the link, not a Path of it
    except FileNotFoundError:
        return None
    except OSError:
        # It exists and is not a link.
        return None


def names(path: str) -> list[str]:
    found = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                found.append(entry.name)
                if len(found) > MAX_NAMES:
                    raise HostError(f"{path} holds more than {MAX_NAMES} names")
    except FileNotFoundError:
        return []
    return sorted(found)


def make_dir(path: str, mode: int) -> None:
    made = Path(path)
    if made.is_dir():
        return
    made.mkdir(mode=mode, parents=True, exist_ok=True)
    sync_dir(made.parent)


def remove(path: str) -> None:
    """A file or link; gone already is fine."""
    Path(path).unlink(missing_ok=True)

"""Files that hold secrets: tight modes, written whole or not at all, on the disk before anything relies on them."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from guardia.certs.errors import KeystoreError

PRIVATE = 0o600
PUBLIC = 0o644
FOLDER = 0o700
MAX_FILE = 256 * 1024


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create `folder` and what is missing above it, all 0700; an existing one must not be open to others' writing."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=FOLDER, exist_ok=True)
    mode = folder.stat().st_mode
    if mode & 0o022 and not mode & stat.S_ISVTX:
        raise KeystoreError(
            f"others may write to {folder}; run: chmod 700 {folder}",
            code="keystore.permissions",
        )


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Create `path` with `mode` and fsync it. Raises `FileExistsError` when it is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_atomic(path: Path, data: bytes, mode: int) -> None:
    """Replace `path` by `data`: a new file beside it, fsync, rename, fsync of the folder."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_new(beside, data, mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def create_once(path: Path, data: bytes, mode: int) -> bool:
    """Create `path` whole if nobody has; False when it was there already (and was left as it is)."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_new(beside, data, mode)
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def read_file(path: Path, *, private: bool) -> bytes:
    """Content of `path`, at most `MAX_FILE` bytes.

    With `private` a file that group or world may read or write, or that belongs to another user, is refused with the
    command that mends it. Raises `KeystoreError`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeystoreError(f"{path} is missing", code="keystore.missing") from None
    except PermissionError:
        raise KeystoreError(
            f"{path} cannot be read by this user: run as the user that owns it", code="keystore.permissions"
        ) from None
    except OSError as error:
        raise KeystoreError(f"{path} cannot be read: {error.strerror}", code="keystore.damaged") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise KeystoreError(f"{path} is not a regular file")
        if private and stat.S_IMODE(status.st_mode) & 0o077:
            raise KeystoreError(
                f"{path} has mode {stat.S_IMODE(status.st_mode):04o}: others may read it. Run: chmod 600 {path}",
                code="keystore.permissions",
            )
        if private and status.st_uid not in {0, os.geteuid()}:
            raise KeystoreError(
                f"{path} belongs to user id {status.st_uid}. Run: chown {os.geteuid()} {path}",
                code="keystore.permissions",
            )
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise KeystoreError(f"{path} is larger than {MAX_FILE} bytes")
    return data

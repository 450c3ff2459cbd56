"""Disks: small ones that can be filled, and freed again."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import errno
import functools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from guardia.agent.journal import Journal, RefusedRecord
from guardia.agent.journal.recordfile import frame
from guardia.agent.journal.records import encode
from tests.faults.catalogue import fault

_LIBC = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
MNT_DETACH = 2
SMALLEST_RECORD = 100
"""Bytes; no acceptance is smaller."""


def mount(folder: Path, size: str) -> None:
    """A disk of its own for a folder: a tmpfs. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = f"size={size},mode=0700".encode()
    if _LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(folder))


def unmount(folder: Path) -> None:
    _LIBC.umount2(os.fsencode(folder), MNT_DETACH)


@functools.cache
def can_mount() -> bool:
    """Whether this process may mount: root outside of a locked-down container."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            mount(Path(folder), "64k")
        except OSError:
            return False
        unmount(Path(folder))
        return True


PAGE = 4096


def use_up_the_last_page(state_dir: Path) -> None:
    """A full disk still takes what fits into a file's last page: let the journal of a stopped agent end with one."""
    journal = Journal.open(state_dir)
    try:
        while (left := -journal.size % PAGE) > SMALLEST_RECORD:
            record = RefusedRecord(step_id="none", digest="", code="test", message="", at_ms=0)
            room = left - len(frame(encode(record))) - 8
            journal.refused(msgspec.structs.replace(record, message="x" * max(0, room)))
    finally:
        journal.close()


def without_spare_log(database: Path) -> None:
    """Empty the write-ahead log of an SQLite database in use: what is left of an earlier one would hold a few more
    writes on a full disk."""
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@fault(
    "가득 찬 디스크",
    made="상태 디렉터리를 작은 tmpfs에 두고 마지막 바이트까지 채웁니다(ENOSPC).",
    holds="아무것도 시작하지 않고 이유를 분명히 말합니다. 이미 난 결과는 자리가 생기면 기록됩니다. "
    "다시 띄우지 않아도 회복합니다.",
)
@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Not one more byte can be written below `folder`, which must be a mount of its own."""
    assert folder.is_mount(), f"{folder} is not a disk of its own"
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    try:
        yield
    finally:
        filler.unlink()

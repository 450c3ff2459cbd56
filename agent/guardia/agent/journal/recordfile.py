"""An append-only file of length-prefixed, CRC-protected records. What `append` returned for survives a crash.

Layout: an 8 byte header, then per record a 4 byte mark, length and CRC-32 (of length and payload; both big endian), and
the payload. A crash can leave only the end of the file torn; it is cut off and told. A bad record with a good one
behind it is damage, never skipped. The mark lets the two be told apart: after a bad record, a later mark with a whole
record behind it means that something in the middle was changed.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import structlog

from guardia.agent.errors import JournalError

_log = structlog.get_logger(__name__)

HEADER = b"GUARDIA\x01"
MARK = b"\xc7\x1eGJ"
MAX_RECORD = 1024 * 1024
_PREFIX = struct.Struct(">4sII")


def frame(payload: bytes) -> bytes:
    """A record as it lies in the file."""
    if len(payload) > MAX_RECORD:
        raise JournalError(f"a journal record of {len(payload)} bytes, at most {MAX_RECORD}")
    length = len(payload)
    return _PREFIX.pack(MARK, length, _checksum(length, payload)) + payload


def scan(data: bytes) -> tuple[list[bytes], int]:
    """The whole records of a file's content, and the length of what they cover (the rest is a torn end).

    Raises `JournalError` when a whole record follows a bad one, or the header is of something else.
    """
    if not data.startswith(HEADER):
        if HEADER.startswith(data):  # torn while the file was made: nothing was ever written down in it
            return [], 0
        raise JournalError("this is not a journal of this version; restore it from a backup or see the documentation")
    records: list[bytes] = []
    offset = len(HEADER)
    while offset < len(data):
        payload = _record_at(data, offset)
        if payload is None:
            _refuse_damage(data, offset)
            break
        records.append(payload)
        offset += _PREFIX.size + len(payload)
    return records, offset


def _record_at(data: bytes, offset: int) -> bytes | None:
    if len(data) - offset < _PREFIX.size:
        return None
    mark, length, checksum = _PREFIX.unpack_from(data, offset)
    start = offset + _PREFIX.size
    if mark != MARK or length > MAX_RECORD or start + length > len(data):
        return None
    payload = data[start : start + length]
    return payload if _checksum(length, payload) == checksum else None


def _refuse_damage(data: bytes, offset: int) -> None:
    at = data.find(MARK, offset + 1)
    while at != -1:
        if _record_at(data, at) is not None:
            raise JournalError(
                f"the journal is damaged at byte {offset}: a whole record follows at byte {at}. Nothing was changed "
                "and nothing will start. Check the disk, keep a copy of the file, then move it away: the hub will ask "
                "an operator about the steps that it cannot find"
            )
        at = data.find(MARK, at + 1)


def _checksum(length: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(struct.pack(">I", length)))


class RecordFile:
    """The open file. Not thread-safe: the journal serialises its calls. Every error is a `JournalError`."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._size = size
        self._broken = ""
        self._unsynced = False
        """The last record may not be on the disk yet."""

    @classmethod
    def open(cls, path: Path) -> tuple[RecordFile, list[bytes], int]:
        """Open or create the file. Returns it, its records, and how many torn bytes were cut off its end.

        The cut bytes are kept in `<name>.torn` for whoever wants to look, where the disk takes them.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(f"cannot open the journal {path}: {error.strerror}") from error
        try:
            with os.fdopen(os.dup(descriptor), "rb") as reader:
                data = reader.read()
            records, good = scan(data)
            torn = len(data) - good
            if torn:
                _keep_torn(Path(f"{path}.torn"), data[good:])
                os.ftruncate(descriptor, good)
            if good == 0:
                _write_all(descriptor, HEADER)
                good = len(HEADER)
            os.fsync(descriptor)
            sync_directory(path.parent)
        except OSError as error:
            os.close(descriptor)
            raise JournalError(f"cannot read the journal {path}: {error.strerror}") from error
        except JournalError as error:
            os.close(descriptor)
            raise JournalError(f"{path}: {error}") from error
        return cls(path, descriptor, good), records, torn

    @property
    def size(self) -> int:
        return self._size

    @property
    def broken(self) -> str:
        """Why nothing can be written until the agent starts anew; empty: nothing is wrong."""
        return self._broken

    def append(self, payload: bytes, *, sync: bool = True) -> None:
        """Write a record and wait until it is on the disk.

        Without `sync` the record survives the end of this process; a power cut only once the next one was written. At
        most one record is ever left so: of two, the disk could hold the second and not the first, which is damage.

        Raises `JournalError`; the record is then not in the file. When the disk does not even say what it holds (a
        failed sync), the file refuses everything that follows: only reading it anew tells the truth.
        """
        if self._broken:
            raise JournalError(f"the journal is closed after an error ({self._broken}); restart the agent")
        data = frame(payload)
        try:
            _write_all(self._descriptor, data)
        except OSError as error:
            self._cut_back(error)
            raise JournalError(
                f"cannot write the journal {self._path}: {error.strerror}. Nothing was started. Free space on that disk"
            ) from error
        if sync or self._unsynced:
            self._sync()
        self._unsynced = not sync and not self._unsynced
        self._size += len(data)

    def _sync(self) -> None:
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._broken = f"sync: {error.strerror}"
            raise JournalError(
                f"the disk of the journal {self._path} failed: {error.strerror}. Check it, restart the agent"
            ) from error

    def _cut_back(self, cause: OSError) -> None:
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError:
            self._broken = f"write: {cause.strerror}"

    def rewrite(self, payloads: list[bytes], kill_at: Callable[[str], None] = lambda _point: None) -> None:
        """Replace the content by `payloads`, atomically. Raises `JournalError`; the old content is then still there.

        `kill_at` hears of the two moments at which a crash would be worst.
        """
        fresh = self._path.with_name(self._path.name + ".new")
        data = HEADER + b"".join(frame(payload) for payload in payloads)
        try:
            descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(f"cannot compact the journal {self._path}: {error.strerror}") from error
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
            kill_at("journal.compact.written")
            fresh.rename(self._path)
            kill_at("journal.compact.renamed")
        except OSError as error:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise JournalError(f"cannot compact the journal {self._path}: {error.strerror}") from error
        os.close(self._descriptor)
        self._descriptor, self._size, self._unsynced = descriptor, len(data), False
        try:
            sync_directory(self._path.parent)
        except OSError as error:
            # The name may still lead to the old file after a crash, and what is appended now would be lost with it.
            self._broken = f"directory sync: {error.strerror}"
            raise JournalError(f"the disk of the journal {self._path} failed: {error.strerror}") from error

    def close(self) -> None:
        self._broken = self._broken or "closed"
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _keep_torn(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        # A full disk tears ends, and must not keep the whole records from being told.
        _log.warning("the torn end of the journal is not kept", path=str(path), bytes=len(data), error=error.strerror)


def sync_directory(path: Path) -> None:
    """Make a directory's entries durable. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]

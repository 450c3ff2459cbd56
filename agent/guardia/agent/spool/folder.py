"""The folder of the spool: one file a step, what is acknowledged, what is old, and what has to make room."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote, unquote

import msgspec

from guardia.agent.core.spoolfile import (
    HEADER,
    PREFIX,
    STREAM_OF,
    Kind,
    Meta,
    Outline,
    Piece,
    Record,
    Totals,
    announced,
    whole,
)
from guardia.agent.ports import Clock
from guardia.agent.spool.use import DONE, FOLDER, OPEN, Use
from guardia.proto.frames import Output

T = TypeVar("T")

DAY_MS = 24 * 3600 * 1000
MAX_NAME = 200
"""Characters of a file's name without its ending; a step id that needs more is not spooled."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes and days. `reserve`: what the spool leaves free on the disk, for the journal and for everybody else."""

    step_bytes: int = 256 * 1024 * 1024
    total_bytes: int = 2 * 1024 * 1024 * 1024
    keep_days: int = 14
    reserve: int = 128 * 1024 * 1024


class _Entry(msgspec.Struct, kw_only=True):
    """A file of the folder."""

    size: int
    at_ms: int
    acknowledged: bool = False
    writing: bool = False


class Spool:
    """Every method may be called from several threads and, unless it says otherwise, blocks for as long as the disk
    takes. Use `work` (one thread: what is written stays in order), `look` and `through` (one thread, for syncing) for
    that: the threads are the spool's own, so a slow disk holds up nothing else."""

    def __init__(self, state_dir: Path, limits: Limits, clock: Clock) -> None:
        """Take the folder `<state_dir>/spool` (0700; made when missing). Raises `OSError`."""
        self.limits = limits
        self.clock = clock
        self.folder = state_dir / FOLDER
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool-write")
        self.look = ThreadPoolExecutor(max_workers=2, thread_name_prefix="spool-read")
        self.through = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool-sync")
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        for path in self.folder.iterdir():
            if path.suffix in (OPEN, DONE):
                facts = path.stat()
                self._entries[unquote(path.stem)] = _Entry(
                    size=facts.st_size, at_ms=facts.st_mtime_ns // 1_000_000, acknowledged=path.suffix == DONE
                )

    def close(self) -> None:
        self.work.shutdown(wait=False)
        self.look.shutdown(wait=False, cancel_futures=True)
        self.through.shutdown(wait=False)

    # --- what is there (never blocks) -------------------------------------------------------------------------------

    @property
    def use(self) -> Use:
        entries = list(self._entries.values())
        return Use(
            bytes=sum(entry.size for entry in entries),
            files=len(entries),
            cap=self.limits.total_bytes,
            oldest_ms=min((entry.at_ms for entry in entries), default=0),
        )

    def holds(self, step_id: str) -> bool:
        return step_id in self._entries

    def open_steps(self) -> list[str]:
        """Steps whose output was not acknowledged to its end and is not being written, oldest first."""
        found = [(e.at_ms, step) for step, e in list(self._entries.items()) if not (e.acknowledged or e.writing)]
        return [step for _, step in sorted(found)]

    # --- for the writer ---------------------------------------------------------------------------------------------

    def create(self, step_id: str) -> int:
        """A new file for the step, open for writing, 0600. Raises `OSError`."""
        if len(quote(step_id, safe="")) > MAX_NAME:
            raise OSError(errno.ENAMETOOLONG, "the step's id is too long for a file's name")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._path(step_id, acknowledged=False), flags, 0o600)
        with self._lock:
            self._entries[step_id] = _Entry(size=0, at_ms=self.clock.now_ms(), writing=True)
        return descriptor

    def make_room(self, step_id: str, size: int) -> None:
        """Count `size` more bytes of the step's file; what is acknowledged goes first, oldest first, then the oldest of
        the rest. Raises `OSError` (ENOSPC) when there is no room that the spool may take."""
        if shutil.disk_usage(self.folder).free - size < self.limits.reserve:
            raise OSError(errno.ENOSPC, "the disk is nearly full; the spool leaves the rest to others")
        with self._lock:
            total = sum(entry.size for entry in self._entries.values()) + size
            for other in self._eldest():
                if total <= self.limits.total_bytes:
                    break
                total -= self._entries[other].size
                self._drop(other)
            if total > self.limits.total_bytes:
                raise OSError(errno.ENOSPC, "the spool is full of the output of running steps")
            self._entries[step_id].size += size

    def written(self, step_id: str) -> None:
        """The step's file is complete, or nothing more comes."""
        with self._lock:
            if (entry := self._entries.get(step_id)) is not None:
                entry.writing = False
                entry.at_ms = self.clock.now_ms()

    def remove(self, step_id: str) -> None:
        with self._lock:
            if step_id in self._entries:
                self._drop(step_id)

    # --- acknowledged, old ------------------------------------------------------------------------------------------

    def acknowledge(self, step_id: str) -> None:
        """The hub has all that travels of this output by itself: its file is the first that may go."""
        with self._lock:
            entry = self._entries.get(step_id)
            if entry is None or entry.acknowledged:
                return
            with contextlib.suppress(OSError):  # told again after a restart, which does no harm
                self._path(step_id, acknowledged=False).rename(self._path(step_id, acknowledged=True))
                entry.acknowledged = True

    def prune(self) -> None:
        """Remove what is older than `keep_days`."""
        before = self.clock.now_ms() - self.limits.keep_days * DAY_MS
        with self._lock:
            for step_id in self._eldest():
                if self._entries[step_id].at_ms < before:
                    self._drop(step_id)

    def _eldest(self) -> list[str]:
        """Acknowledged ones first, each oldest first; not those that are being written."""
        found = [(not e.acknowledged, e.at_ms, step) for step, e in self._entries.items() if not e.writing]
        return [step for _, _, step in sorted(found)]

    def _drop(self, step_id: str) -> None:
        entry = self._entries.pop(step_id)
        with contextlib.suppress(OSError):
            self._path(step_id, acknowledged=entry.acknowledged).unlink()

    # --- reading ----------------------------------------------------------------------------------------------------

    def outline(self, step_id: str) -> Outline | None:
        """What is in the step's file: every whole record, checked. None: there is no such file, or it is of something
        else."""
        with self._opened(step_id) as file:
            return None if file is None else scan(file)

    def output(self, step_id: str, piece: Piece) -> Output | None:
        """The chunk that `piece` describes. None: the file has gone."""
        with self._opened(step_id) as file:
            if file is None:
                return None
            parts = []
            for offset, length in piece.parts:
                file.seek(offset)
                parts.append(file.read(length))
        return Output(step_id=step_id, seq=piece.seq, stream=piece.stream, data=b"".join(parts))

    def read(self, step_id: str) -> BinaryIO | None:
        """The file, open for reading; it stays readable when its place is given away. None: there is none."""
        for acknowledged in (False, True, False):  # it may be acknowledged between two looks
            with contextlib.suppress(FileNotFoundError):
                return self._path(step_id, acknowledged=acknowledged).open("rb")
        return None

    @contextlib.contextmanager
    def _opened(self, step_id: str) -> Iterator[BinaryIO | None]:
        file = self.read(step_id)
        try:
            yield file
        finally:
            if file is not None:
                file.close()

    def _path(self, step_id: str, *, acknowledged: bool) -> Path:
        # The ending keeps "." and ".." from being what they look like.
        return self.folder / (quote(step_id, safe="") + (DONE if acknowledged else OPEN))


def scan(file: BinaryIO) -> Outline | None:
    """Every whole record of an open file, checked. None: it is not one of the spool's."""
    if file.read(len(HEADER)) != HEADER:
        return None
    meta: Meta | None = None
    totals: Totals | None = None
    records: list[Record] = []
    good = len(HEADER)
    while (head := announced(prefix := file.read(PREFIX.size))) is not None:
        kind, length = head
        payload = file.read(length)
        if not whole(prefix, payload):
            break
        if kind is Kind.META:
            meta = _decoded(payload, Meta)
        elif kind is Kind.END:
            totals = _decoded(payload, Totals)
        elif kind in STREAM_OF or kind is Kind.GAP:
            records.append(Record(kind, good + PREFIX.size, length))
        good += PREFIX.size + length
    return Outline(meta=meta, totals=totals, records=tuple(records), good=good)


def _decoded(payload: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None  # of a newer version; the output itself is still good

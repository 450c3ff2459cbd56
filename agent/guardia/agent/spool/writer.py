"""Writes one step's output to the spool. Whatever the disk does, the step goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import msgspec
import structlog

from guardia.agent.core.spoolfile import HEADER, OF_STREAM, PREFIX, Kind, Meta, Totals, frame, gap
from guardia.agent.spool.folder import Spool
from guardia.proto.frames import Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, OUTPUT_CHUNK

_log = structlog.get_logger(__name__)

BUFFER = 1024 * 1024
"""Bytes that may wait for the disk; then the writer of them waits."""

PATIENCE = 5.0
"""Seconds that the disk may hold up a step, once; then its output is spooled no further."""

SYNC_EVERY = 5.0
"""Seconds between two syncs of a file that grows: what a power cut may take of a running step, and no more than that
often, because a sync costs everybody who uses the disk."""

MAX_RECORDS = 200_000
"""Records of one file: programs that write single bytes to two streams in turn must not make files that are all
framing."""


class StepSpool:
    """Takes what `keep` is given, in order, up to the caps. Belongs to one event loop.

    The file is made with the first output. When the disk refuses or is too slow, spooling of this step ends: within the
    head without a trace, since its chunks could not be numbered again; later with a gap before the tail.
    """

    def __init__(self, spool: Spool, step_id: str, *, patience: float = PATIENCE) -> None:
        self._spool = spool
        self._step_id = step_id
        self._patience = patience
        self._frames: list[bytes] = []
        self._last: tuple[Stream, list[bytes], int] | None = None
        """Output behind the head that still grows into one record: its stream, its parts, and their bytes."""
        self._buffered = 0
        self._records = 0
        self._size = 0
        self._descriptor = -1
        self._asked = False
        """The disk was asked for something: there may be a file."""
        self._synced_at: float | None = None
        """When the last sync was asked for, or the first byte written; monotonic seconds."""
        self._unsynced = False
        self._syncing: Future[None] | None = None
        self._lock = asyncio.Lock()
        self._stopped = False
        """Nothing more is taken until `finish`: a cap, or trouble with the disk."""
        self._failed = False
        """The disk refused, or did not answer."""
        self._hung = False
        """It did not answer, and may still be writing."""
        self._on_disk_bytes = 0
        """Output that is known to lie in the file."""
        self.taken = 0
        """Bytes of output that were taken, from the first on without a gap."""

    @property
    def behind(self) -> bool:
        """So much waits that whoever brings more should await `flush` first."""
        return self._buffered >= BUFFER

    def keep(self, stream: Stream, data: bytes) -> None:
        """Take output; of the head, exactly the chunks that travel. Never blocks, never fails."""
        if self._stopped or not data:
            return
        limit = self._spool.limits.step_bytes
        if self._size + self._buffered + len(data) + PREFIX.size > limit or self._records >= MAX_RECORDS:
            self._stopped = True
            return
        within_head = self.taken < MAX_OUTPUT_HEAD
        self.taken += len(data)
        self._buffered += len(data)
        if within_head:
            self._records += 1
            self._frames.append(frame(OF_STREAM[stream], data))
            return
        if self._last is not None and self._last[0] is stream and self._last[2] + len(data) <= OUTPUT_CHUNK:
            self._last[1].append(data)
            self._last = (stream, self._last[1], self._last[2] + len(data))
            return
        self._settle()
        for start in range(0, len(data), OUTPUT_CHUNK):
            self._settle()
            piece = data[start : start + OUTPUT_CHUNK]
            self._last = (stream, [piece], len(piece))

    def _settle(self) -> None:
        if self._last is not None:
            stream, parts, _ = self._last
            self._records += 1
            self._frames.append(frame(OF_STREAM[stream], b"".join(parts)))
            self._last = None

    async def flush(self) -> None:
        """Bring what was taken to the disk; through it only every `SYNC_EVERY` seconds, and without waiting for that: a
        power cut may take the last of them. Call it now and then also when nothing was taken. Never fails."""
        async with self._lock:
            await self._flush()
            self._sync()

    def _sync(self) -> None:
        if not self._unsynced or self._descriptor < 0 or self._failed:
            return
        now = self._spool.clock.monotonic()
        if self._synced_at is None:
            self._synced_at = now
        if now - self._synced_at < SYNC_EVERY or (self._syncing is not None and not self._syncing.done()):
            return
        self._synced_at, self._unsynced = now, False
        with contextlib.suppress(OSError, RuntimeError):  # no descriptor left; the process is ending
            descriptor = os.dup(self._descriptor)  # its own: the step may end, and close the file, meanwhile
            try:
                self._syncing = self._spool.through.submit(_sync_and_close, descriptor, self._step_id)
            except RuntimeError:
                os.close(descriptor)
                raise

    async def _flush(self) -> None:
        self._settle()
        frames, self._frames, self._buffered = self._frames, [], 0
        if frames and not self._failed:
            await self._on_disk(lambda: self._write(frames))

    async def finish(self, totals: Totals, tail: Sequence[tuple[Stream, bytes]]) -> int:
        """The step has ended: add its tail, where that is missing, and the totals. Returns the bytes of output that can
        be fetched; 0: nothing was spooled. Never fails."""
        async with self._lock:
            await self._flush()
            missing = totals.stdout + totals.stderr - self.taken
            kept = self.taken
            if self.taken and self._descriptor >= 0 and not self._hung:
                self._failed = False  # once more: there may be room now
                frames = []
                if missing:
                    frames, kept = _end(missing, tail), kept + min(missing, sum(len(data) for _, data in tail))
                frames.append(frame(Kind.END, msgspec.json.encode(totals)))
                if not await self._on_disk(lambda: self._write(frames)):
                    kept = self.taken
            self._stopped = True
            self._let_go()
            return kept if self._spool.holds(self._step_id) else 0

    def _let_go(self) -> None:
        """Close the file behind whatever is still being written; its way through the disk holds nobody up."""

        def close() -> None:
            descriptor, self._descriptor = self._descriptor, -1
            if descriptor >= 0:
                with contextlib.suppress(OSError):
                    os.fdatasync(descriptor)
                os.close(descriptor)

        if not self._asked:
            return
        self._spool.written(self._step_id)
        with contextlib.suppress(RuntimeError):  # the process is ending; the file is complete as it is
            self._spool.work.submit(close)

    async def _on_disk(self, work: Callable[[], None]) -> bool:
        loop = asyncio.get_running_loop()
        self._asked = True
        try:
            async with asyncio.timeout(self._patience):
                await loop.run_in_executor(self._spool.work, work)
            return True
        except (OSError, TimeoutError, RuntimeError) as error:
            why = str(error) or "the disk did not answer in time"
            self._stopped = self._failed = True
            self._hung = isinstance(error, TimeoutError)
            self.taken = self._on_disk_bytes
            _log.warning("spool.stopped", step_id=self._step_id, kept=self.taken, reason=why)
            if self.taken < MAX_OUTPUT_HEAD:
                self.taken = 0
                with contextlib.suppress(RuntimeError):
                    self._spool.work.submit(self._spool.remove, self._step_id)
            return False

    def _write(self, frames: Sequence[bytes]) -> None:
        data = b"".join(frames)
        if self._descriptor < 0:
            self._descriptor = self._spool.create(self._step_id)
            meta = Meta(step_id=self._step_id, created_ms=self._spool.clock.now_ms())
            data = HEADER + frame(Kind.META, msgspec.json.encode(meta)) + data
        self._spool.make_room(self._step_id, len(data))
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)  # half a record would hide what may follow
            raise
        self._size += len(data)
        self._unsynced = True
        output = OF_STREAM.values()
        self._on_disk_bytes += sum(len(each) - PREFIX.size for each in frames if each[4] in output)


def _sync_and_close(descriptor: int, step_id: str) -> None:
    try:
        os.fdatasync(descriptor)
    except OSError as error:
        _log.warning("spool.not_synced", step_id=step_id, reason=str(error))
    finally:
        os.close(descriptor)


def _end(missing: int, tail: Sequence[tuple[Stream, bytes]]) -> list[bytes]:
    """What is missing at the end, from the tail: a gap first when the tail does not reach back to it."""
    held = sum(len(data) for _, data in tail)
    frames = [frame(Kind.GAP, gap(missing - held))] if missing > held else []
    skip = max(0, held - missing)
    for stream, data in tail:
        part = data[skip:]
        skip = max(0, skip - len(data))
        frames += [
            frame(OF_STREAM[stream], part[start : start + OUTPUT_CHUNK]) for start in range(0, len(part), OUTPUT_CHUNK)
        ]
    return frames

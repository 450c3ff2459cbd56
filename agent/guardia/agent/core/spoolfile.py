"""The file in which a step's whole output lies, and what of it travels at once. Bytes in, values out.

Layout: a header, then per record a 4 byte mark, its kind, length and CRC-32 (of kind, length and payload), and the
payload. A crash can leave only the end torn; every whole record before it counts. The first records of output are the
chunks that went to the hub as the head, so a restarted agent numbers them as the one before did.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from enum import IntEnum

import msgspec

from guardia.proto.frames import Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, MAX_OUTPUT_TAIL, OUTPUT_CHUNK

HEADER = b"GUARDIA-SPOOL\x01\n"
MARK = b"\xc7\x1eGO"
MAX_RECORD = 128 * 1024
PREFIX = struct.Struct(">4sBII")


class Kind(IntEnum):
    META = 1
    """JSON of `Meta`; the first record."""
    STDOUT = 2
    STDERR = 3
    GAP = 4
    """A line of text in place of bytes that were not kept; the end of the output follows."""
    END = 5
    """JSON of `Totals`; the last record."""


OF_STREAM = {Stream.STDOUT: Kind.STDOUT, Stream.STDERR: Kind.STDERR}
STREAM_OF = {kind: stream for stream, kind in OF_STREAM.items()}


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    step_id: str
    created_ms: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What the step has written, whether it was kept or not. Bytes, and line ends."""

    stdout: int = 0
    stderr: int = 0
    lines: int = 0
    sha256: str = ""
    """Of everything, both streams in the order of arrival."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """A whole record of a file: where its payload lies."""

    kind: Kind
    offset: int
    length: int


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a file, without the output itself."""

    meta: Meta | None
    totals: Totals | None
    """None: the step goes on, or the agent died during it."""
    records: tuple[Record, ...]
    """Output and gaps, in order."""
    good: int
    """Length of what the whole records cover; behind it lies a torn end, or nothing."""

    @property
    def size(self) -> int:
        """Bytes that can be fetched, the lines in place of gaps included."""
        return sum(record.length for record in self.records)

    @property
    def gapless(self) -> bool:
        return all(record.kind is not Kind.GAP for record in self.records)


def frame(kind: Kind, payload: bytes) -> bytes:
    """A record as it lies in the file."""
    if len(payload) > MAX_RECORD:
        raise ValueError(f"a spool record of {len(payload)} bytes, at most {MAX_RECORD}")
    return PREFIX.pack(MARK, kind, len(payload), _checksum(kind, payload)) + payload


def gap(missing: int) -> bytes:
    """The line that stands for `missing` bytes."""
    return f"\n[... {missing} bytes were not kept ...]\n".encode()


def whole(prefix: bytes, payload: bytes) -> bool:
    """Is `payload`, with the prefix before it, a record as it was written?"""
    if len(prefix) != PREFIX.size:
        return False
    mark, kind, length, checksum = PREFIX.unpack(prefix)
    return bool(mark == MARK and length == len(payload) and kind in _KINDS and checksum == _checksum(kind, payload))


def announced(prefix: bytes) -> tuple[Kind, int] | None:
    """Kind and length of the record that `prefix` begins, or None when it begins none."""
    if len(prefix) != PREFIX.size:
        return None
    mark, kind, length, _ = PREFIX.unpack(prefix)
    return (Kind(kind), length) if mark == MARK and kind in _KINDS and length <= MAX_RECORD else None


_KINDS = frozenset(Kind)


def _checksum(kind: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(struct.pack(">BI", kind, len(payload))))


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A chunk of output for the link: which parts of which records, in order, are put together in it."""

    seq: int
    stream: Stream
    parts: tuple[tuple[int, int], ...]
    """Offset in the file, and length."""


def pieces(
    records: Sequence[Record], *, head: int = MAX_OUTPUT_HEAD, tail: int = MAX_OUTPUT_TAIL, ended: bool = True
) -> list[Piece]:
    """The chunks of a file's output that travel at once: its head, and when it has `ended` its tail.

    Equal to what `guardia.agent.daemon.tape.Tape` gives for the same output.
    """
    output = [record for record in records if record.kind in STREAM_OF and record.length]
    found: list[Piece] = []
    seen = 0
    rest: list[Record] = []
    for record in output:
        if not rest and seen + record.length <= head:
            seen += record.length
            part = (record.offset, record.length)
            found.append(Piece(len(found) + 1, STREAM_OF[record.kind], (part,)))
        else:
            rest.append(record)
    if ended:
        found += [
            Piece(len(found) + number, stream, parts)
            for number, (stream, parts) in enumerate(_merged(_last(rest, tail)), 1)
        ]
    return found


def _last(records: Sequence[Record], most: int) -> list[Record]:
    """The last `most` bytes of `records`."""
    found: list[Record] = []
    for record in reversed(records):
        if most <= 0:
            break
        length = min(record.length, most)
        found.append(Record(record.kind, record.offset + record.length - length, length))
        most -= length
    return found[::-1]


def _merged(records: Sequence[Record]) -> Iterator[tuple[Stream, tuple[tuple[int, int], ...]]]:
    """Neighbours of the same stream together, in chunks of at most `OUTPUT_CHUNK` bytes."""
    stream: Stream | None = None
    parts: list[tuple[int, int]] = []
    room = OUTPUT_CHUNK
    for record in records:
        if stream is not None and (STREAM_OF[record.kind] is not stream):
            yield stream, tuple(parts)
            parts, room = [], OUTPUT_CHUNK
        stream = STREAM_OF[record.kind]
        offset, left = record.offset, record.length
        while left:
            if not room:
                yield stream, tuple(parts)
                parts, room = [], OUTPUT_CHUNK
            length = min(left, room)
            parts.append((offset, length))
            offset, left, room = offset + length, left - length, room - length
    if stream is not None and parts:
        yield stream, tuple(parts)

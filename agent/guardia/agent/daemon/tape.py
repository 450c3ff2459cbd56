"""A step's output on its way to the hub: head and tail, bounded, never holding up the process that writes it."""

from __future__ import annotations

import hashlib
from collections import deque

from guardia.proto.frames import Output, Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, MAX_OUTPUT_TAIL, OUTPUT_CHUNK


class Tape:
    """Collects what a step writes. Bytes stay as they are: what encoding they have is the reader's matter.

    The first `head` bytes go out live, in chunks that are numbered without gaps. What comes later is kept as the last
    `tail` bytes and goes out at `finish`. Counts and digest cover everything. Whoever sends calls `sent` for each chunk
    that the link took over; the link keeps it until the hub has it. All this lives in memory only: after a crash the
    journal knows that the step was interrupted, and its output until then is what the hub has received.
    """

    def __init__(self, step_id: str, *, head: int = MAX_OUTPUT_HEAD, tail: int = MAX_OUTPUT_TAIL) -> None:
        self._step_id = step_id
        self._head_left = head
        self._tail_limit = tail
        self._pending: deque[tuple[Stream, bytes]] = deque()
        self._tail: deque[tuple[Stream, bytes]] = deque()
        self._tail_bytes = 0
        self._sha256 = hashlib.sha256()
        self._seq = 0
        self._unsent: deque[Output] = deque()
        self.stdout_bytes = 0
        self.stderr_bytes = 0
        self.dropped_bytes = 0

    @property
    def sha256(self) -> str:
        """Of everything, both streams in the order of arrival; empty when there was no output."""
        return self._sha256.hexdigest() if self.stdout_bytes + self.stderr_bytes else ""

    @property
    def truncated(self) -> bool:
        return self.dropped_bytes > 0

    def write(self, stream: Stream, data: bytes) -> None:
        self._sha256.update(data)
        if stream is Stream.STDOUT:
            self.stdout_bytes += len(data)
        else:
            self.stderr_bytes += len(data)
        head, rest = data[: self._head_left], data[self._head_left :]
        if head:
            self._head_left -= len(head)
            self._pending.append((stream, head))
        if rest:
            self._tail.append((stream, rest))
            self._tail_bytes += len(rest)
            self._trim()

    def _trim(self) -> None:
        while self._tail_bytes > self._tail_limit:
            stream, data = self._tail.popleft()
            surplus = min(self._tail_bytes - self._tail_limit, len(data))
            if surplus < len(data):
                self._tail.appendleft((stream, data[surplus:]))
            self._tail_bytes -= surplus
            self.dropped_bytes += surplus

    def next(self) -> Output | None:
        """The chunk to send now; the same again until `sent`. Neighbours of the same stream are put together."""
        if not self._unsent:
            self._number()
        return self._unsent[0] if self._unsent else None

    def sent(self) -> None:
        """The link has taken over the chunk of `next`."""
        self._unsent.popleft()

    def _number(self) -> None:
        while self._pending:
            stream, data = self._pending.popleft()
            parts = [data]
            while self._pending and self._pending[0][0] is stream:
                parts.append(self._pending.popleft()[1])
            whole = b"".join(parts)
            for start in range(0, len(whole), OUTPUT_CHUNK):
                self._seq += 1
                chunk = whole[start : start + OUTPUT_CHUNK]
                self._unsent.append(Output(step_id=self._step_id, seq=self._seq, stream=stream, data=chunk))

    def finish(self) -> None:
        """No more output: `next` gives the rest of the head and the tail."""
        self._pending.extend(self._tail)
        self._tail.clear()
        self._tail_bytes = 0
        self._head_left = 0

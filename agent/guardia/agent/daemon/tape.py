"""A step's output on its way to the hub: head and tail, bounded, never holding up the process that writes it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable

from guardia.proto.frames import Output, Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, MAX_OUTPUT_TAIL, OUTPUT_CHUNK

Keep = Callable[[Stream, bytes], None]


class Tape:
    """Collects what a step writes. Bytes stay as they are: what encoding they have is the reader's matter.

    The first `head` bytes go out live, in chunks that are numbered without gaps. What comes later is kept as the last
    `tail` bytes and goes out at `finish`. Counts and digest cover everything. Whoever sends calls `sent` for each chunk
    that the link took over; the link keeps it until the hub has it. `keep` is given everything in order, the head in
    exactly the chunks that travel: the spool, from which a restarted agent numbers them in the same way.
    """

    def __init__(
        self,
        step_id: str,
        *,
        head: int = MAX_OUTPUT_HEAD,
        tail: int = MAX_OUTPUT_TAIL,
        keep: Keep = lambda _stream, _data: None,
    ) -> None:
        self._step_id = step_id
        self._head_limit = head
        self._head_left = head
        self._tail_limit = tail
        self._keep = keep
        self._pending: deque[tuple[Stream, bytes]] = deque()
        self._tail: deque[tuple[Stream, bytes]] = deque()
        self._tail_bytes = 0
        self._sha256 = hashlib.sha256()
        self._seq = 0
        self._over = False
        self._unsent: deque[Output] = deque()
        self.stdout_bytes = 0
        self.stderr_bytes = 0
        self.lines = 0
        """Line ends."""
        self.dropped_bytes = 0
        """Bytes between head and tail, which do not travel at once."""

    @property
    def sha256(self) -> str:
        """Of everything, both streams in the order of arrival; empty when there was no output."""
        return self._sha256.hexdigest() if self.stdout_bytes + self.stderr_bytes else ""

    @property
    def truncated(self) -> bool:
        return self.dropped_bytes > 0

    @property
    def head_bytes(self) -> int:
        return self._head_limit - self._head_left

    @property
    def tail_bytes(self) -> int:
        """Of what travels behind a gap; 0 when nothing was left out."""
        total = self.stdout_bytes + self.stderr_bytes
        return total - self.head_bytes - self.dropped_bytes if self.truncated else 0

    @property
    def last_seq(self) -> int:
        """Number of the newest chunk; after `finish`, of the last."""
        return self._seq

    def tail(self) -> list[tuple[Stream, bytes]]:
        """The end of what came after the head, before `finish`."""
        return list(self._tail)

    def write(self, stream: Stream, data: bytes) -> None:
        if self._over:  # what comes after the end was told belongs to nobody
            return
        self._sha256.update(data)
        self.lines += data.count(b"\n")
        if stream is Stream.STDOUT:
            self.stdout_bytes += len(data)
        else:
            self.stderr_bytes += len(data)
        head, rest = data[: self._head_left], data[self._head_left :]
        if head:
            self._head_left -= len(head)
            self._pending.append((stream, head))
        if rest:
            self.number()  # the head is complete: it is kept before what follows
            self._keep(stream, rest)
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
        """The oldest chunk that has its number and was not `sent`. Neighbours of the same stream are put together."""
        return self._unsent[0] if self._unsent else None

    def sent(self) -> None:
        """The link has taken over the chunk of `next`."""
        self._unsent.popleft()

    def number(self) -> None:
        """Make chunks of what has come of the head: from then on they are kept, and stay as they are."""
        for chunk in self._chunks(self._pending):
            self._keep(chunk.stream, chunk.data)
            self._unsent.append(chunk)

    def _chunks(self, waiting: deque[tuple[Stream, bytes]]) -> list[Output]:
        made: list[Output] = []
        while waiting:
            stream, data = waiting.popleft()
            parts = [data]
            while waiting and waiting[0][0] is stream:
                parts.append(waiting.popleft()[1])
            whole = b"".join(parts)
            for start in range(0, len(whole), OUTPUT_CHUNK):
                self._seq += 1
                chunk = whole[start : start + OUTPUT_CHUNK]
                made.append(Output(step_id=self._step_id, seq=self._seq, stream=stream, data=chunk))
        return made

    def finish(self) -> None:
        """No more output: `next` gives the rest of the head and the tail."""
        self.number()
        self._unsent.extend(self._chunks(self._tail))
        self._tail_bytes = 0
        self._over = True

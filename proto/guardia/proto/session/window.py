"""Output that is under way: kept until the hub has taken it over, so that a reconnect leaves no gap."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from guardia.proto.frames import Output
from guardia.proto.limits import OUTPUT_WINDOW


class OutputWindow:
    """At most `size` unacknowledged chunks of one agent, over all steps; outlives the connections.

    While there is no connection the oldest chunks make room for new ones. What is held of a step is therefore always
    a piece without gaps that ends with its newest chunk.
    """

    def __init__(self, size: int = OUTPUT_WINDOW) -> None:
        self._held: deque[Output] = deque()
        self.size = size
        self.dropped = 0
        """Chunks that made room since the start."""

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Output]:
        return iter(self._held)

    @property
    def full(self) -> bool:
        return len(self._held) >= self.size

    def resize(self, size: int) -> None:
        """The hub's window, at least 1 and never more than `OUTPUT_WINDOW`; the oldest chunks go when it shrinks."""
        self.size = max(1, min(size, OUTPUT_WINDOW))
        self._make_room(self.size)

    def add(self, chunk: Output) -> None:
        """Hold `chunk`; when full, the oldest one goes (the caller waits instead while there is a connection)."""
        self._make_room(self.size - 1)
        self._held.append(chunk)

    def acknowledge(self, step_id: str, seq: int) -> int:
        """Forget the chunks of `step_id` up to `seq`; how many these were."""
        before = len(self._held)
        self._held = deque(chunk for chunk in self._held if chunk.step_id != step_id or chunk.seq > seq)
        return before - len(self._held)

    def _make_room(self, most: int) -> None:
        while len(self._held) > most:
            self._held.popleft()
            self.dropped += 1

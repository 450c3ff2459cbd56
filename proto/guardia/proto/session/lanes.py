"""Two lanes for what waits to be sent: control before everything else, order kept within each."""

from __future__ import annotations

from collections import deque

from guardia.proto.frames import Frame, Goodbye, Heartbeat, HeartbeatAck, Hello, OutputAck, Welcome

_CONTROL = frozenset({Heartbeat, HeartbeatAck, Goodbye, Hello, Welcome, OutputAck})
# `ResultAck` and `Cancel` are not among them: an ack that overtook a repeated `Dispatch` of the same step would let the
# agent forget the step and then run it again, and a cancel that overtook its dispatch would find nothing to cancel.


def is_control(frame: Frame) -> bool:
    """May `frame` overtake others? Only what means the same wherever it comes between them."""
    return type(frame) in _CONTROL


class Lanes:
    """Encoded frames, bounded by count and bytes. `full` says when a sender has to wait; control frames never wait."""

    __slots__ = ("_bytes", "_control", "_ordered", "max_bytes", "max_count")

    def __init__(self, max_count: int = 256, max_bytes: int = 4 * 1024 * 1024) -> None:
        self.max_count = max_count
        self.max_bytes = max_bytes
        self._control: deque[bytes] = deque()
        self._ordered: deque[bytes] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._control) + len(self._ordered)

    @property
    def full(self) -> bool:
        """No room for an ordered frame."""
        return len(self._ordered) >= self.max_count or self._bytes >= self.max_bytes

    @property
    def choked(self) -> bool:
        """So many control frames wait that the peer cannot be reading."""
        return len(self._control) >= self.max_count

    def put(self, data: bytes, *, control: bool) -> None:
        """Append. The caller has waited while `full`; one frame more than the bound is taken, never two."""
        (self._control if control else self._ordered).append(data)
        self._bytes += len(data)

    def take(self) -> bytes | None:
        """The next to send, or None."""
        lane = self._control or self._ordered
        if not lane:
            return None
        data = lane.popleft()
        self._bytes -= len(data)
        return data

    def clear(self) -> None:
        self._control.clear()
        self._ordered.clear()
        self._bytes = 0

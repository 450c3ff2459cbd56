"""The agent's side of a session."""

from __future__ import annotations

from typing import ClassVar

from guardia.proto.frames import (
    Accepted,
    Cancel,
    CancelNoted,
    Dispatch,
    Explain,
    Explanation,
    Facts,
    Frame,
    Goodbye,
    Heartbeat,
    HeartbeatAck,
    Hello,
    HostKeys,
    Output,
    OutputAck,
    OutputFetch,
    OutputRefused,
    Probe,
    ProbeResult,
    Refused,
    Result,
    ResultAck,
    Started,
    Welcome,
)
from guardia.proto.limits import HEARTBEAT
from guardia.proto.session.events import Credit, Event, Opened, Transmit
from guardia.proto.session.machine import AnyFrame, Session, State, Table, keep
from guardia.proto.session.window import OutputWindow

TO_HUB: tuple[type[Frame], ...] = (
    *(Accepted, Started, Refused, Output, Result, Explanation, ProbeResult, CancelNoted),
    OutputRefused,
    Facts,
)
"""What the application of an agent sends."""
TO_AGENT: tuple[type[Frame], ...] = (
    *(Dispatch, ResultAck, OutputAck, Cancel, Explain, Probe),
    *(OutputFetch, HostKeys),
)
"""What the application of a hub sends, acknowledgements included."""


class AgentSession(Session):
    """Says hello, waits for the welcome, sends heartbeats; resends held output, tracks results until their ack.

    The journal owns results: the application sends all that are stored after `Opened`; one that is sent twice while
    its acknowledgement is outstanding travels once.
    """

    RECEIVES: ClassVar[Table] = {
        (State.GREETED, Welcome): State.OPEN,
        (State.GREETED, Goodbye): State.OVER,
        (State.OPEN, Goodbye): State.OVER,
        **keep(State.OPEN, *TO_AGENT, Heartbeat, HeartbeatAck),
    }
    SENDS: ClassVar[Table] = {
        (State.NEW, Hello): State.GREETED,
        (State.NEW, Goodbye): State.LEAVING,
        (State.GREETED, Goodbye): State.LEAVING,
        (State.OPEN, Goodbye): State.LEAVING,
        **keep(State.OPEN, *TO_HUB),
    }

    def __init__(
        self, now: float, *, wall_ms: int = 0, heartbeat: float = HEARTBEAT, window: OutputWindow | None = None
    ) -> None:
        """`window` is handed from connection to connection; without one, nothing is resent."""
        super().__init__(now, wall_ms=wall_ms, heartbeat=heartbeat)
        self.window = OutputWindow() if window is None else window
        self.unacknowledged: set[str] = set()
        """Steps whose result was sent on this connection and not acknowledged yet."""
        self._sent: dict[str, int] = {}
        """Step to its newest chunk on this connection."""

    def _accept(self, frame: AnyFrame, now: float) -> list[Event]:
        if isinstance(frame, Welcome):
            return self._open(frame, now)
        if isinstance(frame, OutputAck):
            if frame.seq > self._sent.get(frame.step_id, frame.seq):
                raise self._error(f"acknowledgement of chunk {frame.seq}, which was not sent")
            return [Credit(frame.step_id, frame.seq)] if self.window.acknowledge(frame.step_id, frame.seq) else []
        if isinstance(frame, ResultAck):
            self.unacknowledged.discard(frame.step_id)
        return self._accept_shared(frame, now)

    def _open(self, welcome: Welcome, now: float) -> list[Event]:
        self.epoch = welcome.epoch
        self.heartbeat = max(welcome.heartbeat_ms, 1) / 1000
        self._beat_at = now
        self.window.resize(welcome.output_window)
        self._sent.update((chunk.step_id, chunk.seq) for chunk in self.window)
        return [Opened(welcome), *(Transmit(chunk, self.epoch) for chunk in self.window)]

    def _emit(self, frame: AnyFrame) -> list[Event]:
        if isinstance(frame, Result):
            if frame.step_id in self.unacknowledged:
                return []
            self.unacknowledged.add(frame.step_id)
            self._sent.pop(frame.step_id, None)
        elif isinstance(frame, Output):
            last = self._sent.get(frame.step_id)
            if last is not None and frame.seq != last + 1:
                raise self._error(f"chunk {frame.seq} of step {frame.step_id} after {last}")
            if self.window.full:
                raise self._error("the output window is full; wait for Credit")
            self._sent[frame.step_id] = frame.seq
            self.window.add(frame)
        return [Transmit(frame, self.epoch)]

    def _check_epoch(self, frame: AnyFrame, epoch: int) -> None:
        if isinstance(frame, Welcome):
            if epoch != frame.epoch:
                raise self._error(f"a welcome to epoch {frame.epoch} in an envelope of epoch {epoch}")
            return
        super()._check_epoch(frame, epoch)

    @property
    def _next_beat(self) -> float:
        return self._beat_at + self.heartbeat

    def validate(self) -> None:
        super().validate()
        assert len(self.window) <= self.window.size
        newest: dict[str, int] = {}
        for chunk in self.window:
            assert chunk.seq == newest.get(chunk.step_id, chunk.seq - 1) + 1, "a gap in the held output"
            newest[chunk.step_id] = chunk.seq

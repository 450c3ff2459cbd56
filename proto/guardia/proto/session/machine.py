"""What both sides of a session share: states, the transition table, epoch check, heartbeats, time-outs, history."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from enum import StrEnum
from typing import ClassVar

from guardia.proto.errors import SessionError, StaleEpochError
from guardia.proto.frames import AgentFrame, Frame, Goodbye, Heartbeat, HeartbeatAck, HubFrame
from guardia.proto.limits import HEARTBEAT, HEARTBEAT_MISSED, HELLO_TIMEOUT
from guardia.proto.session.events import Deliver, Ended, Event, Transmit

AnyFrame = AgentFrame | HubFrame

HISTORY = 16


class State(StrEnum):
    NEW = "NEW"
    """Nothing was said: the agent's hello is due."""
    GREETED = "GREETED"
    """The hello was said: the hub's welcome is due."""
    OPEN = "OPEN"
    LEAVING = "LEAVING"
    """We said goodbye; what still comes in is ignored."""
    OVER = "OVER"


Table = dict[tuple[State, type[Frame]], State]
"""`(state, frame type) -> state`; what is not in the table may not happen."""


class Session(ABC):
    """One connection. `receive`, `send`, `committed`, `tick` and `heard` mutate it; everything else reads."""

    RECEIVES: ClassVar[Table]
    SENDS: ClassVar[Table]

    def __init__(self, now: float, *, wall_ms: int = 0, heartbeat: float = HEARTBEAT) -> None:
        """`wall_ms` is the wall clock at `now`, for `Heartbeat.sent_ms`; `heartbeat` in seconds."""
        self.state = State.NEW
        self.epoch = 0
        self.heartbeat = heartbeat
        self.latency: float | None = None
        """Seconds of the last heartbeat's round trip."""
        self._started = now
        self._wall_ms = wall_ms
        self._greeting_until = now + HELLO_TIMEOUT
        self._heard = now
        self._beat_at = now
        """When our last heartbeat was sent."""
        self._beats = 0
        self._history: deque[str] = deque(maxlen=HISTORY)

    # --- what the shell calls -----------------------------------------------------------------------------------------

    def receive(self, frame: AnyFrame, epoch: int, now: float) -> list[Event]:
        """A frame came in. Raises `SessionError` (`StaleEpochError`, `VersionError`); close with its code then."""
        if self.state in {State.LEAVING, State.OVER}:
            return []
        self._note("<", frame)
        state = self._next(self.RECEIVES, frame, "may not be received")
        self._check_epoch(frame, epoch)
        self._heard = now
        events = self._accept(frame, now)
        self.state = state
        return events

    def send(self, frame: AnyFrame) -> list[Event]:
        """The application wants to send `frame`. Raises `SessionError` when it may not be sent in this state."""
        state = self._next(self.SENDS, frame, "may not be sent")
        self._note(">", frame)
        events = self._emit(frame)
        self.state = state
        return events

    def committed(self, frame: AnyFrame, *, more: bool) -> list[Event]:
        """The application has taken over a delivered `frame`. `more`: another one is waiting to be delivered."""
        del frame, more
        return []

    def heard(self, now: float) -> None:
        """The peer is alive though nothing was read: the shell itself has paused reading."""
        self._heard = now

    def deadline(self) -> float | None:
        """When `tick` has to be called, or None when the session is over."""
        if self.state in {State.NEW, State.GREETED}:
            return self._greeting_until
        if self.state is State.OPEN:
            return min(self._silent_at, self._next_beat)
        return None

    def tick(self, now: float) -> list[Event]:
        """Time has passed: the heartbeat that is due, or the end because the peer is silent."""
        if self.state in {State.NEW, State.GREETED} and now >= self._greeting_until:
            self.state = State.OVER
            return [Ended("link.hello_timeout", f"no greeting within {HELLO_TIMEOUT:g} s")]
        if self.state is not State.OPEN:
            return []
        if now >= self._silent_at:
            self.state = State.OVER
            return [Ended("link.silent", f"the peer has been silent for {now - self._heard:.1f} s")]
        return [] if now < self._next_beat else self.beat(now)

    def beat(self, now: float) -> list[Event]:
        """A heartbeat now, whether it is due or not: tells the peer that we live though we do not read."""
        if self.state is not State.OPEN:
            return []
        self._beats += 1
        self._beat_at = now
        sent_ms = self._wall_ms + int((now - self._started) * 1000)
        return [Transmit(Heartbeat(seq=self._beats, sent_ms=sent_ms), self.epoch)]

    def validate(self) -> None:
        """Invariants, for tests: raises `AssertionError`."""
        assert (self.epoch > 0) or self.state is not State.OPEN, "open without an epoch"
        assert self._heard >= self._started
        assert self._beat_at >= self._started
        assert len(self._history) <= HISTORY

    @property
    def history(self) -> tuple[str, ...]:
        """The last frames, oldest first: `<` came in, `>` went out."""
        return tuple(self._history)

    # --- what the sides add -------------------------------------------------------------------------------------------

    @abstractmethod
    def _accept(self, frame: AnyFrame, now: float) -> list[Event]:
        """Events of a frame that the table allows in this state."""

    def _emit(self, frame: AnyFrame) -> list[Event]:
        return [Transmit(frame, self.epoch)]

    @property
    @abstractmethod
    def _next_beat(self) -> float:
        """When our next heartbeat is due."""

    # --- shared ------------------------------------------------------------------------------------------------------

    def _accept_shared(self, frame: AnyFrame, now: float) -> list[Event]:
        """Heartbeats, goodbye; everything else is the application's."""
        if isinstance(frame, Heartbeat):
            return [Transmit(HeartbeatAck(seq=frame.seq, sent_ms=frame.sent_ms), self.epoch)]
        if isinstance(frame, HeartbeatAck):
            if frame.seq > self._beats:
                raise self._error(f"answer to heartbeat {frame.seq}, which was not sent")
            if frame.seq == self._beats:
                self.latency = now - self._beat_at
            return []
        if isinstance(frame, Goodbye):
            return [Ended.of(frame)]
        return [Deliver(frame)]

    @property
    def _silent_at(self) -> float:
        return self._heard + self.heartbeat * HEARTBEAT_MISSED

    def _next(self, table: Table, frame: AnyFrame, what: str) -> State:
        state = table.get((self.state, type(frame)))
        if state is None:
            raise self._error(f"{type(frame).__name__} {what} in state {self.state}")
        return state

    def _check_epoch(self, frame: AnyFrame, epoch: int) -> None:
        if epoch == self.epoch:
            return
        if epoch < self.epoch:
            raise StaleEpochError(f"{type(frame).__name__} of epoch {epoch}; this connection's is {self.epoch}")
        raise self._error(f"{type(frame).__name__} of epoch {epoch}; this connection's is {self.epoch}")

    def _note(self, direction: str, frame: AnyFrame) -> None:
        self._history.append(direction + type(frame).__name__)

    def _error(self, message: str) -> SessionError:
        return SessionError(f"{message} (last frames: {' '.join(self._history) or 'none'})")


def keep(state: State, *kinds: type[Frame]) -> Table:
    """Rows of a table: these frames leave the state as it is."""
    return {(state, kind): state for kind in kinds}

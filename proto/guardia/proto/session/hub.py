"""The hub's side of a session."""

from __future__ import annotations

import math
from typing import ClassVar

from guardia.proto import version
from guardia.proto.errors import VersionError
from guardia.proto.frames import (
    Goodbye,
    Heartbeat,
    HeartbeatAck,
    Hello,
    Output,
    OutputAck,
    Result,
    ResultAck,
    Welcome,
)
from guardia.proto.limits import HEARTBEAT, MAX_FRAME, OUTPUT_WINDOW
from guardia.proto.session.agent import TO_AGENT, TO_HUB
from guardia.proto.session.events import Deliver, Event, Greeted, Transmit
from guardia.proto.session.machine import AnyFrame, Session, State, Table, keep

MAX_STEPS = 4_096
"""Steps of one connection whose output may be open at once."""


class _Progress:
    """Output of one step on this connection: the newest chunk received, committed and acknowledged."""

    __slots__ = ("acked", "committed", "received")

    def __init__(self, before: int) -> None:
        self.received = self.committed = self.acked = before


class HubSession(Session):
    """Waits for the hello, welcomes, answers heartbeats; acknowledges only what was committed.

    Output of a step starts on a connection with any chunk (what came before was taken over on an earlier connection, or
    was dropped while there was none) and then goes on without gaps; a chunk that comes again is ignored.
    """

    RECEIVES: ClassVar[Table] = {
        (State.NEW, Hello): State.GREETED,
        (State.NEW, Goodbye): State.OVER,
        (State.GREETED, Goodbye): State.OVER,
        (State.OPEN, Goodbye): State.OVER,
        **keep(State.OPEN, *TO_HUB, Heartbeat, HeartbeatAck),
    }
    SENDS: ClassVar[Table] = {
        (State.GREETED, Welcome): State.OPEN,
        (State.NEW, Goodbye): State.LEAVING,
        (State.GREETED, Goodbye): State.LEAVING,
        (State.OPEN, Goodbye): State.LEAVING,
        **keep(State.OPEN, *(kind for kind in TO_AGENT if kind not in {ResultAck, OutputAck})),
    }

    def __init__(
        self, now: float, *, wall_ms: int = 0, heartbeat: float = HEARTBEAT, output_window: int = OUTPUT_WINDOW
    ) -> None:
        super().__init__(now, wall_ms=wall_ms, heartbeat=heartbeat)
        self.output_window = output_window
        self._output: dict[str, _Progress] = {}
        self._due: set[str] = set()
        """Steps with committed chunks that are not acknowledged."""
        self._under_way = 0
        """Chunks received and not acknowledged."""
        self._results: dict[str, int] = {}
        """Step to the number of its results that were delivered and are not committed."""

    def welcome(self, epoch: int, now: float) -> list[Event]:
        """Let the agent in, under `epoch`. Call after `Greeted`."""
        frame = Welcome(
            epoch=epoch,
            hub_time_ms=self._wall_ms + int((now - self._started) * 1000),
            heartbeat_ms=max(1, round(self.heartbeat * 1000)),
            output_window=self.output_window,
            max_frame=MAX_FRAME,
            protocol_major=version.MAJOR,
            protocol_minor=version.MINOR,
        )
        self._heard = now
        return self.send(frame)

    def _emit(self, frame: AnyFrame) -> list[Event]:
        if isinstance(frame, Welcome):
            self.epoch = frame.epoch
        return [Transmit(frame, self.epoch)]

    def _accept(self, frame: AnyFrame, now: float) -> list[Event]:
        if isinstance(frame, Hello):
            _check_version(frame)
            return [Greeted(frame)]
        if isinstance(frame, Output):
            return self._accept_output(frame)
        if isinstance(frame, Result):
            self._results[frame.step_id] = self._results.get(frame.step_id, 0) + 1
        return self._accept_shared(frame, now)

    def _accept_output(self, chunk: Output) -> list[Event]:
        progress = self._output.get(chunk.step_id)
        if progress is None:
            if len(self._output) >= MAX_STEPS:  # those that are acknowledged to their end need not be remembered
                self._output = {step: each for step, each in self._output.items() if each.acked < each.received}
            if len(self._output) >= MAX_STEPS:
                raise self._error(f"output of more than {MAX_STEPS} steps at once")
            progress = self._output[chunk.step_id] = _Progress(chunk.seq - 1)
        if chunk.seq <= progress.received:
            return []
        if chunk.seq != progress.received + 1:
            raise self._error(f"chunk {chunk.seq} of step {chunk.step_id} after {progress.received}")
        if self._under_way >= self.output_window:
            raise self._error(f"more than {self.output_window} chunks of output under way")
        progress.received = chunk.seq
        self._under_way += 1
        return [Deliver(chunk)]

    def committed(self, frame: AnyFrame, *, more: bool) -> list[Event]:
        """A result is acknowledged at once; chunks together, when no more wait or a quarter of the window is due.

        Raises `SessionError` for a frame that was not delivered.
        """
        events: list[Event] = []
        if isinstance(frame, Result):
            events = self._committed_result(frame)
        elif isinstance(frame, Output):
            events = self._committed_output(frame, more=more)
        if not more and self._due:  # whatever the last frame was: nothing comes by which these would be acknowledged
            events += [event for step_id in sorted(self._due) for event in self._acknowledge(step_id)]
        return events

    def _committed_result(self, result: Result) -> list[Event]:
        waiting = self._results.pop(result.step_id, 0)
        if not waiting:
            raise self._error(f"a result of step {result.step_id} was committed, but not delivered")
        if waiting > 1:
            self._results[result.step_id] = waiting - 1
        events = self._acknowledge(result.step_id)
        progress = self._output.get(result.step_id)
        if progress is not None and progress.received == progress.acked:
            del self._output[result.step_id]
        return [*events, Transmit(ResultAck(step_id=result.step_id), self.epoch)]

    def _committed_output(self, chunk: Output, *, more: bool) -> list[Event]:
        progress = self._output.get(chunk.step_id)
        if progress is None or not progress.committed < chunk.seq <= progress.received:
            raise self._error(f"chunk {chunk.seq} of step {chunk.step_id} was committed, but not delivered")
        progress.committed = chunk.seq
        self._due.add(chunk.step_id)
        due = progress.committed - progress.acked
        if more and due < max(1, self.output_window // 4):
            return []
        return [event for step_id in sorted(self._due) for event in self._acknowledge(step_id)]

    def _acknowledge(self, step_id: str) -> list[Event]:
        progress = self._output.get(step_id)
        if progress is None or progress.committed == progress.acked:
            return []
        self._under_way -= progress.committed - progress.acked
        progress.acked = progress.committed
        self._due.discard(step_id)
        return [Transmit(OutputAck(step_id=step_id, seq=progress.acked), self.epoch)]

    @property
    def _next_beat(self) -> float:
        return math.inf  # the agent's heartbeats, and our answers, tell both sides all that there is to know

    def validate(self) -> None:
        super().validate()
        due = 0
        for progress in self._output.values():
            assert progress.acked <= progress.committed <= progress.received
            due += progress.received - progress.acked
        assert due == self._under_way <= self.output_window
        assert self._due == {step for step, progress in self._output.items() if progress.acked < progress.committed}
        assert all(waiting > 0 for waiting in self._results.values())


def _check_version(hello: Hello) -> None:
    major, minor = hello.protocol_major, hello.protocol_minor
    if major == version.MAJOR and abs(minor - version.MINOR) <= version.SKEW:
        return
    raise VersionError(
        f"the agent speaks protocol {major}.{minor}, the hub {version.MAJOR}.{version.MINOR}:"
        f" {'update the agent' if (major, minor) < (version.MAJOR, version.MINOR) else 'update the hub'}"
    )

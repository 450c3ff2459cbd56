"""What agents say of one request's steps, gathered: whatever has come while a commit was under way is one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from guardia.proto.frames import Accepted, ProbeResult, Refused, Result, Started

StepFrame = Accepted | Started | Refused | Result | ProbeResult

MAX_UNSETTLED = 64
"""Frames of one agent that may be taken over without waiting for their commit."""


class Said:
    """One frame. `settled` is done when its events are committed, or holds why they are not."""

    __slots__ = ("agent_id", "frame", "settled")

    def __init__(self, agent_id: str, frame: StepFrame) -> None:
        self.agent_id = agent_id
        self.frame = frame
        self.settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, error: BaseException | None = None) -> None:
        if self.settled.done():
            return
        if error is None:
            self.settled.set_result(None)
        else:
            self.settled.set_exception(error)


class Lanes:
    """One lane a request; `record` writes down what has gathered in one and settles each of them.

    A fan-out to a thousand agents is three thousand frames: one by one each would write the whole request again.
    """

    def __init__(
        self,
        record: Callable[[str, list[Said]], Awaitable[None]],
        *,
        beside: Callable[[Awaitable[None], str], None],
        fail: Callable[[str], None],
        gather: float,
    ) -> None:
        """`beside` runs a lane as a task that is waited for before the store closes; `fail` is told of an agent one of
        whose frames could not be taken over after it was no longer waited for. `gather`: seconds that what needs no
        acknowledgement waits for more, since a quick step says three things within a few milliseconds, and its result
        would otherwise wait behind the commit of its start."""
        self._record = record
        self._beside = beside
        self._fail = fail
        self._gather = gather
        self._said: dict[str, list[Said]] = {}
        self._working: dict[str, asyncio.Event] = {}
        """Lanes that are being worked off; the event is set when somebody waits for the commit."""
        self._unsettled: dict[str, set[Said]] = {}

    def take_now(self, request_id: str, agent_id: str, frame: Accepted | Started) -> bool:
        """Take over what needs no acknowledgement without waiting for its commit; False: too much is under way.

        Should it not be recorded, `fail` is told.
        """
        under_way = self._unsettled.setdefault(agent_id, set())
        if len(under_way) >= MAX_UNSETTLED:
            return False
        said = self._add(request_id, agent_id, frame)
        under_way.add(said)
        said.settled.add_done_callback(lambda _: self._over(said))
        return True

    async def take(self, request_id: str, agent_id: str, frame: StepFrame) -> None:
        """Returns when the frame is committed; for what needs no acknowledgement, at once, as long as not too many
        are under way. Raises what `record` raised."""
        if isinstance(frame, Accepted | Started) and self.take_now(request_id, agent_id, frame):
            return
        said = self._add(request_id, agent_id, frame)
        self._working[request_id].set()
        await said.settled

    def _add(self, request_id: str, agent_id: str, frame: StepFrame) -> Said:
        said = Said(agent_id, frame)
        self._said.setdefault(request_id, []).append(said)
        if request_id not in self._working:
            pressing = self._working[request_id] = asyncio.Event()
            self._beside(self._work(request_id, pressing), f"record {request_id}")
        return said

    def _over(self, said: Said) -> None:
        mine = self._unsettled[said.agent_id]
        mine.discard(said)
        if not mine:
            del self._unsettled[said.agent_id]
        if not said.settled.cancelled() and said.settled.exception() is not None:
            self._fail(said.agent_id)

    async def settled(self, agent_id: str) -> None:
        """Wait until nothing that the agent said is under way; errors are told elsewhere."""
        waiting = [said.settled for said in self._unsettled.get(agent_id, ())]
        if waiting:
            self.press()
            await asyncio.wait(waiting)

    def press(self) -> None:
        """Record now what has come."""
        for pressing in self._working.values():
            pressing.set()

    async def _work(self, request_id: str, pressing: asyncio.Event) -> None:
        try:
            while request_id in self._said:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._gather):
                        await pressing.wait()
                pressing.clear()
                batch = self._said.pop(request_id)
                try:
                    await self._record(request_id, batch)
                except BaseException as error:
                    for said in batch:
                        said.settle(error)
                    if not isinstance(error, Exception):
                        raise
        finally:
            self._working.pop(request_id, None)
            for said in self._said.pop(request_id, ()):  # only when this task was cancelled
                said.settled.cancel()

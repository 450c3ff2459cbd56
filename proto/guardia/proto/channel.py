"""An open session on a transport: the asyncio shell that both sides and every transport share.

Reading, writing and the application's work do not wait for one another, so a slow handler never delays a heartbeat. A
task writes while something waits to be written, another works while something waits for the application, and a third
one reads, unless the transport brings its messages by itself (`PushTransport`): of thousands of connections most are
idle. Frames reach the application one at a time, in order; what it has not taken over is not acknowledged. Every queue
is bounded: a full inbox stops reading, a full outbox makes senders wait.
"""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol, cast, runtime_checkable

from guardia.proto.codec import AnyFrame, decode, encode
from guardia.proto.errors import ProtoError
from guardia.proto.frames import Goodbye
from guardia.proto.limits import HEARTBEAT_MISSED
from guardia.proto.session import Deliver, Ended, Event, Lanes, Session, Transmit, is_control

INBOX = 64
"""Frames that wait for the application."""

FAREWELL = 0.5
"""Seconds that a goodbye may take before the connection is cut."""


STALLED = 0.5
"""Heartbeats by which the timer may be late before that counts as a stall of our own, not as the peer's silence."""

CLOSED = "link.closed"
"""Code of an end without a reason: the connection was cut."""


class TransportClosedError(Exception):
    """The connection is gone; the message says why."""


class Transport(Protocol):
    """One connection that carries whole messages in order."""

    async def recv(self) -> bytes:
        """The next message. Raises `TransportClosedError`."""
        ...

    async def send(self, data: bytes) -> None:
        """Write a message, waiting while the peer does not read; one at a time. Raises `TransportClosedError`."""
        ...

    def abort(self) -> None:
        """Cut the connection at once, without waiting for the peer."""
        ...


@runtime_checkable
class PushTransport(Transport, Protocol):
    """A transport that can also do without a task for each direction. What is only possible by waiting is left to
    `recv` and `send`."""

    def write_now(self, data: bytes) -> bool:
        """Write a message when that needs no waiting; False: nothing was written."""
        ...

    def push_to(self, take: Callable[[bytes], None], lost: Callable[[str], None]) -> bool:
        """From now on call `take` with each message, and `lost` with the reason when the connection is gone.

        False: something has come before, a message or the end, and `recv` has to be asked for it until it raises.
        """
        ...

    def pause(self) -> None:
        """Read nothing until `resume`; a few messages that were read already may still come."""
        ...

    def resume(self) -> None: ...


@functools.cache
def _pushes(kind: type) -> bool:
    """Is a transport of this type a `PushTransport`? Looked at once a type: it takes longer than most of a channel."""
    return issubclass(kind, PushTransport)


class Clock(Protocol):
    def monotonic(self) -> float: ...


class Channel:
    """One open connection. Create it when the session is `OPEN`, await `run()`; `end()` ends it from anywhere.

    `deliver` is the application: it is awaited for each delivered frame and returns when the frame is taken over; an
    exception of it ends the channel (`failure` holds it) and nothing is acknowledged. `observe` sees every event
    other than `Transmit` first and returns True for those that it has dealt with; it must not block. `take` may take
    over a frame at once, in `deliver`'s place, and returns whether it has; it is asked when nothing waits before it.
    """

    def __init__(
        self,
        session: Session,
        transport: Transport,
        clock: Clock,
        deliver: Callable[[AnyFrame], Awaitable[None]],
        observe: Callable[[Event], bool] = lambda _: False,
        *,
        take: Callable[[AnyFrame], bool] = lambda _: False,
    ) -> None:
        self.session = session
        self.failure: Exception | None = None
        """What the application raised."""
        self.ended: Ended | None = None
        self._transport = transport
        self._clock = clock
        self._deliver = deliver
        self._observe = observe
        self._take = take
        self._push = cast(PushTransport, transport) if _pushes(type(transport)) else None
        self._running = False
        self._working = True
        """The application is busy, or something waits for it."""
        self._writing = False
        """The writer is busy, or something waits for it."""
        self._writer: asyncio.Task[None] | None = None
        self._lanes = Lanes()
        self._inbox: deque[AnyFrame] = deque()
        self._room_in = asyncio.Event()
        self._senders: deque[asyncio.Event] = deque()
        """Of those who wait for room in the outbox, who came first at its head. Who is here is not overtaken."""
        self._moved = 0
        """Frames that were taken over or written."""
        self._over: asyncio.Future[None] | None = None
        """What `run` waits for."""
        self._gone: asyncio.Future[None] | None = None
        """What a farewell waits for: that the peer closes."""
        self._drain = False
        """Frames that came before a regular end are still worked off."""
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        """When it fires, on time."""
        self._pausing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        """What reads, writes or works at the moment."""
        self._farewells: set[asyncio.Task[None]] = set()

    # --- for the owner ------------------------------------------------------------------------------------------------

    async def run(self, before: Callable[[], Awaitable[None]] | None = None) -> Ended:
        """Serve the connection until it ends, and say why. `before` runs ahead of the first delivered frame.

        When this returns, the transport is cut and no call of `deliver` is under way. Cancelling cuts at once.
        """
        self._running = True
        self._arm()
        if self._push is None or not self._push.push_to(self._pushed, self._lost):
            self._begin(self._read())
        if self._writing:
            self._writer = self._begin(self._write())
        try:
            await self._work_off(before)
            if self.ended is None:
                self._over = asyncio.get_running_loop().create_future()
                await self._over
            if self._farewells:
                await asyncio.wait(self._farewells)
            self._transport.abort()
            if self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._transport.abort()
            if self._timer is not None:
                self._timer.cancel()
            tasks = (*self._tasks, *self._farewells)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert self.ended is not None
        return self.ended

    @property
    def room(self) -> bool:
        """Would `send` not have to wait?"""
        return not self._lanes.full and not self._senders

    async def send(self, frame: AnyFrame) -> None:
        """Queue `frame` for the wire; waits while the outbox is full, and while others do: first come, first served.

        Raises `TransportClosedError` when the channel is over (or ends while waiting), `SessionError` and `FrameError`
        when the frame may not be sent.
        """
        if self.room:
            self.send_nowait(frame)
        else:
            await self._in_turn(lambda: self.send_nowait(frame))

    def send_nowait(self, frame: AnyFrame) -> None:
        """Like `send`, without waiting for room: for frames whose number is bounded elsewhere (output, results)."""
        if self.ended is not None:
            raise TransportClosedError(self.ended.message)
        data = encode(frame, self.session.epoch)  # first: what cannot travel must not be counted as sent
        for event in self.session.send(frame):
            if type(event) is Transmit and event.frame is frame:
                self._put(data, control=is_control(frame))
            else:
                self.carry_out((event,))

    def carry_out(self, events: Iterable[Event]) -> None:
        """Do what the session asks for."""
        for event in events:
            if type(event) is Transmit:
                self._put(encode(event.frame, event.epoch), control=is_control(event.frame))
            elif self._observe(event):
                continue
            elif type(event) is Deliver:
                if not self._working and self.ended is None and self._take(event.frame):
                    self.carry_out(self.session.committed(event.frame, more=False))
                    continue
                self._inbox.append(event.frame)
                if not self._working:
                    self._working = True
                    self._begin(self._work_off())
            elif type(event) is Ended:
                self.end(event, goodbye=False)

    def end(self, why: Ended, *, goodbye: bool) -> None:
        """End the channel; the first reason stands. With `goodbye` the peer is told, for at most `FAREWELL` seconds."""
        if self.ended is not None:
            return
        self.ended = why
        self._drain = why.by_peer or why.code == CLOSED
        farewell = self._say(why) if goodbye else None
        self._lanes.clear()
        for sender in self._senders:
            sender.set()
        self._room_in.set()
        if farewell is None:
            self._transport.abort()
        else:
            task = asyncio.get_running_loop().create_task(self._part(farewell))
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)
        if self._over is not None and not self._over.done():
            self._over.set_result(None)

    def give_up(self, why: Ended) -> None:
        """End a channel that will not `run`; the transport is left to who opened it, who may still write to it."""
        if self.ended is None:
            self.ended = why

    def _put(self, data: bytes, *, control: bool) -> None:
        if self.ended is not None:
            return
        if control and self._lanes.choked:
            self.end(Ended("link.choked", "the peer does not read"), goodbye=False)
            return
        if not self._writing and self._push is not None and self._push.write_now(data):
            self._moved += 1
            return
        self._lanes.put(data, control=control)
        if not self._writing:
            self._writing = True
            if self._running:
                self._writer = self._begin(self._write())

    async def _in_turn(self, put: Callable[[], None]) -> None:
        """Call `put` once there is room in the outbox, or the channel is over, and nobody waits who came before."""
        turn = asyncio.Event()
        self._senders.append(turn)
        try:
            while self.ended is None and (self._senders[0] is not turn or self._lanes.full):
                turn.clear()
                await turn.wait()
            put()
        finally:
            self._senders.remove(turn)
            self._let_one_send()

    def _let_one_send(self) -> None:
        if self._senders and not self._lanes.full:
            self._senders[0].set()

    # --- tasks --------------------------------------------------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._stopped)
        return task

    def _say(self, why: Ended) -> bytes | None:
        frame = Goodbye(
            code=why.code[:64], message=why.message[:1000], retry_after_ms=why.retry_after_ms, final=why.final
        )
        try:
            events = self.session.send(frame)
            return next((encode(event.frame, event.epoch) for event in events if type(event) is Transmit), None)
        except ProtoError:
            return None  # the session is over already: there is nobody to tell

    async def _part(self, farewell: bytes) -> None:
        try:
            async with asyncio.timeout(FAREWELL):
                self._gone = asyncio.get_running_loop().create_future()
                if self._writer is not None:
                    await asyncio.wait((self._writer,))  # a transport writes one message at a time
                await self._transport.send(farewell)
                if self._running:  # closing with unread input would reset the connection under the goodbye
                    await self._gone
        except (TransportClosedError, TimeoutError):
            pass  # the goodbye is a courtesy; the reason stands in `ended`
        finally:
            self._transport.abort()

    async def _read(self) -> None:
        recv = self._transport.recv
        try:
            while True:
                data = await recv()
                if self.ended is not None:
                    continue  # our goodbye is under way: read on until the peer closes, so that it is not lost
                self._take_in(data)
                if len(self._inbox) >= INBOX:
                    await self._pause()
        except TransportClosedError as error:
            self._lost(str(error))

    def _lost(self, reason: str) -> None:
        """There is nothing more to read."""
        self.end(Ended(CLOSED, reason), goodbye=False)
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def _take_in(self, data: bytes) -> None:
        try:
            epoch, frame = decode(data)
            self.carry_out(self.session.receive(frame, epoch, self._clock.monotonic()))
        except ProtoError as error:
            self.end(Ended(error.code, str(error)), goodbye=True)

    def _pushed(self, data: bytes) -> None:
        """A message that the transport brought by itself. It may not raise: nobody would hear of it."""
        if self.ended is not None:
            return  # our goodbye is under way
        try:
            self._take_in(data)
        except Exception as error:  # noqa: BLE001 - as for a task that died of what it does not expect
            self._internal(error)
        if len(self._inbox) >= INBOX and self.ended is None and self._pausing is None and self._push is not None:
            self._push.pause()
            self._pausing = self._begin(self._hold())

    async def _hold(self) -> None:
        assert self._push is not None
        try:
            await self._pause()
        finally:
            self._pausing = None
            self._push.resume()

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """A task that died of what it does not expect must not leave a connection that looks alive."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._internal(error)

    def _internal(self, error: Exception) -> None:
        self.failure = error
        self.end(Ended("link.internal", f"{type(error).__name__}: {error}"), goodbye=True)

    async def _pause(self) -> None:
        """Wait for room in the inbox. Meanwhile the peer's heartbeats go unread and unanswered, so beat instead.

        Both sides can stand like this, each until the other reads; no heartbeat would ever end that. A slow application
        alone does not: our beats are still written then.
        """
        moved, still = self._moved, 0
        while len(self._inbox) >= INBOX and self.ended is None:
            self._room_in.clear()
            try:
                async with asyncio.timeout(self.session.heartbeat):
                    await self._room_in.wait()
            except TimeoutError:
                still = still + 1 if moved == self._moved else 0
                if still >= HEARTBEAT_MISSED:
                    self.end(Ended("link.choked", "neither side reads what the other sends"), goodbye=False)
                    return
                moved = self._moved
                self.carry_out(self.session.beat(self._clock.monotonic()))
            self.session.heard(self._clock.monotonic())

    async def _write(self) -> None:
        lanes, send = self._lanes, self._transport.send
        try:
            while self.ended is None:
                data = lanes.take()
                if data is None:
                    self._writing = False
                    return
                self._let_one_send()
                await send(data)
                self._moved += 1
        except TransportClosedError as error:
            self.end(Ended(CLOSED, str(error)), goodbye=False)

    async def _work_off(self, before: Callable[[], Awaitable[None]] | None = None) -> None:
        try:
            if before is not None:
                await before()
            while self._inbox and (self.ended is None or self._drain):
                await self._take_over(self._inbox.popleft())
            self._working = False
        except ProtoError as error:
            self.failure = error
            self.end(Ended(error.code, str(error)), goodbye=True)
        except Exception as error:  # the owner logs it; the peer learns only that it happened  # noqa: BLE001
            self.failure = error
            self.end(Ended("link.handler_failed", "the other side could not take over a frame"), goodbye=True)

    async def _take_over(self, frame: AnyFrame) -> None:
        await self._deliver(frame)
        self._moved += 1
        if not self._room_in.is_set() and len(self._inbox) < INBOX // 2:
            self._room_in.set()
        acknowledgements = self.session.committed(frame, more=bool(self._inbox))
        if acknowledgements and self.ended is None:
            if self._lanes.full or self._senders:
                await self._in_turn(lambda: self.carry_out(acknowledgements))
            else:
                self.carry_out(acknowledgements)

    # --- time ---------------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """One timer; it is not moved for every frame, but looks at the deadline again when it fires."""
        deadline = self.session.deadline()
        if deadline is None or self.ended is not None:
            return
        self._due = deadline
        delay = max(0.0, deadline - self._clock.monotonic())
        self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        if now - self._due > self.session.heartbeat * STALLED:
            # We stood still (a paused machine, a long pause of the loop): what the peer has said meanwhile is unread.
            self.session.heard(now)
        self.carry_out(self.session.tick(now))
        self._arm()

"""The agent's link: dials out, says hello, and comes back for as long as the agent lives."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

import msgspec
import structlog

from guardia.agent.core import reconnect
from guardia.agent.errors import LinkError
from guardia.agent.link.failures import link_error
from guardia.agent.ports import Clock, LinkHandler
from guardia.proto import version
from guardia.proto.channel import Channel, Transport, TransportClosedError
from guardia.proto.codec import AnyFrame, decode, encode
from guardia.proto.errors import ProtoError
from guardia.proto.frames import AgentFrame, Facts, Hello, HubFrame, JournalEntry, Output, Result, ResultAck
from guardia.proto.limits import HELLO_TIMEOUT, MAX_JOURNAL_SUMMARY
from guardia.proto.session import AgentSession, Credit, Deliver, Ended, Event, Opened, OutputWindow, Transmit

_log = structlog.get_logger(__name__)

STEADY = 30.0
"""A connection that lived for so many seconds starts the waiting times anew."""

_STOPPING = Ended("agent.stopping", "the agent is stopping")

MAX_HELD_RESULTS = 128
"""Results held here while they cannot be sent; older ones come from the journal after the welcome."""


T = TypeVar("T")


class _ClosedError(Exception):
    """`close` was called while a connection was being opened."""


class ReconnectingLink(ABC):
    """Implements `guardia.agent.ports.HubLink` over what `_dial` opens; a subclass for each transport.

    `url` is the hub's address, of the transport's scheme; `hello_factory` makes the hello from the journal's summary;
    `rng` gives a random number from 0 to 1.
    """

    def __init__(
        self,
        url: str,
        handler: LinkHandler,
        *,
        hello_factory: Callable[[tuple[JournalEntry, ...]], Hello],
        clock: Clock,
        rng: Callable[[], float],
    ) -> None:
        self._url = url
        self._handler = handler
        self._hello = hello_factory
        self._clock = clock
        self._rng = rng
        self._channel: Channel | None = None
        self._window = OutputWindow()
        self._results: dict[str, Result] = {}
        self._output_order = asyncio.Lock()
        self._credit = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hub_minor = 0
        self.last_error: LinkError | None = None
        """Why there is no connection, for `guardia-agent status`; None while connected."""

    @property
    def connected(self) -> bool:
        """The hub has welcomed us and the connection is not known to be lost."""
        return self._channel is not None and self._channel.ended is None

    @property
    def hub_minor(self) -> int:
        """Minor version that the hub named in its welcome; 0 for a hub that names none, and while not connected."""
        return self._hub_minor if self.connected else 0

    async def send(self, frame: AgentFrame) -> None:
        """Hand over for the wire.

        A `Result` is held and sent until the hub acknowledges it. An `Output` waits while the hub's window is full and
        while there is no connection; a cancelled call has not taken the chunk over, so its `seq` is used for the next
        one. Everything else is dropped while there is no connection: the journal holds what matters. Raises
        `FrameError` for a frame that cannot travel, `SessionError` for one out of order.
        """
        if isinstance(frame, Output):
            await self._send_output(frame)
            return
        if isinstance(frame, Result):
            encode(frame, 0)  # refused now, not at some later connection
            self._results[frame.step_id] = frame
            if len(self._results) > MAX_HELD_RESULTS:
                del self._results[next(iter(self._results))]
        await self._try_send(frame)

    async def run(self) -> None:
        """Dial, serve, wait, dial again, until `close`. Raises `LinkError` when the hub said not to come back."""
        attempt = 0
        while not self._stopping.is_set():
            started = self._clock.monotonic()
            ended = await self._serve_once()
            if ended.final:
                raise self._failed(ended)
            attempt = 0 if self._clock.monotonic() - started > STEADY else attempt + 1
            seconds = reconnect.delay(attempt, self._rng(), ended.retry_after_ms)
            _log.info("link.waiting", seconds=round(seconds, 2), attempt=attempt, code=ended.code)
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        """Say goodbye; `run` returns, also when a connection is being opened: that is given up."""
        self._stopping.set()
        if self._channel is not None:
            self._channel.end(_STOPPING, goodbye=True)

    # --- sending ------------------------------------------------------------------------------------------------------

    async def _try_send(self, frame: AgentFrame) -> None:
        channel = self._channel
        if channel is None or (isinstance(frame, Facts) and self._hub_minor < version.FACTS_SINCE):
            return  # an older hub would end the connection over a frame that it does not know
        try:
            await channel.send(frame)
        except TransportClosedError as error:
            _log.debug("link.dropped", frame=type(frame).__name__, reason=str(error))

    async def _send_output(self, chunk: Output) -> None:
        encode(chunk, 0)  # refused now: a chunk that cannot travel must not be held
        async with self._output_order:  # first come, first served: a step's chunks stay in order
            while (channel := self._channel) is None or channel.ended is not None or self._window.full:
                self._credit.clear()
                await self._credit.wait()
            channel.send_nowait(chunk)

    # --- one connection -----------------------------------------------------------------------------------------------

    @abstractmethod
    async def _dial(self) -> Transport:
        """Open a connection with the certificate and the trusted roots as they are now, so that renewed ones take
        effect by themselves. Raises `LinkError`, or `OSError` (`ssl.SSLError`) when they cannot be read."""

    async def _serve_once(self) -> Ended:
        """One connection from the dial to its end; every failure becomes an `Ended`."""
        try:
            transport = await self._unless_closed(self._dial())
        except _ClosedError:
            return _STOPPING
        except LinkError as error:
            return self._not_connected(error)
        except OSError as error:  # key or certificate cannot be read
            return self._not_connected(link_error(error, self._url))
        try:
            session = AgentSession(self._clock.monotonic(), wall_ms=self._clock.now_ms(), window=self._window)
            async with asyncio.timeout(HELLO_TIMEOUT):
                events = await self._unless_closed(self._greet(session, transport))
            match events[0]:
                case Opened(welcome):
                    self._hub_minor = welcome.protocol_minor
                    return await self._serve(session, transport, events)
                case Ended() as ended:
                    self._failed(ended)
                    return ended
                case other:
                    raise AssertionError(f"{other} instead of a welcome")
        except _ClosedError:
            return _STOPPING
        except TimeoutError:
            return self._not_connected(self._error("link.timeout", "the hub did not welcome this agent in time"))
        except TransportClosedError as error:
            cause = error.__cause__
            mapped = link_error(cause.__cause__ or cause, self._url) if cause is not None else None
            if mapped is None or mapped.code == "link.error":
                mapped = self._error("link.rejected", f"{error}, before the welcome")
            return self._not_connected(mapped)
        except ProtoError as error:
            return self._not_connected(self._error(error.code, f"the hub broke the protocol: {error}"))
        finally:
            transport.abort()

    async def _unless_closed(self, opening: Coroutine[Any, Any, T]) -> T:
        """What `opening` returns; given up, with `_ClosedError`, as soon as `close` was called."""
        working = asyncio.ensure_future(opening)
        closing = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((working, closing), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise _ClosedError
            return working.result()
        finally:
            working.cancel()
            closing.cancel()
            await asyncio.gather(working, closing, return_exceptions=True)

    async def _greet(self, session: AgentSession, transport: Transport) -> list[Event]:
        journal = cast(tuple[JournalEntry, ...], await self._handler.hello_journal())
        hello = self._hello(journal[:MAX_JOURNAL_SUMMARY])
        if len(journal) > MAX_JOURNAL_SUMMARY:
            hello = msgspec.structs.replace(hello, journal_truncated=True)
        # The answer is awaited before the hello is written: a hub that is full, or does not know us, says goodbye
        # without listening, and gRPC lets no goodbye be read any more once the hello has found nobody.
        answer = asyncio.create_task(transport.recv())
        try:
            for event in session.send(hello):
                assert isinstance(event, Transmit)
                with contextlib.suppress(TransportClosedError):
                    await transport.send(encode(event.frame, event.epoch))
            epoch, frame = decode(await answer)
        finally:
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)
        return session.receive(frame, epoch, self._clock.monotonic())

    async def _serve(self, session: AgentSession, transport: Transport, events: list[Event]) -> Ended:
        channel = Channel(session, transport, self._clock, self._deliver, self._observe)

        async def announce() -> None:
            if channel.ended is not None:
                return
            for result in list(self._results.values()):
                await channel.send(result)
            await self._handler.welcomed(session.epoch)

        channel.carry_out(events[1:])
        self._channel = channel
        if self._stopping.is_set():  # `close` came while the connection was being opened, and found none to end
            channel.end(_STOPPING, goodbye=True)
        self._credit.set()
        self.last_error = None
        _log.info("link.connected", epoch=session.epoch, url=self._url)
        ended = _STOPPING
        try:
            ended = await channel.run(announce)
        finally:
            self._channel = None
            self._credit.set()
            if channel.failure is not None:
                _log.error("link.handler_failed", exc_info=channel.failure, code=ended.code)
            self._failed(ended)
            await self._handler.lost(f"{ended.code}: {ended.message}")
        return ended

    async def _deliver(self, frame: AnyFrame) -> None:
        await self._handler.received(cast(HubFrame, frame))

    def _observe(self, event: Event) -> bool:
        if isinstance(event, Credit):
            self._credit.set()
            self._handler.output_acked(event.step_id, event.seq)
            return True
        if isinstance(event, Deliver) and isinstance(event.frame, ResultAck):
            self._results.pop(event.frame.step_id, None)
        elif isinstance(event, Ended):
            self._credit.set()
        return False

    # --- failures -----------------------------------------------------------------------------------------------------

    def _error(self, code: str, message: str) -> LinkError:
        error = LinkError(f"{self._url}: {message}")
        error.code = code
        return error

    def _failed(self, ended: Ended) -> LinkError:
        self.last_error = self._error(ended.code, ended.message)
        _log.warning("link.lost", code=ended.code, reason=ended.message, final=ended.final)
        return self.last_error

    def _not_connected(self, error: LinkError) -> Ended:
        self.last_error = error
        _log.warning("link.unreachable", code=error.code, reason=str(error))
        return Ended(error.code, str(error))

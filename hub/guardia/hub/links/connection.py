"""One agent's connection after its admission."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from typing import cast

import structlog

from guardia.hub.errors import AgentOfflineError, ConflictError
from guardia.hub.ports import Clock, LinkHandler, Presence, QuickHandler
from guardia.proto.channel import Channel, Transport, TransportClosedError
from guardia.proto.frames import AgentFrame, Cancel, Explain, Explanation, HubFrame
from guardia.proto.session import Deliver, Ended, Event, HubSession

_log = structlog.get_logger(__name__)

_REFUSED = Ended("link.refused", "refused")

MAX_QUERIES = 256
"""Explanations that may be outstanding on one connection."""


@functools.cache
def _is_quick(kind: type) -> bool:
    """Looked at once a type: it takes as long as the half of what a connection is made of."""
    return issubclass(kind, QuickHandler)


class AgentConnection:
    """A session that has said hello. Made before the welcome; `run` welcomes and serves it.

    `before` is the connection that this one replaces: it is over, and the handler knows, before the handler hears
    of this one.
    """

    def __init__(
        self, session: HubSession, transport: Transport, clock: Clock, handler: LinkHandler, presence: Presence
    ) -> None:
        self.presence = presence
        self.before: AgentConnection | None = None
        self._session = session
        self._clock = clock
        self._handler = handler
        self._queries: dict[str, asyncio.Future[Explanation]] = {}
        self._welcomed = False
        self._announced = False
        self._finished = asyncio.Event()
        self._quick = cast(QuickHandler, handler) if _is_quick(type(handler)) else None
        self._channel = Channel(session, transport, clock, self._deliver, self._observe, take=self._take)

    @property
    def agent_id(self) -> str:
        return self.presence.agent_id

    @property
    def epoch(self) -> int:
        return self.presence.epoch

    @property
    def alive(self) -> bool:
        """Welcomed and not over."""
        return self._welcomed and self._channel.ended is None

    async def run(self) -> Ended:
        """Welcome the agent and serve it until the connection is over and the handler has heard of it."""
        ended = Ended("link.cancelled", "the hub is stopping")
        try:
            self._welcomed = True
            if self._channel.ended is None:
                self._channel.carry_out(self._session.welcome(self.epoch, self._clock.monotonic()))
            ended = await self._channel.run(self._announce)
        finally:
            await self._finish(ended)
        return ended

    def refuse(self) -> None:
        """The connection was made but will not run: `discard` it. Its listener tells the agent why, and closes."""
        self._channel.give_up(_REFUSED)

    async def discard(self) -> None:
        """Ends once the handler knows that the connection which this one was to replace is over."""
        if self.before is not None:
            await self.before._finished.wait()
        await self._finish(_REFUSED)

    def end(self, why: Ended, *, goodbye: bool) -> None:
        self._channel.end(why, goodbye=goodbye)

    @property
    def room(self) -> bool:
        """Would `send` not have to wait?"""
        return self._channel.room

    async def send(self, frame: HubFrame) -> None:
        """Raises `AgentOfflineError` when the connection is over."""
        try:
            if type(frame) is Cancel:  # as many as steps have left, and whoever cancels must not wait
                self._channel.send_nowait(frame)
            else:
                await self._channel.send(frame)
        except TransportClosedError as error:
            raise AgentOfflineError(f"agent {self.agent_id} has gone: {error}") from error

    async def explain(self, query: Explain, within: float) -> Explanation:
        """Raises `AgentOfflineError`, `TimeoutError`, `ConflictError` for a query id that is under way."""
        if query.query_id in self._queries or len(self._queries) >= MAX_QUERIES:
            raise ConflictError(f"query {query.query_id} of agent {self.agent_id} is under way, or too many are")
        answer: asyncio.Future[Explanation] = asyncio.get_running_loop().create_future()
        self._queries[query.query_id] = answer
        try:
            async with asyncio.timeout(within):
                await self.send(query)
                return await answer
        finally:
            del self._queries[query.query_id]
            if answer.done() and not answer.cancelled():
                answer.exception()  # looked at: the loop need not warn of it

    def _observe(self, event: Event) -> bool:
        if type(event) is not Deliver or type(event.frame) is not Explanation:
            return False
        answer = self._queries.get(event.frame.query_id)
        if answer is None or answer.done():
            _log.info("link.late_explanation", agent=self.agent_id, query=event.frame.query_id)
        else:
            answer.set_result(event.frame)
        return True

    async def _announce(self) -> None:
        if self.before is not None:
            await self.before._finished.wait()
            self.before = None
        if self._channel.ended is None:
            self._announced = True
            await self._handler.connected(self.presence)

    async def _deliver(self, frame: AgentFrame | HubFrame) -> None:
        if self._announced:
            await self._handler.received(self.agent_id, self.epoch, frame)  # type: ignore[arg-type]  # the table's

    def _take(self, frame: AgentFrame | HubFrame) -> bool:
        quick = self._quick
        return quick is not None and self._announced and quick.take(self.agent_id, frame)  # type: ignore[arg-type]

    async def _finish(self, ended: Ended) -> None:
        for answer in self._queries.values():
            if not answer.done():
                answer.set_exception(AgentOfflineError(f"agent {self.agent_id} has gone: {ended.message}"))
        context: Mapping[str, object] = {"agent": self.agent_id, "epoch": self.epoch, "code": ended.code}
        if self._channel.failure is not None:
            _log.error("link.handler_failed", exc_info=self._channel.failure, reason=ended.message, **context)
        try:
            if self._announced:
                await self._handler.lost(self.agent_id, self.epoch, f"{ended.code}: {ended.message}")
        except Exception as error:  # noqa: BLE001  # there is no connection left that could be closed: record it
            _log.error("link.handler_failed", exc_info=error, reason="lost", **context)
        finally:
            self._finished.set()
            _log.info("link.lost", reason=ended.message, **context)

"""The agent's link by WebSocket."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.agent.link.transport import dial
from guardia.agent.ports import Clock, LinkHandler
from guardia.proto.frames import Hello, JournalEntry
from guardia.proto.websocket import WebSocketTransport


class WebSocketLink(ReconnectingLink):
    """`url` is `wss://host:port/agent`; `ssl_context_factory` is called for every attempt."""

    def __init__(
        self,
        url: str,
        ssl_context_factory: Callable[[], ssl.SSLContext],
        handler: LinkHandler,
        *,
        hello_factory: Callable[[tuple[JournalEntry, ...]], Hello],
        clock: Clock,
        rng: Callable[[], float],
    ) -> None:
        super().__init__(url, handler, hello_factory=hello_factory, clock=clock, rng=rng)
        self._context = ssl_context_factory

    async def _dial(self) -> WebSocketTransport:
        return await dial(self._url, self._context())

"""Spooled output of steps: asked for over the link, brought by the agent on a connection of its own.

The agent dials `/outputs/<fetch id>` and sends a text message (`FetchHead`), then binary messages, at last the text
`{"done": true}`. The hub passes the messages on one at a time: it holds one, and the agent waits for the reader.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any, Protocol

import msgspec
import structlog
from websockets.exceptions import ConnectionClosed

from guardia.hub.errors import BusyError, HubError, InvalidInputError, NoOutputError, OutputUnavailableError
from guardia.hub.ports import FetchHead, Links
from guardia.proto.frames import OutputFetch, OutputRefused

_log = structlog.get_logger(__name__)

DIALLED = 15.0
"""Seconds in which the agent must have dialled, or said why not."""

STALLED = 60.0
"""Seconds in which the next chunk must come."""

WHOLE = 3600.0
"""Seconds that a connection may stay: one whose reader trickles would hold its place for ever."""

MOST = 16
"""Fetches under way."""

MAX_CHUNK = 512 * 1024


class Socket(Protocol):
    async def recv(self) -> str | bytes: ...


class _Waiting:
    """A fetch that was asked for."""

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.dialled: asyncio.Future[Socket] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()


class Fetched:
    """Output that is coming. Read `chunks` once, and `close` in any case."""

    def __init__(self, head: FetchHead, socket: Socket, over: asyncio.Event) -> None:
        self.head = head
        self._socket = socket
        self._over = over

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, in order. Raises `OutputUnavailableError` when they end before `head.length`."""
        left = self.head.length
        while left:
            message = await _next(self._socket)
            if isinstance(message, str) or len(message) > min(left, MAX_CHUNK):
                raise OutputUnavailableError(f"the agent sent something else than the {left} bytes that are missing")
            left -= len(message)
            yield message

    async def close(self) -> None:
        self._over.set()


class OutputExchange:
    """Implements `guardia.hub.ports.OutputFetches`; the agents' listener hands connections over to `serve`."""

    def __init__(self, links: Links, *, dialled: float = DIALLED) -> None:
        self._links = links
        self._dialled = dialled
        self._waiting: dict[str, _Waiting] = {}

    async def fetch(self, agent_id: str, step_id: str, *, offset: int, limit: int) -> Fetched:
        """See `ports.OutputFetches`."""
        if len(self._waiting) >= MOST:
            raise BusyError("too many outputs are being fetched", remedy="잠시 뒤에 다시 받아 주세요.")
        fetch_id = secrets.token_hex(16)
        waiting = self._waiting[fetch_id] = _Waiting(agent_id)
        try:
            await self._links.send(
                agent_id, OutputFetch(fetch_id=fetch_id, step_id=step_id, offset=offset, limit=limit)
            )
            async with asyncio.timeout(self._dialled):
                socket = await waiting.dialled
            head = await _head(socket)
            if head.offset != offset or head.length > head.size - offset or (limit and head.length > limit):
                raise OutputUnavailableError("the agent offers something else than what was asked for")
            return Fetched(head, socket, waiting.over)
        except TimeoutError:
            waiting.over.set()
            raise OutputUnavailableError("에이전트가 제때 출력을 보내지 않았습니다.") from None
        except BaseException:
            waiting.over.set()
            raise
        finally:
            if waiting.over.is_set():
                self._waiting.pop(fetch_id, None)

    async def serve(self, socket: Any, agent_id: str, fetch_id: str) -> None:
        """The agent has dialled. Returns when its output was read, or nobody wants it."""
        waiting = self._waiting.get(fetch_id)
        if waiting is None or waiting.agent_id != agent_id or waiting.dialled.done():
            _log.warning("output.unasked", agent=agent_id)
            return
        waiting.dialled.set_result(socket)
        try:
            async with asyncio.timeout(WHOLE):
                await waiting.over.wait()
        finally:
            self._waiting.pop(fetch_id, None)

    def refused(self, agent_id: str, frame: OutputRefused) -> None:
        """The agent says why it brings nothing."""
        waiting = self._waiting.get(frame.fetch_id)
        if waiting is not None and waiting.agent_id == agent_id and not waiting.dialled.done():
            waiting.dialled.set_exception(_error(frame))


def _error(frame: OutputRefused) -> HubError:
    match frame.code:
        case "output.gone" | "output.no_spool":
            return NoOutputError(frame.message)
        case "output.offset":
            return InvalidInputError(frame.message)
        case "output.busy" | "agent.busy":
            return BusyError(frame.message)
        case _:
            return OutputUnavailableError(frame.message)


async def _head(socket: Socket) -> FetchHead:
    message = await _next(socket)
    try:
        return msgspec.json.decode(message, type=FetchHead) if isinstance(message, str) else _no_head()
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise OutputUnavailableError(f"the agent's answer cannot be read: {error}") from error


def _no_head() -> FetchHead:
    raise OutputUnavailableError("the agent sent output before it said how much")


async def _next(socket: Socket) -> str | bytes:
    try:
        async with asyncio.timeout(STALLED):
            return await socket.recv()
    except (ConnectionClosed, TimeoutError) as error:
        raise OutputUnavailableError("에이전트와의 연결이 끊겨 출력이 다 오지 않았습니다.") from error

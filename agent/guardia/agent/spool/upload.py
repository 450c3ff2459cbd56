"""Brings spooled output to the hub that asked for it, on a connection of its own, so that it never delays the link.

The agent dials `/outputs/<fetch id>` on the agents' listener and sends a text message (`Head`), then binary messages,
at last the text `{"done": true}`. The hub ends the connection when it has enough.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from guardia.agent.core.spoolfile import Outline, Totals
from guardia.agent.errors import AgentError
from guardia.agent.spool.folder import Spool, scan
from guardia.proto.frames import OutputFetch, OutputRefused
from guardia.proto.limits import ARTIFACT_CHUNK, HELLO_TIMEOUT

_log = structlog.get_logger(__name__)

STALLED = 60.0
"""Seconds in which the hub must take a chunk."""

MOST = 4
"""Uploads at once."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What comes. Bytes; a gap counts with the line that stands for it."""

    size: int
    """Of all that is spooled."""
    offset: int
    """Where what is sent begins."""
    length: int
    """How much is sent."""
    gapless: bool
    """The step's whole output is there: nothing was left out when it was spooled."""
    ended: bool
    """False: the step goes on, or the agent died during it; more was or will be written."""
    totals: Totals | None


class OutputUploader:
    """`url` is the address of the agents' listener, `wss://host:port/agent` or without a path."""

    def __init__(self, url: str, ssl_context_factory: Callable[[], ssl.SSLContext], spool: Spool) -> None:
        self._url = re.sub(r"/agent/?\Z", "", url).rstrip("/")
        self._context = ssl_context_factory
        self._spool = spool
        self._under_way = 0

    async def upload(self, fetch: OutputFetch) -> OutputRefused | None:
        """Serve one fetch to its end. Returns why no connection was opened for it, or None. Never fails."""
        if self._under_way >= MOST:
            return _refused(fetch, "output.busy", "에이전트가 다른 출력을 보내는 중입니다. 잠시 뒤 다시 시도하세요.")
        self._under_way += 1
        try:
            return await self._upload(fetch)
        except (AgentError, OSError, EOFError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
            _log.warning("spool.upload_failed", step_id=fetch.step_id, reason=str(error))
            return _refused(fetch, "output.upload_failed", "에이전트가 출력을 보내지 못했습니다. 다시 시도하세요.")
        finally:
            self._under_way -= 1

    async def _upload(self, fetch: OutputFetch) -> OutputRefused | None:
        loop = asyncio.get_running_loop()
        file = await loop.run_in_executor(self._spool.look, self._spool.read, fetch.step_id)
        if file is None:
            return _gone(fetch)
        try:
            outline = await loop.run_in_executor(self._spool.look, scan, file)
            if outline is None:
                return _gone(fetch)
            if fetch.offset > outline.size:
                return _refused(fetch, "output.offset", f"출력은 {outline.size}바이트입니다.")
            await self._send(fetch, file, outline)
            return None
        finally:
            file.close()

    async def _send(self, fetch: OutputFetch, file: BinaryIO, outline: Outline) -> None:
        loop = asyncio.get_running_loop()
        length = outline.size - fetch.offset
        head = Head(
            size=outline.size,
            offset=fetch.offset,
            length=min(length, fetch.limit) if fetch.limit else length,
            gapless=outline.gapless,
            ended=outline.totals is not None,
            totals=outline.totals,
        )
        async with connect(
            f"{self._url}/outputs/{fetch.fetch_id}",
            ssl=self._context(),
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=HELLO_TIMEOUT,
            close_timeout=2,
            max_size=64 * 1024,
            max_queue=4,
            user_agent_header="guardia-agent",
        ) as socket:
            await _say(socket, msgspec.json.encode(head).decode())
            blocks = _blocks(file, outline, fetch.offset, head.length)
            while block := await loop.run_in_executor(self._spool.look, next, blocks, b""):
                await _say(socket, block)
            await _say(socket, '{"done":true}')
            async with asyncio.timeout(STALLED):
                await socket.wait_closed()  # the hub closes when it has read all of it


async def _say(socket: ClientConnection, message: str | bytes) -> None:
    async with asyncio.timeout(STALLED):
        await socket.send(message)


def _blocks(file: BinaryIO, outline: Outline, offset: int, length: int) -> Iterator[bytes]:
    """`length` bytes of the output from `offset`, in blocks of about `ARTIFACT_CHUNK`."""
    block = bytearray()
    position = 0
    for record in outline.records:
        skip = max(0, offset - position)
        position += record.length
        if skip >= record.length:
            continue
        take = min(record.length - skip, length)
        if take <= 0:
            break
        file.seek(record.offset + skip)
        block += file.read(take)
        length -= take
        if len(block) >= ARTIFACT_CHUNK - 64 * 1024:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _refused(fetch: OutputFetch, code: str, message: str) -> OutputRefused:
    return OutputRefused(fetch_id=fetch.fetch_id, code=code, message=message)


def _gone(fetch: OutputFetch) -> OutputRefused:
    return _refused(fetch, "output.gone", "에이전트의 스풀에 이 단계의 출력이 없습니다.")

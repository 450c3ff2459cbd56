"""Artifacts for agents: content-addressed files, sent in chunks from any offset.

A download is a connection of its own: first a text message `{"size": n, "offset": o}`, then binary messages, at last
the text `{"done": true}`; instead of either text, `{"error": code, "message": …}`. The agent checks the digest.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Protocol

import msgspec
import structlog

from guardia.hub.errors import ForbiddenError, HubError, InvalidInputError, NotFoundError
from guardia.hub.ports import ArtifactSource
from guardia.proto.limits import ARTIFACT_CHUNK

_log = structlog.get_logger(__name__)

STALLED = 60.0
"""Seconds in which the agent must take a chunk."""

BLOCK = 4 * ARTIFACT_CHUNK
"""Bytes that are read from the source at once: a visit to a thread for each chunk would cost a fifth of the time."""

Allow = Callable[[str, str], Awaitable[bool]]
"""`(agent id, sha256)`: does this agent have a step that needs this artifact?"""


class MessageSocket(Protocol):
    async def send(self, message: str | bytes | memoryview) -> None: ...


class ArtifactServer:
    """Sends artifacts of `source` to the agents that `allow` names for them."""

    def __init__(self, source: ArtifactSource, allow: Allow) -> None:
        self._source = source
        self._allow = allow

    async def serve(self, socket: MessageSocket, agent_id: str, sha256: str, offset: int) -> None:
        """Answer one download. Raises `TimeoutError` when the agent does not read, and what `socket.send` raises."""
        try:
            size = await self._open(agent_id, sha256, offset)
            await self._send(socket, {"size": size, "offset": offset})
            async with contextlib.aclosing(self._blocks(sha256, offset, size)) as blocks:
                async for block in blocks:
                    whole = memoryview(block)
                    for start in range(0, len(block), ARTIFACT_CHUNK):
                        async with asyncio.timeout(STALLED):
                            await socket.send(whole[start : start + ARTIFACT_CHUNK])
            await self._send(socket, {"done": True})
        except HubError as error:
            _log.warning("artifact.refused", agent=agent_id, sha256=sha256, code=error.code, reason=str(error))
            await self._send(socket, {"error": error.code, "message": str(error)})

    async def _blocks(self, sha256: str, offset: int, size: int) -> AsyncGenerator[bytes, None]:
        """What is to be sent, the next block read while this one travels."""
        ahead = asyncio.create_task(self._read(sha256, offset, size))
        try:
            while offset < size:
                block = await ahead
                offset += len(block)
                if offset < size:
                    ahead = asyncio.create_task(self._read(sha256, offset, size))
                    await asyncio.sleep(0)  # else it would begin only when a send has to wait, which is seldom
                yield block
        finally:
            ahead.cancel()

    async def _read(self, sha256: str, offset: int, size: int) -> bytes:
        length = min(BLOCK, size - offset)
        block = await self._source.read(sha256, offset, length)
        if len(block) != length:
            raise NotFoundError(f"artifact {sha256} ends at {offset + len(block)} of {size} bytes")
        return block

    async def _open(self, agent_id: str, sha256: str, offset: int) -> int:
        if not await self._allow(agent_id, sha256):
            raise ForbiddenError(f"no step of agent {agent_id} needs artifact {sha256}")
        size = await self._source.size(sha256)
        if size is None:
            raise NotFoundError(f"no artifact {sha256}")
        if offset > size:
            raise InvalidInputError(f"offset {offset} of an artifact of {size} bytes")
        return size

    async def _send(self, socket: MessageSocket, message: dict[str, Any]) -> None:
        async with asyncio.timeout(STALLED):
            await socket.send(msgspec.json.encode(message).decode())

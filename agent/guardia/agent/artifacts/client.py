"""Downloads artifacts from the hub, each on a connection of its own, so that they never delay the link."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from guardia.agent.errors import ActionError
from guardia.proto.limits import ARTIFACT_CHUNK, HELLO_TIMEOUT

STALLED = 60.0
"""Seconds without a message from the hub after which a download is cut."""

Write = Callable[[bytes], Awaitable[None]]


class DownloadCutError(ActionError):
    """The connection was lost or could not be opened; what has arrived can be resumed."""

    code = "artifact.unavailable"


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """A text message: the head, the end, or an error."""

    size: int = -1
    offset: int = -1
    done: bool = False
    error: str = ""
    message: str = ""


class ArtifactClient:
    """`url` is the address of the agents' listener without a path: `wss://host:port`."""

    def __init__(self, url: str, ssl_context_factory: Callable[[], ssl.SSLContext]) -> None:
        self._url = re.sub(r"/agent/?\Z", "", url).rstrip("/")
        self._context = ssl_context_factory

    async def download(self, sha256: str, size: int, offset: int, write: Write) -> None:
        """Await `write` for every chunk from `offset` to `size`.

        Raises `DownloadCutError` when it may be tried again from where it stopped, `ActionError` with code
        `artifact.unavailable` when the hub refuses, or has another size than `size`.
        """
        try:
            async with connect(
                f"{self._url}/artifacts/{sha256}?offset={offset}",
                ssl=self._context(),
                compression=None,
                proxy=None,
                ping_interval=None,
                open_timeout=HELLO_TIMEOUT,
                close_timeout=2,
                max_size=ARTIFACT_CHUNK,
                max_queue=4,
                user_agent_header="guardia-agent",
            ) as socket:
                await self._receive(socket, sha256, size, offset, write)
        except InvalidURI as error:
            raise _unavailable(sha256, f"{self._url} is not an address") from error
        except (OSError, EOFError, InvalidHandshake, ConnectionClosed) as error:  # OSError: ssl's and time-outs too
            raise DownloadCutError(f"artifact {sha256[:12]}… could not be fetched from {self._url}: {error}") from error

    async def _receive(self, socket: ClientConnection, sha256: str, size: int, offset: int, write: Write) -> None:
        head = await self._note(socket, sha256)
        if (head.size, head.offset) != (size, offset):
            raise _unavailable(sha256, f"the hub has {head.size} bytes from {head.offset}, not {size} from {offset}")
        while True:
            async with asyncio.timeout(STALLED):
                message = await socket.recv()
            if isinstance(message, str):
                note = _read(message, sha256)
                if note.done and offset == size:
                    return
                raise DownloadCutError(f"artifact {sha256[:12]}… ended at {offset} of {size} bytes")
            offset += len(message)
            if offset > size:
                raise _unavailable(sha256, f"the hub sent more than {size} bytes")
            await write(message)

    async def _note(self, socket: ClientConnection, sha256: str) -> _Note:
        async with asyncio.timeout(STALLED):
            message = await socket.recv()
        if isinstance(message, bytes):
            # A link's frame: the hub refused the certificate before it looked at the path.
            raise _unavailable(sha256, "the hub does not admit this agent; run `guardia-agent doctor`")
        return _read(message, sha256)


def _read(message: str, sha256: str) -> _Note:
    try:
        note = msgspec.json.decode(message, type=_Note)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise _unavailable(sha256, f"the hub's answer cannot be read: {error}") from error
    if note.error:
        raise _unavailable(sha256, f"{note.message} ({note.error})")
    return note


def _unavailable(sha256: str, reason: str) -> ActionError:
    return ActionError(f"artifact {sha256[:12]}… cannot be had: {reason}", code="artifact.unavailable")

"""Downloads artifacts from the hub, each on a connection of its own, so that they never delay the link.

A download runs in two threads, one that decrypts and one that hashes and writes to the disk: both let go of the
interpreter's lock, and the event loop has nothing to do with the bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit

import msgspec
from websockets.exceptions import InvalidHandshake, InvalidURI

from guardia.agent.artifacts.frames import WebSocketReader
from guardia.agent.artifacts.tls import TlsStream
from guardia.agent.artifacts.writer import PieceWriter
from guardia.agent.errors import ActionError
from guardia.proto.limits import ARTIFACT_CHUNK, HELLO_TIMEOUT

STALLED = 60.0
"""Seconds without a byte from the hub after which a download is cut."""

DOWNLOADS = 8
"""Downloads of one agent at once; the rest wait."""

PIECES = 6
"""Pieces of a download in memory: with two of them either thread often waits for the other. With what TLS holds a
running download takes 3.5 MiB."""

Piece = bytes | memoryview
Write = Callable[[Piece], None]
"""Takes the next bytes, which are overwritten afterwards; called in a thread."""


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
        # Not the loop's own threads: the journal's writes must never wait for a slow download.
        self._threads = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="artifact")

    async def download(self, sha256: str, size: int, offset: int, write: Write) -> None:
        """Call `write` in a thread for every piece from `offset` to `size`.

        Raises `DownloadCutError` when it may be tried again from where it stopped, `ActionError` with code
        `artifact.unavailable` when the hub refuses, or has another size than `size`. After a cancel nothing is written.
        """
        download = _Download(self._url, self._context, write, sha256=sha256, size=size, offset=offset)
        submitted = self._threads.submit(download.run)
        try:
            await asyncio.wrap_future(submitted)
        except asyncio.CancelledError:
            submitted.cancel()  # where it has not begun
            if not download.abort():
                # Inside `write`, whose file the caller closes next: that number may be another file's at once.
                await _until_ended(submitted)
            raise


async def _until_ended(submitted: Future[None]) -> None:
    """Wait for a thread, whatever comes of it and however often the waiting is cancelled: the caller is already."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    submitted.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
    while not ended.is_set():
        with contextlib.suppress(asyncio.CancelledError):
            await ended.wait()


class _Download:
    """One connection, in its thread. `abort` comes from another one."""

    def __init__(
        self, url: str, context: Callable[[], ssl.SSLContext], write: Write, *, sha256: str, size: int, offset: int
    ) -> None:
        self._url = url
        self._context = context
        self._sha256 = sha256
        self._size = size
        self._offset = offset
        self._take = write
        self._handle: socket.socket | None = None
        self._writing = threading.Lock()
        self._aborted = False

    def abort(self) -> bool:
        """Write nothing more. False: a piece is being written, and is the last; `run` ends soon after it."""
        quiet = self._writing.acquire(blocking=False)
        self._aborted = True
        if quiet:
            self._writing.release()
        handle = self._handle
        if handle is not None:
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
        return quiet

    def _write(self, piece: Piece) -> None:
        with self._writing:
            if self._aborted:
                raise EOFError("the download was cancelled")
            self._take(piece)

    def run(self) -> None:
        name = f"artifact {self._sha256[:12]}…"
        try:
            with self._connection() as connection:
                reader = WebSocketReader(
                    connection,
                    f"{self._url}/artifacts/{self._sha256}?offset={self._offset}",
                    max_size=ARTIFACT_CHUNK,
                    user_agent="guardia-agent",
                    buffers=PIECES,
                )
                reader.open()
                with PieceWriter(self._write, reader.give_back) as writer:
                    self._receive(reader.messages(), writer)
        except InvalidURI as error:
            raise self._unavailable(f"{self._url} is not an address") from error
        except (OSError, EOFError, InvalidHandshake) as error:  # OSError: ssl's and time-outs too
            raise DownloadCutError(f"{name} could not be fetched from {self._url}: {error}") from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[TlsStream]:
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or 443
        with socket.create_connection((host, port), HELLO_TIMEOUT) as plain:
            # The same connection under a second handle: the TLS object itself may not be touched by two threads.
            with plain.dup() as self._handle:
                if self._aborted:
                    raise EOFError("the download was cancelled")
                connection = TlsStream.connect(plain, self._context(), host)
                plain.settimeout(STALLED)
                yield connection
            self._handle = None

    def _receive(self, messages: Iterator[str | memoryview], writer: PieceWriter) -> None:
        head = self._head(next(messages))
        if (head.size, head.offset) != (self._size, self._offset):
            raise self._unavailable(
                f"the hub has {head.size} bytes from {head.offset}, not {self._size} from {self._offset}"
            )
        offset = self._offset
        for message in messages:
            if isinstance(message, str):
                if self._read(message).done and offset == self._size:
                    return
                raise DownloadCutError(f"artifact {self._sha256[:12]}… ended at {offset} of {self._size} bytes")
            offset += len(message)
            if offset > self._size:
                raise self._unavailable(f"the hub sent more than {self._size} bytes")
            writer.put(message)

    def _head(self, message: str | Piece) -> _Note:
        if not isinstance(message, str):
            # A link's frame: the hub refused the certificate before it looked at the path.
            raise self._unavailable("the hub does not admit this agent; run `guardia-agent doctor`")
        return self._read(message)

    def _read(self, message: str) -> _Note:
        try:
            note = msgspec.json.decode(message, type=_Note)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise self._unavailable(f"the hub's answer cannot be read: {error}") from error
        if note.error:
            raise self._unavailable(f"{note.message} ({note.error})")
        return note

    def _unavailable(self, reason: str) -> ActionError:
        return ActionError(f"artifact {self._sha256[:12]}… cannot be had: {reason}", code="artifact.unavailable")

"""A WebSocket as the transport of a channel, on either side: frames go straight to the channel, without a task between.

A task switch, a future and six coroutines a frame are more than decoding and recording it cost; see
docs/performance.md. Everything else (handshake, closing, limits) is the library's.
"""

from __future__ import annotations

from collections.abc import Callable

from websockets.asyncio.connection import Connection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State

from guardia.proto.channel import TransportClosedError

MOST_BUFFERED = 64 * 1024
"""Bytes that may wait for the peer to read when a frame is written without waiting."""

_DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)


class PushedConnection(Connection):
    """Stands before the library's class of a side: `class X(PushedConnection, ServerConnection)`.

    `take`: from then on it is given every message, whole, once those that came before were asked for by `recv`.
    `lost` is called when the connection is gone.
    """

    take: Callable[[bytes], None] | None = None
    lost: Callable[[], None] | None = None
    _parts: list[bytes] | None = None
    """Of a message that comes in fragments; the library has bounded what they may come to."""

    @property
    def unread(self) -> bool:
        """A message, or a part of one, waits for `recv`."""
        return len(self.recv_messages.frames) > 0

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        lost, self.take, self.lost = self.lost, None, None
        if lost is not None:
            lost()

    def process_event(self, event: Event) -> None:
        if self.take is None or type(event) is not Frame or event.opcode not in _DATA or self._is_for_recv(event):
            super().process_event(event)
        elif event.fin and self._parts is None:
            self.take(bytes(event.data))
        else:
            self._parts = [*(self._parts or ()), bytes(event.data)]
            if event.fin:
                whole, self._parts = b"".join(self._parts), None
                self.take(whole)

    def _is_for_recv(self, event: Frame) -> bool:
        """It must not overtake what waits for `recv`, and the rest of a message goes where its beginning went."""
        return self._parts is None and (event.opcode is Opcode.CONT or self.unread)


class WebSocketTransport:
    """Implements `guardia.proto.channel.PushTransport`. `peer` names the other side in reasons: "the hub"."""

    def __init__(self, socket: PushedConnection, peer: str) -> None:
        self._socket = socket
        self._peer = peer

    async def recv(self) -> bytes:
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as error:
            raise TransportClosedError(self._reason(error)) from error

    async def send(self, data: bytes) -> None:
        try:
            await self._socket.send(data)
        except ConnectionClosed as error:
            raise TransportClosedError(self._reason(error)) from error

    def abort(self) -> None:
        self._socket.transport.abort()

    def write_now(self, data: bytes) -> bool:
        socket = self._socket
        if socket.state is not State.OPEN or socket.transport.get_write_buffer_size() > MOST_BUFFERED:
            return False
        broadcast((socket,), data)  # the library's way to send without waiting; a write that fails ends the connection
        return True

    def push_to(self, take: Callable[[bytes], None], lost: Callable[[str], None]) -> bool:
        socket = self._socket
        socket.take = take
        if socket.unread or socket.state is not State.OPEN:
            return False
        socket.lost = lambda: lost(self._reason(socket.close_exc))
        return True

    def pause(self) -> None:
        self._socket.transport.pause_reading()

    def resume(self) -> None:
        if not self._socket.transport.is_closing():
            self._socket.transport.resume_reading()

    def _reason(self, error: ConnectionClosed) -> str:
        if error.rcvd is not None:
            return f"{self._peer} closed: {error.rcvd.code} {error.rcvd.reason}".rstrip()
        if error.sent is not None:
            return f"closed: {error.sent.code} {error.sent.reason}".rstrip()
        cause = error.__cause__
        return f"connection lost: {cause}" if cause is not None and str(cause) else "connection lost"

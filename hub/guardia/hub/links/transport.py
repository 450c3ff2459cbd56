"""An agent's WebSocket as the transport of its channel."""

from __future__ import annotations

from collections.abc import Callable

from websockets.asyncio.connection import broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from guardia.hub.links.agentsocket import AgentSocket
from guardia.proto.channel import TransportClosedError

MOST_BUFFERED = 64 * 1024
"""Bytes that may wait for the peer to read when a frame is written without waiting."""


class WebSocketTransport:
    """Implements `guardia.proto.channel.PushTransport`."""

    def __init__(self, socket: AgentSocket) -> None:
        self._socket = socket

    @property
    def certificate(self) -> bytes:
        """DER of the peer's verified certificate; empty when there is none."""
        tls = self._socket.transport.get_extra_info("ssl_object")
        return (tls.getpeercert(binary_form=True) if tls is not None else None) or b""

    @property
    def address(self) -> str:
        address = self._socket.remote_address
        return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address)

    async def recv(self) -> bytes:
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as error:
            raise TransportClosedError(_reason(error)) from error

    async def send(self, data: bytes) -> None:
        try:
            await self._socket.send(data)
        except ConnectionClosed as error:
            raise TransportClosedError(_reason(error)) from error

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
        socket.lost = lambda: lost(_reason(socket.close_exc))
        return True

    def pause(self) -> None:
        self._socket.transport.pause_reading()

    def resume(self) -> None:
        if not self._socket.transport.is_closing():
            self._socket.transport.resume_reading()


def _reason(error: ConnectionClosed) -> str:
    if error.rcvd is not None:
        return f"the agent closed: {error.rcvd.code} {error.rcvd.reason}".rstrip()
    if error.sent is not None:
        return f"closed: {error.sent.code} {error.sent.reason}".rstrip()
    cause = error.__cause__
    return f"connection lost: {cause}" if cause is not None and str(cause) else "connection lost"

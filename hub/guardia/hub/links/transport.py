"""A WebSocket as the transport of a channel."""

from __future__ import annotations

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from guardia.proto.channel import TransportClosedError


class WebSocketTransport:
    def __init__(self, socket: ServerConnection) -> None:
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


def _reason(error: ConnectionClosed) -> str:
    if error.rcvd is not None:
        return f"the agent closed: {error.rcvd.code} {error.rcvd.reason}".rstrip()
    if error.sent is not None:
        return f"closed: {error.sent.code} {error.sent.reason}".rstrip()
    cause = error.__cause__
    return f"connection lost: {cause}" if cause is not None and str(cause) else "connection lost"

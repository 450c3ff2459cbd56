"""An agent's WebSocket as the transport of its channel."""

from __future__ import annotations

from websockets.asyncio.server import ServerConnection

from guardia.proto.websocket import PushedConnection, WebSocketTransport


class AgentSocket(PushedConnection, ServerConnection):
    """What the listener makes of each connection that comes in."""


class AgentTransport(WebSocketTransport):
    def __init__(self, socket: AgentSocket) -> None:
        super().__init__(socket, "the agent")

    @property
    def certificate(self) -> bytes:
        """DER of the peer's verified certificate; empty when there is none."""
        tls = self._socket.transport.get_extra_info("ssl_object")
        return (tls.getpeercert(binary_form=True) if tls is not None else None) or b""

    @property
    def address(self) -> str:
        address = self._socket.remote_address
        return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address)

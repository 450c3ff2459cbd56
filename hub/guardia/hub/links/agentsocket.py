"""An agent's WebSocket whose frames go straight to its channel, without a task in between.

A task switch, a future and six coroutines a frame are more than decoding and recording it cost; see
docs/performance.md. Everything else (handshake, closing, limits) is the library's.
"""

from __future__ import annotations

from collections.abc import Callable

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

_DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)


class AgentSocket(ServerConnection):
    """`take`: from then on it is given every message, whole; before, and without it, `recv` gives them. `lost` is
    called when the connection is gone."""

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
        if self.take is None or type(event) is not Frame or event.opcode not in _DATA:
            super().process_event(event)
        elif event.fin and self._parts is None:
            self.take(bytes(event.data))
        else:
            self._parts = [*(self._parts or ()), bytes(event.data)]
            if event.fin:
                whole, self._parts = b"".join(self._parts), None
                self.take(whole)

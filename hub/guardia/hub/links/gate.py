"""The door of the agents' listener: TLS handshakes in bounded number, the rest waits its turn in the kernel's queue.

After a restart of the hub every agent dials within seconds, and a handshake costs a millisecond or two of processor
time. Taken all at once, none would be finished before its agent gives up and dials again. So only so many are under
way; who waits is served in order, and between two handshakes the loop gets to the heartbeats of those that are there.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

import structlog

_log = structlog.get_logger(__name__)

HANDSHAKES = 32
"""TLS handshakes under way at a time."""

SLOW = 1.0
"""Seconds after which a handshake does not hold up others any more: who dials and says nothing keeps nobody out."""

BACKLOG = 4_096
"""Connections that may wait in the kernel; more are dialled again by their own TCP. The system may allow fewer."""

RESPITE = 0.2
"""Seconds of rest when the system has no descriptor left."""


class Gate:
    """Accepts connections for protocols that `make` gives, as `loop.create_server` does. `open` it."""

    def __init__(
        self,
        host: str,
        port: int,
        context: ssl.SSLContext,
        make: Callable[[], asyncio.BaseProtocol],
        *,
        handshake_timeout: float,
        shutdown_timeout: float,
        handshakes: int = HANDSHAKES,
    ) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._make = make
        self._handshake_timeout = handshake_timeout
        self._shutdown_timeout = shutdown_timeout
        self._turns = asyncio.Semaphore(handshakes)
        self._listening: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._shaking: set[asyncio.Task[None]] = set()

    async def open(self) -> Gate:
        """Listen. Raises `OSError` when an address cannot be had."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host or None, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, _, _, _, address in dict.fromkeys(found):
                self._listening.append(_listen(family, address))
        except OSError:
            self.close()
            raise
        self._accepting = [loop.create_task(self._accept(listening)) for listening in self._listening]
        return self

    # --- as asyncio.Server has it ------------------------------------------------------------------------------------

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        return tuple(self._listening)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def is_serving(self) -> bool:
        return bool(self._listening)

    def close(self) -> None:
        """Stop listening; handshakes that are under way are given up, connections stay."""
        for task in (*self._accepting, *self._shaking):
            task.cancel()
        listening, self._listening = self._listening, []
        for one in listening:
            one.close()

    async def wait_closed(self) -> None:
        await asyncio.gather(*self._accepting, *self._shaking, return_exceptions=True)

    # --- one connection ---------------------------------------------------------------------------------------------

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._turns.acquire()
            try:
                accepted, _ = await loop.sock_accept(listening)
            except OSError as error:
                self._turns.release()
                _log.warning("link.not_accepted", reason=error.strerror or str(error))
                await asyncio.sleep(RESPITE)
                continue
            except BaseException:
                self._turns.release()
                raise
            task = loop.create_task(self._shake(accepted))
            self._shaking.add(task)
            task.add_done_callback(self._shaking.discard)

    async def _shake(self, accepted: socket.socket) -> None:
        turn = contextlib.ExitStack()
        turn.callback(self._turns.release)
        slow = asyncio.get_running_loop().call_later(SLOW, turn.close)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=self._handshake_timeout,
                ssl_shutdown_timeout=self._shutdown_timeout,
            )
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            _log.debug("link.no_handshake", reason=str(error) or type(error).__name__)
            accepted.close()
        except asyncio.CancelledError:
            accepted.close()
            raise
        finally:
            slow.cancel()
            turn.close()


def _listen(family: int, address: object) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening

"""How the agent opens a WebSocket to the hub."""

from __future__ import annotations

import functools
import ssl

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidURI

from guardia.agent.link.failures import link_error
from guardia.proto.limits import MAX_FRAME
from guardia.proto.websocket import PushedConnection, WebSocketTransport

OPEN_TIMEOUT = 30.0
"""Seconds from the dial to the open connection: after a restart of the hub an agent waits for its turn, which is
cheaper for both than to dial again."""


class _HubSocket(PushedConnection, ClientConnection):
    """websockets does not chain what the transport reported to the failure of the opening handshake.

    One class for all dials: to make one costs more than to open its connection's objects, and is work for the
    collector of garbage, too.
    """

    def __init__(self, made: list[ClientConnection], *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        made.append(self)


async def dial(url: str, context: ssl.SSLContext) -> WebSocketTransport:
    """Open a connection to the agents' listener. The hub's host name is checked by `context`; no proxy is used.

    Raises `LinkError`. In TLS 1.3 a hub that does not accept our certificate shows only at the first read.
    """
    made: list[ClientConnection] = []
    try:
        socket = await connect(
            url,
            ssl=context,
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=OPEN_TIMEOUT,
            close_timeout=2,
            max_size=MAX_FRAME,
            max_queue=4,
            user_agent_header="guardia-agent",
            create_connection=functools.partial(_HubSocket, made),  # type: ignore[arg-type]  # a callable is all it is
        )
    except (OSError, EOFError, InvalidHandshake, InvalidURI) as error:
        raise link_error(error, url, also=made[-1].connection_exc if made else None) from error
    assert isinstance(socket, _HubSocket)
    return WebSocketTransport(socket, "the hub")

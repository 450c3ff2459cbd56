"""The agents' listener: WebSockets over mutual TLS, the `Links` port of the hub."""

from __future__ import annotations

import asyncio
import functools
import re
import ssl
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from guardia.hub.links.admission import CLOSING, FULL_RETRY_MS, Admission, AdmittedLinks, RefusedError
from guardia.hub.links.gate import Gate
from guardia.hub.links.identity import PeerIdentity
from guardia.hub.links.transport import AgentSocket, AgentTransport
from guardia.hub.ports import AgentRegistry, Clock, LinkHandler
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import encode
from guardia.proto.frames import Goodbye
from guardia.proto.limits import ARTIFACT_CHUNK, HEARTBEAT, HELLO_TIMEOUT, MAX_FRAME

_log = structlog.get_logger(__name__)

_ARTIFACT = re.compile(r"/artifacts/(?P<sha256>[0-9a-f]{64})(?:\?offset=(?P<offset>[0-9]{1,16}))?\Z")

_OUTPUT = re.compile(r"/outputs/(?P<fetch_id>[0-9a-f]{32})\Z")

CLOSE_TIMEOUT = 2.0


class ArtifactRoute(Protocol):
    """What serves `/artifacts/…` (`guardia.hub.artifacts.server.ArtifactServer`)."""

    async def serve(self, socket: Any, agent_id: str, sha256: str, offset: int) -> None: ...


class RoomRoute(Protocol):
    """What serves `/ws/chat/…` (`guardia.hub.links.rooms.AgentRooms`)."""

    def matches(self, path: str) -> bool: ...
    def full(self) -> bool: ...
    async def serve(
        self, socket: Any, path: str, peer: PeerIdentity, admitted: Callable[[], Awaitable[bool]]
    ) -> None: ...
    def disconnect(self, agent_id: str, code: str, message: str) -> None: ...
    def close(self) -> None: ...


class OutputRoute(Protocol):
    """What serves `/outputs/…` (`guardia.hub.artifacts.outputs.OutputExchange`)."""

    async def serve(self, socket: Any, agent_id: str, fetch_id: str) -> None: ...


class WebSocketLinks(AdmittedLinks):
    """Implements `guardia.hub.ports.Links`. `ssl_context` must require client certificates. Its `admission` may be
    shared with listeners of other transports.

    Bounds: `max_agents` connections, `max_handshakes` of them not welcomed yet, `max_downloads` of artifacts; who comes
    beyond them is told to come back later. `heartbeat` in seconds: a peer that is silent for three of them is cut off.
    """

    def __init__(
        self,
        handler: LinkHandler,
        registry: AgentRegistry,
        *,
        ssl_context: ssl.SSLContext,
        clock: Clock,
        host: str = "127.0.0.1",
        port: int = 0,
        artifacts: ArtifactRoute | None = None,
        rooms: RoomRoute | None = None,
        trust_domain: str = "",
        max_agents: int = 5_000,
        max_handshakes: int = 128,
        max_downloads: int = 64,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        if ssl_context.verify_mode is not ssl.CERT_REQUIRED:
            raise ValueError("the agents' listener needs a context with CERT_REQUIRED")
        super().__init__(
            Admission(
                handler,
                registry,
                clock=clock,
                trust_domain=trust_domain,
                max_agents=max_agents,
                max_handshakes=max_handshakes,
                heartbeat=heartbeat,
            )
        )
        self._ssl = ssl_context
        self._host = host
        self._port = port
        self._artifacts = artifacts
        self.outputs: OutputRoute | None = None
        """Set before `start`: it asks over the links that bring it what it asked for."""
        self._rooms = rooms
        self._max_downloads = max_downloads
        self._downloads: set[tuple[str, ServerConnection]] = set()
        self._server: Server | None = None

    # --- life ---------------------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port that is listened on; chosen by the system when 0 was asked for."""
        if self._server is None:
            raise RuntimeError("the links have not been started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listen. Raises `OSError` when the address cannot be had."""
        server = serve(
            self._serve,
            process_request=self._admit_request,
            server_header=None,
            open_timeout=HELLO_TIMEOUT,
        )

        def make() -> ServerConnection:
            return AgentSocket(
                ServerProtocol(origins=[None], max_size=MAX_FRAME),  # a browser sends Origin; agents do not
                server,
                ping_interval=None,  # the session's own heartbeats see the whole way to the application
                close_timeout=CLOSE_TIMEOUT,
                max_queue=4,
            )

        gate = Gate(
            self._host,
            self._port,
            self._ssl,
            make,
            handshake_timeout=HELLO_TIMEOUT,
            shutdown_timeout=CLOSE_TIMEOUT,
        )
        server.create_server = gate.open  # type: ignore[assignment]  # what Server uses of one
        self._server = await server
        self.admission.open()
        _log.info("link.listening", host=self._host, port=self.port)

    def stop_accepting(self) -> None:
        """Before anybody is told that the hub stops, by this listener or another. `close` does it too."""
        if self._server is not None:
            self._server.close(close_connections=False)

    async def close(self) -> None:
        """Stop listening, say goodbye to all, and wait until the handler has heard of every loss."""
        self.stop_accepting()
        server, self._server = self._server, None
        if server is None:
            return
        await asyncio.sleep(0)  # what `server.close` began
        self.admission.stop()
        if self._rooms is not None:
            self._rooms.close()
        for _, socket in list(self._downloads):
            socket.transport.abort()
        try:
            async with asyncio.timeout(CLOSING):
                await server.wait_closed()
        except TimeoutError:
            _log.warning("link.close_timeout", connections=len(server.handler_tasks), seconds=CLOSING)
            for task in list(server.handler_tasks):
                task.cancel()
            await server.wait_closed()

    # --- the port -----------------------------------------------------------------------------------------------------

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        await super().disconnect(agent_id, code, message)
        for owner, socket in list(self._downloads):
            if owner == agent_id:
                socket.transport.abort()
        if self._rooms is not None:
            self._rooms.disconnect(agent_id, code, message)

    # --- one connection -----------------------------------------------------------------------------------------------

    def _admit_request(self, socket: ServerConnection, request: Request) -> Response | None:
        if request.path == "/agent":
            full = self.admission.full
        elif (self._artifacts and _ARTIFACT.match(request.path)) or (self.outputs and _OUTPUT.match(request.path)):
            full = len(self._downloads) >= self._max_downloads
        elif self._rooms is not None and self._rooms.matches(request.path):
            full = self._rooms.full()
        else:
            return socket.respond(HTTPStatus.NOT_FOUND, "Agents connect to /agent.\n")
        if not full:
            return None
        _log.warning(
            "link.full",
            agents=len(self.admission.live),
            greeting=self.admission.greeting,
            downloads=len(self._downloads),
        )
        response = socket.respond(
            HTTPStatus.SERVICE_UNAVAILABLE, "The hub has too many connections; come back later.\n"
        )
        response.headers["Retry-After"] = str(FULL_RETRY_MS // 1000)
        return response

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        assert isinstance(socket, AgentSocket)
        transport = AgentTransport(socket)
        try:
            peer = self.admission.identify(transport)
            if self._rooms is not None and self._rooms.matches(socket.request.path):
                admitted = functools.partial(self.admission.registry.admitted, peer.agent_id, peer.certificate_sha256)
                await self._rooms.serve(socket, socket.request.path, peer, admitted)
            elif download := _ARTIFACT.match(socket.request.path):
                await self._serve_artifact(socket, peer, download["sha256"], int(download["offset"] or 0))
            elif upload := _OUTPUT.match(socket.request.path):
                await self._serve_output(socket, peer, upload["fetch_id"])
            else:
                await self.admission.serve(transport, peer)
        except RefusedError as refused:
            _log.warning(
                "link.refused", code=refused.goodbye.code, reason=refused.goodbye.message, peer=transport.address
            )
            await self._say_goodbye(socket, refused.goodbye)
        except (TransportClosedError, ConnectionClosed) as error:
            _log.info("link.closed_early", reason=str(error), peer=transport.address)

    async def _serve_artifact(self, socket: ServerConnection, peer: PeerIdentity, sha256: str, offset: int) -> None:
        assert self._artifacts is not None
        entry = (peer.agent_id, socket)
        self._downloads.add(entry)  # before the check: a revocation in between finds it here
        try:
            await self.admission.check_admitted(peer)
            # More than one chunk under way: the next is encrypted while the kernel sends this one.
            socket.transport.set_write_buffer_limits(high=2 * ARTIFACT_CHUNK)
            await self._artifacts.serve(socket, peer.agent_id, sha256, offset)
        except TimeoutError:
            _log.warning("artifact.stalled", agent=peer.agent_id, sha256=sha256)
            socket.transport.abort()
        finally:
            self._downloads.discard(entry)

    async def _serve_output(self, socket: ServerConnection, peer: PeerIdentity, fetch_id: str) -> None:
        assert self.outputs is not None
        entry = (peer.agent_id, socket)
        self._downloads.add(entry)
        try:
            await self.admission.check_admitted(peer)
            await self.outputs.serve(socket, peer.agent_id, fetch_id)
        except TimeoutError:
            _log.warning("output.stalled", agent=peer.agent_id)
            socket.transport.abort()
        finally:
            self._downloads.discard(entry)

    async def _say_goodbye(self, socket: ServerConnection, goodbye: Goodbye) -> None:
        try:
            async with asyncio.timeout(2):
                await socket.send(encode(goodbye, 0))
                await socket.close(1008, goodbye.code)
        except (ConnectionClosed, TimeoutError) as error:
            _log.debug("link.goodbye_unheard", code=goodbye.code, reason=str(error))
        finally:
            socket.transport.abort()

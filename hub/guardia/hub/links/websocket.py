"""The agents' listener: WebSockets over mutual TLS, the `Links` port of the hub."""

from __future__ import annotations

import asyncio
import functools
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from guardia.hub.errors import HubError
from guardia.hub.links.connection import AgentConnection
from guardia.hub.links.identity import IdentityError, PeerIdentity, identify
from guardia.hub.links.registry import LiveConnections
from guardia.hub.links.transport import WebSocketTransport
from guardia.hub.ports import AgentRegistry, Clock, LinkHandler, Presence
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import decode, encode
from guardia.proto.errors import ProtoError
from guardia.proto.frames import Explain, Explanation, Goodbye, Hello, HubFrame
from guardia.proto.limits import HEARTBEAT, HELLO_TIMEOUT, MAX_FRAME
from guardia.proto.session import Ended, Greeted, HubSession

_log = structlog.get_logger(__name__)

_ARTIFACT = re.compile(r"/artifacts/(?P<sha256>[0-9a-f]{64})(?:\?offset=(?P<offset>[0-9]{1,16}))?\Z")

CLOSING = 10.0
"""Seconds in which the handler may finish what it is doing when the links close."""


SUPERSEDED_RETRY_MS = 5_000
"""Two hosts with one identity would otherwise throw each other out as fast as they can dial."""


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


class _RefusedError(Exception):
    """The agent is not let in; `goodbye` tells it why."""

    def __init__(self, code: str, message: str, *, retry_after_ms: int = 0, final: bool = False) -> None:
        super().__init__(message)
        self.goodbye = Goodbye(code=code, message=message, retry_after_ms=retry_after_ms, final=final)


class WebSocketLinks:
    """Implements `guardia.hub.ports.Links`. `ssl_context` must require client certificates.

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
        self._handler = handler
        self._registry = registry
        self._ssl = ssl_context
        self._clock = clock
        self._host = host
        self._port = port
        self._artifacts = artifacts
        self._rooms = rooms
        self._trust_domain = trust_domain
        self._max_agents = max_agents
        self._max_handshakes = max_handshakes
        self._max_downloads = max_downloads
        self._heartbeat = heartbeat
        self._live = LiveConnections()
        self._greeting: set[ServerConnection] = set()
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
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            ssl=self._ssl,
            origins=[None],  # a browser sends Origin; agents do not
            compression=None,
            process_request=self._admit_request,
            server_header=None,
            open_timeout=HELLO_TIMEOUT,
            ping_interval=None,  # the session's own heartbeats see the whole way to the application
            close_timeout=2,
            max_size=MAX_FRAME,
            max_queue=4,
        )
        _log.info("link.listening", host=self._host, port=self.port)

    async def close(self) -> None:
        """Say goodbye to all, stop listening, and wait until the handler has heard of every loss."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close(close_connections=False)
        for connection in self._live:
            connection.end(Ended("hub.stopping", "the hub is stopping", retry_after_ms=1_000), goodbye=True)
        if self._rooms is not None:
            self._rooms.close()
        for socket in [*self._greeting, *(socket for _, socket in self._downloads)]:
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

    def presence(self) -> Mapping[str, Presence]:
        return self._live.presence()

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        await self._live.welcomed(agent_id).send(frame)

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        return await self._live.welcomed(agent_id).explain(query, within)

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        connection = self._live.find(agent_id)
        if connection is not None:
            connection.end(Ended(code, message), goodbye=False)
        for owner, socket in list(self._downloads):
            if owner == agent_id:
                socket.transport.abort()
        if self._rooms is not None:
            self._rooms.disconnect(agent_id, code, message)

    # --- one connection -----------------------------------------------------------------------------------------------

    def _admit_request(self, socket: ServerConnection, request: Request) -> Response | None:
        if request.path == "/agent":
            full = len(self._live) >= self._max_agents or len(self._greeting) >= self._max_handshakes
        elif self._artifacts is not None and _ARTIFACT.match(request.path):
            full = len(self._downloads) >= self._max_downloads
        elif self._rooms is not None and self._rooms.matches(request.path):
            full = self._rooms.full()
        else:
            return socket.respond(HTTPStatus.NOT_FOUND, "Agents connect to /agent.\n")
        if not full:
            return None
        _log.warning("link.full", agents=len(self._live), greeting=len(self._greeting), downloads=len(self._downloads))
        response = socket.respond(
            HTTPStatus.SERVICE_UNAVAILABLE, "The hub has too many connections; come back later.\n"
        )
        response.headers["Retry-After"] = "5"
        return response

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        try:
            peer = self._identify(socket)
            if self._rooms is not None and self._rooms.matches(socket.request.path):
                admitted = functools.partial(self._registry.admitted, peer.agent_id, peer.certificate_sha256)
                return await self._rooms.serve(socket, socket.request.path, peer, admitted)
            download = _ARTIFACT.match(socket.request.path)
            if download is None:
                await self._serve_agent(socket, peer)
            else:
                await self._serve_artifact(socket, peer, download["sha256"], int(download["offset"] or 0))
        except _RefusedError as refused:
            _log.warning(
                "link.refused", code=refused.goodbye.code, reason=refused.goodbye.message, peer=_address(socket)
            )
            await self._say_goodbye(socket, refused.goodbye)
        except (TransportClosedError, ConnectionClosed) as error:
            _log.info("link.closed_early", reason=str(error), peer=_address(socket))

    def _identify(self, socket: ServerConnection) -> PeerIdentity:
        tls = socket.transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls is not None else None
        if not certificate:
            raise _RefusedError("identity.missing", "no client certificate: enrol the agent", final=True)
        try:
            return identify(certificate, self._trust_domain)
        except IdentityError as error:
            raise _RefusedError(error.code, str(error)) from error

    async def _check_admitted(self, peer: PeerIdentity) -> None:
        try:
            admitted = await self._registry.admitted(peer.agent_id, peer.certificate_sha256)
        except HubError as error:
            _log.error("link.registry_failed", agent=peer.agent_id, exc_info=error)
            raise _RefusedError("hub.unavailable", "the hub cannot look up agents", retry_after_ms=5_000) from error
        if not admitted:
            raise _RefusedError(
                "identity.not_admitted",
                f"agent {peer.agent_id} is not enrolled with this certificate, or was revoked: ask an administrator",
                retry_after_ms=60_000,
            )

    async def _serve_artifact(self, socket: ServerConnection, peer: PeerIdentity, sha256: str, offset: int) -> None:
        assert self._artifacts is not None
        entry = (peer.agent_id, socket)
        self._downloads.add(entry)  # before the check: a revocation in between finds it here
        try:
            await self._check_admitted(peer)
            await self._artifacts.serve(socket, peer.agent_id, sha256, offset)
        except TimeoutError:
            _log.warning("artifact.stalled", agent=peer.agent_id, sha256=sha256)
            socket.transport.abort()
        finally:
            self._downloads.discard(entry)

    async def _serve_agent(self, socket: ServerConnection, peer: PeerIdentity) -> None:
        self._greeting.add(socket)
        try:
            connection = await self._greet(socket, peer)
        finally:
            self._greeting.discard(socket)
        seconds = (peer.not_after_ms - self._clock.now_ms()) / 1000
        expired = Ended("identity.expired", f"the certificate of agent {peer.agent_id} has expired")
        expiry = asyncio.get_running_loop().call_later(max(0.0, seconds), _expire, connection, expired)
        try:
            await connection.run()
        finally:
            expiry.cancel()
            self._live.remove(connection)

    async def _greet(self, socket: ServerConnection, peer: PeerIdentity) -> AgentConnection:
        """From the hello to a connection that may be welcomed. Raises `_RefusedError`."""
        transport = WebSocketTransport(socket)
        session = HubSession(self._clock.monotonic(), wall_ms=self._clock.now_ms(), heartbeat=self._heartbeat)
        try:
            async with asyncio.timeout(HELLO_TIMEOUT):
                await self._check_admitted(peer)
                hello = await self._hear_hello(transport, session)
                if hello.agent_id != peer.agent_id:
                    raise _RefusedError(
                        "identity.mismatch",
                        f"agent {hello.agent_id} came with the certificate of {peer.agent_id}: correct agent.toml",
                        final=True,
                    )
                epoch = await self._registry.next_epoch(peer.agent_id)
                presence = Presence(
                    agent_id=peer.agent_id,
                    epoch=epoch,
                    hello=hello,
                    connected_ms=self._clock.now_ms(),
                    peer=_address(socket),
                )
                connection = AgentConnection(session, transport, self._clock, self._handler, presence)
                await self._take_place(connection, peer)
                return connection
        except TimeoutError:
            raise _RefusedError("link.hello_timeout", f"no hello within {HELLO_TIMEOUT:g} s") from None
        except ProtoError as error:
            raise _RefusedError(error.code, str(error)) from error
        except HubError as error:
            _log.error("link.registry_failed", agent=peer.agent_id, exc_info=error)
            raise _RefusedError("hub.unavailable", "the hub cannot number connections", retry_after_ms=5_000) from error

    async def _hear_hello(self, transport: WebSocketTransport, session: HubSession) -> Hello:
        epoch, frame = decode(await transport.recv())
        for event in session.receive(frame, epoch, self._clock.monotonic()):
            if type(event) is Greeted:
                return event.hello
        raise TransportClosedError("the agent said goodbye instead of hello")

    async def _take_place(self, connection: AgentConnection, peer: PeerIdentity) -> None:
        """The newest epoch wins; then ask again whether the agent is admitted, since a revocation may have come
        between the first question and the moment from which `disconnect` finds this connection."""
        before = self._live.add(connection)
        if before is not None and before.epoch >= connection.epoch:
            raise _RefusedError("link.superseded", f"a newer connection of agent {peer.agent_id} is there already")
        if before is not None:
            connection.before = before
            self._supersede(before, connection)
        try:
            await self._check_admitted(peer)
        except BaseException:
            connection.end(Ended("link.refused", "refused"), goodbye=False)
            await connection.discard()
            self._live.remove(connection)
            raise

    def _supersede(self, older: AgentConnection, newer: AgentConnection) -> None:
        agent, were, now = newer.agent_id, older.presence, newer.presence
        if older.alive and were.hello.instance_id != now.hello.instance_id:
            # A restarted agent also looks like this for as long as its old connection has not been noticed to be dead.
            _log.warning("link.identity_twice", agent=agent, old_peer=were.peer, new_peer=now.peer, epoch=now.epoch)
        message = f"a newer connection of agent {agent} has come"
        older.end(Ended("link.superseded", message, retry_after_ms=SUPERSEDED_RETRY_MS), goodbye=True)

    async def _say_goodbye(self, socket: ServerConnection, goodbye: Goodbye) -> None:
        try:
            async with asyncio.timeout(2):
                await socket.send(encode(goodbye, 0))
                await socket.close(1008, goodbye.code)
        except (ConnectionClosed, TimeoutError) as error:
            _log.debug("link.goodbye_unheard", code=goodbye.code, reason=str(error))
        finally:
            socket.transport.abort()


def _expire(connection: AgentConnection, why: Ended) -> None:
    connection.end(why, goodbye=True)


def _address(socket: ServerConnection) -> str:
    address = socket.remote_address
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(address)

"""The agents' second listener: gRPC over mutual TLS, next to the WebSocket and with the same admission.

Call `guardia.proto.grpc_wire.prepare` before this is imported: gRPC reads the environment then. `start` looks whether
that has worked.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import grpc
import grpc.aio
import structlog

from guardia.certs.errors import CertsError
from guardia.certs.tls import TlsMaterial
from guardia.hub.errors import InsecureListenerError
from guardia.hub.links.admission import CLOSING, FULL_RETRY_MS, Admission, AdmittedLinks, RefusedError
from guardia.hub.links.tls_floor import speaks_tls_1_2
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import encode
from guardia.proto.frames import Goodbye
from guardia.proto.grpc_wire import METHOD, OPTIONS, SERVICE
from guardia.proto.limits import HEARTBEAT, HEARTBEAT_MISSED, HELLO_TIMEOUT
from guardia.proto.waits import Waits

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[bytes, bytes]

_log = structlog.get_logger(__name__)

_OPTIONS: tuple[tuple[str, int], ...] = (
    *OPTIONS,
    ("grpc.so_reuseport", 0),  # two hubs on one port would share it out silently
    ("grpc.max_concurrent_streams", 1),
    ("grpc.server_handshake_timeout_ms", int(HELLO_TIMEOUT * 1000)),
    ("grpc.max_connection_idle_ms", int(HELLO_TIMEOUT * 1000)),  # a connection without a call
    # The session's heartbeats come first; these find connections whose call has ended while its peer is frozen.
    ("grpc.keepalive_time_ms", int(HEARTBEAT * HEARTBEAT_MISSED * 1000)),
    ("grpc.keepalive_timeout_ms", int(HEARTBEAT * 1000)),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.max_ping_strikes", 2),
)

CALLS_EACH = 8
"""Calls of one agent that may be open: its live one, and ended ones whose end it has not read. Nothing in grpc cuts the
connection of a peer that answers pings and reads no messages, so it is kept from filling the listener."""

STRANGERS = 1_024
"""Connections beyond one for each call: handshakes under way, connections without a call. gRPC bounds no handshakes of
their own, but connections: who comes beyond is hung up on before TLS begins. Each ends after `HELLO_TIMEOUT`."""

FAREWELL = 2.0
"""Seconds that a goodbye to somebody who is not let in may take."""


class GrpcTransport:
    """A call of `Fleet.Link` as the transport of a channel."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waits = Waits()
        self._ending: asyncio.Task[None] | None = None
        self.agent_id = ""
        """Whose call it is, once that is known."""

    @property
    def certificate(self) -> bytes:
        found = self._auth("x509_pem_cert")
        return ssl.PEM_cert_to_DER_cert(found) if found else b""

    @property
    def resumed(self) -> bool:
        """The TLS session was (or may have been) taken up from an earlier one, without a look at the certificate."""
        return self._auth("ssl_session_reused") != "false"

    @property
    def address(self) -> str:
        return unquote(self._context.peer()).partition(":")[2]

    def _auth(self, key: str) -> str:
        values = list(self._context.auth_context().get(key, ()))
        return values[0].decode("ascii", "replace") if values else ""

    async def greet(self) -> None:
        """Answer the call, so that the agent knows that it is connected. Raises `TransportClosedError`."""
        with self._under_way():
            await self._context.send_initial_metadata(())

    async def recv(self) -> bytes:
        with self._under_way():
            message = await self._context.read()
        if not isinstance(message, bytes):
            raise TransportClosedError("the agent closed")
        return message

    async def send(self, data: bytes) -> None:
        with self._under_way():
            await self._context.write(data)

    def abort(self) -> None:
        self.finish(grpc.StatusCode.ABORTED, "the hub ended the connection")

    def finish(self, code: grpc.StatusCode, details: str) -> None:
        """End the call at once with this status; the first one stands."""
        if not self._waits.over:
            self.lost()
            self._ending = asyncio.get_running_loop().create_task(self._finish(code, details))

    def lost(self) -> None:
        """The call is over: whoever reads or writes hears of it."""
        self._waits.end()

    async def ended(self) -> None:
        """The status was handed to the network."""
        if self._ending is not None:
            await asyncio.shield(self._ending)

    async def _finish(self, code: grpc.StatusCode, details: str) -> None:
        # `abort` raises in any case; what else goes wrong here is a call that has ended by itself.
        with contextlib.suppress(grpc.aio.AbortError, grpc.aio.BaseError, asyncio.InvalidStateError):
            await self._context.abort(code, details)

    @contextlib.contextmanager
    def _under_way(self) -> Iterator[None]:
        """Maps what gRPC raises."""
        try:
            with self._waits.under_way():
                yield
        except (grpc.aio.AbortError, grpc.aio.BaseError, asyncio.InvalidStateError) as error:
            raise TransportClosedError(f"connection lost: {error}") from error


class GrpcLinks(AdmittedLinks):
    """Implements `guardia.hub.ports.Links` for the agents of `admission`, which may have other listeners too.

    `material` gives key, chain and trusted roots; it is asked at every handshake (in gRPC's own thread), so a renewed
    certificate and a changed set of roots take effect by themselves. `max_calls` bounds the calls that are open,
    those included whose end a peer does not read; `strangers` the connections beyond those.
    """

    def __init__(
        self,
        admission: Admission,
        *,
        material: Callable[[], TlsMaterial],
        host: str = "127.0.0.1",
        port: int = 0,
        max_calls: int = 5_000,
        strangers: int = STRANGERS,
    ) -> None:
        super().__init__(admission)
        self._material = material
        self._shown: TlsMaterial | None = None
        self._host = host
        self._port = port
        self._max_calls = max_calls
        self._max_connections = max_calls + strangers
        self._calls = 0
        self._calls_of: Counter[str] = Counter()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: grpc.aio.Server | None = None

    # --- life ---------------------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port that is listened on; chosen by the system when 0 was asked for."""
        if self._server is None:
            raise RuntimeError("the links have not been started")
        return self._port

    async def start(self) -> None:
        """Listen. Raises `OSError` when the address cannot be had, `CertsError` when the material cannot be read, and
        `InsecureListenerError` when gRPC was loaded in a way that lets TLS 1.2 in."""
        options = (*_OPTIONS, ("grpc.max_allowed_incoming_connections", self._max_connections))
        server = grpc.aio.server(options=options, maximum_concurrent_rpcs=None)
        handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.stream_stream_rpc_method_handler(self._link)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),))
        self._shown = self._material()
        credentials = grpc.dynamic_ssl_server_credentials(
            _configuration(self._shown),
            self._configuration_now,  # type: ignore[arg-type]  # None is documented: go on with the former one
            require_client_authentication=True,
        )
        host = f"[{self._host}]" if ":" in self._host else self._host
        try:
            self._port = server.add_secure_port(f"{host}:{self._port}", credentials)
        except RuntimeError as error:
            raise OSError(None, str(error)) from error
        await server.start()
        try:
            if await speaks_tls_1_2(self._host, self._port):
                raise InsecureListenerError("gRPC lets TLS 1.2 in: it was imported before grpc_wire.prepare")
        except BaseException:
            await server.stop(None)
            raise
        self._server = server
        self.admission.open()
        _log.info("link.listening", host=self._host, port=self._port, transport="grpc")

    async def close(self) -> None:
        """Stop listening, say goodbye to all, and wait until the handler has heard of every loss."""
        server, self._server = self._server, None
        if server is None:
            return
        stopping = asyncio.create_task(server.stop(CLOSING))
        await asyncio.sleep(0)  # takes no new calls from here on
        self.admission.stop()
        try:
            async with asyncio.timeout(CLOSING):
                while self._serving:  # a call that had come already may begin only now; it is refused
                    await asyncio.wait(self._serving)
        except TimeoutError:
            late = list(self._serving)
            _log.warning("link.close_timeout", connections=len(late), seconds=CLOSING)
            for task in late:
                task.cancel()
            await asyncio.wait(late)
        await server.stop(0)  # calls whose peer does not read the end
        await stopping

    def _configuration_now(self) -> grpc.ServerCertificateConfiguration | None:
        try:
            material = self._material()
        except CertsError as error:
            _log.error("link.material_unreadable", code=error.code, reason=str(error))
            return None  # go on with what was shown before
        if material == self._shown:
            return None
        self._shown = material
        return _configuration(material)

    # --- one call -----------------------------------------------------------------------------------------------------

    async def _link(self, _: object, context: Context) -> None:
        transport = GrpcTransport(context)
        self._calls += 1
        serving = asyncio.create_task(self._serve(transport))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        try:
            await asyncio.shield(serving)
            await transport.ended()
        finally:
            transport.lost()  # cancelled by gRPC when the agent has gone; `serving` tells the handler
            self._calls -= 1
            if transport.agent_id:
                self._calls_of[transport.agent_id] -= 1
                if not self._calls_of[transport.agent_id]:
                    del self._calls_of[transport.agent_id]

    async def _serve(self, transport: GrpcTransport) -> None:
        try:
            await transport.greet()
            self.admission.check_open()
            if self._calls > self._max_calls or self.admission.full:
                _log.warning("link.full", agents=len(self.admission.live), greeting=self.admission.greeting)
                message = "the hub has too many connections; come back later"
                raise RefusedError("link.busy", message, retry_after_ms=FULL_RETRY_MS)
            if transport.resumed:
                raise RefusedError("identity.resumed", "a TLS session was resumed: open a new one")
            peer = self.admission.identify(transport)
            if self._calls_of[peer.agent_id] >= CALLS_EACH:
                message = f"agent {peer.agent_id} has {CALLS_EACH} calls that it does not read: end them"
                raise RefusedError("link.busy", message, retry_after_ms=FULL_RETRY_MS)
            transport.agent_id = peer.agent_id
            self._calls_of[peer.agent_id] += 1
            await self.admission.serve(transport, peer)
        except RefusedError as refused:
            _log.warning(
                "link.refused", code=refused.goodbye.code, reason=refused.goodbye.message, peer=transport.address
            )
            await self._say_goodbye(transport, refused.goodbye)
        except TransportClosedError as error:
            _log.info("link.closed_early", reason=str(error), peer=transport.address)
        finally:
            transport.abort()

    async def _say_goodbye(self, transport: GrpcTransport, goodbye: Goodbye) -> None:
        try:
            async with asyncio.timeout(FAREWELL):
                await transport.send(encode(goodbye, 0))
            transport.finish(grpc.StatusCode.PERMISSION_DENIED, goodbye.code)
        except (TransportClosedError, TimeoutError) as error:
            _log.debug("link.goodbye_unheard", code=goodbye.code, reason=str(error))


def _configuration(material: TlsMaterial) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(material.key, material.chain)], root_certificates=material.roots)

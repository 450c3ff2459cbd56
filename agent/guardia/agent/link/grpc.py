"""The agent's link by gRPC: a channel of its own for every connection.

Call `guardia.proto.grpc_wire.prepare` before this is imported: gRPC reads the environment then.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc
import grpc.aio

from guardia.agent.errors import LinkError
from guardia.agent.link.failures import link_error
from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.agent.link.transport import OPEN_TIMEOUT
from guardia.agent.ports import Clock, LinkHandler
from guardia.certs.tls import TlsMaterial
from guardia.proto.channel import TransportClosedError
from guardia.proto.frames import Hello, JournalEntry
from guardia.proto.grpc_wire import OPTIONS, PATH
from guardia.proto.waits import Waits

if TYPE_CHECKING:
    Call = grpc.aio.StreamStreamCall[bytes, bytes]

_OPTIONS: tuple[tuple[str, int | str], ...] = (
    *OPTIONS,
    ("grpc.enable_http_proxy", 0),  # like the WebSocket: proxies of the environment do not redirect it
    ("grpc.service_config_disable_resolution", 1),  # no TXT records from DNS that configure us
    ("grpc.enable_retries", 0),
    ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new connection, with the certificate as it is now
    ("grpc.primary_user_agent", "guardia-agent"),
)

DEFAULT_PORT = 9445
LOOKING = 5.0
"""Seconds in which it is found out why a connection failed."""

_closing: set[asyncio.Task[None]] = set()


class GrpcTransport:
    """A call of `Fleet.Link` as the transport of a channel."""

    def __init__(self, channel: grpc.aio.Channel, call: Call) -> None:
        self._channel = channel
        self._call = call
        self._waits = Waits()

    async def recv(self) -> bytes:
        with self._under_way():
            message = await self._call.read()
        if not isinstance(message, bytes):
            raise TransportClosedError("the hub closed")
        return message

    async def send(self, data: bytes) -> None:
        with self._under_way():
            await self._call.write(data)

    def abort(self) -> None:
        if self._waits.over:
            return
        self._waits.end()  # gRPC does not wake them in every state of a call
        self._call.cancel()
        task = asyncio.get_running_loop().create_task(self._channel.close())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    @contextlib.contextmanager
    def _under_way(self) -> Iterator[None]:
        """Maps what gRPC raises."""
        try:
            with self._waits.under_way():
                yield
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError) as error:
            raise TransportClosedError(_reason(error)) from error


async def dial(url: str, material: TlsMaterial, context: ssl.SSLContext) -> GrpcTransport:
    """Open a connection to the hub's gRPC listener, `grpcs://host:port`. The hub's host name is checked; no proxy is
    used. `context` has the same `material`: with it is found out why a connection failed, since gRPC does not say.

    Raises `LinkError`. In TLS 1.3 a hub that does not accept our certificate shows only after the handshake.
    """
    host, port = address(url)
    credentials = grpc.ssl_channel_credentials(material.roots, material.key, material.chain)
    channel = grpc.aio.secure_channel(
        f"dns:///{f'[{host}]' if ':' in host else host}:{port}", credentials, options=_OPTIONS
    )
    transport = None
    try:
        call: Call = channel.stream_stream(PATH)()
        transport = GrpcTransport(channel, call)
        try:
            async with asyncio.timeout(OPEN_TIMEOUT):
                await call.initial_metadata()
                if not call.done():
                    return transport
                status, details = await call.code(), await call.details() or ""
        except TimeoutError as error:
            raise await _found_out(url, host, port, context, error) from error
        except grpc.aio.AioRpcError as error:
            status, details = error.code(), error.details() or ""
        cause = ConnectionResetError(f"{status.name}: {details}")
        if status is grpc.StatusCode.UNAVAILABLE:
            raise await _found_out(url, host, port, context, cause)
        raise _error(url, "link.http", f"the hub answered {cause}: is this the address of its gRPC listener?")
    except BaseException:
        if transport is not None:
            transport.abort()
        else:
            await channel.close()
        raise


def address(url: str) -> tuple[str, int]:
    """Host and port of `grpcs://host:port`. Raises `LinkError`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme != "grpcs" or parts.path not in {"", "/"} or parts.username is not None:
        raise _error(url, "link.address", "not an address of the form grpcs://host:port: correct agent.toml")
    return host, port


async def _found_out(url: str, host: str, port: int, context: ssl.SSLContext, failed: Exception) -> LinkError:
    """Why the hub could not be reached: the same handshake again, by the standard library, whose errors are precise."""
    context.set_alpn_protocols(["h2"])
    writer = None
    try:
        async with asyncio.timeout(LOOKING):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
            if writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
                return _error(
                    url, "link.http", "no gRPC listener is there: correct the port, or use wss:// for this one"
                )
            await reader.read(1)  # a refused certificate shows here
    except OSError as error:  # time-outs and those of ssl too
        return link_error(error, url)
    finally:
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.transport.abort()
    return link_error(failed, url)


def _error(url: str, code: str, message: str) -> LinkError:
    error = LinkError(f"{url}: {message}")
    error.code = code
    return error


def _reason(error: Exception) -> str:
    if isinstance(error, grpc.aio.AioRpcError):
        return f"the hub closed: {error.code().name} {error.details() or ''}".rstrip()
    return f"connection lost: {error}"


class GrpcLink(ReconnectingLink):
    """`url` is `grpcs://host:port`; `credentials` is called for every attempt, so that a renewed certificate is a new
    channel."""

    def __init__(
        self,
        url: str,
        credentials: Callable[[], tuple[TlsMaterial, ssl.SSLContext]],
        handler: LinkHandler,
        *,
        hello_factory: Callable[[tuple[JournalEntry, ...]], Hello],
        clock: Clock,
        rng: Callable[[], float],
    ) -> None:
        super().__init__(url, handler, hello_factory=hello_factory, clock=clock, rng=rng)
        self._credentials = credentials

    async def _dial(self) -> GrpcTransport:
        return await dial(self._url, *self._credentials())

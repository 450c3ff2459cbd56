"""HTTP to a port of a host behind SSH, through the connection: what the host itself would get."""

from __future__ import annotations

import ssl
from typing import Protocol

import h11
import httpx

from guardia.agent.errors import HostError
from guardia.agent.run.health import MAX_BODY, tls_context
from guardia.agent.run.sshlib import asyncssh


class _Stream(Protocol):
    async def write(self, data: bytes) -> None: ...
    async def read(self) -> bytes: ...


class _Plain:
    def __init__(self, reader: asyncssh.SSHReader[bytes], writer: asyncssh.SSHWriter[bytes]) -> None:
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def read(self) -> bytes:
        return await self._reader.read(32 * 1024)


class _Tls:
    """TLS inside the channel, which is no socket that `ssl` could wrap."""

    def __init__(self, plain: _Plain, host: str) -> None:
        self._plain = plain
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = tls_context(host).wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._plain.write(data)

    async def _more(self) -> None:
        await self._flush()
        if data := await self._plain.read():
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def handshake(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._more()
        await self._flush()

    async def write(self, data: bytes) -> None:
        self._tls.write(data)
        await self._flush()

    async def read(self) -> bytes:
        while True:
            try:
                return self._tls.read(32 * 1024)
            except ssl.SSLWantReadError:
                await self._more()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""


async def get(connection: asyncssh.SSHClientConnection, url: str) -> tuple[int, bytes]:
    """Status and at most `MAX_BODY` bytes of the body. Redirects are not followed. The caller bounds the time."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise HostError(f"{url}: {error}") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise HostError(f"{url} is no http:// or https:// address")
    port = target.port or (443 if target.scheme == "https" else 80)
    reader, writer = await connection.open_connection(target.host, port, encoding=None)
    try:
        stream: _Stream
        plain = stream = _Plain(reader, writer)
        if target.scheme == "https":
            stream = tls = _Tls(plain, target.host)
            await tls.handshake()
        return await _exchange(stream, target)
    except (h11.RemoteProtocolError, ssl.SSLError) as error:
        raise HostError(f"{url}: {error}") from None
    finally:
        writer.close()


async def _exchange(stream: _Stream, target: httpx.URL) -> tuple[int, bytes]:
    machine = h11.Connection(h11.CLIENT)
    request = h11.Request(
        method="GET",
        target=target.raw_path,
        headers=[
            (b"Host", target.netloc),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
        ],
    )
    await stream.write((machine.send(request) or b"") + (machine.send(h11.EndOfMessage()) or b""))
    status = 0
    body = bytearray()
    while True:
        event = machine.next_event()
        if event is h11.NEED_DATA:
            machine.receive_data(await stream.read())
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += event.data[: MAX_BODY - len(body)]
            if len(body) >= MAX_BODY:
                return status, bytes(body)
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            if not status:
                raise HostError(f"{target}: the connection was closed without an answer")
            return status, bytes(body)

"""Does a listener of ours speak TLS 1.2? Asked of gRPC's, which has no switch for it (`grpc_wire.prepare`)."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

_HANDSHAKE = b"\x16"
"""Type of the record that carries a ServerHello; a refusal is an alert (0x15) or the end. RFC 8446, section 5.1."""

PATIENCE = 10.0
"""Seconds until an answer."""


async def speaks_tls_1_2(host: str, port: int) -> bool:
    """Offer TLS 1.2 and nothing else, and look at the first byte of the answer.

    No certificate is needed: the version is settled before one is asked for. Raises `OSError` (a `TimeoutError` too)
    when nothing is there or nothing is answered.
    """
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(_client_hello())
            return await reader.read(1) == _HANDSHAKE
        except ConnectionResetError:
            return False
        finally:
            writer.transport.abort()


def _client_hello() -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent but this hello
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    said = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), said)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return said.read()

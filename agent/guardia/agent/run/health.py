"""HTTP and TCP from this machine."""

from __future__ import annotations

import asyncio
import ssl
import time

from guardia.agent.errors import HostError

MAX_BODY = 64 * 1024
"""Bytes of a body that are kept."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def tls_context(host: str) -> ssl.SSLContext:
    """Certificates are checked against the system's store, except on loopback, where the name never fits and nobody
    can sit in between."""
    context = ssl.create_default_context()
    if host in LOOPBACK:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def connect(address: str, port: int, within: float) -> float:
    started = time.monotonic()
    try:
        async with asyncio.timeout(within):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        raise HostError(f"{address}:{port} did not answer within {within:g} s") from None
    except OSError as error:
        raise HostError(f"{address}:{port}: {error.strerror or error}") from None
    took = time.monotonic() - started
    writer.close()
    return took


async def http_get(url: str, within: float) -> tuple[int, bytes, float]:
    import httpx  # 3 MiB, for those who ask

    started = time.monotonic()
    body = bytearray()
    try:
        parsed = httpx.URL(url)
        verify = tls_context(parsed.host) if parsed.scheme == "https" else False
        async with (
            asyncio.timeout(within),
            httpx.AsyncClient(trust_env=False, follow_redirects=False, verify=verify, timeout=within) as client,
            client.stream("GET", parsed, headers={"Accept-Encoding": "identity"}) as response,
        ):
            async for piece in response.aiter_raw():
                body += piece[: MAX_BODY - len(body)]
                if len(body) >= MAX_BODY:
                    break
            return response.status_code, bytes(body), time.monotonic() - started
    except (TimeoutError, httpx.TimeoutException):
        raise HostError(f"{url} did not answer within {within:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise HostError(f"{url}: {error or type(error).__name__}") from None

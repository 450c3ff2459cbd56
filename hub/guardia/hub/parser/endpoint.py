"""An OpenAI-compatible endpoint over HTTP: one question, one answer, or an error with a code."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from guardia.hub.errors import ConfigError
from guardia.hub.parser.settings import ReaderSettings

MAX_BODY = 256 * 1024
"""Bytes of an answer."""
RETRY_AFTER = 0.2
"""Seconds before the one retry."""
KEPT = 3.0
"""Seconds that an idle connection is used again. uvicorn, and so vLLM, closes one after 5 s: a question that is sent
at that moment would get no answer."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class EndpointError(Exception):
    """No usable answer. `code` is stable: `unreachable`, `timeout`, `cut_off`, `unauthorised`, `no_model`,
    `overloaded`, `server_error`, `too_long`, `refused`, `truncated`, `nonsense`."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    content: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


def completions_url(base: str) -> str:
    """Where completions are asked for. Raises `ConfigError` for what is not an http(s) address."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            f"[reader] url {base!r}: give the address of an OpenAI-compatible server, http(s)://host:port"
        )
    if parts.username or parts.password:
        raise ConfigError("[reader] url holds a password; put the key into the file that api_key_file names")
    base = base.rstrip("/")
    return f"{base}/chat/completions" if base.endswith("/v1") else f"{base}/v1/chat/completions"


def tls_context(settings: ReaderSettings) -> ssl.SSLContext:
    """TLS 1.2 or newer, names checked, with the client certificate if there is one. Raises `ConfigError`."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        if settings.client_cert:
            context.load_cert_chain(settings.client_cert, settings.client_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"[reader] ca_file, client_cert or client_key cannot be used: {error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Endpoint:
    """Holds the connections. `close` when done. Raises `ConfigError` when made of settings that cannot work."""

    def __init__(self, settings: ReaderSettings, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.url = completions_url(settings.url)
        parts = urlsplit(self.url)
        if settings.api_key and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ConfigError(f"[reader] url {settings.url}: the API key would go over the network in clear; use https")
        headers = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
        limits = httpx.Limits(
            max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency, keepalive_expiry=KEPT
        )
        self._client = httpx.AsyncClient(
            verify=tls_context(settings) if parts.scheme == "https" else True,
            headers={**headers, "Accept": "application/json"},
            timeout=httpx.Timeout(settings.timeout, connect=settings.connect_timeout),
            limits=limits,
            trust_env=False,
            follow_redirects=False,
        )
        self._sleep = sleep

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, body: dict[str, Any]) -> Answer:
        """The answer to a chat completion. One retry, and only where the server cannot have begun: no connection, or
        503. The caller limits the whole time. Raises `EndpointError`."""
        content = msgspec.json.encode(body)
        try:
            return await self._once(content)
        except EndpointError as error:
            if error.code not in ("unreachable", "overloaded"):
                raise
        await self._sleep(RETRY_AFTER)
        return await self._once(content)

    async def _once(self, content: bytes) -> Answer:
        try:
            async with self._client.stream(
                "POST", self.url, content=content, headers={"Content-Type": "application/json"}
            ) as response:
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > MAX_BODY:
                        raise EndpointError("nonsense", f"an answer of more than {MAX_BODY} bytes")
                return _answer(response.status_code, bytes(data))
        except (httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise EndpointError("timeout", type(error).__name__) from error
        except httpx.ConnectError as error:
            raise EndpointError("unreachable", str(error)[:200]) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise EndpointError("cut_off", f"{type(error).__name__}: {error}"[:200]) from error


_STATUS = {401: "unauthorised", 403: "unauthorised", 404: "no_model", 429: "overloaded", 503: "overloaded"}


def _answer(status: int, data: bytes) -> Answer:
    if status != 200:
        why = _why(data)
        code = _STATUS.get(status, "server_error" if status >= 500 else "refused")
        if status in (400, 413, 422) and ("context length" in why or "too long" in why or status == 413):
            code = "too_long"
        raise EndpointError(code, f"HTTP {status}: {why}")
    try:
        completion = msgspec.json.decode(data, type=_Completion)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise EndpointError("nonsense", f"not a completion: {error}"[:200]) from None
    if not completion.choices or completion.choices[0].message.content is None:
        raise EndpointError("nonsense", "a completion without content")
    first = completion.choices[0]
    if first.finish_reason == "length":
        raise EndpointError("truncated", "the answer did not fit into answer_tokens")
    usage = completion.usage or _Usage()
    return Answer(
        content=first.message.content or "",
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
    )


def _why(data: bytes) -> str:
    """The server's words: `{"error": {"message": …}}`, `{"error": "…"}` or anything else, cut."""
    try:
        error = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return data[:200].decode("utf-8", "replace")
    error = error.get("error", error) if isinstance(error, dict) else error
    return str(error.get("message", error) if isinstance(error, dict) else error)[:200]

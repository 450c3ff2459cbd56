"""Questions to an OpenAI-compatible endpoint (vLLM, Ollama): one schema-constrained answer each, everything bounded.

For the health gate, `check` and `evaluate`. One attempt a call, no retry: whoever asks decides about that.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from guardia.llm_server.errors import (
    BusyError,
    ConfigError,
    NonsenseError,
    RefusedError,
    SlowError,
    UnreachableError,
)

MAX_ANSWER = 1024 * 1024
"""Bytes of one answer; a longer one is nonsense."""
KEPT = 3.0
"""Seconds that an idle connection is used again. uvicorn, and so vLLM, closes one after 5 s: a question that is sent
at that moment would get no answer."""
MAX_DETAIL = 300
"""Characters of a server's error message that are passed on."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where to ask, and as whom."""

    url: str
    """`http(s)://host:port`, with or without `/v1`."""
    model: str
    api_key: str = ""
    ca: str = ""
    """PEM file; with an https address the only roots that are trusted. Empty: the system's."""
    certificate: str = ""
    key: str = ""
    server_name: str = ""
    """Name to verify in the server's certificate instead of the address."""

    def __repr__(self) -> str:
        return f"Endpoint({self.url}, model={self.model})"  # never the key

    @property
    def root(self) -> str:
        """The address without `/v1`."""
        return self.url.rstrip("/").removesuffix("/v1").rstrip("/")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came for one question."""

    text: str
    finish: str
    """`stop`, or `length` when the token limit cut it off."""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    seconds: float

    def value(self) -> Any:
        """The text as JSON. Raises `NonsenseError` when it was cut off or is no JSON."""
        if self.finish == "length":
            raise NonsenseError(f"the answer was cut off after {self.completion_tokens} tokens; raise the limit")
        try:
            return msgspec.json.decode(self.text)
        except msgspec.DecodeError as error:
            raise NonsenseError(f"the answer is not JSON ({error}): {self.text[:80]!r}") from None


class _Function(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Function
    finish_reason: str | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Details | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """For an https endpoint: its roots, and our certificate where one is given. Raises `ConfigError`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if endpoint.ca:
            context.load_verify_locations(cafile=endpoint.ca)
        else:
            context.load_default_certs()
        if endpoint.certificate:
            context.load_cert_chain(endpoint.certificate, endpoint.key or None, password=lambda: b"")
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(name for name in (endpoint.ca, endpoint.certificate, endpoint.key) if name)
        raise ConfigError(f"{files}: not usable for TLS ({error.strerror or error}); check the PEM files") from None
    return context


class Client:
    """A context manager around one connection pool. Not for several event loops."""

    def __init__(self, endpoint: Endpoint, *, connections: int = 16) -> None:
        self.endpoint = endpoint
        headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
        self._extensions = {"sni_hostname": endpoint.server_name} if endpoint.server_name else {}
        https = endpoint.root.startswith("https:")
        self._http = httpx.AsyncClient(
            base_url=endpoint.root,
            headers=headers,
            verify=tls_context(endpoint) if https else False,
            trust_env=False,
            timeout=None,  # noqa: S113 - every call below has a limit of its own, over the whole exchange
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=KEPT
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def healthy(self, seconds: float) -> None:
        """Return when `/health` answers 200 within `seconds`; else raise an `EndpointError`."""
        await self._exchange("GET", "/health", None, seconds)

    async def figure(self, names: tuple[str, ...], seconds: float) -> float:
        """The sum of all series of vLLM's `/metrics` whose line begins with one of `names`; 0 when there is none.

        Raises `EndpointError`, `ValueError` for figures that are no numbers.
        """
        text = await self._exchange("GET", "/metrics", None, seconds)
        lines = text.decode("utf-8", "replace").splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(names))

    async def ask(
        self,
        messages: Sequence[Mapping[str, str]],
        schema: Mapping[str, Any],
        *,
        seconds: float,
        max_tokens: int = 512,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> Answer:
        """One answer to `messages` in the JSON of `schema`; what came is not yet parsed. Raises `EndpointError`."""
        body = {
            "model": self.endpoint.model,
            "messages": list(messages),
            "temperature": temperature,
            "seed": seed,
            "max_tokens": max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reading", "strict": True, "schema": schema},
            },
        }
        began = time.perf_counter()
        data = await self._exchange("POST", "/v1/chat/completions", msgspec.json.encode(body), seconds)
        taken = time.perf_counter() - began
        try:
            completion = msgspec.json.decode(data, type=_Completion)
            choice = completion.choices[0]
        except (msgspec.DecodeError, msgspec.ValidationError, IndexError) as error:
            raise NonsenseError(f"not a chat completion ({error}); is this an OpenAI-compatible endpoint?") from None
        usage = completion.usage or _Usage()
        details = usage.prompt_tokens_details or _Details()
        return Answer(
            text=choice.message.content or "",
            finish=choice.finish_reason or "",
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cached_tokens=details.cached_tokens or 0,
            seconds=taken,
        )

    async def _exchange(self, method: str, path: str, body: bytes | None, seconds: float) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        where = self.endpoint.root
        try:
            async with asyncio.timeout(seconds):
                request = self._http.stream(method, path, content=body, headers=headers, extensions=self._extensions)
                async with request as response:
                    data = bytearray()
                    async for chunk in response.aiter_bytes():
                        data += chunk
                        if len(data) > MAX_ANSWER:
                            raise NonsenseError(f"{where} sent more than {MAX_ANSWER} bytes")
        except TimeoutError:
            raise SlowError(
                f"{where} did not answer within {seconds:g} s; is it overloaded or still loading?"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            what = str(error) or type(error).__name__
            raise UnreachableError(f"{where}: {what}; check address, port and certificates") from None
        if response.status_code == 200:
            return bytes(data)
        detail = _detail(bytes(data))
        if response.status_code in (429, 503):
            raise BusyError(f"{where} is busy ({response.status_code}){detail}; ask again later")
        raise RefusedError(f"{where} answered {response.status_code}{detail}{_advice(response.status_code)}",
                           response.status_code)  # fmt: skip


def _detail(data: bytes) -> str:
    """The server's own words: vLLM sends an object, or for a missing key a string."""
    try:
        error = msgspec.json.decode(data)["error"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
    text = error.get("message", "") if isinstance(error, dict) else error
    return f": {' '.join(str(text).split())[:MAX_DETAIL]}" if text else ""


def _advice(status: int) -> str:
    if status in (401, 403):
        return "; give the API key in GUARDIA_LLM_API_KEY or --api-key-file"
    if status == 404:
        return "; check the model's served name and the address"
    return ""

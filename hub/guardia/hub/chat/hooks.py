"""Sends the outbox of webhooks to ITSM systems: in order for each endpoint, again until it is taken, never twice for
one that has answered.

An event leaves the outbox after the endpoint answered 2xx. Killed in between, it is sent again under the same
`event_id`: at least once, and the receiver knows it again. Each endpoint waits for itself alone.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from guardia.hub.chat.http import retry_after
from guardia.hub.chat.metrics import HookMetrics
from guardia.hub.chat.settings import HookSettings
from guardia.hub.chat.signature import sign
from guardia.hub.errors import ChannelGoneError, HubError, MessageRefusedError, UndeliveredError
from guardia.hub.ports import Clock
from guardia.hub.store.hooks import WaitingHook

log = structlog.get_logger("guardia.hub.hooks")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
MAX_RETRY_AFTER = 3600.0
POLL = 1.0
"""Seconds after which the outbox is looked at also when nobody said that something was written."""
CALL_WITHIN = 20.0
"""Seconds for the whole of a call: connection, request, answer."""
MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are read, so that the connection can be used again; of more the connection is closed."""
_REFUSED = frozenset({400, 413, 415, 422})
_LATER = frozenset({408, 425, 429})


class Outbox(Protocol):
    """What the sender asks of `guardia.hub.store.hooks.Hooks`."""

    async def next(self, endpoint: str) -> WaitingHook | None: ...
    async def delivered(self, hook: WaitingHook) -> None: ...
    async def refuse(self, hook: WaitingHook, reason: str) -> None: ...
    async def park(self, endpoint: str, reason: str) -> None: ...
    async def count(self) -> int: ...


class _Pace(msgspec.Struct):
    not_before: float = float("-inf")
    failures: int = 0


class HookSender:
    """`next` is the whole of it, one event at a time; `run` calls it for every endpoint by itself."""

    def __init__(
        self,
        endpoints: Sequence[HookSettings],
        *,
        outbox: Outbox,
        clock: Clock,
        metrics: HookMetrics,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._endpoints = {endpoint.name: endpoint for endpoint in endpoints}
        self._clients = {endpoint.name: _client(endpoint) for endpoint in endpoints}
        self._outbox = outbox
        self._clock = clock
        self._metrics = metrics
        self._jitter = jitter
        self._paces = {name: _Pace() for name in self._endpoints}
        self._nudged = {name: asyncio.Event() for name in self._endpoints}
        self._stopping = asyncio.Event()

    def nudge(self) -> None:
        """Something was written for an endpoint."""
        for event in self._nudged.values():
            event.set()

    async def run(self) -> None:
        """Send until `stop`."""
        async with asyncio.TaskGroup() as group:
            for name in self._endpoints:
                group.create_task(self._endpoint(name))

    async def stop(self) -> None:
        """No further call begins; `run` returns when those under way have ended."""
        self._stopping.set()
        self.nudge()

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def _endpoint(self, name: str) -> None:
        while not self._stopping.is_set():
            self._nudged[name].clear()
            try:
                wait = await self.next(name)
                if wait != 0:
                    self._metrics.waiting.set(await self._outbox.count())
            except HubError as error:
                log.warning("hooks.outbox_unreadable", code=error.code, error=str(error))
                wait = FIRST_PAUSE
            except Exception:  # of this endpoint alone: the others go on, and this one is tried again
                log.exception("hooks.unforeseen", endpoint=name)
                wait = LONGEST_PAUSE
            if wait is None:
                await _until(self._nudged[name], POLL)
            elif wait:
                await _until(self._stopping, wait)

    async def next(self, name: str) -> float | None:
        """Send what is first. Returns after how many seconds to come again (0: at once), or None when nothing waits.

        Raises `StoreError`.
        """
        pace = self._paces[name]
        now = self._clock.monotonic()
        if pace.not_before > now:
            return pace.not_before - now
        hook = await self._outbox.next(name)
        if hook is None:
            return None
        try:
            await self._send(self._endpoints[name], hook)
        except MessageRefusedError as error:
            log.error("hooks.refused", endpoint=name, event_id=hook.event_id, error=str(error))
            self._metrics.count(name, "refused")
            await self._outbox.refuse(hook, str(error))
        except ChannelGoneError as error:
            log.error("hooks.parked", endpoint=name, event_id=hook.event_id, error=str(error))
            self._metrics.count(name, "gone")
            await self._outbox.park(name, str(error))
            return None
        except UndeliveredError as error:
            return self._again(name, pace, hook, error)
        else:
            self._metrics.count(name, "sent")
            await self._outbox.delivered(hook)
        pace.failures = 0
        return 0.0

    def _again(self, name: str, pace: _Pace, hook: WaitingHook, error: UndeliveredError) -> float:
        pace.failures += 1
        longest = min(FIRST_PAUSE * 2.0 ** min(pace.failures - 1, 10), LONGEST_PAUSE)
        pause: float = max(longest * (0.5 + self._jitter() / 2), min(error.retry_after, MAX_RETRY_AFTER))
        pace.not_before = self._clock.monotonic() + pause
        self._metrics.count(name, "later")
        log.warning("hooks.later", endpoint=name, event_id=hook.event_id, error=str(error), seconds=round(pause, 1))
        return pause

    async def _send(self, endpoint: HookSettings, hook: WaitingHook) -> None:
        """Hand it to the endpoint. Errors name the endpoint, never its address: that may hold a secret.

        Raises `UndeliveredError`, `ChannelGoneError`, `MessageRefusedError`.
        """
        headers = self._headers(endpoint, hook)
        try:
            async with (
                asyncio.timeout(CALL_WITHIN),
                self._clients[endpoint.name].stream(
                    "POST", endpoint.url, content=hook.body, headers=headers
                ) as response,
            ):
                await _drain(response)
        except (httpx.HTTPError, TimeoutError) as error:
            raise UndeliveredError(f"{endpoint.name}: {type(error).__name__}") from None
        status = response.status_code
        said = f"{endpoint.name} answered {status}"
        if 200 <= status < 300:
            return
        if status in _REFUSED:
            raise MessageRefusedError(said)
        if 300 <= status < 400:
            raise ChannelGoneError(f"{said}; redirects are not followed, put the final address into url")
        if 400 <= status < 500 and status not in _LATER:
            raise ChannelGoneError(said)
        raise UndeliveredError(said, retry_after=retry_after(response))

    def _headers(self, endpoint: HookSettings, hook: WaitingHook) -> dict[str, str]:
        """Signed anew for every try: a nonce serves once."""
        found = urlsplit(endpoint.url)
        path = (found.path or "/") + (f"?{found.query}" if found.query else "")
        timestamp, nonce = str(self._clock.now_ms() // 1000), secrets.token_hex(16)
        signature = sign(endpoint.secret, method="POST", path=path, timestamp=timestamp, nonce=nonce, body=hook.body)
        return {
            "Content-Type": "application/json",
            "User-Agent": "GUARDiA",
            "X-Guardia-Event": hook.event,
            "X-Guardia-Event-Id": hook.event_id,
            "X-Guardia-Timestamp": timestamp,
            "X-Guardia-Nonce": nonce,
            "X-Guardia-Signature": signature,
        }


def _client(endpoint: HookSettings) -> httpx.AsyncClient:
    """No proxy of the environment, no redirects, one connection: events go one after the other."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(10.0, connect=5.0),
        follow_redirects=False,
        trust_env=False,
        verify=endpoint.tls if endpoint.tls is not None else True,
        limits=httpx.Limits(max_connections=1),
    )


async def _drain(response: httpx.Response) -> None:
    """Read a short answer to its end; raw, so that nothing small unpacks into something large."""
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_ANSWER:
            return


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return

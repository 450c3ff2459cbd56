"""Socket Mode: for hubs without a public address. The hub dials, and Slack hands over on that connection.

An envelope is acknowledged when what it says is durable, never before; what is not acknowledged Slack sends again. One
after the other, so that a room keeps its order and a flood waits in the connection, not in memory. Format:
docs.slack.dev, "Using Socket Mode". (The SDK's own client works on envelopes side by side, queues without bound, and
tries an address again that serves once.)
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from guardia.hub.chat.port import HandOver
from guardia.hub.core.messenger import Accepted, Answer
from guardia.hub.errors import HubError, InvalidInputError

log = structlog.get_logger("guardia.hub.slack")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
MAX_ENVELOPE = 1024 * 1024
SILENCE = 20.0
"""Seconds after which the connection is asked whether it still lives, and in which it must answer."""
ASKED = frozenset({"warning", "refresh_requested"})
"""Reasons to dial again at once; after another one (`link_disabled`), as after a failure."""


class _Envelope(msgspec.Struct):
    type: str
    envelope_id: Annotated[str, msgspec.Meta(max_length=100)] = ""
    payload: msgspec.Raw = msgspec.Raw(b"null")
    reason: str = ""
    accepts_response_payload: bool = False
    retry_attempt: int | None = None


class SocketMode:
    """`address` gives the address of the next connection, `read` says what an envelope says."""

    def __init__(
        self,
        address: Callable[[], Awaitable[str]],
        read: Callable[[str, bytes], Accepted],
        hand_over: HandOver,
        *,
        name: str,
        proxy: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address = address
        self._read = read
        self._hand_over = hand_over
        self._name = name
        self._proxy = proxy or None
        self._pause = pause
        self._failures = 0

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            retry_after = 0.0
            try:
                async with connect(
                    await self._address(),
                    max_size=MAX_ENVELOPE,
                    max_queue=8,
                    ping_interval=SILENCE,
                    ping_timeout=SILENCE,
                    close_timeout=2,
                    proxy=self._proxy,
                ) as connection:
                    await self._serve(connection)
                continue  # Slack asked for a fresh connection
            except HubError as error:
                retry_after = getattr(error, "retry_after", 0.0)
                reason = str(error)
            except (WebSocketException, OSError, TimeoutError) as error:
                reason = str(error) if type(error) is TimeoutError and str(error) else type(error).__name__
            self._failures += 1
            longest = min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
            seconds = max(longest * (0.5 + random.random() / 2), min(retry_after, LONGEST_PAUSE))  # noqa: S311 - spread
            log.warning("slack.disconnected", messenger=self._name, reason=reason, seconds=round(seconds, 1))
            await self._pause(seconds)

    async def _serve(self, connection: ClientConnection) -> None:
        """Until Slack asks for a fresh connection. Raises what ends the connection otherwise."""
        async for raw in connection:
            try:
                envelope = msgspec.json.decode(raw, type=_Envelope)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                log.warning("slack.unreadable", messenger=self._name)
                continue
            if envelope.type == "hello":
                self._failures = 0
                log.info("slack.connected", messenger=self._name)
            elif envelope.type == "disconnect":
                if envelope.reason not in ASKED:
                    raise TimeoutError(f"Slack ends the connection: {envelope.reason[:40]}")
                log.info("slack.refresh", messenger=self._name, reason=envelope.reason)
                return
            elif envelope.envelope_id:
                answer = await self._take(envelope)
                if answer is not None:
                    await connection.send(answer)
        raise TimeoutError("Slack closed the connection")

    async def _take(self, envelope: _Envelope) -> str | None:
        """Take over what it says. Returns the acknowledgement, or None: Slack shall send it again."""
        answer = Answer()
        if envelope.retry_attempt:
            log.info("slack.retry", messenger=self._name, number=envelope.retry_attempt)
        try:
            accepted = self._read(envelope.type, bytes(envelope.payload))
            answer = await self._hand_over(accepted)
        except InvalidInputError as error:  # it would be no better the next time
            log.warning("slack.malformed", messenger=self._name, kind=envelope.type[:40], error=str(error))
        except HubError as error:
            log.warning("slack.not_taken", messenger=self._name, code=error.code, error=str(error))
            return None
        except Exception:  # of one message, not of the connection
            log.exception("slack.not_taken", messenger=self._name, code="hub.internal")
            return None
        acknowledged: dict[str, object] = {"envelope_id": envelope.envelope_id}
        if answer.body and envelope.accepts_response_payload:
            acknowledged["payload"] = msgspec.Raw(answer.body)
        return msgspec.json.encode(acknowledged).decode()

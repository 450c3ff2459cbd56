"""Is the server really answering? `/health` says yes too early, and while it hangs: a canary is parsed too."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from guardia.llm_server.client import Client
from guardia.llm_server.errors import BusyError, EndpointError, NonsenseError, SlowError

CANARY_TEXT = "예산시스템 WAS 1호기 재기동해줘"
CANARY_ACTIONS = ("RESTART_SERVICE", "CHECK_SERVICE", "NONE")
CANARY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "enum": list(CANARY_ACTIONS)},
        "node": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 99}, {"type": "null"}]},
    },
    "required": ["action", "node"],
    "additionalProperties": False,
}
CANARY_MESSAGES = (
    {"role": "system", "content": "Give action and node number of the command as JSON."},
    {"role": "user", "content": CANARY_TEXT},
)
CANARY_TOKENS = 64
_GENERATED = ("vllm:generation_tokens_total",)
_IN_FLIGHT = ("vllm:num_requests_running", "vllm:num_requests_waiting{")


class _Canary(msgspec.Struct, forbid_unknown_fields=True):
    action: str
    node: int | None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found. `error` is empty when all was well."""

    error: str = ""
    code: str = ""
    canary_seconds: float | None = None
    busy: bool = False
    """The queue was full, or the answer late while others were being written: no fault."""

    @property
    def ok(self) -> bool:
        return not self.error


class Probe:
    """Looks at one server. `timeout` and `canary_timeout` in seconds."""

    def __init__(self, client: Client, *, timeout: float, canary_timeout: float) -> None:
        self._client = client
        self._timeout = timeout
        self._canary_timeout = canary_timeout
        self._tokens = 0.0

    async def healthy(self) -> Look:
        """One look at `/health`."""
        try:
            await self._client.healthy(self._timeout)
        except EndpointError as error:
            return Look(error=str(error), code=error.code)
        return Look()

    async def canary(self) -> Look:
        """One schema-constrained question. Its *form* counts, not its sense: a small model may misread it.

        A full queue, or a late answer while the server's token count grew, is `busy` and no error.
        """
        before = await self._progress()
        began = time.perf_counter()
        try:
            answer = await self._client.ask(
                CANARY_MESSAGES, CANARY_SCHEMA, seconds=self._canary_timeout, max_tokens=CANARY_TOKENS
            )
            check_canary(answer.value())
        except BusyError:
            return Look(busy=True)
        except SlowError as error:
            if await self._progress() > before:
                return Look(busy=True)
            return Look(error=str(error), code=error.code)
        except EndpointError as error:
            return Look(error=str(error), code=error.code)
        return Look(canary_seconds=time.perf_counter() - began)

    async def in_flight(self) -> float | None:
        """Questions running or waiting, None when the server does not say."""
        try:
            return await self._client.figure(_IN_FLIGHT, self._timeout)
        except (EndpointError, ValueError):
            return None

    async def _progress(self) -> float:
        try:
            self._tokens = await self._client.figure(_GENERATED, self._timeout)
        except (EndpointError, ValueError):
            pass  # no figures, no progress: the canary itself then decides
        return self._tokens


def check_canary(value: Any) -> None:
    """Raises `NonsenseError` unless `value` is of the canary's schema: then structured output does not work."""
    try:
        canary = msgspec.convert(value, _Canary)
    except msgspec.ValidationError as error:
        raise NonsenseError(f"the canary's answer is not of its schema ({error}); structured output is off") from None
    if canary.action not in CANARY_ACTIONS or (canary.node is not None and not 0 <= canary.node <= 99):
        raise NonsenseError(f"the canary's answer is outside its schema: {canary}; structured output is off")

"""The model's reading behind the parser port. Never in the way: whatever goes wrong, the embedded reader's stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from guardia.hub.core.intent import Intent, IntentType, ReaderInput, Reading
from guardia.hub.parser import grounding
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.breaker import Breaker, State
from guardia.hub.parser.consensus import agree
from guardia.hub.parser.dialect import make_dialect
from guardia.hub.parser.endpoint import Answer, Endpoint, EndpointError
from guardia.hub.parser.grounding import NoReadingError
from guardia.hub.parser.metrics import ReaderMetrics
from guardia.hub.parser.settings import ReaderSettings
from guardia.hub.ports import Clock, InventoryPort
from guardia.llm_server.errors import LlmError

log = structlog.get_logger("guardia.hub.llm")

NAME = "llm"
MAX_TEXT = 4_000
"""Characters; a longer message is not sent."""
_OWN = frozenset({IntentType.CANCEL, IntentType.HELP})
"""What the embedded reader alone decides; a cancellation must not wait for a model."""
_WELL = frozenset({"ok", "ungrounded", "too_long", "refused"})
"""Outcomes that say nothing against the endpoint."""


class ReaderStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the model reads. Told when it changes, for the room's status; never once a message."""

    up: bool
    code: str = ""
    """Why it does not: the code of the last failure."""
    message: str = ""
    """For people, in Korean."""


Told = Callable[[ReaderStatus], None]


def _nobody(_status: ReaderStatus) -> None:
    return


class NoReading(msgspec.Struct, frozen=True, kw_only=True):
    """The model gave none; `code` says why."""

    code: str
    why: str


class LlmReader:
    """Asks the model. One for each endpoint; readings may overlap."""

    def __init__(
        self,
        inventory: InventoryPort,
        embedded: EmbeddedParser,
        settings: ReaderSettings,
        *,
        clock: Clock,
        endpoint: Endpoint | None = None,
        breaker: Breaker | None = None,
        metrics: ReaderMetrics | None = None,
        told: Told | None = None,
    ) -> None:
        self._embedded = embedded
        self._settings = settings
        self._clock = clock
        self._endpoint = endpoint or Endpoint(settings)
        self._breaker = breaker or Breaker()
        self.metrics = metrics or ReaderMetrics()
        self._told = told or _nobody
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._waiting = 0
        self._dialect = make_dialect(inventory, embedded, settings)
        self.version = f"{settings.model} prompt {self._dialect.version}"
        self.status = ReaderStatus(up=True)

    async def close(self) -> None:
        await self._endpoint.close()

    async def attempt(self, message: ReaderInput) -> Reading | NoReading:
        """The model's reading within `timeout` seconds, or why there is none. Raises nothing but cancellation."""
        began = self._clock.monotonic()
        try:
            intents, answer = await self._within(message)
        except (EndpointError, NoReadingError, LlmError) as error:
            code = getattr(error, "code", "error")
            log.warning("llm.no_reading", message_id=message.id, code=code, why=str(error)[:200])
            self.metrics.readings.labels(code).inc()
            return NoReading(code=code, why=str(error)[:200])
        took = self._clock.monotonic() - began
        self.metrics.readings.labels("ok").inc()
        self.metrics.seconds.observe(took)
        self.metrics.tokens.labels("prompt").inc(answer.prompt_tokens)
        self.metrics.tokens.labels("answer").inc(answer.completion_tokens)
        explanation = {
            "inventory_revision": self._embedded.gazetteer.revision,
            "model": self._settings.model,
            "prompt": self._dialect.version,
            "grounding": grounding.VERSION,
            "seconds": round(took, 3),
            "tokens": [answer.prompt_tokens, answer.completion_tokens],
            "answer": answer.content[:4_000],
        }
        return Reading(intents=intents, reader=NAME, version=self.version, explanation=explanation)

    async def _within(self, message: ReaderInput) -> tuple[tuple[Intent, ...], Answer]:
        if len(message.text) > MAX_TEXT:
            raise EndpointError("too_long", f"a message of {len(message.text)} characters")
        if self._breaker.retry_in(self._clock.monotonic()) > 0 or self._breaker.state is State.TRYING:
            raise EndpointError("open", "the model failed before; it is asked again later")
        if self._slots.locked() and self._waiting >= self._settings.max_queue:
            raise EndpointError("busy", f"{self._waiting} messages wait for the model")
        asked = False  # the breaker let a call through and must hear what became of it
        self._waiting += 1
        waiting = True
        try:
            async with asyncio.timeout(self._settings.timeout):
                async with self._slots:
                    self._waiting -= 1
                    waiting = False
                    exchange = self._dialect.exchange(message)
                    if not self._breaker.allow(self._clock.monotonic()):
                        raise EndpointError("open", "the model failed before; it is asked again later")
                    asked = True
                    answer = await self._endpoint.ask(exchange.body)
            intents = exchange.read(answer.content)
        except TimeoutError:
            if not asked:  # the endpoint is slow for others, who report it themselves
                raise EndpointError("busy", "no free call in time") from None
            self._report("timeout")
            raise EndpointError("timeout", f"no answer within {self._settings.timeout} s") from None
        except (EndpointError, NoReadingError) as error:
            if asked:
                self._report(error.code)
            raise
        except BaseException:
            if asked:
                self._report("cancelled")
            raise
        finally:
            self._waiting -= waiting
        self._report("ok")
        return intents, answer

    def _report(self, code: str) -> None:
        now = self._clock.monotonic()
        if code in _WELL:
            self._breaker.succeeded()
        elif code == "cancelled":
            self._breaker.given_up(now)
        else:
            self._breaker.failed(now)
        up = self._breaker.state is State.CLOSED
        self.metrics.up.set(up)
        if up != self.status.up:
            text = (
                "언어 모델이 다시 응답합니다." if up else "언어 모델이 응답하지 않아 내장 판독기로만 메시지를 읽습니다."
            )
            self.status = ReaderStatus(up=up, code="" if up else code, message=text)
            log.warning("llm.status", up=up, code=code)
            self._told(self.status)


class LlmParser:
    """`ports.Parser`: the model's reading, else the embedded reader's, which then says why."""

    def __init__(self, embedded: EmbeddedParser, reader: LlmReader) -> None:
        self._embedded = embedded
        self.reader = reader

    async def read(self, message: ReaderInput) -> Reading:
        found = await self.reader.attempt(message)
        return found if isinstance(found, Reading) else _fallback(await self._embedded.read(message), found)


class BothParser:
    """`ports.Parser`: both readers at once, agreed upon by `consensus.agree`."""

    def __init__(self, embedded: EmbeddedParser, reader: LlmReader) -> None:
        self._embedded = embedded
        self.reader = reader

    async def read(self, message: ReaderInput) -> Reading:
        first = await self._embedded.read(message)
        if first.intents and all(one.intent_type in _OWN for one in first.intents):
            return first
        found = await self.reader.attempt(message)
        if isinstance(found, NoReading):
            return _fallback(first, found)
        reading = agree(first, found)
        if reading.disputes:
            self.reader.metrics.disputes.inc(len(reading.disputes))
        return reading


def _fallback(reading: Reading, why: NoReading) -> Reading:
    explanation = {**reading.explanation, "fallback": {"code": why.code, "why": why.why}}
    return msgspec.structs.replace(reading, explanation=explanation)

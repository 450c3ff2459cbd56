"""Sends the facts of the agent's own host to a hub that takes them: after a welcome, on a change, and now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Protocol

from guardia.agent.core.hostfacts import due, gist
from guardia.agent.ports import Clock, HubLink
from guardia.proto.facts import HostFacts, encode_facts
from guardia.proto.frames import Facts
from guardia.proto.version import FACTS_SINCE


class FactsTimes(Protocol):
    """Seconds, as `[facts]` of agent.toml says them."""

    @property
    def at_most_every(self) -> int: ...
    @property
    def at_least_every(self) -> int: ...


class FactsReporter:
    """`run` lives as long as the agent. Facts are not acknowledged: those that were lost come again in time."""

    def __init__(
        self, collect: Callable[[], Awaitable[HostFacts]], link: HubLink, *, times: FactsTimes, clock: Clock, log: Any
    ) -> None:
        self._collect = collect
        self._link = link
        self._times = times
        self._clock = clock
        self._log = log
        self._welcome = asyncio.Event()
        self._owed = False
        self._sent_at: float | None = None
        self._sent: Hashable = None
        self._next_at = clock.monotonic()

    def welcomed(self) -> None:
        """The hub has let the agent in; it may be another one than before."""
        self._owed = True
        self._welcome.set()

    async def run(self) -> None:
        while True:
            self._welcome.clear()
            try:
                await self.report()
            except Exception:  # noqa: BLE001 - recorded; facts are an extra, and come again
                self._log.exception("facts not sent")
            try:
                async with asyncio.timeout(max(1.0, self._next_at - self._clock.monotonic())):
                    await self._welcome.wait()
            except TimeoutError:
                continue

    async def report(self) -> bool:
        """Look at the host, and send what was found if it is due. True: it was handed over for the wire."""
        now, pause = self._clock.monotonic(), float(self._times.at_most_every)
        if not self._link.connected or self._link.hub_minor < FACTS_SINCE:
            self._next_at = now + pause  # or the next welcome
            return False
        if self._sent_at is not None and now - self._sent_at < pause:
            self._next_at = self._sent_at + pause
            return False
        self._next_at = now + pause
        facts = await self._collect()
        new = gist(facts)
        if not due(
            now=now,
            sent_at=self._sent_at,
            owed=self._owed,
            changed=new != self._sent,
            at_most_every=pause,
            at_least_every=float(self._times.at_least_every),
        ):
            return False
        self._owed = False
        await self._link.send(Facts(at_ms=self._clock.now_ms(), facts=encode_facts(facts)))
        self._sent_at, self._sent = now, new
        return True

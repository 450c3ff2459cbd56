"""Opens requests: numbers, and the first event of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from guardia.hub.core import events as e
from guardia.hub.core.intent import ContextMessage, Intent
from guardia.hub.core.message import Person, StagedFile
from guardia.hub.core.request import Request
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.planner import Planner
from guardia.hub.ports import Clock, Store

_IDS = 20
"""Request numbers that are reserved at once; what a restart leaves unused is never given out again."""

Follow = Callable[[Request], Awaitable[Sequence[e.Event]]]


class Opener:
    def __init__(self, *, store: Store, desk: Desk, planner: Planner, clock: Clock, timezone: str) -> None:
        self._store = store
        self._desk = desk
        self._planner = planner
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._ids: list[str] = []
        self._ids_day = ""

    async def make(
        self,
        *,
        origin: str,
        person: Person,
        room_id: str,
        platform: str,
        message_id: str,
        text: str,
        intent: Intent,
        files: tuple[StagedFile, ...] = (),
        reader: str,
        reader_version: str,
        explanation: dict[str, Any],
        context: tuple[ContextMessage, ...] = (),
        read_now: str = "",
        itsm_ticket_id: str = "",
        severity: str = "",
        follow: Follow | None = None,
    ) -> Request:
        """An ordinary request of `person`, typed or of an offer or a preview. `origin` keeps it single.

        `follow` is what comes after its draft; without it, its plan.
        """
        drafted = e.Drafted(
            at_ms=self._clock.now_ms(),
            request_id=await self._next_id(),
            room_id=room_id,
            platform=platform,
            message_id=message_id,
            text=text,
            requester=person,
            intent=intent,
            files=files,
            reader=reader,
            reader_version=reader_version,
            explanation=explanation,
            context=context,
            read_now=read_now,
            itsm_ticket_id=itsm_ticket_id,
            severity=severity,
        )
        return await self._desk.open(drafted, origin, follow or self._planner.plan)

    async def _next_id(self) -> str:
        day = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).astimezone(self._zone).strftime("%Y%m%d")
        if day != self._ids_day or not self._ids:
            first = await self._store.next_number(f"request-{day}", _IDS)
            self._ids = [f"SR-{day}-{number:04d}" for number in range(first, first + _IDS)][::-1]
            self._ids_day = day
        return self._ids.pop()

"""What rooms said, and its reading: the last words of each room, messages read side by side, acted on in order."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from guardia.hub.core.intent import ContextMessage, ReaderInput, Reading
from guardia.hub.core.message import InboundMessage, SenderType
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import History, Parser

MAX_ROOMS = 1_000
"""Rooms whose last words are kept in memory; a messenger may have many more."""


class Hearing:
    def __init__(self, *, parser: Parser, history: History, settings: FlowSettings) -> None:
        self._parser = parser
        self._history = history
        self._words = settings.context_messages
        self._zone = ZoneInfo(settings.timezone)
        self._recent: OrderedDict[str, deque[ContextMessage]] = OrderedDict()
        self._reading: dict[str, asyncio.Event] = {}
        """The newest reading under way of each room."""

    async def read(self, message: InboundMessage) -> tuple[ReaderInput, Reading]:
        """What the reader was given, and what it made of it."""
        recent = self._recent.setdefault(message.room_id, deque(maxlen=self._words))
        now = datetime.fromtimestamp(message.received_ms / 1000, UTC).astimezone(self._zone)
        given = ReaderInput(
            id=message.message_id,
            text=message.text,
            files=tuple(file.name for file in message.files),
            context=tuple(recent),
            now=now.isoformat(timespec="seconds"),
        )
        recent.append(ContextMessage(sender=message.person.person_id, text=message.text))
        # A reader may take seconds: a room's messages are read side by side, but acted on in their order.
        before, done = self._reading.get(message.room_id), asyncio.Event()
        self._reading[message.room_id] = done
        try:
            reading = await self._parser.read(given)
            if before is not None:
                await before.wait()
            return given, reading
        finally:
            done.set()
            if self._reading.get(message.room_id) is done:
                del self._reading[message.room_id]

    async def overhear(self, message: InboundMessage) -> Reading:
        """What the reader makes of words that are not for the hub: alone, remembered by nobody."""
        return await self.alone(message.text, message.received_ms, message.message_id)

    async def alone(self, text: str, at_ms: int, message_id: str = "again") -> Reading:
        """What the reader makes of words without what was said around them."""
        now = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone)
        return await self._parser.read(ReaderInput(id=message_id, text=text, now=now.isoformat(timespec="seconds")))

    async def in_turn(self, room_id: str) -> None:
        """What was said before is read first: "왜?" and "2번" mean that."""
        before = self._reading.get(room_id)
        if before is not None:
            await before.wait()

    async def recall(self, room_id: str, *, before: str = "") -> None:
        """The room's last words (`before` a message of it), once after a start and after a long silence."""
        if room_id in self._recent:
            self._recent.move_to_end(room_id)
            return
        recent: deque[ContextMessage] = deque(maxlen=self._words)
        self._recent[room_id] = recent
        if len(self._recent) > MAX_ROOMS:
            self._recent.popitem(last=False)
        for old in await self._history.messages(room_id, limit=50):
            if old.message_id == before:
                break
            if old.sender_type is SenderType.HUMAN:
                recent.append(ContextMessage(sender=old.sender, text=old.content))

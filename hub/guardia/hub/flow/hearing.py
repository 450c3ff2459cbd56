"""What rooms said, and its reading: the last words of each room. `turns` keeps the order."""

from __future__ import annotations

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

    def take(self, message: InboundMessage) -> ReaderInput:
        """What the reader is given of a message of a room that was recalled; the next one is given this one too."""
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
        return given

    async def read(self, given: ReaderInput) -> Reading:
        """What the reader makes of it, which may take seconds."""
        return await self._parser.read(given)

    async def overhear(self, message: InboundMessage) -> Reading:
        """What the reader makes of words that are not for the hub: alone, remembered by nobody."""
        return await self.alone(message.text, message.received_ms, message.message_id)

    async def alone(self, text: str, at_ms: int, message_id: str = "again") -> Reading:
        """What the reader makes of words without what was said around them."""
        now = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone)
        return await self._parser.read(ReaderInput(id=message_id, text=text, now=now.isoformat(timespec="seconds")))

    async def recall(self, room_id: str, *, before: str = "") -> None:
        """The room's last words (`before` a message of it), once after a start and after a long silence.

        By one at a time in a room.
        """
        if room_id in self._recent:
            self._recent.move_to_end(room_id)
            return
        recent: deque[ContextMessage] = deque(maxlen=self._words)
        for old in await self._history.messages(room_id, limit=50):
            if old.message_id == before:
                break
            if old.sender_type is SenderType.HUMAN:
                recent.append(ContextMessage(sender=old.sender, text=old.content))
        self._recent[room_id] = recent
        if len(self._recent) > MAX_ROOMS:
            self._recent.popitem(last=False)

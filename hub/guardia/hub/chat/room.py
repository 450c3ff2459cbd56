"""Rooms: fan-out of what the engine shows to everybody who looks at it, after a replay without gap or duplicate."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator

import msgspec

from guardia.hub.core.message import MessageType, RoomMessage
from guardia.hub.ports import History

MAX_PENDING = 512
"""Messages that may wait for one reader; live changes of one card wait as one message, its newest form."""
MAX_PENDING_BYTES = 4 * 1024 * 1024
PAGE = 200
REMEMBERED = 1_024
"""Messages of which a reader remembers the newest revision that it was given."""

_encode = msgspec.json.Encoder().encode


class _Item(msgspec.Struct, frozen=True):
    message: RoomMessage
    data: bytes


class Subscription:
    """One reader of a room. `stream` gives what to send; it ends when the reader was too slow (`slow` is then True)."""

    def __init__(self, room_id: str, history: History) -> None:
        self.room_id = room_id
        self.slow = False
        self._overrun = asyncio.Event()
        self._history = history
        self._pending: OrderedDict[str, _Item] = OrderedDict()
        self._bytes = 0
        self._ready = asyncio.Event()
        self._given: OrderedDict[str, int] = OrderedDict()

    def offer(self, item: _Item) -> None:
        """Queue a message; a newer form takes the place of one that still waits. Never waits itself."""
        if self.slow:
            return
        key = item.message.message_id
        before = self._pending.get(key)
        if before is not None:
            if item.message.revision <= before.message.revision:
                return
            self._bytes -= len(before.data)
        self._pending[key] = item
        self._bytes += len(item.data)
        # One message always fits, however large: a reader of a huge card is not slow for that.
        if len(self._pending) > MAX_PENDING or (self._bytes > MAX_PENDING_BYTES and len(self._pending) > 1):
            self.slow = True
            self._overrun.set()
            self._pending.clear()
        self._ready.set()

    async def overrun(self) -> None:
        """Returns when the reader was too slow, also while the one who drains `stream` is stuck."""
        await self._overrun.wait()

    async def stream(self, *, after: int = 0, cards: int = 0) -> AsyncIterator[bytes]:
        """Encoded messages: what the history holds after `after` (0: its newest page), then what is shown live.

        `cards` > 0: also the cards from that position up to `after`, since they may have changed while the reader was
        away. Each (message, revision) comes once.
        """
        if 0 < cards <= after:
            async for message in self._stored(cards - 1, until=after):
                if message.msg_type is MessageType.CARD and self._fresh(message):
                    yield _encode(message)
        if after > 0:
            async for message in self._stored(after):
                if self._fresh(message):
                    yield _encode(message)
        else:
            for message in await self._history.messages(self.room_id, limit=PAGE):
                if self._fresh(message):
                    yield _encode(message)
        while not self.slow:
            if not self._pending:
                self._ready.clear()
                await self._ready.wait()
                continue
            _, item = self._pending.popitem(last=False)
            self._bytes -= len(item.data)
            if self._fresh(item.message):
                yield item.data

    async def _stored(self, after: int, *, until: int | None = None) -> AsyncIterator[RoomMessage]:
        """Stored messages from `after` on, page by page as fast as the reader takes them."""
        while True:
            page = await self._stored_page(after)
            for message in page:
                if until is not None and message.seq > until:
                    return
                yield message
            if len(page) < PAGE:
                return
            after = page[-1].seq

    async def _stored_page(self, after: int) -> list[RoomMessage]:
        if after > 0:
            return await self._history.messages(self.room_id, after_seq=after, limit=PAGE)
        return await self._history.messages(self.room_id, limit=PAGE)

    def _fresh(self, message: RoomMessage) -> bool:
        """True the first time for each message and revision."""
        if self._given.get(message.message_id, -1) >= message.revision:
            return False
        self._given[message.message_id] = message.revision
        self._given.move_to_end(message.message_id)
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return True


class RoomHub:
    """The rooms of this process; implements `guardia.hub.ports.Rooms`.

    The engine calls `show` after it stored a message, in the order of `seq` within a room.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._readers: dict[str, set[Subscription]] = {}

    async def show(self, message: RoomMessage) -> None:
        """Hand `message` to everybody who looks at its room. Returns at once; a slow reader delays nobody."""
        readers = self._readers.get(message.room_id)
        if readers:
            item = _Item(message, _encode(message))
            for reader in tuple(readers):
                reader.offer(item)

    def join(self, room_id: str) -> Subscription:
        """Start to look at a room; what is shown from now on is kept for the reader. `leave` must follow."""
        subscription = Subscription(room_id, self._history)
        self._readers.setdefault(room_id, set()).add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        readers = self._readers.get(subscription.room_id, set())
        readers.discard(subscription)
        if not readers:
            self._readers.pop(subscription.room_id, None)

    def readers(self) -> int:
        """How many connections look at rooms; for metrics."""
        return sum(len(readers) for readers in self._readers.values())

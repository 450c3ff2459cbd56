"""What was taken over and waits to be worked off: in order within a room, several rooms side by side.

Presses have an order of their own: what they decide has a card already, and must not wait for a slow reader.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from guardia.hub.core.texts import said
from guardia.hub.errors import BusyError
from guardia.hub.flow.turns import Turn, Turns
from guardia.hub.ports import InboxEntry

SIDE_BY_SIDE = 8
"""Rooms whose messages are worked off at once: a reader may take seconds."""

QUIET_TRIES, QUIET_PAUSE = 100, 0.002
"""How often, and for how many seconds each, work gives way to messages that are being taken over."""

Work = Callable[[InboxEntry, bool, Turn], Awaitable[bool]]
"""Works an entry off to its end, in its room's turn; False: it was left to the next start. The flag says that it was
taken over by this process, so nothing of it can be known yet."""


class Intake:
    """The queue between the inbox and the work. Entries in it are durable: whatever is lost here is found again."""

    def __init__(self, work: Work, *, limit: int, turns: Turns, side_by_side: int = SIDE_BY_SIDE) -> None:
        """`turns` are shared with those whose sender waits."""
        self._work = work
        self._limit = limit
        self._turns = turns
        self._slots = {kind: asyncio.Semaphore(side_by_side) for kind in ("message", "press")}
        self._rooms: dict[tuple[str, str], deque[tuple[InboxEntry, bool, Turn]]] = {}
        """By kind and room."""
        self._known: set[tuple[str, str]] = set()
        self._coming = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.stopping = asyncio.Event()

    def __len__(self) -> int:
        return len(self._known)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one entry while it is written down. Raises `BusyError` when there is none."""
        if len(self._known) + self._coming >= self._limit:
            raise BusyError(
                f"{self._limit} messages wait to be worked off",
                remedy=said("busy.inbox"),
            )
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    def add(self, entry: InboxEntry, room_id: str, *, fresh: bool) -> None:
        """Work it off after those of its kind that came before it in its room; nothing if it waits already."""
        key = (entry.platform, entry.message_id)
        if key in self._known or self.stopping.is_set():
            return
        self._known.add(key)
        kind = "message" if entry.kind == "message" else "press"
        place = (entry, fresh, self._turns.place(room_id) if kind == "message" else Turn(None))
        waiting = self._rooms.get((kind, room_id))
        if waiting is not None:
            waiting.append(place)
            return
        self._rooms[kind, room_id] = deque([place])
        task = asyncio.get_running_loop().create_task(self._room(kind, room_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _room(self, kind: str, room_id: str) -> None:
        waiting = self._rooms[kind, room_id]
        while waiting and not self.stopping.is_set():
            async with self._slots[kind]:  # first come, first served: a busy room does not keep the others waiting
                if self.stopping.is_set():
                    break
                await self._quiet()
                entry, fresh, turn = waiting[0]
                done = False
                try:
                    done = await self._work(entry, fresh, turn)
                finally:
                    turn.end(done=done)
            waiting.popleft()
            self._known.discard((entry.platform, entry.message_id))
        for _, _, turn in waiting:
            turn.end(done=False)
        if not waiting:
            del self._rooms[kind, room_id]

    async def _quiet(self) -> None:
        """Let those who still wait for their answer go first, within bounds: a platform gives up after seconds."""
        patience = QUIET_TRIES
        while self._coming and patience and not self.stopping.is_set():
            patience -= 1
            await asyncio.sleep(QUIET_PAUSE)

    async def idle(self, within: float | None = None) -> bool:
        """Wait until nothing waits any more; False when it took longer than `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while self._tasks:
                    await asyncio.wait(set(self._tasks))
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Finish what is being worked off and leave the rest in the inbox."""
        self.stopping.set()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

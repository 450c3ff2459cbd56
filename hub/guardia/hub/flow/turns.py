"""Whose turn it is in a room: messages are read side by side, but begun, and acted on, in the order of their taking
over.

Without it a "취소해줘" would pass the request that it means, while that is still read or planned.
"""

from __future__ import annotations

import asyncio

from guardia.hub.core.texts import said
from guardia.hub.errors import BusyError


class Turn:
    """A message's place in its room. `end` it in any case; nobody behind it comes before those before it have ended."""

    def __init__(self, before: Turn | None) -> None:
        self._before = before
        self._begun, self._ended = _open(), _open()

    async def to_begin(self) -> None:
        """Wait until those before have begun: their words come first. Raises `BusyError` as `to_act`."""
        if self._before is not None:
            _goes_on(await asyncio.shield(self._before._begun))

    def begin(self) -> None:
        """Its words are where those behind it look for them."""
        _follow(self._begun, self._before._begun if self._before else None, True)

    async def to_act(self) -> None:
        """Wait until those before have ended. Raises `BusyError` when one of them was left to the next start."""
        if self._before is not None:
            _goes_on(await asyncio.shield(self._before._ended))
            self._before = None

    def end(self, *, done: bool = True) -> None:
        """`done`: False when it stays in the inbox, and so must what is behind it."""
        before = self._before
        _follow(self._begun, before._begun if before else None, done)
        _follow(self._ended, before._ended if before else None, done)


class Turns:
    """The newest place of each room; rooms know nothing of one another."""

    def __init__(self) -> None:
        self._last: dict[str, Turn] = {}

    def __len__(self) -> int:
        return len(self._last)

    def place(self, room_id: str) -> Turn:
        """The next place in the room."""
        turn = self._last[room_id] = Turn(self._last.get(room_id))
        turn._ended.add_done_callback(lambda _: self._over(room_id, turn))
        return turn

    def _over(self, room_id: str, turn: Turn) -> None:
        turn._before = None
        if self._last.get(room_id) is turn and turn._ended.result():  # else whatever comes until the stop is behind it
            del self._last[room_id]


def _open() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()


def _follow(mine: asyncio.Future[bool], before: asyncio.Future[bool] | None, value: bool) -> None:
    """Settle `mine` with `value`, but not before `before` is settled."""
    if before is None or before.done():
        if not mine.done():
            mine.set_result(value and (before is None or before.result()))
    else:
        before.add_done_callback(lambda _: _follow(mine, before, value))


def _goes_on(done: bool) -> None:
    if not done:
        raise BusyError("what was said before waits for the next start", remedy=said("busy.stopping"))

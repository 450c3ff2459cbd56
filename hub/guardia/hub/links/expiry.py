"""When a certificate ends, its connection does: by the wall clock, also when that is set while the connection lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from guardia.hub.ports import Clock

LOOK = 60.0
"""Seconds after which the clock is looked at again: one that was set forward ends a certificate earlier."""


class Expiry:
    """Calls `ended` once, when `clock` says `not_after_ms` or later. `cancel` it when the connection is over."""

    def __init__(self, clock: Clock, not_after_ms: int, ended: Callable[[], None]) -> None:
        self._clock = clock
        self._not_after_ms = not_after_ms
        self._ended = ended
        self._timer = asyncio.get_running_loop().call_soon(self._look)

    def cancel(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        left = (self._not_after_ms - self._clock.now_ms()) / 1000
        if left <= 0:
            self._ended()
        else:  # and again when it fires: a clock that was set back meanwhile gives the certificate more time
            self._timer = asyncio.get_running_loop().call_later(min(left, LOOK), self._look)

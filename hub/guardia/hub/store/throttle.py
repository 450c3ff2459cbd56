"""Slows down guessing: pure, bounded, time as an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from guardia.hub.errors import RateLimitedError

FREE_ATTEMPTS = 5
"""Failures in a row before the first pause."""
FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0
FORGET = 3600.0
"""Seconds without an attempt after which failures no longer count."""
MAX_KEYS = 10_000


class Throttle:
    """Counts failures for each key and pauses for longer and longer.

    An attempt counts as failed from its start until `succeeded`, so that many attempts at once gain nothing. Of more
    than `MAX_KEYS` keys the least recently used is forgotten.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def attempt(self, key: Hashable, now: float) -> None:
        """Note an attempt. Raises `RateLimitedError`, with the seconds to wait, while the key is paused."""
        count, last = self._failures.get(key, (0, now))
        if now - last >= FORGET:
            count = 0
        if count >= FREE_ATTEMPTS:
            pause = min(FIRST_PAUSE * 2 ** (count - FREE_ATTEMPTS), LONGEST_PAUSE)
            left = last + pause - now
            if left > 0:
                wait = int(left) + 1
                raise RateLimitedError(
                    "too many failed logins", remedy=f"{wait}초 뒤에 다시 시도해 주세요.", retry_after=wait
                )
        self._failures[key] = (count + 1, now)
        self._failures.move_to_end(key)
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, key: Hashable) -> None:
        """Forget the failures of `key`."""
        self._failures.pop(key, None)

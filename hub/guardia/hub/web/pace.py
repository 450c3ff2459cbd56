"""A token bucket for each person: pure, bounded, time as an argument."""

from __future__ import annotations

from collections import OrderedDict

from guardia.hub.errors import RateLimitedError

MAX_PEOPLE = 10_000


class Pace:
    """Lets `per_minute` things a minute through for each key, with bursts of half as many."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._burst = max(1.0, per_minute / 2)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> None:
        """Use one token. Raises `RateLimitedError` with the seconds to wait when there is none."""
        tokens, then = self._buckets.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            wait = int((1 - tokens) / self._rate) + 1
            raise RateLimitedError(
                "messages come too fast", remedy=f"{wait}초 뒤에 다시 보내 주세요.", retry_after=wait
            )
        self._buckets[key] = (tokens - 1, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > MAX_PEOPLE:
            self._buckets.popitem(last=False)

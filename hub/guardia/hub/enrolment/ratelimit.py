"""Token buckets by address, of bounded number. Pure: time is an argument, in seconds."""

from __future__ import annotations

from collections import OrderedDict


class RateLimit:
    """`burst` calls at once, then `rate` a second, for each key; `max_keys` keys are remembered."""

    def __init__(self, *, rate: float, burst: int, max_keys: int = 4096) -> None:
        self._rate = rate
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, key: str, now: float) -> bool:
        """True when the call may go on, and counts it. `now` never goes back."""
        level, since = self._buckets.pop(key, (float(self._burst), now))
        level = min(float(self._burst), level + (now - since) * self._rate)
        allowed = level >= 1.0
        self._buckets[key] = (level - 1.0 if allowed else level, now)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)  # the one unseen for longest is the fullest
        return allowed

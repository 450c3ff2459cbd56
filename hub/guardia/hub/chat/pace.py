"""How often something may be said: pure, bounded, time as an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

MAX_KEYS = 10_000


class Seldom:
    """Lets one thing through now and then for each key; of too many keys the oldest is forgotten."""

    def __init__(self) -> None:
        self._last: OrderedDict[Hashable, float] = OrderedDict()

    def now(self, key: Hashable, now: float, every: float) -> bool:
        """True if `key` was not let through in the last `every` seconds; it is then."""
        last = self._last.get(key)
        if last is not None and now - last < every:
            return False
        self._last[key] = now
        self._last.move_to_end(key)
        while len(self._last) > MAX_KEYS:
            self._last.popitem(last=False)
        return True

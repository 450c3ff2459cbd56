"""How fast people and rooms may speak: token buckets. Pure; time is an argument, memory is bounded."""

from __future__ import annotations

import math
from collections import OrderedDict

import msgspec

MAX_KEYS = 10_000


class Buckets:
    """Lets `per_minute` things a minute through for each key, with bursts of half as many (at least one).

    Of more than `MAX_KEYS` keys the one that was asked for longest ago is forgotten; it begins anew with a full bucket.
    """

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._burst = max(1.0, per_minute / 2)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str, now: float) -> int:
        """Whole seconds after which there is a token for `key`, at `now`; 0: there is one. Takes none."""
        tokens = self._fill(key, now)
        # A full second more than needed rather than a hair less: who comes back when told must get through.
        return 0 if tokens >= 1 else math.floor((1 - tokens) / self._rate) + 1

    def take(self, key: str, now: float) -> None:
        """Use a token of `key`; call it after `wait` said 0."""
        self._buckets[key] = (self._fill(key, now) - 1, now)

    def _fill(self, key: str, now: float) -> float:
        """The tokens of `key` at `now`, which are noted. A clock that stands or goes back adds none."""
        tokens, then = self._buckets.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + max(0.0, now - then) * self._rate)
        self._buckets[key] = (tokens, max(now, then))
        self._buckets.move_to_end(key)
        while len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return tokens


class TooFast(msgspec.Struct, frozen=True, kw_only=True):
    """Whose limit was met, `person` or `room`, and after how many whole seconds to come again."""

    limit: str
    retry_after: int


class Pace:
    """The limits of a person and of a room together: nothing is taken of either unless both have room.

    A person's own limit is looked at first, so that one who floods a room uses up no more of it than their own share.
    """

    def __init__(self, *, person_per_minute: int, room_per_minute: int) -> None:
        self._people = Buckets(person_per_minute)
        self._rooms = Buckets(room_per_minute)

    def __len__(self) -> int:
        """How many keys are held; never over twice `MAX_KEYS`."""
        return len(self._people) + len(self._rooms)

    def take(self, person_id: str, room_id: str, now: float) -> TooFast | None:
        """Let one thing through, or say why not."""
        for limit, buckets, key in (("person", self._people, person_id), ("room", self._rooms, room_id)):
            if wait := buckets.wait(key, now):
                return TooFast(limit=limit, retry_after=wait)
        self._people.take(person_id, now)
        self._rooms.take(room_id, now)
        return None

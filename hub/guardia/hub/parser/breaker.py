"""The circuit breaker of the model's endpoint: a state machine; the clock is an argument. Pure."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    CLOSED = "closed"
    """Calls go through."""
    OPEN = "open"
    """No call before the time is over."""
    TRYING = "trying"
    """One call is under way to find out; no other goes through."""


class Breaker:
    """Opens after `threshold` failures in a row, tries again after `cool_down` seconds, twice as long each time up to
    `longest`. `now` is any number of seconds that only grows."""

    def __init__(self, *, threshold: int = 3, cool_down: float = 5.0, longest: float = 120.0) -> None:
        if threshold < 1 or not 0 < cool_down <= longest:
            raise ValueError("a breaker needs a threshold of at least 1 and 0 < cool_down <= longest")
        self._threshold = threshold
        self._cool_down = cool_down
        self._longest = longest
        self._failures = 0
        self._wait = cool_down
        self._until = 0.0
        self.state = State.CLOSED

    def allow(self, now: float) -> bool:
        """True: make one call and report it. After an open time the first who asks makes the trial call."""
        if self.state is State.OPEN and now >= self._until:
            self.state = State.TRYING
            return True
        return self.state is State.CLOSED

    def succeeded(self) -> None:
        """The call came back with something usable, whatever state it was begun in."""
        self.state, self._failures, self._wait = State.CLOSED, 0, self._cool_down

    def failed(self, now: float) -> None:
        """The call failed. A late failure of a call from before the opening changes nothing."""
        if self.state is State.OPEN:
            return
        self._failures += 1
        if self.state is State.TRYING:
            self._wait = min(self._wait * 2, self._longest)
            self._open(now)
        elif self._failures >= self._threshold:
            self._open(now)

    def given_up(self, now: float) -> None:
        """The call was cancelled: it says nothing, but a trial call must not keep everybody waiting."""
        if self.state is State.TRYING:
            self._open(now)

    def _open(self, now: float) -> None:
        self.state = State.OPEN
        self._until = now + self._wait

    def retry_in(self, now: float) -> float:
        """Seconds until the next trial call; 0 when calls go through."""
        return max(0.0, self._until - now) if self.state is State.OPEN else 0.0

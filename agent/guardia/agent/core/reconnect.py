"""When to dial again."""

from __future__ import annotations

BASE = 0.5
CAP = 60.0


def delay(attempt: int, random_unit: float, retry_after_ms: int = 0) -> float:
    """Seconds to wait before attempt number `attempt` (from 0), full jitter: anywhere below a ceiling that doubles.

    `random_unit` is a random number from 0 to 1. With `retry_after_ms` the hub has named a time: it is kept, at most
    `CAP`, and spread over half as much again, so that a fleet does not come back in one moment.
    """
    if retry_after_ms > 0:
        asked = min(retry_after_ms / 1000, CAP)
        return asked + random_unit * asked / 2
    return random_unit * min(CAP, BASE * 2.0 ** min(max(attempt, 0), 16))

"""The fault hook of the tests: this process kills itself at a named point, as a power cut would, or has a wrong clock.

Every variable is obeyed only together with `GUARDIA_TESTING=1`:

- `GUARDIA_FAULT_KILL_AT` names one of `POINTS`. `action.running` comes `GUARDIA_FAULT_DELAY_MS` (200) after the action
  began, at the latest when it returned, before its end is written down. `ack.received` comes before the hub's
  acknowledgement is written down; the two of the compaction before and after the new file takes the old one's name.
- `GUARDIA_FAULT_COMPACT_ABOVE`: bytes from which the journal is compacted.
- `GUARDIA_FAULT_LEAST_S`: seconds that a change has at least, in place of what its action needs.
- `GUARDIA_FAULT_CLOCK_MS`: how far the wall clock is off; negative: behind.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = (
    "journal.accepted",
    "journal.started",
    "action.running",
    "journal.finished",
    "ack.received",
    "journal.acked",
    "journal.compact.written",
    "journal.compact.renamed",
)

KillAt = Callable[[str], None]


def _asked(name: str) -> str:
    return os.environ.get(name, "") if os.environ.get("GUARDIA_TESTING") == "1" else ""


def from_environment() -> KillAt:
    """The hook that the environment asks for; without both variables it does nothing."""
    wanted = _asked("GUARDIA_FAULT_KILL_AT")

    def kill_at(point: str) -> None:
        assert point in POINTS
        if point == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill_at


def running_delay() -> float:
    """Seconds into an action at which `action.running` strikes."""
    return int(os.environ.get("GUARDIA_FAULT_DELAY_MS", "200")) / 1000


def compact_above(default: int) -> int:
    """Bytes from which the journal is compacted."""
    return int(_asked("GUARDIA_FAULT_COMPACT_ABOVE") or default)


def least_time(default: int) -> int:
    """Seconds that a change has at least."""
    return int(_asked("GUARDIA_FAULT_LEAST_S") or default)


def clock_offset_ms() -> int:
    """What the wall clock is off by."""
    return int(_asked("GUARDIA_FAULT_CLOCK_MS") or 0)


def nothing(_point: str) -> None:
    """No fault."""

"""The fault hook of the tests: this process kills itself at a named point, as a power cut would.

`GUARDIA_FAULT_KILL_AT=journal.accepted|journal.started|action.running|journal.finished` names the point; it is obeyed
only together with `GUARDIA_TESTING=1`. `action.running` comes `GUARDIA_FAULT_DELAY_MS` (200) after the action began, at
the latest when it returned, before its end is written down.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = ("journal.accepted", "journal.started", "action.running", "journal.finished")

KillAt = Callable[[str], None]


def from_environment() -> KillAt:
    """The hook that the environment asks for; without both variables it does nothing."""
    wanted = os.environ.get("GUARDIA_FAULT_KILL_AT", "") if os.environ.get("GUARDIA_TESTING") == "1" else ""

    def kill_at(point: str) -> None:
        assert point in POINTS
        if point == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill_at


def running_delay() -> float:
    """Seconds into an action at which `action.running` strikes."""
    return int(os.environ.get("GUARDIA_FAULT_DELAY_MS", "200")) / 1000


def nothing(_point: str) -> None:
    """No fault."""

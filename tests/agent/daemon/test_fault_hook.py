"""The agent's fault hook: off by default and obeyed for tests only."""

import time

import pytest

from guardia.agent.daemon import fault
from guardia.agent.daemon.system import SystemClock

YEAR_MS = 365 * 24 * 3600 * 1000


@pytest.fixture
def killed(monkeypatch):
    found = []
    monkeypatch.setattr(fault.os, "kill", lambda pid, number: found.append(number))
    return found


def test_a_variable_alone_does_nothing(monkeypatch, killed):
    monkeypatch.delenv("GUARDIA_TESTING", raising=False)
    monkeypatch.setenv("GUARDIA_FAULT_KILL_AT", "journal.accepted")
    monkeypatch.setenv("GUARDIA_FAULT_CLOCK_MS", str(YEAR_MS))
    monkeypatch.setenv("GUARDIA_FAULT_COMPACT_ABOVE", "1")
    fault.from_environment()("journal.accepted")
    assert killed == []
    assert abs(SystemClock().now_ms() - time.time() * 1000) < YEAR_MS / 2
    assert fault.compact_above(4096) == 4096


def test_for_tests_only_the_named_point_strikes(monkeypatch, killed):
    monkeypatch.setenv("GUARDIA_TESTING", "1")
    for point in fault.POINTS:
        monkeypatch.setenv("GUARDIA_FAULT_KILL_AT", point)
        kill_at = fault.from_environment()
        killed.clear()
        for reached in fault.POINTS:
            kill_at(reached)
        assert len(killed) == 1
    monkeypatch.setenv("GUARDIA_FAULT_CLOCK_MS", str(-YEAR_MS))
    assert SystemClock().now_ms() < time.time() * 1000 - YEAR_MS / 2
    monkeypatch.setenv("GUARDIA_FAULT_COMPACT_ABOVE", "1")
    assert fault.compact_above(4096) == 1

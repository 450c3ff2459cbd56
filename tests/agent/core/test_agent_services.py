"""What a probe concludes, and what is read from systemd and pid files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.services import (
    PidFile,
    ServiceState,
    command_matches,
    decode_pid_file,
    encode_pid_file,
    from_evidence,
    judge,
    unit_state,
)
from guardia.proto.frames import ProbeVerdict

DOWN = ServiceState(running=False)
OLD = ServiceState(running=True, pid=10, started=1_000_000)
NEW = ServiceState(running=True, pid=20, started=2_000_000)
REUSED = ServiceState(running=True, pid=10, started=2_000_000)
JITTER = ServiceState(running=True, pid=10, started=1_001_000)
APPLIED, NOT_APPLIED, STILL, UNDETERMINED = (
    ProbeVerdict.APPLIED,
    ProbeVerdict.NOT_APPLIED,
    ProbeVerdict.STILL_RUNNING,
    ProbeVerdict.UNDETERMINED,
)


@pytest.mark.parametrize(
    ("verb", "before", "now", "verdict"),
    [
        ("restart", OLD, NEW, APPLIED),
        ("restart", OLD, REUSED, APPLIED),
        ("restart", OLD, OLD, NOT_APPLIED),
        ("restart", OLD, JITTER, NOT_APPLIED),
        ("restart", OLD, DOWN, NOT_APPLIED),
        ("restart", DOWN, NEW, APPLIED),
        ("restart", None, NEW, UNDETERMINED),
        ("restart", None, DOWN, NOT_APPLIED),
        ("start", DOWN, NEW, APPLIED),
        ("start", DOWN, DOWN, NOT_APPLIED),
        ("stop", OLD, DOWN, APPLIED),
        ("stop", OLD, OLD, NOT_APPLIED),
        ("stop", OLD, ServiceState(running=False, transitional=True), STILL),
        ("restart", OLD, ServiceState(running=False, transitional=True), STILL),
    ],
)
def test_judgement(verb: str, before: ServiceState | None, now: ServiceState, verdict: ProbeVerdict) -> None:
    found, detail = judge(verb, before, now, exact=False)  # type: ignore[arg-type]
    assert found is verdict
    assert detail


def test_exact_start_times_are_compared_exactly() -> None:
    assert judge("restart", OLD, JITTER, exact=True)[0] is APPLIED
    assert judge("restart", OLD, OLD, exact=True)[0] is NOT_APPLIED


@given(st.booleans(), st.integers(0), st.integers(0))
def test_evidence_comes_back(running: bool, pid: int, started: int) -> None:
    state = ServiceState(running=running, pid=pid, started=started)
    assert from_evidence(state.evidence()) == state


@pytest.mark.parametrize("evidence", [{}, {"running": "true"}, {"running": "true", "pid": "x", "started": "1"}])
def test_damaged_evidence_is_none(evidence: dict[str, str]) -> None:
    assert from_evidence(evidence) is None


def test_unit_states() -> None:
    text = (
        "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=77\n"
        "ExecMainStartTimestampMonotonic=123456\nNRestarts=2\nResult=success\n"
    )
    unit = unit_state(text)
    assert unit.loaded
    assert (unit.state.running, unit.state.pid, unit.state.started, unit.state.restarts) == (True, 77, 123456, 2)
    failed = unit_state("ActiveState=failed\nSubState=failed\nMainPID=0\nResult=exit-code\n").state
    assert not failed.running
    assert "exit-code" in failed.detail
    assert unit_state("ActiveState=activating\nSubState=start\n").state.transitional
    assert not unit_state("LoadState=not-found\nActiveState=inactive\n").loaded
    with pytest.raises(ValueError, match="ActiveState"):
        unit_state("System has not been booted with systemd\n")


@given(st.just(0) | st.integers(2, 2**31), st.integers(0, 2**50), st.integers(0, 2**50))
def test_pid_files_come_back(pid: int, started: int, intent: int) -> None:
    record = PidFile(pid=pid, started_ms=started, intent_ms=intent)
    assert decode_pid_file(encode_pid_file(record)) == record


@pytest.mark.parametrize("data", [b"", b"1234\n", b"{", b'{"pid": "x"}', b"\xff"])
def test_a_foreign_pid_file_is_none(data: bytes) -> None:
    assert decode_pid_file(data) is None


def test_command_lines() -> None:
    start = ("/opt/app/run.sh", "--port", "1")
    assert command_matches("/opt/app/run.sh --port 1", start=start, pattern="")
    assert command_matches("/bin/bash /opt/app/run.sh --port 1", start=start, pattern="")
    assert not command_matches("vi /opt/app/run.sh --port 1", start=start, pattern="")
    assert not command_matches("/opt/app/run.sh --port 12", start=start, pattern="")
    assert command_matches("java -Dname=budget X", start=start, pattern="-Dname=budget")
    assert not command_matches("java", start=(), pattern="")

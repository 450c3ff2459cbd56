"""What is known of a service, and what a probe concludes from two looks at it."""

from __future__ import annotations

import posixpath
from typing import Literal

import msgspec

from guardia.agent.core.procfs import Start, same_start
from guardia.proto.frames import ProbeVerdict

ServiceVerb = Literal["start", "stop", "restart"]


class ServiceState(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a service."""

    running: bool
    pid: int = 0
    started: int = 0
    """Start of the main process: milliseconds since the epoch (`command`), microseconds since boot (systemd)."""
    start_ticks: int = 0
    boot_id: str = ""
    """The start of a `command` service as the host counts it (`procfs.Start`); empty: not known."""
    transitional: bool = False
    """The service manager is starting or stopping it at this moment."""
    detail: str = ""
    restarts: int = 0

    def evidence(self) -> dict[str, str]:
        """As it goes into journal and reports."""
        return {"running": str(self.running).lower(), "pid": str(self.pid), "started": str(self.started)}

    def for_probe(self) -> dict[str, str]:
        """The same, with what a probe needs after a step of the clock; people read nothing in it."""
        more = {"boot_id": self.boot_id, "start_ticks": str(self.start_ticks)} if self.boot_id else {}
        return self.evidence() | more

    @property
    def start(self) -> Start:
        """Of a `command` service's main process."""
        return Start(self.started, self.start_ticks, self.boot_id)


def from_evidence(evidence: dict[str, str]) -> ServiceState | None:
    """The state that `ServiceState.evidence` or `for_probe` wrote, or None when there is none in it."""
    try:
        return ServiceState(
            running=evidence["running"] == "true",
            pid=int(evidence["pid"]),
            started=int(evidence["started"]),
            start_ticks=int(evidence.get("start_ticks", "0")),
            boot_id=evidence.get("boot_id", ""),
        )
    except (KeyError, ValueError):
        return None


def same_run(before: ServiceState, now: ServiceState, *, exact: bool) -> bool:
    """Is the main process the same one? `exact`: start times of systemd, which do not move with the clock."""
    if exact:
        return (before.pid, before.started) == (now.pid, now.started)
    return before.pid == now.pid and same_start(before.start, now.start)


def judge(
    verb: ServiceVerb, before: ServiceState | None, now: ServiceState, *, exact: bool
) -> tuple[ProbeVerdict, str]:
    """Did an interrupted start, stop or restart take effect? The sentence is for the room."""
    if now.transitional:
        return ProbeVerdict.STILL_RUNNING, f"서비스 관리자가 아직 처리 중입니다: {now.detail}"
    if verb == "stop":
        if now.running:
            return ProbeVerdict.NOT_APPLIED, f"아직 실행 중입니다 (pid {now.pid})."
        return ProbeVerdict.APPLIED, "중지되어 있습니다."
    if verb == "start":
        if now.running:
            return ProbeVerdict.APPLIED, f"실행 중입니다 (pid {now.pid})."
        return ProbeVerdict.NOT_APPLIED, "실행되고 있지 않습니다."
    if not now.running:
        return ProbeVerdict.NOT_APPLIED, "중지된 뒤 기동되지 않았습니다. 지금 서비스가 내려가 있습니다."
    if before is None:
        return ProbeVerdict.UNDETERMINED, "재기동 전 상태 기록이 없어 판단할 수 없습니다."
    if before.running and same_run(before, now, exact=exact):
        return ProbeVerdict.NOT_APPLIED, f"재기동 전의 프로세스가 그대로 실행 중입니다 (pid {now.pid})."
    return ProbeVerdict.APPLIED, f"새 프로세스로 실행 중입니다 (pid {before.pid} → {now.pid})."


# --- systemd --------------------------------------------------------------------------------------------------------

UNIT_PROPERTIES = (
    "LoadState",
    "ActiveState",
    "SubState",
    "MainPID",
    "ExecMainStartTimestampMonotonic",
    "NRestarts",
    "Result",
)


class UnitState(msgspec.Struct, frozen=True):
    loaded: bool
    state: ServiceState


def unit_state(text: str) -> UnitState:
    """From the output of `systemctl show --property=…`. Raises ValueError when it is something else."""
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if "ActiveState" not in values:
        raise ValueError("systemctl show gave no ActiveState")
    active = values["ActiveState"]
    detail = f"{active}/{values.get('SubState', '')}"
    if values.get("Result", "success") not in {"success", ""}:
        detail += f", Result={values['Result']}"
    return UnitState(
        loaded=values.get("LoadState", "loaded") == "loaded",
        state=ServiceState(
            running=active in {"active", "reloading"},
            pid=_number(values.get("MainPID")),
            started=_number(values.get("ExecMainStartTimestampMonotonic")),
            transitional=active in {"activating", "deactivating"},
            detail=detail,
            restarts=_number(values.get("NRestarts")),
        ),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


# --- pid files of `command` services --------------------------------------------------------------------------------


class PidFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the agent writes down about a service that it started."""

    pid: int = 0
    started_ms: int = 0
    intent_ms: int = 0
    """Not 0: a start began at that time, and its pid was not written yet. Whoever finds this looks for the process."""
    boot_id: str = ""
    start_ticks: int = 0
    """The same (`started_ms`, or `intent_ms`) in ticks since this boot of the host, which does not move with the clock.
    Empty: an older agent wrote this."""

    @property
    def start(self) -> Start:
        return Start(self.started_ms, self.start_ticks, self.boot_id)


def decode_pid_file(data: bytes) -> PidFile | None:
    """None when it is empty, damaged, or written by somebody else.

    The file may lie where the service's own account writes. No service is process 1, and to stop "it" would end the
    whole host.
    """
    try:
        record = msgspec.json.decode(data, type=PidFile)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None
    return record if record.pid == 0 or record.pid > 1 else None


def encode_pid_file(record: PidFile) -> bytes:
    return msgspec.json.encode(record) + b"\n"


def command_matches(command: str, *, start: tuple[str, ...], pattern: str) -> bool:
    """Does the command line of a process look like the service's?

    `pattern` is literal text; without it the command line must be the start command's, possibly behind the name of an
    interpreter.
    """
    if pattern:
        return pattern in command
    wanted = " ".join(start)
    interpreter, _, script = command.partition(" ")
    return bool(wanted) and (command == wanted or (script == wanted and posixpath.isabs(interpreter)))

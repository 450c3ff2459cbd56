"""The status file: what the living daemon says about itself, for `guardia-agent status` and for packagers' probes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from guardia.agent.daemon.texts import all_encodable
from guardia.agent.journal.lock import is_held
from guardia.agent.spool.use import Use

STALE_AFTER_MS = 60_000
"""A daemon writes at least every 15 s; a file that is older is of one that hangs."""


class StepStatus(msgspec.Struct, frozen=True, kw_only=True):
    step_id: str
    action: str
    target: str
    state: str
    """QUEUED, PREPARING, RUNNING, ENDING."""


class LastError(msgspec.Struct, frozen=True, kw_only=True):
    at_ms: int
    code: str
    message: str


class CancelBy(msgspec.Struct, frozen=True, kw_only=True):
    """How programs of steps on this machine are ended when a step is cancelled or its time is over."""

    by: Literal["cgroup", "process_tree"]
    detail: str
    """The group that those of the steps are in, or why there are none."""
    code: str = ""
    """Of `NoGroupsError`, or `cgroup.trouble`: the last program got no group."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Times in milliseconds since the epoch; 0: unknown."""

    pid: int
    agent_id: str
    instance_id: str
    software: str
    hub_url: str
    started_ms: int
    updated_ms: int
    connected: bool = False
    epoch: int = 0
    stopping: bool = False
    steps: tuple[StepStatus, ...] = ()
    unacknowledged: int = 0
    """Steps that ended and whose result the hub has not confirmed."""
    interrupted: int = 0
    journal_bytes: int = 0
    journal_broken: str = ""
    certificate_expires_ms: int = 0
    spool: Use | None = None
    """None: there is no spool, because its folder could not be made."""
    cancel: CancelBy | None = None
    """None: written by an older agent."""
    last_error: LastError | None = None


def write(path: Path, status: Status) -> None:
    """Atomically, so that a reader never sees half of it. Not durable: it describes only the living process."""
    try:
        data = msgspec.json.encode(status)
    except UnicodeEncodeError:
        data = msgspec.json.encode(all_encodable(status))
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data + b"\n")
    fresh.rename(path)


def read(state_dir: Path) -> tuple[Status | None, bool]:
    """The last status that was written, and whether its daemon lives. None: there is none to read."""
    try:
        status = msgspec.json.decode((state_dir / "status.json").read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None, is_held(state_dir)
    return status, is_held(state_dir)

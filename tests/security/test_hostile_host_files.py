"""Files beside a service that its own account can write: pid files, logs, the record of releases. They name nothing
that the agent then harms."""

import json
import os
import signal
from pathlib import Path

import psutil
import pytest

from guardia.agent.core.releases import decode_record
from guardia.agent.core.services import decode_pid_file
from guardia.agent.core.target import SshSpec
from guardia.agent.errors import HostError
from guardia.agent.ports import Process
from guardia.agent.run import process
from guardia.agent.run.local import LocalHost
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool


def _started(pid: int) -> int:
    return int(psutil.Process(pid).create_time() * 1000)


@pytest.mark.parametrize("pid", [1, os.getpid()], ids=["first", "own"])
async def test_neither_process_1_nor_the_agent_is_signalled(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """killpg(1) would be kill(-1): every process that the agent may signal."""
    signalled: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, _number: signalled.append(-group))
    monkeypatch.setattr(os, "kill", lambda number, _signal: signalled.append(number))
    with pytest.raises(HostError, match="never signalled"):
        await LocalHost("HERE").signal(pid, _started(pid), signal.SIGTERM)
    assert signalled == []


async def test_process_1_behind_ssh_is_not_signalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = SshSpec(
        address="127.0.0.1", port=1, user="nobody", key_file=str(tmp_path / "key"), host_key="ssh-ed25519 AA"
    )
    host = SshHost("SSH-01", spec, SshPool(), state_dir=str(tmp_path))
    commands: list[str] = []

    async def found(pid: int) -> Process:
        return Process(pid=pid, ppid=0, user="root", command="/sbin/init", started_ms=5, rss=0)

    async def text(_path: str) -> str:
        return "1 (init) S 0 1 1 0"

    async def execute(command: str, **_more: object) -> tuple[int, bytes, bytes]:
        commands.append(command)
        return 0, b"", b""

    monkeypatch.setattr(host, "process", found)
    monkeypatch.setattr(host, "_proc", text)
    monkeypatch.setattr(host, "_execute", execute)
    with pytest.raises(HostError, match="never signalled"):
        await host.signal(1, 5, signal.SIGKILL)
    assert commands == []


@pytest.mark.parametrize("data", [{"pid": 1, "started_ms": 5}, {"pid": -1, "started_ms": 5}, {"pid": -4242}])
def test_a_pid_file_that_names_no_service_counts_as_none(data: dict[str, int]) -> None:
    assert decode_pid_file(json.dumps(data).encode()) is None


def test_a_pid_file_of_brackets_counts_as_none() -> None:
    assert decode_pid_file(b"[" * 4_000) is None
    assert decode_pid_file(b'{"x":' * 800) is None


@pytest.mark.parametrize("name", ["../../../etc", "..", ".", "/etc", "a/b", "a\nb"])
@pytest.mark.parametrize("field", ["release", "previous"])
def test_a_record_of_releases_leads_nowhere_else(name: str, field: str) -> None:
    entry = {"release": "r1", "previous": "r0", "sha256": "0" * 64, "file_name": "app.war", "at": ""}
    with pytest.raises(ValueError, match="no name of a release"):
        decode_record(json.dumps({"version": 1, "releases": [entry | {field: name}]}).encode())


@pytest.mark.timeout(20)
async def test_a_pipe_in_place_of_the_log_does_not_hold_up_the_agent(tmp_path: Path) -> None:
    pipe = tmp_path / "app.log"
    os.mkfifo(pipe)
    with pytest.raises(HostError, match="cannot be opened"):
        process.open_log(str(pipe))


async def test_a_pipe_that_somebody_reads_is_refused_too(tmp_path: Path) -> None:
    pipe = tmp_path / "app.log"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(HostError, match="is a pipe"):
            process.open_log(str(pipe))
    finally:
        os.close(reader)

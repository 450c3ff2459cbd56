"""Processes of this machine: what happens when the caller, the kernel or the child is not as usual."""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from guardia.agent.errors import HostError, JournalError
from guardia.agent.run import process
from guardia.agent.run.local import LocalHost
from guardia.proto.frames import Stream


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


async def test_a_journal_that_refuses_the_pid_ends_the_process() -> None:
    pids = []

    async def on_start(pid: int) -> None:
        pids.append(pid)
        raise JournalError("disk full")

    with pytest.raises(JournalError):
        await process.run(["sleep", "300"], within=60, on_start=on_start)
    assert _state(pids[0]) == "gone"


async def test_a_listener_that_fails_is_told_and_nothing_is_left() -> None:
    async def on_output(stream: Stream, data: bytes) -> None:
        raise HostError("listener failed")

    with pytest.raises(HostError, match="listener failed"):
        await process.run(["echo", "x"], within=10, on_output=on_output)


async def test_a_slow_listener_holds_the_program_back_but_not_its_time() -> None:
    async def on_output(stream: Stream, data: bytes) -> None:
        await asyncio.sleep(60)

    started = time.monotonic()
    done = await process.run(["sh", "-c", "yes"], within=0.5, on_output=on_output, grace=0.5)
    assert done.timed_out
    assert time.monotonic() - started < 30


async def test_kernels_without_pidfd(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", refuse)
    assert (await process.run(["sh", "-c", "sleep 0.1; exit 4"], within=10)).exit_code == 4
    assert (await process.run(["sleep", "300"], within=0.2)).exit_code == -signal.SIGTERM


async def test_a_child_that_ignores_sigterm_is_killed_though_its_parent_obeyed() -> None:
    script = "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait"
    done = await process.run(["sh", "-c", script], within=2, grace=0.3)
    assert done.timed_out
    assert _state(int(done.stdout.split()[0])) in {"gone", "Z"}


async def test_children_in_sessions_of_their_own_are_ended_too() -> None:
    """One that obeys SIGTERM, one that does not and whose parent dies of the first SIGTERM."""
    stubborn = "sh -c 'setsid sh -c \"trap : TERM; echo \\$\\$; while :; do sleep 1; done\" & wait'"
    obedient = "setsid sh -c 'echo $$; exec sleep 300'"
    done = await process.run(["sh", "-c", f"{stubborn} & {obedient} & wait"], within=2, grace=0.3)
    assert done.timed_out
    pids = [int(line) for line in done.stdout.split()]
    assert len(pids) == 2
    assert [_state(pid) in {"gone", "Z"} for pid in pids] == [True, True]


async def test_processes_of_others_are_left_alone() -> None:
    other = await asyncio.create_subprocess_exec("sleep", "300")
    try:
        assert (await process.run(["sh", "-c", "sleep 300"], within=0.3, grace=0.3)).timed_out
        assert _state(other.pid) in {"R", "S"}
    finally:
        other.kill()
        await other.wait()


async def test_dead_daemons_leave_no_zombie(tmp_path: Path) -> None:
    host = LocalHost("HOST-01")
    pid = await host.spawn_daemon(["true"], log=str(tmp_path / "log"))
    deadline = time.monotonic() + 30
    while _state(pid) != "gone":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert await host.process(pid) is None


def test_a_daemon_outlives_the_loop_that_started_it(tmp_path: Path) -> None:
    pid = asyncio.run(LocalHost("HOST-01").spawn_daemon(["sleep", "300"], log=str(tmp_path / "log")))
    assert _state(pid) in {"R", "S"}
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _state(pid) != "Z":
        assert time.monotonic() < deadline
    # Whoever asks next reaps it.
    assert asyncio.run(LocalHost("HOST-01").process(pid)) is None
    assert _state(pid) == "gone"


async def test_a_daemon_inherits_no_descriptor(tmp_path: Path) -> None:
    host = LocalHost("HOST-01")
    read, write = os.pipe()
    os.set_inheritable(write, True)
    try:
        pid = await host.spawn_daemon(["sleep", "300"], log=str(tmp_path / "log"))
        targets = {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
        assert targets == {"/dev/null", str(tmp_path / "log")}
        os.kill(pid, signal.SIGKILL)
    finally:
        os.close(read)
        os.close(write)


async def test_a_log_on_a_mount_that_hangs_holds_up_nobody_else(monkeypatch, tmp_path):
    answer = threading.Event()
    real = process.open_log
    monkeypatch.setattr(process, "open_log", lambda path: answer.wait(20) and real(path))
    host = LocalHost("HOST-01")
    starting = asyncio.create_task(host.spawn_daemon(["true"], log=str(tmp_path / "log")))
    await asyncio.sleep(0)
    assert (await host.run(["true"], within=10)).exit_code == 0
    assert not starting.done()
    answer.set()
    assert await starting > 1

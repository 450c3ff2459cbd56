"""What one process of the agent started behind a real sshd is found by the next, followed to its end, never started."""

import asyncio
import contextlib
import getpass
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.errors import HostLostError, NotTakenUpError
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.agent.run.ssh_step import StepNames
from guardia.agent.run.taken_up import TakenUpHost
from guardia.proto.frames import Stream
from tests.support.clock import FakeClock
from tests.support.sshd import Sshd, running_sshd

STARTER = """
import asyncio, sys, msgspec
from guardia.agent.core.target import SshSpec
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool

async def started(pid):
    print(pid, flush=True)

async def main(spec, state, *argv):
    host = SshHost("SSH-01", msgspec.json.decode(spec, type=SshSpec), SshPool(), state_dir=state, grace=1)
    await host.of_step("S1").run(argv, within=60, on_start=started)
    await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""
"""An agent's process, as far as it matters here."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


class Scene:
    def __init__(self, server: Sshd, folder: Path) -> None:
        self.folder = folder
        self.server = server
        self.pool = SshPool()
        self.counter = folder / "counter"
        self.gate = folder / "gate"
        self.output: list[tuple[Stream, bytes]] = []
        self.pids: list[int] = []

    @property
    def argv(self) -> list[str]:
        """A program that says something, waits until the gate opens, says something else, and ends with 3."""
        script = 'echo ran >>"$1"; echo first; while [ ! -e "$2" ]; do sleep 0.02; done; echo last >&2; exit 3'
        return ["sh", "-c", script, "x", str(self.counter), str(self.gate)]

    def host(self, **changes: object) -> SshHost:
        spec = msgspec.structs.replace(self.server.spec, **changes)
        return SshHost("SSH-01", spec, self.pool, state_dir=str(self.folder / "state"), grace=1, reunion=0.2)

    async def begun(self, *argv: str) -> int:
        """Start the program by a process that is then killed in the middle of it; the program's pid."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", STARTER, msgspec.json.encode(self.server.spec).decode()),
            *(str(self.folder / "state"), *(argv or self.argv)),
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)},
        )
        assert process.stdout is not None
        pid = int(await process.stdout.readline())
        process.kill()
        await process.wait()
        return pid

    async def attach(self, host: SshHost, *argv: str, within: float = 20):
        async def said(stream: Stream, data: bytes) -> None:
            self.output.append((stream, data))

        async def started(pid: int) -> None:
            self.pids.append(pid)

        return await host.of_step("S1").attach(argv or self.argv, within=within, on_output=said, on_start=started)

    def ran(self) -> int:
        return self.counter.read_text().count("ran\n") if self.counter.exists() else 0

    def directories(self) -> list[Path]:
        return list((self.folder / "state/steps").glob("[0-9a-f]*"))


@pytest.fixture
async def scene(server: Sshd, tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene(server, tmp_path)
    yield scene
    scene.gate.touch()
    await scene.pool.close()


async def test_the_next_process_finds_the_program_and_its_true_end(scene: Scene) -> None:
    pid = await scene.begun()
    taking_up = asyncio.create_task(scene.attach(scene.host()))
    await asyncio.sleep(0.3)
    assert not taking_up.done(), "it runs on"
    scene.gate.touch()
    done = await taking_up
    assert (done.exit_code, done.stdout, done.stderr, done.timed_out) == (3, b"first\n", b"last\n", False)
    assert scene.output == [(Stream.STDOUT, b"first\n"), (Stream.STDERR, b"last\n")]
    assert scene.pids == [pid]
    assert scene.ran() == 1


async def test_an_end_that_nobody_saw_is_read_later_until_it_is_over(scene: Scene) -> None:
    await scene.begun()
    scene.gate.touch()
    (directory,) = scene.directories()
    async with asyncio.timeout(30):
        while not (directory / "rc").exists():
            await asyncio.sleep(0.02)
    host = scene.host().of_step("S1")
    assert (await host.attach(scene.argv, within=0)).exit_code == 3
    assert directory.exists(), "the agent may be killed before it has written that down"
    assert (await scene.attach(scene.host(), within=0)).exit_code == 3
    await host.over()
    assert not directory.exists()
    with pytest.raises(NotTakenUpError):
        await scene.attach(scene.host())
    assert scene.ran() == 1


async def test_what_was_never_started_is_not_started(scene: Scene) -> None:
    with pytest.raises(NotTakenUpError):
        await scene.attach(scene.host())
    await scene.begun()
    with pytest.raises(NotTakenUpError):
        await scene.attach(scene.host(), "sh", "-c", "echo other")
    with pytest.raises(NotTakenUpError):
        await scene.host().of_step("S2").attach(scene.argv, within=5)
    assert len(scene.directories()) == 1
    assert scene.ran() == 1


async def test_at_its_limit_the_program_is_ended_as_it_would_have_been(scene: Scene) -> None:
    pid = await scene.begun()
    done = await scene.attach(scene.host(), within=0.2)
    assert done.timed_out
    with contextlib.suppress(FileNotFoundError):
        assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    assert scene.ran() == 1


async def test_a_cancel_ends_what_was_taken_up(scene: Scene) -> None:
    pid = await scene.begun("sleep", "300")
    task = asyncio.create_task(scene.attach(scene.host(), "sleep", "300"))
    async with asyncio.timeout(30):
        while not scene.pids:
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with contextlib.suppress(FileNotFoundError):
        assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


async def test_without_an_exit_status_nothing_is_made_up(scene: Scene) -> None:
    """As after a reboot of the host: the directory is there, what would write the status is not."""
    pid = await scene.begun()
    os.killpg(pid, signal.SIGKILL)
    with pytest.raises(NotTakenUpError):
        await scene.attach(scene.host(), within=0.3)
    assert scene.ran() == 1


async def test_a_host_that_cannot_be_reached_is_lost(scene: Scene) -> None:
    await scene.begun()
    with pytest.raises(HostLostError):
        await scene.attach(scene.host(port=9, user=getpass.getuser()), within=0.3)
    assert scene.ran() == 1


async def test_a_run_of_a_step_that_is_over_leaves_nothing_behind(scene: Scene) -> None:
    async def started(_pid: int) -> None:
        """Wanted, so that it can be found again."""

    scene.gate.touch()
    host = scene.host().of_step("S1")
    assert (await host.run(scene.argv, within=20, on_start=started)).exit_code == 3
    assert len(scene.directories()) == 1
    await host.over()
    assert scene.directories() == []
    assert (await host.run(["true"], within=20)).exit_code == 0
    assert scene.directories() == []


async def test_a_taken_up_host_starts_and_changes_nothing(scene: Scene) -> None:
    host = TakenUpHost(scene.host().of_step("S1"), FakeClock(), 10**9)
    file = scene.folder / "file"
    file.write_text("as it was")

    async def started(_pid: int) -> None:
        raise AssertionError("nothing starts")

    attempts = [
        lambda: host.run(scene.argv, within=5, on_start=started),
        lambda: host.spawn_daemon(scene.argv, log=str(file)),
        lambda: host.signal(os.getpid(), 0, signal.SIGKILL),
        lambda: host.write_text(str(file), b"changed", 0o600),
        lambda: host.make_dir(str(scene.folder / "new"), 0o700),
        lambda: host.swap_link(str(scene.folder / "link"), str(file)),
        lambda: host.put_file(str(file), str(scene.folder / "copy"), "0" * 64),
        lambda: host.remove(str(file)),
    ]
    for attempt in attempts:
        with pytest.raises(NotTakenUpError):
            await attempt()
    assert await host.read_text(str(file), 100) == b"as it was"
    assert sorted(path.name for path in scene.folder.iterdir()) == ["file"]
    assert (await host.run(["echo", "a look"], within=5)).stdout == b"a look\n"
    assert scene.ran() == 0


@given(st.lists(st.tuples(st.text(max_size=8), st.lists(st.text(max_size=5), min_size=1, max_size=3)), max_size=6))
def test_names_come_again_and_are_those_of_nothing_else(steps: list[tuple[str, list[str]]]) -> None:
    names = [StepNames(step_id).next(argv) for step_id, argv in steps]
    assert names == [StepNames(step_id).next(argv) for step_id, argv in steps]
    assert len(set(names)) == len({(step_id, tuple(argv)) for step_id, argv in steps})
    again = StepNames("S1")
    assert again.next(["a"]) != again.next(["a"]), "the same program twice in one step is two programs"

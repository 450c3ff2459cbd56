"""What only a host behind SSH can suffer: cut connections, wrong keys, half uploads, leftover step directories."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import msgspec
import pytest

from guardia.agent.errors import HostError, HostLostError
from guardia.agent.run import ssh_files, ssh_upload, ssh_wrapper
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.agent.run.ssh_upload import UploadNotes
from guardia.proto.frames import Stream
from tests.support.ports import free_port
from tests.support.sshd import Sshd, running_sshd


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with running_sshd(tmp_path / "sshd") as running:
        yield running


@pytest.fixture
async def pool() -> AsyncIterator[SshPool]:
    pool = SshPool()
    yield pool
    await pool.close()


@pytest.fixture
def host(server: Sshd, pool: SshPool, tmp_path: Path) -> SshHost:
    return SshHost("SSH-01", server.spec, pool, state_dir=str(tmp_path / "state"), grace=1, reunion=10)


def counting(counter: Path, seconds: float) -> list[str]:
    """A program whose effect can be counted, and which goes on after it."""
    return ["sh", "-c", 'echo ran >>"$1"; sleep "$2"; echo done', "count", str(counter), str(seconds)]


async def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", ["cancelled", "timed out"])
async def test_an_end_that_nobody_knows_is_not_told_as_one(how: str, host: SshHost) -> None:
    pids: asyncio.Queue[int] = asyncio.Queue()
    task = asyncio.create_task(
        host.run(["sleep", "60"], within=60 if how == "cancelled" else 0.3, on_start=pids.put),
    )
    os.killpg(await pids.get(), signal.SIGKILL)  # with the runner: nobody writes down an exit status
    if how == "cancelled":
        task.cancel()
    with pytest.raises(HostLostError, match="no exit status"):
        await task


async def test_a_host_that_was_restarted_meanwhile_runs_nothing_a_second_time(
    host: SshHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, boot_id = tmp_path / "counter", Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    execute = host._execute
    starts = 0

    async def failing(command: str, **given: Any) -> tuple[int, bytes, bytes]:
        """The first answer is lost with the host's power, and with it what was not yet on its disk."""
        nonlocal starts
        starts += boot_id in command
        if starts > 1:  # the host has another name for its boot than the one that it is asked for
            command = command.replace(boot_id, "0" * len(boot_id))
        answer = await execute(command, **given)
        if starts == 1:
            await _until(lambda: bool(list((tmp_path / "state").glob("steps/*/rc"))))
            shutil.rmtree(tmp_path / "state")
            raise HostLostError("the power is gone")
        return answer

    monkeypatch.setattr(host, "_execute", failing)

    async def started(_pid: int) -> None: ...

    with pytest.raises(HostLostError, match="restarted"):
        await host.run(["sh", "-c", 'echo ran >>"$1"', "x", str(counter)], within=20, on_start=started)
    assert (counter.read_text(), starts) == ("ran\n", 2)


@pytest.mark.parametrize("how", ["session killed", "transport closed"])
async def test_a_cut_connection_neither_loses_nor_repeats_the_run(
    how: str, host: SshHost, server: Sshd, pool: SshPool, tmp_path: Path
) -> None:
    counter = tmp_path / "counter"
    task = asyncio.create_task(host.run(counting(counter, 1.0), within=20))
    await _until(counter.exists)
    if how == "session killed":
        assert server.cut_connections() == 1
    else:
        pool.drop(server.spec)
    done = await task
    assert (done.exit_code, done.stdout) == (0, b"done\n")
    assert counter.read_text() == "ran\n"


async def test_output_before_and_after_the_cut_comes_once(host: SshHost, server: Sshd) -> None:
    seen: list[bytes] = []
    cut = False

    async def on_output(stream: Stream, data: bytes) -> None:
        nonlocal cut
        seen.append(data)
        if not cut:
            cut = True
            server.cut_connections()

    script = "i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.02; done"
    done = await host.run(["sh", "-c", script], within=20, on_output=on_output)
    assert done.exit_code == 0
    assert b"".join(seen) == done.stdout == b"".join(b"line %d\n" % number for number in range(40))


async def test_starting_the_same_step_again_finds_it(host: SshHost, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    command = ssh_wrapper.start_command(
        str(tmp_path / "state"), "ab" * 16, counting(counter, 0), spawn_log=None, cwd=None, input_size=0, split=0
    )
    pids = {await host._start(command, b"") for _ in range(3)}
    assert len(pids) == 1
    await _until((tmp_path / "state" / "steps" / ("ab" * 16) / "rc").exists)
    assert await host._start(command, b"") in pids
    assert counter.read_text() == "ran\n"


async def test_input_that_was_cut_off_starts_nothing(host: SshHost, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    command = ssh_wrapper.start_command(
        str(tmp_path / "state"), "cd" * 16, counting(counter, 0), spawn_log=None, cwd=None, input_size=100, split=0
    )
    status, _, _ = await host._execute(command, stdin=b"only a part")
    assert status == 122
    assert not counter.exists()
    assert os.listdir(tmp_path / "state" / "steps") == []


async def test_a_host_that_stays_away_is_unknown_not_failed(server: Sshd, pool: SshPool, tmp_path: Path) -> None:
    host = SshHost("SSH-01", server.spec, pool, state_dir=str(tmp_path / "state"), grace=1, reunion=0.5)
    counter = tmp_path / "counter"
    task = asyncio.create_task(host.run(counting(counter, 5), within=3))
    await _until(counter.exists)
    server.process.terminate()
    server.process.wait(10)
    pool.drop(server.spec)
    with pytest.raises(HostLostError):
        await task


async def test_another_host_key_is_refused(server: Sshd, pool: SshPool) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    spec = msgspec.structs.replace(server.spec, host_key=f"{other[0]} {other[1]}")
    with pytest.raises(HostError, match="another host key than the pinned"):
        await SshHost("SSH-01", spec, pool).run(["true"], within=10)


async def test_another_client_key_is_refused(server: Sshd, pool: SshPool, tmp_path: Path) -> None:
    key = tmp_path / "other_key"
    key.touch(0o600)
    key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    spec = msgspec.structs.replace(server.spec, key_file=str(key))
    with pytest.raises(HostError, match="authorized_keys"):
        await SshHost("SSH-01", spec, pool).memory()
    key.chmod(0o644)
    with pytest.raises(HostError, match="chmod 600"):
        await SshHost("SSH-01", spec, pool).memory()


async def test_nobody_there(server: Sshd, pool: SshPool) -> None:
    spec = msgspec.structs.replace(server.spec, port=free_port())
    with pytest.raises(HostError) as caught:
        await SshHost("SSH-01", spec, pool).run(["true"], within=5)
    assert caught.value.code == "host.unreachable"


@pytest.mark.parametrize("token", ["a\nb", "a\x00b", "a\x1bb", "a\x7fb", "a\tb"])
async def test_control_characters_are_refused(token: str, host: SshHost) -> None:
    with pytest.raises(HostError, match="control character"):
        await host.run(["echo", token], within=5)


@pytest.mark.parametrize("argv", [[], [""], ["-i"]])
async def test_what_is_no_program_is_refused(argv: list[str], host: SshHost) -> None:
    with pytest.raises(HostError):
        await host.run(argv, within=5)


async def test_one_connection_serves_many_runs_at_once(host: SshHost, server: Sshd) -> None:
    results = await asyncio.gather(*(host.run(["echo", str(number)], within=30) for number in range(20)))
    assert [int(done.stdout) for done in results] == list(range(20))
    assert len(server.sessions()) == 1


async def test_the_connection_is_dialled_again_after_a_loss(host: SshHost, server: Sshd) -> None:
    assert (await host.memory()).total > 0
    server.cut_connections()
    await asyncio.sleep(0.2)
    assert (await host.memory()).total > 0


async def test_step_directories_are_removed_and_old_ones_swept(host: SshHost, tmp_path: Path) -> None:
    steps = tmp_path / "state" / "steps"
    steps.mkdir(parents=True)
    for number in range(230):
        step = steps / f"{number:032x}"
        step.mkdir()
        (step / "rc").write_text("0\n")
    old, running = steps / ("e" * 32), steps / ("f" * 32)
    for step in (old, running):
        step.mkdir()
    os.utime(old, (time.time() - 9 * 86_400,) * 2)
    os.utime(running, (time.time() - 86_400,) * 2)
    assert (await host.run(["true"], within=10)).exit_code == 0
    left = os.listdir(steps)
    assert old.name not in left
    # Not finished: kept, although it is older than the newest 200.
    assert running.name in left
    assert 199 <= len(left) <= 201


@pytest.mark.parametrize(("noted", "there"), [(2_000_000, 2_000_000), (1_000_000, 2_500_000)])
async def test_an_upload_goes_on_where_it_stopped_also_after_a_restart_of_the_agent(
    noted: int, there: int, server: Sshd, pool: SshPool, tmp_path: Path
) -> None:
    """What lies beyond the noted offset may have holes: it is written again, and no more than that."""
    source = tmp_path / "artifact.bin"
    source.write_bytes(os.urandom(3_000_000))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    target = str(tmp_path / "target.bin")
    part = Path(ssh_files.part_name(target, digest))
    part.write_bytes(source.read_bytes()[:noted] + bytes(there - noted))
    UploadNotes(tmp_path / "uploads").confirm(UploadNotes.key("SSH-01", str(part)), noted)
    before = part.stat().st_ino
    notes = Recorded(tmp_path / "uploads")
    host = SshHost("SSH-01", server.spec, pool, state_dir=str(tmp_path / "state"), notes=notes)
    await host.put_file(str(source), target, digest)
    assert Path(target).read_bytes() == source.read_bytes()
    assert Path(target).stat().st_ino == before
    assert notes.begun == [noted]
    assert list((tmp_path / "uploads").iterdir()) == []


class Recorded(UploadNotes):
    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.begun: list[int] = []

    def confirmed(self, key: str) -> int:
        self.begun.append(super().confirmed(key))
        return self.begun[-1]


async def test_an_upload_survives_cut_connections(
    host: SshHost, server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_upload, "CHUNK", 32 * 1024)
    source = tmp_path / "artifact.bin"
    source.write_bytes(os.urandom(8_000_000))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    target = str(tmp_path / "target.bin")
    part = Path(ssh_files.part_name(target, digest))
    task = asyncio.create_task(host.put_file(str(source), target, digest))
    for size in (1_000_000, 4_000_000):
        await _until(lambda size=size: part.exists() and part.stat().st_size > size)
        assert not task.done()
        server.cut_connections()
    await task
    assert Path(target).read_bytes() == source.read_bytes()


async def test_a_damaged_beginning_is_sent_again(host: SshHost, tmp_path: Path) -> None:
    source = tmp_path / "artifact.bin"
    source.write_bytes(os.urandom(1_000_000))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    target = str(tmp_path / "target.bin")
    Path(ssh_files.part_name(target, digest)).write_bytes(b"x" * 500_000)
    await host.put_file(str(source), target, digest)
    assert Path(target).read_bytes() == source.read_bytes()


async def test_a_host_without_forwarding_says_so(tmp_path: Path, pool: SshPool) -> None:
    with running_sshd(tmp_path / "strict", options="AllowTcpForwarding no\n") as server:
        host = SshHost("SSH-01", server.spec, pool)
        with pytest.raises(HostError, match="AllowTcpForwarding") as caught:
            await host.connect("127.0.0.1", server.spec.port, 5)
        assert caught.value.code == "host.forwarding_refused"


async def test_the_environment_is_in_no_command_line(host: SshHost, tmp_path: Path) -> None:
    value = "it's $HOME `id` \\ secret-7a41"
    lines: list[str] = []

    async def on_output(stream: Stream, data: bytes) -> None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                lines.append(path.read_bytes().decode(errors="replace"))

    done = await host.run(
        ["sh", "-c", 'printf %s "$WORD"; sleep 0.5'], within=20, env={"WORD": value}, on_output=on_output
    )
    assert done.stdout.decode() == value
    assert any("printf %s" in line for line in lines)
    assert not any("secret-7a41" in line for line in lines)
    with pytest.raises(HostError, match="no name"):
        await host.run(["true"], within=5, env={"A B": "x"})
    with pytest.raises(HostError, match="WORD"):
        await host.run(["true"], within=5, env={"WORD": "a\nb"})


async def test_a_service_gets_its_environment_and_its_directory_is_swept_later(host: SshHost, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    await host.spawn_daemon(["sh", "-c", "echo $WORD; pwd"], log=str(log), cwd=str(tmp_path), env={"WORD": "a 'b'"})
    await _until(lambda: log.read_text().count("\n") == 2)
    assert log.read_text() == f"a 'b'\n{tmp_path}\n"
    (step,) = (tmp_path / "state" / "steps").iterdir()
    assert sorted(os.listdir(step)) == ["go", "pid", "rc"]

"""Connections of a gateway against real sshds: how many, through which hosts, for how long."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from guardia.agent.core.target import HopSpec, SshSpec
from guardia.agent.errors import HostError
from guardia.agent.run import ssh_pool
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from tests.support.sshd import Sshd, running_sshd


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Sshd]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(running_sshd(tmp_path / f"sshd{number}")) for number in range(3)]


@pytest.fixture
async def pool() -> AsyncIterator[SshPool]:
    pool = SshPool()
    yield pool
    await pool.close()


def hop(spec: SshSpec) -> HopSpec:
    return HopSpec(address=spec.address, port=spec.port, user=spec.user, key_file=spec.key_file, host_key=spec.host_key)


async def _gone(server: Sshd, seconds: float = 30) -> bool:
    for _ in range(int(seconds / 0.05)):
        if not server.sessions():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_two_jump_hosts_and_one_connection_to_each(servers: list[Sshd], pool: SshPool, tmp_path: Path) -> None:
    first, second, target = servers
    spec = msgspec.structs.replace(target.spec, jump=(hop(first.spec), hop(second.spec)))
    host = SshHost("SSH-01", spec, pool, state_dir=str(tmp_path / "state"))
    results = await asyncio.gather(*(host.run(["echo", str(number)], within=30) for number in range(5)))
    assert [int(done.stdout) for done in results] == list(range(5))
    # A second host behind the same jump host uses its connection, too.
    near = SshHost("SSH-02", msgspec.structs.replace(second.spec, jump=(hop(first.spec),)), pool)
    assert (await near.memory()).total > 0
    assert [len(server.sessions()) for server in servers] == [1, 1, 1]
    source = tmp_path / "source"
    source.write_bytes(os.urandom(1_000_000))
    await host.put_file(str(source), str(tmp_path / "target"), hashlib.sha256(source.read_bytes()).hexdigest())
    assert (tmp_path / "target").read_bytes() == source.read_bytes()


async def test_a_jump_host_that_breaks_is_passed_again(servers: list[Sshd], pool: SshPool, tmp_path: Path) -> None:
    first, _, target = servers
    spec = msgspec.structs.replace(target.spec, jump=(hop(first.spec),))
    host = SshHost("SSH-01", spec, pool, state_dir=str(tmp_path / "state"), reunion=10)
    counter = tmp_path / "counter"
    task = asyncio.create_task(host.run(["sh", "-c", f"echo ran >>{counter}; sleep 0.5; echo done"], within=20))
    while not counter.exists():
        await asyncio.sleep(0.02)
    first.cut_connections()
    assert (await task).stdout == b"done\n"
    assert counter.read_text() == "ran\n"


async def test_what_nobody_uses_is_closed_the_jump_host_last(servers: list[Sshd], tmp_path: Path) -> None:
    first, _, target = servers
    pool = SshPool(idle=1)
    spec = msgspec.structs.replace(target.spec, jump=(hop(first.spec),))
    host = SshHost("SSH-01", spec, pool, state_dir=str(tmp_path / "state"))
    await host.run(["sleep", "2"], within=30)  # longer than idle: in use, polled
    assert len(first.sessions()) == len(target.sessions()) == 1
    assert await _gone(target)
    assert await _gone(first)
    assert (await host.memory()).total > 0
    await pool.close()


async def test_a_server_gets_few_connections_at_once_and_none_is_dropped(tmp_path: Path) -> None:
    """Twelve accounts' worth of connections to one sshd that drops everything beyond four unauthenticated ones."""
    with running_sshd(tmp_path / "sshd", options="MaxStartups 4:100:4\n") as server:
        pool = SshPool()
        key = Path(server.spec.key_file)
        specs = []
        for number in range(12):
            copy = tmp_path / f"key{number}"
            copy.touch(0o600)
            copy.write_bytes(key.read_bytes())
            specs.append(msgspec.structs.replace(server.spec, key_file=str(copy)))
        hosts = [SshHost(f"SSH-{number}", spec, pool) for number, spec in enumerate(specs)]
        assert all(await asyncio.gather(*(host.memory() for host in hosts)))
        assert len(server.sessions()) == 12
        assert "drop" not in (server.folder / "sshd.log").read_text()
        await pool.close()


async def test_a_server_with_few_sessions_is_waited_for(tmp_path: Path) -> None:
    """Full sessions end nobody's work: the connection stays, and everybody has his turn."""
    with running_sshd(tmp_path / "sshd", options="MaxSessions 2\n") as server:
        pool = SshPool()
        host = SshHost("SSH-01", server.spec, pool, state_dir=str(tmp_path / "state"), reunion=30)
        counter = tmp_path / "counter"
        script = ["sh", "-c", f"echo ran >>{counter}"]
        results = await asyncio.gather(*(host.run(script, within=30) for _ in range(6)))
        assert [done.exit_code for done in results] == [0] * 6
        assert counter.read_text() == "ran\n" * 6
        assert len(server.sessions()) == 1
        await pool.close()


async def test_files_go_to_several_hosts_at_once_but_not_to_all(
    servers: list[Sshd], pool: SshPool, tmp_path: Path
) -> None:
    assert pool.uploads._value == ssh_pool.UPLOADS
    pool.uploads = asyncio.Semaphore(2)
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3_000_000))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    under_way, most = 0, 0

    class Counted(SshHost):
        async def _fill(self, local: str, part: str) -> int:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            try:
                return await super()._fill(local, part)
            finally:
                under_way -= 1

    hosts = [Counted(f"SSH-{number}", server.spec, pool) for number, server in enumerate(servers)]
    targets = [tmp_path / f"target{number}" for number in range(3)]
    await asyncio.gather(
        *(host.put_file(str(source), str(path), digest) for host, path in zip(hosts, targets, strict=True))
    )
    assert all(path.read_bytes() == source.read_bytes() for path in targets)
    assert most == 2


async def test_names_of_files_in_cp949_come_through(servers: list[Sshd], pool: SshPool, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    name = os.fsdecode("예산.log".encode("cp949"))
    (folder / name).write_bytes("기동 완료\n".encode("cp949"))
    host = SshHost("SSH-01", servers[0].spec, pool)
    assert await host.list_dir(str(folder)) == [name]
    assert (await host.read_text(f"{folder}/{name}", 100)).decode("cp949") == "기동 완료\n"
    await host.remove(f"{folder}/{name}")
    assert list(folder.iterdir()) == []


async def test_a_command_line_in_cp949_is_read_in_korean(servers: list[Sshd], pool: SshPool) -> None:
    host = SshHost("SSH-01", servers[0].spec, pool)
    process = await asyncio.create_subprocess_exec("sh", "-c", "sleep 30; :", "예산시스템".encode("cp949"))
    try:
        found = await host.process(process.pid)
        assert found is not None
        assert found.command == "sh -c sleep 30; : 예산시스템"
    finally:
        process.kill()
        await process.wait()
    process = await asyncio.create_subprocess_exec("sh", "-c", "sleep 30; :", "예산시스템")
    try:
        listed = [each.command for each in await host.processes() if each.pid == process.pid]
        assert listed == ["sh -c sleep 30; : 예산시스템"]
    finally:
        process.kill()
        await process.wait()


async def test_a_token_that_is_no_utf8_is_refused(servers: list[Sshd], pool: SshPool, tmp_path: Path) -> None:
    host = SshHost("SSH-01", servers[0].spec, pool, state_dir=str(tmp_path / "state"))
    with pytest.raises(HostError, match="no UTF-8"):
        await host.run(["true"], within=10, cwd=os.fsdecode("/폴더".encode("cp949")))

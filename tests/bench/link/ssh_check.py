"""`ssh_check`: a check on 30 hosts behind one gateway agent, connections held; beside bare asyncssh, and Ansible."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import asyncssh

from guardia.agent.actions.base import Context
from guardia.agent.actions.host import CheckMemory
from guardia.agent.core.target import SshSpec
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.proto.catalogue import CheckStatus, NoParameters
from tests.bench.agent import SystemClock
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, at_least, at_most, beside
from tests.bench.measures import Progress, Skipped
from tests.fakes.host import FakeArtifacts
from tests.support.require import find_program
from tests.support.sshd import running_sshd

T = TypeVar("T")

HOSTS = 30
ROUNDS = 20
MEMINFO = "/proc/meminfo"
COMMAND = f"cat {MEMINFO}"
ANSIBLE_FOLDER = Path(".state/ansible")
"""Where an Ansible of the bench's own is looked for: `python -m venv`, then `pip install ansible-core` there."""


async def ssh_check(folder: Path, scale: Scale) -> AsyncIterator[Standing | Skipped]:
    if find_program("sshd") is None:
        yield Skipped(name="ssh_check", reason="sshd is not installed (Debian package openssh-server)")
        return
    hosts, rounds = scale.count(HOSTS), scale.count(ROUNDS, 3)
    home = folder / "home"
    home.mkdir()
    with contextlib.ExitStack() as servers:
        specs = [
            servers.enter_context(running_sshd(folder / f"sshd{number}", options=f"SetEnv HOME={home}\n")).spec
            for number in range(hosts)
        ]
        async for standing in _measure(folder, specs, rounds, scale):
            yield standing


async def _measure(
    folder: Path, specs: Sequence[SshSpec], rounds: int, scale: Scale
) -> AsyncIterator[Standing | Skipped]:
    pool = SshPool()
    gateway = [
        SshHost(f"H{number}", spec, pool, state_dir=str(folder / f"g{number}")) for number, spec in enumerate(specs)
    ]
    bare = [await _connect(spec) for spec in specs]
    checks: list[float] = []
    programs: list[float] = []
    commands: list[float] = []
    reads: list[float] = []

    async def program(host: SshHost) -> None:
        done = await host.run(("/bin/true",), within=30)
        assert done.exit_code == 0

    async def command(connection: asyncssh.SSHClientConnection) -> None:
        done = await connection.run(COMMAND, check=True)
        assert "MemTotal" in str(done.stdout)

    async def read(session: asyncssh.SFTPClient) -> None:
        async with session.open(MEMINFO, "rb") as file:
            assert b"MemTotal" in await file.read(65_536, 0)  # /proc tells no size

    try:
        await _all(_check, gateway)
        await _all(program, gateway)
        await _all(command, bare)
        sessions = [await connection.start_sftp_client() for connection in bare]
        await _all(read, sessions)
        with Progress("ssh_check", rounds) as progress:
            for _ in range(rounds):
                checks.append(await _all(_check, gateway))
                commands.append(await _all(command, bare))
                reads.append(await _all(read, sessions))
                programs.append(await _all(program, gateway))
                progress.advance()
    finally:
        await pool.close()
        for connection in bare:
            connection.close()
    mine, ran, read_ms = statistics.median(checks), statistics.median(commands), statistics.median(reads)
    below = min(ran, read_ms)
    note = scale.note(
        f"CHECK_MEMORY on {len(specs)} sshds at once; the floor is the quicker of bare asyncssh's `run` of `{COMMAND}`"
        f" ({ran:.0f} ms) and its SFTP read of the same file ({read_ms:.0f} ms)"
    )
    yield beside("ssh_check", "ms", mine, below, at_most(1.5), note)
    note = "/bin/true in a step directory (setsid, pid, rc, output kept): survives a cut connection, so for information"
    yield beside("ssh_check: program", "ms", statistics.median(programs), ran, None, note)
    ansible = _find_ansible()
    if ansible is None:
        reason = (
            f"no ansible found; to compare: python3 -m venv {ANSIBLE_FOLDER}, then {ANSIBLE_FOLDER}/bin/pip install"
            " ansible-core"
        )
        yield Skipped(name="ssh_check: ansible", reason=reason)
        return
    took = await _ansible(ansible, folder, specs)
    note = f"`ansible -m raw -a '{COMMAND}'` with {len(specs)} forks and ControlPersist on the same sshds, third run"
    yield beside("ssh_check: ansible raw, times quicker", "ms", took, mine, at_least(10), note)


async def _check(host: SshHost) -> None:
    async def nothing(*_: object) -> None:
        return

    context = Context(
        host=host,
        asset=host.asset,
        services=(),
        parameters=NoParameters(),
        clock=SystemClock(),
        artifacts=FakeArtifacts({}),
        within=30,
        output=nothing,
        started=nothing,
    )
    report = await CheckMemory().run(context)
    assert report.status is not CheckStatus.UNKNOWN


async def _all(work: Callable[[T], Awaitable[None]], them: Sequence[T]) -> float:
    began = time.monotonic()
    await asyncio.gather(*map(work, them))
    return (time.monotonic() - began) * 1000


async def _connect(spec: SshSpec) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        spec.address,
        spec.port,
        username=spec.user,
        client_keys=[spec.key_file],
        known_hosts=([asyncssh.import_public_key(spec.host_key)], [], []),
        config=None,
        agent_path=None,
    )


def _find_ansible() -> str | None:
    own = ANSIBLE_FOLDER / "bin" / "ansible"
    return str(own.absolute()) if own.exists() else shutil.which("ansible")


async def _ansible(program: str, folder: Path, specs: Sequence[SshSpec]) -> float:
    """Milliseconds of the third run; the first two open the connections that are then kept."""
    lines = [
        f"h{number} ansible_host={spec.address} ansible_port={spec.port} ansible_user={spec.user}"
        f" ansible_ssh_private_key_file={spec.key_file}"
        for number, spec in enumerate(specs)
    ]
    inventory = folder / "inventory.ini"
    inventory.write_text("\n".join(["[all]", *lines, ""]), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_SSH_ARGS": "-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null",
        "ANSIBLE_LOCAL_TEMP": str(folder / "ansible"),
        "LC_ALL": "C.UTF-8",
    }
    argv = [program, "all", "-i", str(inventory), "-f", str(len(specs)), "-m", "raw", "-a", COMMAND]
    took = 0.0
    for _ in range(3):
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(*argv, env=environment, stdout=asyncio.subprocess.DEVNULL)
        if await process.wait():
            raise RuntimeError("ansible failed; its error is above")
        took = (time.monotonic() - began) * 1000
    return took

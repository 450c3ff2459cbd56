"""`guardia-agent doctor` for hosts behind SSH: which server on the way is wrong, in what, and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.agent.core.target import HostSpec, SshSpec
from guardia.agent.daemon.finding import Finding, fail, ok
from guardia.agent.errors import AgentError
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.hosts import make_host
from guardia.agent.run.ssh_dial import UnreachableError, Why
from guardia.agent.run.ssh_pool import SshPool

WITHIN = 20.0
"""Seconds for each server on the way."""

AT_ONCE = 8

_WRONG: dict[Why, tuple[str, str]] = {
    Why.NAME: ("이름을 찾을 수 없습니다", "[hosts.ssh] address의 철자와 DNS, /etc/hosts를 확인하세요"),
    Why.PORT: (
        "포트에 연결할 수 없습니다",
        "그 서버에서 sshd가 실행 중인지(ss -ltn), [hosts.ssh] port와 중간 방화벽이 맞는지 확인하세요",
    ),
    Why.DROPPED: (
        "연결을 받자마자 끊습니다",
        "그 서버의 sshd 로그와 MaxStartups, fail2ban, /etc/hosts.deny를 확인하세요",
    ),
    Why.HOST_KEY: (
        "고정한 것과 다른 호스트 키를 보입니다. 서버를 새로 설치했거나, 누군가 중간에 있습니다",
        (
            "서버 콘솔에서 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub 값을 비교하세요. 같은 서버로 확인된 뒤에만 "
            "CMDB(guardia-hub cmdb host-keys) 또는 agent.toml의 host_key를 바꾸세요"
        ),
    ),
    Why.NO_HOST_KEY: (
        "고정한 호스트 키가 없거나 읽을 수 없습니다. 처음 보는 키는 믿지 않습니다",
        (
            "서버 콘솔에서 /etc/ssh/ssh_host_ed25519_key.pub 값을 읽어 CMDB(guardia-hub cmdb host-keys)에 넣거나 "
            "agent.toml의 host_key에 적으세요"
        ),
    ),
    Why.USER: (
        "이 계정이 게이트웨이의 키를 받지 않습니다",
        (
            "[hosts.ssh] user가 맞는지, key_file의 공개키가 그 계정의 ~/.ssh/authorized_keys에 있는지, "
            "그 파일의 권한(0600)을 확인하세요"
        ),
    ),
    Why.KEY_FILE: (
        "게이트웨이의 개인키를 쓸 수 없습니다",
        "key_file이 있는지, 에이전트 계정의 것이고 0600인지, 암호 없는 OpenSSH 형식인지 확인하세요",
    ),
    Why.FORWARDING: (
        "점프 호스트가 다음 서버로 이어 주지 않습니다",
        "점프 호스트의 sshd_config에서 이 계정에 AllowTcpForwarding local과 PermitOpen을 허용하세요",
    ),
    Why.OTHER: ("SSH로 대화할 수 없습니다", "그 서버의 sshd 로그를 확인하세요"),
}


async def ssh_hosts(hosts: tuple[HostSpec, ...], state_dir: Path) -> AsyncIterator[Finding]:
    """One finding for each host behind this agent, in the order of agent.toml."""
    pool = SshPool()
    limit = asyncio.Semaphore(AT_ONCE)

    async def bounded(spec: HostSpec, ssh: SshSpec) -> Finding:
        async with limit:
            return await _host(spec, ssh, pool, state_dir)

    tasks = [asyncio.create_task(bounded(spec, spec.ssh)) for spec in hosts if spec.ssh is not None]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await pool.close()


async def _host(spec: HostSpec, ssh: SshSpec, pool: SshPool, state_dir: Path) -> Finding:
    name = f"ssh {spec.asset}"
    way = " → ".join([*(hop.place for hop in ssh.jump), ssh.place])
    within = WITHIN * (1 + len(ssh.jump))
    try:
        async with asyncio.timeout(within):
            await make_host(spec, pool, pins=PinnedKeys(state_dir)).list_dir("/")
    except UnreachableError as error:
        what, remedy = _WRONG[error.why]
        at = f"점프 호스트 {error.place}" if error.place not in {"", ssh.place} else ssh.place
        return fail(name, f"{at}: {what} ({error})", remedy)
    except AgentError as error:
        return fail(
            name,
            f"{way}: 로그인은 되지만 SFTP를 쓸 수 없습니다 ({error})",
            "sshd_config의 Subsystem sftp와 계정의 ForceCommand를 확인하세요",
        )
    except TimeoutError:
        return fail(name, f"{way}: {within:g}초 안에 응답하지 않습니다", "방화벽과 sshd를 확인하세요")
    return ok(name, f"{way}: 고정한 호스트 키로 접속했습니다")

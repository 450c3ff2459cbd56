"""`guardia-agent doctor`: looks at everything that an agent needs and says what to do. Changes nothing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from guardia.agent.config import Config
from guardia.agent.core.target import ServiceSpec
from guardia.agent.daemon.doctor_cancel import cancel
from guardia.agent.daemon.doctor_network import network
from guardia.agent.daemon.doctor_policy import policy, policy_file
from guardia.agent.daemon.doctor_spool import spool
from guardia.agent.daemon.doctor_ssh import ssh_hosts
from guardia.agent.daemon.finding import Finding, fail, ok, warn
from guardia.agent.errors import AgentError, JournalError
from guardia.agent.journal.lock import is_held
from guardia.agent.journal.recordfile import scan
from guardia.agent.ports import Clock

DAY_MS = 24 * 3600 * 1000
ROOM = 64 * 1024 * 1024
"""Bytes that the state directory's disk should have free."""


async def examine(config: Config, clock: Clock) -> AsyncIterator[Finding]:
    """All findings, in the order in which a person would look."""
    yield ok("config", f"{config.path}: 호스트 {len(config.hosts)}대, 서비스 {len(config.services)}개")
    for look in (state_dir, journal):
        yield look(config)
    yield spool(config.state_dir, config.output.limits(), clock.now_ms())
    yield cancel(config.state_dir)
    identity, finding = _identity(config)
    yield finding
    url = config.hub.url or (identity.agents_url if identity else "")
    if identity is not None:
        yield certificate(identity.not_before_ms, identity.not_after_ms, clock.now_ms())
    if url:
        if url.startswith("grpcs:"):
            yield _grpc()
        context = identity.ssl_context if identity else None
        async for finding in network(url, context, clock, dated=identity.agents_url if identity else ""):
            yield finding
    else:
        yield fail("hub", "허브 주소를 모릅니다", "agent.toml의 [hub] url을 적거나 guardia-agent enrol을 실행하세요")
    yield policy(config)
    yield policy_file(config)
    for service in config.services:
        host = next(host for host in config.hosts if host.asset == service.asset)
        if host.ssh is None:
            for finding in local_service(service):
                yield finding
    async for finding in ssh_hosts(config.hosts, config.state_dir):
        yield finding


# --- this host ------------------------------------------------------------------------------------------------------


def state_dir(config: Config) -> Finding:
    path = config.state_dir
    try:
        facts = path.stat()
    except FileNotFoundError:
        return fail("state_dir", f"{path}: 없습니다", f"install -d -m 0700 {path} (또는 guardia-agent enrol)")
    except OSError as error:
        return fail("state_dir", f"{path}: {error.strerror}", "에이전트가 실행되는 계정으로 doctor를 실행하세요")
    if not stat.S_ISDIR(facts.st_mode):
        return fail("state_dir", f"{path}: 디렉터리가 아닙니다", "agent.toml의 [agent] state_dir을 고치세요")
    if facts.st_mode & 0o077:
        return fail("state_dir", f"{path}: 다른 계정이 읽을 수 있습니다", f"chmod 0700 {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        return fail("state_dir", f"{path}: 쓸 수 없습니다", f"chown $(id -un) {path}, 또는 root로 실행하세요")
    free = shutil.disk_usage(path).free
    if free < ROOM:
        return warn("state_dir", f"{path}: 남은 공간 {free // 1024 // 1024} MiB", "디스크를 정리하세요")
    return ok("state_dir", f"{path}: 남은 공간 {free // 1024 // 1024} MiB")


def journal(config: Config) -> Finding:
    path = config.state_dir / "journal"
    try:
        running = "실행 중" if is_held(config.state_dir) else "실행 중이 아님"
        records, _ = scan(path.read_bytes())
    except FileNotFoundError:
        return ok("journal", "아직 없습니다")
    except OSError as error:
        return fail("journal", f"{path}: {error.strerror}", "에이전트가 실행되는 계정으로 doctor를 실행하세요")
    except JournalError as error:
        return fail("journal", str(error), "권한이 문제가 아니면 디스크를 점검하고 파일을 보관한 뒤 옮기세요")
    return ok("journal", f"기록 {len(records)}건(에이전트 {running})")


def _identity(config: Config) -> tuple[Any, Finding]:
    from guardia.agent.identity.store import load_identity

    try:
        identity = load_identity(config.state_dir)
    except AgentError as error:
        return None, fail("identity", f"{error} ({error.code})", "guardia-agent enrol --token-file FILE")
    if identity.asset_code and identity.asset_code != config.agent.asset:
        return identity, fail(
            "identity",
            f"등록된 자산은 {identity.asset_code}인데 설정은 {config.agent.asset}입니다",
            "agent.toml의 [agent] asset을 고치거나 올바른 토큰으로 다시 등록하세요",
        )
    return identity, ok("identity", f"{identity.agent_id} ({identity.trust_domain})")


def certificate(not_before_ms: int, not_after_ms: int, now_ms: int) -> Finding:
    if now_ms < not_before_ms:
        return fail("certificate", "인증서가 아직 유효하지 않습니다", "이 서버의 시계가 늦습니다. NTP를 확인하세요")
    left = not_after_ms - now_ms
    if left <= 0:
        return fail(
            "certificate",
            "인증서가 만료되었습니다",
            "시계(NTP)를 확인하고, 맞다면 guardia-agent enrol --replace로 다시 등록하세요",
        )
    if left < DAY_MS:
        return warn("certificate", f"{left // 3_600_000}시간 뒤 만료됩니다", "에이전트가 허브에 연결되어 있는지 보세요")
    return ok("certificate", f"{left // DAY_MS}일 뒤 만료됩니다")


def _grpc() -> Finding:
    """grpcio is an extra."""
    from guardia.agent.daemon.wiring import load_grpc

    try:
        load_grpc()
    except AgentError as error:
        return fail(
            "grpc",
            f"{error} ({error.code})",
            "guardia-agent[grpc]를 설치하거나(pip install --require-hashes -r requirements/agent-grpc.txt), "
            "[hub] url을 wss://호스트:9443/agent로 바꾸세요",
        )
    return ok("grpc", "grpcio가 설치되어 있습니다")


# --- targets --------------------------------------------------------------------------------------------------------


def local_service(service: ServiceSpec) -> list[Finding]:
    """What a service's configuration names must be there."""
    name = f"service {service.asset}/{service.name}"
    return list(_wrong_with(name, service)) or [ok(name, service.manager)]


def _wrong_with(name: str, service: ServiceSpec) -> Iterator[Finding]:
    by_command = service.manager == "command"
    if not by_command and shutil.which("systemctl") is None:
        yield fail(name, "systemctl이 없습니다", 'manager = "command"를 쓰거나 systemd가 있는 서버에 두세요')
    for argv in (service.start, service.stop):
        if argv and not os.access(argv[0], os.X_OK):
            yield fail(name, f"{argv[0]}: 없거나 실행할 수 없습니다", "경로와 실행 권한을 확인하세요")
    for folder in (service.working_directory, service.deploy_root):
        if folder and not Path(folder).is_dir():
            yield fail(name, f"{folder}: 디렉터리가 없습니다", f"install -d {folder}")
    written = [service.deploy_root]
    if by_command:
        written += [str(Path(path).parent) for path in (service.pid_file, *service.log_files[:1]) if path]
    for folder in dict.fromkeys(written):
        if folder and not os.access(folder, os.W_OK):
            yield fail(name, f"{folder}: 쓸 수 없습니다", "디렉터리를 만들고 소유자를 확인하세요")
    for path in service.log_files[1 if by_command else 0 :]:
        if not os.access(path, os.R_OK):
            yield warn(name, f"{path}: 읽을 수 없습니다", "로그 조회가 실패합니다. 경로와 권한을 확인하세요")

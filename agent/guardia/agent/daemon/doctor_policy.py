"""The agent's own policy, for `guardia-agent doctor`: what it allows, and the file that says so.

A file that cannot be read, or that others may write, is no finding: no command begins with it (exit code 78).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from guardia.agent.config import Config
from guardia.agent.core.policy import allowed_actions
from guardia.agent.daemon import status
from guardia.agent.daemon.finding import Finding, fail, ok, warn
from guardia.proto.catalogue import CATALOGUE


def policy(config: Config) -> Finding:
    """What the policy allows."""
    allowed = allowed_actions(config.policy, tuple(host.asset for host in config.hosts))
    counts = ", ".join(f"{target} {len(actions)}/{len(CATALOGUE)}" for target, actions in allowed.items())
    if not any(allowed.values()):
        return warn("policy", f"어떤 작업도 허용되지 않습니다 ({_source(config)})", "[policy] allow를 확인하세요")
    return ok(
        "policy",
        f"허용된 작업 {counts}; 변경에 필요한 승인자 {config.policy.require_approvers}명 ({_source(config)})",
    )


def policy_file(config: Config) -> Finding:
    """The file that holds the policy: whose it is, who may change it, and whether the running agent has read it."""
    path = Path(_source(config))
    try:
        facts, folder = path.stat(), path.resolve().parent.stat()
    except OSError as error:
        return fail("policy_file", f"{path}: {error.strerror}", "[policy] file과 파일의 권한을 확인하세요")
    seen = f"{path}: uid {facts.st_uid}, {stat.filemode(facts.st_mode)}"
    if facts.st_mode & stat.S_IWGRP:
        return warn("policy_file", f"{seen}; 그룹이 쓸 수 있는 파일입니다", f"chmod g-w {path}")
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        return warn(
            "policy_file",
            f"{seen}; 폴더 {path.parent}에 누구나 쓸 수 있어 파일을 바꿔치기할 수 있습니다",
            f"chmod o-w {path.parent}",
        )
    if facts.st_uid not in (0, os.geteuid()):
        return warn("policy_file", f"{seen}; 다른 계정의 파일입니다", f"chown root {path}")
    running, alive = status.read(config.state_dir)
    if alive and running is not None and facts.st_mtime_ns // 1_000_000 > running.started_ms > 0:
        return warn(
            "policy_file",
            f"{seen}; 에이전트가 시작한 뒤에 바뀌어 아직 적용되지 않았습니다",
            "systemctl restart guardia-agent",
        )
    kind = "[policy] file" if config.policy_file else "agent.toml의 [policy]"
    return ok("policy_file", f"{seen} ({kind})")


def _source(config: Config) -> str:
    return config.policy_file or config.path

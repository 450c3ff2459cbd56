"""The spool, for `guardia-agent doctor`: may it be written, how full it is, and is there room on the disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from guardia.agent.daemon.finding import Finding, fail, ok, warn
from guardia.agent.spool import Limits
from guardia.agent.spool.use import FOLDER, look

DAY_MS = 24 * 3600 * 1000
MEBIBYTE = 1024 * 1024
NEARLY_FULL = 0.9


def spool(state_dir: Path, limits: Limits, now_ms: int) -> Finding:
    """Looks at names and sizes only; makes nothing."""
    folder = state_dir / FOLDER
    try:
        use = look(folder, limits.total_bytes)
        free = shutil.disk_usage(folder).free
        owner, wanted = folder.stat().st_uid, state_dir.stat().st_uid
    except FileNotFoundError:
        return ok("spool", f"{folder}: 아직 없습니다. 에이전트가 시작할 때 만듭니다")
    except NotADirectoryError:
        return fail("spool", f"{folder}: 디렉터리가 아닙니다", f"{folder}을(를) 옮기고 에이전트를 다시 시작하세요")
    except OSError as error:
        return fail(
            "spool", f"{folder}: {error.strerror}", "에이전트가 실행되는 계정으로 doctor를 실행하고 소유자를 확인하세요"
        )
    if not os.access(folder, os.W_OK | os.X_OK) or owner != wanted:  # root may write everywhere; the agent may not
        return fail(
            "spool",
            f"{folder}: 에이전트가 쓸 수 없습니다(소유자 uid {owner}). 단계의 출력은 처음과 끝만 남습니다",
            f"chown -R --reference={state_dir} {folder} && chmod 0700 {folder}",
        )
    oldest = f"가장 오래된 것 {max(0, now_ms - use.oldest_ms) // DAY_MS}일 전" if use.files else "비어 있음"
    seen = (
        f"{folder}: {use.files}개, {use.bytes // MEBIBYTE}/{use.cap // MEBIBYTE} MiB, "
        f"{oldest}(보관 {limits.keep_days}일); "
        f"디스크에 남은 공간 {free // MEBIBYTE} MiB(비워 두는 {limits.reserve // MEBIBYTE} MiB)"
    )
    if free <= limits.reserve:
        return warn(
            "spool",
            f"{seen}. 디스크가 모자라 출력을 더 보관하지 않습니다",
            "디스크를 정리하거나 agent.toml의 [output] reserve_mib을 줄이세요",
        )
    if use.bytes >= use.cap * NEARLY_FULL:
        return warn(
            "spool",
            f"{seen}. 한도에 가까워 오래된 출력부터 지워집니다",
            "필요한 출력은 허브에서 받아 두고(guardia-hub requests output), [output] total_mib을 늘리세요",
        )
    return ok("spool", seen)

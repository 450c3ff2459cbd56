"""How a cancel ends programs on this machine, for `guardia-agent doctor`: as the running agent found it.

The doctor cannot try it: it runs in another control group than the agent, and changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from guardia.agent.daemon import status
from guardia.agent.daemon.finding import Finding, ok, warn


def cancel(state_dir: Path) -> Finding:
    found, alive = status.read(state_dir)
    if not alive or found is None or found.cancel is None:
        return ok("cancel", "에이전트가 돌고 있을 때 알 수 있습니다")
    way = found.cancel
    if way.by == "cgroup":
        return ok("cancel", f"단계마다 cgroup에서 끝냅니다({way.detail})")
    seen = f"프로세스 트리로 끝냅니다. 스스로 부모를 떠난 프로세스는 남을 수 있습니다({way.detail})"
    if way.code == "cgroup.none":
        return ok("cancel", seen)  # of this host: nothing is to be done
    return warn(
        "cancel",
        seen,
        "systemd 유닛에 Delegate=yes와 ReadWritePaths=(유닛의 cgroup)가 있는지 보세요: packaging/systemd/"
        "guardia-agent.service. 컨테이너라면 cgroup을 쓸 수 있게 띄우거나 그대로 두세요",
    )

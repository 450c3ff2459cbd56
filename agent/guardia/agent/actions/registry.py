"""Which action of the catalogue is carried out by what. What is not here is refused as `action.unsupported`."""

from __future__ import annotations

from guardia.agent.actions.base import ActionRunner
from guardia.agent.actions.deploy import DeployArtifact, RollbackRelease
from guardia.agent.actions.host import CheckCpu, CheckDiskSpace, CheckMemory, CheckPort, CheckProcess
from guardia.agent.actions.http import CheckCert, CheckHttp
from guardia.agent.actions.logs import CleanLogs, SearchLog, TailLog
from guardia.agent.actions.service import CheckService, ServiceChange
from guardia.agent.actions.version import ShowVersion, ThreadDump
from guardia.agent.errors import UnsupportedError

RUNNERS: dict[str, ActionRunner] = {
    "DEPLOY_ARTIFACT": DeployArtifact(),
    "ROLLBACK_RELEASE": RollbackRelease(),
    "RESTART_SERVICE": ServiceChange("restart"),
    "START_SERVICE": ServiceChange("start"),
    "STOP_SERVICE": ServiceChange("stop"),
    "CHECK_SERVICE": CheckService(),
    "CHECK_DISK_SPACE": CheckDiskSpace(),
    "CHECK_MEMORY": CheckMemory(),
    "CHECK_CPU": CheckCpu(),
    "CHECK_PROCESS": CheckProcess(),
    "CHECK_PORT": CheckPort(),
    "CHECK_HTTP": CheckHttp(),
    "CHECK_CERT": CheckCert(),
    "TAIL_LOG": TailLog(),
    "SEARCH_LOG": SearchLog(),
    "CLEAN_LOGS": CleanLogs(),
    "SHOW_VERSION": ShowVersion(),
    "THREAD_DUMP": ThreadDump(),
}


def runner(code: str) -> ActionRunner:
    """Raises `UnsupportedError` for what this agent cannot do."""
    try:
        return RUNNERS[code]
    except KeyError:
        raise UnsupportedError(f"이 에이전트는 {code}을(를) 지원하지 않습니다.") from None

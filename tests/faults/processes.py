"""Faults of processes: killed at a written-down point, stopped, starved, with a wrong clock."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

from tests.faults.catalogue import fault
from tests.faults.small import ASSET, PATIENCE, SmallSystem

YEAR_MS = 365 * 24 * 3600 * 1000


@fault(
    "에이전트 SIGKILL",
    made="`GUARDIA_TESTING=1 GUARDIA_FAULT_KILL_AT=지점`으로 띄운 에이전트가 그 지점에서 스스로를 SIGKILL합니다. "
    "지점: 접수·시작·종료를 기록한 직후, 동작 중, 확인 응답의 앞과 뒤, 저널 압축의 이름 바꾸기 앞과 뒤.",
    holds="서비스는 많아야 한 번 시작됩니다. 끝난 결과는 다시 전해지고, 중간에 죽은 변경은 조사해서 사실대로 끝납니다.",
)
@contextlib.asynccontextmanager
async def agent_killed_at(system: SmallSystem, point: str, **environment: str) -> AsyncIterator[None]:
    """The agent dies at `point` during the block; at its end it is dead, and comes back healthy."""
    await system.restart_agent(GUARDIA_TESTING="1", GUARDIA_FAULT_KILL_AT=point, **environment)
    yield
    await system.gone(f"agent-{ASSET}", PATIENCE)
    await system.restart_agent()


@fault(
    "허브 SIGKILL",
    made="`GUARDIA_TESTING=1 GUARDIA_HUB_FAULT_KILL_AT=지점`으로 띄운 허브가 그 지점에서 스스로를 SIGKILL합니다. "
    "지점: 보낼 것을 확정한 뒤 보내기 전, 보냄을 표시한 뒤 보내기 전, 접수를 듣고 기록하기 전, "
    "결과를 받고 확정하기 전, 확정하고 확인 응답하기 전.",
    holds="요청은 `SUCCEEDED`로 끝나고 서비스는 정확히 한 번 시작되며 결과는 한 번 기록됩니다.",
)
@contextlib.asynccontextmanager
async def hub_killed_at(system: SmallSystem, point: str) -> AsyncIterator[None]:
    """The hub dies at `point` during the block; at its end it is dead, and comes back healthy."""
    system.kill("hub")
    system.environment.update(GUARDIA_TESTING="1", GUARDIA_HUB_FAULT_KILL_AT=point)
    try:
        await system.start_hub()
    finally:
        for name in ("GUARDIA_TESTING", "GUARDIA_HUB_FAULT_KILL_AT"):
            del system.environment[name]
    await system.restart_agent()  # a new process: it has no long waits behind it, and dials again soon
    yield
    await system.gone("hub", PATIENCE)
    await system.start_hub()


@fault(
    "멈춘 프로세스",
    made="SIGSTOP, 나중에 SIGCONT. 세 번의 하트비트보다 길게.",
    holds="상대는 끊김을 알아채고 `UNKNOWN`이라 말합니다. 깨어나면 이어서 사실대로 끝나고, 두 번 실행되지 않습니다.",
)
@contextlib.contextmanager
def stopped_process(pid: int) -> Iterator[None]:
    """The process gets no time at all."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@fault(
    "모자란 CPU",
    made="허브와 에이전트를 nice 19로 낮추고, 코어마다 두 개씩 계산만 하는 프로세스를 돌립니다.",
    holds="느려질 뿐입니다. 요청은 한 번 실행되고 `SUCCEEDED`로 끝납니다.",
)
@contextlib.contextmanager
def starved_of_cpu(*pids: int) -> Iterator[None]:
    """Everybody else comes first. Raises `PermissionError` at the end where raising a priority is not allowed."""
    before = {pid: os.getpriority(os.PRIO_PROCESS, pid) for pid in pids}
    count = 2 * len(os.sched_getaffinity(0))
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), 19)
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
        for pid, priority in before.items():
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), priority)


@fault(
    "한 해 틀린 시계",
    made="`GUARDIA_TESTING=1 GUARDIA_FAULT_CLOCK_MS=±1년`으로 에이전트를 띄웁니다.",
    holds="작업 티켓을 `ticket.not_yet`·`ticket.expired`로 거부하고, 시계를 확인하라고 방에 말합니다. "
    "doctor도 시계를 가리킵니다. 시계가 맞으면 그대로 일합니다.",
)
@contextlib.asynccontextmanager
async def clock_off(system: SmallSystem, off_ms: int) -> AsyncIterator[dict[str, str]]:
    """The agent's wall clock is off. Yields the variables, for other commands on that host."""
    environment = {"GUARDIA_TESTING": "1", "GUARDIA_FAULT_CLOCK_MS": str(off_ms)}
    await system.restart_agent(**environment)
    try:
        yield environment
    finally:
        await system.restart_agent()

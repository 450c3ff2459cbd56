"""SHOW_VERSION and THREAD_DUMP."""

from __future__ import annotations

from guardia.agent.actions.base import Context, Plan
from guardia.agent.actions.common import LINE_BUDGET, ReadRunner, check, choose_service, json_size
from guardia.agent.actions.deploy import current_release, layout_of, read_record
from guardia.agent.actions.managers import manager_of
from guardia.agent.core.loglines import newest
from guardia.agent.core.output import to_text
from guardia.agent.errors import ActionError
from guardia.proto.catalogue import CheckReport, CheckStatus

_MAX_LINES = 5_000


class ShowVersion(ReadRunner):
    """The release that `current` points at, since when, and the one before."""

    async def explain(self, context: Context) -> Plan:
        layout = layout_of(choose_service(context))
        return Plan(user=context.host.user, notes=(f"{layout.current}와 {layout.record}을(를) 읽습니다.",))

    async def run(self, context: Context) -> CheckReport:
        service = choose_service(context)
        layout = layout_of(service)
        current = await current_release(context, layout)
        entry = (await read_record(context, layout)).find(current) if current else None
        if not current:
            return check(context, "SHOW_VERSION", CheckStatus.UNKNOWN, f"{service.name}: 배포된 릴리스가 없습니다.")
        rows = [["릴리스", current]]
        if entry is None:
            summary = f"{service.name}: 현재 릴리스 {current} (배포 기록 없음)."
            return check(context, "SHOW_VERSION", CheckStatus.WARN, summary, columns=("항목", "값"), rows=rows)
        rows += [
            ["배포 시각", entry.at],
            ["파일", entry.file_name],
            ["sha256", entry.sha256],
            ["이전 릴리스", entry.previous or "없음"],
        ]
        summary = f"{service.name}: 현재 릴리스 {current}, 이전 릴리스 {entry.previous or '없음'}."
        return check(context, "SHOW_VERSION", CheckStatus.OK, summary, columns=("항목", "값"), rows=rows)


class ThreadDump(ReadRunner):
    """Stacks of a Java service, by `jcmd` as the agent's account (it must be the service's own)."""

    def _argv(self, pid: int) -> tuple[str, ...]:
        return ("jcmd", str(pid), "Thread.print")

    async def _pid(self, context: Context) -> int:
        service = choose_service(context)
        state = await manager_of(context, service).state()
        if not state.running or not state.pid:
            raise ActionError(f"{service.name}이(가) 실행되고 있지 않습니다.", code="service.not_running")
        return state.pid

    async def explain(self, context: Context) -> Plan:
        service = choose_service(context)
        state = await manager_of(context, service).state()
        if not state.running:
            return Plan(user=context.host.user, findings=(f"{service.name}이(가) 실행되고 있지 않습니다.",))
        return Plan(commands=(self._argv(state.pid),), user=context.host.user)

    async def run(self, context: Context) -> CheckReport:
        pid = await self._pid(context)
        done = await context.host.run(
            self._argv(pid), within=min(20.0, context.within), on_output=context.output, on_start=context.started
        )
        if done.timed_out or done.exit_code != 0:
            said = to_text(done.stderr or done.stdout)[:500].strip()
            raise ActionError(f"jcmd 실패 (종료 코드 {done.exit_code}): {said}", code="jvm.thread_dump_failed")
        lines = to_text(done.stdout).split("\n")
        shown, shortened = newest(lines, count=_MAX_LINES, budget=LINE_BUDGET, size=json_size)
        threads = sum(1 for line in lines if line.startswith('"'))
        return check(
            context,
            "THREAD_DUMP",
            CheckStatus.OK,
            f"pid {pid}의 스레드 {threads}개.",
            lines=shown,
            truncated=shortened or done.truncated or len(shown) < len(lines),
        )

    async def take_up(self, context: Context, before: dict[str, str]) -> CheckReport:  # noqa: ARG002 - a read has none
        return await self.run(context)

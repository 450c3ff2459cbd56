"""CHECK_DISK_SPACE, CHECK_MEMORY, CHECK_CPU, CHECK_PROCESS and CHECK_PORT."""

from __future__ import annotations

from guardia.agent.actions.base import Context, Plan
from guardia.agent.actions.common import ReadRunner, check, choose_service, grade, ports_of, reason, worst
from guardia.agent.actions.managers import manager_of
from guardia.agent.core.procfs import PS_ARGV
from guardia.agent.core.services import command_matches
from guardia.agent.errors import HostError
from guardia.agent.ports import Process
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric

WARN, CRIT = 80.0, 90.0
"""Per cent, for disks, inodes and memory."""

_CPU_SAMPLE = 1.0
_CONNECT = 5.0
_GIB = 1024**3


def _percent(used: float, whole: float) -> float:
    return round(100.0 * used / whole, 1) if whole > 0 else 0.0


class CheckDiskSpace(ReadRunner):
    """Space and inodes of the local file systems. Network file systems are not looked at."""

    async def explain(self, context: Context) -> Plan:
        return Plan(user=context.host.user, notes=("로컬 파일 시스템의 사용량과 inode를 읽습니다.",))

    async def run(self, context: Context) -> CheckReport:
        disks = await context.host.disks()
        if not disks:
            return check(context, "CHECK_DISK_SPACE", CheckStatus.UNKNOWN, "디스크 정보를 읽지 못했습니다.")
        metrics, rows, grades = [], [], {}
        for disk in disks:
            if not disk.total:
                grades[disk.mount] = CheckStatus.UNKNOWN
                rows.append([disk.mount, disk.fs_type, "-", "-", "-", "확인 불가", "-"])
                continue
            # As df does: what an ordinary user may still write counts as free.
            space = _percent(disk.used, disk.used + disk.free)
            inodes = _percent(disk.inodes - disk.inodes_free, disk.inodes)
            grades[disk.mount] = worst((grade(space, WARN, CRIT), grade(inodes, WARN, CRIT)))
            metrics.append(Metric(name=f"disk_used:{disk.mount}", value=space, unit="%", warn=WARN, crit=CRIT))
            if disk.inodes:
                metrics.append(Metric(name=f"inodes_used:{disk.mount}", value=inodes, unit="%", warn=WARN, crit=CRIT))
            rows.append(
                [
                    disk.mount,
                    disk.fs_type,
                    f"{disk.total / _GIB:.1f}",
                    f"{disk.used / _GIB:.1f}",
                    f"{disk.free / _GIB:.1f}",
                    f"{space:.1f}",
                    f"{inodes:.1f}" if disk.inodes else "-",
                ]
            )
        status = worst(list(grades.values()))
        bad = [row for row in rows if grades[row[0]] in {CheckStatus.WARN, CheckStatus.CRIT}]
        unread = [row[0] for row in rows if grades[row[0]] is CheckStatus.UNKNOWN]
        parts = []
        if bad:
            listed = ", ".join(f"{row[0]} {row[5]}% (inode {row[6]}%)" for row in bad[:5])
            parts.append(f"디스크 사용량이 높습니다: {listed}.")
        if unread:
            parts.append(f"확인하지 못한 디스크: {', '.join(unread[:5])}.")
        summary = " ".join(parts) or f"디스크 {len(disks)}개 모두 {WARN:g}% 미만입니다."
        columns = ("마운트", "종류", "전체 GiB", "사용 GiB", "남음 GiB", "사용 %", "inode %")
        return check(context, "CHECK_DISK_SPACE", status, summary, metrics=metrics, columns=columns, rows=rows)


class CheckMemory(ReadRunner):
    async def explain(self, context: Context) -> Plan:
        return Plan(user=context.host.user, notes=("메모리와 스왑 사용량을 읽습니다.",))

    async def run(self, context: Context) -> CheckReport:
        memory = await context.host.memory()
        used = _percent(memory.total - memory.available, memory.total)
        swap = _percent(memory.swap_total - memory.swap_free, memory.swap_total)
        status = grade(used, WARN, CRIT) if memory.total > 0 else CheckStatus.UNKNOWN
        swap_text = f", 스왑 {swap:.1f}%" if memory.swap_total else ", 스왑 없음"
        rows = [
            ["메모리", f"{memory.total / _GIB:.1f}", f"{memory.available / _GIB:.1f}", f"{used:.1f}"],
            ["스왑", f"{memory.swap_total / _GIB:.1f}", f"{memory.swap_free / _GIB:.1f}", f"{swap:.1f}"],
        ]
        return check(
            context,
            "CHECK_MEMORY",
            status,
            f"메모리 사용률 {used:.1f}% (전체 {memory.total / _GIB:.1f} GiB{swap_text}).",
            metrics=(
                Metric(name="memory_used", value=used, unit="%", warn=WARN, crit=CRIT),
                Metric(name="swap_used", value=swap, unit="%"),
            ),
            columns=("구분", "전체 GiB", "남음 GiB", "사용 %"),
            rows=rows,
        )


class CheckCpu(ReadRunner):
    """Busy share over one second, and the load of the last minutes for each CPU."""

    async def explain(self, context: Context) -> Plan:
        return Plan(user=context.host.user, notes=(f"{_CPU_SAMPLE:g}초 동안 CPU 사용률을 잽니다.",))

    async def run(self, context: Context) -> CheckReport:
        cpu = await context.host.cpu(_CPU_SAMPLE)
        busy = round(cpu.busy * 100, 1)
        per_cpu = round(cpu.load5 / max(cpu.count, 1), 2)
        status = worst((grade(busy, 85, 95), grade(per_cpu, 1.5, 4)))
        return check(
            context,
            "CHECK_CPU",
            status,
            f"CPU {cpu.count}개, 사용률 {busy:.1f}%, 부하 {cpu.load1:.2f} / {cpu.load5:.2f} / {cpu.load15:.2f}.",
            metrics=(
                Metric(name="cpu_busy", value=busy, unit="%", warn=85, crit=95),
                Metric(name="load5_per_cpu", value=per_cpu, warn=1.5, crit=4),
                Metric(name="load1", value=round(cpu.load1, 2)),
                Metric(name="load15", value=round(cpu.load15, 2)),
            ),
        )


class CheckProcess(ReadRunner):
    """The processes of a service: those that its pattern names, else the one that the service manager knows."""

    async def explain(self, context: Context) -> Plan:
        service = choose_service(context)
        if service.process_pattern:
            note = f"명령행에 {service.process_pattern!r}이(가) 있는 프로세스를 찾습니다."
            return Plan(commands=(PS_ARGV,), user=context.host.user, notes=(note,))
        commands = manager_of(context, service).look()
        return Plan(commands=commands, user=context.host.user, notes=(f"{service.name}의 프로세스를 봅니다.",))

    async def run(self, context: Context) -> CheckReport:
        service = choose_service(context)
        found = await self._find(context)
        rows = [
            [
                str(process.pid),
                process.user,
                f"{process.rss / 1024**2:.0f}",
                _age(context.clock.now_ms() - process.started_ms),
                process.command[:200],
            ]
            for process in found
        ]
        summary = (
            f"{service.name} 프로세스 {len(found)}개가 실행 중입니다."
            if found
            else f"{service.name} 프로세스가 없습니다."
        )
        return check(
            context,
            "CHECK_PROCESS",
            CheckStatus.OK if found else CheckStatus.CRIT,
            summary,
            metrics=(
                Metric(name="processes", value=len(found)),
                Metric(name="rss", value=sum(process.rss for process in found), unit="B"),
            ),
            columns=("pid", "사용자", "메모리 MiB", "실행 시간", "명령"),
            rows=rows,
        )

    async def _find(self, context: Context) -> list[Process]:
        service = choose_service(context)
        if service.process_pattern:
            return [
                process
                for process in await context.host.processes()
                if command_matches(process.command, start=(), pattern=service.process_pattern)
            ]
        state = await manager_of(context, service).state()
        process = await context.host.process(state.pid) if state.running and state.pid else None
        return [process] if process is not None else []


def _age(milliseconds: int) -> str:
    minutes = max(0, milliseconds) // 60_000
    if minutes < 60:
        return f"{minutes}분"
    hours = minutes // 60
    return f"{hours}시간 {minutes % 60}분" if hours < 24 else f"{hours // 24}일 {hours % 24}시간"


class CheckPort(ReadRunner):
    """Does somebody listen, and does a connection from the host itself come up?"""

    async def explain(self, context: Context) -> Plan:
        ports = ", ".join(map(str, ports_of(context)))
        return Plan(user=context.host.user, notes=(f"대상 서버에서 포트 {ports}에 접속해 봅니다.",))

    async def run(self, context: Context) -> CheckReport:
        ports = ports_of(context)
        grades, rows, metrics = [], [], []
        try:
            listening: set[int] | None = await context.host.listening()
        except HostError:
            listening = None
        for port in ports:
            if listening is not None and port not in listening:
                grades.append(CheckStatus.CRIT)
                rows.append([str(port), "닫힘", ""])
                continue
            try:
                seconds = await context.host.connect("127.0.0.1", port, _CONNECT)
            except HostError as error:
                # A listener on another address than loopback is a listener all the same.
                grades.append(CheckStatus.UNKNOWN)
                rows.append([str(port), "확인 불가" if listening is None else "열림, 루프백 접속 실패", reason(error)])
                continue
            grades.append(CheckStatus.OK)
            rows.append([str(port), "열림", f"{seconds * 1000:.1f} ms"])
            metrics.append(Metric(name=f"connect:{port}", value=round(seconds * 1000, 2), unit="ms"))
        status = worst(grades)
        bad = [row[0] for row in rows if row[1] != "열림"]
        summary = (
            f"포트 {', '.join(map(str, ports))} 열림."
            if not bad
            else f"포트 {', '.join(bad)}: " + ", ".join(row[1] for row in rows if row[1] != "열림")
        )
        return check(
            context, "CHECK_PORT", status, summary, metrics=metrics, columns=("포트", "상태", "상세"), rows=rows
        )

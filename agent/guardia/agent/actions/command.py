"""Services that the agent itself starts, with a pid file that says which process is theirs."""

from __future__ import annotations

import posixpath
import signal
from collections.abc import Sequence

from guardia.agent.actions.base import Context
from guardia.agent.actions.common import pause, say
from guardia.agent.actions.health import POLL, log_lines, log_size, unhealthy, with_log
from guardia.agent.core.procfs import TICKS_PER_SECOND, same_start, ticks_ms
from guardia.agent.core.services import (
    PidFile,
    ServiceState,
    ServiceVerb,
    command_matches,
    decode_pid_file,
    encode_pid_file,
)
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, HostLostError, UnsupportedError
from guardia.agent.ports import Process

_SETTLE = 1.0
"""Seconds that a service without health URL and ports must stay alive to count as started."""

_KILL_WAIT = 5.0
_INTENT_WINDOW_MS = 60_000
"""A process that began this long before the recorded intent may still be the one that was started: clocks differ."""


class CommandManager:
    """A service that the agent itself starts and whose process it remembers in a pid file."""

    exact = False

    def __init__(self, context: Context, service: ServiceSpec) -> None:
        self._context = context
        self._host = context.host
        self._service = service

    def commands(self, verb: ServiceVerb) -> tuple[tuple[str, ...], ...]:
        service = self._service
        stop = (service.stop,) if service.stop else ()
        return {"start": (service.start,), "stop": stop, "restart": (*stop, service.start)}[verb]

    def look(self) -> tuple[tuple[str, ...], ...]:
        return ()

    def notes(self, verb: ServiceVerb) -> tuple[str, ...]:
        service = self._service
        notes = []
        if verb != "start" and not service.stop:
            notes.append(
                f"{service.pid_file}의 프로세스 그룹에 SIGTERM을 보내고, {service.stop_timeout}초 안에 끝나지 않으면 "
                "SIGKILL을 보냅니다."
            )
        elif verb != "start":
            notes.append(f"{service.stop_timeout}초 안에 끝나지 않으면 SIGTERM, 이어서 SIGKILL을 보냅니다.")
        if verb != "stop":
            notes.append(f"새 프로세스를 {service.pid_file}에 기록합니다.")
            if service.health_url:
                notes.append(f"{service.start_timeout}초 안에 {service.health_url} 응답을 확인합니다.")
        return tuple(notes)

    async def check_usable(self) -> None:
        service = self._service
        if not service.start or not posixpath.isabs(service.start[0]):
            raise UnsupportedError(
                f"서비스 {service.name}: agent.toml의 start에 절대 경로로 시작하는 명령이 필요합니다."
            )
        if not service.pid_file:
            raise UnsupportedError(f"서비스 {service.name}: agent.toml에 pid_file이 필요합니다.")

    async def _record(self) -> PidFile | None:
        folder, name = posixpath.split(self._service.pid_file)
        if name not in await self._host.list_dir(folder):
            return None
        return decode_pid_file(await self._host.read_text(self._service.pid_file, 4096))

    async def state(self) -> ServiceState:
        record = await self._record()
        if record is None:
            return ServiceState(running=False, detail="pid 파일 없음")
        found = await self._host.process(record.pid) if record.pid else None
        if found and same_start(record.start, found.start):
            return ServiceState(
                running=True,
                pid=found.pid,
                started=found.started_ms,
                start_ticks=found.start_ticks,
                boot_id=found.boot_id,
                detail=f"pid {found.pid}",
            )
        if record.intent_ms and (lost := await self._started_unrecorded(record)):
            return ServiceState(
                running=True, pid=lost.pid, started=lost.started_ms, detail=f"pid {lost.pid}, 프로세스 목록에서 찾음"
            )
        return ServiceState(running=False, detail="프로세스 없음")

    async def _started_unrecorded(self, record: PidFile) -> Process | None:
        """The process of a start that was interrupted before its pid was written: asking again must find it, not
        start a second one."""
        service = self._service
        boot_id, boot_ms = await self._boot()
        # The clock may have been stepped since: what it showed then is told in what it shows now.
        known = boot_id and boot_id == record.boot_id
        intent_ms = boot_ms + ticks_ms(record.start_ticks) if known else record.intent_ms
        found = [
            process
            for process in await self._host.processes()
            if process.started_ms >= intent_ms - _INTENT_WINDOW_MS
            and command_matches(process.command, start=service.start, pattern=service.process_pattern)
        ]
        pids = {process.pid for process in found}
        roots = [process for process in found if process.ppid not in pids]
        if len(roots) > 1:
            raise ActionError(
                f"{service.name}: 기동이 중단된 뒤 같은 명령의 프로세스가 여럿입니다 (pid "
                f"{', '.join(str(process.pid) for process in roots)}). 직접 확인하세요.",
                code="service.ambiguous",
            )
        return roots[0] if roots else None

    async def _boot(self) -> tuple[str, int]:
        """The host's boot, and when it was by the host's clock as it goes now, in milliseconds; "": not known."""
        first = await self._host.process(1)
        if first is None or not first.boot_id:
            return "", 0
        return first.boot_id, first.started_ms - ticks_ms(first.start_ticks)

    async def _write(self, record: PidFile) -> None:
        await self._host.write_text(self._service.pid_file, encode_pid_file(record), 0o644)

    async def start(self) -> None:
        context, service = self._context, self._service
        busy = sorted(set(service.ports) & await self._host.listening()) if service.ports else []
        if busy:
            raise ActionError(
                f"포트 {', '.join(map(str, busy))}을(를) 다른 프로세스가 쓰고 있어 "
                f"{service.name}을(를) 기동하지 않았습니다.",
                code="service.port_in_use",
            )
        log = service.log_files[0] if service.log_files else "/dev/null"
        size = await log_size(context, service)
        deadline = context.clock.monotonic() + service.start_timeout
        (argv,) = self.commands("start")
        # First the intent, then the process, then its pid: a crash in between leaves a trace that `state` follows.
        boot_id, boot_ms = await self._boot()
        intent_ms = context.clock.now_ms()
        ticks = max(0, (intent_ms - boot_ms) * TICKS_PER_SECOND // 1000) if boot_id else 0
        await self._write(PidFile(intent_ms=intent_ms, boot_id=boot_id, start_ticks=ticks))
        try:
            pid = await self._host.spawn_daemon(
                argv, log=log, cwd=service.working_directory or None, env=service.environment
            )
        except HostLostError:
            # It may have started: a probe tells.
            raise
        except HostError as error:
            raise ActionError(f"{service.name} 기동 실패: {error}", code="service.start_failed") from None
        await context.started(pid)
        process = await self._host.process(pid)
        if process is not None:
            await self._write(
                PidFile(
                    pid=pid,
                    started_ms=process.started_ms,
                    boot_id=process.boot_id,
                    start_ticks=process.start_ticks,
                )
            )
        await say(context, f"{service.name} 기동: pid {pid}")
        settle = context.clock.monotonic() + (0 if service.health_url or service.ports else _SETTLE)
        why = ""
        while True:
            if process is None or not await self._alive(process):
                lines = await log_lines(context, service, size)
                raise ActionError(
                    with_log(f"{service.name}이(가) 기동 직후 종료되었습니다.", lines), code="service.start_failed"
                )
            now = context.clock.monotonic()
            if now >= settle:
                why = await unhealthy(context, service)
                # Once more, because something else may answer at that address while this one is dying.
                if not why and await self._alive(process):
                    return
            if now >= deadline:
                lines = await log_lines(context, service, size)
                raise ActionError(
                    with_log(
                        f"{service.name}이(가) {service.start_timeout}초 안에 정상 응답하지 않았습니다: {why}", lines
                    ),
                    code="service.start_timeout",
                )
            await pause(POLL)

    async def _alive(self, process: Process) -> bool:
        found = await self._host.process(process.pid)
        return found is not None and same_start(process.start, found.start)

    async def stop(self) -> None:
        service = self._service
        state = await self.state()
        if not state.running:
            return
        main = await self._host.process(state.pid)
        family = await self._descendants(state.pid)
        if service.stop:
            await self._run_stop(service.stop)
            gone = await self._wait_gone(main, service.stop_timeout)
        else:
            gone = False
        if not gone and main is not None:
            await say(self._context, f"{service.name} 중지: pid {main.pid}에 SIGTERM")
            await self._host.signal(main.pid, main.started_ms, signal.SIGTERM)
            gone = await self._wait_gone(main, service.stop_timeout)
            if not gone:
                await say(self._context, f"{service.stop_timeout}초 안에 끝나지 않아 SIGKILL")
                await self._host.signal(main.pid, main.started_ms, signal.SIGKILL)
                gone = await self._wait_gone(main, _KILL_WAIT)
        if main is not None and not gone:
            raise ActionError(
                f"{service.name}(pid {main.pid})이(가) SIGKILL 뒤에도 남아 있습니다.", code="service.stop_failed"
            )
        await self._end_stragglers(family)
        await self._host.remove(service.pid_file)

    async def _run_stop(self, argv: tuple[str, ...]) -> None:
        context, service = self._context, self._service
        done = await self._host.run(
            argv,
            within=service.stop_timeout,
            cwd=service.working_directory or None,
            env=service.environment,
            on_output=context.output,
            on_start=context.started,
        )
        if done.timed_out or done.exit_code != 0:
            await say(context, f"중지 명령의 종료 코드 {done.exit_code}{' (시간 초과)' if done.timed_out else ''}")

    async def _wait_gone(self, main: Process | None, seconds: float) -> bool:
        deadline = self._context.clock.monotonic() + seconds
        while main is not None and await self._alive(main):
            if self._context.clock.monotonic() >= deadline:
                return False
            await pause(min(POLL, 0.1))
        return True

    async def _descendants(self, pid: int) -> list[Process]:
        everything = await self._host.processes()
        family = {pid}
        found: list[Process] = []
        # Parents may be listed after their children.
        for _ in range(10):
            more = [process for process in everything if process.ppid in family and process.pid not in family]
            if not more:
                break
            found += more
            family |= {process.pid for process in more}
        return found

    async def _end_stragglers(self, family: Sequence[Process]) -> None:
        """Children that outlived the main process would hold its ports and files."""
        left = [process for process in family if await self._alive(process)]
        if not left:
            return
        await pause(1.0)
        for process in left:
            await self._host.signal(process.pid, process.started_ms, signal.SIGKILL)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

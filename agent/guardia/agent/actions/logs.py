"""TAIL_LOG, SEARCH_LOG and CLEAN_LOGS."""

from __future__ import annotations

import posixpath
from datetime import datetime

from guardia.agent.actions.base import Context, Plan, Probed
from guardia.agent.actions.common import LINE_BUDGET, ReadRunner, check, choose_service, json_size, parameters
from guardia.agent.core.loglines import DATE_ARGV, matching, newest, parse_date, since
from guardia.agent.core.output import to_text
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, UnsupportedError
from guardia.proto.catalogue import (
    ChangeReport,
    CheckReport,
    CheckStatus,
    CleanLogsParameters,
    SearchParameters,
    TailParameters,
)
from guardia.proto.frames import ProbeVerdict

WINDOW = 8 * 1024 * 1024
"""Bytes from the end of a log that are looked at."""

_BYTES_A_LINE = 400
_TAIL_MIN = 256 * 1024


def _log(context: Context) -> tuple[ServiceSpec, str]:
    service = choose_service(context)
    if not service.log_files:
        raise UnsupportedError(f"서비스 {service.name}: agent.toml에 log_files가 없습니다.")
    return service, service.log_files[0]


async def _host_time(context: Context) -> datetime:
    done = await context.host.run(DATE_ARGV, within=10)
    try:
        return parse_date(to_text(done.stdout))
    except ValueError as error:
        raise HostError(f"{context.asset}: {error}") from None


def _plan(context: Context, note: str, since_minutes: int | None) -> Plan:
    if since_minutes is None:
        return Plan(user=context.host.user, notes=(note,))
    return Plan(commands=(DATE_ARGV,), user=context.host.user, notes=(note, _since_note(since_minutes)))


class TailLog(ReadRunner):
    """The newest lines of the service's log."""

    async def explain(self, context: Context) -> Plan:
        _, path = _log(context)
        wanted = parameters(context, TailParameters)
        note = f"{path}의 마지막 {wanted.lines}줄을 읽습니다."
        return _plan(context, note, wanted.since_minutes)

    async def run(self, context: Context) -> CheckReport:
        _, path = _log(context)
        wanted = parameters(context, TailParameters)
        window = WINDOW if wanted.since_minutes else min(WINDOW, max(_TAIL_MIN, wanted.lines * _BYTES_A_LINE))
        lines, size, cut = await _read(context, path, window)
        return await _report(
            context, "TAIL_LOG", lines, path=path, wanted=wanted.lines, minutes=wanted.since_minutes, size=size, cut=cut
        )


class SearchLog(ReadRunner):
    """The newest lines that hold a literal text."""

    async def explain(self, context: Context) -> Plan:
        _, path = _log(context)
        wanted = parameters(context, SearchParameters)
        note = f"{path}의 마지막 {WINDOW // 1024**2} MiB에서 {wanted.pattern!r}이(가) 있는 줄을 찾습니다."
        return _plan(context, note, wanted.since_minutes)

    async def run(self, context: Context) -> CheckReport:
        _, path = _log(context)
        wanted = parameters(context, SearchParameters)
        lines, size, cut = await _read(context, path, WINDOW)
        return await _report(
            context,
            "SEARCH_LOG",
            lines,
            path=path,
            wanted=wanted.lines,
            minutes=wanted.since_minutes,
            size=size,
            cut=cut,
            literal=wanted.pattern,
        )


def _since_note(minutes: int) -> str:
    return f"줄 머리의 시각으로 최근 {minutes}분을 가립니다."


async def _read(context: Context, path: str, window: int) -> tuple[list[str], int, bool]:
    """Lines of the last `window` bytes, the file's size, and whether there is more before them."""
    data, size = await context.host.read_tail(path, window)
    cut = size > len(data)
    if cut:
        # The first line is a piece of one.
        data = data.partition(b"\n")[2] or data
    return [line for line in to_text(data).split("\n") if line.strip()], size, cut


async def _report(
    context: Context,
    code: str,
    lines: list[str],
    *,
    path: str,
    wanted: int,
    minutes: int | None,
    size: int,
    cut: bool,
    literal: str = "",
) -> CheckReport:
    name = posixpath.basename(path)
    notes = []
    collected_at = ""
    if minutes is not None:
        now = await _host_time(context)
        collected_at = now.isoformat(timespec="seconds")
        lines, stamped = since(lines, now=now, minutes=minutes)
        if stamped:
            notes.append(f"최근 {minutes}분")
        else:
            notes.append("줄에서 시각을 읽지 못해 시간으로 가리지 못함")
    if literal:
        lines = matching(lines, literal)
        notes.append(f"{literal!r} 포함 {len(lines)}줄")
    shown, shortened = newest(lines, count=wanted, budget=LINE_BUDGET, size=json_size)
    # A part was left out only if it could have belonged to the answer.
    partial = shortened or len(shown) < len(lines) if literal else shortened
    partial = partial or (cut and (bool(literal) or minutes is not None or len(shown) < wanted))
    if cut and (literal or minutes is not None):
        notes.append(f"파일 {size / 1024**2:.0f} MiB 중 마지막 {WINDOW // 1024**2} MiB만 봄")
    detail = f" ({', '.join(notes)})" if notes else ""
    summary = f"{name}: {len(shown)}줄{detail}." if shown else f"{name}: 해당하는 줄이 없습니다{detail}."
    return check(context, code, CheckStatus.OK, summary, lines=shown, truncated=partial, collected_at=collected_at)


_PATTERNS = (
    "*.log.*",
    "*.gz",
    "*.log-*",
    "*[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*",
    "*.out.[0-9]*",
)
"""Names that rotation gives; a log that is being written has none of them."""


class CleanLogs:
    """Remove rotated logs that are older than the given days, below the directories that agent.toml allows.

    `find` does it: regular files only, never through a symbolic link, on one file system, without subdirectories.
    """

    def _target(self, context: Context) -> tuple[ServiceSpec, list[tuple[str, ...]], list[tuple[str, ...]]]:
        service = choose_service(context)
        days = parameters(context, CleanLogsParameters).older_than_days
        if not service.allow_clean:
            raise UnsupportedError(f"서비스 {service.name}: agent.toml의 allow_clean에 정리할 디렉터리가 없습니다.")
        names: list[str] = []
        for pattern in _PATTERNS:
            names += ["-o", "-name", pattern] if names else ["-name", pattern]
        show: list[tuple[str, ...]] = []
        clean: list[tuple[str, ...]] = []
        for folder in service.allow_clean:
            match: tuple[str, ...] = ("find", "-P", folder, "-xdev", "-mindepth", "1", "-maxdepth", "1", "-type", "f")
            match += ("-mmin", f"+{days * 24 * 60}", "(", *names, ")", "-printf", "%s %f\\n")
            show.append(match)
            clean.append((*match, "-delete"))
        return service, show, clean

    async def explain(self, context: Context) -> Plan:
        _, show, clean = self._target(context)
        findings = []
        for argv in show:
            count, size, names = _found((await context.host.run(argv, within=60)).stdout)
            listed = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
            findings.append(f"{argv[2]}: {count}개, {size / 1024**2:.1f} MiB{f' ({listed})' if names else ''}")
        return Plan(
            commands=tuple(clean),
            user=context.host.user,
            notes=("지운 파일은 되돌릴 수 없습니다.",),
            findings=tuple(findings),
        )

    async def before(self, context: Context) -> dict[str, str]:
        _, show, _ = self._target(context)
        count = 0
        for argv in show:
            count += _found((await context.host.run(argv, within=60)).stdout)[0]
        return {"files": str(count)}

    async def run(self, context: Context) -> ChangeReport:
        _, _, clean = self._target(context)
        total = size = 0
        failures = []
        removed: list[str] = []
        for argv in clean:
            done = await context.host.run(
                argv, within=max(1.0, context.within), on_output=context.output, on_start=context.started
            )
            count, freed, names = _found(done.stdout)
            total, size = total + count, size + freed
            removed += names
            if done.timed_out or done.exit_code != 0:
                failures.append(f"{argv[2]}: {to_text(done.stderr)[:300].strip() or f'종료 코드 {done.exit_code}'}")
        if failures:
            raise ActionError(f"{total}개를 지운 뒤 오류: {'; '.join(failures)}", code="logs.clean_failed")
        return ChangeReport(
            action="CLEAN_LOGS",
            asset=context.asset,
            summary=f"오래된 로그 {total}개, {size / 1024**2:.1f} MiB를 지웠습니다.",
            changed=total > 0,
            before={"files": str(total)},
            after={"files": "0", "removed": ", ".join(removed[:100]) + (" …" if len(removed) > 100 else "")},
        )

    async def take_up(self, context: Context, before: dict[str, str]) -> ChangeReport:  # noqa: ARG002 - find tells all
        return await self.run(context)

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        left = int((await self.before(context))["files"])
        after = {"files": str(left)}
        if left == 0:
            return Probed(verdict=ProbeVerdict.APPLIED, detail="지울 파일이 남아 있지 않습니다.", after=after)
        # What was removed is gone; the rest is still to be done, and doing it again does no harm.
        detail = f"지울 파일 {before.get('files', '?')}개 중 {left}개가 남아 있습니다."
        return Probed(verdict=ProbeVerdict.NOT_APPLIED, detail=detail, after=after)


def _found(output: bytes) -> tuple[int, int, list[str]]:
    """Number of files, bytes together, and names in the output of `find`."""
    names, size = [], 0
    for line in to_text(output).split("\n"):
        number, _, name = line.partition(" ")
        if number.isdigit() and name:
            names.append(name)
            size += int(number)
    return len(names), size, names

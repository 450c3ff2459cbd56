"""What the families of actions share: the choice of a service, live lines, time stamps, report envelopes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from guardia.agent.actions.base import Context, Probed
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import AgentError, ConfigError, UnknownTargetError, UnsupportedError
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric, Parameters, PortParameters, Table
from guardia.proto.frames import ProbeVerdict, Stream

P = TypeVar("P", bound=Parameters)

MAX_ROWS = 200
"""Rows of a report's table."""

LINE_BUDGET = 160 * 1024
"""Bytes of log lines in a report, as JSON: well below what a frame carries."""

_SEVERITY = {CheckStatus.OK: 0, CheckStatus.WARN: 1, CheckStatus.UNKNOWN: 2, CheckStatus.CRIT: 3}


def parameters(context: Context, kind: type[P]) -> P:
    """The step's parameters as the type of the action's entry in the catalogue."""
    if not isinstance(context.parameters, kind):
        raise ConfigError(f"parameters of another action: {type(context.parameters).__name__}, not {kind.__name__}")
    return context.parameters


def choose_service(context: Context) -> ServiceSpec:
    """The service that the parameter names, else the target's first. Raises `UnknownTargetError`."""
    wanted = getattr(context.parameters, "service", "")
    if not context.services:
        raise UnknownTargetError(
            f"{context.asset}: agent.toml에 이 대상의 서비스가 없습니다. [[service]]를 추가하세요."
        )
    if not wanted:
        return context.services[0]
    for service in context.services:
        if service.name == wanted:
            return service
    known = ", ".join(service.name for service in context.services)
    raise UnknownTargetError(f"{context.asset}에 서비스 {wanted!r}가 없습니다. 있는 서비스: {known}")


async def say(context: Context, text: str) -> None:
    """One live line about something that happens without a process."""
    await context.output(Stream.STDOUT, f"{text}\n".encode())


def iso(context: Context) -> str:
    """The clock as ISO 8601 with the offset of the agent's zone."""
    return datetime.fromtimestamp(context.clock.now_ms() / 1000, UTC).astimezone().isoformat(timespec="seconds")


def worst(statuses: Sequence[CheckStatus]) -> CheckStatus:
    """crit before unknown before warn before ok; nothing at all is unknown."""
    return max(statuses, key=_SEVERITY.__getitem__, default=CheckStatus.UNKNOWN)


def grade(value: float, warn: float, crit: float) -> CheckStatus:
    if value >= crit:
        return CheckStatus.CRIT
    return CheckStatus.WARN if value >= warn else CheckStatus.OK


def check(
    context: Context,
    code: str,
    status: CheckStatus,
    summary: str,
    *,
    metrics: Sequence[Metric] = (),
    columns: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
    lines: Sequence[str] = (),
    truncated: bool = False,
    collected_at: str = "",
) -> CheckReport:
    return CheckReport(
        check=code,
        asset=context.asset,
        collected_at=collected_at or iso(context),
        status=status,
        summary=summary,
        metrics=tuple(metrics[:MAX_ROWS]),
        table=Table(columns=tuple(columns), rows=tuple(tuple(row) for row in rows[:MAX_ROWS])) if columns else None,
        lines=tuple(lines),
        truncated=truncated or len(rows) > MAX_ROWS or len(metrics) > MAX_ROWS,
    )


def json_size(line: str) -> int:
    return len(msgspec.json.encode(line)) + 1


async def pause(seconds: float) -> None:
    """Wait between two looks; the one place where actions sleep."""
    await asyncio.sleep(seconds)


class ReadRunner:
    """What every read has in common: no evidence, and nothing that could have taken effect."""

    async def before(self, context: Context) -> dict[str, str]:  # noqa: ARG002 - the shape of an action
        return {}

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:  # noqa: ARG002 - the same
        return Probed(
            verdict=ProbeVerdict.NOT_APPLIED, detail="조회 작업은 서버를 바꾸지 않으므로 다시 실행할 수 있습니다."
        )


def reason(error: AgentError) -> str:
    """An error's text for a report's table."""
    return str(error)[:300]


def ports_of(context: Context) -> list[int]:
    """The port that was asked for, else those of the target's services. Raises `UnsupportedError`: there are none."""
    wanted = parameters(context, PortParameters).port
    if wanted is not None:
        return [wanted]
    ports = sorted({port for service in context.services for port in service.ports})
    if not ports:
        raise UnsupportedError(
            f"{context.asset}: 확인할 포트를 알 수 없습니다. 포트를 말하거나 agent.toml의 ports에 적으세요."
        )
    return ports

"""What a service manager is asked, and whether a service answers as it should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from guardia.agent.actions.base import Context
from guardia.agent.actions.common import pause
from guardia.agent.core.output import last_lines
from guardia.agent.core.services import ServiceState, ServiceVerb
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import HostError

POLL = 0.2
"""Seconds between two looks."""

_HEALTH = 5.0
"""Seconds for one health request."""

_LOG_LINES = 20
_LOG_BYTES = 64 * 1024


class Manager(Protocol):
    """One service on one host."""

    exact: bool
    """Start times do not move with the clock."""

    def commands(self, verb: ServiceVerb) -> tuple[tuple[str, ...], ...]:
        """The argv lists that `verb` runs, in order."""
        ...

    def look(self) -> tuple[tuple[str, ...], ...]:
        """The argv lists that `state` runs."""
        ...

    def notes(self, verb: ServiceVerb) -> tuple[str, ...]: ...
    async def check_usable(self) -> None:
        """Raises `RefusedError` when this service cannot be managed here at all."""
        ...

    async def state(self) -> ServiceState: ...
    async def start(self) -> None:
        """Returns when the service runs. Raises `ActionError`."""
        ...

    async def stop(self) -> None:
        """Returns when the service has stopped. Raises `ActionError`."""
        ...

    async def restart(self) -> None: ...


async def unhealthy(context: Context, service: ServiceSpec) -> str:
    """Why the service does not answer as it should; empty when it does, or when nothing says how it should."""
    if service.health_url:
        try:
            status, _, _ = await context.host.http_get(service.health_url, _HEALTH)
        except HostError as error:
            return str(error)
        return "" if 200 <= status < 400 else f"{service.health_url} → HTTP {status}"
    if service.ports:
        missing = sorted(set(service.ports) - await context.host.listening())
        return f"포트 {', '.join(map(str, missing))}가 열려 있지 않습니다" if missing else ""
    return ""


async def wait_healthy(context: Context, service: ServiceSpec, manager: Manager, deadline: float) -> str:
    """Wait until healthy or `deadline` (of the monotonic clock); the last reason, empty when healthy."""
    while True:
        why = await unhealthy(context, service)
        if not why:
            return ""
        if context.clock.monotonic() >= deadline:
            return why
        if not (state := await manager.state()).running and not state.transitional:
            return "프로세스가 종료되었습니다"
        await pause(POLL)


async def log_lines(context: Context, service: ServiceSpec, since_size: int) -> list[str]:
    """What the service's own log holds beyond `since_size`, at most its last lines."""
    if not service.log_files:
        return []
    try:
        data, size = await context.host.read_tail(service.log_files[0], _LOG_BYTES)
    except HostError:
        return []
    fresh = size - since_size if size >= since_size else size
    return last_lines(data[max(0, len(data) - fresh) :], _LOG_LINES) if fresh else []


async def log_size(context: Context, service: ServiceSpec) -> int:
    try:
        return (await context.host.read_tail(service.log_files[0], 1))[1] if service.log_files else 0
    except HostError:
        return 0


def with_log(message: str, lines: Sequence[str]) -> str:
    return message + ("\n마지막 로그:\n" + "\n".join(lines) if lines else "")

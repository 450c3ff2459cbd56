"""Services that systemd manages."""

from __future__ import annotations

from guardia.agent.actions.base import Context
from guardia.agent.actions.health import wait_healthy
from guardia.agent.core.output import to_text
from guardia.agent.core.services import UNIT_PROPERTIES, ServiceState, ServiceVerb, UnitState, unit_state
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, UnsupportedError


class SystemdManager:
    """A systemd unit."""

    exact = True

    def __init__(self, context: Context, service: ServiceSpec) -> None:
        self._context = context
        self._service = service
        self.unit = service.unit or f"{service.name}.service"

    def _argv(self, verb: str) -> tuple[str, ...]:
        return ("systemctl", "--no-ask-password", "--no-pager", verb, "--", self.unit)

    def commands(self, verb: ServiceVerb) -> tuple[tuple[str, ...], ...]:
        return (self._argv(verb),)

    def notes(self, verb: ServiceVerb) -> tuple[str, ...]:
        return () if verb == "stop" else self._health_note()

    def look(self) -> tuple[tuple[str, ...], ...]:
        properties = f"--property={','.join(UNIT_PROPERTIES)}"
        return (("systemctl", "--no-pager", "show", properties, "--", self.unit),)

    def _health_note(self) -> tuple[str, ...]:
        return (f"{self._service.health_url} 응답을 확인합니다.",) if self._service.health_url else ()

    async def check_usable(self) -> None:
        if not (await self._unit()).loaded:
            raise UnsupportedError(
                f"{self._context.asset}에 systemd 유닛 {self.unit}이(가) 없습니다. agent.toml의 unit을 확인하세요."
            )

    async def _unit(self) -> UnitState:
        (argv,) = self.look()
        done = await self._context.host.run(argv, within=15)
        if done.timed_out or done.exit_code != 0:
            raise HostError(f"systemctl show {self.unit}: {to_text(done.stderr)[:300].strip() or 'no answer'}")
        try:
            return unit_state(to_text(done.stdout))
        except ValueError as error:
            raise HostError(str(error)) from None

    async def state(self) -> ServiceState:
        return (await self._unit()).state

    async def start(self) -> None:
        await self._change("start", self._service.start_timeout)

    async def stop(self) -> None:
        await self._change("stop", self._service.stop_timeout)

    async def restart(self) -> None:
        await self._change("restart", self._service.start_timeout + self._service.stop_timeout)

    async def _change(self, verb: ServiceVerb, within: float) -> None:
        context = self._context
        deadline = context.clock.monotonic() + within
        (argv,) = self.commands(verb)
        done = await context.host.run(argv, within=within, on_output=context.output, on_start=context.started)
        state = await self.state()
        if done.timed_out:
            raise ActionError(
                f"systemctl {verb} {self.unit}이(가) {within:g}초 안에 끝나지 않았습니다 (현재 {state.detail}).",
                code=f"service.{verb}_timeout",
            )
        if done.exit_code != 0:
            said = to_text(done.stderr)[:1000].strip()
            raise ActionError(
                f"systemctl {verb} {self.unit} 실패 (종료 코드 {done.exit_code}, 현재 {state.detail}). {said}",
                code=f"service.{verb}_failed",
            )
        if verb == "stop":
            if state.running:
                raise ActionError(f"{self.unit}이(가) 아직 실행 중입니다.", code="service.stop_failed")
            return
        if not state.running:
            raise ActionError(f"{self.unit}이(가) 기동되지 않았습니다 ({state.detail}).", code="service.start_failed")
        if why := await wait_healthy(context, self._service, self, deadline):
            raise ActionError(f"{self.unit}은(는) 기동되었으나 정상 응답이 없습니다: {why}", code="service.unhealthy")

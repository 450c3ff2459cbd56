"""START_SERVICE, STOP_SERVICE, RESTART_SERVICE and CHECK_SERVICE."""

from __future__ import annotations

from typing import Literal

from guardia.agent.actions.base import Context, Plan, Probed
from guardia.agent.actions.common import ReadRunner, check, choose_service
from guardia.agent.actions.health import Manager, unhealthy, wait_healthy
from guardia.agent.actions.managers import manager_of
from guardia.agent.core.services import ServiceState, ServiceVerb, from_evidence, judge
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, NotTakenUpError
from guardia.proto.catalogue import ChangeReport, CheckReport, CheckStatus, Metric
from guardia.proto.frames import ProbeVerdict

_CODES: dict[ServiceVerb, str] = {"start": "START_SERVICE", "stop": "STOP_SERVICE", "restart": "RESTART_SERVICE"}
_DONE: dict[ServiceVerb, str] = {"start": "기동", "stop": "중지", "restart": "재기동"}


class ServiceChange:
    """Start, stop or restart one service."""

    def __init__(self, verb: Literal["start", "stop", "restart"]) -> None:
        self._verb: ServiceVerb = verb

    async def explain(self, context: Context) -> Plan:
        service = choose_service(context)
        manager = manager_of(context, service)
        await manager.check_usable()
        state = await manager.state()
        findings = []
        if self._verb == "start" and state.running:
            findings.append(f"{service.name}은(는) 이미 실행 중입니다 (pid {state.pid}). 아무것도 하지 않습니다.")
        elif self._verb == "stop" and not state.running:
            findings.append(f"{service.name}은(는) 이미 중지되어 있습니다. 아무것도 하지 않습니다.")
        elif self._verb == "restart" and not state.running:
            findings.append(f"{service.name}은(는) 지금 실행되고 있지 않습니다 ({state.detail}). 기동만 합니다.")
        elif self._verb == "restart" and (why := await unhealthy(context, service)):
            findings.append(f"{service.name}은(는) 지금 정상 응답이 없습니다: {why}")
        return Plan(
            commands=manager.commands(self._verb),
            user=context.host.user,
            notes=manager.notes(self._verb),
            findings=tuple(findings),
        )

    async def before(self, context: Context) -> dict[str, str]:
        service = choose_service(context)
        return {"service": service.name} | (await manager_of(context, service).state()).for_probe()

    async def run(self, context: Context) -> ChangeReport:
        service = choose_service(context)
        manager = manager_of(context, service)
        await manager.check_usable()
        before = await manager.state()
        wanted = {"start": before.running, "stop": not before.running, "restart": False}[self._verb]
        if wanted and not before.transitional:
            state = "실행 중" if before.running else "중지 상태"
            return self._report(context, f"{service.name}은(는) 이미 {state}입니다.", before, before, changed=False)
        return await self._change(context, service, manager, before)

    async def take_up(self, context: Context, before: dict[str, str]) -> ChangeReport:
        """Of services that systemd manages: there one program is the whole change."""
        service = choose_service(context)
        state = from_evidence(before)
        if service.manager != "systemd" or state is None or service.name != before.get("service"):
            raise NotTakenUpError(f"{service.name}: what was done can only be found out by a probe")
        return await self._change(context, service, manager_of(context, service), state)

    async def _change(
        self, context: Context, service: ServiceSpec, manager: Manager, before: ServiceState
    ) -> ChangeReport:
        if self._verb == "start":
            await manager.start()
        elif self._verb == "stop":
            await manager.stop()
        else:
            await manager.restart()
        after = await manager.state()
        verdict, detail = judge(self._verb, before, after, exact=manager.exact)
        if verdict is not ProbeVerdict.APPLIED:
            raise ActionError(f"{service.name} {_DONE[self._verb]} 실패: {detail}", code=f"service.{self._verb}_failed")
        return self._report(context, f"{service.name} {_DONE[self._verb]} 완료: {detail}", before, after, changed=True)

    def _report(self, context: Context, summary: str, before: object, after: object, *, changed: bool) -> ChangeReport:
        return ChangeReport(
            action=_CODES[self._verb],
            asset=context.asset,
            summary=summary,
            changed=changed,
            before=_evidence(before),
            after=_evidence(after),
        )

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        service = choose_service(context)
        manager = manager_of(context, service)
        now = await manager.state()
        verdict, detail = judge(self._verb, from_evidence(before), now, exact=manager.exact)
        if verdict is ProbeVerdict.APPLIED and self._verb != "stop":
            # The service may still be coming up: it is given the time that a start has.
            deadline = context.clock.monotonic() + min(service.start_timeout, context.within)
            if why := await wait_healthy(context, service, manager, deadline):
                return Probed(
                    verdict=ProbeVerdict.UNDETERMINED,
                    detail=f"{detail} 그러나 정상 응답이 없습니다: {why}",
                    after=now.evidence(),
                )
        return Probed(verdict=verdict, detail=detail, after=now.evidence())


def _evidence(state: object) -> dict[str, str]:
    evidence = getattr(state, "evidence", None)
    return evidence() if evidence is not None else {}


class CheckService(ReadRunner):
    """CHECK_SERVICE: does it run, and does it answer?"""

    async def explain(self, context: Context) -> Plan:
        service = choose_service(context)
        notes = [f"서비스 {service.name}의 상태를 봅니다."]
        if service.health_url:
            notes.append(f"{service.health_url} 응답을 확인합니다.")
        commands = manager_of(context, service).look()
        return Plan(commands=commands, user=context.host.user, notes=tuple(notes))

    async def run(self, context: Context) -> CheckReport:
        service = choose_service(context)
        state = await manager_of(context, service).state()
        rows = [["상태", "실행 중" if state.running else "중지"], ["상세", state.detail]]
        metrics = [Metric(name="running", value=float(state.running)), Metric(name="restarts", value=state.restarts)]
        if state.transitional:
            status, summary = CheckStatus.WARN, f"{service.name}: 상태가 바뀌는 중입니다 ({state.detail})."
        elif not state.running:
            status, summary = CheckStatus.CRIT, f"{service.name}이(가) 실행되고 있지 않습니다 ({state.detail})."
        else:
            rows.append(["pid", str(state.pid)])
            try:
                why = await unhealthy(context, service)
            except HostError as error:
                status, summary = (
                    CheckStatus.UNKNOWN,
                    f"{service.name}은(는) 실행 중이나 응답을 확인하지 못했습니다: {error}",
                )
            else:
                rows.append(["응답", why or "정상"])
                status = CheckStatus.CRIT if why else CheckStatus.OK
                summary = (
                    f"{service.name}은(는) 실행 중이나 정상 응답이 없습니다: {why}"
                    if why
                    else f"{service.name}이(가) 정상 실행 중입니다 (pid {state.pid})."
                )
        return check(context, "CHECK_SERVICE", status, summary, metrics=metrics, columns=("항목", "값"), rows=rows)

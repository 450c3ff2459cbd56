"""Answers to the hub's questions that change nothing: explain, and probe of an interrupted step."""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.agent.actions.base import Context, Probed
from guardia.agent.core.job import FINISHED
from guardia.agent.core.procfs import Start, same_start
from guardia.agent.daemon.explaining import EXPLAIN_WITHIN, plan_digest
from guardia.agent.daemon.gate import Gate
from guardia.agent.daemon.step import limited
from guardia.agent.daemon.texts import all_encodable, encodable
from guardia.agent.errors import AgentError
from guardia.agent.journal import Journal, ProbedRecord, Step
from guardia.agent.ports import ArtifactFetcher, Clock, Host
from guardia.proto.catalogue import canonical
from guardia.proto.frames import Explain, Explanation, Probe, ProbeResult, ProbeVerdict, Stream
from guardia.proto.limits import MAX_REPORT

PROBE_WITHIN = 30.0
_FINAL = frozenset({ProbeVerdict.APPLIED, ProbeVerdict.NOT_APPLIED})


class Answers:
    """Never raises: what goes wrong is part of the answer."""

    def __init__(self, *, gate: Gate, journal: Journal, artifacts: ArtifactFetcher, clock: Clock, log: Any) -> None:
        self._gate = gate
        self._journal = journal
        self._artifacts = artifacts
        self._clock = clock
        self._log = log

    async def explain(self, frame: Explain) -> Explanation:
        try:
            entry, runner, target, parameters = self._gate.resolve(frame.action, frame.target, frame.parameters)
            context = Context(
                host=target.host,
                asset=frame.target,
                services=target.services,
                parameters=parameters,
                clock=self._clock,
                artifacts=self._artifacts,
                within=entry.timeout,
                output=_no_output,
                started=_no_start,
            )
            plan = await limited(EXPLAIN_WITHIN, "step.explain_timeout", lambda: runner.explain(context))
            digest = plan_digest(entry, frame.target, plan)
        except AgentError as error:
            return Explanation(query_id=frame.query_id, ok=False, error_code=error.code, message=encodable(str(error)))
        except Exception:  # noqa: BLE001 - recorded, and told to the one who asked
            self._log.exception("explain crashed", action=frame.action, target=frame.target)
            return Explanation(
                query_id=frame.query_id,
                ok=False,
                error_code="agent.internal",
                message="에이전트 내부 오류로 실행 내용을 만들지 못했습니다. 에이전트 로그를 확인하세요.",
            )
        return Explanation(
            query_id=frame.query_id,
            ok=True,
            commands=plan.commands,
            user=plan.user,
            timeout_ms=entry.timeout * 1000,
            notes=plan.notes,
            findings=tuple(encodable(finding) for finding in plan.findings),
            digest=digest,
        )

    async def probe(self, frame: Probe) -> ProbeResult | None:
        """The verdict, journalled. None: the step has a result, which is the answer."""
        step = self._journal.step(frame.step_id)
        if step is None:
            return ProbeResult(
                step_id=frame.step_id,
                verdict=ProbeVerdict.UNDETERMINED,
                detail="이 에이전트의 저널에 없는 단계입니다. "
                "접수된 적이 없거나, 이미 결과가 확인되었거나, 저널이 새로 만들어졌습니다.",
            )
        if step.state in FINISHED:
            return None
        if step.probed is not None and step.probed.verdict in _FINAL:
            # What was told once stays: the world goes on, and a later look could be about someone else's change.
            record = step.probed
        else:
            record = await self._look(step)
            try:
                await self._journal.aside(self._journal.probed, record)
            except AgentError as error:
                return ProbeResult(
                    step_id=frame.step_id, verdict=ProbeVerdict.UNDETERMINED, detail=encodable(str(error))
                )
        return ProbeResult(
            step_id=frame.step_id, verdict=record.verdict, detail=record.detail, evidence=record.evidence
        )

    async def _look(self, step: Step) -> ProbedRecord:
        probed: Probed
        try:
            probed = await limited(PROBE_WITHIN, "step.probe_timeout", lambda: self._judge(step))
        except AgentError as error:
            probed = Probed(verdict=ProbeVerdict.UNDETERMINED, detail=f"{error} ({error.code})")
        except Exception:  # noqa: BLE001 - recorded; nobody knows what took effect, and that is the verdict
            self._log.exception("probe crashed", step_id=step.step_id)
            probed = Probed(
                verdict=ProbeVerdict.UNDETERMINED,
                detail="에이전트 내부 오류로 확인하지 못했습니다. 대상의 상태를 직접 확인하세요.",
            )
        evidence = canonical(all_encodable({"before": step.accepted.before, "after": probed.after}))
        if len(evidence) > MAX_REPORT:
            evidence = canonical({"truncated": True})
        self._log.info("step probed", step_id=step.step_id, verdict=probed.verdict)
        return ProbedRecord(
            step_id=step.step_id,
            verdict=probed.verdict,
            detail=encodable(probed.detail)[:2000],
            evidence=evidence,
            at_ms=self._clock.now_ms(),
        )

    async def _judge(self, step: Step) -> Probed:
        accepted = step.accepted
        entry, runner, target, parameters = self._gate.resolve(accepted.action, accepted.target, accepted.parameters)
        context = Context(
            host=target.host,
            asset=accepted.target,
            services=target.services,
            parameters=parameters,
            clock=self._clock,
            artifacts=self._artifacts,
            within=min(PROBE_WITHIN, float(entry.timeout)),
            output=_no_output,
            started=_no_start,
        )
        probed = await runner.probe(context, accepted.before)
        if probed.verdict is ProbeVerdict.APPLIED or not await self._lives(step, target.host):
            # An effect that is there is there, whether the first process lives on: it may be the service itself.
            return probed
        pid = step.started.pid if step.started else 0
        if self._clock.now_ms() <= accepted.at_ms + accepted.timeout_ms:
            return msgspec.structs.replace(
                probed,
                verdict=ProbeVerdict.STILL_RUNNING,
                detail=f"단계가 시작한 프로세스(pid {pid})가 아직 실행 중입니다.",
            )
        # No step runs longer than its time. What lives is no longer the step, but it was started by it.
        return msgspec.structs.replace(
            probed,
            verdict=ProbeVerdict.UNDETERMINED,
            detail=f"{probed.detail} 단계가 시작한 프로세스(pid {pid})가 제한 시간이 지난 뒤에도 살아 있습니다. "
            "직접 확인하세요.",
        )

    @staticmethod
    async def _lives(step: Step, host: Host) -> bool:
        """Whether the step's first process is still there; by its start time, since numbers come again."""
        started = step.started
        if started is None or not started.pid or not started.started_ms:
            return False
        process = await host.process(started.pid)
        then = Start(started.started_ms, started.start_ticks, started.host_boot_id)
        return process is not None and same_start(then, process.start)


async def _no_output(_stream: Stream, _data: bytes) -> None:
    """Looking writes nothing for the room."""


async def _no_start(_pid: int) -> None:
    """Looking starts nothing that must be remembered."""

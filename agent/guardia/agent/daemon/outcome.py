"""From what a runner returned or raised to the Result frame: outcome, stable code, one Korean sentence."""

from __future__ import annotations

import msgspec

from guardia.agent.daemon.tape import Tape
from guardia.agent.daemon.texts import all_encodable, encodable
from guardia.agent.errors import AgentError
from guardia.proto.catalogue import Action, ChangeReport, CheckReport, Report, canonical
from guardia.proto.frames import Result, StepOutcome
from guardia.proto.limits import MAX_REPORT

MAX_MESSAGE = 2_000
"""Characters."""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How the runner ended."""

    outcome: StepOutcome
    error_code: str = ""
    message: str = ""
    report: bytes = b""
    truncated: bool = False


def succeeded(report: Report) -> Ending:
    data, truncated = encode_report(report)
    return Ending(outcome=StepOutcome.OK, message=report.summary, report=data, truncated=truncated)


def failed(error: AgentError) -> Ending:
    return Ending(outcome=StepOutcome.FAILED, error_code=error.code, message=str(error))


def crashed(step_id: str) -> Ending:
    return Ending(
        outcome=StepOutcome.FAILED,
        error_code="agent.internal",
        message="에이전트 내부 오류로 실패했습니다. 대상의 상태를 확인하고, "
        f"에이전트 로그에서 단계 {step_id}을(를) 찾아보세요.",
    )


def timed_out(entry: Action, timeout_ms: int) -> Ending:
    return Ending(
        outcome=StepOutcome.TIMED_OUT,
        error_code="step.timeout",
        message=f"{entry.title}이(가) 제한 시간 {timeout_ms / 1000:g}초를 넘겨 중단했습니다. 대상의 상태를 확인하세요.",
    )


def cancelled(entry: Action, *, began: bool, why: str) -> Ending:
    state = "중단했습니다. 대상의 상태를 확인하세요." if began else "시작하기 전에 취소했습니다."
    return Ending(outcome=StepOutcome.CANCELLED, error_code="step.cancelled", message=f"{entry.title}: {why} {state}")


def result(*, step_id: str, digest: str, ending: Ending, tape: Tape, spooled: int, now_ms: int) -> Result:
    return Result(
        step_id=step_id,
        digest=digest,
        outcome=ending.outcome,
        finished_ms=now_ms,
        error_code=ending.error_code,
        message=encodable(ending.message)[:MAX_MESSAGE],
        report=ending.report,
        stdout_bytes=tape.stdout_bytes,
        stderr_bytes=tape.stderr_bytes,
        output_sha256=tape.sha256,
        truncated=ending.truncated or tape.truncated,
        output_head=tape.head_bytes,
        output_tail=tape.tail_bytes,
        output_lines=tape.lines,
        output_spooled=spooled,
    )


def encode_report(report: Report) -> tuple[bytes, bool]:
    """Canonical JSON of at most `MAX_REPORT` bytes, and whether something had to be left out for that.

    Oldest log lines and last table rows go first; of a change the longest evidence is cut.
    """
    try:
        data = canonical(report)
    except UnicodeEncodeError:  # what was done is done, whatever a file there is called
        report = all_encodable(report)
        data = canonical(report)
    if len(data) <= MAX_REPORT:
        return data, False
    shorter: Report = report
    for keep in (1000, 100, 10, 0):
        shorter = _shortened(report, keep)
        data = canonical(shorter)
        if len(data) <= MAX_REPORT:
            return data, True
    return canonical(_shortened(msgspec.structs.replace(shorter, summary=report.summary[:MAX_MESSAGE]), 0)), True


def _shortened(report: Report, keep: int) -> Report:
    if isinstance(report, ChangeReport):
        return msgspec.structs.replace(
            report,
            before={key[:200]: value[:keep] for key, value in list(report.before.items())[:100]},
            after={key[:200]: value[:keep] for key, value in list(report.after.items())[:100]},
        )
    assert isinstance(report, CheckReport)
    table = report.table and msgspec.structs.replace(report.table, rows=report.table.rows[:keep])
    return msgspec.structs.replace(
        report,
        lines=report.lines[-keep:] if keep else (),
        table=table,
        metrics=report.metrics[:1000],
        truncated=True,
    )

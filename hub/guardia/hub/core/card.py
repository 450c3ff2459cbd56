"""A request's card: one message that changes while the request lives. Pure; all of it is text, nothing is markup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from guardia.hub.core.intent import Intent
from guardia.hub.core.plan import PlannedNode, PlannedStep, Role
from guardia.hub.core.request import Request, StepRun, node_state
from guardia.hub.core.states import (
    CANCEL_LABEL,
    NODE_LABEL,
    REQUEST_LABEL,
    STEP_LABEL,
    CancelState,
    RequestState,
    StepState,
)
from guardia.proto.catalogue import CATALOGUE

ENVIRONMENT_LABEL = {"PROD": "운영", "STG": "스테이징", "DEV": "개발"}
UNDELIVERED_LABEL = "전달 못 함"
ROLE_LABEL = {Role.MAIN: "", Role.VERIFY: "검증", Role.RESTORE: "실패하면 원복"}


def iso(ms: int) -> str | None:
    """ISO 8601 in UTC with `Z`, or None for 0."""
    if not ms:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def title(request: Request) -> str:
    """`예산시스템 운영 WAS 1호기 재기동`: what is wanted, in the words of the CMDB and the catalogue."""
    return wanted(request.intent)


def wanted(intent: Intent) -> str:
    """An intent in one line; see `title`."""
    layer = "" if intent.infrastructure_layer in ("ALL", "UNKNOWN") else intent.infrastructure_layer
    parts = [
        intent.system_name if intent.system_name != "UNKNOWN" else "",
        ENVIRONMENT_LABEL.get(intent.environment, intent.environment),
        layer,
        ", ".join(node for node in intent.target_nodes if node != "UNKNOWN"),
        ", ".join(CATALOGUE[code].title for code in intent.action_sequence if code in CATALOGUE),
    ]
    return " ".join(part for part in parts if part)


def _step(request: Request, step: PlannedStep, output: str) -> dict[str, Any]:
    run = request.run(step.step_id)
    label, tone = STEP_LABEL[run.state]
    if run.state is StepState.READY and request.final:
        label, tone = STEP_LABEL[StepState.SKIPPED]
    if run.time_out == "delivery":
        label = UNDELIVERED_LABEL
    report = msgspec.json.decode(run.report) if run.report else None
    role = ROLE_LABEL[step.role]
    return {
        "step_id": request.attempt_id(step.step_id),
        "action": step.action,
        "title": f"{step.title} ({role})" if role else step.title,
        "role": step.role.value,
        "state": run.state.value,
        "state_label": label,
        "tone": tone,
        "commands": [list(command) for command in step.explained.commands],
        "user": step.explained.user,
        "timeout_s": step.timeout_s,
        "notes": list(step.explained.notes),
        "findings": list(step.explained.findings),
        "bound": bool(step.explained.digest),
        "parameters": msgspec.json.decode(step.parameters),
        "summary": run.message or (report or {}).get("summary", "") or run.detail or _by_itself(step, run),
        "detail": run.detail,
        "error_code": run.error_code,
        "time_out": run.time_out or None,
        "output": output,
        "whole": _whole(request, step, run),
        "exit_code": run.exit_code,
        "pid": run.pid or None,
        "started_at": iso(run.started_ms),
        "finished_at": iso(run.finished_ms),
        "report": report,
    }


def _by_itself(step: PlannedStep, run: StepRun) -> str:
    """What the state says where the agent has said nothing."""
    if run.time_out == "execution":
        return f"실행 제한 시간 {step.timeout_s}초를 넘겨 중단했습니다. 대상의 상태를 확인해 주세요."
    return "멈출 수 없는 단계라 끝까지 실행합니다." if run.out and run.cancel_too_late else ""


def _whole(request: Request, step: PlannedStep, run: StepRun) -> dict[str, Any] | None:
    """What there is of a step's output beyond what the card shows, and where it can be fetched."""
    if not run.output_bytes and not run.output_dropped:
        return None
    wire_id = request.attempt_id(step.step_id)
    return {
        "bytes": run.output_bytes,
        "lines": run.output_lines,
        "sha256": run.output_sha256,
        "head": run.output_head,
        "tail": run.output_tail,
        "spooled": run.output_spooled,
        "dropped": run.output_dropped,
        "href": f"/api/requests/{request.request_id}/steps/{wire_id}/output" if run.output_spooled else "",
        "note": _said_of_output(run),
    }


def _said_of_output(run: StepRun) -> str:
    """What of the output did not come here, in one sentence; empty when all of it did."""
    notes = []
    left_out = run.output_bytes - run.output_head - run.output_tail
    if run.output_head and left_out > 0:
        where = (
            "전체는 에이전트에서 받을 수 있습니다."
            if run.output_spooled >= run.output_bytes
            else (
                f"에이전트에는 {run.output_spooled:,}바이트가 남아 있습니다."
                if run.output_spooled
                else "가운데는 남아 있지 않습니다."
            )
        )
        notes.append(
            f"출력 {run.output_bytes:,}바이트({run.output_lines:,}줄) 중 처음 {run.output_head:,}바이트와 "
            f"마지막 {run.output_tail:,}바이트만 왔습니다. {where}"
        )
    if run.output_dropped:
        notes.append(f"허브는 한 단계에 4 MiB까지만 남기므로 {run.output_dropped:,}바이트를 버렸습니다.")
    return " ".join(notes)


def _node(request: Request, node: PlannedNode, outputs: Mapping[str, str], online: frozenset[str]) -> dict[str, Any]:
    state = node_state(request, node)
    label, tone = NODE_LABEL[state]
    return {
        "asset": node.asset,
        "hostname": node.hostname,
        "agent": node.agent,
        "agent_online": node.agent in online,
        "via": node.via.value,
        "state": state.value,
        "state_label": label,
        "tone": tone,
        "steps": [_step(request, step, outputs.get(step.step_id, "")) for step in node.steps],
    }


def buttons(request: Request) -> list[dict[str, Any]]:
    """Buttons that count now. A press of `approve` also names the plan's digest, which its presser saw."""
    state = request.state
    cancel = {"id": "cancel", "label": "취소", "style": "plain"}
    if state is RequestState.NEEDS_ANSWER:
        choices = [{"id": f"choose:{n}", "label": choice.label} for n, choice in enumerate(request.choices, 1)]
        return [*choices, cancel]
    if state is RequestState.AWAITING_APPROVAL and request.plan is not None:
        return [
            {"id": "approve", "label": "승인", "style": "primary"},
            {"id": "reject", "label": "거절", "style": "danger", "ask_reason": True},
            cancel,
        ]
    if state is RequestState.NEEDS_OPERATOR:
        retry = any(run.state is StepState.NOT_APPLIED for run in request.runs.values())
        found = [{"id": "retry", "label": "다시 실행", "style": "primary"}] if retry else []
        return [*found, {"id": "cancel", "label": "닫기", "style": "plain"}]
    possible: list[dict[str, Any]] = [] if request.final or request.cancelled_by else [cancel]
    if unclear(request):
        possible.append({"id": "close", "label": "확인 없이 닫기", "style": "danger", "ask_reason": True})
    return possible


def unclear(request: Request) -> bool:
    """True while nobody knows what became of a step that is out."""
    return any(request.run(step.step_id).state in _UNCLEAR for _, step in request.steps_out())


def sentence(request: Request) -> str:
    """What people need to know now, in one sentence."""
    match request.state:
        case RequestState.NEEDS_ANSWER:
            return request.question
        case RequestState.AWAITING_APPROVAL:
            left = request.approvals_needed - len(request.approvals)
            return f"요청자가 아닌 승인자 {left}명의 승인이 필요합니다. 승인 코드 {request.code}"
        case RequestState.SCHEDULED:
            return f"{iso(request.scheduled_ms)}에 시작합니다."
        case RequestState.QUEUED:
            return f"{request.behind}이(가) 같은 대상에서 실행 중입니다. 끝나면 시작합니다."
        case RequestState.RUNNING | RequestState.ROLLING_BACK:
            unknown = [step for _, step in request.steps_out() if request.run(step.step_id).state in _UNCLEAR]
            if unknown:
                return f"{unknown[0].target}의 에이전트와 연결이 끊겼습니다. 결과를 알 수 없어 확인하고 있습니다."
            return request.message or _stopping(request)
        case _:
            return request.message


def _stopping(request: Request) -> str:
    if not request.cancelled_by:
        return ""
    stubborn = [step for _, step in request.steps_out() if request.run(step.step_id).cancel_too_late]
    if stubborn:
        return f"취소를 요청했지만 {stubborn[0].target}의 단계는 이미 끝났거나 멈출 수 없습니다. 결과를 기다립니다."
    return "취소를 요청했습니다. 실행 중인 단계가 멈추기를 기다립니다."


def label(request: Request) -> str:
    """The request's state as people read it, with a cancel that is asked for or came too late."""
    said = REQUEST_LABEL[request.state][0]
    if request.cancel in (None, CancelState.CANCELLED):
        return said
    return f"{said} · {CANCEL_LABEL[request.cancel][0]}"


def _cancel(request: Request) -> dict[str, Any] | None:
    if request.cancel is None:
        return None
    said, tone = CANCEL_LABEL[request.cancel]
    return {"state": request.cancel.value, "label": said, "tone": tone, "by": request.cancelled_by}


_UNCLEAR = (StepState.UNKNOWN, StepState.RECONCILING)


def widget(request: Request, outputs: Mapping[str, str], online: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The card as data; `outputs` holds the last output of steps by planned id, already decoded and cut."""
    said, tone = label(request), REQUEST_LABEL[request.state][1]
    if unclear(request):
        said, tone = "알 수 없음 · 확인 중", "unknown"
    plan = request.plan
    intent = request.intent
    waiting = request.state is RequestState.AWAITING_APPROVAL
    deadline = request.approve_by_ms if waiting else plan.expires_ms if plan else 0
    return {
        "kind": "request",
        "request_id": request.request_id,
        "state": request.state.value,
        "state_label": said,
        "tone": tone,
        "cancel": _cancel(request),
        "title": title(request),
        "requested_by": request.requester.person_id,
        "ticket": request.itsm_ticket_id,
        "text": request.text,
        "target": {
            "institution": intent.institution,
            "system_name": intent.system_name,
            "environment": intent.environment,
            "layer": intent.infrastructure_layer,
        },
        "changes": intent.changes,
        "message": sentence(request),
        "plan": None
        if plan is None
        else {
            "digest": plan.digest,
            "expires_at": iso(deadline),
            "code": request.code,
            "nodes": [_node(request, node, outputs, online) for node in plan.nodes],
        },
        "approvals": {
            "needed": request.approvals_needed,
            "given": [{"by": approval.name, "at": iso(approval.at_ms)} for approval in request.approvals],
        },
        "buttons": buttons(request),
    }


def text(request: Request) -> str:
    """The card in one line, for clients that show no widgets."""
    return f"[{request.request_id}] {title(request)} — {_once(label(request), ': ', sentence(request))}"


def ending(request: Request, word: str) -> str:
    """The line of a result."""
    return f"[{request.request_id}] {title(request)} — {_once(word, '. ', request.message)}"


def _once(word: str, between: str, note: str) -> str:
    """The state and what is to be said of it; not "완료: 완료했습니다."."""
    if not note:
        return word
    return note if note.startswith(word) else f"{word}{between}{note}"

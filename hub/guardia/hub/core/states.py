"""States of requests, nodes and steps, and how people read them."""

from __future__ import annotations

from enum import StrEnum


class RequestState(StrEnum):
    DRAFT = "DRAFT"
    NEEDS_ANSWER = "NEEDS_ANSWER"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    ROLLING_BACK = "ROLLING_BACK"
    NEEDS_OPERATOR = "NEEDS_OPERATOR"
    STALE_PLAN = "STALE_PLAN"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    PARTIAL = "PARTIAL"
    ROLLED_BACK = "ROLLED_BACK"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


FINAL = frozenset(
    {
        RequestState.SUCCEEDED,
        RequestState.FAILED,
        RequestState.PARTIAL,
        RequestState.ROLLED_BACK,
        RequestState.ROLLBACK_FAILED,
        RequestState.CANCELLED,
        RequestState.REJECTED,
        RequestState.EXPIRED,
    }
)
"""Nothing happens to a request in one of these any more; a ticket may still be attached to it."""

STARTED = frozenset({RequestState.RUNNING, RequestState.ROLLING_BACK, RequestState.NEEDS_OPERATOR})
"""Steps may be under way: such a request holds its locks."""


class StepState(StrEnum):
    READY = "READY"
    DISPATCHED = "DISPATCHED"
    ACCEPTED = "ACCEPTED"
    RUNNING = "RUNNING"
    UNKNOWN = "UNKNOWN"
    RECONCILING = "RECONCILING"
    OK = "OK"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    NOT_APPLIED = "NOT_APPLIED"
    NEEDS_OPERATOR = "NEEDS_OPERATOR"
    SKIPPED = "SKIPPED"
    """Never dispatched: an earlier step ended the node or the request."""


STEP_ENDED = frozenset(
    {
        StepState.OK,
        StepState.FAILED,
        StepState.TIMED_OUT,
        StepState.CANCELLED,
        StepState.REFUSED,
        StepState.NOT_APPLIED,
        StepState.NEEDS_OPERATOR,
        StepState.SKIPPED,
    }
)
STEP_OUT = frozenset(
    {StepState.DISPATCHED, StepState.ACCEPTED, StepState.RUNNING, StepState.UNKNOWN, StepState.RECONCILING}
)
"""Given out and not ended: the agent may be working on it."""


class CancelState(StrEnum):
    """What became of somebody's wish to stop a request. The request's own state says what is true of its steps."""

    ASKED = "ASKED"
    CANCELLED = "CANCELLED"
    """It stopped, spared or put back something."""
    TOO_LATE = "TOO_LATE"
    """Everything had ended by itself, or could not be stopped."""
    UNKNOWN = "UNKNOWN"
    """How a step ended is not known."""


class NodeState(StrEnum):
    """Derived from the node's steps."""

    PENDING = "PENDING"
    APPLYING = "APPLYING"
    VERIFYING = "VERIFYING"
    REJOINED = "REJOINED"
    RESTORING = "RESTORING"
    RESTORED = "RESTORED"
    STUCK = "STUCK"
    SKIPPED = "SKIPPED"


REQUEST_LABEL = {
    RequestState.DRAFT: ("준비 중", "idle"),
    RequestState.NEEDS_ANSWER: ("답변 필요", "wait"),
    RequestState.AWAITING_APPROVAL: ("승인 대기", "wait"),
    RequestState.APPROVED: ("승인됨", "run"),
    RequestState.SCHEDULED: ("예약됨", "wait"),
    RequestState.QUEUED: ("대기 중", "wait"),
    RequestState.RUNNING: ("실행 중", "run"),
    RequestState.ROLLING_BACK: ("원복 중", "run"),
    RequestState.NEEDS_OPERATOR: ("담당자 확인 필요", "unknown"),
    RequestState.STALE_PLAN: ("계획이 낡음", "wait"),
    RequestState.SUCCEEDED: ("완료", "ok"),
    RequestState.FAILED: ("실패", "bad"),
    RequestState.PARTIAL: ("일부 완료", "bad"),
    RequestState.ROLLED_BACK: ("원복됨", "bad"),
    RequestState.ROLLBACK_FAILED: ("원복 실패", "bad"),
    RequestState.CANCELLED: ("취소됨", "idle"),
    RequestState.REJECTED: ("거절됨", "bad"),
    RequestState.EXPIRED: ("기한 지남", "idle"),
}
"""Korean label and tone of a request's state; tones are what the console colours."""

STEP_LABEL = {
    StepState.READY: ("대기", "idle"),
    StepState.DISPATCHED: ("전달 중", "wait"),
    StepState.ACCEPTED: ("접수됨", "run"),
    StepState.RUNNING: ("실행 중", "run"),
    StepState.UNKNOWN: ("알 수 없음 · 확인 중", "unknown"),
    StepState.RECONCILING: ("결과 확인 중", "unknown"),
    StepState.OK: ("성공", "ok"),
    StepState.FAILED: ("실패", "bad"),
    StepState.TIMED_OUT: ("실행 시간 초과", "bad"),
    StepState.CANCELLED: ("취소됨", "idle"),
    StepState.REFUSED: ("에이전트가 거부", "bad"),
    StepState.NOT_APPLIED: ("적용되지 않음", "bad"),
    StepState.NEEDS_OPERATOR: ("담당자 확인 필요", "unknown"),
    StepState.SKIPPED: ("건너뜀", "idle"),
}

CANCEL_LABEL = {
    CancelState.ASKED: ("취소 요청됨", "wait"),
    CancelState.CANCELLED: ("취소됨", "idle"),
    CancelState.TOO_LATE: ("취소 늦음", "bad"),
    CancelState.UNKNOWN: ("취소 확인 필요", "unknown"),
}

NODE_LABEL = {
    NodeState.PENDING: ("대기", "idle"),
    NodeState.APPLYING: ("적용 중", "run"),
    NodeState.VERIFYING: ("검증 중", "run"),
    NodeState.REJOINED: ("완료", "ok"),
    NodeState.RESTORING: ("원복 중", "run"),
    NodeState.RESTORED: ("원복됨", "bad"),
    NodeState.STUCK: ("멈춤", "bad"),
    NodeState.SKIPPED: ("건너뜀", "idle"),
}

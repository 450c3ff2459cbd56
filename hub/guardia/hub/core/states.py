"""States of requests, nodes and steps, and their tones."""

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


REQUEST_TONE = {
    RequestState.DRAFT: "idle",
    RequestState.NEEDS_ANSWER: "wait",
    RequestState.AWAITING_APPROVAL: "wait",
    RequestState.APPROVED: "run",
    RequestState.SCHEDULED: "wait",
    RequestState.QUEUED: "wait",
    RequestState.RUNNING: "run",
    RequestState.ROLLING_BACK: "run",
    RequestState.NEEDS_OPERATOR: "unknown",
    RequestState.STALE_PLAN: "wait",
    RequestState.SUCCEEDED: "ok",
    RequestState.FAILED: "bad",
    RequestState.PARTIAL: "bad",
    RequestState.ROLLED_BACK: "bad",
    RequestState.ROLLBACK_FAILED: "bad",
    RequestState.CANCELLED: "idle",
    RequestState.REJECTED: "bad",
    RequestState.EXPIRED: "idle",
}
"""Tone of a request's state: what the console colours. Its words: `request.<state>` of the texts."""

STEP_TONE = {
    StepState.READY: "idle",
    StepState.DISPATCHED: "wait",
    StepState.ACCEPTED: "run",
    StepState.RUNNING: "run",
    StepState.UNKNOWN: "unknown",
    StepState.RECONCILING: "unknown",
    StepState.OK: "ok",
    StepState.FAILED: "bad",
    StepState.TIMED_OUT: "bad",
    StepState.CANCELLED: "idle",
    StepState.REFUSED: "bad",
    StepState.NOT_APPLIED: "bad",
    StepState.NEEDS_OPERATOR: "unknown",
    StepState.SKIPPED: "idle",
}

CANCEL_TONE = {
    CancelState.ASKED: "wait",
    CancelState.CANCELLED: "idle",
    CancelState.TOO_LATE: "bad",
    CancelState.UNKNOWN: "unknown",
}

NODE_TONE = {
    NodeState.PENDING: "idle",
    NodeState.APPLYING: "run",
    NodeState.VERIFYING: "run",
    NodeState.REJOINED: "ok",
    NodeState.RESTORING: "run",
    NodeState.RESTORED: "bad",
    NodeState.STUCK: "bad",
    NodeState.SKIPPED: "idle",
}

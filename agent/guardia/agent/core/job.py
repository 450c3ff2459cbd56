"""The agent's step machine: what a dispatch means for a step, and which state follows which event. Pure.

A step runs at most once. Everything that is not certain about it (the agent died between accepted and finished) is
INTERRUPTED: it is told, and found out by a probe, but never run again.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from guardia.proto.frames import JournalState, StepOutcome


class StepState(StrEnum):
    READY = "READY"
    """Not in the journal: nothing has happened."""
    ACCEPTED = "ACCEPTED"
    RUNNING = "RUNNING"
    OK = "OK"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    INTERRUPTED = "INTERRUPTED"


class StepEvent(StrEnum):
    ACCEPT = "ACCEPT"
    START = "START"
    SUCCEED = "SUCCEED"
    FAIL = "FAIL"
    TIME_OUT = "TIME_OUT"
    CANCEL = "CANCEL"
    REFUSE = "REFUSE"
    INTERRUPT = "INTERRUPT"
    TAKE_UP = "TAKE_UP"
    """What an interrupted step had started goes on elsewhere, and is followed again."""


_S, _E = StepState, StepEvent

TRANSITIONS: dict[tuple[StepState, StepEvent], StepState] = {
    (_S.READY, _E.ACCEPT): _S.ACCEPTED,
    (_S.READY, _E.REFUSE): _S.REFUSED,
    # A refusal did nothing, so a later dispatch of the same step is judged anew.
    (_S.REFUSED, _E.ACCEPT): _S.ACCEPTED,
    (_S.REFUSED, _E.REFUSE): _S.REFUSED,
    (_S.ACCEPTED, _E.START): _S.RUNNING,
    # A step without a process of its own ends without having started one.
    (_S.ACCEPTED, _E.SUCCEED): _S.OK,
    (_S.ACCEPTED, _E.FAIL): _S.FAILED,
    (_S.ACCEPTED, _E.TIME_OUT): _S.TIMED_OUT,
    (_S.ACCEPTED, _E.CANCEL): _S.CANCELLED,
    (_S.ACCEPTED, _E.INTERRUPT): _S.INTERRUPTED,
    (_S.RUNNING, _E.SUCCEED): _S.OK,
    (_S.RUNNING, _E.FAIL): _S.FAILED,
    (_S.RUNNING, _E.TIME_OUT): _S.TIMED_OUT,
    (_S.RUNNING, _E.CANCEL): _S.CANCELLED,
    (_S.RUNNING, _E.INTERRUPT): _S.INTERRUPTED,
    (_S.INTERRUPTED, _E.TAKE_UP): _S.ACCEPTED,
}

FINISHED = frozenset({_S.OK, _S.FAILED, _S.TIMED_OUT, _S.CANCELLED})
UNDER_WAY = frozenset({_S.ACCEPTED, _S.RUNNING})

OUTCOME_EVENT: dict[StepOutcome, StepEvent] = {
    StepOutcome.OK: _E.SUCCEED,
    StepOutcome.FAILED: _E.FAIL,
    StepOutcome.TIMED_OUT: _E.TIME_OUT,
    StepOutcome.CANCELLED: _E.CANCEL,
}


SKEW_MS = 300_000
"""Difference of the hub's and this host's clocks that a ticket's times allow for, as `guardia.certs.ticket` does."""


class ImpossibleTransitionError(Exception):
    """An event that cannot happen in this state: a defect of the caller, or a journal out of order."""


def next_state(step_id: str, state: StepState, event: StepEvent) -> StepState:
    """The state after `event`. Raises `ImpossibleTransitionError` when the table does not hold the pair."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransitionError(f"step {step_id}: {event} is impossible in state {state}") from None


def journal_state(state: StepState) -> JournalState | None:
    """What the hello says about a step in `state`; None: nothing (refused and unknown steps are not told)."""
    if state is StepState.ACCEPTED:
        return JournalState.ACCEPTED
    if state is StepState.RUNNING:
        return JournalState.RUNNING
    if state is StepState.INTERRUPTED:
        return JournalState.INTERRUPTED
    if state in FINISHED:
        return JournalState.FINISHED
    return None


# --- what a dispatch means ------------------------------------------------------------------------------------------


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal, or the queue of the living process, knows about a step id."""

    digest: str
    state: StepState
    acknowledged: bool = False
    """The hub has the result, the step was forgotten but for its name: it must not run again."""


class Accept(msgspec.Struct, frozen=True):
    """Nothing is in the way: go on to policy and preparation."""


class ResendResult(msgspec.Struct, frozen=True):
    """Finished before: send the stored result again."""


class SayUnderWay(msgspec.Struct, frozen=True):
    """Runs right now: say Accepted (and Started, when RUNNING) again."""

    state: StepState


class SayInterrupted(msgspec.Struct, frozen=True):
    """Interrupted: tell what a probe finds; never run it again."""


class Refuse(msgspec.Struct, frozen=True):
    """Send Refused with these; nothing was done."""

    code: str
    message: str


Decision = Accept | ResendResult | SayUnderWay | SayInterrupted | Refuse


def decide_known(known: Known | None, digest: str) -> Decision:
    """What a dispatch with `digest` means for a step that may be known already.

    `Accept` here says only that the step id is new; `decide_new` judges the rest.
    """
    if known is None or known.state is StepState.REFUSED:
        return Accept()
    if known.digest != digest:
        return Refuse(
            "step.digest_mismatch",
            "같은 단계 번호가 다른 내용으로 이미 접수되어 있습니다. 새 단계로 다시 요청하세요.",
        )
    if known.acknowledged:
        return Refuse("step.already_done", "이미 실행되어 결과가 확인된 단계입니다. 다시 실행하지 않습니다.")
    if known.state in FINISHED:
        return ResendResult()
    if known.state is StepState.INTERRUPTED:
        return SayInterrupted()
    return SayUnderWay(known.state)


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket is bound to, and what the step really is; pairs must be equal."""

    agent_id: tuple[str, str]
    step_id: tuple[str, str]
    request_id: tuple[str, str]
    action: tuple[str, str]
    target: tuple[str, str]
    digest: tuple[str, str]


def decide_new(
    *, binding: Binding, issued_ms: int, expires_ms: int, now_ms: int, changes: bool, fencing: int, fencing_seen: int
) -> Accept | Refuse:
    """Whether the (genuine) ticket lets a new step in.

    `fencing_seen` is the highest token that was seen for the target. Only changes are fenced: reads take no lock, so
    their tickets carry no token of it. Equal tokens pass, since one lock covers several steps.
    """
    for name in binding.__struct_fields__:
        ticket_has, step_has = getattr(binding, name)
        if ticket_has != step_has:
            return Refuse(
                "ticket.mismatch", f"작업 티켓이 이 단계의 것이 아닙니다({name}). 실행하지 않았습니다. 다시 요청하세요."
            )
    return decide_time(issued_ms=issued_ms, expires_ms=expires_ms, now_ms=now_ms) or decide_fencing(
        changes=changes, fencing=fencing, fencing_seen=fencing_seen
    )


def decide_time(*, issued_ms: int, expires_ms: int, now_ms: int) -> Refuse | None:
    """Refuse a ticket that has expired or was not issued yet; clocks may differ by `SKEW_MS`."""
    if now_ms > expires_ms + SKEW_MS:
        return Refuse(
            "ticket.expired", "작업 티켓의 유효 시간이 지났습니다. 서버 시계를 확인하고 다시 승인을 받아 요청하세요."
        )
    if now_ms < issued_ms - SKEW_MS:
        return Refuse("ticket.not_yet", "작업 티켓의 발급 시각이 미래입니다. 서버 시계(NTP)를 확인하세요.")
    return None


def decide_fencing(*, changes: bool, fencing: int, fencing_seen: int) -> Accept | Refuse:
    """Refuse a change whose lock was given to someone else since."""
    if changes and fencing < fencing_seen:
        return Refuse(
            "step.fenced", "이 대상의 잠금이 더 새로운 작업으로 넘어갔습니다. 현재 상태를 확인한 뒤 다시 요청하세요."
        )
    return Accept()

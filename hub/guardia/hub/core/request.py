"""The service request as it stands after its events. `core.evolve` alone changes it; everything else reads."""

from __future__ import annotations

import msgspec

from guardia.hub.core import events as e
from guardia.hub.core.intent import Intent
from guardia.hub.core.message import Person, StagedFile
from guardia.hub.core.plan import Plan, PlannedNode, PlannedStep, Role
from guardia.hub.core.states import FINAL, STEP_ENDED, STEP_OUT, CancelState, NodeState, RequestState, StepState
from guardia.hub.core.texts import Text
from guardia.proto.catalogue import CheckReport, CheckStatus

S, T = RequestState, StepState

EXPIRED = "delivery.expired"
"""Error code of a step that could not be delivered in time."""
UNSENT = "delivery.cancelled"
"""Error code of a step that was cancelled before it was delivered."""
DROPPED = "delivery.dropped"
"""Error code of a step that a person took out of its agent's queue."""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    name: str
    at_ms: int


class StepRun(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of a planned step."""

    state: StepState = StepState.READY
    attempt: int = 1
    pid: int = 0
    dispatched_ms: int = 0
    started_ms: int = 0
    finished_ms: int = 0
    exit_code: int | None = None
    error_code: str = ""
    message: Text = ""
    report: str = ""
    truncated: bool = False
    output_bytes: int = 0
    output_sha256: str = ""
    output_head: int = 0
    output_tail: int = 0
    output_lines: int = 0
    output_spooled: int = 0
    output_dropped: int = 0
    detail: Text = ""
    was_unknown: bool = False
    cancel_too_late: bool = False
    """The agent has said that it does not stop it."""

    @property
    def ended(self) -> bool:
        return self.state in STEP_ENDED

    @property
    def out(self) -> bool:
        return self.state in STEP_OUT

    @property
    def time_out(self) -> str:
        """`delivery`: it was not delivered in time and did not run; `execution`: it ran longer than it may and was
        stopped, so that what it did is not known; empty: neither."""
        if self.state is StepState.TIMED_OUT:
            return "execution"
        return "delivery" if self.error_code == EXPIRED else ""


_NOT_RUN = StepRun()
"""Of a step of which nothing was heard: one for all, since a card asks thousands of times."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """State of a request after `version` events."""

    request_id: str
    version: int
    state: RequestState
    room_id: str
    platform: str
    message_id: str
    text: str
    requester: Person
    intent: Intent
    files: tuple[StagedFile, ...]
    created_ms: int
    updated_ms: int
    reader: str = ""
    reader_version: str = ""
    question: Text = ""
    choices: tuple[e.Choice, ...] = ()
    answer_by_ms: int = 0
    plan: Plan | None = None
    approvals_needed: int = 0
    approvals: tuple[Approval, ...] = ()
    approve_by_ms: int = 0
    code: str = ""
    scheduled_ms: int = 0
    behind: str = ""
    fencing: int = 0
    started_ms: int = 0
    runs: dict[str, StepRun] = {}
    restoring: tuple[str, ...] = ()
    cancelled_by: str = ""
    cancel_outcome: CancelState | None = None
    """None while it is not known; see `cancel`."""
    message: Text = ""
    itsm_ticket_id: str = ""
    """Ticket of the ITSM that the request belongs to: imported as it, or attached in chat later; empty: none."""
    severity: str = ""
    """A `Severity` that the ticket gave; empty: what the request itself says."""
    decided_by: tuple[str, ...] = ()
    """The last messages and presses that decided something of it (`by_message` of their events), oldest first."""
    history: tuple[str, ...] = ()
    """Names of the last events, for the error of an impossible one."""

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def cancel(self) -> CancelState | None:
        """How it stands with a cancel; None: nobody has asked for one."""
        if not self.cancelled_by or self.cancel_outcome is not None:
            return self.cancel_outcome
        if not self.final:
            return CancelState.ASKED
        # Ended before it was started, or in a log of earlier versions.
        return CancelState.CANCELLED if self.state is S.CANCELLED else CancelState.UNKNOWN

    def run(self, step_id: str) -> StepRun:
        return self.runs.get(step_id, _NOT_RUN)

    def attempt_id(self, step_id: str) -> str:
        """The step's id on the wire: a retry is a step of its own to the agent."""
        attempt = self.run(step_id).attempt
        return step_id if attempt == 1 else f"{step_id}.a{attempt}"

    def step(self, step_id: str) -> tuple[PlannedNode, PlannedStep] | None:
        return None if self.plan is None else self.plan.by_step.get(step_id)

    def steps_out(self) -> list[tuple[PlannedNode, PlannedStep]]:
        if self.plan is None:
            return []
        out = {step_id for step_id, run in self.runs.items() if run.state in STEP_OUT}
        return [(node, step) for node, step in self.plan.steps() if step.step_id in out] if out else []


def planned_id(attempt_id: str) -> str:
    """The planned step's id of an id on the wire."""
    head, separator, tail = attempt_id.rpartition(".a")
    return head if separator and tail.isdigit() else attempt_id


def is_attempt(request: Request, attempt_id: str) -> bool:
    """Is this the wire id of one of the request's steps, in this attempt or an earlier one?"""
    step_id = planned_id(attempt_id)
    later = (f"{step_id}.a{number}" for number in range(2, request.run(step_id).attempt + 1))
    return request.step(step_id) is not None and attempt_id in (step_id, *later)


def succeeded(step: PlannedStep, run: StepRun) -> bool:
    """A step counts when it ended well; a verification also needs a finding that is neither critical nor unknown."""
    if run.state is not T.OK:
        return False
    if step.role is not Role.VERIFY:
        return True
    if not run.report:
        return False
    return msgspec.json.decode(run.report, type=CheckReport).status in (CheckStatus.OK, CheckStatus.WARN)


def node_state(request: Request, node: PlannedNode) -> NodeState:
    """Derived from the steps, so that it cannot disagree with them."""
    restore = [request.run(s.step_id) for s in node.steps if s.role is Role.RESTORE]
    forward = [(s, request.run(s.step_id)) for s in node.steps if s.role is not Role.RESTORE]
    if node.asset in request.restoring:
        if all(run.state is T.OK for run in restore):
            return NodeState.RESTORED
        return NodeState.STUCK if any(run.ended and run.state is not T.OK for run in restore) else NodeState.RESTORING
    if all(run.state in (T.READY, T.SKIPPED) for _, run in forward):
        return NodeState.SKIPPED if request.final else NodeState.PENDING
    if all(succeeded(step, run) for step, run in forward):
        return NodeState.REJOINED
    if any(run.ended and not succeeded(step, run) for step, run in forward):
        return NodeState.STUCK
    verifying = any(step.role is Role.VERIFY and (run.out or run.ended) for step, run in forward)
    return NodeState.VERIFYING if verifying else NodeState.APPLYING

"""Events of a request: its state, its audit trail and its replay. A field is added with a default, never renamed.

What people read of them is a `Text`: the key of one of the hub's texts, or the words of a person or an agent.
"""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.hub.core.intent import ContextMessage, Intent
from guardia.hub.core.message import Person, StagedFile
from guardia.hub.core.plan import Plan
from guardia.hub.core.states import CancelState
from guardia.hub.core.texts import Text
from guardia.proto.frames import ProbeVerdict, StepOutcome


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    at_ms: int


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a question: what it would fill in."""

    label: Text
    fields: dict[str, str]
    """Fields of the intent that the choice sets, for instance `{"institution": "국세청"}`."""
    intent: Intent | None = None
    """The whole intent that the choice stands for; `fields` then count nothing, and the label is made of it."""


class Drafted(Event, frozen=True, kw_only=True):
    request_id: str
    room_id: str
    platform: str
    message_id: str
    text: str
    requester: Person
    intent: Intent
    files: tuple[StagedFile, ...] = ()
    reader: str = ""
    reader_version: str = ""
    explanation: dict[str, Any] = {}
    context: tuple[ContextMessage, ...] = ()
    """What the reader was shown of the room before the message, oldest first; with `read_now`, `text` and `files` it is
    all that a reading depends on beside the inventory, so that an audit can read it again."""
    read_now: str = ""
    """The reader's `now`; empty in logs from before it was kept."""
    itsm_ticket_id: str = ""
    """Of the ticket that was imported as this request; empty: it was said by a person."""
    severity: str = ""


class Asked(Event, frozen=True, kw_only=True):
    question: Text
    choices: tuple[Choice, ...] = ()
    expires_ms: int = 0


class Answered(Event, frozen=True, kw_only=True):
    by: str
    label: Text
    intent: Intent
    by_message: str = ""
    """The message or press that decided it, as `platform:id`; the same one worked off again decides nothing more. Empty
    in logs from before it was kept, and where nobody said anything. So in the other events that have it."""


class Denied(Event, frozen=True, kw_only=True):
    code: str
    message: Text


class Planned(Event, frozen=True, kw_only=True):
    plan: Plan
    approvals_needed: int
    approve_by_ms: int = 0
    code: str = ""
    """Short code for platforms where approvals are typed."""


class WentStale(Event, frozen=True, kw_only=True):
    """The CMDB moved under the plan; a new plan follows."""

    message: Text


class Approved(Event, frozen=True, kw_only=True):
    by: str
    name: str
    digest: str
    by_message: str = ""


class Rejected(Event, frozen=True, kw_only=True):
    by: str
    reason: Text
    by_message: str = ""


class Expired(Event, frozen=True, kw_only=True):
    message: Text


class Scheduled(Event, frozen=True, kw_only=True):
    until_ms: int


class Queued(Event, frozen=True, kw_only=True):
    """Approved, but another request holds a lock."""

    behind: str


class Started(Event, frozen=True, kw_only=True):
    fencing: int
    """Larger than that of every request that was started before; 0 for reads."""


class StepDispatched(Event, frozen=True, kw_only=True):
    """Written before the frame may leave."""

    step_id: str
    attempt_id: str
    ticket_id: str


class StepAccepted(Event, frozen=True, kw_only=True):
    step_id: str


class StepStarted(Event, frozen=True, kw_only=True):
    step_id: str
    pid: int


class StepRefused(Event, frozen=True, kw_only=True):
    step_id: str
    code: str
    message: Text


class StepFinished(Event, frozen=True, kw_only=True):
    step_id: str
    outcome: StepOutcome
    exit_code: int | None = None
    error_code: str = ""
    message: Text = ""
    report: str = ""
    """Canonical JSON of the action's result."""
    output_bytes: int = 0
    output_sha256: str = ""
    truncated: bool = False
    output_head: int = 0
    output_tail: int = 0
    """Bytes that travelled at once: the beginning, and when something was left out between, the end."""
    output_lines: int = 0
    output_spooled: int = 0
    """Bytes that can be fetched from the agent; 0: it keeps none."""
    output_dropped: int = 0
    """Bytes that travelled and that the hub did not keep, because they were too many."""


class StepUnknown(Event, frozen=True, kw_only=True):
    """Contact was lost while the step was out: not failed, not to be repeated; asking."""

    step_id: str
    reason: Text


class StepReconciling(Event, frozen=True, kw_only=True):
    """The agent is back and is asked what became of the step."""

    step_id: str


class StepResumed(Event, frozen=True, kw_only=True):
    """It never stopped: the agent is still working on it."""

    step_id: str


class StepRedelivered(Event, frozen=True, kw_only=True):
    """The agent's journal does not hold it: it never arrived, so the same dispatch is sent again."""

    step_id: str


class StepProbed(Event, frozen=True, kw_only=True):
    step_id: str
    verdict: ProbeVerdict
    detail: Text = ""
    evidence: str = ""


class StepRetried(Event, frozen=True, kw_only=True):
    """Ready again under a new attempt: provably not applied, or a read."""

    step_id: str
    by: str
    reason: Text
    by_message: str = ""


class StepGivenUp(Event, frozen=True, kw_only=True):
    """Could not be delivered in time, or was cancelled before it was; provably never left."""

    step_id: str
    message: Text
    code: str = ""
    """`delivery.cancelled`, or empty: in time."""


class StepDropped(Event, frozen=True, kw_only=True):
    """A person took it out of its agent's queue; it provably never left."""

    step_id: str
    by: str
    message: Text
    reason: str = ""


class CancelRequested(Event, frozen=True, kw_only=True):
    by: str
    reason: str = ""
    by_message: str = ""


class StepCancelNoted(Event, frozen=True, kw_only=True):
    """The agent says that it does not stop the step: it has finished, or cannot be interrupted."""

    step_id: str


class CancelSettled(Event, frozen=True, kw_only=True):
    """What the cancel of a started request has brought about; the end follows."""

    outcome: CancelState


class RestoreStarted(Event, frozen=True, kw_only=True):
    asset: str


class Finished(Event, frozen=True, kw_only=True):
    state: str
    message: Text
    by_message: str = ""


class OperatorNeeded(Event, frozen=True, kw_only=True):
    message: Text


class TicketAttached(Event, frozen=True, kw_only=True):
    """A ticket of the ITSM that the request belongs to; a later one takes its place. Possible in every state."""

    ticket_id: str
    by: str
    by_message: str = ""


class OutputFetched(Event, frozen=True, kw_only=True):
    """Somebody was given a step's spooled output. Possible in every state; changes nothing."""

    attempt_id: str
    by: str
    offset: int
    length: int
    live: bool = False
    """They follow it as it comes, from `offset` on; `length` bytes were there at first."""


AnyEvent = (
    Drafted
    | Asked
    | Answered
    | Denied
    | Planned
    | WentStale
    | Approved
    | Rejected
    | Expired
    | Scheduled
    | Queued
    | Started
    | StepDispatched
    | StepAccepted
    | StepStarted
    | StepRefused
    | StepFinished
    | StepUnknown
    | StepReconciling
    | StepResumed
    | StepRedelivered
    | StepProbed
    | StepRetried
    | StepGivenUp
    | StepDropped
    | CancelRequested
    | StepCancelNoted
    | CancelSettled
    | RestoreStarted
    | Finished
    | OperatorNeeded
    | TicketAttached
    | OutputFetched
)
"""Every event, as a tagged union: `msgspec.json.decode(data, type=AnyEvent)`."""

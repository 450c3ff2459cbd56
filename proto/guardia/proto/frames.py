"""Frames: what hub and agent say to each other, as plain values.

Everything above the codec works with these; the generated protobuf classes stay inside `codec`. Times are milliseconds
since the epoch (UTC). Identifiers are opaque strings of at most 64 characters. `fleet.proto` is the same list on the
wire; a frame that is added here is added there, with a number that was never used.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class StepOutcome(StrEnum):
    """How a step ended, as the agent saw it. A lost connection is none of these."""

    OK = "OK"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"


class JournalState(StrEnum):
    """What an agent's journal knows about a step."""

    ACCEPTED = "ACCEPTED"
    """Written down; may or may not have started."""
    RUNNING = "RUNNING"
    """Still under way in the living agent process."""
    INTERRUPTED = "INTERRUPTED"
    """The agent died between accepted and finished: only a probe can tell what took effect."""
    FINISHED = "FINISHED"
    """Finished; the result is stored and will be sent again until it is acknowledged."""


class ProbeVerdict(StrEnum):
    """What a probe found out about an interrupted step."""

    APPLIED = "APPLIED"
    NOT_APPLIED = "NOT_APPLIED"
    STILL_RUNNING = "STILL_RUNNING"
    UNDETERMINED = "UNDETERMINED"


class Stream(StrEnum):
    STDOUT = "stdout"
    STDERR = "stderr"


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all frames."""


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One unfinished or unacknowledged step of an agent's journal."""

    step_id: str
    digest: str
    """Hex sha256 of the dispatch (`guardia.proto.catalogue.step_digest`)."""
    state: JournalState


# --- agent to hub ---------------------------------------------------------------------------------------------------


class Hello(Frame, frozen=True, kw_only=True):
    """First frame of a connection."""

    agent_id: str
    boot_id: str
    instance_id: str
    """Random for each start of the agent process: two hosts with one identity show by it."""
    software: str
    protocol_major: int
    protocol_minor: int
    trust_bundle: str
    """Hex sha256 of the roots that the agent trusts."""
    targets: tuple[str, ...]
    """Asset codes that this agent serves: its own host and those behind it."""
    actions: tuple[str, ...]
    """Action codes that this agent can run."""
    journal: tuple[JournalEntry, ...]
    journal_truncated: bool = False


class Accepted(Frame, frozen=True, kw_only=True):
    """The step is in the journal (fsynced); it will start or has started. Never sent before the fsync."""

    step_id: str
    at_ms: int


class Started(Frame, frozen=True, kw_only=True):
    """The step's first process runs. `pid` 0: the step needs no process of its own."""

    step_id: str
    at_ms: int
    pid: int = 0


class Refused(Frame, frozen=True, kw_only=True):
    """The agent will not run the step, and did not: `code` and `message` say why (policy, ticket, digest, fencing)."""

    step_id: str
    code: str
    message: str


class Output(Frame, frozen=True, kw_only=True):
    """A chunk of a step's output, as the process wrote it; `seq` counts from 1 within the step without gaps."""

    step_id: str
    seq: int
    stream: Stream
    data: bytes


class Result(Frame, frozen=True, kw_only=True):
    """A step's end. Sent again after every reconnect until `ResultAck`."""

    step_id: str
    digest: str
    outcome: StepOutcome
    finished_ms: int
    exit_code: int | None = None
    error_code: str = ""
    """Stable code when `outcome` is not OK, for instance `service.start_failed`."""
    message: str = ""
    """One sentence in the language of the room for people; never markup."""
    report: bytes = b""
    """Canonical JSON of the action's result type (see the catalogue)."""
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    output_sha256: str = ""
    truncated: bool = False
    output_head: int = 0
    output_tail: int = 0
    """Bytes of the output that travelled at once: its beginning, and when something was left out between, its end."""
    output_lines: int = 0
    output_spooled: int = 0
    """Bytes that can be fetched from the agent (`OutputFetch`); 0 from an agent that does not spool."""


class Explanation(Frame, frozen=True, kw_only=True):
    """Answer to `Explain`. `digest` covers everything that would run; a step may be bound to it."""

    query_id: str
    ok: bool
    commands: tuple[tuple[str, ...], ...] = ()
    """The argv lists in order; a step without a process says what it does in `notes`."""
    user: str = ""
    timeout_ms: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """Preflight findings that the approver should see, worst first."""
    digest: str = ""
    error_code: str = ""
    message: str = ""


class ProbeResult(Frame, frozen=True, kw_only=True):
    """Answer to `Probe`."""

    step_id: str
    verdict: ProbeVerdict
    detail: str = ""
    evidence: bytes = b""
    """Canonical JSON: what was looked at before the step and now."""


class CancelNoted(Frame, frozen=True, kw_only=True):
    """Answer to `Cancel`: `cancelling` (the result follows), `too_late` (finished or not interruptible), `unknown`."""

    step_id: str
    state: str


class OutputRefused(Frame, frozen=True, kw_only=True):
    """Answer to `OutputFetch` when the agent opens no connection for it: `code` says why (`output.gone`, …)."""

    fetch_id: str
    code: str
    message: str


class Facts(Frame, frozen=True, kw_only=True):
    """What the agent knows of its own host, since minor 1. Not acknowledged: newer ones replace older ones."""

    at_ms: int
    """When they were collected."""
    facts: bytes
    """Canonical JSON of `guardia.proto.facts.HostFacts`, at most `limits.MAX_FACTS`."""


# --- hub to agent ---------------------------------------------------------------------------------------------------


class Welcome(Frame, frozen=True, kw_only=True):
    """Answer to `Hello`; only now is the agent connected."""

    epoch: int
    """Grows with every connection of this agent; frames of an older epoch are refused."""
    hub_time_ms: int
    heartbeat_ms: int
    output_window: int
    max_frame: int
    protocol_major: int = 0
    protocol_minor: int = 0
    """Version of the hub; both 0: a hub of minor 0, which did not say it."""


class Dispatch(Frame, frozen=True, kw_only=True):
    """Run this step. The same `step_id` with the same digest returns the stored result, with another is refused."""

    step_id: str
    request_id: str
    action: str
    target: str
    """Asset code of the host that the step is for; this agent's own or one behind it."""
    parameters: bytes
    """Canonical JSON of the action's parameter type."""
    timeout_ms: int
    digest: str
    ticket: bytes
    """Encoded signed ticket (`guardia.certs.ticket`)."""


class ResultAck(Frame, frozen=True, kw_only=True):
    """The hub has committed the result; the agent may forget the step."""

    step_id: str


class OutputAck(Frame, frozen=True, kw_only=True):
    """Cumulative: every chunk up to and including `seq` has been taken over."""

    step_id: str
    seq: int


class Cancel(Frame, frozen=True, kw_only=True):
    step_id: str
    reason: str


class Explain(Frame, frozen=True, kw_only=True):
    """What would run, and is anything in the way? Changes nothing, is not journalled."""

    query_id: str
    action: str
    target: str
    parameters: bytes


class Probe(Frame, frozen=True, kw_only=True):
    """Did this interrupted step take effect? Changes nothing."""

    step_id: str


class OutputFetch(Frame, frozen=True, kw_only=True):
    """Bring the spooled output of this step: the agent dials `/outputs/<fetch_id>` beside the link and sends it there,
    so that it is never in the way of heartbeats. For agents of protocol 1.1 or newer."""

    fetch_id: str
    step_id: str
    offset: int = 0
    limit: int = 0
    """Bytes at most; 0: to the end."""


class HostKey(msgspec.Struct, frozen=True, kw_only=True):
    """A pinned SSH host key of the CMDB."""

    asset: str
    key: str
    """As in known_hosts without the name: `ssh-ed25519 AAAA…`."""


class HostKeys(Frame, frozen=True, kw_only=True):
    """All host keys that the CMDB pins for the hosts behind this agent; they replace those of an earlier frame. Since
    protocol 1.1."""

    keys: tuple[HostKey, ...]


# --- both ways ------------------------------------------------------------------------------------------------------


class Heartbeat(Frame, frozen=True, kw_only=True):
    """Sent every `Welcome.heartbeat_ms` in a lane of its own; never waits behind output."""

    seq: int
    sent_ms: int


class HeartbeatAck(Frame, frozen=True, kw_only=True):
    seq: int
    sent_ms: int


class Goodbye(Frame, frozen=True, kw_only=True):
    """The sender closes. `retry_after_ms` 0: as usual; `final` True: do not come back with this identity."""

    code: str
    message: str
    retry_after_ms: int = 0
    final: bool = False


AgentFrame = (
    Hello
    | Accepted
    | Started
    | Refused
    | Output
    | Result
    | Explanation
    | ProbeResult
    | CancelNoted
    | OutputRefused
    | Facts
    | Heartbeat
    | HeartbeatAck
    | Goodbye
)
HubFrame = (
    Welcome
    | Dispatch
    | ResultAck
    | OutputAck
    | Cancel
    | Explain
    | Probe
    | OutputFetch
    | HostKeys
    | Heartbeat
    | HeartbeatAck
    | Goodbye
)

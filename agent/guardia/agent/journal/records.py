"""What the journal writes down: one struct a record, msgpack with a type tag.

Fields are only ever added, with a default, so that an agent reads the journal of an older one.
"""

from __future__ import annotations

import msgspec

from guardia.proto.frames import ProbeVerdict, Result


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", omit_defaults=True):
    """Base of all records."""


class AcceptedRecord(Record, frozen=True, kw_only=True, tag="accepted"):
    """Written before anything of the step starts. `before` is the evidence that a probe will need."""

    step_id: str
    digest: str
    request_id: str
    action: str
    target: str
    parameters: bytes
    timeout_ms: int
    at_ms: int
    ticket_id: str = ""
    plan_digest: str = ""
    fencing: int = 0
    """0 for reads, which hold no lock."""
    requester: str = ""
    approvers: tuple[str, ...] = ()
    expires_ms: int = 0
    """End of the ticket: until then the step id must be remembered, or a replay would run it again."""
    before: dict[str, str] = {}
    boot_id: str = ""
    monotonic_ms: int = 0
    """`at_ms` by the clock that nobody sets, which counts within this boot of the agent's machine; empty: not known."""


class StartedRecord(Record, frozen=True, kw_only=True, tag="started"):
    """The step's first process. `started_ms` is its start time on its own host, 0 when it was gone already."""

    step_id: str
    pid: int
    started_ms: int
    boot_id: str
    at_ms: int
    start_ticks: int = 0
    host_boot_id: str = ""
    """The start by its host's own count, which does not move with the clock; empty: not known (`procfs.Start`)."""


class FinishedRecord(Record, frozen=True, kw_only=True, tag="finished"):
    step_id: str
    result: Result


class RefusedRecord(Record, frozen=True, kw_only=True, tag="refused"):
    """Nothing was done; kept as evidence of what was tried."""

    step_id: str
    digest: str
    code: str
    message: str
    at_ms: int


class ProbedRecord(Record, frozen=True, kw_only=True, tag="probed"):
    step_id: str
    verdict: ProbeVerdict
    detail: str
    evidence: bytes
    at_ms: int


class AckedRecord(Record, frozen=True, kw_only=True, tag="acked"):
    """The hub has committed the end of this step."""

    step_id: str
    at_ms: int


class DoneRecord(Record, frozen=True, kw_only=True, tag="done"):
    """Compaction's rest of an acknowledged step: its name, until its ticket cannot be used any more."""

    step_id: str
    digest: str
    expires_ms: int


class FenceRecord(Record, frozen=True, kw_only=True, tag="fence"):
    """Compaction's memory of the highest fencing token of a target."""

    target: str
    token: int


AnyRecord = (
    AcceptedRecord
    | StartedRecord
    | FinishedRecord
    | RefusedRecord
    | ProbedRecord
    | AckedRecord
    | DoneRecord
    | FenceRecord
)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[AnyRecord] = msgspec.msgpack.Decoder(AnyRecord)


def encode(record: AnyRecord) -> bytes:
    return _ENCODER.encode(record)


def decode(data: bytes) -> AnyRecord:
    """Raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return _DECODER.decode(data)

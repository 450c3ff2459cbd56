"""The agent's journal: durable, append-only, one file in the state directory."""

from guardia.agent.journal.journal import Journal
from guardia.agent.journal.records import (
    AcceptedRecord,
    AckedRecord,
    FinishedRecord,
    ProbedRecord,
    RefusedRecord,
    StartedRecord,
)
from guardia.agent.journal.steps import Step

__all__ = [
    "AcceptedRecord",
    "AckedRecord",
    "FinishedRecord",
    "Journal",
    "ProbedRecord",
    "RefusedRecord",
    "StartedRecord",
    "Step",
]

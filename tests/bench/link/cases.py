"""The measures of the link by name, in the order in which they run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.bench.link.agent_idle import agent_idle
from tests.bench.link.artifact import artifact
from tests.bench.link.dispatch import dispatch
from tests.bench.link.dispatch_throughput import dispatch_throughput
from tests.bench.link.fan_out import fan_out
from tests.bench.link.idle_memory import idle_memory
from tests.bench.link.reconnect_storm import reconnect_storm
from tests.bench.link.scale import Scale
from tests.bench.link.ssh_check import ssh_check
from tests.bench.link.standing import Standing, at_least, beside
from tests.bench.measures import Row, Skipped

EVENT_LOG = "event_log_append"

LINK_CASES: dict[str, Callable[[Path, Scale], AsyncIterator[Standing | Skipped]]] = {
    "dispatch": dispatch,
    "dispatch_throughput": dispatch_throughput,
    "fan_out": fan_out,
    "idle_memory": idle_memory,
    "reconnect_storm": reconnect_storm,
    "agent_idle": agent_idle,
    "artifact": artifact,
    "ssh_check": ssh_check,
}


def event_log(row: Row) -> Standing:
    """The bar of `event_log_append`: rows a second beside a bare group commit of the same rows."""
    assert row.floor is not None
    return beside(EVENT_LOG, "commits/s", 1e6 / row.measured.p50, 1e6 / row.floor.p50, at_least(0.5), row.note)

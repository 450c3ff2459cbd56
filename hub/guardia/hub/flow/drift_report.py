"""The whole comparison of what is declared with what agents see, as the command and the HTTP API tell it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from guardia.cmdb.model import Connection, Server
from guardia.hub.core.card import iso
from guardia.hub.core.host_facts import Drift, drift_of, own_hosts
from guardia.hub.ports import KeptFacts
from guardia.proto.facts import HostFacts


class SeenFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent of a host last said of it. Times: ISO 8601, UTC."""

    asset_code: str
    collected_at: str
    """By the agent's clock."""
    received_at: str
    """By the hub's."""
    facts: HostFacts


class SeenDrift(Drift, frozen=True, kw_only=True):
    """A difference, and when the hub heard what it rests on (ISO 8601, UTC)."""

    seen_at: str


class DriftReport(msgspec.Struct, frozen=True, kw_only=True):
    """Differences of hosts that have an agent of their own."""

    revision: int
    """Of the inventory."""
    drift: tuple[SeenDrift, ...]
    compared: int
    """Hosts."""
    without_facts: tuple[str, ...]
    behind_gateways: int
    """Hosts that are reached by SSH, of which nothing is said."""


def seen(kept: KeptFacts) -> SeenFacts:
    return SeenFacts(
        asset_code=kept.agent_id,
        collected_at=iso(kept.at_ms) or "",
        received_at=iso(kept.received_ms) or "",
        facts=kept.facts,
    )


def drift_report(revision: int, servers: Sequence[Server], facts: Iterable[KeptFacts]) -> DriftReport:
    """Of `servers` alone; facts of other hosts are left out."""
    hosts = own_hosts(servers)
    known = {kept.agent_id: kept for kept in facts if kept.agent_id in hosts}
    differences = drift_of(servers, {asset: kept.facts for asset, kept in known.items()})
    return DriftReport(
        revision=revision,
        drift=tuple(
            SeenDrift(**msgspec.structs.asdict(one), seen_at=iso(known[one.asset_code].received_ms) or "")
            for one in differences
        ),
        compared=len(known),
        without_facts=tuple(sorted(set(hosts) - set(known))),
        behind_gateways=len({server.asset_code for server in servers if server.connection is Connection.SSH}),
    )

"""What agents say of their hosts, beside what the inventory declares: drift, and signals for advice. Pure.

Facts never change the inventory. An agent tells of its own host alone; hosts behind a gateway are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from ipaddress import ip_address

import msgspec

from guardia.cmdb.model import Connection, Server
from guardia.hub.core.advice_rules import AdviceRules
from guardia.hub.core.proactive import Sighting, Target, facts_seen
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric
from guardia.proto.facts import HostFacts, ServiceFact

DISKS = "CHECK_DISK_SPACE"
"""The check whose figures the disks of facts are, by the names that the agent's own check gives them."""


class What(StrEnum):
    """What differs."""

    HOSTNAME = "hostname"
    ADDRESS = "address"
    SERVICE = "service"
    """Declared, and not in agent.toml."""
    MANAGER = "manager"
    """The service is there, under another manager."""
    PRODUCT = "product"
    """Another product runs in the service, or another version of it."""


_PRODUCT = re.compile(r"([A-Za-z][A-Za-z ._-]*?)[ /_-]*v?(\d[\d.]*)?\Z")
_SAME_PRODUCT = {"apache tomcat": "tomcat", "httpd": "apache", "apache http server": "apache", "postgres": "postgresql"}
_BELOW = "Java"
"""Software that a product runs on and that is none itself."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is declared of a host and what its agent sees."""

    asset_code: str
    what: What
    declared: str
    seen: str
    """What is there instead; of a list, its items with commas; empty: nothing."""


def own_hosts(servers: Sequence[Server]) -> dict[str, list[Server]]:
    """Rows of each host that has an agent of its own, by asset code."""
    found: dict[str, list[Server]] = {}
    for server in servers:
        if server.connection is Connection.AGENT:
            found.setdefault(server.asset_code, []).append(server)
    return found


def drift_of(servers: Sequence[Server], facts: Mapping[str, HostFacts]) -> list[Drift]:
    """Differences by asset code. What an agent could not find out, or had to leave out, is no difference.

    The inventory declares no operating system and no Java, so none is compared.
    """
    found: list[Drift] = []
    for asset_code, rows in sorted(own_hosts(servers).items()):
        seen = facts.get(asset_code)
        if seen is None:
            continue
        for row in rows:
            found += [drift for drift in _of_row(row, seen) if drift not in found]
    return found


def _of_row(row: Server, seen: HostFacts) -> list[Drift]:
    found = []

    def differs(what: What, declared: str, instead: str) -> None:
        found.append(Drift(asset_code=row.asset_code, what=what, declared=declared, seen=instead))

    if seen.hostname and not same_host(row.hostname, seen.hostname):
        differs(What.HOSTNAME, row.hostname, seen.hostname)
    address = _address(row.address)
    known = {_address(one) for one in seen.addresses}
    if address and known and "addresses" not in seen.cut and address not in known:
        differs(What.ADDRESS, row.address, ", ".join(seen.addresses))
    service = next((one for one in seen.services if one.name == row.service_name), None)
    if service is None:
        if "services" not in seen.cut:
            differs(What.SERVICE, row.service_name, ", ".join(one.name for one in seen.services))
    elif service.manager != str(row.service_manager):
        differs(What.MANAGER, f"{row.service_name} ({row.service_manager})", f"{service.name} ({service.manager})")
    elif other := _other_product(row.product, service):
        differs(What.PRODUCT, row.product, other)
    return found


def _other_product(declared: str, service: ServiceFact) -> str:
    """What runs in the service instead of the declared product; empty: that one, or it cannot be told.

    A version counts as far as it is declared: "Tomcat 9" is any 9.
    """
    wanted = _PRODUCT.match(declared.strip())
    products = [one for one in service.software if one.name != _BELOW]
    if wanted is None or not products:
        return ""
    name = wanted[1].casefold()
    name, version = _SAME_PRODUCT.get(name, name), wanted[2] or ""
    instead = []
    for one in products:
        as_declared = not version or not one.version or f"{one.version}.".startswith(f"{version.rstrip('.')}.")
        if one.name.casefold() == name and as_declared:
            return ""
        instead.append(f"{one.name} {one.version}".rstrip())
    return ", ".join(instead)


def same_host(declared: str, seen: str) -> bool:
    """Are these names of one host? Capitals do not count; a short name is that of any domain."""
    one, other = declared.casefold().rstrip("."), seen.casefold().rstrip(".")
    if "." in one and "." in other:
        return one == other
    return one.partition(".")[0] == other.partition(".")[0]


def _address(text: str) -> str:
    """In one way of writing; empty for what is no address, as a name is."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def disk_report(asset_code: str, facts: HostFacts) -> CheckReport:
    """The disks of facts in the form of the agent's check of them. Thresholds are the rules' own."""
    metrics = []
    for disk in facts.disks:
        if disk.total:
            metrics.append(Metric(name=f"disk_used:{disk.mount}", value=disk.used_percent, unit="%"))
        if disk.inodes:
            metrics.append(Metric(name=f"inodes_used:{disk.mount}", value=disk.inodes_percent, unit="%"))
    return CheckReport(
        check=DISKS,
        asset=asset_code,
        collected_at="",
        status=CheckStatus.OK if metrics else CheckStatus.UNKNOWN,
        summary="",
        metrics=tuple(metrics),
    )


def sightings_of(rules: AdviceRules, asset_code: str, facts: HostFacts, rows: Sequence[Server]) -> list[Sighting]:
    """What the facts say to the rules, of every system on the host, whose `rows` of the inventory are given.

    One sighting for each rule.
    """
    report = disk_report(asset_code, facts)
    found: dict[str, Sighting] = {}
    for row in rows:
        target = Target(institution=row.institution, system_name=row.system_name, environment=str(row.environment))
        for seen in facts_seen(rules, DISKS, report, target):
            known = found.get(seen.rule_id)
            targets = known.targets if known else ()
            targets += tuple(one for one in seen.targets if one not in targets)
            found[seen.rule_id] = msgspec.structs.replace(seen, targets=targets)
    return list(found.values())

"""Drift between what is declared and what an agent sees, and what its disks say to the rules."""

from importlib import resources

import msgspec
import pytest

from guardia.cmdb.model import Connection, Environment, Layer, Server, ServiceManager
from guardia.hub.core.advice_rules import AdviceRules, parse_rules
from guardia.hub.core.host_facts import What, disk_report, drift_of, own_hosts, same_host, sightings_of
from guardia.proto.catalogue import CheckStatus
from guardia.proto.facts import DiskFact, HostFacts, ServiceFact, SoftwareFact


def server(asset: str, **changes: object) -> Server:
    values: dict[str, object] = {
        "asset_code": asset,
        "hostname": "was01",
        "address": "10.0.0.1",
        "institution": "기획재정부",
        "system_name": "예산시스템",
        "environment": Environment.PROD,
        "infrastructure_layer": Layer.WAS,
        "node_no": 1,
        "connection": Connection.AGENT,
        "service_name": "tomcat",
        "service_manager": ServiceManager.SYSTEMD,
    }
    return Server(**(values | changes))  # type: ignore[arg-type]


SEEN = HostFacts(
    hostname="was01.example.com",
    addresses=("10.0.0.1", "192.168.0.1"),
    services=(ServiceFact(name="tomcat", manager="systemd", state="running"),),
)


def drift(declared: Server, **seen: object) -> list[tuple[str, str, str]]:
    facts = msgspec.structs.replace(SEEN, **seen)
    return [(one.what.value, one.declared, one.seen) for one in drift_of([declared], {declared.asset_code: facts})]


def test_what_is_as_declared_is_no_drift() -> None:
    assert drift(server("A")) == []
    assert drift(server("A"), services=(ServiceFact(name="tomcat", manager="systemd", state="stopped"),)) == []


def test_each_difference_is_told() -> None:
    assert drift(server("A"), hostname="was02") == [("hostname", "was01", "was02")]
    assert drift(server("A"), addresses=("10.0.0.2", "10.0.0.3")) == [("address", "10.0.0.1", "10.0.0.2, 10.0.0.3")]
    assert drift(server("A"), services=()) == [("service", "tomcat", "")]
    other = ServiceFact(name="nginx", manager="systemd", state="running")
    assert drift(server("A"), services=(other,)) == [("service", "tomcat", "nginx")]
    by_command = ServiceFact(name="tomcat", manager="command", state="running")
    assert drift(server("A"), services=(by_command,)) == [("manager", "tomcat (systemd)", "tomcat (command)")]


@pytest.mark.parametrize(
    ("declared", "software", "seen"),
    [
        ("Tomcat", "Tomcat 10.1.60", ""),
        ("apache tomcat 10", "Tomcat 10.1.60", ""),
        ("Tomcat 10.1", "Tomcat 10.1.60", ""),
        ("Tomcat 1", "Tomcat 10.1.60", "Tomcat 10.1.60"),
        ("Tomcat 9.0", "Tomcat 10.1.60", "Tomcat 10.1.60"),
        ("Tomcat 9.0", "Tomcat", ""),
        ("nginx", "Apache 2.4.57", "Apache 2.4.57"),
        ("httpd", "Apache 2.4.57", ""),
        ("JEUS", "", ""),
        ("", "nginx 1.22.1", ""),
        ("톰캣", "Tomcat 10.1.60", ""),
    ],
)
def test_another_product_or_version_is_told_as_far_as_it_is_declared(declared: str, software: str, seen: str) -> None:
    name, _, version = software.partition(" ")
    products = (SoftwareFact(name=name, version=version),) if name else ()
    running = ServiceFact(
        name="tomcat", manager="systemd", state="running", software=(SoftwareFact(name="Java", version="17"), *products)
    )
    expected = [("product", declared, seen)] if seen else []
    assert drift(server("A", product=declared), services=(running,)) == expected


def test_what_could_not_be_found_out_is_no_drift() -> None:
    assert drift(server("A"), hostname="") == []
    assert drift(server("A"), addresses=()) == []
    assert drift(server("A"), addresses=("10.9.9.9",), services=(), cut=("addresses", "services")) == []
    assert drift(server("A", address="was01.example.com")) == [], "a name is not an address"


def test_an_address_is_one_however_it_is_written() -> None:
    assert drift(server("A", address="2001:DB8:0::1"), addresses=("2001:db8::1",)) == []


def test_hosts_behind_a_gateway_and_agents_without_facts_are_not_compared() -> None:
    behind = server("B", connection=Connection.SSH, via_agent="A")
    assert drift_of([behind, server("C")], {"B": HostFacts(hostname="x")}) == []


def test_a_host_of_two_rows_is_told_once_for_what_both_say() -> None:
    rows = [server("A"), server("A", system_name="홈택스", service_name="nginx")]
    found = drift_of(rows, {"A": msgspec.structs.replace(SEEN, hostname="db01")})
    assert [(one.what, one.declared) for one in found] == [(What.HOSTNAME, "was01"), (What.SERVICE, "nginx")]


@pytest.mark.parametrize(
    ("declared", "seen", "same"),
    [
        ("was01", "WAS01", True),
        ("was01", "was01.a.kr", True),
        ("was01.a.kr.", "was01.a.kr", True),
        ("was01.a.kr", "was01.b.kr", False),
        ("was01", "was011", False),
    ],
)
def test_names_of_one_host(declared: str, seen: str, same: bool) -> None:
    assert same_host(declared, seen) is same


# --- advice -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules() -> AdviceRules:
    files = resources.files("guardia.hub.core")
    return parse_rules(files.joinpath("default_advice.toml").read_text(encoding="utf-8"), "default_advice.toml")


def disk(used: int, mount: str = "/var", **changes: int) -> DiskFact:
    values: dict[str, int] = {"total": 100, "used": used, "free": 100 - used, "inodes": 100, "inodes_free": 90}
    return DiskFact(mount=mount, fs_type="xfs", **(values | changes))


def test_the_fullest_disk_over_the_threshold_is_a_sighting_of_each_system_on_the_host(rules: AdviceRules) -> None:
    rows = [server("A"), server("A", node_no=2), server("A", system_name="홈택스"), server("B", system_name="남")]
    facts = HostFacts(disks=(disk(91, "/"), disk(97), disk(10, "/opt")))
    (seen,) = sightings_of(rules, "A", facts, own_hosts(rows)["A"])
    assert seen.rule_id == "disk-space"
    assert seen.signals == ("A disk_used:/var", "97%")
    assert [target.system_name for target in seen.targets] == ["예산시스템", "홈택스"]


def test_inodes_count_too_and_a_disk_with_room_or_unread_does_not(rules: AdviceRules) -> None:
    (seen,) = sightings_of(rules, "A", HostFacts(disks=(disk(10, inodes_free=5),)), [server("A")])
    assert seen.signals == ("A inodes_used:/var", "95%")
    unread = DiskFact(mount="/nas", fs_type="xfs", total=0, used=0, free=0)
    assert sightings_of(rules, "A", HostFacts(disks=(disk(89), unread)), [server("A")]) == []
    assert disk_report("A", HostFacts(disks=(unread,))).status is CheckStatus.UNKNOWN


def test_a_host_that_is_not_declared_or_only_behind_another_gives_no_sighting(rules: AdviceRules) -> None:
    full = HostFacts(disks=(disk(99),))
    hosts = own_hosts([server("A"), server("C", connection=Connection.SSH, via_agent="A")])
    assert set(hosts) == {"A"}
    assert sightings_of(rules, "Z", full, hosts.get("Z", [])) == []

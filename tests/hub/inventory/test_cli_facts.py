"""`guardia-hub cmdb facts` and `cmdb drift` as people use them: output and exit codes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from guardia.hub import migrations
from guardia.hub.cli_cmdb import cmdb
from guardia.hub.ports import KeptFacts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database
from guardia.proto.facts import DiskFact, HostFacts, ServiceFact, SoftwareFact
from tests.cmdb.estates import small_folder

Run = Callable[..., Result]
AT = 1_800_000_000_000
WAS = HostFacts(
    hostname="libloanwas01",
    os="Rocky Linux 9.4",
    kernel="5.14",
    machine="x86_64",
    agent="guardia-agent 0.1.0",
    python="3.11.9",
    cpus=4,
    memory=8 * 1024**3,
    disks=(
        DiskFact(mount="/", fs_type="xfs", total=100 * 1024**3, used=91 * 1024**3, free=9 * 1024**3),
        DiskFact(mount="/nas", fs_type="ext4", total=0, used=0, free=0),
    ),
    addresses=("10.1.0.1",),
    services=(
        ServiceFact(
            name="tomcat-loan",
            manager="systemd",
            state="running",
            software=(SoftwareFact(name="Java", version="17.0.9"), SoftwareFact(name="Tomcat")),
        ),
    ),
    incomplete=True,
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(cmdb, arguments, obj=SimpleNamespace(database_url=url))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    (tmp_path / "estate").mkdir()
    assert call("import", str(small_folder(tmp_path / "estate")), "--yes").exit_code == 0
    return call


def tell(url: str, **facts: HostFacts) -> None:
    database = Database(url)
    migrations.upgrade(database.engine)
    kept = [
        KeptFacts(agent_id=name.replace("_", "-"), at_ms=AT - 1000, received_ms=AT, facts=one)
        for name, one in facts.items()
    ]
    asyncio.run(SqlAgentFacts(database).keep(kept))
    database.close()


def test_facts_of_a_host(run: Run, url: str) -> None:
    tell(url, LIB_LOAN_WAS_01=WAS)
    result = run("facts", "LIB-LOAN-WAS-01")
    assert result.exit_code == 0
    assert "LIB-LOAN-WAS-01  received 2027-01-15T08:00:00.000Z" in result.stdout
    assert "  os         Rocky Linux 9.4, kernel 5.14 x86_64\n" in result.stdout
    assert "  disk       / (xfs): 91.0% of 100.0 GiB, inodes 0.0%\n" in result.stdout
    assert "  disk       /nas (ext4): did not answer\n" in result.stdout
    assert "  service    tomcat-loan (systemd): running, Java 17.0.9, Tomcat ?\n" in result.stdout
    assert "incomplete" in result.stdout
    data = json.loads(run("facts", "LIB-LOAN-WAS-01", "--json").stdout)
    assert (data["asset_code"], data["received_at"]) == ("LIB-LOAN-WAS-01", "2027-01-15T08:00:00.000Z")
    (service,) = data["facts"]["services"]
    assert (service["name"], service["state"]) == ("tomcat-loan", "running")
    assert service["software"] == [{"name": "Java", "version": "17.0.9"}, {"name": "Tomcat", "version": ""}]


@pytest.mark.parametrize(
    ("asset", "why"),
    [
        ("LIB-LOAN-WAS-01", "has not connected yet"),
        ("LIB-LOAN-WAS-02", "it is reached through LIB-LOAN-WAS-01"),
        ("NO-SUCH", "it is not in the inventory"),
    ],
)
def test_a_host_without_facts_says_why(run: Run, asset: str, why: str) -> None:
    result = run("facts", asset)
    assert (result.exit_code, result.stdout) == (1, "")
    assert why in result.stderr


def test_what_a_host_says_cannot_command_the_terminal(run: Run, url: str) -> None:
    tell(url, LIB_LOAN_WAS_01=HostFacts(hostname="a\x1b[2Jb", os="c\nd"))
    for command in (("facts", "LIB-LOAN-WAS-01"), ("drift",)):
        assert "\x1b" not in run(*command).stdout
    assert "os         c?d" in run("facts", "LIB-LOAN-WAS-01").stdout


def test_without_drift_the_exit_code_is_0(run: Run, url: str) -> None:
    tell(url, LIB_LOAN_WAS_01=WAS)
    result = run("drift")
    assert result.exit_code == 0
    assert result.stdout == "0 differences, 1 hosts compared, 3 without facts, 3 behind gateways (not compared)\n"


def test_drift_is_told_and_declared_stays_declared(run: Run, url: str) -> None:
    before = run("show", "--json").stdout
    by_command = (ServiceFact(name="webtob", manager="systemd", state="stopped"),)
    tell(
        url,
        LIB_LOAN_WAS_01=WAS,
        LIB_HOME_WEB_01=HostFacts(hostname="web9", addresses=("10.9.0.1",)),
        MUS_HOME_WEB_01=HostFacts(hostname="mushomeweb01", addresses=("10.2.0.1",), services=by_command),
    )
    result = run("drift")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("LIB-HOME-WEB-01  hostname  declared libhomeweb01, seen web9 (2027-01-15")
    assert lines[1].startswith("LIB-HOME-WEB-01  address  declared 10.1.2.1, seen 10.9.0.1")
    assert lines[2].startswith("LIB-HOME-WEB-01  service  declared nginx, seen nothing")
    assert lines[3].startswith("MUS-HOME-WEB-01  manager  declared webtob (command), seen webtob (systemd)")
    assert lines[4] == "4 differences, 3 hosts compared, 1 without facts, 3 behind gateways (not compared)"
    data = json.loads(run("drift", "--json").stdout)
    assert [(one["asset_code"], one["what"]) for one in data["drift"]][-1] == ("MUS-HOME-WEB-01", "manager")
    assert (data["compared"], data["without_facts"]) == (3, ["LIB-LOAN-STG-01"])
    assert run("show", "--json").stdout == before


def test_help_has_examples(run: Run) -> None:
    for command in ("facts", "drift"):
        assert f"guardia-hub cmdb {command}" in run(command, "--help").stdout

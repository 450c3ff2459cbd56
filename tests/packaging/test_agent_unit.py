"""guardia-agent.service: systemd itself reads it, and it hands the agent the control group that it needs."""

import re
from pathlib import Path

import pytest

from tests.support import unit_file

UNIT = Path(__file__).parents[2] / "packaging" / "systemd" / "guardia-agent.service"


def values(key: str) -> list[str]:
    return re.findall(rf"(?m)^{key}=(.*)$", UNIT.read_text("utf-8"))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    return unit_file.installed(UNIT, tmp_path, "guardia-agent")


def test_systemd_finds_no_fault_with_it(installed: Path) -> None:
    assert unit_file.faults(installed) == (0, "")


def test_of_all_control_groups_only_its_own_can_be_written() -> None:
    assert values("Delegate") == ["yes"]
    assert values("ProtectControlGroups") == ["yes"]
    (paths,) = values("ReadWritePaths")
    for path in paths.split():
        # With "-": a host has one of them at most, and the agent starts without.
        assert re.fullmatch(r"-/sys/fs/cgroup(/unified)?/system\.slice/%n", path), path


def test_services_that_the_agent_started_outlive_it() -> None:
    assert values("KillMode") == ["process"]

"""guardia-agent.service: systemd itself reads it, and it hands the agent the control group that it needs."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.require import require_program

UNIT = Path(__file__).parents[2] / "packaging" / "systemd" / "guardia-agent.service"


def values(key: str) -> list[str]:
    return re.findall(rf"(?m)^{key}=(.*)$", UNIT.read_text("utf-8"))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit as on a host where the program is: systemd looks whether the file can be run."""
    program = tmp_path / "guardia-agent"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text("utf-8").replace("/usr/bin/guardia-agent", str(program)), "utf-8")
    return copy


def test_systemd_finds_no_fault_with_it(installed: Path) -> None:
    words = [require_program("systemd-analyze"), "verify", str(installed)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_of_all_control_groups_only_its_own_can_be_written() -> None:
    assert values("Delegate") == ["yes"]
    assert values("ProtectControlGroups") == ["yes"]
    (paths,) = values("ReadWritePaths")
    for path in paths.split():
        # With "-": a host has one of them at most, and the agent starts without.
        assert re.fullmatch(r"-/sys/fs/cgroup(/unified)?/system\.slice/%n", path), path


def test_services_that_the_agent_started_outlive_it() -> None:
    assert values("KillMode") == ["process"]

"""guardia-llm.service: systemd itself reads it, and it fits what `guardia-llm serve` does."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardia.llm_server import config
from guardia.llm_server.cli import EXIT_CONFIG, main
from guardia.llm_server.launcher import HANG_GRACE, STOP_MARGIN
from tests.support import unit_file
from tests.support.require import require_program

PACKAGING = Path(__file__).parents[2] / "packaging"
UNIT = PACKAGING / "systemd" / "guardia-llm.service"


def value(key: str) -> str:
    return re.findall(rf"(?m)^{key}=(.*)$", UNIT.read_text("utf-8"))[-1]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    return unit_file.installed(UNIT, tmp_path, "guardia-llm")


def test_systemd_finds_no_fault_with_it(installed: Path) -> None:
    assert unit_file.faults(installed) == (0, "")


def test_its_exposure_is_low(installed: Path) -> None:
    words = [require_program("systemd-analyze"), "security", "--offline=true", "--threshold=25", str(installed)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stdout[-500:]


def test_what_it_starts_is_a_command_of_ours() -> None:
    program, *words = value("ExecStart").split()
    assert program == "/usr/bin/guardia-llm"
    found = CliRunner().invoke(main, [*words[:-1], "/nonexistent/llm.toml"])
    assert found.exit_code == EXIT_CONFIG == int(value("RestartPreventExitStatus"))


def test_it_waits_for_a_stop_as_long_as_the_program_takes() -> None:
    settings = config.load(PACKAGING / "llm" / "llm.toml", {})
    assert int(value("TimeoutStopSec")) > settings.server.shutdown_timeout + STOP_MARGIN + HANG_GRACE
    assert int(value("StartLimitBurst")) * int(value("RestartSec")) < int(value("StartLimitIntervalSec"))

"""Systemd units of packaging/, as systemd itself reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.require import require_program

UNITS = Path(__file__).parents[2] / "packaging" / "systemd"


def installed(unit: Path, folder: Path, program: str) -> Path:
    """The unit as on a host where `program` is: systemd looks whether the file can be run."""
    file = folder / program
    file.write_text("#!/bin/sh\n", "utf-8")
    file.chmod(0o755)
    copy = folder / unit.name
    copy.write_text(unit.read_text("utf-8").replace(f"/usr/bin/{program}", str(file)), "utf-8")
    return copy


def faults(unit: Path) -> tuple[int, str]:
    """Exit code and words of `systemd-analyze verify`."""
    words = [require_program("systemd-analyze"), "verify", str(unit)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    return found.returncode, found.stdout + found.stderr

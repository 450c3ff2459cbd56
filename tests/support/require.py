"""What a test needs of the system: present, or skipped with the reason, or (GUARDIA_REQUIRE_ALL=1) a failure."""

import os
import shutil

import pytest

_SBIN = "/usr/sbin:/usr/local/sbin:/sbin"

PACKAGES = {
    "sshd": "openssh-server",
    "nginx": "nginx",
    "chromium": "chromium",
    "mariadbd": "mariadb-server",
    "mariadb-install-db": "mariadb-server",
    "java": "openjdk-17-jre-headless",
    "ip": "iproute2",
    "systemd-analyze": "systemd",
}
"""Debian package of each program that tests ask for."""


def find_program(name: str) -> str | None:
    """Absolute path of a program, looked for in PATH and the system's sbin folders."""
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":" + _SBIN)


def require(present: bool, reason: str) -> None:
    """Go on if `present`; else skip with `reason`, or fail when everything is required."""
    if present:
        return
    if os.environ.get("GUARDIA_REQUIRE_ALL") == "1":
        pytest.fail(f"GUARDIA_REQUIRE_ALL=1 and {reason}", pytrace=False)
    pytest.skip(reason)


def require_program(name: str) -> str:
    """Path of a program that the test cannot do without."""
    path = find_program(name)
    require(path is not None, f"{name} is not installed (Debian package {PACKAGES.get(name, name)})")
    assert path is not None
    return path

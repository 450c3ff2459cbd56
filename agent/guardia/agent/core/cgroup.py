"""What Linux says of control groups (version 2) in its text files, and the names of the groups that the agent makes.

Formats: cgroups(7), proc_pid_cgroup(5), proc_pid_mountinfo(5), Documentation/admin-guide/cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

_PREFIX = "guardia-step"
_NAME = re.compile(rf"{_PREFIX}-([0-9]{{1,10}})-([0-9]{{1,20}})-([0-9]{{1,10}})")
_OCTAL = re.compile(r"\\([0-7]{3})")


class Name(NamedTuple):
    """A group's name says which agent made it: a group whose maker is gone may be removed once it is empty."""

    pid: int
    started: int
    """Start of that process in clock ticks since boot: with the number, which process it is."""
    serial: int

    def text(self) -> str:
        return f"{_PREFIX}-{self.pid}-{self.started}-{self.serial}"


def parse_name(text: str) -> Name | None:
    """None: no group of an agent's step."""
    found = _NAME.fullmatch(text)
    return None if found is None else Name(*(int(part) for part in found.groups()))


def own_folder(cgroup: str, mountinfo: str) -> str | None:
    """Where the group of a process is seen, from its `/proc/<pid>/cgroup` and `mountinfo`; None: it has no group of
    version 2, or none of the mounts shows it."""
    own = next((line[3:] for line in cgroup.splitlines() if line.startswith("0::/")), "")
    if not own or "/../" in f"{own}/":  # outside of the process's cgroup namespace
        return None
    best: tuple[int, str] | None = None
    for root, point in _mounts(mountinfo):
        within = posixpath.relpath(own, root)
        # Of several that show it the innermost counts: it may be writable where the one around it is not.
        if not within.startswith("..") and (best is None or len(root) >= best[0]):
            best = len(root), posixpath.normpath(posixpath.join(point, within))
    return None if best is None else best[1]


def _mounts(mountinfo: str) -> list[tuple[str, str]]:
    """Root within the hierarchy and mount point of every cgroup2 mount."""
    found = []
    for line in mountinfo.splitlines():
        about, _, rest = line.partition(" - ")
        fields = about.split(" ")
        if len(fields) < 6 or not rest.startswith("cgroup2 "):
            continue
        root, point = (_OCTAL.sub(lambda match: chr(int(match[1], 8)), field) for field in fields[3:5])
        if root.startswith("/") and "/../" not in f"{root}/" and point.startswith("/"):
            found.append((root, point))
    return found


def thread_ids(text: str) -> set[int]:
    """Of `cgroup.threads`."""
    return {int(line) for line in text.split() if line.isascii() and line.isdigit() and int(line) > 0}

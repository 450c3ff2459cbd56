"""The processes that one program has started, however they tried to get away: for ending all of them.

Members of its process group and of its session, and its descendants, those included that made a session of their own.
Whoever was seen once is remembered by number and start time: when a parent dies, its orphans would be lost from sight.
A daemon that was already nobody's child when it was first looked for is found where the program has a control group of
its own (`run.cgroup`), and nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import NamedTuple

from guardia.agent.run.cgroup import Group


class Process(NamedTuple):
    pid: int
    started: int
    """In clock ticks since boot: with the number, which process it is."""


class _Stat(NamedTuple):
    state: bytes
    parent: int
    group: int
    session: int
    started: int


_UNKILLABLE = 5.0
"""Seconds to wait after SIGKILL: a process in uninterruptible sleep does not die, and must not hang the agent."""

_GONE = {b"Z", b"X"}


def _stat(pid: int) -> _Stat | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return _Stat(fields[0], int(fields[1]), int(fields[2]), int(fields[3]), int(fields[19]))
    except (OSError, IndexError, ValueError):
        return None


class Tree:
    """What descends from the leader of a session, `root`, or is in the group that it was born in; the leader must not
    be reaped meanwhile. Both, because a program may leave either: `su` moves to the session that PAM makes for it."""

    def __init__(self, root: int, group: Group | None = None) -> None:
        self._root = root
        self._group = group
        self._known: set[Process] = set()

    def members(self) -> list[Process]:
        """Living processes of the tree, the leader included."""
        every: dict[int, _Stat] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (stat := _stat(int(entry.name))) is not None:
                every[int(entry.name)] = stat
        found = {one.pid for one in self._known if one.pid in every and every[one.pid].started == one.started}
        found |= {pid for pid, stat in every.items() if self._root in (pid, stat.group, stat.session)}
        # Listed after /proc, with those that were born between: nobody in the group is overlooked.
        grouped = self._group.pids() if self._group is not None else set()
        every |= {pid: stat for pid in grouped - every.keys() if (stat := _stat(pid)) is not None}
        grouped &= every.keys()
        found |= grouped
        grown = True
        while grown:
            children = {pid for pid, stat in every.items() if stat.parent in found}
            grown = not children <= found
            found |= children
        self._known |= {Process(pid, every[pid].started) for pid in found}
        # A leader that ended before its threads looks gone; its group knows better.
        living = {pid for pid in found if every[pid].state not in _GONE} | grouped
        return sorted(Process(pid, every[pid].started) for pid in living)

    def signal(self, number: int) -> None:
        """Send a signal to every member; to the group at once, so that none of it can start another between."""
        members = self.members()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._root, number)
        for one in members:
            stat = _stat(one.pid)
            if stat is not None and stat.started == one.started and stat.group != self._root:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(one.pid, number)


async def end_tree(root: int, grace: float, group: Group | None = None) -> None:
    """SIGTERM to everything that the process `root` has started, SIGKILL for what is left after `grace`. It must not be
    reaped before the end, so that its number cannot become somebody else's. `group`: that it was born in."""
    loop = asyncio.get_running_loop()
    tree = Tree(root, group)
    try:
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, _UNKILLABLE)):
            if number is signal.SIGKILL and group is not None:
                await group.freeze()  # so that nothing of it can start another between
            tree.signal(number)
            deadline = loop.time() + patience
            while (left := tree.members()) and loop.time() < deadline:
                await asyncio.sleep(0.05)  # a look at all processes: not too often
                if number is signal.SIGKILL:
                    tree.signal(number)  # also what was started after the last look
            if not left:
                return
    finally:
        if group is not None:
            group.thaw()

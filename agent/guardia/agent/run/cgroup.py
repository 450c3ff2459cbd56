"""Control groups (version 2) for the programs of steps: who is born in one is found in it, however it tried to leave.

Each program is born in a *threaded* group below the agent's own: only the one thread that starts it goes in, starts it
and comes back. Such a move costs some 0.03 ms, because the kernel need not stop the whole process; moving a process
costs 8 to 13 ms. `cgroup.kill` does not work on threaded groups, so a group is frozen, which stops it from forking, and
then everything in it is killed. No controller is used, and nothing of the program's limits changes. docs/adr/0021.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from guardia.agent.core import cgroup

FREEZE_WITHIN = 0.2
"""Seconds: a process in uninterruptible sleep does not freeze, and cannot fork either."""


class Group:
    """One group. A program that is started between `enter` and `leave` is born in it, and so is whatever it starts."""

    def __init__(self, folder: Path, home: int) -> None:
        """`home`: descriptor of the agent's own `cgroup.threads`. Raises `OSError`: there is no such group."""
        self.folder = folder
        self.used_up = False
        """It is not used for another program."""
        self._home = home
        self._threads = os.open(folder / "cgroup.threads", os.O_RDWR | os.O_CLOEXEC)
        try:
            self._events = os.open(folder / "cgroup.events", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            os.close(self._threads)
            raise

    def close(self) -> None:
        """The group stays as it is."""
        os.close(self._threads)
        os.close(self._events)

    def enter(self) -> None:
        """The calling thread goes in; nothing may be awaited before `leave`. Raises `OSError`: it is where it was."""
        os.write(self._threads, b"0")

    def leave(self) -> None:
        """It comes back. Raises `OSError`: it is still in the group."""
        os.write(self._home, b"0")

    @property
    def populated(self) -> bool:
        return b"populated 0" not in self._flags()

    @property
    def frozen(self) -> bool:
        return b"frozen 1" in self._flags()

    def _flags(self) -> bytes:
        try:
            return os.pread(self._events, 256, 0)
        except OSError:  # ENODEV: somebody has removed it
            return b""

    def threads(self) -> set[int]:
        """Ids of the threads in it. Empty when one of the agent's is among them: such a group is never frozen, and
        nothing in it is killed."""
        found = cgroup.thread_ids(read_text(self.folder / "cgroup.threads"))
        return set() if found & _threads_of(os.getpid()) else found

    def pids(self) -> set[int]:
        """Processes in the group."""
        found, left = set(), self.threads()
        while left:
            thread = min(left)
            pid = _process_of(thread)
            left -= {thread, *_threads_of(pid)}
            if pid:
                found.add(pid)
        return found

    async def freeze(self) -> None:
        """None of it runs any more, nor forks; SIGKILL still ends it. Returns at the latest after `FREEZE_WITHIN`."""
        self.used_up = True
        if not self.threads():
            return
        with contextlib.suppress(OSError):
            (self.folder / "cgroup.freeze").write_text("1")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FREEZE_WITHIN
        while not self.frozen and loop.time() < deadline:  # noqa: ASYNC110 - asyncio has no reader for POLLPRI
            await asyncio.sleep(0.005)

    def thaw(self) -> None:
        with contextlib.suppress(OSError):
            (self.folder / "cgroup.freeze").write_text("0")


def read_text(path: Path) -> str:
    """Empty: it is not there, or cannot be read."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _threads_of(pid: int) -> set[int]:
    try:
        return {int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()}
    except OSError:
        return set()


def _process_of(thread: int) -> int:
    """0: it is gone."""
    for line in read_text(Path(f"/proc/{thread}/status")).splitlines():
        if line.startswith("Tgid:"):
            return int(line.split()[1])
    return 0

"""The control groups of one agent: made, lent to programs, and removed when they are empty. See `run.cgroup`."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from guardia.agent.core import cgroup
from guardia.agent.errors import NoGroupsError
from guardia.agent.run.cgroup import Group, read_text

LEAF = "guardia-agent"
"""Where the agent lives below the group that it was started in: groups of steps make their parent unfit for other
groups with processes, such as the one in which systemd runs a unit's ExecStop=."""

SPARES = 4
"""Empty groups that are kept for the next programs: making one costs three times as much as using it."""

_LOOKS = 2
"""Groups with processes left over that are looked at each time, so that many of them cost no more than few."""

_serial = itertools.count(1)


class Groups:
    """The groups below `home`, in which the agent itself is. One process has one of these, used by one thread."""

    def __init__(self, home: Path) -> None:
        """Raises `OSError`."""
        self.home = home
        self.trouble = ""
        """Why the last program got no group."""
        self._pid, self._started = os.getpid(), _started(os.getpid())
        self._spare: list[Group] = []
        self._left: deque[Path] = deque()
        """To be removed as soon as they are empty."""
        self._astray = False
        self._door = os.open(home / "cgroup.threads", os.O_WRONLY | os.O_CLOEXEC)

    def make(self) -> Group:
        """Raises `OSError`."""
        folder = self.home / cgroup.Name(self._pid, self._started, next(_serial)).text()
        folder.mkdir()
        try:
            (folder / "cgroup.type").write_text("threaded")
            return Group(folder, self._door)
        except OSError:
            folder.rmdir()
            raise

    @contextlib.contextmanager
    def birth(self) -> Iterator[Group | None]:
        """What the body starts is born in the group that is yielded; None: it has none, `trouble` says why. Give the
        group back when the program has ended; it is given back here when the body raises."""
        group = self._enter()
        try:
            yield group
        except BaseException:
            if group is not None:
                self._leave(group)
                self.give_back(group)
            raise
        if group is not None:
            self._leave(group)

    def _enter(self) -> Group | None:
        try:
            if self._astray:
                os.write(self._door, b"0")
                self._astray = False
            group = self._enter_spare() or self._enter_new()
        except OSError as error:
            self.trouble = f"{self.home}: {error.strerror or error}"
            return None
        self.trouble = ""
        return group

    def _enter_spare(self) -> Group | None:
        while self._spare:
            group = self._spare.pop()
            try:
                group.enter()
            except OSError:  # somebody has removed it
                self._put_away(group)
            else:
                return group
        return None

    def _enter_new(self) -> Group:
        group = self.make()
        try:
            group.enter()
        except OSError:
            self._put_away(group)
            raise
        return group

    def _leave(self, group: Group) -> None:
        try:
            group.leave()
        except OSError as error:
            # Such a group is neither frozen nor killed: `Group.threads` sees who is in it.
            self._astray = group.used_up = True
            self.trouble = f"{self.home}: {error.strerror or error}"

    def give_back(self, group: Group) -> None:
        """The program has ended; what it has left behind goes on."""
        if group.used_up or group.populated or len(self._spare) >= SPARES:
            self._put_away(group)
        else:
            self._spare.append(group)
        self._tidy(_LOOKS)

    def _put_away(self, group: Group) -> None:
        group.close()
        self._left.append(group.folder)

    def _tidy(self, looks: int) -> None:
        for _ in range(min(looks, len(self._left))):
            folder = self._left.popleft()
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # somebody lives there
                self._left.append(folder)

    def adopt_left(self) -> None:
        """Remove the empty groups of agents that are no more. Those with processes stay as they are, until they are
        empty: nobody here knows what becomes of these steps. Raises `OSError`."""
        for folder in self.home.iterdir():
            name = cgroup.parse_name(folder.name)
            if name is not None and _started(name.pid) != name.started:
                self._left.append(folder)
        self._tidy(len(self._left))

    def close(self) -> None:
        """The agent stops: removes what is empty."""
        while self._spare:
            self._put_away(self._spare.pop())
        self._tidy(len(self._left))
        os.close(self._door)


def open_groups() -> Groups:
    """Try whether this process may have groups, and move it to where it can. Raises `NoGroupsError`.

    The one place where the process changes its own group; call it before anything is started.
    """
    found = cgroup.own_folder(read_text(Path("/proc/self/cgroup")), read_text(Path("/proc/self/mountinfo")))
    if found is None:
        raise NoGroupsError("no cgroup v2 on this host")
    home = Path(found)
    try:
        # The root of the hierarchy has no type, and its children may be of any.
        if (home / "cgroup.type").exists() and home.name != LEAF:
            home = home / LEAF
            home.mkdir(exist_ok=True)
        groups = Groups(home)
        try:
            _try_out(groups, move=home != Path(found))
        except (OSError, NoGroupsError):
            groups.close()
            raise
    except OSError as error:
        if home != Path(found):
            with contextlib.suppress(OSError):
                home.rmdir()
        # ENOENT: not mounted. EOPNOTSUPP: others live below this group, so that it cannot hold threaded ones.
        code = "cgroup.none" if error.errno in {errno.ENOENT, errno.EOPNOTSUPP} else "cgroup.refused"
        raise NoGroupsError(f"{home}: {error.strerror or error}", code=code) from None
    with contextlib.suppress(OSError):
        groups.adopt_left()
    return groups


def _try_out(groups: Groups, *, move: bool) -> None:
    """Raises `OSError`, `NoGroupsError`."""
    first = groups.make()
    try:
        if not (first.folder / "cgroup.freeze").exists():
            raise NoGroupsError("the kernel cannot freeze cgroups (5.2 or newer is needed)")
        if move:
            (groups.home / "cgroup.procs").write_text("0")
        first.enter()
        first.leave()
    finally:
        groups.give_back(first)


def _started(pid: int) -> int:
    """Clock ticks since boot; 0: there is no such process."""
    fields = read_text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return int(fields[19]) if len(fields) > 19 else 0

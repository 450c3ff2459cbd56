"""The control groups that this machine gives us, if it gives any."""

import contextlib
import os
import time
from collections.abc import Iterator

from guardia.agent.core.cgroup import Name, parse_name
from guardia.agent.errors import NoGroupsError
from guardia.agent.run.cgroups import Groups, open_groups


@contextlib.contextmanager
def groups_of_this_machine() -> Iterator[Groups | None]:
    """None: it has none for this account; then programs are ended by their process trees. Nothing is left behind."""
    try:
        groups = open_groups()
    except NoGroupsError:
        yield None
        return
    try:
        yield groups
    finally:
        deadline = time.monotonic() + 5
        while groups._left and time.monotonic() < deadline:  # what was killed leaves a moment later
            groups._tidy(len(groups._left))
            time.sleep(0.01)
        groups.close()
        assert names_of(groups, os.getpid()) == []


def names_of(groups: Groups, pid: int) -> list[Name]:
    """The groups that the process `pid` has made."""
    found = (parse_name(folder.name) for folder in groups.home.iterdir())
    return [name for name in found if name is not None and name.pid == pid]

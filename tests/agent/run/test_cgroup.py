"""Control groups of steps, in a real one of this machine. Where it has none for us, each test says what holds then."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guardia.agent.core.cgroup import Name
from guardia.agent.errors import HostError, NoGroupsError
from guardia.agent.run import process
from guardia.agent.run.cgroup import Group
from guardia.agent.run.cgroups import LEAF, SPARES, open_groups
from guardia.agent.run.local import LocalHost
from tests.support.cgroups import groups_of_this_machine, names_of
from tests.support.strays import daemonising, died, ended_afterwards, is_alive, noted, relaying

PROBE = """
import asyncio, sys
from guardia.agent.errors import NoGroupsError
from guardia.agent.run import process
from guardia.agent.run.cgroups import open_groups
try:
    groups = open_groups()
except NoGroupsError as error:
    sys.exit(print(error.code))
done = asyncio.run(process.run(["cat", "/proc/self/cgroup"], within=20, groups=groups))
groups.close()
print(groups.home, groups.trouble, done.stdout.decode().splitlines()[-1], sep="|")
"""


def own_group(pid="self"):
    return next((line for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines() if line[:3] == "0::"), "")


def test_a_group_that_cannot_be_opened_whole_leaves_no_descriptor(tmp_path):
    (tmp_path / "cgroup.threads").touch()
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError):
        Group(tmp_path, -1)
    assert len(os.listdir("/proc/self/fd")) == len(before)


@pytest.fixture
def groups():
    """None: this machine gives us none."""
    with groups_of_this_machine() as made:
        before = own_group()
        yield made
        assert own_group() == before, "the agent is where it was"


async def there_are_none(groups):
    """True: the machine has none for us, which is told with a code, and a program is ended by its tree."""
    if groups is not None:
        return False
    with pytest.raises(NoGroupsError) as told:
        open_groups()
    assert told.value.code in {"cgroup.none", "cgroup.refused"}
    assert (await process.run(["sh", "-c", "sleep 300 & wait"], within=0.2, grace=0.2)).timed_out
    return True


async def started(_pid):
    """As the daemon's."""


async def test_a_daemon_of_the_program_is_ended_with_it(groups, tmp_path):
    """Double fork, setsid, deaf to SIGTERM: without a group nothing tells whose it is."""
    note = tmp_path / "pid"
    with ended_afterwards(note):
        done = await process.run(daemonising(note), within=2, grace=0.2, groups=groups)
        assert done.timed_out
        stray = await noted(note)
        if groups is None:
            assert is_alive(stray), "the process tree cannot know it"
        else:
            assert died(stray)


async def test_without_a_group_that_daemon_goes_on(tmp_path):
    note = tmp_path / "pid"
    with ended_afterwards(note):
        assert (await process.run(daemonising(note), within=2, grace=0.2)).timed_out
        assert is_alive(await noted(note))


async def test_a_cancelled_caller_ends_it_too(groups, tmp_path):
    note = tmp_path / "pid"
    with ended_afterwards(note):
        host = LocalHost("HOST-01", grace=0.2, groups=groups)
        task = asyncio.create_task(host.run(daemonising(note), within=60, on_start=started))
        stray = await noted(note)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert died(stray) if groups is not None else is_alive(stray)


async def test_one_that_is_another_process_at_every_look_is_caught_by_the_freeze(groups, tmp_path):
    note = tmp_path / "pid"
    with ended_afterwards(note):
        task = asyncio.create_task(process.run(relaying(note), within=2, grace=0.1, groups=groups))
        await noted(note)
        assert (await task).timed_out
        if groups is None:
            return  # the looks at its tree may catch it or not
        last = note.read_text()
        await asyncio.sleep(0.2)
        assert note.read_text() == last


async def test_what_a_program_leaves_behind_when_it_ends_by_itself_goes_on(groups, tmp_path):
    note = tmp_path / "pid"
    with ended_afterwards(note):
        done = await process.run(daemonising(note, then="exit 3"), within=20, groups=groups)
        assert done.exit_code == 3
        stray = await noted(note)
        assert is_alive(stray)
        if groups is not None:
            kept = own_group(stray)
            assert (await process.run(["cat", "/proc/self/cgroup"], within=20, groups=groups)).exit_code == 0
            assert own_group(stray) == kept, "no other program was put there, and the group is still there"


async def test_services_and_looks_are_born_where_the_agent_is(groups, tmp_path):
    host = LocalHost("HOST-01", groups=groups)
    pid = await host.spawn_daemon(["sleep", "300"], log=str(tmp_path / "log"))
    try:
        assert own_group(pid) == own_group()
    finally:
        os.kill(pid, signal.SIGKILL)
    looked = await host.run(["cat", "/proc/self/cgroup"], within=20)
    assert own_group() in looked.stdout.decode()
    ran = await host.run(["cat", "/proc/self/cgroup"], within=20, on_start=started)
    assert (own_group() in ran.stdout.decode().splitlines()) is (groups is None)


async def test_groups_are_used_again_and_each_program_has_its_own(groups):
    async def where(seconds):
        done = await process.run(["sh", "-c", f"cat /proc/self/cgroup; sleep {seconds}"], within=20, groups=groups)
        return done.stdout.decode().splitlines()[-1]

    assert await where(0) == await where(0)
    together = await asyncio.gather(*(where(0.2) for _ in range(SPARES + 2)))
    assert len(set(together)) == (1 if groups is None else SPARES + 2)
    if groups is not None:
        assert len(names_of(groups, os.getpid())) <= SPARES + len(groups._left)


async def test_a_program_that_cannot_be_started_takes_no_group_with_it(groups):
    for _ in range(3):
        with pytest.raises(HostError):
            await process.run(["/nowhere/program"], within=5, groups=groups)
    if groups is not None:
        assert len(names_of(groups, os.getpid())) == 1


async def test_a_group_with_the_agent_in_it_is_never_frozen_nor_are_its_members_named(groups):
    if await there_are_none(groups):
        return
    group = groups.make()
    group.enter()
    try:
        await group.freeze()
        assert not group.frozen
        assert group.pids() == set()
    finally:
        group.leave()
    assert group.pids() == set()
    groups.give_back(group)


async def test_a_thread_that_cannot_come_back_is_fetched_before_the_next_program(groups, monkeypatch):
    if await there_are_none(groups):
        return
    home, leave = own_group(), Group.leave

    def fail(_group):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(Group, "leave", fail)
    done = await process.run(["sh", "-c", "sleep 300"], within=0.2, grace=0.2, groups=groups)
    assert done.timed_out, "ended by its tree"
    assert (own_group() != home, "Cannot allocate memory" in groups.trouble) == (True, True)
    monkeypatch.setattr(Group, "leave", leave)
    assert (await process.run(["true"], within=20, groups=groups)).exit_code == 0
    assert (own_group(), groups.trouble) == (home, "")


async def test_no_group_for_one_program_is_told_and_the_next_has_one_again(groups, monkeypatch):
    if await there_are_none(groups):
        return
    for spare in groups._spare:
        spare.folder.rmdir()  # somebody tidies up

    def fail():
        raise OSError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(groups, "make", fail)
        done = await process.run(["cat", "/proc/self/cgroup"], within=20, groups=groups)
    assert own_group() in done.stdout.decode().splitlines()
    assert "Resource temporarily unavailable" in groups.trouble
    done = await process.run(["cat", "/proc/self/cgroup"], within=20, groups=groups)
    assert own_group() not in done.stdout.decode().splitlines()
    assert groups.trouble == ""


async def test_groups_of_an_agent_that_is_no_more(groups):
    """Its empty ones go; those with processes, and the processes, stay."""
    if await there_are_none(groups):
        return
    dead = subprocess.Popen(["true"])
    dead.wait()
    empty, full = (groups.home / Name(dead.pid, 1, serial).text() for serial in (1, 2))
    for folder in (empty, full):
        folder.mkdir()
        (folder / "cgroup.type").write_text("threaded")
    left = Group(full, groups._door)
    left.enter()
    living = subprocess.Popen(["sleep", "300"])
    left.leave()
    left.close()
    try:
        another = open_groups()
        assert (empty.exists(), full.exists(), is_alive(living.pid)) == (False, True, True)
        living.kill()
        living.wait()
        another.close()
        groups.adopt_left()
        assert not full.exists()
    finally:
        living.kill()
        living.wait()


# --- where it may, and where it may not -----------------------------------------------------------------------------


def probe(*prefix):
    done = subprocess.run(
        [*prefix, sys.executable, "-c", PROBE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


@pytest.fixture
def unit(groups):
    """A group such as systemd delegates to a unit; None where there is none to make it in."""
    if groups is None:
        yield None
        return
    folder = groups.home / f"guardia-test-{os.getpid()}"
    folder.mkdir()
    yield folder
    for below in folder.iterdir():
        if below.is_dir():
            below.rmdir()
    folder.rmdir()


def inside(unit, script):
    return ["sh", "-c", f'echo 0 > {unit}/cgroup.procs && {script} exec "$@"', "sh"]


def test_in_a_unit_it_keeps_to_a_group_below_it(unit):
    if unit is None:
        assert probe() in (["cgroup.none"], ["cgroup.refused"])
        return
    home, trouble, program = probe(*inside(unit, ""))
    assert (home, trouble) == (str(unit / LEAF), "")
    assert f"{unit.name}/{LEAF}/guardia-step-" in program


def test_it_says_why_where_it_may_not(unit):
    """Another account, to whom nothing is delegated; as an agent that is not root outside of systemd."""
    if os.geteuid() == 0:
        assert probe("setpriv", "--reuid=65534", "--clear-groups") in (["cgroup.refused"], ["cgroup.none"])
    elif unit is None:
        assert probe() in (["cgroup.refused"], ["cgroup.none"])


async def test_another_account_to_whom_a_unit_is_delegated(unit):
    """As `User=` with `Delegate=yes`: the folder and three files are the account's."""
    if await there_are_none(unit):
        return
    if os.geteuid() != 0:  # this account is such a one itself
        assert probe(*inside(unit, ""))[:2] == [str(unit / LEAF), ""]
        return
    for path in (unit, *(unit / f"cgroup.{name}" for name in ("procs", "threads", "subtree_control"))):
        os.chown(path, 65534, -1)
    assert probe(*inside(unit, ""), "setpriv", "--reuid=65534", "--clear-groups")[:2] == [str(unit / LEAF), ""]

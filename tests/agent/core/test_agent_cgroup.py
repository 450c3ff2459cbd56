"""Where an agent finds its own control group, and what the names of its groups say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.cgroup import Name, own_folder, parse_name, thread_ids

V2 = "26 23 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate"
HYBRID = """\
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"""
UNIT = "/system.slice/guardia-agent.service"


@pytest.mark.parametrize(
    ("cgroup", "mountinfo", "found"),
    [
        (f"0::{UNIT}\n", V2, f"/sys/fs/cgroup{UNIT}"),
        ("0::/\n", V2, "/sys/fs/cgroup"),
        (f"4:memory:/a\n1:name=systemd:{UNIT}\n0::{UNIT}\n", HYBRID, f"/sys/fs/cgroup/unified{UNIT}"),
        # A container that sees only its own part of the hierarchy.
        ("0::/docker/1f/app\n", "9 8 0:22 /docker/1f /sys/fs/cgroup rw - cgroup2 cgroup rw", "/sys/fs/cgroup/app"),
        ("0::/app\n", "9 8 0:22 / /sys/fs/cgroup\\0402 rw - cgroup2 cgroup rw", "/sys/fs/cgroup 2/app"),
        # Read-only around, and the unit's own once more on top of it.
        (
            f"0::{UNIT}\n",
            f"60 50 0:22 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n61 60 0:22 {UNIT} /own rw - cgroup2 cgroup2 rw",
            "/own",
        ),
    ],
)
def test_the_own_group_is_found(cgroup, mountinfo, found):
    assert own_folder(cgroup, mountinfo) == found


@pytest.mark.parametrize(
    ("cgroup", "mountinfo"),
    [
        ("", V2),
        ("4:memory:/a\n1:name=systemd:/\n", HYBRID),  # version 1 alone
        ("0::/a\n", ""),
        ("0::/a\n", HYBRID.splitlines()[0]),
        ("0::/../other\n", V2),  # outside of the cgroup namespace
        ("0::/b\n", "9 8 0:22 /a /sys/fs/cgroup rw - cgroup2 cgroup rw"),
        ("0::/ab\n", "9 8 0:22 /a /sys/fs/cgroup rw - cgroup2 cgroup rw"),
        ("0::/a\n", "9 8 0:22 /../x /sys/fs/cgroup rw - cgroup2 cgroup rw"),
        ("0::/a\n", "cgroup2 is not a line of it"),
    ],
)
def test_there_is_none(cgroup, mountinfo):
    assert own_folder(cgroup, mountinfo) is None


@given(st.text(), st.text())
def test_whatever_the_files_say_the_answer_is_an_absolute_path_or_none(cgroup, mountinfo):
    for text in (cgroup, f"0::/{cgroup}"):
        for mounts in (mountinfo, f"{V2}\n{mountinfo}"):
            found = own_folder(text, mounts)
            assert found is None or (found.startswith("/") and "/../" not in f"{found}/")


numbers = st.integers(min_value=0, max_value=10**9)


@given(numbers, numbers, numbers)
def test_a_name_says_who_made_the_group(pid, started, serial):
    name = Name(pid, started, serial)
    assert parse_name(name.text()) == name
    assert "/" not in name.text()


@pytest.mark.parametrize(
    "text", ["", "guardia-step-1-2", "guardia-step-1-2-3-4", "guardia-step-a-2-3", "xguardia-step-1-2-3", "user.slice"]
)
def test_groups_of_others_are_none_of_ours(text):
    assert parse_name(text) is None


def test_threads():
    assert thread_ids("12\n7\n12\n") == {7, 12}
    assert thread_ids("") == set()
    assert thread_ids("0\n-3\nx\n²\n5\n") == {5}  # 0: of another pid namespace

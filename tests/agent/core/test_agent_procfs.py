"""What /proc and ps say."""

import pytest

from guardia.agent.core import procfs

MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
/dev/vda1 /var/lib/docker ext4 rw 0 0
/dev/vdb /data\\040disk xfs rw 0 0
filer:/vol /mnt/nas nfs4 rw 0 0
tmpfs /run tmpfs rw 0 0
proc /proc proc rw 0 0
overlay /var/lib/docker/overlay2/x overlay rw 0 0
host:/x /mnt/ssh fuse.sshfs rw 0 0
short
"""


def test_mounts_are_the_real_local_ones() -> None:
    assert [(mount.device, mount.path) for mount in procfs.mounts(MOUNTS)] == [
        ("/dev/vda1", "/"),
        ("/dev/vdb", "/data disk"),
    ]


def test_an_overlay_counts_as_the_root_of_a_container() -> None:
    assert [mount.path for mount in procfs.mounts("overlay / overlay rw 0 0\n")] == ["/"]


def test_stat_with_a_command_that_looks_like_fields() -> None:
    rest = "S 1 5 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 777 4096 33 0"
    found = procfs.stat(f"42 (a) (b c) {rest}")
    assert (found.pid, found.command, found.state, found.ppid) == (42, "a) (b c", "S", 1)
    assert (found.start_ticks, found.rss_pages) == (777, 33)
    with pytest.raises(ValueError, match="stat"):
        procfs.stat("42 (x) S 1")


def test_cpu_memory_ports() -> None:
    before = procfs.cpu_ticks("cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 10 0 10 80\ncpu1 0 0 0 0\nbtime 1000\n")
    after = procfs.cpu_ticks("cpu  40 0 10 120 30 0 0 0 0 0\ncpu0 1 1 1 1\ncpu1 0 0 0 0\n")
    assert before == (20, 100, 2)
    assert procfs.busy_fraction(before, after) == pytest.approx(0.3)
    assert procfs.busy_fraction(after, after) == 0.0
    assert procfs.boot_seconds("intr 1\nbtime 1000\n") == 1000
    assert procfs.started_ms(250, 1000) == 1_002_500
    assert procfs.memory("MemTotal: 10 kB\nHugePages_Total: 3\nodd\n") == {"MemTotal": 10_240, "HugePages_Total": 3}
    table = (
        "  sl  local_address rem_address   st\n   0: 0100007F:1F90 00000000:0000 0A x\n   1: 0100007F:0016 0:0 01 x\n"
    )
    assert procfs.listening_ports(table, "") == {8080}
    for broken in ("", "nothing"):
        with pytest.raises(ValueError, match="no "):
            procfs.boot_seconds(broken)
        with pytest.raises(ValueError, match="no "):
            procfs.cpu_ticks(broken)


def test_ps() -> None:
    text = (
        "    1     0 root 1000 Ss 50 /sbin/init splash\n"
        "   20     1 app 20 Z 5 [x] <defunct>\n"
        "garbage\n"
        "   30     1 app 5 R 0\n"
    )
    first, second, third = procfs.ps_lines(text)
    assert (first.pid, first.rss, first.elapsed, first.command) == (1, 1_024_000, 50, "/sbin/init splash")
    assert second.zombie
    assert third.command == ""


def test_a_process_is_the_same_though_the_clock_moved_a_little() -> None:
    assert procfs.same_process(5, 100_000, 5, 101_000)
    assert not procfs.same_process(5, 100_000, 5, 200_000)
    assert not procfs.same_process(5, 100_000, 6, 100_000)

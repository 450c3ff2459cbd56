"""Readers of what Linux says under /proc and of `ps`; the files may come from this host or over SSH."""

from __future__ import annotations

import re

import msgspec

TICKS_PER_SECOND = 100
"""USER_HZ, which the kernel reports to programs; 100 on every architecture that Linux servers have."""

SAME_START_MS = 5_000
"""Two readings of one process's start differ by up to this: the boot time in /proc/stat has whole seconds and moves
with the clock. A pid is not used again within it."""

NETWORK_FILE_SYSTEMS = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "9p",
        "ncpfs",
        "ocfs2",
        "gfs2",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.s3fs",
        "fuse.rclone",
        "davfs",
        "autofs",
    ]
)
_PSEUDO_FILE_SYSTEMS = frozenset(
    [
        "proc",
        "sysfs",
        "devtmpfs",
        "devpts",
        "cgroup",
        "cgroup2",
        "securityfs",
        "debugfs",
        "tracefs",
        "configfs",
        "fusectl",
        "pstore",
        "bpf",
        "mqueue",
        "hugetlbfs",
        "binfmt_misc",
        "rpc_pipefs",
        "nsfs",
        "efivarfs",
        "selinuxfs",
        "ramfs",
        "squashfs",
        "fuse.lxcfs",
        "fuse.portal",
        "iso9660",
        "tmpfs",
    ]
)


class Mount(msgspec.Struct, frozen=True):
    device: str
    path: str
    fs_type: str


class Stat(msgspec.Struct, frozen=True):
    """What `/proc/<pid>/stat` tells."""

    pid: int
    command: str
    state: str
    ppid: int
    start_ticks: int
    rss_pages: int


class Start(msgspec.Struct, frozen=True):
    """When a process began. `ms` since the epoch moves with the clock; `ticks` since the boot `boot_id` never does."""

    ms: int = 0
    """0: it is gone, or nobody knows."""
    ticks: int = 0
    boot_id: str = ""
    """Empty: ticks and boot are not known."""


def same_start(one: Start, other: Start) -> bool:
    """Is it the start of one process, in two readings for one pid? By the clock only where a reading has no ticks."""
    if one.boot_id and other.boot_id:
        return (one.boot_id, one.ticks) == (other.boot_id, other.ticks)
    return abs(one.ms - other.ms) <= SAME_START_MS


def same_process(pid: int, started_ms: int, other_pid: int, other_started_ms: int) -> bool:
    """Is it one and the same process in two readings by the clock?"""
    return pid == other_pid and same_start(Start(started_ms), Start(other_started_ms))


_OCTAL = re.compile(r"\\([0-7]{3})")


def mounts(text: str) -> list[Mount]:
    """Real local file systems in /proc/self/mounts, one mount of each device, the shortest path first.

    Network file systems are left out: when their server is gone, asking for their size hangs.
    """
    found: dict[str, Mount] = {}
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        device, path, fs_type = (_OCTAL.sub(lambda match: chr(int(match[1], 8)), field) for field in fields[:3])
        if fs_type in NETWORK_FILE_SYSTEMS or fs_type in _PSEUDO_FILE_SYSTEMS or fs_type.startswith("fuse."):
            continue
        # An overlay is the root of a container; other overlays repeat the disk below them.
        if fs_type == "overlay" and path != "/":
            continue
        known = found.get(device)
        if known is None or len(path) < len(known.path):
            found[device] = Mount(device, path, fs_type)
    return sorted(found.values(), key=lambda mount: mount.path)


def stat(text: str) -> Stat:
    """Fields of /proc/<pid>/stat. The command may itself hold spaces and parentheses. Raises ValueError."""
    opened, closed = text.index("("), text.rindex(")")
    rest = text[closed + 1 :].split()
    if len(rest) < 22:
        raise ValueError("not a /proc/<pid>/stat")
    return Stat(
        pid=int(text[:opened]),
        command=text[opened + 1 : closed],
        state=rest[0],
        ppid=int(rest[1]),
        start_ticks=int(rest[19]),
        rss_pages=int(rest[21]),
    )


def ticks_ms(ticks: int) -> int:
    return ticks * 1000 // TICKS_PER_SECOND


def started_ms(start_ticks: int, boot_seconds: int) -> int:
    return boot_seconds * 1000 + ticks_ms(start_ticks)


def boot_seconds(proc_stat: str) -> int:
    """Boot time in seconds since the epoch, from /proc/stat. Raises ValueError."""
    for line in proc_stat.splitlines():
        if line.startswith("btime "):
            return int(line.split()[1])
    raise ValueError("no btime in /proc/stat")


def cpu_ticks(proc_stat: str) -> tuple[int, int, int]:
    """Busy ticks, all ticks, and number of CPUs, from /proc/stat. Raises ValueError."""
    count = sum(1 for line in proc_stat.splitlines() if re.match(r"cpu\d", line))
    for line in proc_stat.splitlines():
        if line.startswith("cpu "):
            # user nice system idle iowait irq softirq steal; guest time is contained in user.
            values = [int(field) for field in line.split()[1:9]]
            idle = values[3] + (values[4] if len(values) > 4 else 0)
            return sum(values) - idle, sum(values), max(count, 1)
    raise ValueError("no cpu line in /proc/stat")


def busy_fraction(before: tuple[int, int, int], after: tuple[int, int, int]) -> float:
    whole = after[1] - before[1]
    return min(1.0, max(0.0, (after[0] - before[0]) / whole)) if whole > 0 else 0.0


def memory(meminfo: str) -> dict[str, int]:
    """Bytes by name, from /proc/meminfo."""
    values = {}
    for line in meminfo.splitlines():
        name, _, rest = line.partition(":")
        fields = rest.split()
        if fields and fields[0].isdigit():
            values[name] = int(fields[0]) * (1024 if fields[1:] == ["kB"] else 1)
    return values


def listening_ports(*tables: str) -> set[int]:
    """Ports in state LISTEN, from /proc/net/tcp and tcp6."""
    ports = set()
    for table in tables:
        for line in table.splitlines()[1:]:
            fields = line.split()
            if len(fields) > 3 and fields[3] == "0A":
                ports.add(int(fields[1].rsplit(":", 1)[1], 16))
    return ports


PS_ARGV = ("ps", "-ww", "-eo", "pid=,ppid=,user:32=,rss=,stat=,etimes=,args=")
"""procps; it prints one line for each process and replaces control characters in the arguments."""


class PsLine(msgspec.Struct, frozen=True):
    pid: int
    ppid: int
    user: str
    rss: int
    zombie: bool
    elapsed: int
    command: str


def ps_lines(text: str) -> list[PsLine]:
    """Processes in the output of `PS_ARGV`; a line that is none is left out."""
    found = []
    for line in text.splitlines():
        fields = line.split(None, 6)
        if len(fields) < 6 or not fields[0].isdigit():
            continue
        try:
            found.append(
                PsLine(
                    pid=int(fields[0]),
                    ppid=int(fields[1]),
                    user=fields[2],
                    rss=int(fields[3]) * 1024,
                    zombie=fields[4].startswith("Z"),
                    elapsed=int(fields[5]),
                    command=fields[6].rstrip() if len(fields) > 6 else "",
                )
            )
        except ValueError:
            continue
    return found

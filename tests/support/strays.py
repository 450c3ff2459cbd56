"""Programs whose children try to get away: nobody's child, a session of their own, deaf to SIGTERM."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def daemonising(note: Path, then: str = "sleep 300", *, deaf: bool = True) -> list[str]:
    """A program that starts a daemon by a double fork and setsid, which writes its pid to `note`, and goes on. `deaf`:
    to SIGTERM."""
    deafness = "trap '' TERM; " if deaf else ""
    daemon = f"{deafness}echo $$ > {note}.new; mv {note}.new {note}; exec sleep 300"
    started = f'( setsid sh -c "{daemon.replace("$", chr(92) + "$")}" </dev/null >/dev/null 2>&1 & )'
    return ["/bin/sh", "-c", f"{started}; while [ ! -e {note} ]; do sleep 0.01; done; {then}"]


RELAY = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
note, end = sys.argv[1], time.monotonic() + 20
if os.fork() == 0:
    while time.monotonic() < end:
        if os.fork():
            os._exit(0)
        os.setsid()
        with open(note, "w") as file:
            file.write(str(os.getpid()))
    os._exit(0)
time.sleep(20)
"""


def relaying(note: Path) -> list[str]:
    """A program with a descendant that forks, and ends itself, all the time: whoever is seen is gone already. The last
    one's pid is in `note`; it gives up after 20 s."""
    return [sys.executable, "-S", "-c", RELAY, str(note)]


def is_alive(pid: int) -> bool:
    """A zombie is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


async def noted(note: Path) -> int:
    """The pid, as soon as it is there."""
    async with asyncio.timeout(30):
        while not note.exists() or not note.read_text().strip():
            await asyncio.sleep(0.01)
    return int(note.read_text())


@contextlib.contextmanager
def ended_afterwards(note: Path) -> Iterator[None]:
    """Whoever wrote its pid to `note` does not outlive the test."""
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int(note.read_text()), signal.SIGKILL)


def died(pid: int, within: float = 30.0) -> bool:
    deadline = time.monotonic() + within
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)

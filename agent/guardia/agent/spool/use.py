"""How much of the spool is used: told by the running agent in its status, and looked at by `doctor`."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

FOLDER = "spool"
OPEN, DONE = ".out", ".done"
"""Endings of its files: not acknowledged by the hub, and acknowledged."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """`cap` is `[output] total_mib` in bytes; `oldest_ms` is since the epoch, 0: there is no file."""

    bytes: int = 0
    files: int = 0
    cap: int = 0
    oldest_ms: int = 0


def look(folder: Path, cap: int) -> Use:
    """The files that are there now; other files are none of the spool's. Raises `OSError`."""
    sizes, times = [], []
    with os.scandir(folder) as found:
        for entry in found:
            if not entry.name.endswith((OPEN, DONE)):
                continue
            try:
                facts = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # its place was given away meanwhile
                continue
            sizes.append(facts.st_size)
            times.append(facts.st_mtime_ns // 1_000_000)
    return Use(bytes=sum(sizes), files=len(sizes), cap=cap, oldest_ms=min(times, default=0))

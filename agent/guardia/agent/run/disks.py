"""Sizes of this machine's file systems, and what is said of one that could not be read."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Sequence

from guardia.agent.core.procfs import Mount
from guardia.agent.ports import Disk


def unread_disk(mount: Mount) -> Disk:
    """`total` 0 says that nothing is known of it."""
    return Disk(mount=mount.path, device=mount.device, fs_type=mount.fs_type, total=0, used=0, free=0)


def sized(mount: Mount, block: int, blocks: tuple[int, int, int], *, inodes: int, inodes_free: int) -> Disk | None:
    """From what statvfs says: bytes of a block; blocks in all, free, and free for users. None: it has no blocks."""
    total, free, available = blocks
    if not total:
        return None
    return Disk(
        mount=mount.path,
        device=mount.device,
        fs_type=mount.fs_type,
        total=total * block,
        used=(total - free) * block,
        free=available * block,
        inodes=inodes,
        inodes_free=inodes_free,
    )


def disk_of(mount: Mount) -> Disk | None:
    """Ask the file system; None: it is none with blocks. Hangs for as long as the file system does."""
    size = os.statvfs(mount.path)
    blocks = (size.f_blocks, size.f_bfree, size.f_bavail)
    return sized(mount, size.f_frsize, blocks, inodes=size.f_files, inodes_free=size.f_favail)


class DiskLook:
    """Looks at file systems again and again without ever being held up by one that hangs.

    Each look has a thread of its own, not one of the event loop's pool, which the journal needs too and whose end the
    process waits for. A file system whose last look has not come back is not asked again: at most one thread hangs for
    each. Looks at the same time share an answer. Belongs to one event loop.
    """

    def __init__(self, ask: Callable[[Mount], Disk | None] = disk_of) -> None:
        self._ask = ask
        self._under_way: dict[str, asyncio.Future[Disk | None]] = {}
        """By mount: what the last look, which has not come back, will tell."""
        self._hung: set[str] = set()
        """Those of them that did not answer in time. Nobody waits for them again."""

    async def look(self, mounts: Sequence[Mount], within: float) -> list[Disk]:
        """Disks in the order of `mounts`; those that do not answer within so many seconds are unread."""
        loop = asyncio.get_running_loop()
        asked: dict[str, asyncio.Future[Disk | None]] = {}
        for mount in mounts:
            if mount.path not in self._under_way:
                self._under_way[mount.path] = loop.create_future()
                self._start(mount, self._under_way[mount.path], loop)
            if mount.path not in self._hung:
                asked[mount.path] = self._under_way[mount.path]
        if asked:
            await asyncio.wait(asked.values(), timeout=within)
            self._hung.update(path for path, answer in asked.items() if not answer.done())
        found = []
        for mount in mounts:
            answer = asked.get(mount.path)
            disk = answer.result() if answer is not None and answer.done() else unread_disk(mount)
            if disk is not None:
                found.append(disk)
        return found

    def _start(self, mount: Mount, answer: asyncio.Future[Disk | None], loop: asyncio.AbstractEventLoop) -> None:
        def settle(disk: Disk | None) -> None:
            del self._under_way[mount.path]
            self._hung.discard(mount.path)
            answer.set_result(disk)

        def ask() -> None:
            try:
                disk = self._ask(mount)
            except OSError:
                disk = unread_disk(mount)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
                loop.call_soon_threadsafe(settle, disk)

        threading.Thread(target=ask, name=f"disk {mount.path}"[:60], daemon=True).start()

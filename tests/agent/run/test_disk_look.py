"""A file system that hangs holds nobody up, and is not asked again while it does."""

import asyncio
import threading
import time

from guardia.agent.core.procfs import Mount
from guardia.agent.ports import Disk
from guardia.agent.run.disks import DiskLook, disk_of

GOOD, DEAD, BROKEN, EMPTY = (Mount(f"/dev/{name}", f"/{name}", "ext4") for name in ("good", "dead", "broken", "empty"))


class FileSystems:
    def __init__(self) -> None:
        self.back = threading.Event()
        self.asked: list[str] = []

    def ask(self, mount: Mount) -> Disk | None:
        self.asked.append(mount.path)
        if mount is DEAD:
            self.back.wait(30)
        if mount is BROKEN:
            raise OSError("input/output error")
        if mount is EMPTY:
            return None
        return Disk(mount=mount.path, device=mount.device, fs_type=mount.fs_type, total=10, used=4, free=6)


async def test_one_that_hangs_is_unread_and_the_others_are_told() -> None:
    systems = FileSystems()
    look = DiskLook(systems.ask)
    before = time.monotonic()
    found = await look.look([DEAD, GOOD, BROKEN, EMPTY], 0.2)
    assert time.monotonic() - before < 5
    assert [(disk.mount, disk.total) for disk in found] == [("/dead", 0), ("/good", 10), ("/broken", 0)]
    for _ in range(3):
        await look.look([DEAD, GOOD], 0.2)
    assert systems.asked.count("/dead") == 1, "it hangs in one thread, not in one for each look"
    assert systems.asked.count("/good") == 4
    systems.back.set()
    async with asyncio.timeout(10):
        while not (await look.look([DEAD], 10))[0].total:
            await asyncio.sleep(0.01)


async def test_the_root_of_this_machine_is_read() -> None:
    (root,) = await DiskLook().look([Mount("/dev/root", "/", "ext4")], 10)
    assert root.total > 0
    assert disk_of(Mount("proc", "/proc", "proc")) is None

"""A file system that hangs holds nobody up, and is not asked again while it does."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from guardia.agent.core import procfs
from guardia.agent.core.procfs import Mount
from guardia.agent.ports import Disk
from guardia.agent.run import local
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
    assert time.monotonic() - before < 20
    assert [(disk.mount, disk.total) for disk in found] == [("/dead", 0), ("/good", 10), ("/broken", 0)]
    for _ in range(3):
        await look.look([DEAD, GOOD], 0.2)
    assert systems.asked.count("/dead") == 1, "it hangs in one thread, not in one for each look"
    assert systems.asked.count("/good") == 4
    systems.back.set()
    async with asyncio.timeout(30):
        while not (await look.look([DEAD], 10))[0].total:
            await asyncio.sleep(0.01)


async def test_looks_at_the_same_time_share_an_answer() -> None:
    systems = FileSystems()
    look = DiskLook(systems.ask)
    first, second = (asyncio.create_task(look.look([DEAD], 10)) for _ in range(2))
    while not systems.asked:
        await asyncio.sleep(0)
    systems.back.set()
    assert [disk.total for disk in await first + await second] == [10, 10]
    assert systems.asked == ["/dead"]


async def test_a_file_system_of_this_machine_that_hangs_takes_none_of_the_event_loops_threads(monkeypatch) -> None:
    systems = FileSystems()
    dead = [Mount("nas:/x", f"/nas/{number}", "nfs4") for number in range(3)]
    monkeypatch.setattr(procfs, "mounts", lambda _text: [GOOD, *dead])
    monkeypatch.setattr(local, "_PROBE_DISKS", 0.2)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    def statvfs(path: str) -> SimpleNamespace:
        if path != GOOD.path:
            systems.asked.append(path)
            systems.back.wait(30)
        return SimpleNamespace(f_blocks=9, f_bfree=5, f_bavail=5, f_frsize=1, f_files=1, f_favail=1)

    monkeypatch.setattr("guardia.agent.run.disks.os.statvfs", statvfs)
    host = local.LocalHost("A")
    try:
        async with asyncio.timeout(10):
            for _ in range(2):
                assert [disk.total for disk in await host.disks()] == [9, 0, 0, 0]
            assert await asyncio.to_thread(int, "1") == 1
        assert len(systems.asked) == 3
    finally:
        systems.back.set()


async def test_the_root_of_this_machine_is_read() -> None:
    (root,) = await DiskLook().look([Mount("/dev/root", "/", "ext4")], 10)
    assert root.total > 0
    assert disk_of(Mount("proc", "/proc", "proc")) is None

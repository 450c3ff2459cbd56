"""The facts of this machine, and of services whose manager answers, fails or hangs."""

import asyncio
import platform
import socket
from pathlib import Path

import structlog

from guardia.agent.core.procfs import Mount
from guardia.agent.core.target import ServiceSpec
from guardia.agent.daemon.collect import Collector
from guardia.agent.errors import HostError
from guardia.agent.ports import Disk
from guardia.agent.run.disks import DiskLook
from guardia.agent.run.local import LocalHost
from tests.fakes.host import FakeArtifacts
from tests.support.agent_context import RealClock


def service(name: str, folder: Path) -> ServiceSpec:
    return ServiceSpec(
        asset="A", name=name, manager="command", start=("/bin/true",), pid_file=f"{folder}/{name}.pid",
        log_files=(f"{folder}/{name}.log",),
    )  # fmt: skip


def collector(host: LocalHost, *services: ServiceSpec, **options: object) -> Collector:
    return Collector(
        host,
        services,
        software="guardia-agent 1",
        clock=RealClock(),
        artifacts=FakeArtifacts(),
        log=structlog.get_logger(),
        **options,
    )


async def test_this_machine(tmp_path: Path) -> None:
    facts = await collector(LocalHost("A"), service("app", tmp_path)).collect()
    assert facts.hostname == socket.gethostname()[:200]
    assert facts.kernel == platform.release()
    assert facts.python == platform.python_version()
    assert facts.agent == "guardia-agent 1"
    assert facts.cpus >= 1
    assert facts.memory > 0
    assert [(one.name, one.manager, one.state) for one in facts.services] == [("app", "command", "stopped")]


class Stuck(LocalHost):
    """Pid files of `slow` lie on a file system that does not answer; `odd` cannot be read, `defect` fails us."""

    def __init__(self) -> None:
        super().__init__("A")
        self.looks = 0
        self.back = asyncio.Event()

    async def list_dir(self, path: str) -> list[str]:
        if path.endswith("slow"):
            self.looks += 1
            await self.back.wait()
        if path.endswith("odd"):
            raise HostError("permission denied")
        if path.endswith("defect"):
            raise RuntimeError("a defect of ours")
        return []


async def test_what_hangs_is_unknown_and_is_not_asked_twice_meanwhile(tmp_path: Path) -> None:
    def never(mount: Mount) -> Disk | None:
        return Disk(mount=mount.path, device=mount.device, fs_type=mount.fs_type, total=1, used=0, free=1)

    host = Stuck()
    services = [service(name, tmp_path / name) for name in ("slow", "odd", "defect", "fine")]
    collecting = collector(host, *services, disks=DiskLook(never), within=0.1)
    for _ in range(3):
        facts = await collecting.collect()
        assert [one.state for one in facts.services] == ["unknown", "unknown", "unknown", "stopped"]
        assert facts.incomplete
    assert host.looks == 1
    host.back.set()
    await asyncio.sleep(0)
    facts = await collecting.collect()
    assert [one.state for one in facts.services] == ["stopped", "unknown", "unknown", "stopped"]

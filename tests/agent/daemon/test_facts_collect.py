"""The facts of this machine, and of services whose manager answers, fails or hangs."""

import asyncio
import os
import platform
import socket
from pathlib import Path

import msgspec
import structlog

from guardia.agent.core.procfs import Mount
from guardia.agent.core.services import PidFile, encode_pid_file
from guardia.agent.core.target import ServiceSpec
from guardia.agent.daemon.collect import Collector
from guardia.agent.errors import HostError
from guardia.agent.ports import Disk
from guardia.agent.run.disks import DiskLook
from guardia.agent.run.local import LocalHost
from guardia.agent.run.software import SoftwareLook
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


async def test_the_software_of_a_running_service_is_told_and_kept_while_it_cannot_be_read(tmp_path: Path) -> None:
    answers: list[tuple[tuple[str, str], ...] | None] = [(("nginx", "1.22.1"),), None]

    class Look(SoftwareLook):
        async def look(
            self, service: str, pid: int, java_home: str, within: float
        ) -> tuple[tuple[str, str], ...] | None:
            assert (service, pid, java_home) == ("app", os.getpid(), "/opt/jdk")
            return answers.pop(0)

    host = LocalHost("A")
    process = await host.process(os.getpid())
    assert process is not None
    (tmp_path / "app.pid").write_bytes(encode_pid_file(PidFile(pid=process.pid, started_ms=process.started_ms)))
    spec = msgspec.structs.replace(service("app", tmp_path), environment={"JAVA_HOME": "/opt/jdk"})
    collecting = collector(host, spec, programs=Look())
    for _ in range(2):
        (seen,) = (await collecting.collect()).services
        assert (seen.state, [(one.name, one.version) for one in seen.software]) == ("running", [("nginx", "1.22.1")])

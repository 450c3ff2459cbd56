"""Collects the facts of the agent's own host, in a bounded time, whatever hangs on that host."""

from __future__ import annotations

import asyncio
import platform
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from guardia.agent.actions.base import Context
from guardia.agent.actions.managers import manager_of
from guardia.agent.core import procfs
from guardia.agent.core.hostfacts import outer_addresses
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import AgentError
from guardia.agent.ports import ArtifactFetcher, Clock, Host
from guardia.agent.run.disks import DiskLook
from guardia.agent.run.software import SoftwareLook
from guardia.proto.catalogue import NoParameters
from guardia.proto.facts import (
    CHANGING,
    MAX_DISKS,
    MAX_SERVICES,
    MAX_SOFTWARE,
    RUNNING,
    STOPPED,
    UNKNOWN,
    DiskFact,
    HostFacts,
    ServiceFact,
    SoftwareFact,
)
from guardia.proto.frames import Stream

WITHIN = 10.0
"""Seconds for all file systems together, and for all services together; both at the same time."""

READ_WITHIN = 5.0
"""Seconds of these for reading which software a service is."""


_Seen = tuple[str, tuple[SoftwareFact, ...]]
"""State and software of a service."""


class Collector:
    """Of the agent's own host alone: hosts behind it are looked at when somebody asks."""

    def __init__(
        self,
        host: Host,
        services: Sequence[ServiceSpec],
        *,
        software: str,
        clock: Clock,
        artifacts: ArtifactFetcher,
        log: Any,
        disks: DiskLook | None = None,
        programs: SoftwareLook | None = None,
        within: float = WITHIN,
    ) -> None:
        self._host = host
        self._services = tuple(services)
        self._software = software
        self._clock = clock
        self._artifacts = artifacts
        self._log = log
        self._disks = disks or DiskLook()
        self._programs = programs or SoftwareLook()
        self._within = within
        self._looks: dict[str, asyncio.Task[_Seen]] = {}
        """Looks at services that have not come back: none is begun a second time meanwhile."""
        self._known: dict[str, tuple[int, tuple[SoftwareFact, ...]]] = {}
        """The software of each service, with the process in which it was seen."""

    async def collect(self) -> HostFacts:
        """Everything that answers in time. Never raises for what one part of the host does not tell."""
        mounts, general = await asyncio.to_thread(_general, self._software)
        disks, services = await asyncio.gather(
            self._disks.look(mounts[:MAX_DISKS], self._within), self._states(self._services[:MAX_SERVICES])
        )
        cut = general.cut
        if len(mounts) > MAX_DISKS:
            cut += ("disks",)
        if len(self._services) > MAX_SERVICES:
            cut += ("services",)
        return msgspec.structs.replace(
            general,
            disks=tuple(
                DiskFact(
                    mount=_cut(disk.mount, 400),
                    fs_type=_cut(disk.fs_type),
                    total=disk.total,
                    used=disk.used,
                    free=disk.free,
                    inodes=disk.inodes,
                    inodes_free=disk.inodes_free,
                )
                for disk in disks
            ),
            services=tuple(services),
            cut=cut,
            incomplete=(
                bool(cut)
                or any(not disk.total for disk in disks)
                or any(service.state == UNKNOWN for service in services)
            ),
        )

    async def _states(self, services: Sequence[ServiceSpec]) -> list[ServiceFact]:
        for service in services:
            if service.name not in self._looks:
                self._looks[service.name] = asyncio.create_task(self._state(service))
        asked = [self._looks[service.name] for service in services]
        if asked:
            await asyncio.wait(asked, timeout=self._within)
        found = []
        for service in services:
            look = self._looks[service.name]
            state: str = UNKNOWN
            software: tuple[SoftwareFact, ...] = ()
            if look.done():
                state, software = look.result()  # never an error
                del self._looks[service.name]
            found.append(ServiceFact(name=_cut(service.name), manager=service.manager, state=state, software=software))
        return found

    async def _state(self, service: ServiceSpec) -> _Seen:
        try:
            state = await manager_of(self._context(), service).state()
        except AgentError:
            return UNKNOWN, ()
        except Exception:  # noqa: BLE001 - recorded; what is wrong with one service must not hide the others
            self._log.exception("state of a service not found out", service=service.name)
            return UNKNOWN, ()
        if state.transitional:
            return CHANGING, ()
        return (RUNNING, await self._software_of(service, state.pid)) if state.running else (STOPPED, ())

    async def _software_of(self, service: ServiceSpec, pid: int) -> tuple[SoftwareFact, ...]:
        """What was known of the same process stands in for what cannot be read now."""
        if not pid:
            return ()
        home = service.environment.get("JAVA_HOME", "")
        found = await self._programs.look(service.name, pid, home, min(READ_WITHIN, self._within / 2))
        if found is None:
            known_pid, known = self._known.get(service.name, (0, ()))
            return known if known_pid == pid else ()
        facts = tuple(SoftwareFact(name=name, version=_cut(version)) for name, version in found[:MAX_SOFTWARE])
        self._known[service.name] = pid, facts
        return facts

    def _context(self) -> Context:
        async def nothing_said(_stream: Stream, _data: bytes) -> None:
            """A look at a state says nothing to a room."""

        async def nothing_started(_pid: int) -> None:
            """And begins no step."""

        return Context(
            host=self._host,
            asset=self._host.asset,
            services=self._services,
            parameters=NoParameters(),
            clock=self._clock,
            artifacts=self._artifacts,
            within=self._within,
            output=nothing_said,
            started=nothing_started,
        )


def _cut(text: str, most: int = 200) -> str:
    return text.encode(errors="replace").decode()[:most]


def _general(software: str) -> tuple[list[procfs.Mount], HostFacts]:
    """Mounts, and what the kernel and /etc tell. Takes milliseconds, and asks no mounted file system."""
    addresses, more = outer_addresses(_addresses())
    return _mounts(), HostFacts(
        hostname=_cut(socket.gethostname()),
        os=_cut(_os_name()),
        kernel=_cut(platform.release()),
        machine=_cut(platform.machine()),
        agent=_cut(software),
        python=_cut(platform.python_version()),
        cpus=psutil.cpu_count() or 0,
        memory=psutil.virtual_memory().total,
        swap=psutil.swap_memory().total,
        addresses=addresses,
        cut=("addresses",) if more else (),
    )


def _mounts() -> list[procfs.Mount]:
    """From the kernel's own list, which no file system can hold up."""
    try:
        return procfs.mounts(Path("/proc/self/mounts").read_text(errors="replace"))
    except OSError:
        return []


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return platform.system()


def _addresses() -> list[str]:
    try:
        interfaces = psutil.net_if_addrs()
    except (OSError, psutil.Error):
        return []
    return [
        address.address
        for addresses in interfaces.values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6)
    ]

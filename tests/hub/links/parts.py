"""Both ends of a link for tests: a hub's handler and registry, an agent's handler, and a fleet of either kind."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from guardia.agent.link import grpc as agent_grpc
from guardia.agent.link import transport as agent_websocket
from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.agent.link.websocket import WebSocketLink
from guardia.hub.artifacts.server import ArtifactServer
from guardia.hub.errors import NotFoundError, StoreError
from guardia.hub.links.grpc import GrpcLinks
from guardia.hub.links.websocket import WebSocketLinks
from guardia.hub.ports import Links, Presence
from guardia.proto.frames import AgentFrame, Explain, Explanation, Frame, HubFrame, JournalEntry
from tests.fakes.links import FakeLinks, make_hello
from tests.hub.links import pki

PATIENCE = 10.0
TRANSPORTS = ("websocket", "grpc")


class SystemClock:
    ahead_ms = 0
    """By so much somebody has set the wall clock forward."""

    def now_ms(self) -> int:
        return int(time.time() * 1000) + self.ahead_ms

    def monotonic(self) -> float:
        return time.monotonic()


class Log:
    """What happened, in order; `until` waits for it without polling."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._changed = asyncio.Condition()

    async def add(self, event: Any) -> None:
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    async def until(self, wanted: Callable[[list[Any]], Any], within: float = PATIENCE) -> Any:
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: wanted(self.events))
            return wanted(self.events)


class HubHandler(Log):
    """Records; raises on the frame types in `fails_on`; waits for `gate` before it takes a frame over."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_on: set[type[Frame]] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_connected: Callable[[Presence], Any] | None = None
        self.busy = 0

    async def connected(self, presence: Presence) -> None:
        if self.on_connected is not None:
            await self.on_connected(presence)
        await self.add(("connected", presence.agent_id, presence.epoch))

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None:
        await self.add(("lost", agent_id, epoch, reason))

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        self.busy += 1
        assert self.busy == 1, "calls for one agent overlap"
        try:
            await self.add(("begun", agent_id, frame))
            await self.gate.wait()
            if type(frame) in self.fails_on:
                raise RuntimeError("the disk is full")
            await self.add(("received", agent_id, epoch, frame))
        finally:
            self.busy -= 1

    def frames(self, agent_id: str) -> list[AgentFrame]:
        return [event[3] for event in self.events if event[0] == "received" and event[1] == agent_id]

    def kinds(self) -> list[str]:
        return [event[0] for event in self.events if event[0] != "begun"]


class Registry:
    """Agents that are enrolled; all are, unless named in `revoked`."""

    def __init__(self) -> None:
        self.revoked: set[str] = set()
        self.fences: dict[str, str] = {}
        self.epochs: dict[str, int] = {}
        self.fails_after: int | None = None
        """So many more questions are answered; those beyond find the store busy. None: all are."""

    async def admitted(self, agent_id: str, certificate_sha256: str) -> bool:
        assert len(certificate_sha256) == 64
        if self.fails_after is not None:
            self.fails_after -= 1
            if self.fails_after < 0:
                raise StoreError("the store is busy")
        return agent_id not in self.revoked and agent_id not in self.fences

    async def fence(self, agent_id: str, reason: str) -> None:
        self.fences[agent_id] = reason

    async def fenced(self, agent_id: str) -> str:
        return self.fences.get(agent_id, "")

    async def admit(self, agent_id: str, certificate_sha256: str) -> int | None:
        if not await self.admitted(agent_id, certificate_sha256):
            return None
        self.epochs[agent_id] = self.epochs.get(agent_id, 0) + 1
        return self.epochs[agent_id]


class AgentHandler(Log):
    def __init__(self) -> None:
        super().__init__()
        self.journal: tuple[JournalEntry, ...] = ()
        self.on_welcomed: Callable[[], Any] | None = None
        self.explains: Callable[[Explain], Explanation | None] = lambda _: None
        self.link: ReconnectingLink | None = None
        self._acks: set[asyncio.Task[None]] = set()

    async def hello_journal(self) -> tuple[object, ...]:
        return self.journal

    def output_acked(self, step_id: str, seq: int) -> None:
        self._acks.add(asyncio.create_task(self.add(("output_acked", step_id, seq))))

    async def welcomed(self, epoch: int) -> None:
        await self.add(("welcomed", epoch))
        if self.on_welcomed is not None:
            await self.on_welcomed()

    async def received(self, frame: HubFrame) -> None:
        await self.add(("received", frame))
        if isinstance(frame, Explain):
            answer = self.explains(frame)
            if answer is not None:
                await self.link.send(answer)

    async def lost(self, reason: str) -> None:
        await self.add(("lost", reason))

    def frames(self) -> list[HubFrame]:
        return [event[1] for event in self.events if event[0] == "received"]


class Artifacts:
    """An `ArtifactSource` in memory; cuts are made by `fails_at`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails_at: dict[str, int] = {}
        self.reads: list[int] = []

    async def size(self, sha256: str) -> int | None:
        return len(self.files[sha256]) if sha256 in self.files else None

    async def read(self, sha256: str, offset: int, length: int) -> bytes:
        if sha256 not in self.files:
            raise NotFoundError(sha256)
        self.reads.append(offset)
        if offset >= self.fails_at.get(sha256, 1 << 60):
            del self.fails_at[sha256]
            raise RuntimeError("the disk has gone")
        return self.files[sha256][offset : offset + length]


class Peer(Protocol):
    """An agent of a fleet."""

    async def say(self, frame: AgentFrame) -> None: ...
    async def hears(self, kind: type[Frame], count: int = 1) -> list[Any]: ...
    async def cut(self) -> None: ...
    def explains(self, answer: Callable[[Explain], Explanation | None]) -> None: ...


class Fleet(Protocol):
    handler: HubHandler
    links: Links

    async def connect(self, agent_id: str, instance_id: str = "i") -> Peer: ...


class FakePeer:
    def __init__(self, links: FakeLinks, agent_id: str) -> None:
        self.links = links
        self.agent_id = agent_id

    async def say(self, frame: AgentFrame) -> None:
        with contextlib.suppress(RuntimeError):
            await self.links.answer(self.agent_id, frame)

    async def hears(self, kind: type[Frame], count: int = 1) -> list[Any]:
        found = self.links.sent_to(self.agent_id, kind)
        assert len(found) >= count
        return found

    async def cut(self) -> None:
        await self.links.drop(self.agent_id)

    def explains(self, answer: Callable[[Explain], Explanation | None]) -> None:
        self.links.explainer = answer


class FakeFleet:
    def __init__(self) -> None:
        self.handler = HubHandler()
        self.links = FakeLinks(self.handler)

    async def connect(self, agent_id: str, instance_id: str = "i") -> FakePeer:
        await self.links.connect(agent_id, make_hello(agent_id, instance_id=instance_id))
        return FakePeer(self.links, agent_id)

    async def close(self) -> None:
        pass


class RealPeer:
    """An agent's link over mTLS, run as a task."""

    def __init__(self, link: ReconnectingLink, handler: AgentHandler) -> None:
        self.link = link
        self.handler = handler
        self.task = asyncio.create_task(link.run())

    async def say(self, frame: AgentFrame) -> None:
        await self.link.send(frame)

    async def hears(self, kind: type[Frame], count: int = 1) -> list[Any]:
        await self.handler.until(lambda _: len([x for x in self.handler.frames() if isinstance(x, kind)]) >= count)
        return [frame for frame in self.handler.frames() if isinstance(frame, kind)]

    async def cut(self) -> None:
        """The network fails, and the agent does not come back."""
        self.link._stopping.set()
        self.link._channel._transport.abort()
        await self.task

    def explains(self, answer: Callable[[Explain], Explanation | None]) -> None:
        self.handler.explains = answer

    async def stop(self) -> None:
        await self.link.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(self.task, return_exceptions=True)
        finally:
            self.task.cancel()


class RealFleet:
    """A hub with a WebSocket and a gRPC listener on loopback, and agents that dial the one of `transport`."""

    def __init__(self, tmp_path: Path, transport: str = "websocket", **options: Any) -> None:
        self.tmp_path = tmp_path
        self.transport = transport
        self.handler = HubHandler()
        self.clock = SystemClock()
        self.registry = Registry()
        self.artifacts = Artifacts()
        self.denied: set[str] = set()
        self.peers: list[RealPeer] = []
        self.transports: list[Any] = []
        """Connections that a test has opened by hand."""
        certificate = options.pop("certificate", {})
        self.material = pki.hub_material(**certificate)
        self.websocket = WebSocketLinks(
            self.handler,
            self.registry,
            ssl_context=options.pop("ssl_context", None) or pki.hub_context(tmp_path, **certificate),
            clock=self.clock,
            artifacts=ArtifactServer(self.artifacts, self._allow),
            trust_domain=pki.DOMAIN,
            **options,
        )
        self.grpc = GrpcLinks(self.websocket.admission, material=lambda: self.material)

    @property
    def links(self) -> Any:
        return self.grpc if self.transport == "grpc" else self.websocket

    async def start(self) -> None:
        """The other listener is started by the tests that need it."""
        await self.links.start()

    async def _allow(self, agent_id: str, sha256: str) -> bool:
        return agent_id not in self.denied

    @property
    def url(self) -> str:
        return self.address(self.links.port)

    def address(self, port: int) -> str:
        return f"grpcs://127.0.0.1:{port}" if self.transport == "grpc" else f"wss://127.0.0.1:{port}/agent"

    def context(self, agent_id: str):
        return pki.agent_context(self.tmp_path, pki.agent_pem(agent_id))

    async def open(self, url: str = "", *, pem: bytes | None = None, trust: str = "hubs") -> Any:
        """A bare connection of an agent, without session and link. `pem` of b"": no certificate."""
        material = pki.agent_pem("was01") if pem is None else pem
        url = url or self.url
        if pem == b"":
            context = ssl.create_default_context(cadata=pki.authority(trust).pem)
            bare = pki.TlsMaterial(key=None, chain=None, roots=pki.authority(trust).pem.encode())
        else:
            context = pki.agent_context(self.tmp_path, material, trust=trust)
            bare = pki.agent_material(material, trust=trust)
        if self.transport == "grpc":
            opened = await agent_grpc.dial(url, bare, context)
        else:
            opened = await agent_websocket.dial(url, context)
        self.transports.append(opened)
        return opened

    def _link(self, url: str, pem: bytes, handler: AgentHandler, **options: Any) -> ReconnectingLink:
        if url.startswith("grpcs"):
            return agent_grpc.GrpcLink(
                url, lambda: (pki.agent_material(pem), pki.agent_context(self.tmp_path, pem)), handler, **options
            )
        return WebSocketLink(url, lambda: pki.agent_context(self.tmp_path, pem), handler, **options)

    async def dial(self, agent_id: str, *, pem: bytes | None = None, url: str = "", **hello: Any) -> RealPeer:
        """An agent that dials; it may or may not get in."""
        handler = AgentHandler()
        link = self._link(
            url or self.url,
            pki.agent_pem(agent_id) if pem is None else pem,
            handler,
            hello_factory=lambda journal: make_hello(agent_id, journal=journal, **hello),
            clock=SystemClock(),
            rng=lambda: 0.02,
        )
        handler.link = link
        peer = RealPeer(link, handler)
        self.peers.append(peer)
        return peer

    async def connect(self, agent_id: str, instance_id: str = "i") -> RealPeer:
        peer = await self.dial(agent_id, instance_id=instance_id)
        epoch = await peer.handler.until(lambda events: next((e[1] for e in events if e[0] == "welcomed"), None))
        await self.handler.until(lambda events: ("connected", agent_id, epoch) in events)
        return peer

    async def close(self) -> None:
        for peer in self.peers:
            await peer.stop()
        for transport in self.transports:
            transport.abort()
        await self.grpc.close()
        await self.websocket.close()

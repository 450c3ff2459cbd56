"""The hub under measurement, composed as `guardia-hub serve` composes it, without web and enrolment listeners."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import msgspec

from guardia.certs import keystore, tls
from guardia.certs.csr import key_to_pem, new_key
from guardia.certs.identity import Role
from guardia.certs.keystore import Identity, Material
from guardia.hub import migrations
from guardia.hub.app import SystemClock
from guardia.hub.chat.room import RoomHub
from guardia.hub.config import Config
from guardia.hub.core.message import RoomMessage
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.flow.engine import Engine
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.parser.signs import Signs
from guardia.hub.ports import AgentFrame, LinkHandler, Parser, Presence
from guardia.hub.signed_tickets import SignedTickets
from guardia.hub.store.database import Database
from guardia.hub.store.notes import SqlNotes
from tests.bench.agent import Stamps
from tests.bench.estate import GATEWAY, FixedInventory, inventory
from tests.bench.floor import Floor
from tests.bench.trace import Trace, TracedAuthoriser, TracedLinks, TracedParser, TracedStore, TracedTickets

PATIENCE = 60.0


class _Registry:
    """Every certificate of the CA is admitted: enrolment is not measured."""

    def __init__(self) -> None:
        self._epoch = 0

    async def admitted(self, agent_id: str, certificate_sha256: str) -> bool:
        return bool(agent_id and certificate_sha256)

    async def admit(self, agent_id: str, certificate_sha256: str) -> int | None:
        self._epoch += 1
        return self._epoch

    async def fence(self, agent_id: str, reason: str) -> None:
        raise AssertionError(f"fenced {agent_id}: {reason}")

    async def fenced(self, agent_id: str) -> str:
        return ""


class _Handler:
    """Links and engine need each other; also says when the agent is connected and reconciled."""

    target: LinkHandler

    def __init__(self) -> None:
        self.ready = asyncio.Event()

    async def connected(self, presence: Presence) -> None:
        await self.target.connected(presence)
        self.ready.set()

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None:
        await self.target.lost(agent_id, epoch, reason)

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        await self.target.received(agent_id, epoch, frame)


class WatchedRooms(RoomHub):
    """Says when a request's end was shown, which is after its commit."""

    def __init__(self, history: TracedStore) -> None:
        super().__init__(history)
        self._ended: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def show(self, message: RoomMessage) -> None:
        await super().show(message)
        if message.message_id.startswith("end-"):
            request_id = message.message_id.removeprefix("end-")
            self._ended.add(request_id)
            future = self._waiting.pop(request_id, None)
            if future is not None:
                future.set_result(None)

    async def ended(self, request_id: str) -> None:
        if request_id not in self._ended:
            self._waiting[request_id] = asyncio.get_running_loop().create_future()
            await asyncio.wait_for(self._waiting[request_id], PATIENCE)
        self._ended.discard(request_id)


class AgentProcess:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, port: int, folder: Path) -> AgentProcess:
        argv = [sys.executable, "-m", "tests.bench.agent", GATEWAY, str(port), str(folder)]
        pipe = subprocess.PIPE
        agent = cls(await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, limit=1 << 26))
        await agent._answer()
        return agent

    async def _answer(self) -> bytes:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        if not line:
            raise RuntimeError("the agent of the benchmark has died; its error is above")
        return line

    async def tell(self, word: str) -> bytes:
        assert self._process.stdin is not None
        self._process.stdin.write(word.encode() + b"\n")
        return await self._answer()

    async def stamps(self) -> Stamps:
        """What it saw since the last call; call it while nothing is under way."""
        return msgspec.json.decode(await self.tell("dump"), type=Stamps)

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), PATIENCE)


class System:
    """A running hub with one connected agent, and the floor beside it. Made by `running`."""

    engine: Engine
    store: TracedStore
    rooms: WatchedRooms
    agent: AgentProcess
    floor: Floor
    trace: Trace
    authority: HubAuthority
    folder: Path

    def __init__(self) -> None:
        self._numbers = 0

    def number(self) -> int:
        self._numbers += 1
        return self._numbers


@contextlib.asynccontextmanager
async def running(folder: Path, parser_of: type[Parser] | None = None) -> AsyncIterator[System]:
    """Start everything below `folder` and stop it again."""
    from guardia.hub.parser.adapter import EmbeddedParser

    system = System()
    system.folder = folder
    clock = SystemClock()
    authority = HubAuthority.init(
        folder / "hub", trust_domain="bench.guardia.internal", names=("localhost", "127.0.0.1"), now_ms=clock.now_ms()
    )
    system.authority = authority
    agent_folder = _agent_identity(authority, folder / "agent", clock.now_ms())
    context = tls.hub_agent_listener_context(authority.keystore)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(f"sqlite:///{folder / 'hub.db'}")
        stack.callback(database.close)
        migrations.upgrade(database.engine)
        trace = system.trace = Trace()
        system.store = TracedStore(database)
        system.store.trace = trace
        system.rooms = WatchedRooms(system.store)
        handler = _Handler()
        links = TracedLinks(handler, _Registry(), ssl_context=context, clock=clock, trust_domain=authority.trust_domain)
        links.trace = trace
        policies = resources.files("guardia.hub.core").joinpath("default.cedar").read_text(encoding="utf-8")
        authoriser = TracedAuthoriser(policies)
        authoriser.trace = trace
        known = FixedInventory(inventory())
        rules = Config().advice_rules()
        system.engine = Engine(
            store=system.store,
            history=system.store,
            rooms=system.rooms,
            parser=TracedParser((parser_of or EmbeddedParser)(known), trace),  # type: ignore[call-arg]
            inventory=known,
            links=links,
            authoriser=authoriser,
            tickets=TracedTickets(SignedTickets(authority.signer), trace),
            clock=clock,
            settings=FlowSettings(),
            notes=SqlNotes(database),
            signs=Signs(rules, known),
            rules=rules,
        )
        handler.target = system.engine.delivery
        await system.engine.start()
        stack.push_async_callback(system.engine.stop)
        system.engine.run_timers()
        await links.start()
        stack.push_async_callback(links.close)
        system.agent = await AgentProcess.start(links.port, agent_folder)
        stack.push_async_callback(system.agent.stop)
        await asyncio.wait_for(handler.ready.wait(), PATIENCE)
        system.floor = Floor(folder, tls.hub_agent_listener_context(authority.keystore), agent_folder)
        stack.callback(system.floor.close)
        yield system


def _agent_identity(authority: HubAuthority, folder: Path, now_ms: int) -> Path:
    key = new_key()
    issued = authority.ca.issue_agent(key.public_key(), GATEWAY, now_ms)
    identity = Identity(role=Role.AGENT, name=GATEWAY, trust_domain=authority.trust_domain, pin=authority.ca.pin)
    material = Material(identity=identity, key=key_to_pem(key), chain=issued.chain, roots=authority.ca.roots_pem)
    keystore.replace(folder, material)
    return folder

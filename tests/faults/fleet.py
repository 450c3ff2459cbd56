"""Many agents with the real link in one process, and a hub that goes away under all of them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.agent.link.websocket import WebSocketLink
from guardia.certs import keystore, tls
from guardia.certs.certificate import spki_sha256
from guardia.certs.csr import key_to_pem, new_key
from guardia.certs.identity import Role
from guardia.certs.jointoken import JoinToken
from guardia.certs.keystore import Identity, Material
from guardia.hub.app import SystemClock
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.store.database import Database
from guardia.proto.frames import Hello, HubFrame, JournalEntry
from guardia.proto.version import MAJOR, MINOR
from tests.faults.catalogue import fault
from tests.faults.small import SmallSystem

PATIENCE = 90.0


class Simulated:
    """`LinkHandler` of an agent that is only there."""

    def __init__(self, agent_id: str, fleet: Fleet) -> None:
        self.agent_id = agent_id
        self.epochs: list[int] = []
        self.frames: list[HubFrame] = []
        self._fleet = fleet

    async def hello_journal(self) -> tuple[JournalEntry, ...]:
        return ()

    async def welcomed(self, epoch: int) -> None:
        async with self._fleet.news:
            self.epochs.append(epoch)
            self._fleet.news.notify_all()

    async def lost(self, reason: str) -> None:
        async with self._fleet.news:
            self._fleet.news.notify_all()

    async def received(self, frame: HubFrame) -> None:
        self.frames.append(frame)


class Fleet:
    """`count` enrolled agents; `run` connects them for as long as the block lasts."""

    def __init__(self, system: SmallSystem, folder: Path, count: int) -> None:
        self._system, self._folder = system, folder
        self.agents = [Simulated(f"sim-{number:03}", self) for number in range(count)]
        self.links: list[WebSocketLink] = []
        self.news = asyncio.Condition()

    async def until_welcomed(self, times: int) -> float:
        """Until each agent was welcomed so often; the seconds that it took."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: all(len(agent.epochs) >= times for agent in self.agents))
        return time.monotonic() - began

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self._enrol()
        self.links = [self._link(agent) for agent in self.agents]
        tasks = [asyncio.create_task(link.run()) for link in self.links]
        try:
            yield
        finally:
            for link in self.links:
                await link.close()
            await asyncio.gather(*tasks)

    async def _enrol(self) -> None:
        """As `guardia-hub agents add` and `guardia-agent enrol` do, without a process for each of them."""
        clock, authority = SystemClock(), HubAuthority.load(self._system.hub_state)
        database = Database(f"sqlite:///{self._system.hub_state / 'guardia.db'}")
        try:
            registry = EnrolmentRegistry(database, clock, authority.ca.pin)
            for agent in self.agents:
                await registry.create_agent(agent.agent_id, agent.agent_id)
                token = JoinToken.parse(await registry.create_join_token(agent.agent_id))
                key = new_key()
                public = key.public_key()
                redeemed = await registry.redeem(
                    token,
                    spki_sha256(public),
                    lambda agent_id, public=public: authority.ca.issue_agent(public, agent_id, clock.now_ms()),
                )
                identity = Identity(role=Role.AGENT, name=agent.agent_id, trust_domain=authority.trust_domain)
                material = Material(
                    identity=identity,
                    key=key_to_pem(key),
                    chain=redeemed.issued.chain,
                    roots=authority.ca.roots_pem,
                )
                keystore.replace(self._folder / agent.agent_id, material)
        finally:
            database.close()

    def _link(self, agent: Simulated) -> WebSocketLink:
        def hello(journal: tuple[JournalEntry, ...]) -> Hello:
            return Hello(
                agent_id=agent.agent_id,
                boot_id="simulated",
                instance_id=f"instance-{agent.agent_id}",
                software="0.1.0",
                protocol_major=MAJOR,
                protocol_minor=MINOR,
                trust_bundle="",
                targets=(agent.agent_id,),
                actions=(),
                journal=journal,
            )

        store = keystore.load(self._folder / agent.agent_id)
        return WebSocketLink(
            f"wss://localhost:{self._system.agents_port}/agent",
            lambda: tls.agent_client_context(store),
            agent,
            hello_factory=hello,
            clock=SystemClock(),
            rng=random.random,
        )


@fault(
    "많은 에이전트를 둔 허브의 재시작",
    made="허브를 SIGKILL하고 다시 띄웁니다. 그동안 모의 에이전트 50개가 실제 TLS와 링크로 붙어 있습니다.",
    holds="모두 스스로 다시 붙고, 연결마다 세대(epoch)가 커지며, 그사이 진행되던 단계는 한 번 실행되어 끝납니다.",
)
@contextlib.asynccontextmanager
async def hub_restarted(system: SmallSystem) -> AsyncIterator[None]:
    """The hub is dead during the block."""
    system.kill("hub")
    yield
    await system.start_hub()

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from guardia.certs import tls
from guardia.hub.enrolment import tables
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.listener import EnrolmentListener, enrolment_app
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.store.database import Database
from tests.support.clock import FakeClock

AGENTS_URL = "wss://localhost:8443/agent"


class Recorder:
    """An ASGI application around another that keeps every byte of every request."""

    def __init__(self, app) -> None:
        self.app = app
        self.paths: list[str] = []
        self.received = b""

    async def __call__(self, scope, receive, send) -> None:
        self.paths.append(scope["path"])
        self.received += repr(scope["headers"]).encode() + scope["query_string"]

        async def recording():
            message = await receive()
            self.received += message.get("body", b"")
            return message

        await self.app(scope, recording, send)


class RealHub:
    """The hub's own enrolment, listening on loopback. `app` may be swapped for that of an impostor."""

    def __init__(self, folder: Path, database: Database, clock: FakeClock, names: list[str]) -> None:
        self.clock = clock
        self.authority = HubAuthority.init(folder, trust_domain="guardia.test", names=names, now_ms=clock.now_ms())
        self.registry = EnrolmentRegistry(database, clock, self.authority.ca.pin)
        service = EnrolmentService(
            ca=self.authority.ca,
            registry=self.registry,
            ticket_keys=self.authority.signer.public_keys,
            agents_url=AGENTS_URL,
            clock=clock,
        )
        self.recorder = Recorder(enrolment_app(service, clock, burst=1000))
        self.listener = EnrolmentListener(
            self.recorder, tls.hub_enrolment_context(self.authority.keystore), host="127.0.0.1", port=0
        )

    @property
    def url(self) -> str:
        return f"https://localhost:{self.listener.port}"

    async def token(self, agent_id: str = "was01", asset: str = "MOF-WAS-01") -> str:
        await self.registry.create_agent(agent_id, asset)
        return await self.registry.create_join_token(agent_id)


@pytest.fixture
def clock() -> FakeClock:
    """Moved by hand, but begins now: OpenSSL reads the real clock."""
    return FakeClock(int(time.time() * 1000))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    for table in (tables.agents, tables.join_tokens, tables.agent_certificates):
        table.create(database.engine)
    yield database
    database.close()


@pytest.fixture
async def hubs(tmp_path: Path, database: Database) -> AsyncIterator[object]:
    """Makes running hubs: `await hubs(clock, names=…)`."""
    running: list[RealHub] = []

    async def make(clock: FakeClock, names: list[str] | None = None) -> RealHub:
        hub = RealHub(tmp_path / f"hub{len(running)}", database, clock, names or ["localhost", "127.0.0.1"])
        await hub.listener.start()
        running.append(hub)
        return hub

    yield make
    for hub in running:
        await hub.listener.stop()


@pytest.fixture
async def hub(hubs, clock: FakeClock) -> RealHub:
    return await hubs(clock)

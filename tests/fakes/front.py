"""The hub's front with real accounts, store and rooms around a fake conversation; also behind a real uvicorn."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from guardia.hub.artifacts.store import ArtifactStore
from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.reception import Reception
from guardia.hub.chat.room import RoomHub
from guardia.hub.chat.signed import SignedRequests
from guardia.hub.chat.signedlink import LinkSigner
from guardia.hub.chat.tickets import TicketDesk
from guardia.hub.core.texts import Languages
from guardia.hub.flow.fact_desk import FactDesk
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.paced import PacedConversation
from guardia.hub.flow.queue import Queue
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.chatrooms import ChatRooms
from guardia.hub.store.claims import Claims
from guardia.hub.store.database import Database, ping
from guardia.hub.store.deliveries import Deliveries
from guardia.hub.store.identities import Identities
from guardia.hub.store.log import SqlStore
from guardia.hub.store.metadata import metadata
from guardia.hub.store.staged import StagedFiles
from guardia.hub.store.uploads import LinkedUploads
from guardia.hub.web.app import SERVER_OPTIONS, make_app
from guardia.hub.web.parts import Linking, OutputDesk, Parts, Signed
from guardia.hub.web.settings import AgentStatus, HubStatus, Room, WebSettings
from tests.fakes.conversation import FakeConversation
from tests.fakes.outputs import FakeOutputs
from tests.fakes.queue import IdleDesk, OwnRequests
from tests.support.world import FixedInventory, default_authoriser

PASSWORD = "correct horse battery"
SECRET = b"a secret of the integration"
KEY = b"a key of signed links" * 2
LIMIT = 2 * 1024 * 1024
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class Front:
    """Everything of one test: `app`, `conversation`, `accounts`, `database`, `store`, `rooms`."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        step_delay: float | None = None,
        messengers: Sequence[Messenger] = (),
        flow: FlowSettings | None = None,
        queue: Queue | None = None,
        outputs: OutputDesk | None = None,
        follow: Follow | None = None,
        facts: FactDesk | None = None,
        language: Languages = lambda _room_id: "ko",
        **settings: Any,
    ) -> None:
        self.clock = clock
        self.database = Database(f"sqlite:///{folder / 'hub.sqlite'}")
        with self.database.engine.begin() as connection:
            metadata.create_all(connection)
        self.accounts = Accounts(self.database, clock, hasher=CHEAP)
        self.store = ArtifactStore(folder / "artifacts", StagedFiles(self.database), clock, limit=LIMIT)
        self.identities = Identities(self.database, clock)
        self.claims = Claims(self.database, clock, KEY)
        self.conversation = FakeConversation(clock, step_delay=step_delay, claims=self.claims)
        self.registry = CollectorRegistry()
        paced = PacedConversation(self.conversation, flow or FlowSettings(), clock, self.registry)
        self.rooms = RoomHub(self.conversation)
        self.conversation.rooms = self.rooms
        self.settings = WebSettings(
            rooms=(
                Room(room_id="ops", name="운영 상황실"),
                Room(room_id="secret", name="비공개", members=("approver1",)),
            ),
            max_upload=LIMIT,
            agents_url="wss://hub.example.go.kr:9443",
            **settings,
        )
        self.signer = LinkSigner(KEY, "https://guardia.example.go.kr", clock)
        self.messages = SqlStore(self.database)
        self.uploads = LinkedUploads(self.database, clock)
        self.chat_rooms = ChatRooms(self.database, clock)
        self.deliveries = Deliveries(self.database, clock)
        self.reception = Reception(
            [InHouse({"inhouse": SECRET}, self.accounts, clock), *messengers],
            conversation=paced,
            people=self.accounts,
            files=self.store,
            rooms=self.chat_rooms,
            notices=self.deliveries,
            clock=clock,
            enter=lambda room_id, person: (room := self.settings.room(room_id)) is None or room.open_to(person),
        )
        self.tickets = TicketDesk(
            SignedRequests({"itsm": SECRET}, self.accounts, clock),
            conversation=paced,
            people=self.accounts,
            clock=clock,
            enter=lambda room_id, person: (room := self.settings.room(room_id)) is None or room.open_to(person),
            known_room=lambda room_id: self.settings.room(room_id) is not None,
        )
        self.outputs = FakeOutputs()
        self.facts = SqlAgentFacts(self.database)
        self.inventory = FixedInventory()
        self.app: Starlette = make_app(
            Parts(
                conversation=paced,
                accounts=self.accounts,
                staging=self.store,
                rooms=self.rooms,
                reception=self.reception,
                signed=Signed(self.signer, self.messages, self.uploads),
                linking=Linking(self.identities, self.claims),
                tickets=self.tickets,
                outputs=outputs or self.outputs,
                follow=follow or Follow(IdleDesk(), self.messages, clock),  # type: ignore[arg-type]
                queue=queue or Queue(IdleDesk(), OwnRequests(), clock),  # type: ignore[arg-type]
                facts=facts or FactDesk(self.facts, self.inventory, default_authoriser()),
                settings=self.settings,
                clock=clock,
                status=lambda: HubStatus(
                    agents=(
                        AgentStatus(agent_id="MOF-BUD-WAS-01", online=True, targets=("MOF-BUD-WAS-01",)),
                        AgentStatus(agent_id="MOF-GW-01", online=True, targets=("MOF-BUD-WAS-02", "MOF-BUD-DB-01")),
                        AgentStatus(agent_id="NTS-HOME-WEB-01", online=False),
                    )
                ),
                checks={
                    "database": lambda: self.database.read(ping),
                    "writer": lambda: self.database.write(ping),
                },
                registry=self.registry,
                language=language,
            )
        )

    async def people(self) -> None:
        """`engineer1` and `approver1`, both with `PASSWORD`; the in-house user `u-1` is `engineer1`."""
        for person_id, name, role in (("engineer1", "엔지니어 1", "engineer"), ("approver1", "승인자 1", "approver")):
            await self.accounts.create_person(person_id, name, password=PASSWORD, roles=[role], institutions=["*"])
        await self.accounts.link_identity("inhouse", "u-1", "engineer1")

    async def token(self, person_id: str) -> str:
        return (await self.accounts.open_session(person_id)).token

    def close(self) -> None:
        self.database.close()


@contextlib.asynccontextmanager
async def serving(app: Starlette, **options: Any) -> AsyncIterator[int]:
    """The application behind uvicorn on a free port of the loopback."""
    config = uvicorn.Config(
        app, **{"host": "127.0.0.1", "port": 0, "log_level": "warning", "lifespan": "on", **SERVER_OPTIONS, **options}
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task

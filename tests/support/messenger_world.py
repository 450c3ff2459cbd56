"""The whole way of a messenger in one process: reception, engine, store, outbox, courier; the clock moves by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from guardia.hub.chat.attachments import Attachments
from guardia.hub.chat.courier import Courier
from guardia.hub.chat.metrics import CourierMetrics
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.reception import Reception
from guardia.hub.chat.render import parked_notice
from guardia.hub.chat.signedlink import LinkSigner
from guardia.hub.core.message import Person, StagedFile
from guardia.hub.core.messenger import Answer, Arrived
from guardia.hub.core.room import EVERYTHING, Scope
from guardia.hub.core.texts import Language
from guardia.hub.errors import NotFoundError
from guardia.hub.flow.paced import PacedConversation
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.chatrooms import ChatRooms
from guardia.hub.store.claims import Claims
from guardia.hub.store.deliveries import Deliveries
from guardia.hub.store.uploads import LinkedUploads
from tests.fakes.front import CHEAP
from tests.support.world import APPROVER, ENGINEER, World

KEY = b"k" * 32
BASE = "https://guardia.example.go.kr"
ROOM = "ops"


class Files:
    """Staged files of which the content does not matter."""

    def __init__(self) -> None:
        self.staged: list[tuple[str, bytes]] = []

    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile:
        if file_id != "F-1":
            raise NotFoundError("no such file")
        return StagedFile(file_id="F-1", name="budget.war", sha256="0" * 64, size=3)

    async def stage(self, chunks: Any, *, name: str, person_id: str, room_id: str, declared: Any = None) -> StagedFile:
        data = b"".join([chunk async for chunk in chunks])
        self.staged.append((name, data))
        return StagedFile(file_id=f"F-{len(self.staged)}", name=name, sha256="0" * 64, size=len(data))


class People:
    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Person] = {}

    async def person_for(self, platform: str, external_id: str) -> Person | None:
        return self.known.get((platform, external_id))


class MessengerWorld(World):
    """Add messengers with `join`; `restart` takes the process away and brings it back on the same store."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.messengers: list[Messenger] = []
        self.people = People()
        self.files = Files()
        self.metrics = CollectorRegistry()

    async def start(self) -> None:
        await super().start()
        self.metrics = CollectorRegistry()
        self.reception = Reception(
            self.messengers,
            conversation=PacedConversation(self.engine, self.settings, self.clock, self.metrics),
            people=self.people,
            files=self.files,
            rooms=self.chat_rooms,
            notices=self.deliveries,
            clock=self.clock,
        )
        self.courier = Courier(
            self.by_name,
            outbox=self.deliveries,
            rooms=self.chat_rooms,
            links=self.signer,
            clock=self.clock,
            metrics=CourierMetrics(self.metrics),
            jitter=lambda: 1.0,
            parked=self._tell_parked,
        )
        await self.courier.resume()
        await self.chat_rooms.load()

    async def _tell_parked(self, platform: str, channel: str) -> None:
        """The rooms of the console are one here."""
        room = self.chat_rooms.bound(platform, channel)
        assert room is not None
        notice = parked_notice(platform, channel, room.room_id, self.clock.now_ms(), room.language)
        await self.engine.desk.post([notice])

    async def engine_options(self) -> dict[str, Any]:
        self.chat_rooms = ChatRooms(self.database, self.clock)
        await self.chat_rooms.load()
        self.deliveries = Deliveries(self.database, self.clock)
        self.uploads = LinkedUploads(self.database, self.clock)
        self.signer = LinkSigner(KEY, BASE, self.clock)
        self.by_name = {messenger.name: messenger for messenger in self.messengers}
        return {
            "scope_of": self.chat_rooms.scope,
            "signed_links": self.signer,
            "notices": self.deliveries,
            "attach": Attachments(self.by_name, self.files, self.uploads),
            "claims": Claims(self.database, self.clock, KEY),
        }

    async def claimable(self, platform: str) -> str:
        """A code of a person who has an account with the hub; from now on people are whom its accounts say."""
        accounts = Accounts(self.database, self.clock, hasher=CHEAP)
        self.reception._people = accounts
        if await accounts.person("claimer1") is None:
            await accounts.create_person("claimer1", "claimer1", roles=["engineer"], institutions=["*"])
        return (await Claims(self.database, self.clock, KEY).issue("claimer1", platform)).code

    def language_of(self, room_id: str) -> Language:
        return self.chat_rooms.language(room_id, super().language_of(room_id))

    async def bind(
        self, platform: str, channel: str, room: str = ROOM, scope: Scope = EVERYTHING, language: Language = "ko"
    ) -> None:
        await self.chat_rooms.bind(platform, channel, room)
        await self.chat_rooms.set_scope(room, scope, language)
        await self.chat_rooms.load()

    def map(self, platform: str, engineer: str, approver: str) -> None:
        self.people.known[platform, engineer] = ENGINEER
        self.people.known[platform, approver] = APPROVER

    async def webhook(self, name: str, arrived: Arrived, *, work: bool = True) -> Answer:
        """Hand a webhook over and, unless told otherwise, wait until it was worked off."""
        answer, _ = await self.reception.webhook(name, arrived)
        if work:
            assert await self.engine.intake.idle(within=60)
            await self.engine.desk.finish()
        return answer

    async def carry(self, seconds: float = 60.0) -> None:
        """Let the courier carry what it can in so much time; the clock moves as far as it has to."""
        until = self.clock.monotonic() + seconds
        await self.engine.desk.finish()  # what is shown beside, too
        while True:
            waits = []
            for place in await self.deliveries.channels():
                wait = await self.courier.next(*place)
                waits += [] if wait is None else [wait]
            if not waits:
                return
            soonest = min(waits)
            if self.clock.monotonic() + soonest > until:
                return
            self.clock.advance(soonest)

"""What the web front asks of the parts that it is put together with; the start-up code passes them in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge
from starlette.requests import HTTPConnection

from guardia.hub.core.grant import Grant
from guardia.hub.core.live_output import OutputPage
from guardia.hub.core.message import Person, Receipt, RoomMessage, StagedFile
from guardia.hub.core.messenger import Answer, Arrived
from guardia.hub.core.request import Request
from guardia.hub.core.texts import Language, Languages
from guardia.hub.flow.drift_report import DriftReport, SeenFacts
from guardia.hub.flow.outbox import Waiting
from guardia.hub.flow.outputs import Place
from guardia.hub.flow.queue import Dropped, QueuePage, Sees
from guardia.hub.ports import Clock, Conversation, FetchedOutput
from guardia.hub.web.settings import HubStatus, WebSettings


class Session(Protocol):
    """Somebody who is logged in."""

    @property
    def person(self) -> Person: ...
    @property
    def csrf(self) -> str: ...
    @property
    def expires_ms(self) -> int: ...


class Opened(Protocol):
    """A session that was just opened, with its token."""

    @property
    def token(self) -> str: ...
    @property
    def session(self) -> Session: ...


class Accounts(Protocol):
    """`guardia.hub.store.accounts.Accounts`, as far as the web front uses it."""

    async def verify_login(self, person_id: str, password: str, address: str) -> Person: ...
    async def open_session(self, person_id: str) -> Opened: ...
    async def session(self, token: str) -> Session | None: ...
    async def close_session(self, token: str) -> None: ...
    async def prune(self) -> None: ...


class Staging(Protocol):
    """`guardia.hub.artifacts.store.ArtifactStore`, as far as the web front uses it."""

    async def stage(
        self, chunks: AsyncIterator[bytes], *, name: str, person_id: str, room_id: str, declared: int | None = None
    ) -> StagedFile: ...
    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile: ...


class Reader(Protocol):
    """`guardia.hub.chat.room.Subscription`: one connection's view of a room."""

    def stream(self, *, after: int = 0, cards: int = 0) -> AsyncIterator[bytes]: ...
    async def overrun(self) -> None: ...


class RoomReaders(Protocol):
    """`guardia.hub.chat.room.RoomHub`, as far as the web front uses it."""

    def join(self, room_id: str) -> Any: ...
    def leave(self, subscription: Any, /) -> None: ...
    def readers(self) -> int: ...


class SignedLinks(Protocol):
    """`guardia.hub.chat.signedlink.LinkSigner`, as far as the web front uses it."""

    def open(self, token: str) -> Grant: ...


class Messages(Protocol):
    """`guardia.hub.store.log.SqlStore`, as far as signed links use it."""

    async def message(self, room_id: str, message_id: str) -> RoomMessage | None: ...


class Uploads(Protocol):
    """`guardia.hub.store.uploads.LinkedUploads`, as far as the web front uses it."""

    async def add(self, file: StagedFile, *, person_id: str, room_id: str) -> None: ...


class Signed:
    """What stands behind signed links."""

    def __init__(self, links: SignedLinks, messages: Messages, uploads: Uploads) -> None:
        self.links = links
        self.messages = messages
        self.uploads = uploads


class Identity(Protocol):
    """An account of a messenger that is somebody's."""

    @property
    def platform(self) -> str: ...
    @property
    def account(self) -> str: ...


class IdentityEvent(Protocol):
    """Something that happened to somebody's accounts."""

    @property
    def seq(self) -> int: ...
    @property
    def at_ms(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def platform(self) -> str: ...
    @property
    def account(self) -> str: ...


class Issued(Protocol):
    """A code that was just made."""

    @property
    def code(self) -> str: ...
    @property
    def platform(self) -> str: ...


class Identities(Protocol):
    """`guardia.hub.store.identities.Identities`, as far as the web front uses it."""

    async def linked(self, person_id: str | None = None) -> Sequence[Identity]: ...
    async def unlink(self, platform: str, account: str, *, by: str, person_id: str | None = None) -> str: ...
    async def events(self, person_id: str | None = None, *, limit: int = 100) -> Sequence[IdentityEvent]: ...
    async def unseen(self, person_id: str) -> Sequence[IdentityEvent]: ...
    async def seen(self, person_id: str, up_to: int) -> None: ...


class Claims(Protocol):
    """`guardia.hub.store.claims.Claims`, as far as the web front uses it."""

    async def issue(self, person_id: str, platform: str) -> Issued: ...


class Linking:
    """What stands behind the page of a person's accounts."""

    def __init__(self, identities: Identities, claims: Claims) -> None:
        self.identities = identities
        self.claims = claims


class Tickets(Protocol):
    """`guardia.hub.chat.tickets.TicketDesk`."""

    async def take(self, arrived: Arrived) -> tuple[str, Receipt]: ...


class OutputDesk(Protocol):
    """`guardia.hub.flow.outputs.Outputs`."""

    async def place(self, request_id: str, step_id: str) -> Place: ...
    async def fetch(self, place: Place, *, by: str, offset: int = 0, limit: int = 0) -> FetchedOutput: ...


class FollowDesk(Protocol):
    """`guardia.hub.flow.follow.Follow`."""

    async def request(self, request_id: str) -> Request: ...
    def page(
        self, place: Place, *, by: str, after: int, wait: float, language: Language = "ko"
    ) -> Coroutine[Any, Any, OutputPage]: ...


class QueueDesk(Protocol):
    """`guardia.hub.flow.queue.Queue`."""

    def page(
        self, person: Person, sees: Sees, *, agent_id: str = "", after: str = "", limit: int = 50
    ) -> QueuePage: ...
    def droppable(self, entry: Waiting, person: Person) -> bool: ...
    async def drop(self, step_id: str, person: Person, sees: Sees, reason: str = "") -> Dropped: ...


class Facts(Protocol):
    """`guardia.hub.flow.fact_desk.FactDesk`."""

    async def facts(self, person: Person, asset_code: str) -> SeenFacts: ...
    async def drift(self, person: Person) -> DriftReport: ...


class Reception(Protocol):
    """`guardia.hub.chat.reception.Reception`: takes over what messengers' webhooks say."""

    @property
    def messengers(self) -> Mapping[str, object]: ...

    async def webhook(self, name: str, arrived: Arrived) -> tuple[Answer, str]: ...


Check = Callable[[], Awaitable[None]]
"""A health check: returns when all is well, raises when it is not."""


@dataclass(kw_only=True)
class Parts:
    """Everything that the handlers use, kept in `app.state.parts`. One for each `registry`."""

    conversation: Conversation
    accounts: Accounts
    staging: Staging
    rooms: RoomReaders
    reception: Reception
    signed: Signed
    linking: Linking
    tickets: Tickets
    outputs: OutputDesk
    follow: FollowDesk
    queue: QueueDesk
    facts: Facts
    settings: WebSettings
    clock: Clock
    status: Callable[[], HubStatus]
    checks: Mapping[str, Check]
    registry: CollectorRegistry
    language: Languages = lambda _room_id: "ko"
    """Of a room."""

    def __post_init__(self) -> None:
        self.requests = Counter(
            "guardia_web_requests", "HTTP requests by route and status", ["route", "status"], registry=self.registry
        )
        self.messages = Counter(
            "guardia_room_messages", "Messages and presses from people", ["source", "outcome"], registry=self.registry
        )
        readers = Gauge("guardia_room_readers", "Connections that look at rooms", registry=self.registry)
        readers.set_function(self.rooms.readers)


def parts(connection: HTTPConnection) -> Parts:
    """The parts of the application that serves `connection`."""
    found = connection.app.state.parts
    assert isinstance(found, Parts)
    return found

"""Ports of the hub: what the flow asks of the world. Adapters and fakes pass one conformance suite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Annotated, Protocol, runtime_checkable

import msgspec

from guardia.cmdb.model import Inventory
from guardia.hub.core.claim import Claimed
from guardia.hub.core.clones import KeptSighting
from guardia.hub.core.events import Event
from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.core.itsm import HookEvent
from guardia.hub.core.live_output import Kept
from guardia.hub.core.message import ButtonPress, InboundMessage, Person, Receipt, RoomMessage
from guardia.hub.core.messenger import Outgoing
from guardia.hub.core.preview import Preview
from guardia.hub.core.proactive import Offer, Quiet, Sighting
from guardia.hub.core.request import Request
from guardia.hub.core.room import Scope
from guardia.hub.core.texts import Language
from guardia.proto.facts import HostFacts
from guardia.proto.frames import AgentFrame, Explain, Explanation, Hello, HubFrame


class Clock(Protocol):
    """Time as an argument; `FakeClock` of the tests moves by hand."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for time-outs."""
        ...


class Parser(Protocol):
    """A reader of messages."""

    async def read(self, message: ReaderInput) -> Reading:
        """What `message` means. Never raises for odd text: what is not understood commands nothing."""
        ...


class Signs(Protocol):
    """What listens to talk for the rules of advice."""

    def hear(self, text: str, person: Person, context: Sequence[str] = ()) -> tuple[Sighting, ...]:
        """What `text` says to the rules, in their order. `context`: earlier messages of the room, oldest first."""
        ...


class InventoryPort(Protocol):
    """The CMDB as the hub sees it: one frozen snapshot, replaced when it moves."""

    def snapshot(self) -> Inventory: ...


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """A connected agent."""

    agent_id: str
    epoch: int
    hello: Hello
    connected_ms: int
    peer: str
    contested: bool = False
    """It threw out a living connection of another process: perhaps of another host with the same identity."""


class Links(Protocol):
    """Live connections to agents."""

    def presence(self) -> Mapping[str, Presence]:
        """Connected agents by id; a snapshot."""
        ...

    def takes(self, agent_id: str) -> bool:
        """True when the agent is connected and `send` to it would not have to wait: it reads what it is sent."""
        ...

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        """Hand `frame` to the agent's connection; waits while the agent does not read and much is queued for it, but
        never with a `Cancel`.

        Raises `AgentOfflineError`. Returning says only that it was queued for the wire: what became of it comes as a
        frame, or as `LinkHandler.lost`.
        """
        ...

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        """Ask and await the answer with `query.query_id`. Raises `AgentOfflineError`, `TimeoutError`."""
        ...

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        """Close the agent's connection at once (revoked, fenced, admin). No error when there is none."""
        ...


class LinkHandler(Protocol):
    """What the links call; the engine implements it. Calls for one agent never overlap and keep their order."""

    async def connected(self, presence: Presence) -> None:
        """Welcome was sent. Reconciliation starts here, before anything is dispatched."""
        ...

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None: ...

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        """A frame other than hello, heartbeats and explanations. Returns after what it says is committed: only then
        does the link acknowledge a `Result` or an `Output`."""
        ...


@runtime_checkable
class QuickHandler(LinkHandler, Protocol):
    """A handler that takes some frames over at once: what needs no acknowledgement and is committed a little later."""

    def take(self, agent_id: str, frame: AgentFrame) -> bool:
        """True: taken over; should recording it fail, the connection is cut off. False: `received` has to be asked."""
        ...


class Rooms(Protocol):
    """Where messages are shown. The engine has stored them already; this is the live side."""

    async def show(self, message: RoomMessage) -> None:
        """Show a new message or, with a known `message_id` and a higher `revision`, its new form. Idempotent."""
        ...


class OutputTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What a step has written, as the agent counted it. Bytes, and line ends."""

    stdout: Annotated[int, msgspec.Meta(ge=0)] = 0
    stderr: Annotated[int, msgspec.Meta(ge=0)] = 0
    lines: Annotated[int, msgspec.Meta(ge=0)] = 0
    sha256: Annotated[str, msgspec.Meta(max_length=64)] = ""


class FetchHead(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent says before it sends spooled output; see `guardia.agent.spool.upload.Head`."""

    size: Annotated[int, msgspec.Meta(ge=0)]
    offset: Annotated[int, msgspec.Meta(ge=0)]
    length: Annotated[int, msgspec.Meta(ge=0)]
    gapless: bool
    ended: bool
    totals: OutputTotals | None = None


class FetchedOutput(Protocol):
    """Output that is coming from an agent."""

    @property
    def head(self) -> FetchHead: ...
    def chunks(self) -> AsyncIterator[bytes]:
        """Raises `OutputUnavailableError` when they end too early."""
        ...

    async def close(self) -> None:
        """Always called; what was not read is dropped."""
        ...


class OutputFetches(Protocol):
    """Spooled output, from the agents that have it."""

    async def fetch(self, agent_id: str, step_id: str, *, offset: int, limit: int) -> FetchedOutput:
        """Ask the agent for a step's output (wire id) from `offset`, at most `limit` bytes (0: to the end).

        Raises `AgentOfflineError`, `NoOutputError` (it has none), `InvalidInputError`, `BusyError`,
        `OutputUnavailableError`.
        """
        ...


class ArtifactSource(Protocol):
    """Content-addressed files, whole and hashed, for the artifact transport."""

    async def size(self, sha256: str) -> int | None:
        """Bytes, or None when there is no such file."""
        ...

    async def read(self, sha256: str, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset`; empty at the end. Raises `NotFoundError`."""
        ...


class AgentRegistry(Protocol):
    """Who may connect. Asked at every handshake and whenever a certificate is renewed or revoked."""

    async def admitted(self, agent_id: str, certificate_sha256: str) -> bool:
        """True when this agent is enrolled, not revoked, and this certificate is one of its own."""
        ...

    async def admit(self, agent_id: str, certificate_sha256: str) -> int | None:
        """The number of a new connection when the agent is `admitted` at that moment, else None: larger than every
        earlier one of this agent, also after a restart of the hub. A number may be left unused."""
        ...

    async def fence(self, agent_id: str, reason: str) -> None:
        """Let this agent in no more until an admin has decided. Idempotent."""
        ...

    async def fenced(self, agent_id: str) -> str:
        """Why the agent is fenced; empty: it is not."""
        ...


class SightingHistory(Protocol):
    """Connections of agents that a restarted hub still has to know of. Raises `StoreError`, `BusyError`."""

    async def keep(self, agent_id: str, sightings: Sequence[KeptSighting]) -> None:
        """In place of what was kept of the agent; none: forget it."""
        ...

    async def recall(self, since_ms: int) -> Mapping[str, tuple[KeptSighting, ...]]:
        """What was kept since then, by agent, oldest first; what is older is forgotten."""
        ...


class Conversation(Protocol):
    """Where rooms and messengers hand over what people say; the engine implements it.

    Returning means: durable, and processed once, however often it is handed over. What surfaces are given also raises
    `RateLimitedError` (`flow.paced`): too fast, nothing was taken over, come again after `retry_after` seconds.
    """

    async def receive(self, message: InboundMessage) -> Receipt:
        """Take over a message. Raises `BusyError` when the inbox is full (nothing was taken over)."""
        ...

    async def take(self, said: InboundMessage | ButtonPress) -> None:
        """Take over and return at once; it is worked off afterwards, in the order of its room, once, also when the hub
        is killed before. What becomes of it is said in the room, or to its `origin`.

        Raises `BusyError` when too much waits (nothing was taken over), `ConflictError` when its id was used for
        something else.
        """
        ...

    async def overhear(self, message: InboundMessage) -> None:
        """People talk among themselves in a room: it commands nothing, is shown and kept nowhere, and may be lost. An
        offer to look at what they complain about may come of it. Returns at once."""
        ...

    async def press(self, press: ButtonPress) -> Receipt:
        """Take over a button press. Raises `ForbiddenError`, `ConflictError` (no longer open), `NotFoundError`."""
        ...

    async def claim(self, code: str, *, platform: str, account: str, language: Language = "ko") -> Receipt:
        """Somebody whom nobody knows typed a code that says whose account this is. Idempotent; never shown."""
        ...


class Claims(Protocol):
    """One-time codes by which people say in a messenger which account is theirs."""

    async def claim(self, code: str, *, platform: str, account: str) -> Claimed:
        """Link the account, if the code is right for it. A right code ends. Idempotent for the same account."""
        ...


class History(Protocol):
    """A room's messages, as stored."""

    async def messages(self, room_id: str, *, after_seq: int = 0, limit: int = 200) -> list[RoomMessage]:
        """Messages in order of `seq`, each in its newest revision; without `after_seq` the newest `limit`."""
        ...


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that waits for its agent. It was written in the transaction that decided it."""

    agent_id: str
    request_id: str
    step_id: str
    """The id on the wire."""
    frame: bytes
    """`msgspec.msgpack` of the `Dispatch`."""
    created_ms: int
    deliver_by_ms: int
    sent_ms: int | None = None
    """None: provably never left."""


class InboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person said or pressed, taken over. `receipt` None: not worked off yet."""

    platform: str
    message_id: str
    kind: str
    """`message` or `press`."""
    received_ms: int
    data: bytes
    receipt: bytes | None = None


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one decision about a request writes, in one transaction."""

    request: Request
    expected_version: int
    """Version before the events; 0 for a new request."""
    origin: str = ""
    """For a new request: platform, message and position, unique."""
    events: tuple[Event, ...]
    messages: tuple[RoomMessage, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    outbox_done: tuple[str, ...] = ()
    """Wire ids of steps whose rows are worked off."""
    hooks: tuple[HookEvent, ...] = ()
    """What ITSM systems are told of the events."""


class Store(Protocol):
    """Where the truth is. Every method that writes returns after the commit; raises `StoreError`, `BusyError`."""

    async def take(self, entry: InboxEntry, messages: Sequence[RoomMessage]) -> tuple[InboxEntry, list[RoomMessage]]:
        """Take an entry over, with what the room shows of it. A known one comes back as stored, with its receipt, and
        no messages: it is the same entry again."""
        ...

    async def answer(self, platform: str, message_id: str, receipt: bytes) -> None: ...
    async def open_inbox(self) -> list[InboxEntry]:
        """Entries without a receipt, oldest first: to work off after a restart."""
        ...

    async def commit(self, commit: Commit) -> list[RoomMessage]:
        """All or nothing. Raises `ConflictError` when the version moved or the origin is known. Returns the messages
        with their place in the room."""
        ...

    async def post(self, messages: Sequence[RoomMessage]) -> list[RoomMessage]: ...
    async def message(self, room_id: str, message_id: str) -> RoomMessage | None:
        """A message of a room in its newest form."""
        ...

    async def request(self, request_id: str) -> Request | None: ...
    async def request_of(self, origin: str) -> Request | None: ...
    async def newest_request(self, room_id: str, person_id: str = "") -> Request | None:
        """The newest request of the room (of that person), ended or not."""
        ...

    async def changed_since(self, room_id: str, at_ms: int) -> list[Request]:
        """The room's requests, ended or not, whose newest event is of that time or later."""
        ...

    async def open_requests(self) -> list[Request]: ...
    async def events(self, request_id: str) -> list[Event]: ...
    async def outbox(self) -> list[OutboxRow]:
        """Frames that wait, oldest first."""
        ...

    async def mark_sent(self, step_id: str, at_ms: int | None) -> None:
        """None: it did not leave after all."""
        ...

    async def add_output(self, step_id: str, seq: int, stream: str, data: bytes) -> None:
        """Idempotent for the same `seq`."""
        ...

    async def output(self, step_id: str) -> list[tuple[int, str, bytes]]: ...
    async def output_after(self, step_id: str, seq: int, limit: int) -> Kept:
        """What is kept of an attempt's output behind chunk `seq`, at most `limit` chunks of it."""
        ...

    async def next_number(self, counter: str, count: int = 1) -> int:
        """First of `count` numbers that nobody else gets; they start at 1 and grow, also over restarts."""
        ...


class Notes(Protocol):
    """What is remembered of conversations beside requests. Raises `StoreError`, `BusyError`."""

    async def add_offer(self, offer: Offer) -> None:
        """Raises `ConflictError` while the room has an open one."""
        ...

    async def settle_offer(self, offer: Offer) -> None:
        """Write an offer's one decision. Raises `ConflictError` when it is not open any more."""
        ...

    async def offer(self, offer_id: str) -> Offer | None: ...
    async def offers(
        self, *, room_id: str = "", since_ms: int = 0, only_open: bool = False, limit: int = 10_000
    ) -> list[Offer]:
        """Offers made since then, and open ones of any age; oldest first, the newest `limit` of them."""
        ...

    async def quiet(self, room_id: str = "") -> list[Quiet]: ...
    async def set_quiet(self, quiet: Quiet) -> None: ...
    async def end_quiet(self, room_id: str, rule_ids: Sequence[str]) -> None: ...
    async def keep_preview(self, preview: Preview) -> None: ...
    async def preview(self, preview_id: str) -> Preview | None: ...
    async def previews(self, since_ms: int) -> list[Preview]:
        """Made since then, oldest first."""
        ...

    async def newest_previews(self, room_id: str, person_id: str, since_ms: int) -> list[Preview]:
        """Of the person in the room, newest first."""
        ...


class KeptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The newest facts of an agent's own host."""

    agent_id: str
    at_ms: int
    """When they were collected, by the agent's clock."""
    received_ms: int
    """When the hub got them, by its own."""
    facts: HostFacts


class AgentFacts(Protocol):
    """What agents say of their own hosts. Raises `StoreError`, `BusyError`."""

    async def keep(self, found: Sequence[KeptFacts]) -> None:
        """Each takes the place of what was kept of its agent; all or nothing."""
        ...

    async def of(self, agent_id: str) -> KeptFacts | None: ...
    async def everything(self) -> list[KeptFacts]:
        """Of all agents, by id."""
        ...


ScopeOf = Callable[[str], Scope | None]
"""The scope of the room with this id; None for a room that was never given one."""


class SignedLinks(Protocol):
    """Links to the console that serve one person, one thing, for a short time; whoever opens one still logs in.

    None: the hub was not told under which address people reach it.
    """

    def confirm(self, *, person_id: str, room_id: str, request_id: str, digest: str) -> str | None:
        """For this person to confirm their approval of the plan with this digest."""
        ...

    def upload(self, *, person_id: str, room_id: str) -> str | None:
        """For this person to attach files in this room."""
        ...


class Notices(Protocol):
    """Says something in a messenger's channel that is not the room's: a refusal, a link for one person."""

    async def notify(self, platform: str, channel: str, key: str, message: Outgoing, *, account: str = "") -> None:
        """Durable when it returns; the same `key` again says it once. `account`: to this person alone, if possible."""
        ...


class Attach(Protocol):
    """Brings a message's attachments into the hub, before it is worked off."""

    async def __call__(self, message: InboundMessage) -> InboundMessage:
        """The message with its files staged, the same again each time. Raises `HubError` when one cannot be had."""
        ...


class Tickets(Protocol):
    """Signs what was approved, so that an agent need not trust the hub's word alone."""

    def issue(
        self,
        *,
        step_id: str,
        request_id: str,
        agent_id: str,
        target: str,
        action: str,
        step_digest: str,
        plan_digest: str,
        explain_digest: str,
        requester: str,
        approvers: tuple[str, ...],
        fencing: int,
        issued_ms: int,
        expires_ms: int,
    ) -> tuple[str, bytes]:
        """Id of the ticket, and the ticket encoded and signed."""
        ...

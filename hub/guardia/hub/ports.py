"""Ports of the hub: what the flow asks of the world. Adapters and fakes pass one conformance suite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.core.message import ButtonPress, InboundMessage, Receipt, RoomMessage
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


class Links(Protocol):
    """Live connections to agents."""

    def presence(self) -> Mapping[str, Presence]:
        """Connected agents by id; a snapshot."""
        ...

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        """Hand `frame` to the agent's connection.

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


class Rooms(Protocol):
    """Where messages are shown. The engine has stored them already; this is the live side."""

    async def show(self, message: RoomMessage) -> None:
        """Show a new message or, with a known `message_id` and a higher `revision`, its new form. Idempotent."""
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

    async def next_epoch(self, agent_id: str) -> int:
        """A number that is larger than every earlier one of this agent, also after a restart of the hub."""
        ...


class Conversation(Protocol):
    """Where rooms and messengers hand over what people say; the engine implements it.

    Returning means: durable, and processed once, however often it is handed over.
    """

    async def receive(self, message: InboundMessage) -> Receipt:
        """Take over a message. Raises `BusyError` when the inbox is full (nothing was taken over)."""
        ...

    async def press(self, press: ButtonPress) -> Receipt:
        """Take over a button press. Raises `ForbiddenError`, `ConflictError` (no longer open), `NotFoundError`."""
        ...


class History(Protocol):
    """A room's messages, as stored."""

    async def messages(self, room_id: str, *, after_seq: int = 0, limit: int = 200) -> list[RoomMessage]:
        """Messages in order of `seq`, each in its newest revision; without `after_seq` the newest `limit`."""
        ...

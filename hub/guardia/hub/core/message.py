"""Messages of rooms: what comes in from people, and the ITSM-compatible schema of everything that is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from guardia.hub.core.messenger import RemoteFile


class SenderType(StrEnum):
    HUMAN = "HUMAN"
    BOT = "BOT"
    AGENT = "AGENT"
    SYSTEM = "SYSTEM"


class MessageType(StrEnum):
    CHAT = "CHAT"
    """Text of a person or of the bot."""
    CARD = "CARD"
    """A request's card; the same `message_id` comes again with a higher `revision` when it changes."""
    ACTION = "ACTION"
    """A person pressed a button of a card (`widget` says which)."""
    NOTICE = "NOTICE"
    """Of the system itself: someone joined, the model is down."""
    ERROR = "ERROR"


class Severity(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class ItsmMetadata(msgspec.Struct, frozen=True, kw_only=True):
    itsm_ticket_id: str | None = None
    asset_code: str | None = None
    severity: Severity = Severity.MEDIUM


class StagedFile(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment that lies, whole and hashed, in the content-addressed store."""

    file_id: str
    name: str
    sha256: str
    size: int


class RoomMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The message schema, in and out. `content` is plain text, always; nothing in it is markup."""

    message_id: str
    timestamp: str
    """ISO 8601, UTC, with `Z`."""
    sender: str
    sender_type: SenderType
    msg_type: MessageType
    content: str
    is_widget: bool = False
    itsm_metadata: ItsmMetadata = ItsmMetadata()
    room_id: str = ""
    seq: int = 0
    """Position in the room's history; a client that reconnects asks for what follows the last one it saw."""
    revision: int = 0
    widget: dict[str, Any] | None = None
    files: tuple[StagedFile, ...] = ()


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who proved who they are. Roles and scope are what policies look at."""

    person_id: str
    name: str
    roles: tuple[str, ...] = ()
    """Of `viewer`, `engineer`, `approver`, `admin`, `auditor`."""
    institutions: tuple[str, ...] = ()
    """Canonical names that this person may act on; `*` for all."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a messenger something was said: who is told there what cannot be told in the room."""

    channel: str
    account: str
    thread: str = ""


class InboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A person's message after its adapter verified and normalised it."""

    platform: str
    message_id: str
    """Unique within the platform; a second one with the same id is the same message."""
    room_id: str
    person: Person
    text: str
    files: tuple[StagedFile, ...] = ()
    received_ms: int
    origin: Origin | None = None
    """None: said in a room of the hub itself, or on a platform that waits for the receipt."""
    attachments: tuple[RemoteFile, ...] = ()
    """Files that have to be fetched before it can be worked off."""
    itsm_ticket_id: str = ""
    """The ticket whose text this is; empty: somebody said it."""
    severity: Severity | None = None
    """The ticket's own."""


class ButtonPress(msgspec.Struct, frozen=True, kw_only=True):
    """A person's press of a button (or its typed form) on a request's card."""

    platform: str
    press_id: str
    room_id: str
    person: Person
    request_id: str
    """Of the card's request, offer or preview."""
    button: str
    """`approve`, `reject`, `cancel`, `retry`, `close`, or `choose:<n>` for an asked-back choice; on an offer
    `accept:<n>`, `later`, `mute`, `dismiss`; on a preview `run`."""
    reason: str = ""
    digest: str = ""
    """Digest of the plan, or for `choose:<n>` of the question, that the person had before their eyes; empty where the
    platform cannot tell. An approval with another digest than the plan's is not an approval of it, and a choice with
    another than the question's no answer to it."""
    received_ms: int
    origin: Origin | None = None


class ReceiptStatus(StrEnum):
    PENDING_APPROVAL = "PENDING_APPROVAL"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    ERROR = "ERROR"
    IGNORED = "IGNORED"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message, for the sender's platform. `sr_id` is the first request's id, or None."""

    status: ReceiptStatus
    sr_id: str | None = None
    message: str = ""
    request_ids: tuple[str, ...] = ()

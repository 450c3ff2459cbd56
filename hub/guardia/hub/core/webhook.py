"""The hub's own webhook, `POST /messenger/webhook`: its body and its answer, as they are published. Pure data."""

from __future__ import annotations

from typing import Annotated

import msgspec

from guardia.hub.core.message import ReceiptStatus

MAX_TEXT = 4_000
MAX_FILES = 20

Id = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}\Z")]
"""Without control characters: PostgreSQL takes no NUL, and logs hold it."""
RoomId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}\Z")]


class FileReference(msgspec.Struct):
    """A file that was uploaded before; a name alone is words of the message."""

    file_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Action(msgspec.Struct):
    """A press of a card's button instead of words."""

    request_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    button: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}(:[0-9a-f]{1,64})?\Z")]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    digest: Annotated[str, msgspec.Meta(max_length=64)] = ""


class WebhookMessage(msgspec.Struct):
    """What a person of the in-house messenger said or pressed."""

    message_id: Id
    user_id: Id
    room_id: RoomId
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    files: Annotated[
        list[FileReference | Annotated[str, msgspec.Meta(min_length=1, max_length=200)]],
        msgspec.Meta(max_length=MAX_FILES),
    ] = []
    action: Action | None = None


class WebhookReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it. `sr_id`: the first request's id."""

    status: ReceiptStatus
    sr_id: str | None
    message: str

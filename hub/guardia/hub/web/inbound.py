"""What a room's client may send, decoded: pure."""

from __future__ import annotations

from typing import Annotated

import msgspec

from guardia.hub.core.texts import said
from guardia.hub.errors import InvalidInputError, TooLargeError

MAX_FRAME = 64 * 1024
"""Bytes of one WebSocket message; the server is started with the same limit (`ws_max_size`) and closes with 1009."""
MAX_CONTENT = 4_000
"""Characters of one message."""
MAX_FILES = 20
MAX_REASON = 500

MessageId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}\Z")]


class Press(msgspec.Struct, frozen=True, kw_only=True):
    request_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    button: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}(:[0-9a-f]{1,64})?\Z")]
    reason: str = ""
    digest: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Of the plan that the card showed when the button was pressed."""


class ChatIn(msgspec.Struct, frozen=True, kw_only=True, tag_field="msg_type", tag="CHAT"):
    """Text of the person, with files that they staged before. Unknown fields of the schema are ignored."""

    content: str = ""
    files: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=MAX_FILES)] = ()
    message_id: MessageId = ""


class ActionIn(msgspec.Struct, frozen=True, kw_only=True, tag_field="msg_type", tag="ACTION"):
    """A press of a card's button."""

    widget: Press
    message_id: MessageId = ""


_decoder = msgspec.json.Decoder(ChatIn | ActionIn)


def decode(text: str) -> ChatIn | ActionIn:
    """A client's message. Raises `TooLargeError`, `InvalidInputError`; both say what to mend."""
    if len(text) > MAX_FRAME or len(text.encode(errors="replace")) > MAX_FRAME:
        raise TooLargeError("the message is too long", remedy=said("socket.too_long", limit=MAX_CONTENT))
    try:
        message: ChatIn | ActionIn = _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"malformed message: {error}", remedy=said("socket.fields")) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise InvalidInputError("the message is not JSON", remedy=said("socket.json")) from None
    if isinstance(message, ActionIn):
        if len(message.widget.reason) > MAX_REASON:
            raise TooLargeError("the reason is too long", remedy=said("socket.reason", limit=MAX_REASON))
        return message
    if len(message.content) > MAX_CONTENT:
        raise TooLargeError(
            f"content of {len(message.content)} characters", remedy=said("socket.too_long", limit=MAX_CONTENT)
        )
    if not message.content.strip() and not message.files:
        raise InvalidInputError("neither content nor files", remedy=said("socket.empty"))
    return message


def message_id_of(text: str) -> str:
    """The `message_id` of a message that could not be taken, so that its sender can match the error; else empty."""
    try:
        found = msgspec.json.decode(text[:MAX_FRAME], type=dict[str, msgspec.Raw]).get("message_id")
        return msgspec.json.decode(found, type=str)[:64] if found is not None else ""
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""

"""The message schema (ITSM-compatible) as other systems rely on it, written down apart from the program's own types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Itsm(msgspec.Struct, forbid_unknown_fields=True):
    itsm_ticket_id: Text | None
    asset_code: Text | None
    severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]


class Message(msgspec.Struct, forbid_unknown_fields=True):
    message_id: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{1,250}\Z")]
    timestamp: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z")]
    sender: Text
    sender_type: Literal["HUMAN", "BOT", "AGENT", "SYSTEM"]
    msg_type: Literal["CHAT", "CARD", "ACTION", "NOTICE", "ERROR"]
    content: str
    is_widget: bool
    itsm_metadata: Itsm
    # GUARDiA's own, beside the schema; none of them changes what the schema says.
    room_id: Text
    seq: int
    revision: int
    widget: dict[str, Any] | None
    files: list[dict[str, Any]]


def check(data: bytes | str) -> Message:
    """The message, if every field of the schema is there and in its form. Raises `msgspec.ValidationError`."""
    message = msgspec.json.decode(data, type=Message)
    assert message.is_widget == (message.msg_type == "CARD"), "clients that show no widgets go by this flag"
    return message

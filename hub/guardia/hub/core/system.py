"""What the hub itself tells one client of a room: errors, receipts. No part of the room's history. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.hub.core.card import iso
from guardia.hub.core.message import MessageType, RoomMessage, SenderType

SENDER = "GUARDiA"


def system_message(
    room_id: str, kind: MessageType, content: str, *, number: str, now_ms: int, widget: dict[str, Any]
) -> str:
    """A message of the schema, as JSON. `number` makes its id, and is another one for every message."""
    message = RoomMessage(
        message_id=f"SYS-{number}",
        timestamp=iso(now_ms) or "",
        sender=SENDER,
        sender_type=SenderType.SYSTEM,
        msg_type=kind,
        content=content,
        room_id=room_id,
        widget=widget,
    )
    return msgspec.json.encode(message).decode()


def system_error(room_id: str, told: dict[str, str], *, number: str, now_ms: int, about: str = "") -> str:
    """An ERROR. `told`: code, message and remedy, which stand in `widget` too; `about`: the client's id of the message
    that it is about."""
    widget = {"kind": "error", "message_id": about, **told}
    content = f"{told['message']} {told['remedy']}".strip()
    return system_message(room_id, MessageType.ERROR, content, number=number, now_ms=now_ms, widget=widget)

"""What a signed link lets its bearer do, once they are logged in. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec


class Grant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    purpose: Literal["confirm", "upload", "message"]
    expires_ms: int
    person_id: str = ""
    """Who must be logged in; empty for a message: everybody who saw the room's channel may read it."""
    room_id: str = ""
    request_id: str = ""
    digest: str = ""
    message_id: str = ""

"""`POST /itsm/tickets`: its body and its answer, as they are published. Pure data."""

from __future__ import annotations

from typing import Annotated

import msgspec

from guardia.hub.core.message import ReceiptStatus, Severity
from guardia.hub.core.webhook import MAX_TEXT, Id, RoomId

TicketId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./:#-]{0,63}\Z")]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What an ITSM system asks for in the name of `requester`."""

    ticket_id: TicketId
    requester: Id
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT, extra_json_schema={"pattern": r"\S"})]
    room_id: RoomId
    severity: Severity | None = None


class TicketReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it. `sr_id`: the first request's id."""

    ticket_id: str
    status: ReceiptStatus
    sr_id: str | None
    message: str

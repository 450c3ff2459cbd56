"""Tickets of an ITSM system, imported as requests: read as if the requester had said the text in the room.

Whoever holds the secret can ask for things in the name of mapped people, and no more than ask: what is typed to decide
something (`/승인 …`, "2번", "실행해줘" to a preview) is refused, so that decisions stay with people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from guardia.hub.chat.signed import SignedRequests
from guardia.hub.core.message import InboundMessage, Person, Receipt
from guardia.hub.core.messenger import Arrived
from guardia.hub.core.phrases import Accept, Answer, Attach, Run, recognise
from guardia.hub.core.ticket import Ticket
from guardia.hub.core.typed import parse
from guardia.hub.errors import ForbiddenError, InvalidInputError, NotFoundError
from guardia.hub.ports import Clock, Conversation

log = structlog.get_logger("guardia.hub.tickets")

PLATFORM = "itsm"
"""The platform of requesters' accounts (`guardia-hub people link itsm …`) and of the messages that tickets become."""
_DECISIONS = (Accept, Answer, Attach, Run)
"""Phrases that answer what the hub asked or offered, or that change another request."""


class People(Protocol):
    """What this asks of the accounts."""

    async def person_for(self, platform: str, external_id: str) -> Person | None: ...


_DECODER = msgspec.json.Decoder(Ticket)


class TicketDesk:
    """Takes tickets over. `signed` None: no secret was configured, so nobody can hand any over."""

    def __init__(
        self,
        signed: SignedRequests | None,
        *,
        conversation: Conversation,
        people: People,
        clock: Clock,
        enter: Callable[[str, Person], bool],
        known_room: Callable[[str], bool],
    ) -> None:
        self._signed = signed
        self._conversation = conversation
        self._people = people
        self._clock = clock
        self._enter = enter
        self._known_room = known_room

    async def take(self, arrived: Arrived) -> tuple[str, Receipt]:
        """The ticket's id, and what became of it; the same ticket again gets the same answer.

        Raises `NotFoundError` (not configured, no such room), `SignatureError`, `InvalidInputError`, `ForbiddenError`
        (an unknown requester), `ConflictError` (the id was used for another text), `BusyError` (not taken over).
        """
        if self._signed is None:
            raise NotFoundError("[itsm] has no secret", remedy="hub.toml의 [itsm]에 secret_file을 적어 주세요.")
        await self._signed.prove(arrived)
        ticket = _decode(arrived.body)
        person = await self._people.person_for(PLATFORM, ticket.requester)
        if person is None:
            raise ForbiddenError(
                f"requester {ticket.requester!r} is not mapped to a person",
                remedy="관리자에게 `guardia-hub people link itsm 계정 사람`을 요청해 주세요.",
            )
        if not self._known_room(ticket.room_id):
            raise NotFoundError(
                f"no room {ticket.room_id!r}", remedy="콘솔의 방이나 `guardia-hub rooms list`의 방을 적어 주세요."
            )
        if not self._enter(ticket.room_id, person):
            raise ForbiddenError("a room of the console that is not for this person")
        receipt = await self._conversation.receive(
            InboundMessage(
                platform=PLATFORM,
                message_id=ticket.ticket_id,
                room_id=ticket.room_id,
                person=person,
                text=ticket.text,
                received_ms=self._clock.now_ms(),
                itsm_ticket_id=ticket.ticket_id,
                severity=ticket.severity,
            )
        )
        log.info("tickets.taken", ticket=ticket.ticket_id, status=receipt.status.value, sr_id=receipt.sr_id)
        return ticket.ticket_id, receipt


def _decode(data: bytes) -> Ticket:
    try:
        ticket = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise InvalidInputError(
            f"malformed ticket: {error}",
            remedy="ticket_id, requester, text, room_id, severity의 형식을 확인해 주세요.",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON", remedy="본문을 UTF-8 JSON으로 보내 주세요.") from None
    if not ticket.text.strip():
        raise InvalidInputError("an empty text", remedy="text에 요청할 내용을 적어 주세요.")
    if parse(ticket.text) is not None or isinstance(recognise(ticket.text), _DECISIONS):
        raise InvalidInputError(
            "a decision is no ticket", remedy="승인·거절·취소·선택은 사람이 대화방이나 콘솔에서 합니다."
        )
    return ticket

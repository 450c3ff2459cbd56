"""What rooms see of requests: the card, notices at the end, and live output, coalesced."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from guardia.hub.core import card
from guardia.hub.core.agent_texts import heard
from guardia.hub.core.card import Drawn
from guardia.hub.core.intent import IntentType
from guardia.hub.core.itsm import metadata
from guardia.hub.core.message import InboundMessage, ItsmMetadata, MessageType, RoomMessage, SenderType
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Language, Languages, say
from guardia.hub.core.transcript import report_lines, report_of, tail
from guardia.hub.core.typed import shown
from guardia.hub.ports import Links

BOT = "GUARDiA"
_REVISIONS = 10_000
"""Card revisions that may come between two events of a request (live output)."""
_VERSIONS = 8
"""Versions of a request of which it is remembered how many cards they had."""
_KEPT_OUTPUT = 16_384
_DRAWN = 64
"""Requests of which it is remembered what their last card was made of; one that is missing costs a whole card."""


def card_id(request_id: str) -> str:
    """Id of the message that is a request's card."""
    return f"card-{request_id}"


class Board:
    """Makes the messages, each in its room's language; storing and showing them is the desk's part."""

    def __init__(self, links: Links, language: Languages) -> None:
        self._links = links
        self._language = language
        self._output: dict[str, bytearray] = {}
        self._live: dict[str, dict[int, int]] = {}
        """By request and version: the number of the version's newest card. Of a few versions, since one that could not
        be committed is followed by cards of the one before it."""
        self._drawn: OrderedDict[str, tuple[Language, Drawn]] = OrderedDict()

    # --- output -----------------------------------------------------------------------------------------------------

    def add_output(self, step_id: str, data: bytes) -> None:
        """Keep the end of a step's output (by planned id) for its card."""
        kept = self._output.setdefault(step_id, bytearray())
        kept += data
        del kept[:-_KEPT_OUTPUT]

    def forget(self, request: Request) -> None:
        """After the end of a request: its last card is stored, memory is free."""
        if request.plan is not None:
            for _, step in request.plan.steps():
                self._output.pop(step.step_id, None)
        self._live.pop(request.request_id, None)
        self._drawn.pop(request.request_id, None)

    def note(self, message_id: str, room_id: str, at_ms: int, text: str, **more: Any) -> RoomMessage:
        """A message of the hub that belongs to no request; `more` for a card: `msg_type`, `revision`, `widget`."""
        return RoomMessage(
            **{
                "message_id": message_id,
                "timestamp": card.iso(at_ms) or "",
                "sender": BOT,
                "sender_type": SenderType.BOT,
                "msg_type": MessageType.CHAT,
                "content": text,
                "room_id": room_id,
                "is_widget": "widget" in more,
                **more,
            }
        )

    def _outputs(self, request: Request) -> dict[str, str]:
        if request.plan is None:
            return {}
        ids = [step.step_id for _, step in request.plan.steps()]
        return {step_id: tail(bytes(self._output[step_id])) for step_id in ids if step_id in self._output}

    # --- messages ---------------------------------------------------------------------------------------------------

    def card(self, request: Request, number: int = 0) -> RoomMessage:
        """The request's card as it is now; every call has a higher revision than the one before. `number`: at least so
        many came before it."""
        newest = self._live.setdefault(request.request_id, {})
        live = min(max(newest.pop(request.version, -1) + 1, number), _REVISIONS - 1)
        newest[request.version] = live
        if len(newest) > _VERSIONS:
            del newest[next(iter(newest))]
        present = self._links.presence()
        online = frozenset(agent for agent in request.plan.agents if agent in present) if request.plan else frozenset()
        language = self._language(request.room_id)
        return RoomMessage(
            message_id=card_id(request.request_id),
            timestamp=card.iso(request.updated_ms) or "",
            sender=BOT,
            sender_type=SenderType.BOT,
            msg_type=MessageType.CARD,
            content=card.text(language, request),
            is_widget=True,
            itsm_metadata=metadata(request),
            room_id=request.room_id,
            revision=request.version * _REVISIONS + live,
            widget=card.widget(
                language, request, self._outputs(request), online, self._drawn_of(request.request_id, language)
            ),
        )

    def _drawn_of(self, request_id: str, language: Language) -> Drawn:
        known = self._drawn.get(request_id)
        if known is None or known[0] != language:
            known = self._drawn[request_id] = language, Drawn()
            if len(self._drawn) > _DRAWN:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(request_id)
        return known[1]

    def notices(self, before: Request | None, after: Request) -> list[RoomMessage]:
        """New messages for what people must not miss: blockers and results."""
        if before is not None and before.state is after.state:
            return []
        language = self._language(after.room_id)
        if after.final:
            lines = [card.ending(language, after)]
            if after.intent.intent_type is IntentType.CHECK and after.plan is not None:
                for _, step in after.plan.steps():
                    report = report_of(after.run(step.step_id).report)
                    if report is not None:
                        lines += report_lines(language, step.action, report)
            return [self._notice(after, "end", "\n".join(lines))]
        if after.state is RequestState.NEEDS_OPERATOR:
            text = say(
                language,
                "card.operator",
                id=after.request_id,
                title=card.title(language, after),
                message=heard(language, after.message),
            )
            return [self._notice(after, f"operator-{after.version}", text)]
        return []

    def _notice(self, request: Request, what: str, text: str) -> RoomMessage:
        return RoomMessage(
            message_id=f"{what}-{request.request_id}",
            timestamp=card.iso(request.updated_ms) or "",
            sender=BOT,
            sender_type=SenderType.BOT,
            msg_type=MessageType.CHAT,
            content=text,
            itsm_metadata=metadata(request),
            room_id=request.room_id,
        )

    def said(self, message: InboundMessage) -> RoomMessage:
        """A person's message as the room shows it."""
        return RoomMessage(
            message_id=f"{message.platform}-{message.message_id}",
            timestamp=card.iso(message.received_ms) or "",
            sender=message.person.person_id,
            sender_type=SenderType.HUMAN,
            msg_type=MessageType.CHAT,
            content=shown(message.text),
            itsm_metadata=_of_message(message),
            room_id=message.room_id,
            files=message.files,
        )

    def reply(self, message: InboundMessage, text: str) -> RoomMessage:
        """The bot's answer to a message that became no request."""
        return RoomMessage(
            message_id=f"reply-{message.platform}-{message.message_id}",
            timestamp=card.iso(message.received_ms) or "",
            sender=BOT,
            sender_type=SenderType.BOT,
            msg_type=MessageType.CHAT,
            content=text,
            itsm_metadata=_of_message(message),
            room_id=message.room_id,
        )


def _of_message(message: InboundMessage) -> ItsmMetadata:
    severity = {} if message.severity is None else {"severity": message.severity}
    return ItsmMetadata(itsm_ticket_id=message.itsm_ticket_id or None, **severity)

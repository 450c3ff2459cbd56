"""What people say to the hub itself: why, status, previews, answers by number, tickets, advice on and off.

Each phrase that needs something to be there (a question, an offer, a preview) is taken only then; `None` means that the
message is to be read as any other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from guardia.hub.core import card
from guardia.hub.core import events as e
from guardia.hub.core import phrases as ph
from guardia.hub.core.answer import question_seen
from guardia.hub.core.intent import Dispute, Intent, IntentType, ReaderInput, Reading
from guardia.hub.core.message import InboundMessage, Receipt, ReceiptStatus
from guardia.hub.core.refusals import refused
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Languages, say, told
from guardia.hub.core.why import why
from guardia.hub.errors import HubError
from guardia.hub.flow.advice import Advice
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.entries import told_by
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.previews import Previews
from guardia.hub.ports import Clock, InventoryPort, Store

MAX_STATUS = 10
"""Requests that a status lists."""
FRESH_MS = 600_000
"""A bare "왜?" later than this after the answer asks a colleague, not the hub."""
_ROOMS = 1_000

Read = Callable[[InboundMessage], Awaitable[tuple[ReaderInput, Reading]]]
Told = Callable[[Request], Receipt]


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading of a room."""

    text: str
    requests: tuple[Intent | Dispute, ...]
    explanation: dict[str, Any]
    reader: str
    version: str
    at_ms: int
    person_id: str
    request_id: str = ""


class Talk:
    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        presses: Presses,
        advice: Advice,
        previews: Previews,
        inventory: InventoryPort,
        clock: Clock,
        read: Read,
        receipt: Told,
        language: Languages,
    ) -> None:
        self._store = store
        self._desk = desk
        self._presses = presses
        self._advice = advice
        self._previews = previews
        self._inventory = inventory
        self._clock = clock
        self._read = read
        self._receipt = receipt
        self._language = language
        self._newest: OrderedDict[str, Recorded] = OrderedDict()

    def record(self, message: InboundMessage, reading: Reading) -> None:
        """Keep a room's newest reading, for whoever asks why."""
        self._newest[message.room_id] = Recorded(
            text=message.text,
            requests=reading.requests(),
            explanation=reading.explanation,
            reader=reading.reader,
            version=reading.version,
            at_ms=message.received_ms,
            person_id=message.person.person_id,
        )
        self._newest.move_to_end(message.room_id)
        if len(self._newest) > _ROOMS:
            self._newest.popitem(last=False)

    async def take(self, phrase: ph.Phrase, message: InboundMessage) -> Receipt | None:
        """Carry a phrase out; None: here it is none."""
        match phrase:
            case ph.Why():
                return await self._why(message, plain=phrase.plain)
            case ph.Status():
                return await self._status(message)
            case ph.Answer():
                return await self._answer(message, phrase.number)
            case ph.Attach():
                return await self._attach(message, phrase.ticket)
            case ph.Preview():
                return await self._preview(message, phrase.rest)
            case ph.Run():
                made = await self._made(message, self._previews.run_newest(message))
                if made is None:  # the words name nothing that could run: no use in asking which system was meant
                    text = say(self._language(message.room_id), "preview.none")
                    made = await self._reply(message, text, ReceiptStatus.ERROR)
                return made
            case ph.Accept():
                return await self._made(message, self._advice.accept_typed(message))
            case ph.Mute() | ph.Unmute() if self._names_a_system(phrase.what) or self._names_a_system(phrase.name):
                return None
            case ph.Mute():
                said = await self._advice.mute(message.room_id, message.person, phrase.name, phrase.minutes)
                return None if said is None else await self._reply(message, said)
            case ph.Unmute():
                said = await self._advice.unmute(message.room_id, phrase.name)
                return None if said is None else await self._reply(message, said)
            case _:
                return None

    async def _reply(self, message: InboundMessage, text: str, status: ReceiptStatus = ReceiptStatus.DONE) -> Receipt:
        await self._desk.post([self._desk.board.reply(message, text)])
        return Receipt(status=status, message=text)

    async def _refused(self, message: InboundMessage, error: HubError) -> Receipt:
        return await self._reply(message, refused(self._language(message.room_id), error), ReceiptStatus.ERROR)

    async def _made(self, message: InboundMessage, work: Awaitable[Request | Receipt | None]) -> Receipt | None:
        """A request was made of an offer or a preview, or it says why not."""
        try:
            found = await work
        except HubError as error:
            return await self._refused(message, error)
        if isinstance(found, Receipt):
            return await self._reply(message, found.message, found.status)
        return None if found is None else self._receipt(found)

    def _names_a_system(self, word: str) -> bool:
        """알림 꺼줘 where a system is called 알림: not ours to take."""
        inventory = self._inventory.snapshot()
        names = {server.system_name for server in inventory.servers} | {alias.alias for alias in inventory.aliases}
        return word in names

    # --- why and status ---------------------------------------------------------------------------------------------

    async def _why(self, message: InboundMessage, *, plain: bool) -> Receipt | None:
        language = self._language(message.room_id)
        found = self._newest.get(message.room_id) or await self._of_log(message.room_id)
        if found is None:
            return await self._reply(message, say(language, "why.none")) if plain else None
        if not plain and (not found.requests or message.received_ms - found.at_ms > FRESH_MS):
            return None
        lines = why(
            language,
            text=found.text,
            requests=found.requests,
            explanation=found.explanation,
            reader=found.reader,
            version=found.version,
        )
        newest = await self._store.newest_request(message.room_id)
        if newest is not None and found.requests and newest.text == found.text:
            lines.insert(-1, say(language, "why.request", card=card.text(language, newest)))
        return await self._reply(message, "\n".join(lines))

    async def _of_log(self, room_id: str) -> Recorded | None:
        """After a restart: what the log holds of the newest request."""
        newest = await self._store.newest_request(room_id)
        if newest is None:
            return None
        first = next(iter(await self._store.events(newest.request_id)), None)
        if not isinstance(first, e.Drafted):
            return None
        return Recorded(
            text=first.text,
            requests=(first.intent,),
            explanation=first.explanation,
            reader=first.reader,
            version=first.reader_version,
            at_ms=first.at_ms,
            person_id=first.requester.person_id,
            request_id=first.request_id,
        )

    async def _status(self, message: InboundMessage) -> Receipt:
        language = self._language(message.room_id)
        mine = [request for request in self._desk.requests.values() if request.room_id == message.room_id]
        if not mine:
            return await self._reply(message, say(language, "status.none"))
        mine.sort(key=lambda request: (request.created_ms, request.request_id), reverse=True)
        lines = [say(language, "status.head", count=len(mine))]
        for request in mine[:MAX_STATUS]:
            minutes = max(0, self._clock.now_ms() - request.created_ms) // 60_000
            age = "status.hours" if minutes >= 120 else "status.minutes"
            lines.append(
                say(
                    language,
                    "status.line",
                    id=request.request_id,
                    title=card.title(language, request),
                    state=card.state_label(language, request),
                    by=request.requester.name,
                    age=say(language, age, count=minutes // 60 if minutes >= 120 else minutes),
                )
            )
        if len(mine) > MAX_STATUS:
            lines.append(say(language, "status.more", count=len(mine) - MAX_STATUS))
        return await self._reply(message, "\n".join(lines))

    # --- answers ----------------------------------------------------------------------------------------------------

    async def _answer(self, message: InboundMessage, number: int) -> Receipt | None:
        """A number answers the one open question to this person in this room; without one it is talk."""
        asked = [
            request
            for request in self._desk.requests.values()
            if request.state is RequestState.NEEDS_ANSWER
            and request.choices
            and request.room_id == message.room_id
            and request.requester.person_id == message.person.person_id
        ]
        if not asked:
            return None
        language = self._language(message.room_id)
        if len(asked) > 1:
            return await self._reply(message, say(language, "answer.several"), ReceiptStatus.ERROR)
        request = asked[0]
        if not 1 <= number <= len(request.choices):
            text = say(language, "answer.range", count=len(request.choices))
            return await self._reply(message, text, ReceiptStatus.ERROR)
        seen = question_seen(request, message)
        try:
            return self._receipt(
                await self._presses.choose(request.request_id, message.person, number, seen, by=told_by(message))
            )
        except HubError as error:
            return await self._refused(message, error)

    # --- tickets ----------------------------------------------------------------------------------------------------

    async def _attach(self, message: InboundMessage, ticket: str) -> Receipt | None:
        servers = self._inventory.snapshot().servers
        if ticket.lower() in {name.lower() for one in servers for name in (one.asset_code, one.hostname)}:
            return None  # WAS-01에 연결: a server, no ticket
        language = self._language(message.room_id)
        newest = await self._store.newest_request(message.room_id, message.person.person_id)
        if newest is None:
            return await self._reply(message, say(language, "ticket.none"), ReceiptStatus.ERROR)
        if await self._store.request(ticket) is not None:
            return await self._reply(message, say(language, "ticket.ours", ticket=ticket), ReceiptStatus.ERROR)
        at, by = self._clock.now_ms(), message.person.person_id

        def choose(request: Request) -> Sequence[e.Event]:
            if request.itsm_ticket_id == ticket:
                return []
            return [e.TicketAttached(at_ms=at, ticket_id=ticket, by=by, by_message=told_by(message))]

        try:
            request = await self._desk.annotate(newest.request_id, choose)
        except HubError as error:
            return await self._refused(message, error)
        key = "ticket.same" if newest.itsm_ticket_id == ticket else "ticket.done"
        text = say(language, key, request=request.request_id, ticket=ticket)
        receipt = await self._reply(message, text)
        return msgspec.structs.replace(receipt, sr_id=request.request_id, request_ids=(request.request_id,))

    # --- previews ---------------------------------------------------------------------------------------------------

    async def _preview(self, message: InboundMessage, rest: str) -> Receipt:
        """Whatever becomes of it, nothing runs and nothing waits."""
        language = self._language(message.room_id)
        wanted: Sequence[Intent | Dispute]
        if rest or message.files:
            _, reading = await self._read(msgspec.structs.replace(message, text=rest))
            wanted = reading.requests()
        else:
            newest = await self._store.newest_request(message.room_id, message.person.person_id)
            wanted, rest = ((newest.intent,), newest.text) if newest is not None else ((), "")
        shown = []
        for one in wanted:
            if isinstance(one, Dispute):
                shown.append(
                    await self._reply(message, say(language, "why.dispute", reason=told(language, one.reason)))
                )
            elif one.intent_type in (IntentType.CANCEL, IntentType.HELP):
                shown.append(await self._reply(message, say(language, "preview.help")))
            else:
                preview = await self._previews.show(message, rest, one)
                shown.append(Receipt(status=ReceiptStatus.DONE, message=preview.card["message"]))
        if not shown:
            return await self._reply(message, say(language, "preview.nothing"), ReceiptStatus.IGNORED)
        return shown[0]

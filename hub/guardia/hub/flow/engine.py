"""The engine: messages and presses in, requests on their way, time passing. Implements `ports.Conversation`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec
import structlog

from guardia.hub.core import card
from guardia.hub.core import events as e
from guardia.hub.core.advice_rules import AdviceRules
from guardia.hub.core.authorise import Authoriser
from guardia.hub.core.intent import UNKNOWN, Dispute, Intent, IntentType, ReaderInput, Reading
from guardia.hub.core.message import ButtonPress, InboundMessage, Receipt, ReceiptStatus, RoomMessage
from guardia.hub.core.phrases import ACTS, recognise
from guardia.hub.core.refusals import refused
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Language, Languages, say
from guardia.hub.core.texts import said as worded
from guardia.hub.core.typed import What
from guardia.hub.core.typed import parse as parse_typed
from guardia.hub.errors import BusyError, HubError
from guardia.hub.flow.advice import Advice, Count
from guardia.hub.flow.board import Board
from guardia.hub.flow.commands import Commands, NoClaims, NoLinks, StepUp
from guardia.hub.flow.decided import Decided
from guardia.hub.flow.decisions import Decisions, refusal
from guardia.hub.flow.delivery import Delivery
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.entries import check_same, entry_of, room_of
from guardia.hub.flow.facts import FactsIntake, NoFacts
from guardia.hub.flow.hearing import Hearing
from guardia.hub.flow.opener import Follow, Opener
from guardia.hub.flow.planner import Planner
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.previews import Previews
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.flow.talk import Talk
from guardia.hub.flow.timers import Timers
from guardia.hub.flow.turns import Turn, Turns
from guardia.hub.flow.worker import Worker
from guardia.hub.ports import (
    AgentFacts,
    Attach,
    Claims,
    Clock,
    History,
    InboxEntry,
    InventoryPort,
    Links,
    Notes,
    Notices,
    Parser,
    Rooms,
    ScopeOf,
    SignedLinks,
    Signs,
    Store,
    Tickets,
)

log = structlog.get_logger("guardia.hub.engine")

MAX_OVERHEARD = 50
"""Readings under way beyond which what people say among themselves is not listened to."""

_STATUS = {
    RequestState.AWAITING_APPROVAL: ReceiptStatus.PENDING_APPROVAL,
    RequestState.NEEDS_ANSWER: ReceiptStatus.PENDING_APPROVAL,
    RequestState.SUCCEEDED: ReceiptStatus.DONE,
    RequestState.CANCELLED: ReceiptStatus.DONE,
    RequestState.REJECTED: ReceiptStatus.ERROR,
    RequestState.FAILED: ReceiptStatus.ERROR,
}


class Engine:
    """Everything between rooms and agents. `start` before the listeners open, `stop` after they closed."""

    def __init__(
        self,
        *,
        store: Store,
        history: History,
        rooms: Rooms,
        parser: Parser,
        inventory: InventoryPort,
        links: Links,
        authoriser: Authoriser,
        tickets: Tickets,
        clock: Clock,
        settings: FlowSettings,
        notes: Notes,
        signs: Signs,
        rules: AdviceRules,
        language: Languages = lambda _room_id: "ko",
        count: Count = lambda _rule, _outcome: None,
        scope_of: ScopeOf = lambda _room_id: None,
        signed_links: SignedLinks | None = None,
        notices: Notices | None = None,
        attach: Attach | None = None,
        claims: Claims | None = None,
        facts: AgentFacts | None = None,
        rooms_with_advice: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._language = language
        self.board = Board(links, language)
        self.desk = Desk(store=store, rooms=rooms, board=self.board, tickets=tickets, clock=clock, settings=settings)
        self.planner = Planner(inventory, authoriser, links, clock, settings, scope_of=scope_of)
        self.delivery = Delivery(self.desk, links, store, clock, settings)
        self.presses = Presses(self.desk, self.planner, self.delivery, authoriser, clock)
        self.turns = Turns()
        self.hearing = Hearing(parser=parser, history=history, settings=settings)
        self.presses.read_again = lambda text: self.hearing.alone(text, clock.now_ms())
        self.opener = Opener(store=store, desk=self.desk, planner=self.planner, clock=clock, timezone=settings.timezone)
        self.advice = Advice(
            rules=rules,
            signs=signs,
            notes=notes,
            store=store,
            desk=self.desk,
            inventory=inventory,
            clock=clock,
            timezone=settings.timezone,
            make=self.opener.make,
            language=language,
            count=count,
            scope_of=scope_of,
        )
        self.facts = FactsIntake(
            store=facts or NoFacts(),
            advice=self.advice,
            desk=self.desk,
            inventory=inventory,
            clock=clock,
            rooms=rooms_with_advice,
        )
        self.delivery.on_facts = self.facts.take
        self.previews = Previews(
            notes=notes,
            store=store,
            desk=self.desk,
            planner=self.planner,
            clock=clock,
            settings=settings,
            make=self.opener.make,
            language=language,
        )
        self.talk = Talk(
            store=store,
            desk=self.desk,
            presses=self.presses,
            advice=self.advice,
            previews=self.previews,
            inventory=inventory,
            clock=clock,
            read=self.read,
            receipt=self.receipt,
            language=language,
        )
        self.decided = Decided(store)
        self.decisions = Decisions(
            presses=self.presses,
            advice=self.advice,
            previews=self.previews,
            receipt=self.receipt,
            decided=self.decided,
        )
        self.timers = Timers(
            desk=self.desk,
            presses=self.presses,
            delivery=self.delivery,
            advice=self.advice,
            previews=self.previews,
            facts=self.facts,
            clock=clock,
        )
        signed_links = signed_links or NoLinks()
        step_up = StepUp(settings, signed_links, self.planner, language)
        self.commands = Commands(
            desk=self.desk,
            presses=self.presses,
            decisions=self.decisions,
            step_up=step_up,
            links=signed_links,
            claims=claims or NoClaims(),
            clock=clock,
            language=language,
        )
        self.worker = Worker(
            self,
            store=store,
            desk=self.desk,
            presses=self.presses,
            decisions=self.decisions,
            commands=self.commands,
            step_up=step_up,
            clock=clock,
            settings=settings,
            notices=notices,
            attach=attach,
            language=language,
            turns=self.turns,
        )
        self.intake = self.worker.intake
        self.desk.pump = self.delivery.pump
        self.desk.deliver = self.delivery.deliver
        self.desk.ready = self.delivery.ready
        self.desk.still_current = self.planner.still_current
        self.desk.on_end = self.delivery.forget
        self.desk.on_finished = self._finished
        self._under_way: dict[tuple[str, ...], asyncio.Task[Receipt]] = {}

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take up where the last process stopped: what was out is unknown, what was said is worked off."""
        for request in await self.desk.load():
            for _, step in request.steps_out():
                for _, _, data in await self._store.output(request.attempt_id(step.step_id)):
                    self.board.add_output(step.step_id, data)
        for agent_id in {node.agent for r in self.desk.requests.values() for node, _ in r.steps_out()}:
            await self.delivery.unknown(agent_id, worded("step.hub_restarted"))
        for request in list(self.desk.requests.values()):
            try:
                await self._go_on(request)
            except Exception:  # one request that cannot go on must not keep the hub, and all others, from starting
                log.exception("engine.go_on_failed", request_id=request.request_id)
        await self.advice.start()
        await self.previews.start()
        for entry in await self._store.open_inbox():
            log.info("engine.take_up", platform=entry.platform, message_id=entry.message_id, kind=entry.kind)
            self.intake.add(entry, room_of(entry), fresh=False)
        if not await self.intake.idle(within=self._settings.take_up_patience):
            log.warning("engine.still_taking_up", waiting=len(self.intake))  # what comes now queues behind it

    async def _go_on(self, request: Request) -> None:
        if request.state in (RequestState.DRAFT, RequestState.STALE_PLAN):
            await self.presses.replan(request.request_id)
        else:
            await self.desk.act(request.request_id, lambda _request: ())

    def run_timers(self) -> None:
        """Let time pass by itself; tests call `tick` instead."""
        self.timers.run()

    async def stop(self) -> None:
        await self.timers.stop()
        await self.intake.stop()
        if self._under_way:
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await self.desk.finish()

    # --- messages ---------------------------------------------------------------------------------------------------

    async def receive(self, message: InboundMessage) -> Receipt:
        """`ports.Conversation.receive`. The caller's going away does not stop the work."""
        key = (message.platform, message.message_id, message.person.person_id, message.text)
        task = self._under_way.get(key)
        if task is None:
            self._check_room()
            task = self._begin(key, self._receive(message))
        return await asyncio.shield(task)

    def _check_room(self) -> None:
        if len(self.desk.outbox) >= self._settings.outbox_limit:
            raise BusyError(
                f"{len(self.desk.outbox)} steps wait for their agents",
                remedy=worded("busy.outbox"),
            )

    async def take(self, said: InboundMessage | ButtonPress) -> None:
        """`ports.Conversation.take`. The work comes after the commit, and that of a message after what was said in the
        room before."""
        if isinstance(said, InboundMessage):
            self._check_room()
        with self.intake.place():
            entry = entry_of(said)
            shown = [self.board.said(said)] if isinstance(said, InboundMessage) else []
            stored, placed = await self._store.take(entry, shown)
            if stored is not entry:
                check_same(stored, said)
            if stored.receipt is not None:
                return
            self.intake.add(stored, said.room_id, fresh=stored is entry)
        await self.desk.show(placed)

    async def overhear(self, message: InboundMessage) -> None:
        """`ports.Conversation.overhear`."""
        key = ("overheard", message.platform, message.message_id)
        if key in self._under_way or len(self._under_way) >= MAX_OVERHEARD or not self.advice.pricks_up(message):
            return
        self._begin(key, self._overhear(message))

    async def _overhear(self, message: InboundMessage) -> Receipt:
        reading = await self.hearing.overhear(message)
        await self.advice.guarded(self.advice.heard(message, reading, ()), "heard")
        return Receipt(status=ReceiptStatus.IGNORED)

    def _begin(self, key: tuple[str, ...], work: Coroutine[Any, Any, Receipt]) -> asyncio.Task[Receipt]:
        """Work that a sender who asks again meanwhile waits for, instead of doing it a second time."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way[key] = task

        def done(ended: asyncio.Task[Receipt]) -> None:
            self._under_way.pop(key, None)
            if not ended.cancelled():
                ended.exception()  # looked at, also when everybody who waited has gone

        task.add_done_callback(done)
        return task

    async def _receive(self, message: InboundMessage) -> Receipt:
        entry = entry_of(message)
        stored, placed = await self._store.take(entry, [self.board.said(message)])
        if stored is not entry:
            check_same(stored, message)
        if stored.receipt is not None:
            return msgspec.json.decode(stored.receipt, type=Receipt)
        fresh = stored is entry
        turn = self.turns.place(message.room_id)  # at once after the commit, so that it is the inbox's order
        try:
            await self.desk.show(placed)
            if not fresh:
                message = msgspec.structs.replace(message, received_ms=stored.received_ms)
                await turn.to_act()  # it may just be taken up, and is answered then
                stored, _ = await self._store.take(entry, [])
                if stored.receipt is not None:
                    return msgspec.json.decode(stored.receipt, type=Receipt)
            receipt = await self.work_off(message, turn, fresh=fresh)
        finally:
            turn.end()
        return await self._answer(entry, receipt)

    async def _answer(self, entry: InboxEntry, receipt: Receipt) -> Receipt:
        await self._store.answer(entry.platform, entry.message_id, msgspec.json.encode(receipt))
        return receipt

    async def work_off(self, message: InboundMessage, turn: Turn, *, fresh: bool = False) -> Receipt:
        """`fresh`: it was taken over just now, so that it can have done nothing yet."""
        typed, phrase = parse_typed(message.text), recognise(message.text)
        if not fresh and (typed is not None or isinstance(phrase, ACTS)):
            known = await self.decided.of_words(message)
            if known is not None:
                return self.receipt(known)
        if typed is not None:
            if typed.what is What.CHOOSE:  # the newest question; a code names its plan whatever is said before it
                await turn.to_act()
            return await self.worker.typed(message, typed)
        if phrase is not None:
            await turn.to_act()  # "왜?" and "2번" mean what was said before
            taken = await self.talk.take(phrase, message)
            if taken is not None:
                return taken
        given, reading = await self.read(message, turn)
        requests = reading.requests()
        if not requests:
            said_before = [one.text for one in given.context]
            await self.advice.guarded(self.advice.heard(message, reading, said_before), "heard")
            return Receipt(
                status=ReceiptStatus.IGNORED, message=say(self._language(message.room_id), "room.only_words")
            )
        receipts = [await self._intent(message, given, reading, n, one, fresh=fresh) for n, one in enumerate(requests)]
        ids = tuple(receipt.sr_id for receipt in receipts if receipt.sr_id)
        return msgspec.structs.replace(receipts[0], sr_id=ids[0] if ids else None, request_ids=ids)

    async def read(self, message: InboundMessage, turn: Turn | None = None) -> tuple[ReaderInput, Reading]:
        """What the reader was given, and what it made of it; `turn`: when it is one's own to act."""
        if turn is not None:
            await turn.to_begin()
        await self.hearing.recall(message.room_id, before=self.board.said(message).message_id)
        given = self.hearing.take(message)
        if turn is not None:
            turn.begin()
        reading = await self.hearing.read(given)
        if turn is not None:
            await turn.to_act()
        self.talk.record(message, reading)
        return given, reading

    async def _intent(
        self,
        message: InboundMessage,
        given: ReaderInput,
        reading: Reading,
        position: int,
        wanted: Intent | Dispute,
        *,
        fresh: bool,
    ) -> Receipt:
        origin = f"{message.platform}:{message.message_id}:{position}"
        if isinstance(wanted, Intent) and wanted.intent_type is IntentType.HELP:
            language = self._language(message.room_id)
            text = f"{say(language, 'help.how')}\n{say(language, 'help.more')}"
            return await self.reply(message, text, ReceiptStatus.DONE)
        if isinstance(wanted, Intent) and wanted.intent_type is IntentType.CANCEL:
            if message.itsm_ticket_id:  # whoever holds that secret asks for things, and decides nothing
                text = say(self._language(message.room_id), "ticket.cannot_cancel")
                return await self.reply(message, text, ReceiptStatus.ERROR)
            return await self._cancel_latest(message, origin, fresh=fresh)
        known = None if fresh else await self._store.request_of(origin)
        if known is not None:
            return self.receipt(known)
        follow: Follow | None = None
        if isinstance(wanted, Dispute):
            asked = self.planner.ask_reading(wanted)
            # Until somebody chooses, the request names no node that could be planned.
            intent = msgspec.structs.replace(wanted.readings[0], target_nodes=(UNKNOWN,))

            async def ask(_request: Request) -> Sequence[e.Event]:
                return [asked]

            follow = ask
        else:
            intent = wanted
        request = await self.opener.make(
            origin=origin,
            person=message.person,
            room_id=message.room_id,
            platform=message.platform,
            message_id=message.message_id,
            text=message.text,
            intent=intent,
            files=message.files,
            reader=reading.reader,
            reader_version=reading.version,
            explanation=reading.explanation,
            context=given.context,
            read_now=given.now,
            itsm_ticket_id=message.itsm_ticket_id,
            severity=message.severity.value if message.severity is not None else "",
            follow=follow,
        )
        return self.receipt(request)

    def _finished(self, request: Request) -> None:
        work = self.advice.guarded(self.advice.finished(request), "finished")
        self.desk.later(work, f"look at what {request.request_id} found")

    async def reply(self, message: InboundMessage, text: str, status: ReceiptStatus) -> Receipt:
        await self.desk.post([self.board.reply(message, text)])
        return Receipt(status=status, message=text)

    async def _cancel_latest(self, message: InboundMessage, by: str, *, fresh: bool) -> Receipt:
        known = None if fresh else await self.decided.of(message, by)
        if known is not None:  # the next one would be another request
            return msgspec.structs.replace(self.receipt(known), status=ReceiptStatus.DONE)
        mine = [
            request
            for request in self.desk.requests.values()
            if request.room_id == message.room_id
            and request.requester.person_id == message.person.person_id
            and not request.cancelled_by
        ]
        if not mine:
            text = say(self._language(message.room_id), "cancel.none")
            return await self.reply(message, text, ReceiptStatus.ERROR)
        latest = max(mine, key=lambda request: (request.created_ms, request.request_id))
        try:
            request = await self.presses.cancel(latest.request_id, message.person, message.text, by=by)
        except HubError as error:
            return await self.reply(message, refused(self._language(message.room_id), error), ReceiptStatus.ERROR)
        return msgspec.structs.replace(self.receipt(request), status=ReceiptStatus.DONE)

    # --- presses ----------------------------------------------------------------------------------------------------

    async def press(self, press: ButtonPress) -> Receipt:
        """`ports.Conversation.press`. The same press again, also at the same moment, gets the same answer."""
        key = ("press", press.platform, press.press_id, press.person.person_id, press.request_id, press.button)
        task = self._under_way.get(key) or self._begin(key, self._press(press))
        return await asyncio.shield(task)

    async def _press(self, press: ButtonPress) -> Receipt:
        entry = entry_of(press)
        stored, _ = await self._store.take(entry, [])
        if stored is not entry:
            check_same(stored, press)
        if stored.receipt is not None:
            return msgspec.json.decode(stored.receipt, type=Receipt)
        fresh = stored is entry
        if not fresh:
            press = msgspec.structs.replace(press, received_ms=stored.received_ms)
        try:
            known = None if fresh else await self.decisions.known(press)
            told = None if known is not None else self.worker.confirm_first(press)
            receipt = known or (told.spelled() if told is not None else await self.decisions.press(press))
        except HubError as error:
            await self._answer(entry, refusal(self._language(press.room_id), press, error))
            raise
        return await self._answer(entry, receipt)

    async def claim(self, code: str, *, platform: str, account: str, language: Language = "ko") -> Receipt:
        """`ports.Conversation.claim`."""
        return await self.commands.link(code, platform=platform, account=account, language=language)

    def receipt(self, request: Request) -> Receipt:
        status = _STATUS.get(request.state, ReceiptStatus.IN_PROGRESS)
        text = card.text(self._language(request.room_id), request)
        return Receipt(status=status, sr_id=request.request_id, message=text, request_ids=(request.request_id,))

    async def tick(self) -> None:
        """Let what is due now happen; `run_timers` does so by itself."""
        await self.timers.tick()

    # --- for the console --------------------------------------------------------------------------------------------

    async def system_message(self, message: RoomMessage) -> None:
        """Store and show a message of the system itself."""
        await self.desk.post([message])

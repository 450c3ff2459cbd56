"""Advice in rooms: what was heard or found becomes an offer, a press becomes an ordinary request of its presser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import structlog

from guardia.hub.core import advice_card
from guardia.hub.core import proactive as p
from guardia.hub.core.advice_rules import AdviceRules
from guardia.hub.core.findings import seen_by, within
from guardia.hub.core.intent import Reading
from guardia.hub.core.message import (
    ButtonPress,
    InboundMessage,
    MessageType,
    Person,
    Receipt,
    ReceiptStatus,
    RoomMessage,
)
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Languages, say
from guardia.hub.core.texts import said as worded
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.flow.desk import Desk
from guardia.hub.ports import Clock, InventoryPort, Notes, ScopeOf, Signs, Store
from guardia.proto.catalogue import CheckReport

log = structlog.get_logger("guardia.hub.advice")

READER = "advice"
DAY_MS = 86_400_000
HOST = "facts:"
"""`Offer.heard` of what an agent told unasked begins so."""
Make = Callable[..., Awaitable[Request]]
Count = Callable[[str, str], None]
"""Rule and outcome (`offered`, or a state of `OfferState`), for the metrics."""


class Advice:
    """Thin: `core.proactive` decides. Offers are written before they are shown; a restart shows what it finds."""

    def __init__(
        self,
        *,
        rules: AdviceRules,
        signs: Signs,
        notes: Notes,
        store: Store,
        desk: Desk,
        inventory: InventoryPort,
        clock: Clock,
        timezone: str,
        make: Make,
        language: Languages,
        count: Count,
        scope_of: ScopeOf,
    ) -> None:
        self.rules = rules
        self._signs = signs
        self._notes = notes
        self._store = store
        self._desk = desk
        self._inventory = inventory
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._make = make
        self._language = language
        self._count = count
        self._scope_of = scope_of
        self._open: dict[str, p.Offer] = {}
        """Open offers by room; the database holds the same."""
        self._locks: dict[str, asyncio.Lock] = {}

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take up the open offers; cards whose last form a crash kept back are shown now (again: no harm)."""
        offers = await self._notes.offers(since_ms=self._clock.now_ms() - DAY_MS)
        self._open = {offer.room_id: offer for offer in offers if offer.state is p.OfferState.OPEN}
        await self._desk.post([self._card(offer) for offer in offers])

    async def tick(self) -> None:
        """Withdraw what nobody took up in time."""
        now = self._clock.now_ms()
        for offer in [offer for offer in self._open.values() if offer.expires_ms <= now]:
            async with self._lock(offer.room_id):
                if self._open.get(offer.room_id) is offer:
                    await self._settle(offer, p.OfferState.EXPIRED)

    def _lock(self, room_id: str) -> asyncio.Lock:
        return self._locks.setdefault(room_id, asyncio.Lock())

    # --- what gives rise to an offer ----------------------------------------------------------------------------------

    async def heard(self, message: InboundMessage, reading: Reading, context: Sequence[str]) -> p.Offer | p.Kept:
        """Somebody said something that commands nothing. `context`: what was said before it, oldest first."""
        if p.commanded(reading) or message.files:
            return p.Kept.COMMANDED
        sightings = self._signs.hear(message.text, message.person, context)
        return await self._consider(message.room_id, sightings, "talk", f"{message.platform}:{message.message_id}")

    def pricks_up(self, message: InboundMessage) -> bool:
        """Whether there is anything in the words to make an offer of: most talk is not worth a reading."""
        return bool(self._signs.hear(message.text, message.person, ()))

    async def fact(
        self, room_id: str, target: p.Target, check: str, report: CheckReport, heard: str
    ) -> p.Offer | p.Kept:
        """An agent found something about a node of `target`; the room is the one that it is told to."""
        sightings = p.facts_seen(self.rules, check, report, target)
        return await self._consider(room_id, sightings, "fact", heard)

    async def finished(self, request: Request) -> None:
        """A request's checks are facts."""
        sightings = seen_by(request, self._inventory.snapshot().servers, self.rules)
        await self._consider(request.room_id, sightings, "fact", request.request_id)

    async def host(self, room_id: str, seen: Sequence[tuple[str, p.Sighting]]) -> None:
        """What agents told of their own hosts, each with its agent. They tell unasked and again and again, so what
        stays as it is, is offered to a room once a day."""
        since = self._clock.now_ms() - DAY_MS
        offers = [one for one in await self._notes.offers(room_id=room_id, since_ms=since) if one.made_ms > since]
        told = {(one.rule_id, target.key) for one in offers if one.heard.startswith(HOST) for target in one.targets}
        asked: dict[str, frozenset[str]] = {}
        quiet: set[str] = set()
        for agent_id, one in seen:
            rule_id = one.rule_id
            if rule_id not in asked:
                asked[rule_id] = await self._asked(room_id, rule_id)
            targets = tuple(t for t in one.targets if (rule_id, t.key) not in told and t.key not in asked[rule_id])
            if not targets or rule_id in quiet:
                continue
            fresh = msgspec.structs.replace(one, targets=targets)
            found = await self._consider(room_id, [fresh], "fact", f"{HOST}{agent_id}")
            if isinstance(found, p.Offer) or found in (p.Kept.OPEN, p.Kept.CAP):
                return  # the others have their turn with their next facts
            if found is p.Kept.QUIET:
                quiet.add(rule_id)

    async def _consider(
        self, room_id: str, sightings: Sequence[p.Sighting], source: str, heard: str
    ) -> p.Offer | p.Kept:
        scope = self._scope_of(room_id)
        if scope is not None:
            sightings = within(scope, sightings, self._inventory.snapshot().servers, self.rules)
        if not sightings:
            return p.Kept.NOTHING
        async with self._lock(room_id):
            now = self._clock.now_ms()
            began = self._day_began(now)
            longest = max((self.rules.cooldown_ms(rule.id) for rule in self.rules.rule), default=0)
            found = p.decide(
                self.rules,
                sightings,
                offers=await self._notes.offers(room_id=room_id, since_ms=min(began, now - longest)),
                quiet=await self._notes.quiet(room_id),
                asked=await self._asked(room_id, sightings[0].rule_id) if source == "talk" else frozenset(),
                now_ms=now,
                day_began_ms=began,
            )
            if isinstance(found, p.Kept):
                log.debug("advice.kept", room=room_id, rule=sightings[0].rule_id, why=found.value)
                return found
            late = self._open.get(room_id)
            if late is not None:  # its time is over; the timers had no turn yet
                await self._settle(late, p.OfferState.EXPIRED)
            offer = p.make_offer(
                self.rules,
                found,
                offer_id=await self._next_id(now),
                room_id=room_id,
                source=source,
                heard=heard,
                now_ms=now,
            )
            await self._notes.add_offer(offer)
            self._open[room_id] = offer
            self._count(offer.rule_id, "offered")
            log.info("advice.offered", room=room_id, rule=offer.rule_id, offer=offer.offer_id, source=source)
            await self._desk.post([self._card(offer)])
            return offer

    async def _asked(self, room_id: str, rule_id: str) -> frozenset[str]:
        """Systems at which the room is looking already, or did so a short while ago, with what the rule would offer."""
        rule = self.rules.named(rule_id)
        newest = await self._store.newest_request(room_id)
        since = self._clock.now_ms() - self.rules.cooldown_ms(rule_id)
        requests = [request for request in self._desk.requests.values() if request.room_id == room_id]
        if newest is not None and newest.created_ms > since and newest.state is not RequestState.REJECTED:
            requests.append(newest)
        return frozenset(
            p.Target(
                institution=request.intent.institution,
                system_name=request.intent.system_name,
                environment=request.intent.environment,
            ).key
            for request in requests
            if rule is not None and rule.action in request.intent.action_sequence
        )

    def _day_began(self, now_ms: int) -> int:
        moment = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone)
        return int(moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)

    async def _next_id(self, now_ms: int) -> str:
        day = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone).strftime("%Y%m%d")
        return f"{p.PREFIX}{day}-{await self._store.next_number(f'advice-{day}'):04d}"

    def _card(self, offer: p.Offer) -> RoomMessage:
        language = self._language(offer.room_id)
        widget = advice_card.widget(language, offer, self.rules.named(offer.rule_id))
        return self._desk.board.note(
            f"advice-{offer.offer_id}",
            offer.room_id,
            offer.made_ms,
            advice_card.text(language, widget),
            msg_type=MessageType.CARD,
            revision=1 if offer.state is p.OfferState.OPEN else 2,
            widget=widget,
        )

    # --- what becomes of it -------------------------------------------------------------------------------------------

    async def press(self, press: ButtonPress) -> Request | Receipt:
        """A button of an offer. Raises `NotFoundError`, `ConflictError` (decided or too late), `InvalidInputError`."""
        name, _, argument = press.button.partition(":")
        async with self._lock(press.room_id):
            offer = await self._of_room(press.request_id, press.room_id)
            if name == "accept" and argument.isdigit():
                return await self._accept(offer, int(argument), press.person, press.platform, press.press_id)
            self._still_open(offer)
            language = self._language(press.room_id)
            rule = self.rules.named(offer.rule_id)
            called = rule.named_in(language) if rule is not None else offer.rule_id
            if name == "later":
                minutes = self.rules.limits.snooze // 60
                await self._be_quiet(press.room_id, offer.rule_id, press.person, minutes)
                said = say(language, "advice.snoozed", rule=called, minutes=minutes)
            elif name == "mute":
                await self._be_quiet(press.room_id, offer.rule_id, press.person, 0)
                said = say(language, "advice.muted", rule=called)
            elif name == "dismiss":
                said = say(language, "advice.closed")
            else:
                raise InvalidInputError(worded("press.no_button", button=press.button[:40]))
            await self._settle(offer, p.OfferState.DISMISSED, by=press.person.person_id)
            if name != "dismiss":  # it is the whole room that hears nothing now
                told = f"{press.person.name}: {said}"
                now = self._clock.now_ms()
                await self._desk.post([self._desk.board.note(f"quiet-{offer.offer_id}", press.room_id, now, told)])
            return Receipt(status=ReceiptStatus.DONE, message=said)

    async def accept_typed(self, message: InboundMessage) -> Request | Receipt | None:
        """The button's words, typed; None while the room has no open offer."""
        async with self._lock(message.room_id):
            offer = self._open.get(message.room_id)
            if offer is None or offer.expires_ms <= self._clock.now_ms():
                return None
            if len(offer.targets) > 1:
                said = say(self._language(message.room_id), "advice.choose", offer=offer.offer_id)
                return Receipt(status=ReceiptStatus.ERROR, message=said)
            return await self._accept(offer, 1, message.person, message.platform, message.message_id)

    async def _of_room(self, offer_id: str, room_id: str) -> p.Offer:
        offer = await self._notes.offer(offer_id)
        if offer is None or offer.room_id != room_id:
            raise NotFoundError(worded("press.no_offer", id=offer_id))
        return offer

    def _still_open(self, offer: p.Offer) -> None:
        if offer.state is not p.OfferState.OPEN or offer.expires_ms <= self._clock.now_ms():
            raise ConflictError(worded("advice.gone"), remedy=worded("advice.gone_remedy"))

    async def _accept(self, offer: p.Offer, number: int, person: Person, platform: str, message_id: str) -> Request:
        """An ordinary request of whoever pressed. One that is denied leaves the offer to the others."""
        origin = f"{READER}:{offer.offer_id}:{person.person_id}"
        known = await self._store.request_of(origin)
        if known is None:
            self._still_open(offer)
            try:
                intent = p.intent_of(offer, number)
            except IndexError:
                raise InvalidInputError(worded("press.no_choice", id=offer.offer_id)) from None
            language = self._language(offer.room_id)
            what = advice_card.name_of(language, offer.action)
            known = await self._make(
                origin=origin,
                person=person,
                room_id=offer.room_id,
                platform=platform,
                message_id=message_id,
                text=f"{advice_card.where(language, offer.targets[number - 1])} {what}".strip(),
                intent=intent,
                reader=READER,
                reader_version="1",
                explanation={
                    "offer": offer.offer_id,
                    "rule": offer.rule_id,
                    "signals": list(offer.signals),
                    "heard": offer.heard,
                },
            )
        if offer.state is p.OfferState.OPEN and known.state is not RequestState.REJECTED:
            await self._settle(offer, p.OfferState.ACCEPTED, by=person.person_id, request_id=known.request_id)
        return known

    async def _settle(self, offer: p.Offer, state: p.OfferState, *, by: str = "", request_id: str = "") -> None:
        after = p.settled(offer, state, now_ms=self._clock.now_ms(), by=by, request_id=request_id)
        try:
            await self._notes.settle_offer(after)
        except ConflictError:  # another process was faster: it is not ours to close
            self._open.pop(offer.room_id, None)
            raise
        self._open.pop(offer.room_id, None)
        self._count(after.rule_id, after.state.value)
        await self._desk.post([self._card(after)])

    # --- quiet ------------------------------------------------------------------------------------------------------

    async def _be_quiet(self, room_id: str, rule_id: str, person: Person, minutes: int) -> None:
        """For good with 0 minutes."""
        now = self._clock.now_ms()
        until = now + minutes * 60_000 if minutes else p.FOREVER
        await self._notes.set_quiet(
            p.Quiet(room_id=room_id, rule_id=rule_id, until_ms=until, by=person.person_id, at_ms=now)
        )

    async def mute(self, room_id: str, person: Person, name: str, minutes: int) -> str | None:
        """Turn a rule (or all, with an empty name) off in the room; what to answer, or None: no rule has that name."""
        rule = self.rules.called(name) if name else None
        if name and rule is None:
            return None
        async with self._lock(room_id):
            await self._be_quiet(room_id, rule.id if rule else p.EVERY_RULE, person, minutes)
            offer = self._open.get(room_id)
            if offer is not None and (rule is None or offer.rule_id == rule.id):
                await self._settle(offer, p.OfferState.DISMISSED, by=person.person_id)
        language = self._language(room_id)
        called = rule.named_in(language) if rule else say(language, "advice.every")
        return say(language, "advice.muted_for" if minutes else "advice.muted", rule=called, minutes=minutes)

    async def unmute(self, room_id: str, name: str) -> str | None:
        """Turn it on again; without a name everything that was off."""
        rule = self.rules.called(name) if name else None
        if name and rule is None:
            return None
        off = [one.rule_id for one in await self._notes.quiet(room_id)]
        ids = [rule.id, p.EVERY_RULE] if rule else off
        await self._notes.end_quiet(room_id, ids)
        language = self._language(room_id)
        return say(language, "advice.unmuted", rule=rule.named_in(language) if rule else say(language, "advice.every"))

    async def guarded(self, work: Awaitable[object], what: str) -> None:
        """Advice is an extra: its trouble is recorded and never becomes that of the message."""
        try:
            await work
        except Exception:  # whatever it is: the message, the request or the timers go on without it
            log.exception("advice.failed", what=what)

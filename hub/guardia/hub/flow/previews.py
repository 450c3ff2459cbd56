"""Previews: the plan of a message that nobody asked to run, and the request that may be made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from guardia.hub.core import events as e
from guardia.hub.core import preview as v
from guardia.hub.core.evolve import draft
from guardia.hub.core.intent import Intent
from guardia.hub.core.message import ButtonPress, InboundMessage, MessageType, Person, RoomMessage
from guardia.hub.core.request import Request
from guardia.hub.core.texts import Languages, said
from guardia.hub.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from guardia.hub.flow.advice import DAY_MS, Make
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.planner import Planner
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, Notes, Store

READER = "preview"


class Previews:
    def __init__(
        self,
        *,
        notes: Notes,
        store: Store,
        desk: Desk,
        planner: Planner,
        clock: Clock,
        settings: FlowSettings,
        make: Make,
        language: Languages,
    ) -> None:
        self._notes = notes
        self._store = store
        self._desk = desk
        self._planner = planner
        self._clock = clock
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._make = make
        self._language = language
        self._open: dict[str, v.Preview] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def start(self) -> None:
        """Take up what can still be run; the timers close what cannot."""
        for preview in await self._notes.previews(self._clock.now_ms() - DAY_MS):
            if preview.request_id:
                await self._desk.post([self._card(preview, done=True)])
            else:
                self._open[preview.preview_id] = preview

    async def tick(self) -> None:
        now = self._clock.now_ms()
        for preview in [one for one in self._open.values() if one.expires_ms <= now]:
            self._open.pop(preview.preview_id, None)
            self._locks.pop(preview.preview_id, None)
            await self._desk.post([self._card(preview, done=True)])

    async def show(self, message: InboundMessage, text: str, intent: Intent) -> v.Preview:
        """What `intent` would do, with the commands that the agents would run. Nothing is recorded as a request."""
        now = self._clock.now_ms()
        day = datetime.fromtimestamp(now / 1000, UTC).astimezone(self._zone).strftime("%Y%m%d")
        preview = v.Preview(
            preview_id=f"{v.PREFIX}{day}-{await self._store.next_number(f'preview-{day}'):04d}",
            room_id=message.room_id,
            person_id=message.person.person_id,
            text=text,
            intent=intent,
            files=message.files,
            made_ms=now,
            expires_ms=now + self._settings.answer_within * 1000,
        )
        drafted = e.Drafted(
            at_ms=now,
            request_id=preview.preview_id,
            room_id=message.room_id,
            platform=message.platform,
            message_id=message.message_id,
            text=text,
            requester=message.person,
            intent=intent,
            files=message.files,
        )
        request = draft(drafted)
        events: Sequence[e.Event] = await self._planner.plan(request)
        shown = v.widget(self._language(message.room_id), preview, v.would_be(request, list(events)))
        preview = msgspec.structs.replace(preview, card=shown)
        if shown["buttons"]:
            await self._notes.keep_preview(preview)
            self._open[preview.preview_id] = preview
        await self._desk.post([self._card(preview)])
        return preview

    def _card(self, preview: v.Preview, *, done: bool = False) -> RoomMessage:
        shown = v.settled(self._language(preview.room_id), preview) if done else preview.card
        return self._desk.board.note(
            f"preview-{preview.preview_id}",
            preview.room_id,
            preview.made_ms,
            v.text(shown),
            msg_type=MessageType.CARD,
            revision=2 if done else 1,
            widget=shown,
        )

    # --- running it ---------------------------------------------------------------------------------------------------

    async def press(self, press: ButtonPress) -> Request:
        """Raises `NotFoundError`, `ForbiddenError`, `ConflictError`, `InvalidInputError`."""
        if press.button != "run":
            raise InvalidInputError(said("press.no_button", button=press.button[:40]))
        preview = await self._notes.preview(press.request_id)
        if preview is None or preview.room_id != press.room_id:
            raise NotFoundError(said("press.no_preview", id=press.request_id))
        return await self._run(preview.preview_id, press.person, press.platform, press.press_id)

    async def run_newest(self, message: InboundMessage) -> Request | None:
        """The person's newest preview in the room; None when none is open."""
        since = self._clock.now_ms() - self._settings.answer_within * 1000
        found = await self._notes.newest_previews(message.room_id, message.person.person_id, since)
        if found and found[0].request_id:  # of this very message, if the hub died before it could answer
            made = await self._store.request(found[0].request_id)
            mine = made is not None and (made.platform, made.message_id) == (message.platform, message.message_id)
            return made if mine else None
        if not found or found[0].expires_ms <= self._clock.now_ms():
            return None
        return await self._run(found[0].preview_id, message.person, message.platform, message.message_id)

    async def _run(self, preview_id: str, person: Person, platform: str, message_id: str) -> Request:
        """A request anew, planned and approved as any other: the preview binds nobody."""
        async with self._locks.setdefault(preview_id, asyncio.Lock()):
            preview = await self._notes.preview(preview_id)
            assert preview is not None
            if person.person_id != preview.person_id:
                raise ForbiddenError(said("preview.not_yours"), remedy=said("preview.not_yours_remedy"))
            origin = f"{READER}:{preview_id}"
            known = await self._store.request_of(origin)
            if known is None and preview.expires_ms <= self._clock.now_ms():
                raise ConflictError(said("preview.gone"), remedy=said("preview.gone_remedy"))
            if preview.request_id:
                if known is not None and (known.platform, known.message_id) == (platform, message_id):
                    return known  # of this very press, if the hub died before it could answer
                raise ConflictError(said("preview.gone"), remedy=said("preview.gone_remedy"))
            if known is None:
                known = await self._make(
                    origin=origin,
                    person=person,
                    room_id=preview.room_id,
                    platform=platform,
                    message_id=message_id,
                    text=preview.text,
                    intent=preview.intent,
                    files=preview.files,
                    reader=READER,
                    reader_version="1",
                    explanation={"preview": preview_id},
                )
            after = msgspec.structs.replace(preview, request_id=known.request_id)
            await self._notes.keep_preview(after)
            self._open.pop(preview_id, None)
            await self._desk.post([self._card(after, done=True)])
            return known

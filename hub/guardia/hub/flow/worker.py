"""Works off what was taken over: after its sender was answered, in order, once, also after the hub was killed."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Protocol

import msgspec
import structlog

from guardia.hub.core.message import ButtonPress, InboundMessage, Origin, Receipt, ReceiptStatus
from guardia.hub.core.messenger import Outgoing
from guardia.hub.core.refusals import remedy_of
from guardia.hub.core.texts import Languages, say
from guardia.hub.core.typed import Typed
from guardia.hub.errors import BusyError, HubError, StoreError
from guardia.hub.flow.commands import Commands, StepUp, Told
from guardia.hub.flow.decisions import Decisions, refusal, sr_id
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.entries import MESSAGE, PRESS, room_of
from guardia.hub.flow.intake import Intake
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.flow.turns import Turn, Turns
from guardia.hub.ports import Attach, Clock, InboxEntry, Notices, Store

log = structlog.get_logger("guardia.hub.worker")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
"""Seconds before work that the store refused is tried again."""


class Reader(Protocol):
    """What the worker asks of the engine: to read a message and act on it."""

    async def work_off(self, message: InboundMessage, turn: Turn, *, fresh: bool = False) -> Receipt: ...
    async def reply(self, message: InboundMessage, text: str, status: ReceiptStatus) -> Receipt: ...


class Worker:
    """`intake` holds what waits. What a sender who no longer waits must know is said where they spoke."""

    def __init__(
        self,
        reader: Reader,
        *,
        store: Store,
        desk: Desk,
        presses: Presses,
        decisions: Decisions,
        commands: Commands,
        step_up: StepUp,
        clock: Clock,
        settings: FlowSettings,
        notices: Notices | None,
        attach: Attach | None,
        language: Languages,
        turns: Turns,
    ) -> None:
        self._reader = reader
        self._store = store
        self._desk = desk
        self._presses = presses
        self._decisions = decisions
        self._commands = commands
        self._step_up = step_up
        self._clock = clock
        self._settings = settings
        self._notices = notices
        self._attach = attach
        self._language = language
        self.intake = Intake(self._work, limit=settings.inbox_limit, turns=turns)

    async def _work(self, entry: InboxEntry, fresh: bool, turn: Turn) -> bool:
        """Work an entry off to its end. While the store refuses, it waits: its sender was told that it is taken.

        False: the hub stops before.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._take_up(entry, fresh, turn)
                return True
            except Exception as error:  # of the store, not of the entry: it stays open, also for the next start
                log.exception("worker.work_off_failed", platform=entry.platform, message_id=entry.message_id)
                if not isinstance(error, BusyError | StoreError):
                    return True
            fresh = False
            try:
                async with asyncio.timeout(pause):
                    await self.intake.stopping.wait()
                return False
            except TimeoutError:
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _take_up(self, entry: InboxEntry, fresh: bool, turn: Turn) -> None:
        """What cannot be worked off is answered so: nothing behind it must wait for ever."""
        try:
            if self._clock.now_ms() - entry.received_ms > self._settings.take_up_within * 1000:
                receipt = await self._too_late(entry)
            elif entry.kind == "message":
                receipt = await self._with_files(MESSAGE.decode(entry.data), fresh, turn)
            else:
                receipt = await self._press(PRESS.decode(entry.data), fresh)
        except (BusyError, StoreError):
            raise
        except Exception:
            log.exception("worker.take_up_failed", platform=entry.platform, message_id=entry.message_id)
            receipt = Receipt(status=ReceiptStatus.ERROR, message=say(self._language(room_of(entry)), "work.failed"))
        await self._store.answer(entry.platform, entry.message_id, msgspec.json.encode(receipt))

    async def _with_files(self, message: InboundMessage, fresh: bool, turn: Turn) -> Receipt:
        """Worked off with its attachments; without them it would mean something else, so then not at all."""
        if self._attach is not None:
            try:
                message = await self._attach(message)
            except (BusyError, StoreError):
                raise
            except HubError as error:
                language = self._language(message.room_id)
                text = say(language, "work.no_attachment", remedy=remedy_of(language, error)).strip()
                log.warning("worker.attachment_failed", platform=message.platform, code=error.code, error=str(error))
                return await self._reader.reply(message, text, ReceiptStatus.ERROR)
        return await self._reader.work_off(message, turn, fresh=fresh)

    async def _too_late(self, entry: InboxEntry) -> Receipt:
        """Not carried out: whoever said it that long ago has seen an error since, or done it in another way."""
        text = say(self._language(room_of(entry)), "work.too_late")
        if entry.kind == "message":
            return await self._reader.reply(MESSAGE.decode(entry.data), text, ReceiptStatus.ERROR)
        return Receipt(status=ReceiptStatus.ERROR, sr_id=sr_id(PRESS.decode(entry.data)), message=text)

    async def typed(self, message: InboundMessage, typed: Typed) -> Receipt:
        told = await self._commands.run(message, typed)
        if message.origin is not None and (told.link is not None or told.receipt.status is ReceiptStatus.ERROR):
            await self._tell(message.platform, message.message_id, message.origin, told)
        elif message.origin is None and told.link is not None:
            # To the person alone: the sender waits for the receipt, and the room's history is for everybody.
            return told.spelled()
        elif told.receipt.status is ReceiptStatus.ERROR:
            return await self._reader.reply(message, told.receipt.message, ReceiptStatus.ERROR)
        return told.receipt

    async def _tell(self, platform: str, message_id: str, origin: Origin, told: Told) -> None:
        """Say it where it was said, to that person alone where the platform can."""
        if self._notices is None:
            log.warning("worker.nobody_to_tell", platform=platform, message_id=message_id)
            return
        tone = "bad" if told.receipt.status is ReceiptStatus.ERROR else "wait"
        said = Outgoing(text=told.receipt.message, link=told.link, tone=tone, thread=origin.thread)
        key = hashlib.sha256(f"{platform}\n{origin.channel}\n{message_id}".encode()).hexdigest()[:32]
        await self._notices.notify(platform, origin.channel, key, said, account=origin.account)

    async def _press(self, press: ButtonPress, fresh: bool) -> Receipt:
        """Of a press whose sender does not wait: what they must know is said where they pressed."""
        known = None if fresh else await self._decisions.known(press)
        if known is not None:
            return known
        told = await self._pressed(press)
        wanted = told.link is not None or told.receipt.status is ReceiptStatus.ERROR
        if press.origin is not None and wanted:
            await self._tell(press.platform, f"press:{press.press_id}", press.origin, told)
        return told.receipt

    def confirm_first(self, press: ButtonPress) -> Told | None:
        """What who approves from a messenger is told, where its word is not enough: to confirm where they are logged
        in. Raises what `Presses.check_approver` raises."""
        request = self._desk.requests.get(press.request_id)
        if press.button != "approve" or request is None or request.room_id != press.room_id:
            return None
        if not self._step_up.needed(request, press.platform, press.origin):
            return None
        self._presses.check_approver(request, press.person)
        return self._step_up.ask(request, press.person, press.digest)

    async def _pressed(self, press: ButtonPress) -> Told:
        try:
            if (told := self.confirm_first(press)) is not None:
                return told
            return Told(receipt=await self._decisions.press(press))
        except (BusyError, StoreError):
            raise
        except HubError as error:
            return Told(receipt=refusal(self._language(press.room_id), press, error))

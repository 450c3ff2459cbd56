"""The reception: what an adapter accepted is given a person and a room, and handed over durably before it is answered.

Default deny: an account that nobody mapped to a person and a channel that nobody bound to a room are told so, politely
and once in a while, and nothing of what they say runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from guardia.hub.chat.pace import Seldom
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.words import typed_as
from guardia.hub.core.message import (
    ButtonPress,
    InboundMessage,
    Origin,
    Person,
    Receipt,
    ReceiptStatus,
    StagedFile,
)
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Outgoing, Pressed, Said
from guardia.hub.core.room import BoundRoom
from guardia.hub.core.texts import Language, say
from guardia.hub.core.typed import Typed, What, parse
from guardia.hub.errors import ConflictError, ForbiddenError, NotFoundError, RateLimitedError
from guardia.hub.ports import Clock, Conversation

log = structlog.get_logger("guardia.hub.reception")

NOTICE_EVERY = 600.0
"""Seconds between two notices of one kind to one account in one channel."""
TOO_FAST_EVERY = 30.0
"""The same for somebody who is too fast: often enough to be seen, too seldom to become a flood itself."""
KNOWN_FOR = 1.0
"""Seconds for which a person is remembered; somebody who is shut out can still be heard for so long."""
MAX_KNOWN = 1_000


class People(Protocol):
    """What the reception asks of the accounts."""

    async def person_for(self, platform: str, external_id: str) -> Person | None: ...


class Files(Protocol):
    """What the reception asks of the staged files."""

    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile: ...


class Rooms(Protocol):
    """What the reception asks of the rooms of messengers."""

    def bound(self, platform: str, channel: str) -> BoundRoom | None:
        """The room that the channel is bound to, as known in memory."""
        ...


class Notices(Protocol):
    """What the reception asks of the outbox of deliveries."""

    async def notify(self, platform: str, channel: str, key: str, message: Outgoing, *, account: str = "") -> None: ...


Enter = Callable[[str, Person], bool]
"""Whether a person may speak in the room with this id: rooms of the console have members."""


class Reception:
    """All messengers of the hub, by name."""

    def __init__(
        self,
        messengers: Sequence[Messenger],
        *,
        conversation: Conversation,
        people: People,
        files: Files,
        rooms: Rooms,
        notices: Notices,
        clock: Clock,
        enter: Enter = lambda _room_id, _person: True,
    ) -> None:
        self.messengers: Mapping[str, Messenger] = {messenger.name: messenger for messenger in messengers}
        self._conversation = conversation
        self._people = people
        self._files = files
        self._rooms = rooms
        self._notices = notices
        self._clock = clock
        self._enter = enter
        self._known: dict[tuple[str, str], tuple[Person, float]] = {}
        self._seldom = Seldom()

    async def webhook(self, name: str, arrived: Arrived) -> tuple[Answer, str]:
        """Take over what a platform's webhook says. Returns what it is answered with, and what became of it in a word.

        Raises `NotFoundError` for a platform that there is not, what the adapter's `accept` raises, `BusyError` when
        nothing was taken over (the platform sends it again), and, where the platform waits for the receipt, whatever
        became of the message.
        """
        messenger = self.messengers.get(name)
        if messenger is None:
            raise NotFoundError(f"no messenger {name[:40]!r}")
        accepted = await messenger.accept(arrived)
        if messenger.capabilities.waits:
            receipts = [await self._at_once(one) for one in accepted.inbound]
            answer = messenger.answer(receipts[0]) if receipts else accepted.answer
            return answer, receipts[0].status.value if receipts else ReceiptStatus.IGNORED.value
        refused = await self._take(messenger, accepted)
        if refused is not None:
            return messenger.answer(refused), refused.status.value
        status = "TAKEN" if accepted.inbound else ReceiptStatus.IGNORED.value
        return self._answer(messenger, accepted), status

    async def hand_over(self, name: str, accepted: Accepted) -> Answer:
        """Take over what came on a connection that the hub opened, and what it is answered with there.

        Raises `BusyError`, `StoreError`: not taken over.
        """
        messenger = self.messengers[name]
        await self._take(messenger, accepted)
        return self._answer(messenger, accepted)

    def _answer(self, messenger: Messenger, accepted: Accepted) -> Answer:
        if not accepted.told:
            return accepted.answer
        room = self._rooms.bound(messenger.name, accepted.channel)
        text = say(room.language if room is not None else "ko", accepted.told)
        return messenger.answer(Receipt(status=ReceiptStatus.IGNORED, message=text))

    # --- platforms that wait for the receipt ------------------------------------------------------------------------

    async def _at_once(self, one: Said | Pressed) -> Receipt:
        claim = _claim(one)
        if claim is not None:
            return await self._conversation.claim(claim.code, platform=one.platform, account=one.account)
        person = await self._people.person_for(one.platform, one.account)
        if person is None:
            raise ForbiddenError(
                f"user {one.account!r} of {one.platform!r} is not mapped to a person",
                remedy="관리자에게 메신저 계정과 GUARDiA 계정의 연결을 요청해 주세요.",
            )
        inbound = await self._inbound(one, person, one.channel, None)
        if not self._enter(one.channel, person):
            raise ForbiddenError("a room of the console that is not for this person")
        if isinstance(inbound, ButtonPress):
            return await self._conversation.press(inbound)
        return await self._conversation.receive(inbound)

    # --- platforms that are answered before it is worked off --------------------------------------------------------

    async def _take(self, messenger: Messenger, accepted: Accepted) -> Receipt | None:
        """Make everything durable. Returns a refusal that the platform can show in its answer."""
        refused = None
        for one in accepted.inbound:
            claim = _claim(one)
            if claim is not None:
                refused = await self._link(messenger, one, claim) or refused
                continue
            room = self._rooms.bound(one.platform, one.channel)
            if room is None:
                refused = await self._refuse(messenger, one, "unbound", say("ko", "channel.unbound")) or refused
                continue
            person = await self._person(one)
            if person is None:
                text = typed_as(say(room.language, "channel.unmapped"), messenger.capabilities.command)
                refused = await self._refuse(messenger, one, "unmapped", text) or refused
                continue
            origin = Origin(channel=one.channel, account=one.account, thread=one.thread)
            inbound = await self._inbound(one, person, room.room_id, origin)
            if isinstance(one, Said) and isinstance(inbound, InboundMessage) and not one.addressed:
                if not one.attachments:
                    await self._conversation.overhear(inbound)  # said in the room, not to the hub: never a command
                continue
            try:
                await self._conversation.take(inbound)
            except RateLimitedError as error:
                # Answered as taken, and told: a platform that were told "too many" would send it again, and more.
                text = say(room.language, "channel.too_fast", seconds=error.retry_after)
                refused = await self._refuse(messenger, one, "too_fast", text, every=TOO_FAST_EVERY) or refused
            except ConflictError:
                # The platform gave one id to two things. What came first stands; it must not send this for ever.
                log.warning("reception.id_used_twice", platform=one.platform, channel=one.channel)
        return refused

    async def _link(self, messenger: Messenger, one: Said | Pressed, claim: Typed) -> Receipt | None:
        """Whose account this is, by a code; in any channel, since nothing runs. It is told to this account alone, if
        the platform can; where it is shown what it is answered with, by the answer."""
        room = self._rooms.bound(one.platform, one.channel)
        language: Language = room.language if room is not None else "ko"
        receipt = await self._conversation.claim(
            claim.code, platform=one.platform, account=one.account, language=language
        )
        log.info("reception.claim", platform=one.platform, account=one.account, status=receipt.status.value)
        if messenger.capabilities.answers:
            return receipt
        if messenger.capabilities.posts:
            tone = "ok" if receipt.status is ReceiptStatus.DONE else "warn"
            message = Outgoing(text=receipt.message, tone=tone, thread=one.thread)
            await self._notices.notify(one.platform, one.channel, _key("claim", one), message, account=one.account)
        return None

    async def _person(self, one: Said | Pressed) -> Person | None:
        """Who the account is, as known at most `KNOWN_FOR` seconds ago: asked before every answer to a platform."""
        key, now = (one.platform, one.account), self._clock.monotonic()
        known = self._known.get(key)
        if known is not None and now < known[1]:
            return known[0]
        person = await self._people.person_for(one.platform, one.account)
        if person is not None:
            self._known[key] = (person, now + KNOWN_FOR)
            while len(self._known) > MAX_KNOWN:
                self._known.pop(next(iter(self._known)))
        return person

    async def _refuse(
        self, messenger: Messenger, one: Said | Pressed, why: str, text: str, every: float = NOTICE_EVERY
    ) -> Receipt | None:
        """Tell whoever said it, where the platform can: in its answer, or by a notice, not oftener than `every`."""
        log.info("reception.refused", platform=one.platform, channel=one.channel, account=one.account, reason=why)
        if isinstance(one, Said) and not one.addressed:
            return None  # people talking among themselves are not answered
        if messenger.capabilities.answers:
            return Receipt(status=ReceiptStatus.ERROR, message=text)
        if not messenger.capabilities.posts:
            return None
        if self._seldom.now((one.platform, one.channel, one.account, why), self._clock.monotonic(), every):
            message = Outgoing(text=text, tone="warn", thread=one.thread)
            await self._notices.notify(one.platform, one.channel, _key(why, one), message, account=one.account)
        return None

    async def _inbound(
        self, one: Said | Pressed, person: Person, room_id: str, origin: Origin | None
    ) -> InboundMessage | ButtonPress:
        now = self._clock.now_ms()
        if isinstance(one, Pressed):
            return ButtonPress(
                platform=one.platform,
                press_id=one.press_id,
                room_id=room_id,
                person=person,
                request_id=one.request_id,
                button=one.button,
                reason=one.reason,
                digest=one.digest,
                received_ms=now,
                origin=origin,
            )
        files = [
            await self._files.attached(file_id, person_id=person.person_id, room_id=room_id) for file_id in one.files
        ]
        return InboundMessage(
            platform=one.platform,
            message_id=one.message_id,
            room_id=room_id,
            person=person,
            text=one.text,
            files=tuple(files),
            received_ms=now,
            origin=origin,
            attachments=one.attachments,
        )


def _claim(one: Said | Pressed) -> Typed | None:
    """The code that says whose account this is, if that is what was said."""
    typed = parse(one.text) if isinstance(one, Said) else None
    return typed if typed is not None and typed.what is What.LINK else None


def _key(why: str, one: Said | Pressed) -> str:
    given = one.press_id if isinstance(one, Pressed) else one.message_id
    return hashlib.sha256(f"{why}\n{one.platform}\n{one.channel}\n{given}".encode()).hexdigest()[:32]

"""The courier: carries the outbox of deliveries to messengers' channels, in order within each, whatever fails.

A delivery leaves the outbox in the transaction that writes down the platform's id of it. Killed between the platform's
answer and that commit, the courier sends it again: at least once, and once where the platform recognises the key.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
import structlog

from guardia.hub.chat.metrics import CourierMetrics
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.render import fit, milestone, outgoing
from guardia.hub.core.message import MessageType, RoomMessage
from guardia.hub.core.messenger import Outgoing, OutgoingFile
from guardia.hub.core.texts import Language
from guardia.hub.errors import ChannelGoneError, HubError, MessageRefusedError, UndeliveredError
from guardia.hub.ports import Clock
from guardia.hub.ports import Rooms as RoomsPort
from guardia.hub.store.deliveries import Waiting

log = structlog.get_logger("guardia.hub.courier")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds after a failure before the channel is tried again; the platform's own `Retry-After` counts where longer."""
MAX_RETRY_AFTER = 3600.0
POLL = 1.0
"""Seconds after which the outbox is looked at also when nobody said that something was written."""
CALL_WITHIN = 30.0
"""Seconds that one call to a platform may take."""
MAX_REMEMBERED = 1_000

Place = tuple[str, str]


class Outbox(Protocol):
    """What the courier asks of the deliveries."""

    async def channels(self) -> list[Place]: ...
    async def waiting(self, platform: str, channel: str, limit: int = 50) -> list[Waiting]: ...
    async def settle(self, done: Waiting, *, posted: str | None, told: tuple[str, ...] = ()) -> None: ...
    async def thread(self, waiting: Waiting) -> str: ...
    async def drop(self, platform: str, channel: str) -> None: ...
    async def count(self) -> int: ...


class Parked(Protocol):
    """A channel that takes nothing any more."""

    @property
    def platform(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def parked_address(self) -> str: ...


class Rooms(Protocol):
    """What the courier asks of the rooms of messengers."""

    def language(self, room_id: str) -> Language: ...
    async def park(self, platform: str, channel: str, reason: str, address: str = "") -> bool: ...
    async def parked_channels(self) -> Sequence[Parked]: ...
    async def wake(self, platform: str, channel: str) -> None: ...


class MessageLinks(Protocol):
    """Signed links to a message of a room, whole, in the console."""

    def message(self, room_id: str, message_id: str) -> str | None:
        """None: the hub was not told under which address people reach it."""
        ...


class _Pace(msgspec.Struct):
    """How a channel may be spoken to; forgotten with the process, which only makes the first call come early."""

    not_before: float = float("-inf")
    failures: int = 0
    edit_at: dict[str, float] = {}
    uploaded: dict[str, None] = {}


class _Wait(Exception):  # noqa: N818 - not an error: nothing can be done before
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Courier:
    """`next` is the whole of it, one delivery at a time; `run` calls it for every channel by itself."""

    def __init__(
        self,
        messengers: Mapping[str, Messenger],
        *,
        outbox: Outbox,
        rooms: Rooms,
        links: MessageLinks,
        clock: Clock,
        metrics: CourierMetrics,
        jitter: Callable[[], float] = random.random,
        parked: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """`parked(platform, channel)` tells the administrators."""
        self._messengers = messengers
        self._outbox = outbox
        self._rooms = rooms
        self._links = links
        self._clock = clock
        self._metrics = metrics
        self._jitter = jitter
        self._parked = parked
        self._paces: dict[Place, _Pace] = {}
        self._running: dict[Place, asyncio.Task[None]] = {}
        self._nudged = asyncio.Event()
        self._stopping = asyncio.Event()

    # --- by itself --------------------------------------------------------------------------------------------------

    def nudge(self) -> None:
        """Something was written for a channel."""
        self._nudged.set()

    async def resume(self) -> None:
        """Wake parked channels whose address was changed meanwhile; call it before `run`. Raises `StoreError`."""
        for one in await self._rooms.parked_channels():
            messenger = self._messengers.get(one.platform)
            now = "" if messenger is None else messenger.address(one.channel)
            if now and one.parked_address and now != one.parked_address:
                log.info("courier.resumed", platform=one.platform, channel=one.channel)
                await self._rooms.wake(one.platform, one.channel)

    async def run(self) -> None:
        """Deliver until `stop`. A channel that waits or fails delays no other."""
        while not self._stopping.is_set():
            self._nudged.clear()
            try:
                for place in await self._outbox.channels():
                    if place not in self._running and place[0] in self._messengers:
                        task = asyncio.get_running_loop().create_task(self._channel(place))
                        self._running[place] = task
                        task.add_done_callback(functools.partial(self._ended, place))
                self._metrics.waiting.set(await self._outbox.count())
            except HubError as error:
                log.warning("courier.outbox_unreadable", code=error.code, error=str(error))
            await _until(self._nudged, POLL)
        if self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _ended(self, place: Place, _task: asyncio.Task[None]) -> None:
        self._running.pop(place, None)

    async def stop(self) -> None:
        """No further call begins; `run` returns when those under way have ended."""
        self._stopping.set()
        self._nudged.set()

    async def _channel(self, place: Place) -> None:
        while not self._stopping.is_set():
            try:
                wait = await self.next(*place)
            except HubError as error:
                log.warning("courier.outbox_unreadable", code=error.code, error=str(error))
                wait = FIRST_PAUSE
            if wait is None:
                return
            if wait:
                await _until(self._stopping, wait)

    # --- one delivery -----------------------------------------------------------------------------------------------

    async def next(self, platform: str, channel: str) -> float | None:
        """Deliver what is first and may be delivered now.

        Returns after how many seconds to come again (0: at once), or None when nothing waits. Raises `StoreError`.
        """
        messenger = self._messengers[platform]
        pace = self._paces.setdefault((platform, channel), _Pace())
        _bound(self._paces)
        now = self._clock.monotonic()
        if pace.not_before > now:
            return pace.not_before - now
        waiting = await self._outbox.waiting(platform, channel)
        soonest: float | None = None
        for one in waiting:
            try:
                await self._deliver(messenger, pace, one)
            except _Wait as wait:  # a change of what is there already: what is new may go before it
                soonest = wait.seconds if soonest is None else min(soonest, wait.seconds)
                continue
            except ChannelGoneError as error:
                await self._gone(platform, channel, error)
                return None
            except UndeliveredError as error:
                return self._again(pace, one, error)
            return 0.0
        return soonest

    def _again(self, pace: _Pace, one: Waiting, error: UndeliveredError) -> float:
        pace.failures += 1
        longest = min(FIRST_PAUSE * 2.0 ** min(pace.failures - 1, 10), LONGEST_PAUSE)
        pause: float = max(longest * (0.5 + self._jitter() / 2), min(error.retry_after, MAX_RETRY_AFTER))
        pace.not_before = self._clock.monotonic() + pause
        self._metrics.count(one.platform, "later")
        log.warning(
            "courier.later", platform=one.platform, channel=one.channel, error=str(error), seconds=round(pause, 1)
        )
        return pause

    async def _gone(self, platform: str, channel: str, error: ChannelGoneError) -> None:
        """Parked, and shown so by `guardia-hub rooms list`; what waits for it stays until it is bound again,
        or its address is another."""
        log.error("courier.channel_gone", platform=platform, channel=channel, error=str(error))
        self._metrics.count(platform, "gone")
        address = self._messengers[platform].address(channel)
        if not await self._rooms.park(platform, channel, str(error), address):
            await self._outbox.drop(platform, channel)  # a notice to a channel that is bound to nothing
        elif self._parked is not None:
            await self._parked(platform, channel)

    async def _deliver(self, messenger: Messenger, pace: _Pace, one: Waiting) -> None:
        """Send it, or find that nothing has to be said, and write that down."""
        if one.revision <= one.posted_revision or (one.notice is None and one.message is None):
            return await self._outbox.settle(one, posted=None)
        card = one.message is not None and one.message.msg_type is MessageType.CARD
        told = one.told
        if card and one.message is not None and not messenger.capabilities.edits:
            step = milestone(one.message)
            if not step or step in told:
                return await self._outbox.settle(one, posted=None)
            told = (*told, step)
        elif one.posted is not None and one.posted and messenger.capabilities.edits:
            left = pace.edit_at.get(one.message_id, float("-inf")) - self._clock.monotonic()
            if left > 0:
                raise _Wait(left)
        posted = one.posted or ""
        outcome = "sent"
        try:
            posted = await self._send(messenger, pace, one, ",".join(told))
        except MessageRefusedError as error:
            log.error(
                "courier.refused", platform=one.platform, channel=one.channel, message=one.message_id, error=str(error)
            )
            outcome = "refused"
        now = self._clock.monotonic()
        pace.failures = 0
        pace.not_before = now + messenger.capabilities.post_every
        if card:
            pace.edit_at[one.message_id] = now + messenger.capabilities.edit_every
            _bound(pace.edit_at)
        self._metrics.count(one.platform, outcome)
        await self._outbox.settle(one, posted=posted, told=told)
        return None

    async def _send(self, messenger: Messenger, pace: _Pace, one: Waiting, step: str) -> str:
        """Hand it to the platform. Returns the platform's id of it. What an adapter did not foresee is tried again."""
        key = _key(one, step)
        try:
            async with asyncio.timeout(CALL_WITHIN):
                message, file = await self._form(messenger, one)
                if file is not None and key not in pace.uploaded:
                    await messenger.upload(one.channel, file, f"{key}-file")
                    pace.uploaded[key] = None  # not again while the message itself is tried again
                    _bound(pace.uploaded)
                if one.account and messenger.capabilities.private:
                    await messenger.private(one.channel, one.account, message, key)
                    return ""
                if one.posted and messenger.capabilities.edits:
                    await messenger.update(one.channel, one.posted, message)
                    return one.posted
                return await messenger.post(one.channel, message, key)
        except (UndeliveredError, ChannelGoneError, MessageRefusedError):
            raise
        except Exception as error:
            log.exception("courier.unforeseen", platform=one.platform, channel=one.channel, message=one.message_id)
            raise UndeliveredError(f"{type(error).__name__} in the adapter of {one.platform}") from error

    async def _form(self, messenger: Messenger, one: Waiting) -> tuple[Outgoing, OutgoingFile | None]:
        room = one.message.room_id if one.message is not None else ""
        language = self._rooms.language(room)
        if one.message is None:
            assert one.notice is not None
            return fit(one.notice, messenger.capabilities, language, name=one.message_id, link=None)
        thread = await self._outbox.thread(one) if messenger.capabilities.threads else ""
        form = outgoing(one.message, messenger.capabilities, language, thread)
        link = self._links.message(room, one.message_id)
        return fit(form, messenger.capabilities, language, name=one.message_id, link=link)


def _key(one: Waiting, step: str) -> str:
    """The same for the same message (and milestone), also after a restart."""
    told = f"{one.platform}\n{one.channel}\n{one.message_id}\n{step}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _bound(memory: dict[Any, Any]) -> None:
    while len(memory) > MAX_REMEMBERED:
        memory.pop(next(iter(memory)))


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


class NudgingRooms:
    """`ports.Rooms` that also wakes the courier for rooms with channels."""

    def __init__(self, rooms: RoomsPort, bound: Callable[[str], bool], nudge: Callable[[], None]) -> None:
        self._rooms = rooms
        self._bound = bound
        self._nudge = nudge

    async def show(self, message: RoomMessage) -> None:
        await self._rooms.show(message)
        if self._bound(message.room_id):
            self._nudge()

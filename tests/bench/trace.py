"""What the hub did for one message: where its time went, and what it wrote. Seams are the hub's own ports."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec

from guardia.hub.core.authorise import Authoriser, Verdict
from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.core.message import RoomMessage
from guardia.hub.core.request import Request
from guardia.hub.links.websocket import WebSocketLinks
from guardia.hub.ports import Commit, InboxEntry, Parser, Tickets
from guardia.hub.store.log import SqlStore
from guardia.proto.codec import encode
from guardia.proto.frames import Dispatch, Explain, Explanation, HubFrame
from tests.bench.floor import Sizes

T = TypeVar("T")


class Trace:
    """Spans (name, begin, end; CLOCK_MONOTONIC, ns) and writes of everything since `clear`. Off until `on`."""

    def __init__(self) -> None:
        self.on = False
        self.clear()

    def clear(self) -> None:
        self.spans: list[tuple[str, int, int]] = []
        self.writes: list[tuple[str, Sizes]] = []
        self.commits: list[Commit] = []
        self.explain: tuple[int, int] = (0, 0)
        self.dispatch = 0

    async def timed(self, name: str, work: Awaitable[T]) -> T:
        began = time.monotonic_ns()
        try:
            return await work
        finally:
            if self.on:
                self.spans.append((name, began, time.monotonic_ns()))

    def called(self, name: str, work: Callable[[], T]) -> T:
        began = time.monotonic_ns()
        result = work()
        if self.on:
            self.spans.append((name, began, time.monotonic_ns()))
        return result

    def wrote(self, name: str, sizes: Callable[[], Sizes]) -> None:
        if self.on:
            self.writes.append((name, sizes()))

    def writes_until(self, name: str, count: int) -> list[Sizes]:
        """Row sizes of the transactions up to and including number `count` of those called `name`, in order."""
        places = [place for place, (known, _) in enumerate(self.writes, 1) if known == name]
        return [sizes for _, sizes in self.writes[: places[count - 1]]]


class TracedStore(SqlStore):
    trace = Trace()

    async def take(self, entry: InboxEntry, messages: Sequence[RoomMessage]) -> tuple[InboxEntry, list[RoomMessage]]:
        result = await self.trace.timed("take", super().take(entry, messages))
        self.trace.wrote("take", lambda: (len(entry.data), *_messages(messages)))
        return result

    async def answer(self, platform: str, message_id: str, receipt: bytes) -> None:
        await self.trace.timed("answer", super().answer(platform, message_id, receipt))
        self.trace.wrote("answer", lambda: (len(receipt),))

    async def commit(self, commit: Commit) -> list[RoomMessage]:
        result = await self.trace.timed("commit", super().commit(commit))
        self.trace.wrote("commit", lambda: sizes_of(commit))
        if self.trace.on:
            self.trace.commits.append(commit)
        return result

    async def request_of(self, origin: str) -> Request | None:
        return await self.trace.timed("known before?", super().request_of(origin))

    async def messages(self, room_id: str, *, after_seq: int = 0, limit: int = 200) -> list[RoomMessage]:
        return await self.trace.timed("history", super().messages(room_id, after_seq=after_seq, limit=limit))

    async def mark_sent(self, step_id: str, at_ms: int | None) -> None:
        await self.trace.timed("mark sent", super().mark_sent(step_id, at_ms))
        self.trace.wrote("mark sent", lambda: (16,))

    async def next_number(self, counter: str, count: int = 1) -> int:
        number = await self.trace.timed("number", super().next_number(counter, count))
        if counter == "fencing":  # request numbers are reserved 20 at once
            self.trace.wrote("number", lambda: (16,))
        return number


def _messages(messages: Sequence[RoomMessage]) -> Sizes:
    return tuple(len(msgspec.json.encode(message)) for message in messages)


def sizes_of(commit: Commit) -> Sizes:
    """Bytes of the rows of a commit: events, snapshot, room messages, outbox."""
    return (
        *(len(msgspec.json.encode(event)) for event in commit.events),
        len(msgspec.json.encode(commit.request)),
        *_messages(commit.messages),
        *(len(row.frame) for row in commit.outbox),
    )


class TracedLinks(WebSocketLinks):
    trace = Trace()

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        if self.trace.on and isinstance(frame, Dispatch) and not self.trace.dispatch:
            self.trace.dispatch = len(encode(frame, 1))
            self.trace.spans.append(("sending", time.monotonic_ns(), 0))
        await super().send(agent_id, frame)

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        answer = await self.trace.timed("explain", super().explain(agent_id, query, within))
        if self.trace.on and not self.trace.explain[0]:
            self.trace.explain = (len(encode(query, 1)), len(encode(answer, 1)))
        return answer


class TracedParser:
    def __init__(self, inner: Parser, trace: Trace) -> None:
        self._inner = inner
        self._trace = trace

    async def read(self, message: ReaderInput) -> Reading:
        return await self._trace.timed("reader", self._inner.read(message))


class TracedAuthoriser(Authoriser):
    trace = Trace()

    def decide(self, *arguments: Any, **named: Any) -> Verdict:
        return self.trace.called("authorise", lambda: Authoriser.decide(self, *arguments, **named))


class TracedTickets:
    def __init__(self, inner: Tickets, trace: Trace) -> None:
        self._inner = inner
        self._trace = trace

    def issue(self, **facts: Any) -> tuple[str, bytes]:
        return self._trace.called("ticket", lambda: self._inner.issue(**facts))

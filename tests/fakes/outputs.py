"""Whole outputs in memory, for the web front's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

from guardia.hub.errors import HubError, NotFoundError
from guardia.hub.flow.outputs import Place
from guardia.hub.ports import FetchHead, OutputTotals


class FakeFetched:
    def __init__(
        self,
        data: bytes,
        offset: int,
        limit: int,
        *,
        break_after: int | None = None,
        gapless: bool = True,
        sha256: str = "ab" * 32,
    ) -> None:
        self._data = data[offset : offset + limit if limit else None]
        self._break_after = break_after
        self.closed = False
        self.head = FetchHead(
            size=len(data),
            offset=offset,
            length=len(self._data),
            gapless=gapless,
            ended=True,
            totals=OutputTotals(stdout=len(data), sha256=sha256),
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._data), 1000):
            if self._break_after is not None and start >= self._break_after:
                raise HubError("the agent has gone")
            yield self._data[start : start + 1000]

    async def close(self) -> None:
        self.closed = True


class FakeOutputs:
    """`guardia.hub.web.parts.OutputDesk`: `held` by request and step: the room, and the output or why there is none."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], tuple[str, bytes | HubError]] = {}
        self.given: list[FakeFetched] = []
        self.asked: list[tuple[str, str, int, int]] = []
        self.break_after: int | None = None
        self.gapless = True
        self.sha256 = "ab" * 32
        """What the agent says that it counted; only the command compares it."""

    async def place(self, request_id: str, step_id: str) -> Place:
        found = self.held.get((request_id, step_id))
        if found is None:
            raise NotFoundError("그런 요청이 없습니다.")
        return Place(request_id=request_id, room_id=found[0], attempt_id=step_id, agent_id="A", run=None)

    async def fetch(self, place: Place, *, by: str, offset: int = 0, limit: int = 0) -> FakeFetched:
        self.asked.append((place.attempt_id, by, offset, limit))
        data = self.held[place.request_id, place.attempt_id][1]
        if isinstance(data, HubError):
            raise data
        fetched = FakeFetched(
            data, offset, limit, break_after=self.break_after, gapless=self.gapless, sha256=self.sha256
        )
        self.given.append(fetched)
        return fetched

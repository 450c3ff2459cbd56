"""What waits for agents, as memory has it: by step, in order, and at hand by agent and by request."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterable

import msgspec

from guardia.hub.ports import OutboxRow
from guardia.proto.frames import Dispatch

_DISPATCH = msgspec.msgpack.Decoder(Dispatch)


class Outbox(UserDict[str, OutboxRow]):
    """Wire id to row, oldest first; a row that is replaced keeps its place."""

    def __init__(self) -> None:
        self._agents: dict[str, dict[str, None]] = {}
        self._requests: dict[str, dict[str, None]] = {}
        super().__init__()

    def __setitem__(self, step_id: str, row: OutboxRow) -> None:
        self._agents.setdefault(row.agent_id, {})[step_id] = None
        self._requests.setdefault(row.request_id, {})[step_id] = None
        super().__setitem__(step_id, row)

    def __delitem__(self, step_id: str) -> None:
        row = self.data.pop(step_id)
        for index, key in ((self._agents, row.agent_id), (self._requests, row.request_id)):
            del index[key][step_id]
            if not index[key]:
                del index[key]

    def of_agent(self, agent_id: str) -> list[OutboxRow]:
        return [self.data[step_id] for step_id in self._agents.get(agent_id, ())]

    def of_request(self, request_id: str) -> list[OutboxRow]:
        return [self.data[step_id] for step_id in self._requests.get(request_id, ())]

    def agents(self) -> list[str]:
        """Agents for which something is kept."""
        return list(self._agents)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A step that waits for its agent, as people are shown it."""

    agent_id: str
    request_id: str
    step_id: str
    action: str
    target: str
    state: str
    """`waiting`: it has not left; `sent`: it has, and the agent has not said that it took it."""
    since_ms: int
    deliver_by_ms: int
    age_s: int
    """Seconds that it has waited."""
    left_s: int
    """Seconds in which it may still be delivered; then it is given up, unrun. 0: the time is over."""


def shown(row: OutboxRow, now_ms: int) -> Waiting:
    frame = _DISPATCH.decode(row.frame)
    return Waiting(
        agent_id=row.agent_id,
        request_id=row.request_id,
        step_id=row.step_id,
        action=frame.action,
        target=frame.target,
        state="waiting" if row.sent_ms is None else "sent",
        since_ms=row.created_ms,
        deliver_by_ms=row.deliver_by_ms,
        age_s=max(0, now_ms - row.created_ms) // 1000,
        left_s=max(0, row.deliver_by_ms - now_ms) // 1000,
    )


Place = tuple[str, int, int, str]


def place(row: OutboxRow) -> Place:
    """Where a row stands in the list of all queues: by agent, oldest first, and always in the same order."""
    return (row.agent_id, row.created_ms, len(row.step_id), row.step_id)


def waiting(rows: Iterable[OutboxRow], now_ms: int) -> list[Waiting]:
    """What is kept for agents, by agent, oldest first."""
    return [shown(row, now_ms) for row in sorted(rows, key=place)]

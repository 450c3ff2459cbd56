"""What waits for agents, as memory has it: by step, in order, and at hand by agent and by request."""

from __future__ import annotations

from collections import UserDict

from guardia.hub.ports import OutboxRow


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

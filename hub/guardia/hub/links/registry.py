"""The live connections: at most one for each agent, the newest epoch wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guardia.hub.errors import AgentOfflineError
from guardia.hub.links.connection import AgentConnection
from guardia.hub.ports import Presence


class LiveConnections:
    def __init__(self) -> None:
        self._by_agent: dict[str, AgentConnection] = {}
        self._newest: dict[str, int] = {}
        self.came = 0
        """Connections that were taken in since the start."""
        self.ended = 0
        """Those of them that are over, or were replaced."""

    def __len__(self) -> int:
        return len(self._by_agent)

    def __iter__(self) -> Iterator[AgentConnection]:
        return iter(list(self._by_agent.values()))

    def add(self, connection: AgentConnection) -> AgentConnection | None:
        """Take `connection` as its agent's own and return the one that it replaces.

        When a newer one is there already, it stays and is returned: its epoch is the higher one.
        """
        before = self._by_agent.get(connection.agent_id)
        if before is None or before.epoch < connection.epoch:
            self._by_agent[connection.agent_id] = connection
            self._newest[connection.agent_id] = connection.epoch
            self.came += 1
            self.ended += before is not None
        return before

    def remove(self, connection: AgentConnection) -> None:
        """Forget `connection`, unless another has replaced it."""
        if self._by_agent.get(connection.agent_id) is connection:
            del self._by_agent[connection.agent_id]
            self.ended += 1

    def newest(self, agent_id: str) -> int:
        """Epoch of the newest connection of the agent that was taken in, also when it is over; 0: none was."""
        return self._newest.get(agent_id, 0)

    def find(self, agent_id: str) -> AgentConnection | None:
        return self._by_agent.get(agent_id)

    def welcomed(self, agent_id: str) -> AgentConnection:
        """The connection over which frames can be sent. Raises `AgentOfflineError`."""
        connection = self._by_agent.get(agent_id)
        if connection is None or not connection.alive:
            raise AgentOfflineError(f"agent {agent_id} is not connected")
        return connection

    def takes(self, agent_id: str) -> bool:
        """True when a frame could be sent to the agent without waiting."""
        connection = self._by_agent.get(agent_id)
        return connection is not None and connection.alive and connection.room

    def presence(self) -> Mapping[str, Presence]:
        """Of those that are welcomed and not over: a view, which costs nothing until it is looked at."""
        return _Present(self._by_agent)


class _Present(Mapping[str, Presence]):
    def __init__(self, connections: Mapping[str, AgentConnection]) -> None:
        self._connections = connections

    def __getitem__(self, agent_id: str) -> Presence:
        connection = self._connections[agent_id]
        if not connection.alive:
            raise KeyError(agent_id)
        return connection.presence

    def __iter__(self) -> Iterator[str]:
        return iter([agent_id for agent_id, each in self._connections.items() if each.alive])

    def __len__(self) -> int:
        return sum(each.alive for each in self._connections.values())

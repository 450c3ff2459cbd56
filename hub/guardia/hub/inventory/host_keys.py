"""Hands the CMDB's pinned SSH host keys to the agents that reach those hosts, at each connection and after a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from guardia.cmdb.hostkeys import HostKey
from guardia.cmdb.model import Server
from guardia.hub.errors import HubError
from guardia.hub.ports import Presence
from guardia.proto import frames
from guardia.proto.limits import MAX_HOST_KEYS

_log = structlog.get_logger(__name__)

SINCE_MINOR = 1
"""Agents of an older protocol do not know the frame; they keep to their agent.toml."""


class Links(Protocol):
    def presence(self) -> Mapping[str, Presence]: ...
    async def send(self, agent_id: str, frame: frames.HubFrame) -> None: ...


class HostKeyTeller:
    """`keys` and `servers` give the inventory as it is now: the same objects for as long as it does not change."""

    def __init__(
        self, links: Links, keys: Callable[[], tuple[HostKey, ...]], servers: Callable[[], tuple[Server, ...]]
    ) -> None:
        self._links = links
        self._keys = keys
        self._servers = servers
        self._told: dict[str, tuple[int, frames.HostKeys]] = {}
        self._of: tuple[tuple[HostKey, ...], tuple[Server, ...]] = ((), ())
        self._by_target: dict[str, list[frames.HostKey]] = {}

    async def tell(self) -> None:
        """Every gateway that is connected and does not have the present keys gets them, all that concern it."""
        present = self._links.presence()
        self._told = {agent: told for agent, told in self._told.items() if agent in present}
        for presence in list(present.values()):
            await self.greet(presence)

    async def greet(self, presence: Presence) -> None:
        """The same for one agent, which has just connected; cheap for those without hosts behind them."""
        agent_id = presence.agent_id
        if presence.hello.protocol_minor < SINCE_MINOR:
            return
        by_target = self._index()
        found = dict.fromkeys(key for target in presence.hello.targets for key in by_target.get(target, ()))
        told = self._told.get(agent_id)
        if not found and told is None:
            return
        mine = tuple(found)
        frame = frames.HostKeys(keys=mine[:MAX_HOST_KEYS])
        if told == (presence.epoch, frame):
            return
        if len(mine) > MAX_HOST_KEYS:
            _log.error("host_keys.too_many", agent=agent_id, count=len(mine), sent=MAX_HOST_KEYS)
        try:
            await self._links.send(agent_id, frame)
        except HubError as error:
            _log.info("host_keys.not_told", agent=agent_id, code=error.code)
            return
        self._told[agent_id] = (presence.epoch, frame)
        _log.info("host_keys.told", agent=agent_id, count=len(frame.keys))

    def _index(self) -> dict[str, list[frames.HostKey]]:
        """By what an agent names as its targets: the host itself, and the host of its gateway."""
        keys, servers = self._keys(), self._servers()
        if self._of[0] is not keys or self._of[1] is not servers:
            via = {server.asset_code: server.via_agent for server in servers if server.via_agent}
            self._by_target = {}
            for key in keys:
                if gateway := via.get(key.asset_code):
                    entry = frames.HostKey(asset=key.asset_code, key=key.key)
                    for target in (key.asset_code, gateway):
                        self._by_target.setdefault(target, []).append(entry)
            self._of = (keys, servers)
        return self._by_target

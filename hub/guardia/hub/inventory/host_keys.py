"""Hands the CMDB's pinned SSH host keys to the agents that reach those hosts, at each connection and after a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    """`keys` and `servers` give the inventory as it is now."""

    def __init__(
        self, links: Links, keys: Callable[[], tuple[HostKey, ...]], servers: Callable[[], Iterable[Server]]
    ) -> None:
        self._links = links
        self._keys = keys
        self._servers = servers
        self._told: dict[str, tuple[int, frames.HostKeys]] = {}

    async def tell(self) -> None:
        """Every gateway that is connected and does not have the present keys gets them, all that concern it."""
        present = self._links.presence()
        self._told = {agent: told for agent, told in self._told.items() if agent in present}
        keys = self._keys()
        if not keys and not self._told:
            return
        via = {server.asset_code: server.via_agent for server in self._servers() if server.via_agent}
        for agent_id, presence in present.items():
            if presence.hello.protocol_minor < SINCE_MINOR:
                continue
            served = set(presence.hello.targets)
            mine = tuple(
                frames.HostKey(asset=key.asset_code, key=key.key)
                for key in keys
                if key.asset_code in via and (key.asset_code in served or via[key.asset_code] in served)
            )
            if len(mine) > MAX_HOST_KEYS:
                _log.error("host_keys.too_many", agent=agent_id, count=len(mine), sent=MAX_HOST_KEYS)
            frame = frames.HostKeys(keys=mine[:MAX_HOST_KEYS])
            told = self._told.get(agent_id)
            if told == (presence.epoch, frame) or (not mine and told is None):
                continue
            try:
                await self._links.send(agent_id, frame)
            except HubError as error:
                _log.info("host_keys.not_told", agent=agent_id, code=error.code)
                continue
            self._told[agent_id] = (presence.epoch, frame)
            _log.info("host_keys.told", agent=agent_id, count=len(frame.keys))

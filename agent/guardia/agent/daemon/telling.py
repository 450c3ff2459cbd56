"""The link as steps see it: it never fails."""

from __future__ import annotations

from typing import Any

from guardia.agent.ports import HubLink
from guardia.proto.frames import AgentFrame


class TellingLink:
    """A link whose failures end no step: what it cannot say is in the journal and is said again."""

    def __init__(self, link: HubLink, log: Any) -> None:
        self._link = link
        self._log = log

    @property
    def connected(self) -> bool:
        return self._link.connected

    @property
    def hub_minor(self) -> int:
        return self._link.hub_minor

    async def send(self, frame: AgentFrame) -> None:
        try:
            await self._link.send(frame)
        except Exception as error:  # noqa: BLE001 - recorded; the next connection tells it
            self._log.warning("frame not sent", frame=type(frame).__name__, error=str(error))

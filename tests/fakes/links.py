"""Links in memory: what the engine's tests use instead of agents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from guardia.hub.errors import AgentOfflineError
from guardia.hub.ports import LinkHandler, Presence
from guardia.proto.frames import (
    AgentFrame,
    Cancel,
    Explain,
    Explanation,
    Frame,
    Heartbeat,
    HeartbeatAck,
    Hello,
    HubFrame,
    Output,
    OutputAck,
    Result,
    ResultAck,
)
from guardia.proto.version import MAJOR, MINOR

Explainer = Callable[[Explain], Explanation | None]


def make_hello(agent_id: str, **changes: object) -> Hello:
    """A hello of `agent_id` that serves itself and has an empty journal."""
    values: dict[str, object] = {
        "agent_id": agent_id,
        "boot_id": f"boot-{agent_id}",
        "instance_id": f"instance-{agent_id}",
        "software": "0.1.0",
        "protocol_major": MAJOR,
        "protocol_minor": MINOR,
        "trust_bundle": "",
        "targets": (agent_id,),
        "actions": (),
        "journal": (),
    }
    return Hello(**(values | changes))  # type: ignore[arg-type]


class FakeLinks:
    """Implements `guardia.hub.ports.Links`. Set `handler` before the first `connect`.

    `sent` holds every frame in order, acknowledgements included; `explainer` answers `explain` (None: no answer comes).
    """

    def __init__(self, handler: LinkHandler | None = None) -> None:
        self.handler = handler
        self.explainer: Explainer = lambda _: None
        self.sent: list[tuple[str, HubFrame]] = []
        self.disconnected: list[tuple[str, str]] = []
        """Agent and code of each `disconnect` that found a connection."""
        self.full: set[str] = set()
        """Agents that read nothing while much is queued for them."""
        self._presence: dict[str, Presence] = {}
        self._epochs: dict[str, int] = {}
        self._order: dict[str, asyncio.Lock] = {}
        self._gone: dict[str, asyncio.Event] = {}

    # --- the port -----------------------------------------------------------------------------------------------------

    def presence(self) -> Mapping[str, Presence]:
        return dict(self._presence)

    def takes(self, agent_id: str) -> bool:
        return agent_id in self._presence and agent_id not in self.full

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        self._here(agent_id)
        if agent_id in self.full and not isinstance(frame, Cancel):
            await self._gone[agent_id].wait()
            self._here(agent_id)
        self.sent.append((agent_id, frame))

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        await self.send(agent_id, query)
        answer = self.explainer(query)
        if answer is not None:
            return answer
        try:
            async with asyncio.timeout(within):
                await self._gone[agent_id].wait()
        except TimeoutError:
            raise TimeoutError(f"agent {agent_id} did not explain") from None
        raise AgentOfflineError(f"agent {agent_id} has gone")

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        if agent_id in self._presence:
            self.disconnected.append((agent_id, code))
            await self._lose(agent_id, f"{code}: {message}")

    # --- for tests ----------------------------------------------------------------------------------------------------

    async def connect(self, agent_id: str, hello: Hello | None = None) -> Presence:
        """An agent connects; an older connection of it is lost first. Returns after the handler knows."""
        hello = hello or make_hello(agent_id)
        before = self._presence.get(agent_id)
        contested = before is not None and before.hello.instance_id != hello.instance_id
        if before is not None:
            await self._lose(agent_id, "link.superseded: a newer connection has come")
        epoch = self._epochs[agent_id] = self._epochs.get(agent_id, 0) + 1
        presence = Presence(
            agent_id=agent_id,
            epoch=epoch,
            hello=hello,
            connected_ms=1_800_000_000_000,
            peer="test",
            contested=contested,
        )
        self._gone[agent_id] = asyncio.Event()
        self._presence[agent_id] = presence
        async with self._lock(agent_id):
            await self._handler.connected(presence)
        return presence

    async def answer(self, agent_id: str, frame: AgentFrame) -> None:
        """The agent sends `frame`. When the handler raises, nothing is acknowledged and the connection is lost."""
        presence = self._here(agent_id)
        if isinstance(frame, Hello | Heartbeat | HeartbeatAck | Explanation):
            raise TypeError(f"the handler never sees {type(frame).__name__}")
        try:
            async with self._lock(agent_id):
                await self._handler.received(agent_id, presence.epoch, frame)
        except Exception:
            await self._lose(agent_id, "link.handler_failed")
            raise
        if isinstance(frame, Result):
            self.sent.append((agent_id, ResultAck(step_id=frame.step_id)))
        elif isinstance(frame, Output):
            self.sent.append((agent_id, OutputAck(step_id=frame.step_id, seq=frame.seq)))

    async def drop(self, agent_id: str, reason: str = "link.closed: connection lost") -> None:
        """The connection is lost."""
        self._here(agent_id)
        await self._lose(agent_id, reason)

    def sent_to(self, agent_id: str, kind: type[Frame] = Frame) -> list[HubFrame]:
        """Frames of type `kind` that were sent to the agent, in order."""
        return [frame for to, frame in self.sent if to == agent_id and isinstance(frame, kind)]

    @property
    def _handler(self) -> LinkHandler:
        assert self.handler is not None, "set FakeLinks.handler first"
        return self.handler

    def _here(self, agent_id: str) -> Presence:
        presence = self._presence.get(agent_id)
        if presence is None:
            raise AgentOfflineError(f"agent {agent_id} is not connected")
        return presence

    def _lock(self, agent_id: str) -> asyncio.Lock:
        return self._order.setdefault(agent_id, asyncio.Lock())

    async def _lose(self, agent_id: str, reason: str) -> None:
        presence = self._presence.pop(agent_id)
        self._gone[agent_id].set()
        async with self._lock(agent_id):
            await self._handler.lost(agent_id, presence.epoch, reason)

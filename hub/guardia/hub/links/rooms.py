"""Rooms for agents: `/ws/chat/{room_id}/{client_id}/AGENT` on the agents' listener.

An agent sees a room live when its certificate's id is the path's `client_id`, it is admitted, and the room was given a
scope that covers a server of the CMDB that the agent serves. What it may say: `guardia.hub.core.agent_words`.

Close codes: 4400 bad address, 4401 not admitted, revoked or expired, 4403 another agent's id or a room that is not for
it, 4408 reads too slowly, 4429 too many connections or messages, 1001 the hub stops, 1009 a message over 64 KiB, 1011
the hub cannot go on. The reason comes first, as an ERROR of the message schema.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import structlog

from guardia.cmdb.model import Server
from guardia.hub.core import agent_words
from guardia.hub.core.card import iso
from guardia.hub.core.message import RoomMessage
from guardia.hub.core.pace import Pace
from guardia.hub.core.room import Scope
from guardia.hub.errors import HubError, RateLimitedError
from guardia.hub.links.expiry import Expiry
from guardia.hub.links.identity import PeerIdentity
from guardia.hub.links.roomvisit import (
    BROKEN,
    NOT_ADMITTED,
    PATH,
    STOPPING,
    Admitted,
    ClosedError,
    MessageSocket,
    Reader,
    Visit,
    expired,
)
from guardia.hub.ports import Clock, InventoryPort

_log = structlog.get_logger(__name__)

Post = Callable[[Sequence[RoomMessage]], Awaitable[None]]


class Readers(Protocol):
    """`guardia.hub.chat.room.RoomHub`."""

    def join(self, room_id: str) -> Any: ...
    def leave(self, subscription: Any, /) -> None: ...


class AgentRooms:
    """The route; `websocket.py` hands connections over.

    Bounds: `max_connections` in all, `per_agent` each; `per_minute` messages an agent, four times as many a room.
    """

    def __init__(
        self,
        readers: Readers,
        post: Post,
        *,
        scope_of: Callable[[str], Scope | None],
        inventory: InventoryPort,
        clock: Clock,
        per_minute: int = 30,
        per_agent: int = 4,
        max_connections: int = 500,
    ) -> None:
        self._readers = readers
        self._post = post
        self._scope_of = scope_of
        self._inventory = inventory
        self.clock = clock
        self._pace = Pace(person_per_minute=per_minute, room_per_minute=4 * per_minute)
        self._per_agent = per_agent
        self._max_connections = max_connections
        self._visits: set[Visit] = set()
        self._storing: set[asyncio.Future[None]] = set()

    # --- what the listener asks -------------------------------------------------------------------------------------

    def matches(self, path: str) -> bool:
        return PATH.match(path) is not None

    def full(self) -> bool:
        return len(self._visits) >= self._max_connections

    async def serve(self, socket: MessageSocket, path: str, peer: PeerIdentity, admitted: Admitted) -> None:
        """One connection, to its end. `admitted` is asked before anything is shown, and again and again."""
        visit = Visit(self, socket, peer.agent_id, admitted)
        self._visits.add(visit)  # before the check: a revocation in between finds it here
        expiry = Expiry(self.clock, peer.not_after_ms, lambda: visit.end(expired(peer.agent_id)))
        try:
            await visit.run(path)
        except ClosedError as closed:
            _log.info("rooms.agent_closed", agent=peer.agent_id, code=closed.code, close=closed.close)
            await visit.say_goodbye(closed)
        except HubError as error:
            _log.error("rooms.agent_broken", agent=peer.agent_id, code=error.code, exc_info=error)
            await visit.say_goodbye(ClosedError(BROKEN, error.code, "지금은 이어 갈 수 없습니다.", "잠시 뒤에 다시."))
        finally:
            expiry.cancel()
            self._visits.discard(visit)

    def disconnect(self, agent_id: str, code: str, message: str) -> None:
        """End an agent's connections: it was revoked, or is otherwise no longer welcome."""
        for visit in self._visits:
            if visit.agent_id == agent_id:
                visit.end(ClosedError(NOT_ADMITTED, code, f"접속을 끊었습니다. {message}"))

    def close(self) -> None:
        """The hub stops."""
        for visit in self._visits:
            visit.end(ClosedError(STOPPING, "hub.stopping", "허브가 멈춥니다.", "잠시 뒤에 다시 접속해 주세요."))

    # --- what a visit asks ------------------------------------------------------------------------------------------

    def crowded(self, agent_id: str) -> bool:
        """More connections of the agent than it may have, with the one that asks."""
        return sum(visit.agent_id == agent_id for visit in self._visits) > self._per_agent

    def assets(self, agent_id: str, room_id: str) -> frozenset[str]:
        """Servers that the agent serves and the room is for; a room that was given no scope is for none."""
        scope = self._scope_of(room_id)
        if scope is None:
            return frozenset()
        return frozenset(server.asset_code for server in self._served(agent_id) if not scope.refusal([server], ()))

    def _served(self, agent_id: str) -> list[Server]:
        return [server for server in self._inventory.snapshot().servers if server.agent == agent_id]

    def join(self, room_id: str) -> Reader:
        reader: Reader = self._readers.join(room_id)
        return reader

    def leave(self, reader: Reader) -> None:
        self._readers.leave(reader)

    async def say(self, text: str, agent_id: str, room_id: str) -> str:
        """Store and show what the agent says; returns the id that it gave it. Raises `HubError`."""
        said = agent_words.decode(text, agent_id, self.assets(agent_id, room_id))
        fast = self._pace.take(agent_id, room_id, self.clock.monotonic())
        if fast is not None:
            raise RateLimitedError(
                f"too many messages of this {'agent' if fast.limit == 'person' else 'room'}",
                remedy=f"{fast.retry_after}초 뒤에 다시 보내 주세요.",
                retry_after=fast.retry_after,
            )
        message = agent_words.message(said, agent_id, room_id, iso(self.clock.now_ms()) or "")
        storing = asyncio.ensure_future(self._post([message]))
        self._storing.add(storing)
        storing.add_done_callback(self._storing.discard)
        await asyncio.shield(storing)  # what was begun is finished, also when the agent leaves meanwhile
        return said.message_id

"""What the web front is configured with, and what it shows of the system."""

from __future__ import annotations

import msgspec

from guardia.hub.core.message import Person

EVERYBODY = "*"


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room of the console. `members`: ids of people, or `*` for everybody who is logged in."""

    room_id: str
    name: str
    members: tuple[str, ...] = (EVERYBODY,)

    def open_to(self, person: Person) -> bool:
        return EVERYBODY in self.members or person.person_id in self.members


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the web front; every default is the tight one."""

    rooms: tuple[Room, ...] = (Room(room_id="ops", name="운영 상황실"),)
    allowed_origins: tuple[str, ...] = ()
    """Origins (`https://host[:port]`) beside the hub's own from which a browser may open rooms."""
    max_upload: int = 150 * 1024 * 1024
    """Bytes; the same limit that the artifact store was made with, shown to the page and used to refuse early."""
    metrics_from: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses that may read `/metrics`."""
    connections_per_person: int = 20
    agents_url: str = ""
    """`wss://host:port` of the agents' listener, told to agents that come to the wrong one."""

    def room(self, room_id: str) -> Room | None:
        return next((room for room in self.rooms if room.room_id == room_id), None)


class AgentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as the console shows it."""

    agent_id: str
    online: bool
    targets: tuple[str, ...] = ()
    since_ms: int = 0
    draining: bool = False
    """It is given no new work: an admin drains it."""
    fenced: bool = False
    """Two hosts had its identity: it may not connect until an admin has decided."""


class HubStatus(msgspec.Struct, frozen=True, kw_only=True):
    agents: tuple[AgentStatus, ...] = ()

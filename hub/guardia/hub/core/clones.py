"""Whether one identity is used by two living agents: a certificate and key that were copied to another host.

An agent's process draws an `instance_id` when it starts. A restart brings a new one and the old one never again; an id
that comes back after another one was there belongs to a process that was alive all the time. A hello that was overtaken
on its way makes one comeback, and the living process that it threw out a second one; a third within `WINDOW` is two
agents that throw each other out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

WINDOW = 900.0
"""Seconds that a connection is remembered."""
COMEBACKS = 3
REMEMBERED = 16
"""Connections of one agent that are looked at."""


class Sighting(msgspec.Struct, frozen=True):
    """One connection: which process, from where, when (seconds of a monotonic clock)."""

    instance_id: str
    boot_id: str
    peer: str
    at: float


class KeptSighting(msgspec.Struct, frozen=True, array_like=True):
    """A sighting as it outlives the process: its time by the wall clock, in milliseconds since the epoch."""

    instance_id: str
    boot_id: str
    peer: str
    at_ms: int


def kept(sightings: Iterable[Sighting], *, monotonic: float, now_ms: int) -> tuple[KeptSighting, ...]:
    """Sightings for the next process; both clocks as they stand now."""
    return tuple(
        KeptSighting(one.instance_id, one.boot_id, one.peer, now_ms - round((monotonic - one.at) * 1000))
        for one in sightings
    )


def recalled(sightings: Iterable[KeptSighting], *, monotonic: float, now_ms: int) -> tuple[Sighting, ...]:
    """What the last process kept, on this one's clock; what is too old is left out, and what a wall clock that was
    set back puts into the future was just now."""
    aged = [(one, max(0.0, (now_ms - one.at_ms) / 1000)) for one in sightings]
    return tuple(
        Sighting(one.instance_id, one.boot_id, one.peer, monotonic - age) for one, age in aged if age <= WINDOW
    )


class Clones:
    """Remembers the connections of every agent. Pure: the caller brings the time."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[Sighting]] = {}

    def seen(self, agent_id: str, sighting: Sighting) -> tuple[Sighting, Sighting] | None:
        """Take a connection; two sightings of the two processes when both are alive, else None.

        Call it for connections that were let in, in the order of their epochs.
        """
        kept = self._seen.setdefault(agent_id, deque(maxlen=REMEMBERED))
        while kept and sighting.at - kept[0].at > WINDOW:
            kept.popleft()
        if kept and kept[-1].instance_id == sighting.instance_id:
            kept[-1] = sighting  # the same process came again: of no interest how often
            return None
        kept.append(sighting)
        comebacks = [
            place
            for place, one in enumerate(kept)
            if any(one.instance_id == before.instance_id for before in list(kept)[:place])
        ]
        if len(comebacks) < COMEBACKS:
            return None
        return kept[-2], sighting

    def remembered(self, agent_id: str) -> tuple[Sighting, ...]:
        """The agent's connections, oldest first."""
        return tuple(self._seen.get(agent_id, ()))

    def restore(self, agent_id: str, sightings: Iterable[Sighting]) -> None:
        """What an earlier process remembered of an agent that has not been seen by this one. Oldest first."""
        if agent_id not in self._seen:
            self._seen[agent_id] = deque(sightings, maxlen=REMEMBERED)

    def forget(self, agent_id: str) -> None:
        """An admin has decided, or the agent was revoked."""
        self._seen.pop(agent_id, None)

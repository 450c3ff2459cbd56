"""Rooms of messengers: what may be asked for in one, and which channels show it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from guardia.cmdb.model import Server
from guardia.hub.core.texts import Language, Said, said
from guardia.hub.core.texts import action as title_of

ALL = "*"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a room is for. Each list names what is in it, `*` is everything, an empty list is nothing.

    `actions` are codes of the catalogue, also with `*` at their end (`CHECK_*`).
    """

    institutions: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    def refusal(self, servers: Iterable[Server], actions: Iterable[str]) -> Said | None:
        """Why the room is not for these actions on these servers; None when it is."""
        for action in actions:
            if not any(fnmatchcase(action, pattern) for pattern in self.actions):
                return said("scope.action", action=title_of(action))
        for server in servers:
            for what, name, allowed in (
                ("institution", server.institution, self.institutions),
                ("system", server.system_name, self.systems),
                ("environment", str(server.environment), self.environments),
            ):
                if ALL not in allowed and name not in allowed:
                    return said("scope.target", what=said(f"what.{what}"), name=name)
        return None


EVERYTHING = Scope(institutions=(ALL,), systems=(ALL,), environments=(ALL,), actions=(ALL,))


class BoundRoom(msgspec.Struct, frozen=True, kw_only=True):
    """The room of a messenger's channel."""

    room_id: str
    scope: Scope = Scope()
    language: Language = "ko"

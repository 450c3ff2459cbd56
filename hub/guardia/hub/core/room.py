"""Rooms of messengers: what may be asked for in one, and which channels show it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from guardia.cmdb.model import Server
from guardia.hub.core.texts import Language
from guardia.proto.catalogue import CATALOGUE

ALL = "*"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a room is for. Each list names what is in it, `*` is everything, an empty list is nothing.

    `actions` are codes of the catalogue, also with `*` at their end (`CHECK_*`).
    """

    institutions: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    def refusal(self, servers: Iterable[Server], actions: Iterable[str]) -> str:
        """Why the room is not for these actions on these servers, in Korean; empty when it is."""
        for action in actions:
            if not any(fnmatchcase(action, pattern) for pattern in self.actions):
                title = CATALOGUE[action].title if action in CATALOGUE else action
                return f"이 방에서는 '{title}' 작업을 할 수 없습니다."
        for server in servers:
            for what, name, allowed in (
                ("기관", server.institution, self.institutions),
                ("시스템", server.system_name, self.systems),
                ("환경", str(server.environment), self.environments),
            ):
                if ALL not in allowed and name not in allowed:
                    return f"이 방은 {what} '{name}'의 작업을 하는 방이 아닙니다."
        return ""


EVERYTHING = Scope(institutions=(ALL,), systems=(ALL,), environments=(ALL,), actions=(ALL,))


class BoundRoom(msgspec.Struct, frozen=True, kw_only=True):
    """The room of a messenger's channel."""

    room_id: str
    scope: Scope = Scope()
    language: Language = "ko"

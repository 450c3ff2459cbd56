"""The console's pages and what they ask for."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.message import Person
from guardia.hub.core.texts import said
from guardia.hub.errors import ForbiddenError
from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.pages import asked_language, page
from guardia.hub.web.parts import parts
from guardia.hub.web.security import caller, require_caller
from guardia.hub.web.settings import Room


class RoomName(msgspec.Struct, frozen=True, kw_only=True):
    room_id: str
    name: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is logged in, until when (milliseconds since the epoch, UTC), and the rooms that they may enter."""

    person: Person
    rooms: tuple[RoomName, ...]
    expires_ms: int


def allowed_room(request: Request, person: Person, room_id: str) -> Room:
    """The room, if this person may enter it. Raises `ForbiddenError`, also for one that does not exist."""
    room = parts(request).settings.room(room_id)
    if room is None or not room.open_to(person):
        raise ForbiddenError("no such room, or not for you", remedy=said("socket.pick_room"))
    return room


async def _told(request: Request, person: Person) -> int:
    """How much happened to the person's accounts that they have not seen yet; `/account` says what."""
    return len(await parts(request).linking.identities.unseen(person.person_id))


async def rooms(request: Request) -> Response:
    """`GET /`: the rooms that the person may enter."""
    who = await caller(request)
    if who is None:
        return RedirectResponse("/login", status_code=303)
    person = who.session.person
    mine = [room for room in parts(request).settings.rooms if room.open_to(person)]
    return page(
        request,
        "rooms.html",
        person=person,
        csrf=who.session.csrf,
        rooms=mine,
        room=None,
        told_count=await _told(request, person),
    )


async def room(request: Request) -> Response:
    """`GET /rooms/{room_id}`: in the room's language, as its cards are, unless the address asks for another one."""
    who = await caller(request)
    if who is None:
        return RedirectResponse(f"/login?to={request.url.path}", status_code=303)
    person, settings = who.session.person, parts(request).settings
    found = allowed_room(request, person, request.path_params["room_id"])
    return page(
        request,
        "room.html",
        lang=asked_language(request) or parts(request).language(found.room_id),
        person=person,
        csrf=who.session.csrf,
        rooms=[each for each in settings.rooms if each.open_to(person)],
        room=found,
        max_upload=settings.max_upload,
        told_count=await _told(request, person),
    )


async def api_me(request: Request) -> Response:
    """`GET /api/me`: who the caller is, and the rooms that they may enter."""
    who = await require_caller(request)
    person = who.session.person
    mine = [room for room in parts(request).settings.rooms if room.open_to(person)]
    names = tuple(RoomName(room_id=room.room_id, name=room.name) for room in mine)
    return JsonResponse(Me(person=person, rooms=names, expires_ms=who.session.expires_ms))


async def api_status(request: Request) -> Response:
    """`GET /api/status`: the agents as the hub sees them."""
    await require_caller(request)
    return JsonResponse(parts(request).status(), headers={"Cache-Control": "no-store"})

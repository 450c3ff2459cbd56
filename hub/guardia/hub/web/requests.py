"""Requests for programs: `GET /api/requests/{request_id}`, and a step's output while it comes, page by page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from guardia.hub.core.live_output import OutputPage
from guardia.hub.core.message import Person
from guardia.hub.core.request_view import view
from guardia.hub.core.texts import said
from guardia.hub.errors import BusyError, ForbiddenError, InvalidInputError, NotFoundError
from guardia.hub.web.console import allowed_room
from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.parts import parts
from guardia.hub.web.security import require_caller

MAX_ID = 64
MAX_AFTER = 2**31 - 1
MAX_WAIT = 25
"""Seconds that a follower may wait: shorter than the patience of proxies."""
PER_PERSON = 8
ALTOGETHER = 128
"""Followers that wait at once."""
LOOK = 1.0
"""Seconds between looks whether a follower is still there."""

_FRESH = {"Cache-Control": "no-store"}


async def show(request: Request) -> Response:
    """For people who may enter the request's room; for everybody else there is no such request."""
    person = (await require_caller(request)).session.person
    found = await parts(request).follow.request(_id(request, "request_id"))
    check_room(request, person, found.room_id)
    return JsonResponse(view(parts(request).language(found.room_id), found), headers=_FRESH)


async def live(request: Request) -> Response:
    """`GET …/output/live?after=&wait=`: for whom `…/output` is for."""
    person = (await require_caller(request)).session.person
    request_id, step_id = _id(request, "request_id"), _id(request, "step_id")
    after, wait = _number(request, "after", MAX_AFTER), _number(request, "wait", MAX_WAIT)
    app = parts(request)
    place = await app.outputs.place(request_id, step_id)
    check_room(request, person, place.room_id)
    try:
        with request.app.state.follows.place(person.person_id):
            language = app.language(place.room_id)
            waiting = app.follow.page(place, by=person.person_id, after=after, wait=wait, language=language)
            page = await _while_somebody_waits(request, waiting)
    except BusyError as error:
        raise BusyError(str(error), remedy=said("follow.places", count=PER_PERSON)) from None
    return JsonResponse(page, headers=_FRESH)


async def _while_somebody_waits(request: Request, work: Coroutine[Any, Any, OutputPage]) -> OutputPage:
    """Its result; ended early when the client has gone, whose place is then free. Raises `ClientDisconnect`."""
    task = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({task}, timeout=LOOK))[0]:
            if await request.is_disconnected():
                raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()


def check_room(request: Request, person: Person, room_id: str) -> None:
    """Raises `NotFoundError` when the person may not enter the room: they learn not even that the request exists."""
    try:
        allowed_room(request, person, room_id)
    except ForbiddenError:
        raise NotFoundError(said("fetch.no_request")) from None


def _id(request: Request, name: str) -> str:
    value: str = request.path_params[name]
    if len(value) > MAX_ID:
        raise NotFoundError(said("fetch.no_request"))
    return value


def _number(request: Request, name: str, most: int) -> int:
    value = request.query_params.get(name, "0")
    if not re.fullmatch("[0-9]{1,10}", value) or int(value) > most:
        raise InvalidInputError(f"{name} is a number", remedy=said("follow.number", name=name, most=most))
    return int(value)

"""`/api/agents/queue`: what waits for agents, page by page, and taking one entry out."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.core.message import Person
from guardia.hub.core.texts import said
from guardia.hub.errors import InvalidInputError, NotFoundError
from guardia.hub.flow.queue import MAX_PAGE, MAX_REASON, Sees
from guardia.hub.web.errors import JsonResponse, read_body
from guardia.hub.web.parts import parts
from guardia.hub.web.security import CSRF_HEADER, check_csrf, require_caller

MAX_ID = 64
MAX_BODY = 4 * 1024
PAGE = 50


class DropReason(msgspec.Struct, frozen=True):
    """Why an entry is taken out: it stands in the request's events and on its card."""

    reason: Annotated[str, msgspec.Meta(max_length=MAX_REASON)] = ""


def sees_of(request: Request, person: Person) -> Sees:
    """Which rooms the person may enter."""
    settings = parts(request).settings

    def sees(room_id: str) -> bool:
        room = settings.room(room_id)
        return room is not None and room.open_to(person)

    return sees


async def queue(request: Request) -> Response:
    """`GET /api/agents/queue?agent=&after=&limit=`."""
    person = (await require_caller(request)).session.person
    given = request.query_params
    limit = given.get("limit", str(PAGE))
    if not re.fullmatch("[0-9]{1,3}", limit):
        raise InvalidInputError("limit is a number", remedy=f"limit은 1부터 {MAX_PAGE}까지입니다.")
    agent_id, after = given.get("agent", ""), given.get("after", "")
    if len(agent_id) > MAX_ID:
        raise InvalidInputError("no such agent", remedy=f"agent는 {MAX_ID}자까지입니다.")
    page = parts(request).queue.page(person, sees_of(request, person), agent_id=agent_id, after=after, limit=int(limit))
    return JsonResponse(page, headers={"Cache-Control": "no-store"})


async def drop(request: Request) -> Response:
    """`POST /api/agents/queue/{step_id}/drop` `{"reason"}`."""
    who = await require_caller(request)
    check_csrf(request, who, request.headers.get(CSRF_HEADER, ""))
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise InvalidInputError("Content-Type is not application/json", remedy='{"reason":"…"}를 JSON으로 보내 주세요.')
    try:
        given = msgspec.json.decode(await read_body(request, MAX_BODY), type=DropReason)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"malformed: {error}", remedy='{"reason":"…"}를 JSON으로 보내 주세요.') from None
    step_id, person = request.path_params["step_id"], who.session.person
    if len(step_id) > MAX_ID:
        raise NotFoundError(said("queue.none"))
    dropped = await parts(request).queue.drop(step_id, person, sees_of(request, person), given.reason)
    return JsonResponse(dropped)

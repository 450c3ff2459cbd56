"""`GET /api/requests/{request_id}/steps/{step_id}/output`: a step's whole output, streamed from its agent."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from guardia.hub.errors import BusyError, InvalidInputError, NotFoundError
from guardia.hub.ports import FetchedOutput
from guardia.hub.web.parts import parts
from guardia.hub.web.requests import check_room
from guardia.hub.web.security import require_caller

MAX_ID = 64
PER_PERSON = 4
ALTOGETHER = 16
"""Outputs that are fetched at once."""


class GetOnly(Route):
    """A route whose HEAD is refused too: an answer's head is known only when the agent has begun to send the rest."""

    def __init__(self, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        super().__init__(path, endpoint, methods=["GET"])
        self.methods = {"GET"}  # Starlette adds HEAD by itself


class OutputResponse(StreamingResponse):
    """Passes on what comes; whatever ends it, the agent's connection is let go."""

    def __init__(self, fetched: FetchedOutput, name: str, held: contextlib.ExitStack) -> None:
        head = fetched.head
        headers = {
            "Content-Length": str(head.length),
            "Content-Disposition": f'attachment; filename="{name}.txt"',
            "Cache-Control": "no-store",
            "X-Guardia-Output-Size": str(head.size),
            "X-Guardia-Output-Complete": "yes" if head.gapless and head.ended else "no",
            "X-Guardia-Output-Gapless": "yes" if head.gapless else "no",
        }
        if head.totals is not None and re.fullmatch("[0-9a-f]{64}", head.totals.sha256):
            headers["X-Guardia-Output-Sha256"] = head.totals.sha256
        # Octets, because nobody knows the encoding, and so that no browser shows it as anything.
        super().__init__(fetched.chunks(), media_type="application/octet-stream", headers=headers)
        self._fetched = fetched
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._held:
            try:
                await super().__call__(scope, receive, send)
            finally:
                await self._fetched.close()


async def output(request: Request) -> Response:
    """For people who may enter the request's room; everybody else is told what they are told of one that is not."""
    who = await require_caller(request)
    person = who.session.person
    request_id, step_id = request.path_params["request_id"], request.path_params["step_id"]
    if len(request_id) > MAX_ID or len(step_id) > MAX_ID:
        raise NotFoundError("그런 요청이 없습니다.")
    offset, limit = _number(request, "offset"), _number(request, "limit")
    desk = parts(request).outputs
    place = await desk.place(request_id, step_id)
    check_room(request, person, place.room_id)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(request.app.state.fetches.place(person.person_id))
        except BusyError as error:
            raise BusyError(str(error), remedy=f"한 번에 {PER_PERSON}개까지 받을 수 있습니다.") from None
        fetched = await desk.fetch(place, by=person.person_id, offset=offset, limit=limit)
        return OutputResponse(fetched, re.sub(r"[^A-Za-z0-9_.-]", "_", place.attempt_id), stack.pop_all())


def _number(request: Request, name: str) -> int:
    value = request.query_params.get(name, "0")
    if not re.fullmatch("[0-9]{1,15}", value):
        raise InvalidInputError(f"{name} is a number of bytes", remedy=f"{name}은 0 이상의 정수여야 합니다.")
    return int(value)

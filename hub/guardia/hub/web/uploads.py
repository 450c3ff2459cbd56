"""`POST /api/files?name=…&room=…`: the raw body becomes a staged file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from guardia.hub.errors import InvalidInputError, TooLargeError
from guardia.hub.web.console import allowed_room
from guardia.hub.web.errors import JsonResponse, body_chunks, content_length
from guardia.hub.web.parts import parts
from guardia.hub.web.security import CSRF_HEADER, check_csrf, require_caller

CHUNK_TIMEOUT = 30.0
"""Seconds that an upload may stand still."""


async def upload(request: Request) -> Response:
    """Streams the body to the store and answers with the staged file. 201 with `{"file"}`."""
    who = await require_caller(request)
    check_csrf(request, who, request.headers.get(CSRF_HEADER, ""))
    room = allowed_room(request, who.session.person, request.query_params.get("room", ""))
    app = parts(request)
    declared = content_length(request)
    if declared is not None and declared > app.settings.max_upload:
        raise TooLargeError(f"{declared} bytes announced, at most {app.settings.max_upload}")
    try:
        file = await app.staging.stage(
            _steady(body_chunks(request)),
            name=request.query_params.get("name", ""),
            person_id=who.session.person.person_id,
            room_id=room.room_id,
            declared=declared,
        )
    except (TimeoutError, ClientDisconnect):
        raise InvalidInputError("the upload stood still or broke off", remedy="파일을 다시 올려 주세요.") from None
    return JsonResponse({"file": file}, status_code=201)


async def _steady(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, as long as each comes within `CHUNK_TIMEOUT`. Raises `TimeoutError`."""
    while True:
        try:
            async with asyncio.timeout(CHUNK_TIMEOUT):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        yield chunk

"""`POST /api/files?name=…&room=…`: the raw body becomes a staged file."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from guardia.hub.core.message import StagedFile
from guardia.hub.core.texts import said
from guardia.hub.errors import BusyError, InvalidInputError, TooLargeError
from guardia.hub.web.console import allowed_room
from guardia.hub.web.errors import (
    RETRY_BUSY,
    EarlyResponse,
    ErrorAnswer,
    JsonResponse,
    body_chunks,
    content_length,
    describe,
    language_of,
)
from guardia.hub.web.parts import parts
from guardia.hub.web.security import CSRF_HEADER, check_csrf, require_caller

MAX_NAME = 200
"""Characters of a file's name, as it is given."""
CHUNK_TIMEOUT = 30.0
"""Seconds that an upload may stand still."""
WHOLE_TIMEOUT = 3600.0
"""Seconds that an upload may take altogether: one that trickles would hold its place for ever."""
PER_PERSON = 20
ALTOGETHER = 100
"""Uploads that may be under way: each holds a connection, an open file and a buffer. A message has up to 20 files, and
the page sends them at once."""


class Uploaded(msgspec.Struct, frozen=True):
    file: StagedFile


class Places:
    """Counts the uploads under way."""

    def __init__(self, per_person: int = PER_PERSON, altogether: int = ALTOGETHER) -> None:
        self._per_person = per_person
        self._altogether = altogether
        self._taken: Counter[str] = Counter()

    @contextlib.contextmanager
    def place(self, person_id: str) -> Iterator[None]:
        """A place for one upload. Raises `BusyError` when there is none."""
        if self._taken[person_id] >= self._per_person or self._taken.total() >= self._altogether:
            raise BusyError(
                "too many uploads are under way",
                remedy=said("upload.places", count=self._per_person),
            )
        self._taken[person_id] += 1
        try:
            yield
        finally:
            self._taken[person_id] -= 1
            if not self._taken[person_id]:
                del self._taken[person_id]


async def upload(request: Request) -> Response:
    """Streams the body to the store and answers with the staged file. 201 with `{"file"}`."""
    who = await require_caller(request)
    check_csrf(request, who, request.headers.get(CSRF_HEADER, ""))
    room = allowed_room(request, who.session.person, request.query_params.get("room", ""))
    try:
        file = await stage(request, who.session.person.person_id, room.room_id)
    except BusyError as error:
        return busy(request, error)
    return JsonResponse(Uploaded(file), status_code=201)


def busy(request: Request, error: BusyError) -> Response:
    """There is no place: said before the body is read."""
    headers = {"Retry-After": str(RETRY_BUSY)}
    return EarlyResponse(ErrorAnswer(describe(error, language_of(request))), status_code=error.status, headers=headers)


async def stage(request: Request, person_id: str, room_id: str) -> StagedFile:
    """The body, staged for this person in this room. Raises `BusyError`, `TooLargeError`, `InvalidInputError`."""
    app = parts(request)
    name = request.query_params.get("name", "")
    if len(name) > MAX_NAME:
        raise InvalidInputError("the file's name is too long", remedy=said("upload.name", limit=MAX_NAME))
    declared = content_length(request)
    if declared is not None and declared > app.settings.max_upload:
        limit = app.settings.max_upload
        raise TooLargeError(
            f"{declared} bytes announced, at most {limit}",
            remedy=said("upload.limit", limit=limit // 2**20),
        )
    places = request.app.state.uploads
    assert isinstance(places, Places)
    try:
        with places.place(person_id):
            async with asyncio.timeout(WHOLE_TIMEOUT):
                return await app.staging.stage(
                    _steady(body_chunks(request)),
                    name=name,
                    person_id=person_id,
                    room_id=room_id,
                    declared=declared,
                )
    except (TimeoutError, ClientDisconnect):
        raise InvalidInputError("the upload stood still or broke off", remedy=said("upload.again")) from None


async def _steady(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, as long as each comes within `CHUNK_TIMEOUT`. Raises `TimeoutError`."""
    while True:
        try:
            async with asyncio.timeout(CHUNK_TIMEOUT):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        yield chunk

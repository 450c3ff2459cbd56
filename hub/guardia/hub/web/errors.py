"""Errors as answers: JSON for programs, a page for people."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from guardia.hub.core.refusals import by_code, message_of, remedy_of
from guardia.hub.core.texts import Language, say
from guardia.hub.errors import BusyError, HubError, InvalidInputError, RateLimitedError, TooLargeError
from guardia.hub.web.pages import language, page
from guardia.hub.web.parts import parts
from guardia.hub.web.security import HEADERS, REQUEST_ID

log = structlog.get_logger(__name__)

RETRY_BUSY = 2
"""Seconds after which a client may try again when a queue was full."""
LINGER = 15.0
LINGER_IDLE = 2.0
"""Seconds, in all and without a byte, that a refused body is still taken and thrown away."""


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """An error as programs get it. `message` and `remedy` are for people, `detail` for engineers, in English."""

    code: str
    message: str
    remedy: str = ""
    detail: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Every answer of the HTTP API that is not what was asked for."""

    error: ErrorBody


def language_of(request: Request) -> Language:
    """Of an answer: that of the room that it is about, else the reader's."""
    room_id = request.path_params.get("room_id") or request.query_params.get("room")
    return language(request) if room_id is None else parts(request).language(room_id)


def describe(error: HubError, language: Language) -> ErrorBody:
    """What a client may know about `error`, in its language."""
    return ErrorBody(
        code=error.code,
        message=message_of(language, error),
        remedy=remedy_of(language, error),
        detail=str(error) if error.status < 500 else "",
    )


class JsonResponse(Response):
    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


class EarlyResponse(JsonResponse):
    """An answer that is given before the request's body was read.

    It goes out whole, then what the client still sends is thrown away for a while: a connection that is closed with
    unread bytes is reset, and a client that sends to the end before it reads would never see why.
    """

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        self.headers["connection"] = "close"
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                more = True
                while more:
                    message = await asyncio.wait_for(receive(), LINGER_IDLE)
                    more = message["type"] == "http.request" and message.get("more_body", False)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def wants_page(request: Request) -> bool:
    """True when the answer is read in a browser window rather than by a program."""
    path = request.url.path
    for_programs = path.startswith(("/api/", "/messenger", "/itsm")) and not path.endswith("/output")
    return "text/html" in request.headers.get("accept", "") and not for_programs


def answer(request: Request, status: int, body: ErrorBody, headers: dict[str, str] | None = None) -> Response:
    if wants_page(request):
        return page(request, "error.html", status=status, headers=headers, error=body, code=status)
    early = status == TooLargeError.status
    return (EarlyResponse if early else JsonResponse)(ErrorAnswer(body), status_code=status, headers=headers)


async def on_hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    headers = {}
    if isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, BusyError):
        headers["Retry-After"] = str(RETRY_BUSY)
    if error.status >= 500:
        log.error("web.failed", path=request.url.path, code=error.code, error=str(error), exc_info=error)
    return answer(request, error.status, describe(error, language_of(request)), headers)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    lang, code = language_of(request), f"http.{error.status_code}"
    body = ErrorBody(
        code=code,
        message=by_code(lang, code),
        remedy=say(lang, "http.remedy"),
        detail=error.detail,
    )
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer(request, error.status_code, body, headers)


def _methods(request: Request) -> set[str]:
    """Every method that the address has: Starlette tells those of one route, and an address may have several."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    found = [route.methods or set() for route in routes if route.path_regex.match(request.scope["path"])]
    return set().union(*found)


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # nobody reads it


async def on_crash(request: Request, error: Exception) -> Response:
    """Anything unforeseen in an HTTP handler; this runs outside the middleware, so it brings the headers itself."""
    number = structlog.contextvars.get_contextvars().get("request_id", "")
    headers = {**HEADERS, **({REQUEST_ID: number} if number else {})}
    return answer(request, 500, crashed(request.url.path, error, language_of(request)), headers)


def crashed(where: str, error: Exception, language: Language) -> ErrorBody:
    """Record an unforeseen error with a number that the person can quote; nothing of it is shown."""
    number = secrets.token_hex(4)
    log.error("web.crashed", where=where, incident=number, exc_info=error)
    return ErrorBody(
        code="hub.internal",
        message=by_code(language, "hub.internal"),
        remedy=say(language, "socket.incident", number=number),
    )


HANDLERS = {
    HubError: on_hub_error,
    HTTPException: on_http_error,
    ClientDisconnect: on_disconnect,
    Exception: on_crash,
}


BODY_TIMEOUT = 20.0
"""Seconds in which a body that is read as a whole has to arrive: nothing that is small takes longer."""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises `TooLargeError` over `limit` bytes, from the announced length before reading it, and
    `InvalidInputError` when it does not arrive within `BODY_TIMEOUT`."""
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            return await _read_body(request, limit)
    except TimeoutError:
        raise InvalidInputError("the body did not arrive in time", remedy="본문을 한 번에 다시 보내 주세요.") from None


async def _read_body(request: Request, limit: int) -> bytes:
    declared = content_length(request)
    if declared is not None and declared > limit:
        raise TooLargeError(f"a body of {declared} bytes, at most {limit}", remedy=f"{limit}바이트 이하로 보내 주세요.")
    data = bytearray()
    async for chunk in body_chunks(request):
        data += chunk
        if len(data) > limit:
            raise TooLargeError(f"a body of over {limit} bytes", remedy=f"{limit}바이트 이하로 보내 주세요.")
    return bytes(data)


def content_length(request: Request) -> int | None:
    """The announced length; None when there is none. Raises `InvalidInputError` for nonsense."""
    value = request.headers.get("content-length")
    if value is None:
        return None
    if not value.isascii() or not value.isdigit():
        raise InvalidInputError("Content-Length is not a number")
    return int(value)


async def body_chunks(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk

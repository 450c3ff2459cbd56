"""Who is asking, and is it really they: sessions, CSRF, origins, security headers."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guardia.hub.errors import ForbiddenError, UnauthenticatedError
from guardia.hub.web.parts import Session, parts

SESSION_COOKIE = "guardia_session"
FORM_COOKIE = "guardia_form"
"""Ties the login form to the browser that asked for it, before there is a session."""
CSRF_HEADER = "x-csrf-token"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


REQUEST_ID = "X-Request-ID"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}\Z")


def _request_id(scope: Scope) -> str:
    """The number that the proxy gave the request, if it has the form of one; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return str(value, "ascii")
    return secrets.token_hex(16)


class SecurityHeaders:
    """Adds the security headers and the request's number to every answer, and counts it.

    The number stands in every line of the log that the request, and the work that it began, write.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = ""
        if scope["type"] in ("http", "websocket"):
            number = _request_id(scope)
            structlog.contextvars.bind_contextvars(request_id=number)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = number
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                route = getattr(scope.get("route"), "path", "other")
                scope["app"].state.parts.requests.labels(route, str(message["status"])).inc()
            await send(message)

        await self._app(scope, receive, add)


class Caller(Protocol):
    """A logged-in caller and how they proved it."""

    session: Session
    token: str
    by_cookie: bool


class _Caller:
    def __init__(self, session: Session, token: str, by_cookie: bool) -> None:
        self.session = session
        self.token = token
        self.by_cookie = by_cookie


async def caller(connection: HTTPConnection) -> Caller | None:
    """Who asks: by `Authorization: Bearer` or else by the session cookie; None when nobody is logged in."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    by_cookie = scheme.lower() != "bearer"
    token = connection.cookies.get(SESSION_COOKIE, "") if by_cookie else value.strip()
    session = await parts(connection).accounts.session(token) if token else None
    return _Caller(session, token, by_cookie) if session is not None else None


async def require_caller(request: Request) -> Caller:
    """Who asks. Raises `UnauthenticatedError`."""
    found = await caller(request)
    if found is None:
        raise UnauthenticatedError("no valid session")
    return found


def check_csrf(request: Request, who: Caller, given: str) -> None:
    """Refuse a change that another site made the browser send. A bearer token proves the intent by itself.

    Raises `ForbiddenError`.
    """
    if not who.by_cookie:
        return
    check_origin(request, required=False)
    if not hmac.compare_digest(given.encode(), who.session.csrf.encode()):
        raise ForbiddenError("the CSRF token does not fit", remedy="페이지를 새로 고친 뒤 다시 시도해 주세요.")


def check_origin(connection: HTTPConnection, *, required: bool) -> None:
    """Refuse a request that a foreign page sent. Raises `ForbiddenError`.

    `required`: for WebSockets, where browsers always say the origin and no same-origin policy protects.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        if required:
            raise ForbiddenError("no Origin header", remedy="브라우저가 아니면 Authorization: Bearer로 접속해 주세요.")
        return
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    own = f"{scheme}://{connection.headers.get('host', '')}"
    if _normal(origin) not in {_normal(own), *map(_normal, parts(connection).settings.allowed_origins)}:
        raise ForbiddenError("a foreign Origin", remedy="GUARDiA 주소로 직접 접속해 주세요.")


def _normal(origin: str) -> tuple[str, str | None, int | None]:
    """Origin as (scheme, host, port) with the default port filled in; nonsense equals nothing real."""
    try:
        found = urlsplit(origin)
        port = found.port or {"http": 80, "https": 443}.get(found.scheme)
    except ValueError:
        return ("", origin, None)
    return (found.scheme, found.hostname, port) if found.hostname else ("", origin, None)


def set_session_cookie(request: Request, response: Response, token: str, seconds: int) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )

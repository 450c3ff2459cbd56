"""Logging in and out: a page for people, `POST /api/login` for scripts."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.message import Person
from guardia.hub.errors import HubError, InvalidInputError, RateLimitedError, UnauthenticatedError
from guardia.hub.web.errors import ErrorAnswer, JsonResponse, describe, read_body
from guardia.hub.web.pages import WORDS, language, page
from guardia.hub.web.parts import parts
from guardia.hub.web.security import (
    FORM_COOKIE,
    SESSION_COOKIE,
    caller,
    check_csrf,
    check_origin,
    require_caller,
    set_session_cookie,
)

MAX_FORM = 16 * 1024


class Credentials(msgspec.Struct):
    person_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer …` until `expires_ms` (milliseconds since the epoch, UTC)."""

    token: str
    person: Person
    expires_ms: int


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _destination(value: str) -> str:
    """A path of this site, or `/`: never an address that leads away."""
    ok = value.startswith("/") and not value.startswith(("//", "/\\")) and value.isprintable() and "\\" not in value
    return value if ok else "/"


async def form(request: Request) -> dict[str, str]:
    """Fields of an URL-encoded form. Raises `InvalidInputError`, `TooLargeError`."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise InvalidInputError("not a form")
    body = await read_body(request, MAX_FORM)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise InvalidInputError("the form cannot be read") from None
    return {name: values[0] for name, values in fields.items()}


def _form_page(request: Request, *, status: int = 200, error: str = "", account: str = "", to: str = "/") -> Response:
    token = request.cookies.get(FORM_COOKIE, "")
    if not 20 <= len(token) <= 100:
        token = secrets.token_urlsafe(24)
    response = page(request, "login.html", status=status, error=error, account=account, to=to, form_token=token)
    response.set_cookie(
        FORM_COOKIE, token, max_age=3600, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return response


async def show(request: Request) -> Response:
    """`GET /login`."""
    to = _destination(request.query_params.get("to", "/"))
    if await caller(request) is not None:
        return RedirectResponse(to, status_code=303)
    return _form_page(request, to=to)


async def log_in(request: Request) -> Response:
    """`POST /login`: the form."""
    check_origin(request, required=False)
    fields = await form(request)
    to, account = _destination(fields.get("to", "/")), fields.get("account", "").strip().lower()
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), fields.get("form_token", "").encode()):
        return _form_page(request, status=403, error=WORDS[language(request)]["expired"], account=account, to=to)
    accounts = parts(request).accounts
    try:
        person = await accounts.verify_login(account, fields.get("password", ""), _address(request))
    except (UnauthenticatedError, RateLimitedError) as error:
        response = _form_page(request, status=error.status, error=_reason(request, error), account=account, to=to)
        if isinstance(error, RateLimitedError):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    if old := request.cookies.get(SESSION_COOKIE):
        await accounts.close_session(old)
    opened = await accounts.open_session(person.person_id)
    response = RedirectResponse(to, status_code=303)
    left = (opened.session.expires_ms - parts(request).clock.now_ms()) // 1000
    set_session_cookie(request, response, opened.token, left)
    response.delete_cookie(FORM_COOKIE)
    return response


def _reason(request: Request, error: HubError) -> str:
    if language(request) == "ko":
        return error.remedy
    if isinstance(error, RateLimitedError):
        return f"Too many attempts. Try again in {error.retry_after} s."
    return "Unknown account or wrong password."


async def log_out(request: Request) -> Response:
    """`POST /logout`: the form in the page's head."""
    who = await caller(request)
    if who is not None:
        check_csrf(request, who, (await form(request)).get("csrf", ""))
        await parts(request).accounts.close_session(who.token)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def api_log_in(request: Request) -> Response:
    """`POST /api/login` `{"person_id", "password"}` → `{"token", "person"}`; send it as `Authorization: Bearer`."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise InvalidInputError("Content-Type is not application/json")
    try:
        given = msgspec.json.decode(await read_body(request, MAX_FORM), type=Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"malformed: {error}", remedy="person_id와 password를 JSON으로 보내 주세요.") from None
    accounts = parts(request).accounts
    try:
        person = await accounts.verify_login(given.person_id.lower(), given.password, _address(request))
    except UnauthenticatedError as error:
        return JsonResponse(
            ErrorAnswer(describe(error, language(request))), status_code=401, headers={"WWW-Authenticate": "Bearer"}
        )
    opened = await accounts.open_session(person.person_id)
    return JsonResponse(
        LoggedIn(token=opened.token, person=person, expires_ms=opened.session.expires_ms),
        headers={"Cache-Control": "no-store"},
    )


async def api_log_out(request: Request) -> Response:
    """`POST /api/logout`."""
    who = await require_caller(request)
    check_csrf(request, who, request.headers.get("x-csrf-token", ""))
    await parts(request).accounts.close_session(who.token)
    return Response(status_code=204)

"""`/account`: a person's accounts in messengers, codes to link more of them, and what happened to them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.card import iso
from guardia.hub.errors import ForbiddenError, HubError, InvalidInputError, NotFoundError, RateLimitedError
from guardia.hub.web.login import form
from guardia.hub.web.pages import WORDS, language, page
from guardia.hub.web.parts import IdentityEvent, Issued, parts
from guardia.hub.web.security import Caller, caller, check_csrf, require_caller

SHOWN = 20
"""Entries of the trail on the page."""


async def show(request: Request) -> Response:
    """`GET /account`."""
    who = await caller(request)
    if who is None:
        return RedirectResponse(f"/login?to={request.url.path}", status_code=303)
    return await _page(request, who)


async def make_code(request: Request) -> Response:
    """`POST /account/code`: a new code, shown in this answer only."""
    who, fields = await _asked(request)
    platform = fields.get("platform", "")
    if platform not in parts(request).reception.messengers:
        raise InvalidInputError("no such messenger", remedy="목록에서 메신저를 골라 주세요.")
    try:
        issued = await parts(request).linking.claims.issue(who.session.person.person_id, platform)
    except RateLimitedError as error:
        return await _page(request, who, error=error)
    return await _page(request, who, issued=issued)


async def unlink(request: Request) -> Response:
    """`POST /account/unlink`: an account of the person's own is nobody any more."""
    who, fields = await _asked(request)
    person_id = who.session.person.person_id
    try:
        await parts(request).linking.identities.unlink(
            fields.get("platform", ""), fields.get("account", ""), by=f"person:{person_id}", person_id=person_id
        )
    except NotFoundError as error:
        raise ForbiddenError("not an account of this person", remedy="페이지를 새로 고쳐 주세요.") from error
    return RedirectResponse("/account", status_code=303)


async def seen(request: Request) -> Response:
    """`POST /account/seen`: the person has read what they were told."""
    who, fields = await _asked(request)
    up_to = fields.get("up_to", "")
    if not (up_to.isascii() and up_to.isdigit() and len(up_to) <= 15):
        raise InvalidInputError("up_to is not a number")
    await parts(request).linking.identities.seen(who.session.person.person_id, int(up_to))
    return RedirectResponse("/account", status_code=303)


async def _asked(request: Request) -> tuple[Caller, dict[str, str]]:
    who = await require_caller(request)
    fields = await form(request)
    check_csrf(request, who, fields.get("csrf", ""))
    return who, fields


async def _page(
    request: Request, who: Caller, *, issued: Issued | None = None, error: HubError | None = None
) -> Response:
    person_id = who.session.person.person_id
    identities = parts(request).linking.identities
    words = WORDS[language(request)]
    told = await identities.unseen(person_id)
    return page(
        request,
        "account.html",
        status=200 if error is None else error.status,
        person=who.session.person,
        csrf=who.session.csrf,
        room=None,
        accounts=await identities.linked(person_id),
        platforms=sorted(parts(request).reception.messengers),
        issued=issued,
        error=error.remedy if error is not None else "",
        told=[_line(event, words) for event in told],
        up_to=max((event.seq for event in told), default=0),
        trail=[_line(event, words) for event in await identities.events(person_id, limit=SHOWN)],
    )


def _line(event: IdentityEvent, words: dict[str, str]) -> dict[str, Any]:
    text = words.get(f"identity_{event.what}", event.what)
    at = iso(event.at_ms) or ""
    return {
        "at": at,
        "shown": f"{at[:16].replace('T', ' ')} UTC",
        "text": text,
        "where": f"{event.platform} {event.account}".strip(),
    }

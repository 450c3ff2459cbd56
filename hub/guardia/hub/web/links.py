"""Signed links: `/go/{token}`. The link says what it is for and for whom; the login proves that it is they.

Opening one changes nothing, so that a messenger's preview of it does nothing either.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.grant import Grant
from guardia.hub.core.message import ButtonPress, RoomMessage
from guardia.hub.errors import BusyError, ConflictError, ForbiddenError, NotFoundError
from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.login import form
from guardia.hub.web.pages import page
from guardia.hub.web.parts import parts
from guardia.hub.web.rooms import PLATFORM
from guardia.hub.web.security import CSRF_HEADER, Caller, caller, check_csrf, require_caller
from guardia.hub.web.uploads import Uploaded, busy, stage


async def show(request: Request) -> Response:
    """`GET /go/{token}`: what the link is for, to be confirmed, uploaded to, or read."""
    token = request.path_params["token"]
    parts(request).signed.links.open(token)  # nobody is sent to log in for a link that leads nowhere
    who = await caller(request)
    if who is None:
        return RedirectResponse(f"/login?to={request.url.path}", status_code=303)
    grant = _granted(request, who)
    common = {"person": who.session.person, "csrf": who.session.csrf, "room": None, "token": token}
    match grant.purpose:
        case "confirm":
            card = await _card(request, grant)
            return page(request, "confirm.html", card=card.widget, digest=grant.digest[:8], done="", **common)
        case "upload":
            settings = parts(request).settings
            return page(request, "upload.html", room_id=grant.room_id, max_upload=settings.max_upload, **common)
        case _:
            message = await parts(request).signed.messages.message(grant.room_id, grant.message_id)
            if message is None:
                raise NotFoundError("no such message", remedy="대화방에서 새 주소를 받아 주세요.")
            return page(request, "message.html", text=_whole(message), room_id=grant.room_id, **common)


async def confirm(request: Request) -> Response:
    """`POST /go/{token}`: the approval, by the person who is logged in, of the plan that the link was made for."""
    who = await require_caller(request)
    check_csrf(request, who, (await form(request)).get("csrf", ""))
    grant = _granted(request, who)
    if grant.purpose != "confirm":
        raise ForbiddenError("this link confirms nothing", remedy="대화방에서 새 주소를 받아 주세요.")
    token = request.path_params["token"]
    app = parts(request)
    receipt = await app.conversation.press(
        ButtonPress(
            platform=PLATFORM,
            press_id=f"go:{hashlib.sha256(token.encode()).hexdigest()[:40]}",
            room_id=grant.room_id,
            person=who.session.person,
            request_id=grant.request_id,
            button="approve",
            digest=grant.digest,
            received_ms=app.clock.now_ms(),
        )
    )
    app.messages.labels("link", receipt.status.value).inc()
    card = await _card(request, grant, again=True)
    common = {"person": who.session.person, "csrf": who.session.csrf, "room": None, "token": token}
    return page(request, "confirm.html", card=card.widget, digest=grant.digest[:8], done=receipt.message, **common)


async def upload(request: Request) -> Response:
    """`POST /go/{token}/file?name=…`: the raw body becomes a file for the person's next message in the room."""
    who = await require_caller(request)
    check_csrf(request, who, request.headers.get(CSRF_HEADER, ""))
    grant = _granted(request, who)
    if grant.purpose != "upload":
        raise ForbiddenError("this link takes no files", remedy="대화방에서 새 주소를 받아 주세요.")
    try:
        file = await stage(request, who.session.person.person_id, grant.room_id)
    except BusyError as error:
        return busy(request, error)
    await parts(request).signed.uploads.add(file, person_id=who.session.person.person_id, room_id=grant.room_id)
    return JsonResponse(Uploaded(file), status_code=201)


def _granted(request: Request, who: Caller) -> Grant:
    """What the link grants to this person. Raises `SignatureError`, `ForbiddenError`."""
    grant = parts(request).signed.links.open(request.path_params["token"])
    if grant.person_id and grant.person_id != who.session.person.person_id:
        raise ForbiddenError("다른 사람의 주소입니다.", remedy="자신의 계정으로 로그인하거나 새 주소를 받아 주세요.")
    return grant


async def _card(request: Request, grant: Grant, *, again: bool = False) -> RoomMessage:
    """The request's card as it stands. Raises `NotFoundError`, and `ConflictError` when its plan is another one now."""
    card = await parts(request).signed.messages.message(grant.room_id, f"card-{grant.request_id}")
    if card is None or card.widget is None:
        raise NotFoundError("no such request", remedy="대화방에서 새 주소를 받아 주세요.")
    plan = card.widget.get("plan") or {}
    waiting = card.widget.get("state") == "AWAITING_APPROVAL"
    if not again and (not waiting or plan.get("digest") != grant.digest):
        raise ConflictError("이미 처리되었거나 계획이 바뀌었습니다.", remedy="대화방에서 지금의 카드를 확인해 주세요.")
    return card


def _whole(message: RoomMessage) -> str:
    """A message as text, with what its card's steps put out."""
    lines = [message.content]
    for node in ((message.widget or {}).get("plan") or {}).get("nodes", ()):
        for step in node["steps"]:
            lines += [f"{node['asset']} {step['title']}: {step['state_label']} {step['summary']}".rstrip()]
            lines += [step["output"]] if step["output"] else []
    return "\n".join(lines)

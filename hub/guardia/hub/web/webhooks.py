"""`POST /messenger/webhook`: the in-house messenger hands over what its users say."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.core.message import ButtonPress, InboundMessage, Receipt
from guardia.hub.errors import ForbiddenError, HubError
from guardia.hub.web.errors import JsonResponse, read_body
from guardia.hub.web.parts import parts

MAX_BODY = 256 * 1024


async def inhouse(request: Request) -> Response:
    """Verifies, hands over and answers with the receipt: `{"status", "sr_id", "message"}`.

    Room ids are the messenger's own; one that is also a room of the console is entered only by its members.
    """
    app = parts(request)
    body = await read_body(request, MAX_BODY)
    try:
        inbound = await app.messenger.accept(
            method=request.method, path=request.url.path, headers=request.headers, body=body
        )
        room = app.settings.room(inbound.room_id)
        if room is not None and not room.open_to(inbound.person):
            raise ForbiddenError("a room of the console that is not for this person")
        receipt = await _hand_over(request, inbound)
    except HubError as error:
        app.messages.labels("webhook", error.code).inc()
        raise
    app.messages.labels("webhook", receipt.status.value).inc()
    return JsonResponse({"status": receipt.status, "sr_id": receipt.sr_id, "message": receipt.message})


async def _hand_over(request: Request, inbound: InboundMessage | ButtonPress) -> Receipt:
    conversation = parts(request).conversation
    if isinstance(inbound, ButtonPress):
        return await conversation.press(inbound)
    return await conversation.receive(inbound)

"""What messengers hand over: the in-house one at `POST /messenger/webhook`, others at `/messenger/{platform}/…`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.core.messenger import Arrived
from guardia.hub.errors import HubError
from guardia.hub.web.errors import read_body
from guardia.hub.web.parts import parts

MAX_BODY = 256 * 1024
INHOUSE = "inhouse"


async def inhouse(request: Request) -> Response:
    """Verifies, hands over and answers with the receipt: `{"status", "sr_id", "message"}`.

    Room ids are the messenger's own; one that is also a room of the console is entered only by its members.
    """
    return await _webhook(request, INHOUSE, "webhook")


async def messenger(request: Request) -> Response:
    """Verifies, takes over durably and answers; the work comes after the answer."""
    name = request.path_params["platform"]
    known = name if name in parts(request).reception.messengers else "unknown"
    return await _webhook(request, name, known)


async def _webhook(request: Request, name: str, source: str) -> Response:
    app = parts(request)
    body = await read_body(request, MAX_BODY)
    arrived = Arrived(method=request.method, path=request.url.path, headers=request.headers, body=body)
    try:
        answer, outcome = await app.reception.webhook(name, arrived)
    except HubError as error:
        app.messages.labels(source, error.code).inc()
        raise
    app.messages.labels(source, outcome).inc()
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type)

"""What ITSM systems hand over: `POST /itsm/tickets`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.core.messenger import Arrived
from guardia.hub.core.ticket import TicketReceipt
from guardia.hub.errors import HubError
from guardia.hub.web.errors import JsonResponse, read_body
from guardia.hub.web.parts import parts

MAX_BODY = 64 * 1024


async def take_ticket(request: Request) -> Response:
    """Verifies, hands over and answers with the receipt: `{"ticket_id", "status", "sr_id", "message"}`."""
    app = parts(request)
    body = await read_body(request, MAX_BODY)
    arrived = Arrived(method=request.method, path=request.url.path, headers=request.headers, body=body)
    try:
        ticket_id, receipt = await app.tickets.take(arrived)
    except HubError as error:
        app.messages.labels("itsm", error.code).inc()
        raise
    app.messages.labels("itsm", receipt.status.value).inc()
    answer = TicketReceipt(ticket_id=ticket_id, status=receipt.status, sr_id=receipt.sr_id, message=receipt.message)
    return JsonResponse(answer)

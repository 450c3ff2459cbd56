"""What agents say of their hosts, for scripts: `GET /api/hosts/{asset_code}/facts` and `GET /api/drift`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.parts import parts
from guardia.hub.web.security import require_caller

_FRESH = {"Cache-Control": "no-store"}


async def facts(request: Request) -> Response:
    """For people who may read every system on the host; for everybody else there is no such host."""
    who = await require_caller(request)
    found = await parts(request).facts.facts(who.session.person, request.path_params["asset_code"])
    return JsonResponse(found, headers=_FRESH)


async def drift(request: Request) -> Response:
    """Of the hosts that the person may read."""
    who = await require_caller(request)
    return JsonResponse(await parts(request).facts.drift(who.session.person), headers=_FRESH)

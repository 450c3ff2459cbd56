"""`/healthz` for supervisors, `/metrics` for Prometheus."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.errors import ForbiddenError
from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.parts import Check, parts

log = structlog.get_logger(__name__)

CHECK_TIMEOUT = 3.0


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`checks`: each part by name."""

    status: Literal["ok", "failed"]
    checks: dict[str, Literal["ok", "failed"]]


async def healthz(request: Request) -> Response:
    """200 when every check passes within `CHECK_TIMEOUT` seconds, else 503; says which one failed, not why."""
    checks = parts(request).checks
    results = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
    verdicts: dict[str, Literal["ok", "failed"]] = {
        name: "ok" if passed else "failed" for name, passed in zip(checks, results, strict=True)
    }
    good = all(results)
    return JsonResponse(
        Health(status="ok" if good else "failed", checks=verdicts),
        status_code=200 if good else 503,
        headers={"Cache-Control": "no-store"},
    )


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            await check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is not well; it is recorded here
        log.warning("health.failed", check=name, error=repr(error))
        return False
    return True


async def metrics(request: Request) -> Response:
    """Prometheus' text, for the configured addresses only and never through a proxy."""
    app = parts(request)
    address = request.client.host if request.client else ""
    if address not in app.settings.metrics_from or "x-forwarded-for" in request.headers:
        raise ForbiddenError("metrics are read from the hub's own host", remedy="허브 호스트에서 직접 조회해 주세요.")
    return Response(generate_latest(app.registry), media_type=CONTENT_TYPE_LATEST)

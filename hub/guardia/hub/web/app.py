"""The web application: its routes, limits and lifespan."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from guardia.hub.errors import HubError
from guardia.hub.web import (
    account,
    agents_page,
    console,
    health,
    hosts,
    itsm,
    links,
    login,
    operations,
    output_page,
    requests,
    rooms,
    uploads,
    webhooks,
)
from guardia.hub.web import outputs as whole_outputs
from guardia.hub.web import queue as agents_queue
from guardia.hub.web.errors import HANDLERS
from guardia.hub.web.inbound import MAX_FRAME
from guardia.hub.web.pages import HERE
from guardia.hub.web.parts import (
    Accounts,
    Parts,
)
from guardia.hub.web.security import SecurityHeaders
from guardia.hub.web.serverlog import LOG_CONFIG

log = structlog.get_logger(__name__)

SERVER_OPTIONS = {
    "ws_max_size": MAX_FRAME,
    "ws_max_queue": 8,
    "ws_per_message_deflate": False,
    "server_header": False,
    "h11_max_incomplete_event_size": 32 * 1024,
    "timeout_keep_alive": 15,
    "log_config": LOG_CONFIG,
}
"""What uvicorn must be started with, beside host, port and TLS: `uvicorn.Config(app, **SERVER_OPTIONS)`."""

PRUNE_EVERY = 600.0


def make_app(parts: Parts) -> Starlette:
    """The application, to be served by uvicorn with `SERVER_OPTIONS`.

    Every handler that takes a body reads it through `errors.read_body` or stages it, each with its own limit:
    Starlette's `max_body_size` would answer with bare text that does not say what to do.
    """
    app = Starlette(
        routes=[
            Route("/", console.rooms),
            Route("/rooms/{room_id}", console.room),
            Route("/requests/{request_id}/steps/{step_id}", output_page.show, methods=["GET"]),
            Route("/login", login.show, methods=["GET"]),
            Route("/login", login.log_in, methods=["POST"]),
            Route("/logout", login.log_out, methods=["POST"]),
            Route("/api/login", login.api_log_in, methods=["POST"]),
            Route("/api/logout", login.api_log_out, methods=["POST"]),
            Route("/api/openapi.json", operations.published),
            Route("/api/me", console.api_me),
            Route("/api/status", console.api_status),
            Route("/api/agents/queue", agents_queue.queue, methods=["GET"]),
            Route("/api/agents/queue/{step_id}/drop", agents_queue.drop, methods=["POST"]),
            Route("/api/hosts/{asset_code}/facts", hosts.facts),
            Route("/api/drift", hosts.drift),
            Route("/api/files", uploads.upload, methods=["POST"]),
            Route("/api/requests/{request_id}", requests.show, methods=["GET"]),
            Route("/api/requests/{request_id}/steps/{step_id}/output/live", requests.live, methods=["GET"]),
            whole_outputs.GetOnly("/api/requests/{request_id}/steps/{step_id}/output", whole_outputs.output),
            Route("/messenger/webhook", webhooks.inhouse, methods=["POST"]),
            Route("/messenger/{platform}/{hook:path}", webhooks.messenger, methods=["POST"]),
            Route("/go/{token}", links.show, methods=["GET"]),
            Route("/go/{token}", links.confirm, methods=["POST"]),
            Route("/go/{token}/file", links.upload, methods=["POST"]),
            Route("/itsm/tickets", itsm.take_ticket, methods=["POST"]),
            Route("/agents", agents_page.show, methods=["GET"]),
            Route("/agents/drop", agents_page.drop, methods=["POST"]),
            Route("/account", account.show, methods=["GET"]),
            Route("/account/code", account.make_code, methods=["POST"]),
            Route("/account/unlink", account.unlink, methods=["POST"]),
            Route("/account/seen", account.seen, methods=["POST"]),
            Route("/healthz", health.healthz),
            Route("/metrics", health.metrics),
            WebSocketRoute("/ws/chat/{room_id}/{client_id}/{client_type}", rooms.room_socket),
            Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.state.parts = parts
    app.state.uploads = uploads.Places()
    app.state.fetches = uploads.Places(whole_outputs.PER_PERSON, whole_outputs.ALTOGETHER)
    app.state.follows = uploads.Places(requests.PER_PERSON, requests.ALTOGETHER)
    app.state.lobby = rooms.Lobby(parts.settings.connections_per_person)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    pruning = asyncio.create_task(_prune(app.state.parts.accounts))
    try:
        yield
    finally:
        pruning.cancel()
        working = app.state.lobby.working
        if working:  # messages that were begun are handed over before the hub goes
            await asyncio.wait(set(working), timeout=10)


async def _prune(accounts: Accounts) -> None:
    while True:
        try:
            await accounts.prune()
        except HubError as error:
            log.warning("web.prune_failed", code=error.code, error=str(error))
        await asyncio.sleep(PRUNE_EVERY)

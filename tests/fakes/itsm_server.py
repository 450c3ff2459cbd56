"""An ITSM system's side of the webhooks: verifies what comes, keeps it, and fails as asked."""

from __future__ import annotations

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from guardia.hub.chat.signature import verify


class ItsmServer:
    """`taken` holds the bodies that were answered 2xx, in order; `answers` what is given instead, one a call."""

    def __init__(self, secret: bytes, path: str = "/hooks/{name}") -> None:
        self.secret = secret
        self.taken: dict[str, list[dict[str, Any]]] = {}
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.down: set[str] = set()
        self.nonces: list[str] = []
        self.calls: list[str] = []
        self.huge = 0
        self.app = Starlette(routes=[Route(path, self._hook, methods=["POST", "GET"])])

    async def _hook(self, request: Request) -> Response:
        body = await request.body()
        name = request.path_params["name"]
        self.calls.append(f"{request.method} {name}")
        query = f"?{request.url.query}" if request.url.query else ""
        headers = request.headers
        verify(
            self.secret,
            headers["x-guardia-signature"],
            method=request.method,
            path=request.url.path + query,
            timestamp=headers["x-guardia-timestamp"],
            nonce=headers["x-guardia-nonce"],
            body=body,
            now=int(headers["x-guardia-timestamp"]),
        )
        self.nonces.append(headers["x-guardia-nonce"])
        if name in self.down:
            return Response(status_code=503)
        if self.answers:
            status, more = self.answers.pop(0)
            return Response(status_code=status, headers=more)
        content = json.loads(body)
        assert headers["x-guardia-event-id"] == content["event_id"]
        assert headers["x-guardia-event"] == content["event"]
        assert headers["content-type"] == "application/json"
        self.taken.setdefault(name, []).append(content)
        return Response(b"x" * self.huge, status_code=200)

    def ids(self, name: str) -> list[str]:
        return [content["event_id"] for content in self.taken.get(name, [])]

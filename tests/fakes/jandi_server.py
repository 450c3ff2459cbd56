"""Jandi's incoming webhooks as documented: one address a topic, JSON in its own media type, limits, outages."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.wire import Wired, wired

ACCEPT = "application/vnd.tosslab.jandi-v2+json"
LINK = re.compile(r"\[\[(?P<label>[^\]]*)\]\]\((?P<url>[^)]*)\)|\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\b\w+(?:\.\w+)+\b")
MENTION = re.compile(r"[@＠#][^\s\u200b]")


class Info(msgspec.Struct, forbid_unknown_fields=True):
    title: str = ""
    description: str = ""
    imageUrl: str = ""  # noqa: N815


class Body(msgspec.Struct, forbid_unknown_fields=True):
    body: Annotated[str, msgspec.Meta(min_length=1)]
    connectColor: Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}\Z")] = "#FAC11B"  # noqa: N815
    connectInfo: list[Info] = []  # noqa: N815


class JandiServer:
    """`app` serves the topics; `shown` holds what their people see, as Jandi's own text."""

    def __init__(self, *topics: str) -> None:
        self.shown: dict[str, list[Body]] = {topic: [] for topic in topics}
        self.answers: list[tuple[int, dict[str, str]]] = []
        """Given instead, one a call, before anything else."""
        self.down = False
        self.calls = 0
        self.wire: list[Wired] = []
        endpoint = wired(self.wire, "hub → jandi", ("accept", "content-type"), self._webhook)
        self.app = Starlette(routes=[Route("/connect-api/webhook/1234/{topic}", endpoint, methods=["POST"])])

    async def _webhook(self, request: Request) -> Response:
        self.calls += 1
        if self.down:
            return JSONResponse({"code": 50000, "msg": "Service Unavailable"}, status_code=503)
        if self.answers:
            status, headers = self.answers.pop(0)
            return JSONResponse({"code": status * 100, "msg": "…"}, status_code=status, headers=headers)
        topic = request.path_params["topic"]
        if topic not in self.shown:
            return JSONResponse({"code": 40000, "msg": "Invalid webhook token"}, status_code=404)
        if request.headers.get("accept") != ACCEPT or request.headers.get("content-type") != "application/json":
            return JSONResponse({"code": 40000, "msg": "Unsupported media type"}, status_code=415)
        try:
            body = msgspec.json.decode(await request.body(), type=Body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return JSONResponse({"code": 40000, "msg": "Invalid payload"}, status_code=400)
        self.shown[topic].append(body)
        return Response(status_code=200)

    def texts(self, topic: str) -> list[str]:
        """What people see, top to bottom."""
        return [visible(whole(body)) for body in self.shown[topic]]


def whole(body: Body) -> str:
    return "\n".join([body.body, *(f"{info.title}: {info.description}" for info in body.connectInfo)])


def visible(raw: str) -> str:
    return raw.replace("\u200b", "")


def outgoing(token: str, text: str, *, email: str, created: str, team: bool = False, data: Any = "") -> dict[str, Any]:
    """The body of Jandi's outgoing webhook, of a topic or of a team."""
    keyword, _, rest = text.removeprefix("/").partition(" ")
    body: dict[str, Any] = {
        "token": token,
        "teamName": "우리 팀",
        "roomName": "운영방",
        "text": text,
        "data": data or rest,
        "keyword": keyword,
        "createdAt": created,
        "platform": "web",
        "ip": "203.0.113.7",
    }
    if team:
        return {**body, "writer": {"id": "77", "name": "김과장", "email": email, "phoneNumber": ""}}
    return {**body, "writerName": "김과장", "writerEmail": email}

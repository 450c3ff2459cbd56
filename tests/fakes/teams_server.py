"""Teams as documented: a Workflows webhook that takes Adaptive Cards, and signed activities of outgoing webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
from typing import Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from guardia.hub.core.messenger import Arrived, Link, Outgoing
from tests.fakes.wire import Wired, wired

MAX_PAYLOAD = 28 * 1024
ACTIVE = re.compile(
    r"</?[a-z]|[@＠#][^\s\u200b]|\{\{|\b[a-z][a-z0-9+.-]*:/|\bmailto:\w|\b\w+(?:\.\w+)+\b", re.IGNORECASE
)


class TextRun(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="TextRun"):
    text: str


class RichTextBlock(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="RichTextBlock"):
    inlines: list[TextRun]


class Container(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="Container"):
    items: list[RichTextBlock]
    style: Literal["default", "emphasis", "good", "attention", "warning", "accent"] = "default"


class OpenUrl(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="Action.OpenUrl"):
    title: str
    url: str


class Card(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="AdaptiveCard"):
    version: Literal["1.2", "1.4", "1.5"]
    body: list[Container]
    actions: list[OpenUrl] = []
    msteams: dict[str, Any] = {}
    schema: str = msgspec.field(name="$schema", default="")


class Attachment(msgspec.Struct, forbid_unknown_fields=True):
    contentType: Literal["application/vnd.microsoft.card.adaptive"]  # noqa: N815
    content: Card
    contentUrl: None = None  # noqa: N815


class Body(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="message"):
    attachments: list[Attachment]


class Shown(msgspec.Struct):
    card: Card
    message: Outgoing

    @property
    def raw(self) -> str:
        blocks = [block for container in self.card.body for block in container.items]
        return "\n".join(run.text for block in blocks for run in block.inlines)

    @property
    def text(self) -> str:
        links = "".join(f"\n{action.title} {action.url}" for action in self.card.actions)
        return visible(self.raw + links)


class TeamsServer:
    """`app` serves the channels' webhooks; `channels` holds what their people see."""

    def __init__(self, *channels: str) -> None:
        self.channels: dict[str, list[Shown]] = {channel: [] for channel in channels}
        self.answers: list[tuple[int, dict[str, str], str]] = []
        """Given instead, one a call, before anything else."""
        self.down = False
        self.too_fast: list[str] = []
        self.wire: list[Wired] = []
        endpoint = wired(self.wire, "hub → teams", ("content-type",), self._webhook)
        self.app = Starlette(routes=[Route("/workflows/{channel}", endpoint, methods=["POST"])])

    async def _webhook(self, request: Request) -> Response:
        if self.down:
            return JSONResponse({"error": {"code": "ServiceUnavailable"}}, status_code=503)
        if self.answers:
            status, headers, text = self.answers.pop(0)
            return Response(text, status_code=status, headers=headers)
        channel = request.path_params["channel"]
        if channel not in self.channels:
            return JSONResponse({"error": {"code": "WorkflowNotFound"}}, status_code=404)
        data = await request.body()
        if len(data) > MAX_PAYLOAD:
            return JSONResponse({"error": {"code": "RequestEntityTooLarge"}}, status_code=413)
        try:
            body = msgspec.json.decode(data, type=Body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return JSONResponse({"error": {"code": "InvalidRequestContent"}}, status_code=400)
        (attachment,) = body.attachments
        actions = attachment.content.actions
        link = Link(label=actions[0].title, url=actions[0].url) if actions else None
        self.channels[channel].append(Shown(card=attachment.content, message=Outgoing(text="", link=link)))
        return Response(status_code=202)


def visible(raw: str) -> str:
    return raw.replace("\u200b", "")


def activity(text: str, *, account: str, channel_id: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A mention of the outgoing webhook, as Teams tells it; `text` is plain."""
    written = html.escape(text, quote=False).replace("\n", "<br>")
    return {
        "type": "message",
        "id": str(1_795_773_600_000 + number),
        "timestamp": "2026-11-27T10:00:00.000Z",
        "serviceUrl": "https://smba.trafficmanager.net/kr/",
        "channelId": "msteams",
        "from": {"id": f"29:{hashlib.sha256(account.encode()).hexdigest()}", "name": "김과장", "aadObjectId": account},
        "conversation": {"isGroup": True, "id": f"{channel_id};messageid=1", "conversationType": "channel"},
        "recipient": None,
        "textFormat": "plain",
        "text": f"<at>가디</at>&nbsp;{written}",
        "entities": [{"type": "mention", "text": "<at>가디</at>", "mentioned": {"id": "28:x", "name": "가디"}}],
        "channelData": {"teamsChannelId": channel_id, "teamsTeamId": "19:team", "channel": {"id": channel_id}},
    } | more


def arrived(fields: dict[str, Any] | bytes, secret: bytes) -> Arrived:
    """Signed with the team's secret."""
    data = fields if isinstance(fields, bytes) else json.dumps(fields, ensure_ascii=False).encode()
    mac = base64.b64encode(hmac.digest(secret, data, "sha256")).decode()
    headers = {"authorization": f"HMAC {mac}", "content-type": "application/json; charset=utf-8"}
    return Arrived(method="POST", path="/messenger/teams/webhook", headers=headers, body=data)

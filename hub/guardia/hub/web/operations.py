"""The table of the HTTP API. `tests/hub/web/test_web_openapi.py` says so when a JSON route is missing here."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from guardia.hub.core.live_output import OutputPage
from guardia.hub.core.request_view import RequestView
from guardia.hub.core.ticket import Ticket, TicketReceipt
from guardia.hub.core.webhook import WebhookMessage, WebhookReceipt
from guardia.hub.flow.drift_report import DriftReport, SeenFacts
from guardia.hub.flow.queue import MAX_PAGE, Dropped, QueuePage
from guardia.hub.web.console import Me
from guardia.hub.web.errors import JsonResponse
from guardia.hub.web.health import Health
from guardia.hub.web.login import Credentials, LoggedIn
from guardia.hub.web.openapi import Operation, Parameter, Text, document, text
from guardia.hub.web.queue import MAX_ID, PAGE, DropReason
from guardia.hub.web.requests import MAX_AFTER, MAX_WAIT
from guardia.hub.web.settings import HubStatus
from guardia.hub.web.uploads import MAX_NAME, Uploaded

_CONTENT = Text("application/octet-stream", {"type": "string", "format": "binary"}, required=False)
"""A file may be empty."""
_FORM = Text("application/x-www-form-urlencoded", {"type": "object", "properties": {"csrf": {"type": "string"}}})
_BYTES = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
_PAGE = Text("text/html", {"type": "string"})
_ANY = Text("application/json", {})
_NAME = Parameter(
    name="name",
    where="query",
    schema={"type": "string", "format": "file-name", "minLength": 1, "maxLength": MAX_NAME},
    about="파일 이름. 마지막 경로 조각만 쓰고, 보이지 않는 글자는 뺍니다",
)
_TOKEN = Parameter(
    name="token", where="path", schema={"type": "string", "minLength": 1}, about="대화방이나 메신저에서 받은 주소의 끝"
)

_REQUEST = Parameter(name="request_id", where="path", schema={"type": "string", "minLength": 1, "maxLength": 64})
_STEP = (
    _REQUEST,
    Parameter(
        name="step_id",
        where="path",
        schema={"type": "string", "minLength": 1, "maxLength": 64},
        about="카드의 step_id. 요청 번호는 빼도 됩니다(p1.n1.s1)",
    ),
)

_MESSAGE = Annotated[
    WebhookMessage,
    msgspec.Meta(
        extra_json_schema={
            "anyOf": [
                {"required": ["text"], "properties": {"text": {"pattern": r"\S"}}},
                {"required": ["action"], "properties": {"action": {"type": "object"}}},
                {"required": ["files"], "properties": {"files": {"contains": {"type": "string", "pattern": r"\S"}}}},
                {
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "contains": {
                                "type": "object",
                                "required": ["file_id"],
                                "properties": {"file_id": {"minLength": 1}},
                            }
                        }
                    },
                },
            ]
        }
    ),
]
"""It says something: words, a press, or a file."""


def _signed(name: str, about: str, pattern: str) -> Parameter:
    return Parameter(name=name, where="header", schema={"type": "string", "pattern": pattern}, about=about)


_SIGNED = (
    _signed("X-Guardia-Timestamp", "보낸 시각(유닉스 초). 300초까지 차이를 봐줍니다", "^[0-9]{1,12}$"),
    _signed("X-Guardia-Nonce", "요청마다 새 난수", "^[A-Za-z0-9._~+/=-]{8,128}$"),
    _signed("X-Guardia-Signature", "v0=과 HMAC-SHA256", "^v0=[0-9a-f]{64}$"),
)

OPERATIONS = (
    Operation(
        method="POST",
        path="/api/login",
        name="login",
        about="로그인. 받은 token을 Authorization: Bearer로 보냅니다",
        body=Credentials,
        answers={200: LoggedIn},
        errors=(400, 401, 413, 429),
    ),
    Operation(
        method="POST",
        path="/api/logout",
        name="logout",
        about="로그아웃. token은 그때부터 쓸 수 없습니다",
        answers={204: None},
        errors=(401, 403),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/me",
        name="me",
        about="로그인한 사람과 들어갈 수 있는 방",
        answers={200: Me},
        errors=(401,),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/status",
        name="status",
        about="에이전트의 상태",
        answers={200: HubStatus},
        errors=(401,),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/agents/queue",
        name="queue",
        about="에이전트를 기다리는 단계, 에이전트별로 오래된 것부터. 들어갈 수 있는 방이나 취소할 수 있는 요청의 것만",
        parameters=(
            Parameter(
                name="agent",
                where="query",
                schema={"type": "string", "maxLength": MAX_ID},
                about="이 에이전트를 기다리는 것만",
                required=False,
            ),
            Parameter(
                name="after",
                where="query",
                schema={"type": "string", "pattern": "^([A-Za-z0-9._-]{1,64},[0-9]{1,15},[A-Za-z0-9._-]{1,64})?$"},
                about="앞 답의 next 그대로",
                required=False,
            ),
            Parameter(
                name="limit",
                where="query",
                schema={"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
                about=f"한 번에 받을 수. 기본 {PAGE}. 더 적게 와도 next가 있으면 더 있습니다",
                required=False,
            ),
        ),
        answers={200: QueuePage},
        errors=(400, 401),
        login=True,
    ),
    Operation(
        method="POST",
        path="/api/agents/queue/{step_id}/drop",
        name="dropFromQueue",
        about="아직 나가지 않은 단계 하나를 대기열에서 뺍니다. 요청을 취소할 수 있는 사람만. 이미 나갔으면 409",
        parameters=(
            Parameter(
                name="step_id",
                where="path",
                schema={"type": "string", "minLength": 1, "maxLength": MAX_ID},
                about="대기열에 보이는 step_id",
            ),
        ),
        body=DropReason,
        answers={200: Dropped},
        errors=(400, 401, 403, 404, 409, 413, 503),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/hosts/{asset_code}/facts",
        name="facts",
        about="그 서버의 에이전트가 마지막으로 말한 사실. 서버의 모든 시스템을 조회할 수 있는 사람만",
        parameters=(
            Parameter(name="asset_code", where="path", schema={"type": "string", "minLength": 1, "maxLength": 128}),
        ),
        answers={200: SeenFacts},
        errors=(401, 404),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/drift",
        name="drift",
        about="선언된 것과 에이전트가 본 것의 어긋남. 조회할 수 있는 서버의 것만",
        answers={200: DriftReport},
        errors=(401,),
        login=True,
    ),
    Operation(
        method="POST",
        path="/api/files",
        name="upload",
        about="파일 하나를 방에 올립니다. 본문이 파일의 내용입니다",
        parameters=(
            _NAME,
            Parameter(name="room", where="query", schema={"type": "string", "minLength": 1, "maxLength": 64}),
        ),
        body=_CONTENT,
        answers={201: Uploaded},
        errors=(400, 401, 403, 413, 503),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/requests/{request_id}",
        name="request",
        about="요청 하나와 그 단계들의 상태와 결과. 요청의 대화방에 들어갈 수 있는 사람만",
        parameters=(_REQUEST,),
        answers={200: RequestView},
        errors=(401, 404),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/requests/{request_id}/steps/{step_id}/output",
        name="output",
        about="단계 하나의 전체 출력을 에이전트에서 받아 흘려보냅니다. 요청의 대화방에 들어갈 수 있는 사람만",
        parameters=(
            *_STEP,
            Parameter(name="offset", where="query", schema=_BYTES, about="건너뛸 바이트 수", required=False),
            Parameter(name="limit", where="query", schema=_BYTES, about="받을 바이트 수. 0이면 끝까지", required=False),
        ),
        answers={200: Text("application/octet-stream", {"type": "string", "format": "binary"})},
        errors=(400, 401, 404, 409, 410, 503),
        login=True,
    ),
    Operation(
        method="GET",
        path="/api/requests/{request_id}/steps/{step_id}/output/live",
        name="followOutput",
        about="단계의 출력을 오는 대로 한 쪽씩. ended가 참일 때까지 after에 앞 답의 next를 넣어 되풀이합니다. "
        "요청의 대화방에 들어갈 수 있는 사람만",
        parameters=(
            *_STEP,
            Parameter(
                name="after",
                where="query",
                schema={"type": "integer", "minimum": 0, "maximum": MAX_AFTER},
                about="앞 답의 next. 0이면 처음부터",
                required=False,
            ),
            Parameter(
                name="wait",
                where="query",
                schema={"type": "integer", "minimum": 0, "maximum": MAX_WAIT},
                about="새것이 없을 때 기다릴 초",
                required=False,
            ),
        ),
        answers={200: OutputPage},
        errors=(400, 401, 404, 503),
        login=True,
    ),
    Operation(
        method="POST",
        path="/go/{token}/file",
        name="uploadByLink",
        about="서명된 업로드 주소로 파일 하나를 올립니다. 주소를 받은 사람만 쓸 수 있습니다",
        parameters=(_TOKEN, _NAME),
        body=_CONTENT,
        answers={201: Uploaded},
        errors=(400, 401, 403, 413, 503),
        login=True,
    ),
    Operation(
        method="GET",
        path="/go/{token}",
        name="openLink",
        about="서명된 주소의 화면. 로그인하지 않았으면 로그인으로 보냅니다. 여는 것만으로는 아무것도 바뀌지 않습니다",
        parameters=(_TOKEN,),
        answers={200: _PAGE, 303: None},
        errors=(401, 403, 404, 409),
    ),
    Operation(
        method="POST",
        path="/go/{token}",
        name="confirmLink",
        about="서명된 승인 주소의 계획을 승인합니다. 주소를 받은 사람만 할 수 있습니다",
        parameters=(_TOKEN,),
        body=_FORM,
        answers={200: _PAGE},
        errors=(400, 401, 403, 404, 409, 413, 429, 503),
        login=True,
    ),
    Operation(
        method="POST",
        path="/messenger/webhook",
        name="inhouseWebhook",
        about="사내 메신저의 메시지나 버튼 누름. 서명은 docs/protocol.md",
        parameters=_SIGNED,
        body=_MESSAGE,
        answers={200: WebhookReceipt},
        errors=(400, 401, 403, 404, 409, 413, 429, 503),
    ),
    Operation(
        method="POST",
        path="/itsm/tickets",
        name="ticket",
        about="ITSM의 티켓을 요청으로 넘깁니다. 서명은 docs/protocol.md",
        parameters=_SIGNED,
        body=Ticket,
        answers={200: TicketReceipt},
        errors=(400, 401, 403, 404, 409, 413, 429, 503),
    ),
    Operation(
        method="POST",
        path="/messenger/{platform}/{hook}",
        name="messengerWebhook",
        about="다른 메신저의 웹훅. 형식과 서명은 메신저의 것입니다",
        parameters=(
            Parameter(
                name="platform",
                where="path",
                schema={"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"},
                about="hub.toml [[messengers]]의 name",
            ),
            Parameter(name="hook", where="path", schema={"type": "string", "pattern": "^[a-z]{1,32}$"}),
        ),
        body=_ANY,
        answers={200: _ANY},
        errors=(400, 401, 403, 404, 409, 413, 429, 503),
    ),
    Operation(
        method="GET",
        path="/healthz",
        name="health",
        about="허브가 일할 수 있는지",
        answers={200: Health, 503: Health},
    ),
    Operation(
        method="GET",
        path="/api/openapi.json",
        name="openapi",
        about="이 문서",
        answers={200: _ANY},
    ),
)

DOCUMENT = document(OPERATIONS)


async def published(_request: Request) -> Response:
    """`GET /api/openapi.json`: for everybody; what the API is, is no secret."""
    return JsonResponse(DOCUMENT)


if __name__ == "__main__":
    sys.stdout.write(text(OPERATIONS))

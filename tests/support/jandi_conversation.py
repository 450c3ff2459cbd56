"""A whole conversation in Jandi, over real HTTP in both directions, and its transcript from the wire.

`python -m tests.support.jandi_conversation` writes `docs/transcripts/jandi.md`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.hub.core.messenger import Arrived
from tests.fakes.front import serving
from tests.fakes.jandi_server import JandiServer
from tests.fakes.wire import Wired
from tests.support.messenger_cases import APPROVER_ACCOUNT, CHANNELS, JandiCase
from tests.support.recording import TRANSCRIPTS, record
from tests.support.recording import transcript as written
from tests.support.typed_conversation import TEXT, TypedConversation

FILE = TRANSCRIPTS / "jandi.md"
TOKEN = "token-of-one"

INTRODUCTION = """# 잔디에서의 대화

틀린 토큰 → 연결되지 않은 계정 → 요청 → 되물음 → `/선택` → 자신의 승인(거절됨) → 승인자의 `/승인` → 시작 → 결과 → 알림.
시험용 잔디(`tests/fakes/jandi_server.py`)와 허브 사이의 HTTP를 오간 그대로입니다. 말은 실제 해석기가 읽었습니다.
운영의 승인도 글자로 되도록 `step_up = "never"`로 했습니다. 기본값에서는 승인 대신 확인 링크가 갑니다.
토큰과 Incoming Webhook의 주소는 `***`로 가렸고, 사람과 시각은 시험의 것입니다.
허브가 보내는 글자에는 링크나 멘션이 되지 않도록 보이지 않는 공백(U+200B)이 들어 있습니다.

다시 기록하기: `python -m tests.support.jandi_conversation`.
`tests/hub/chat/test_jandi_conversation.py`가 같은 대화를 시험하고 이 파일과 맞추어 봅니다.
"""


class Conversation(TypedConversation):
    platform = "jandi"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = JandiServer(*CHANNELS)
        self.wire = self.server.wire

    @contextlib.asynccontextmanager
    async def platform_running(self) -> AsyncIterator[JandiCase]:
        async with serving(self.server.app) as port:
            case = JandiCase(self.server, port)
            yield case
            await case.messenger.close()

    def forged(self) -> Arrived:
        good = self.said(TEXT, 1)
        body = json.loads(good.body) | {"token": "wrong-token"}
        return Arrived(method="POST", path=good.path, headers={}, body=json.dumps(body, ensure_ascii=False).encode())

    def approval(self, text: str, number: int) -> Arrived:
        return self.case.said(text, number=number, account=APPROVER_ACCOUNT, team=True)


def transcript(wire: list[Wired]) -> str:
    return written(INTRODUCTION, wire, masked)


def masked(text: str) -> str:
    for secret in (TOKEN, "wrong-token", "/1234/one"):
        text = text.replace(secret, "/***" if secret.startswith("/") else "***")
    return text


if __name__ == "__main__":
    asyncio.run(record(Conversation, transcript, FILE))

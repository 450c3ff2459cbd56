"""A whole conversation in Slack, over real HTTP in both directions, and its transcript from the wire.

`python -m tests.support.slack_conversation` writes `docs/transcripts/slack.md`.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from guardia.hub.chat.slack.adapter import Slack
from guardia.hub.core.messenger import Arrived
from tests.fakes.front import serving
from tests.fakes.slack_server import BOT_TOKEN, SECRET, SlackServer, Wired, arrived, event, press
from tests.support.clock import FakeClock
from tests.support.messenger_cases import slack_settings
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.world import restart

FILE = Path(__file__).parents[2] / "docs" / "transcripts" / "slack.md"
CHANNEL, ENGINEER, APPROVER = "C024BE91L", "U061F7AUR", "U0G9QF9C6"
ASSET = "D-WAS-01"
TEXT = "예산시스템 개발 WAS 1호기 재기동해줘"

INTRODUCTION = """# Slack에서의 대화

요청 → 카드 → 버튼으로 승인 → 카드의 변화 → 결과 → 늦은 누름.
시험용 작업 공간(`tests/fakes/slack_server.py`)과 허브 사이의 HTTP를 오간 그대로입니다.
토큰과 서명은 `***`로 가렸고, 주소와 시각은 시험의 것입니다.

다시 기록하기: `python -m tests.support.slack_conversation`.
`tests/hub/chat/test_slack_conversation.py`가 같은 대화를 시험하고 이 파일과 맞추어 봅니다.
"""


class Conversation:
    """The workspace, the hub, and what went between them."""

    def __init__(self, folder: Path) -> None:
        self.world = MessengerWorld(folder)
        self.clock: FakeClock = self.world.clock
        self.server = SlackServer(self.clock, CHANNEL)
        self._port = 0

    async def run(self) -> None:
        """From the first word to the result. Leaves the world running; `close` ends it."""
        async with serving(self.server.app) as self.server.port:
            slack = Slack(slack_settings(self.server), self.clock)
            self.world.messengers = [slack]
            await self.world.start()
            self.world.map("slack", ENGINEER, APPROVER)
            await self.world.bind("slack", CHANNEL, ROOM)
            self.world.parser.readings[TEXT] = (restart(ASSET, environment="DEV", requires_approval=True),)
            await self.world.connect(ASSET)
            async with serving(self._front()) as self._port:
                await self._talk()
            await slack.close()

    def _front(self) -> Starlette:
        async def webhook(request: Request) -> Response:
            name, body = request.path_params["platform"], await request.body()
            taken = Arrived(method=request.method, path=request.url.path, headers=request.headers, body=body)
            answer, _ = await self.world.reception.webhook(name, taken)
            return Response(answer.body, status_code=answer.status, media_type=answer.content_type)

        return Starlette(routes=[Route("/messenger/{platform}/{hook:path}", webhook, methods=["POST"])])

    async def _talk(self) -> None:
        world = self.world
        await self.send(
            {"type": "url_verification", "token": "deprecated", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"}
        )
        said = event(TEXT, user=ENGINEER, channel=CHANNEL)
        await self.send(said)
        await self.send(event(TEXT, user=ENGINEER, channel=CHANNEL, kind="message"))  # the same, as Slack does
        await self.send(said, retry=1)
        await world.carry()
        (card,) = self.server.channels[CHANNEL]
        approve = next(one for one in card.message.buttons if one["action_id"] == "guardia:approve")
        pressed = press(approve, user=APPROVER, channel=CHANNEL, ts=card.external_id, thread=card.thread)
        await self.send(pressed, form=True)
        await world.carry()
        (step, *_) = world.dispatched(ASSET)
        await world.accept(ASSET, step.step_id)
        await world.carry()
        await world.finish(ASSET, step.step_id)
        await world.carry()
        await world.work_off(ASSET)
        await world.carry()
        late = press(approve, user=APPROVER, channel=CHANNEL, ts=card.external_id, thread=card.thread, action_ts="2")
        await self.send(late, form=True)  # from a screen that has not changed yet
        await world.carry()

    async def send(self, body: Any, **how: Any) -> httpx.Response:
        """Call the hub as Slack does, and let it work that off."""
        request: Arrived = arrived(self.clock, body, **how)
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{self._port}{request.path}"
            answer = await client.post(url, content=request.body, headers=dict(request.headers))
        self.server.wire.append(
            Wired(
                way="slack → hub",
                what=f"POST {request.path}",
                body={"headers": dict(request.headers), "body": request.body.decode()},
                answer={"status": answer.status_code, "body": answer.text},
            )
        )
        assert await self.world.engine.intake.idle(within=60)
        await self.world.engine.desk.finish()
        return answer

    async def close(self) -> None:
        await self.world.stop()


def transcript(wire: list[Wired]) -> str:
    """The conversation as Markdown, secrets masked."""
    parts = [INTRODUCTION]
    for number, one in enumerate(wire, 1):
        parts.append(f"## {number}. {one.way}: `{one.what}`\n")
        if one.way == "slack → hub":
            headers = "\n".join(f"{name}: {value}" for name, value in sorted(one.body["headers"].items()))
            parts.append(f"```http\n{headers}\n\n{one.body['body']}\n```\n")
            form = parse_qs(one.body["body"]).get("payload")
            if form:
                parts.append(f"`payload`:\n\n{_json(json.loads(form[0]))}")
        else:
            parts.append(_json(one.body))
        parts.append(f"답:\n\n{_json(one.answer)}")
    return _masked("\n".join(parts))


def _json(body: Any) -> str:
    return f"```json\n{json.dumps(body, ensure_ascii=False, indent=1)}\n```\n"


def _masked(text: str) -> str:
    text = text.replace(BOT_TOKEN, "xoxb-***").replace(SECRET, "***")
    text = re.sub(r"v0=[0-9a-f]{64}", "v0=***", text)
    text = re.sub(r'("token": ?)"[^"]*"', r'\1"***"', text)
    return re.sub(r"(?<=token%22%3A\+%22)[a-z]+", "***", text)


async def record() -> None:
    with tempfile.TemporaryDirectory() as folder:
        conversation = Conversation(Path(folder))
        await conversation.run()
        await conversation.close()
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(transcript(conversation.server.wire), encoding="utf-8")
    print(f"{FILE}: {len(conversation.server.wire)} steps")


if __name__ == "__main__":
    asyncio.run(record())

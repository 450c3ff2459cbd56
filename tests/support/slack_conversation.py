"""A whole conversation in Slack, over real HTTP in both directions, and its transcript from the wire.

`python -m tests.support.slack_conversation` writes `docs/transcripts/slack.md`.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

from guardia.hub.chat.slack.adapter import Slack
from tests.fakes.front import serving
from tests.fakes.slack_server import BOT_TOKEN, SECRET, SlackServer, arrived, event, press
from tests.fakes.wire import Wired
from tests.support.messenger_cases import slack_settings
from tests.support.messenger_world import ROOM
from tests.support.recording import TRANSCRIPTS, Recording, as_json, record
from tests.support.recording import transcript as written
from tests.support.world import restart

FILE = TRANSCRIPTS / "slack.md"
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


class Conversation(Recording):
    """The workspace, the hub, and what went between them."""

    platform = "slack"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = SlackServer(self.clock, CHANNEL)
        self.wire = self.server.wire

    async def run(self) -> None:
        """From the first word to the result."""
        world = self.world
        async with serving(self.server.app) as self.server.port:
            slack = Slack(slack_settings(self.server), self.clock)
            async with self.hub(slack):
                world.map("slack", ENGINEER, APPROVER)
                await world.bind("slack", CHANNEL, ROOM)
                world.parser.readings[TEXT] = (restart(ASSET, environment="DEV", requires_approval=True),)
                await world.connect(ASSET)
                await self._talk()
            await slack.close()

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
        return await self.call(arrived(self.clock, body, **how))


def transcript(wire: list[Wired]) -> str:
    return written(INTRODUCTION, wire, _masked, _payload)


def _payload(one: Wired) -> str:
    form = parse_qs(one.body["body"]).get("payload")
    return f"`payload`:\n\n{as_json(json.loads(form[0]))}" if form else ""


def _masked(text: str) -> str:
    text = text.replace(BOT_TOKEN, "xoxb-***").replace(SECRET, "***")
    text = re.sub(r"v0=[0-9a-f]{64}", "v0=***", text)
    text = re.sub(r'("token": ?)"[^"]*"', r'\1"***"', text)
    return re.sub(r"(?<=token%22%3A\+%22)[a-z]+", "***", text)


if __name__ == "__main__":
    asyncio.run(record(Conversation, transcript, FILE))

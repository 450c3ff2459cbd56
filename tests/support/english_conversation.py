"""A whole conversation in a room that speaks English, in Jandi, and its transcript from the wire.

`python -m tests.support.english_conversation` writes `docs/transcripts/english.md`.
"""

from __future__ import annotations

import asyncio

from guardia.cmdb.model import Inventory
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric, Table, canonical
from guardia.proto.frames import Dispatch, StepOutcome
from tests.fakes.wire import Wired
from tests.support import jandi_conversation
from tests.support.messenger_cases import APPROVER_ACCOUNT, CHANNELS, ENGINEER_ACCOUNT
from tests.support.messenger_world import ROOM
from tests.support.recording import TRANSCRIPTS, record
from tests.support.recording import transcript as written
from tests.support.typed_conversation import ASSET, STRANGER
from tests.support.world import SERVERS, server

FILE = TRANSCRIPTS / "english.md"

INTRODUCTION = """# 영어로 말하는 방에서의 대화

언어가 `en`인 방(`guardia-hub rooms scope … --language en`)의 잔디 토픽입니다.
연결되지 않은 계정 → 요청 → 되물음 → `/choose` → 자신의 승인(거절됨) → 승인자의 `/approve`
→ 시작 → 결과 → 조회와 `status` → 조회의 결과.
한글은 CMDB의 이름과 사람이 쓴 말뿐입니다.
에이전트는 한국어 문장을 보내고(마지막의 디스크), 허브가 방의 언어로 옮깁니다.
나머지는 [잔디의 기록](jandi.md)과 같습니다.

다시 기록하기: `python -m tests.support.english_conversation`.
`tests/hub/chat/test_english_conversation.py`가 같은 대화를 시험하고 이 파일과 맞추어 봅니다.
"""
TEXT = "restart 예산시스템 WAS"
SUMMARY = "디스크 사용량이 높습니다: /var 91.0%."


class Conversation(jandi_conversation.Conversation):
    async def run(self) -> None:
        world = self.world
        other = server("E-WAS-01", 1, institution="국세청")
        world.inventory.inventory = Inventory(revision=2, servers=(SERVERS[0], other), aliases=())
        world.parser = EmbeddedParser(world.inventory)  # type: ignore[assignment]
        async with self.platform_running() as self.case, self.hub(self.case.messenger):
            world.map(self.platform, ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
            await world.bind(self.platform, CHANNELS[0], ROOM, language="en")
            await world.connect(ASSET)
            await self._talk()

    async def _talk(self) -> None:
        world = self.world
        await self.say(self.said(TEXT, 1, account=STRANGER))
        await self.say(self.said(TEXT, 2))
        await self.say(self.said("/choose 2", 3))
        (request,) = await world.store.requests()
        await self.say(self.said(f"/approve {request.code}", 4))
        await self.say(self.approval(f"/approve {request.code}", 5))
        await world.work_off(ASSET, _report)
        await world.carry()
        await self.say(self.said("check the disks of 기획재정부 예산시스템 WAS", 6))
        await self.say(self.said("status", 7))
        await world.work_off(ASSET, _report)
        await world.carry()


def _report(dispatch: Dispatch) -> tuple[StepOutcome, bytes]:
    if dispatch.action != "CHECK_DISK_SPACE":
        good = CheckReport(
            check=dispatch.action,
            asset=dispatch.target,
            collected_at="2026-11-27T19:00:00+09:00",
            status=CheckStatus.OK,
            summary="was이(가) 정상 실행 중입니다 (pid 42).",
        )
        return StepOutcome.OK, canonical(good) if dispatch.action.startswith("CHECK_") else b""
    report = CheckReport(
        check=dispatch.action,
        asset=dispatch.target,
        collected_at="2026-11-27T19:00:00+09:00",
        status=CheckStatus.WARN,
        summary=SUMMARY,
        metrics=(Metric(name="disk_used:/var", value=91.0, unit="%", warn=85, crit=95),),
        table=Table(columns=("마운트", "사용 %"), rows=(("/var", "91.0"), ("/mnt", "확인 불가"))),
    )
    return StepOutcome.OK, canonical(report)


def transcript(wire: list[Wired]) -> str:
    return written(INTRODUCTION, wire, jandi_conversation.masked)


if __name__ == "__main__":
    asyncio.run(record(Conversation, transcript, FILE))

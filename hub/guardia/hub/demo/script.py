"""The demonstration's conversations: said in the room, approved by others, their effects looked at from outside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec

from guardia.hub.demo.client import DemoClient, Message
from guardia.hub.demo.estate import war
from guardia.hub.demo.runner import ROOM, DemoError, Runner

ENDED = {
    "SUCCEEDED",
    "FAILED",
    "PARTIAL",
    "ROLLED_BACK",
    "ROLLBACK_FAILED",
    "CANCELLED",
    "REJECTED",
    "EXPIRED",
    "NEEDS_OPERATOR",
}
ASKING = {"NEEDS_ANSWER"}
WITHIN = 60.0
LISTENING = 15.0
"""Seconds that a service may take from its start until it answers."""
NO_REQUEST: Message = {"state": "IGNORED", "plan": None, "changes": False, "approvals": {"given": []}, "buttons": []}


class Scene(msgspec.Struct, kw_only=True):
    """One conversation and what was observed. `checks`: what was looked at, and whether it was so."""

    title: str
    lines: list[str] = []
    checks: list[tuple[str, bool]] = []
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(good for _, good in self.checks)

    def check(self, what: str, good: bool) -> None:
        self.checks.append((what, good))


class Stage:
    """The people in the room, and helpers that read like a conversation."""

    def __init__(self, runner: Runner, engineer: DemoClient, approver: DemoClient, viewer: DemoClient) -> None:
        self.runner = runner
        self.engineer = engineer
        self.approver = approver
        self.viewer = viewer
        self.scene = Scene(title="")

    async def say(self, who: DemoClient, text: str, files: list[str] | None = None) -> str:
        """Say something; the id of the request that it became, or "" when it commands nothing."""
        self.scene.lines.append(f"{who.name}: {text}")
        receipt = await who.say(text, files)
        if not receipt.get("sr_id"):
            self.scene.lines.append(f"  (요청 아님: {receipt.get('status') or receipt.get('message')})")
        return str(receipt.get("sr_id") or "")

    async def card(self, who: DemoClient, states: set[str], request_id: str) -> Message:
        """The request's card, once it is in one of `states`. Raises `TimeoutError`."""

        def wanted(message: Message) -> bool:
            card = message.get("widget") or {}
            return message["msg_type"] == "CARD" and card.get("request_id") == request_id and card["state"] in states

        try:
            message = await who.until(wanted, WITHIN)
        except TimeoutError:
            seen = [card["state"] for card in who.cards() if card["request_id"] == request_id]
            self.scene.lines.append(f"  ({request_id} reached none of {', '.join(sorted(states))}; it is {seen})")
            raise
        card: Message = message["widget"]
        self.scene.lines.append(f"GUARDiA: {message['content']}")
        return card

    async def approve(self, card: Message) -> None:
        for node in card["plan"]["nodes"]:
            for step in node["steps"]:
                commands = "; ".join(" ".join(argv) for argv in step["commands"]) or "; ".join(step["notes"]) or "-"
                self.scene.lines.append(f"  [계획] {node['asset']} {step['title']}: {_short(commands)}")
        self.scene.lines.append(f"{self.approver.name}: (승인 {card['plan']['digest'][:8]})")
        await self.approver.press(card["request_id"], "approve", digest=card["plan"]["digest"])

    async def ask(self, text: str, files: list[str] | None = None) -> Message:
        """An engineer asks, an approver approves, and the request ends."""
        request_id = await self.say(self.engineer, text, files)
        if not request_id:
            return NO_REQUEST
        card = await self.card(self.engineer, {"AWAITING_APPROVAL", *ENDED, *ASKING}, request_id)
        if card["state"] == "AWAITING_APPROVAL":
            await self.approve(card)
            card = await self.card(self.engineer, ENDED, card["request_id"])
        for step in steps(card):
            if step["summary"]:
                self.scene.lines.append(f"  · {step['title']}: {step['state_label']} — {_short(step['summary'])}")
        return card

    async def propose(self, text: str) -> str:
        """Say something that nobody approves; the state in which its card rests, or `IGNORED`."""
        request_id = await self.say(self.engineer, text)
        if not request_id:
            return "IGNORED"
        resting = {"AWAITING_APPROVAL", "SCHEDULED", *ENDED, *ASKING}
        return str((await self.card(self.engineer, resting, request_id))["state"])

    async def observed(self, asset: str) -> dict[str, Any]:
        return dict(await self.runner.service(asset) or {})


def steps(card: Message) -> list[Message]:
    return [step for node in (card.get("plan") or {}).get("nodes", []) for step in node["steps"]]


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


# --- the conversations ----------------------------------------------------------------------------------------------


async def a_check(stage: Stage) -> None:
    card = await stage.ask("기재부 예산시스템 WAS 1호기 디스크 확인해줘")
    found = [step["report"] for step in steps(card) if step["report"]]
    stage.scene.check("the request succeeded without an approval", card["state"] == "SUCCEEDED" and not card["changes"])
    stage.scene.check("the report holds figures of real file systems", bool(found and found[0]["metrics"]))


async def a_restart(stage: Stage) -> None:
    before = await stage.observed("MOF-BUD-WAS-01")
    card = await stage.ask("기재부 예산시스템 WAS 1호기 재기동해줘")
    after = await stage.observed("MOF-BUD-WAS-01")
    stage.scene.lines.append(f"  (pid {before.get('pid')} → {after.get('pid')})")
    stage.scene.check("the request succeeded", card["state"] == "SUCCEEDED")
    stage.scene.check("another person approved", bool(card["approvals"]["given"]))
    changed = after.get("pid") not in (None, before.get("pid"))
    stage.scene.check("the service answers under another process id", changed)


async def an_ssh_host(stage: Stage) -> None:
    before = await stage.observed("MOF-BUD-WAS-02")
    card = await stage.ask("예산시스템 WAS 2호기 재기동해줘")
    after = await stage.observed("MOF-BUD-WAS-02")
    stage.scene.lines.append(f"  (pid {before.get('pid')} → {after.get('pid')}, 게이트웨이에서 SSH로)")
    via = card["plan"]["nodes"][0]["via"] if card["plan"] else ""
    stage.scene.check("the request succeeded by SSH through the gateway", card["state"] == "SUCCEEDED" and via == "ssh")
    changed = after.get("pid") not in (None, before.get("pid"))
    stage.scene.check("the remote service answers under another process id", changed)


async def a_refusal(stage: Stage) -> None:
    before = await stage.observed("MOF-BUD-WEB-01")
    request_id = await stage.say(stage.viewer, "예산시스템 WEB 재기동해줘")
    card = await stage.card(stage.viewer, {"REJECTED", *ENDED, "AWAITING_APPROVAL"}, request_id)
    after = await stage.observed("MOF-BUD-WEB-01")
    stage.scene.check("a viewer's restart is refused", card["state"] == "REJECTED")
    stage.scene.check("the service still has its process id", before.get("pid") == after.get("pid") is not None)


async def own_approval(stage: Stage) -> None:
    before = await stage.observed("MOF-BUD-WEB-01")
    request_id = await stage.say(stage.engineer, "예산시스템 WEB 1호기 재기동해줘")
    card = await stage.card(stage.engineer, {"AWAITING_APPROVAL"}, request_id)
    stage.scene.lines.append(f"{stage.engineer.name}: (자신의 요청을 승인)")
    await stage.engineer.press(card["request_id"], "approve", digest=card["plan"]["digest"])
    error = await stage.engineer.until(lambda m: m["msg_type"] == "ERROR", WITHIN)
    stage.scene.lines.append(f"GUARDiA: {error['content']}")
    stage.scene.lines.append(f"{stage.approver.name}: (거절: 점검 시간이 아닙니다)")
    await stage.approver.press(card["request_id"], "reject", "점검 시간이 아닙니다")
    card = await stage.card(stage.engineer, ENDED, card["request_id"])
    after = await stage.observed("MOF-BUD-WEB-01")
    stage.scene.check("nobody approves his own request; another person rejected it", card["state"] == "REJECTED")
    stage.scene.check("the service still has its process id", before.get("pid") == after.get("pid") is not None)


async def an_ambiguity(stage: Stage) -> None:
    request_id = await stage.say(stage.engineer, "홈페이지 WAS 상태 확인해줘")
    card = await stage.card(stage.engineer, {"NEEDS_ANSWER", *ENDED}, request_id)
    choices = [button for button in card["buttons"] if button["id"].startswith("choose:")]
    for button in choices:
        stage.scene.lines.append(f"  [{button['label']}]")
    stage.scene.check("the room is asked which of two", card["state"] == "NEEDS_ANSWER" and len(choices) == 2)
    chosen = next((button for button in choices if "국세청" in button["label"]), None)
    stage.scene.check("one of the choices is 국세청", chosen is not None)
    if chosen is None:
        return
    stage.scene.lines.append(f"{stage.engineer.name}: ({chosen['label']})")
    await stage.engineer.press(card["request_id"], chosen["id"], digest=chosen["digest"])
    card = await stage.card(stage.engineer, ENDED, card["request_id"])
    assets = [node["asset"] for node in card["plan"]["nodes"]] if card["plan"] else []
    stage.scene.check("exactly the chosen server was looked at", assets == ["NTS-HOM-WAS-01"])
    stage.scene.check("the check succeeded", card["state"] == "SUCCEEDED")


async def a_deploy(stage: Stage) -> None:
    path = war(stage.runner.root / "budget.war", "2.0.0")
    file_id = await stage.engineer.upload(path)
    stage.scene.lines.append(f"{stage.engineer.name}: (첨부 {path.name})")
    card = await stage.ask("예산시스템 WAS 1호기에 budget.war 배포해줘", [file_id])
    after = await stage.observed("MOF-BUD-WAS-01")
    stage.scene.lines.append(f"  (버전 → {after.get('version')})")
    stage.scene.check("the request succeeded, health check included", card["state"] == "SUCCEEDED")
    stage.scene.check("the service answers with the new version", after.get("version") == "2.0.0")


async def a_bad_deploy(stage: Stage) -> None:
    path = stage.runner.root / "broken.war"
    path.write_bytes(b"this is no archive")
    file_id = await stage.engineer.upload(path)
    stage.scene.lines.append(f"{stage.engineer.name}: (첨부 {path.name}, 기동할 수 없는 파일)")
    card = await stage.ask("예산시스템 WAS 1호기에 broken.war 배포해줘", [file_id])
    after = await stage.observed("MOF-BUD-WAS-01")
    stage.scene.lines.append(f"  (버전 → {after.get('version')})")
    stage.scene.check("the failed health check put the release back", card["state"] == "ROLLED_BACK")
    stage.scene.check("the service answers with the version before", after.get("version") == "2.0.0")


async def a_rollback(stage: Stage) -> None:
    card = await stage.ask("예산시스템 WAS 1호기 롤백해줘")
    after = await stage.observed("MOF-BUD-WAS-01")
    stage.scene.lines.append(f"  (버전 → {after.get('version')})")
    stage.scene.check("the request succeeded", card["state"] == "SUCCEEDED")
    stage.scene.check("the service answers with the recorded previous version", after.get("version") == "1.0.0")


SCENES: list[tuple[str, Callable[[Stage], Awaitable[None]]]] = [
    ("읽기 전용 확인", a_check),
    ("승인 받고 재기동", a_restart),
    ("SSH로 닿는 서버 재기동", an_ssh_host),
    ("권한이 없어 거절", a_refusal),
    ("자기 승인 불가, 다른 사람이 거절", own_approval),
    ("모호하면 되묻기", an_ambiguity),
    ("파일 배포와 상태 검증", a_deploy),
    ("실패한 배포의 자동 원복", a_bad_deploy),
    ("롤백", a_rollback),
]


async def with_people(runner: Runner, play: Callable[[Stage], Awaitable[None]]) -> None:
    """Log the people in, let them play, and log them out."""
    async with (
        DemoClient(runner.url, "engineer1", runner.passwords["engineer1"], ROOM) as engineer,
        DemoClient(runner.url, "approver1", runner.passwords["approver1"], ROOM) as approver,
        DemoClient(runner.url, "viewer1", runner.passwords["viewer1"], ROOM) as viewer,
    ):
        await play(Stage(runner, engineer, approver, viewer))


async def play_scene(stage: Stage, title: str, act: Callable[[Stage], Awaitable[None]]) -> Scene:
    """One scene; what goes wrong in it is a failed check with its reason, and the next scene still plays."""
    stage.scene = Scene(title=title)
    started = time.monotonic()
    try:
        await act(stage)
    except TimeoutError:
        stage.scene.check(f"an answer came within {WITHIN:.0f} s", good=False)
    except httpx.HTTPError as error:
        stage.scene.check(f"the hub answered ({error})", good=False)
    stage.scene.seconds = time.monotonic() - started
    return stage.scene


async def _silent(runner: Runner) -> list[str]:
    """The services that do not answer, though they were given time: a started process may not listen yet."""
    silent = [node.asset for node in runner.estate.nodes]
    until = time.monotonic() + LISTENING
    while True:
        answers = await asyncio.gather(*(runner.service(asset) for asset in silent))
        silent = [asset for asset, said in zip(silent, answers, strict=True) if said is None]
        if not silent or time.monotonic() > until:
            return silent
        await asyncio.sleep(0.2)


async def start_services(runner: Runner) -> None:
    """Bring the estate's services up through the product: asked for in the room, approved by another person."""

    async def play(stage: Stage) -> None:
        for text in (
            "예산시스템 WEB 기동해줘",
            "예산시스템 WAS 기동해줘",
            "기재부 홈페이지 WAS 기동해줘",
            "국세청 홈페이지 WAS 기동해줘",
        ):
            await stage.ask(text)

    await with_people(runner, play)
    if silent := await _silent(runner):
        raise DemoError(f"services that do not answer: {', '.join(silent)}; see {runner.root / 'logs'}")

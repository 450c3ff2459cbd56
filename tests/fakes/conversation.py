"""A conversation and its history in memory: takes messages over once, makes cards, plays steps on command."""

import asyncio
import copy
from datetime import UTC, datetime
from typing import Any

import msgspec

from guardia.hub.core.claim import receipt_of
from guardia.hub.core.message import (
    ButtonPress,
    InboundMessage,
    MessageType,
    Receipt,
    ReceiptStatus,
    RoomMessage,
    SenderType,
)
from guardia.hub.core.texts import Language
from guardia.hub.errors import BusyError, ConflictError, ForbiddenError, NotFoundError
from guardia.hub.flow.commands import NoClaims
from guardia.hub.ports import Claims, Clock, Rooms

DIGEST = "3f9a1c2d" + "0" * 56
QUESTION = "5c" * 16
PROBE_REPORT = {
    "check": "CHECK_HTTP",
    "asset": "MOF-BUD-WAS-01",
    "collected_at": "2026-11-23T03:12:09+09:00",
    "status": "warn",
    "summary": "응답은 정상이나 디스크 여유가 적습니다.",
    "metrics": [
        {"name": "디스크 사용률 /", "value": 91.4, "unit": "%", "warn": 85.0, "crit": 95.0},
        {"name": "응답 시간", "value": 182.0, "unit": "ms", "warn": 1000.0, "crit": 3000.0},
        {"name": "메모리 사용률", "value": 62.0, "unit": "%", "warn": 85.0, "crit": 95.0},
        {"name": "스레드", "value": 214.0, "unit": "", "warn": None, "crit": None},
    ],
    "table": {
        "columns": ["마운트", "전체", "남음"],
        "rows": [["/", "50 GiB", "4.3 GiB"], ["/data", "500 GiB", "210 GiB"]],
    },
    "lines": ["2026-11-23 03:12:01 INFO  started in 8.2 s", "2026-11-23 03:12:05 WARN  slow query 2.1 s"],
    "truncated": False,
}


def step(step_id: str, action: str, title: str, commands: list[list[str]], **more: Any) -> dict[str, Any]:
    return {
        "step_id": step_id,
        "action": action,
        "title": title,
        "state": "READY",
        "state_label": "대기",
        "tone": "idle",
        "commands": commands,
        "user": "guardia",
        "timeout_s": 180,
        "notes": [],
        "findings": [],
        "summary": "",
        "output": "",
        "exit_code": None,
        "started_at": None,
        "finished_at": None,
        "report": None,
        **more,
    }


def restart_card(request_id: str, requested_by: str, nodes: int = 1) -> dict[str, Any]:
    """The widget of a restart that waits for approval."""
    return {
        "kind": "request",
        "request_id": request_id,
        "state": "AWAITING_APPROVAL",
        "state_label": "승인 대기",
        "tone": "wait",
        "title": "예산시스템 운영 WAS 재기동",
        "requested_by": requested_by,
        "target": {
            "institution": "기획재정부",
            "system_name": "예산시스템",
            "environment": "PROD",
            "layer": "WAS",
        },
        "changes": True,
        "message": "운영 WAS 1호기를 재기동합니다. 다른 사람의 승인이 필요합니다.",
        "plan": {
            "digest": DIGEST,
            "expires_at": "2026-11-23T18:30:00Z",
            "code": "K7F3",
            "nodes": [
                {
                    "asset": f"MOF-BUD-WAS-0{number}",
                    "hostname": f"bud-was-0{number}",
                    "agent": "MOF-GW-01" if number > 1 else "MOF-BUD-WAS-01",
                    "via": "ssh" if number > 1 else "agent",
                    "state": "PENDING",
                    "state_label": "대기",
                    "tone": "idle",
                    "steps": [
                        step(
                            f"{request_id}-{number}-1",
                            "RESTART_SERVICE",
                            "재기동",
                            [["/usr/bin/systemctl", "restart", "budget was.service"]],
                            notes=["현재 pid 4312, 가동 12일"],
                            findings=["디스크 / 사용률 91 %: 로그가 늘면 기동에 실패할 수 있습니다."],
                        ),
                        step(
                            f"{request_id}-{number}-2",
                            "CHECK_HTTP",
                            "HTTP 응답 확인",
                            [],
                            timeout_s=60,
                            notes=["http://127.0.0.1:8080/health 가 200을 돌려줄 때까지 기다립니다."],
                        ),
                    ],
                }
                for number in range(1, nodes + 1)
            ],
        },
        "approvals": {"needed": 1, "given": []},
        "buttons": [
            {"id": "approve", "label": "승인", "style": "primary"},
            {"id": "reject", "label": "거절", "style": "danger", "ask_reason": True},
        ],
    }


def choice_card(request_id: str, requested_by: str) -> dict[str, Any]:
    """The widget of a question that was asked back."""
    return {
        "kind": "request",
        "request_id": request_id,
        "state": "NEEDS_ANSWER",
        "state_label": "확인 필요",
        "tone": "wait",
        "title": "홈페이지 재기동",
        "requested_by": requested_by,
        "target": {},
        "changes": True,
        "message": "‘홈페이지’가 두 곳에 있습니다. 어느 시스템인가요?",
        "plan": None,
        "approvals": {"needed": 0, "given": []},
        "buttons": [
            {"id": "choose:1", "label": "국세청 홈페이지", "digest": QUESTION},
            {"id": "choose:2", "label": "관세청 홈페이지", "digest": QUESTION},
        ],
    }


class FakeConversation:
    """Implements `ports.Conversation` and `ports.History`. `step_delay`: seconds a played step takes, None: by hand."""

    def __init__(self, clock: Clock, *, step_delay: float | None = None, claims: Claims | None = None) -> None:
        self._clock = clock
        self._step_delay = step_delay
        self._claims = claims or NoClaims()
        self.rooms: Rooms | None = None
        self.taken: list[InboundMessage] = []
        self.overheard: list[InboundMessage] = []
        self.presses: list[ButtonPress] = []
        self.busy = False
        self._receipts: dict[tuple[str, str], Receipt] = {}
        self._stored: dict[str, RoomMessage] = {}
        self._cards: dict[str, str] = {}
        self._seq = 0
        self._playing: set[asyncio.Task[None]] = set()

    # --- ports.Conversation -----------------------------------------------------------------------------------------

    async def receive(self, message: InboundMessage) -> Receipt:
        if self.busy:
            raise BusyError("the inbox is full")
        key = (message.platform, message.message_id)
        if key in self._receipts:
            return self._receipts[key]
        self.taken.append(message)
        self._receipts[key] = receipt = await self._answer(message)
        return receipt

    async def take(self, said: InboundMessage | ButtonPress) -> None:
        """Takes over and works off at once."""
        if isinstance(said, ButtonPress):
            await self.press(said)
        else:
            await self.receive(said)

    async def overhear(self, message: InboundMessage) -> None:
        self.overheard.append(message)

    async def claim(self, code: str, *, platform: str, account: str, language: Language = "ko") -> Receipt:
        return receipt_of(await self._claims.claim(code, platform=platform, account=account), language)

    async def _answer(self, message: InboundMessage) -> Receipt:
        await self.say(
            message.room_id,
            message.text,
            sender=message.person.person_id,
            sender_type=SenderType.HUMAN,
            files=message.files,
        )
        number = f"SR-20261123-{len(self._cards) + 1:04d}"
        if "홈페이지" in message.text:
            await self.card(message.room_id, choice_card(number, message.person.person_id))
            return Receipt(status=ReceiptStatus.IN_PROGRESS, sr_id=number, message="어느 시스템인지 골라 주세요.")
        if "재기동" in message.text:
            nodes = 2 if "전체" in message.text else 1
            await self.card(message.room_id, restart_card(number, message.person.person_id, nodes))
            return Receipt(status=ReceiptStatus.PENDING_APPROVAL, sr_id=number, message="승인을 기다립니다.")
        return Receipt(status=ReceiptStatus.IGNORED)

    async def press(self, press: ButtonPress) -> Receipt:
        key = (press.platform, press.press_id)
        if key in self._receipts:
            return self._receipts[key]
        widget = self.widget(press.request_id)
        if not any(button["id"] == press.button for button in widget["buttons"]):
            raise ConflictError("no longer open")
        if press.button == "approve" and press.person.person_id == widget["requested_by"]:
            raise ForbiddenError("requester and approver are one person", remedy="다른 사람이 승인해야 합니다.")
        self.presses.append(press)
        if press.button == "approve":
            await self.change(
                press.request_id,
                state="RUNNING",
                state_label="실행 중",
                tone="run",
                buttons=[],
                approvals={"needed": 1, "given": [{"by": press.person.person_id, "at": self._now()}]},
            )
            if self._step_delay is not None:
                task = asyncio.create_task(self._play(press.request_id, self._step_delay))
                self._playing.add(task)
                task.add_done_callback(self._playing.discard)
        elif press.button == "reject":
            await self.change(
                press.request_id,
                state="REJECTED",
                state_label="거절됨",
                tone="bad",
                buttons=[],
                message=f"{press.person.person_id}: {press.reason}",
            )
        else:
            await self.change(press.request_id, state="CANCELLED", state_label="선택됨", tone="idle", buttons=[])
        self._receipts[key] = receipt = Receipt(status=ReceiptStatus.IN_PROGRESS, sr_id=press.request_id)
        return receipt

    # --- ports.History ----------------------------------------------------------------------------------------------

    async def messages(self, room_id: str, *, after_seq: int = 0, limit: int = 200) -> list[RoomMessage]:
        found = [m for m in self._stored.values() if m.room_id == room_id and m.seq > after_seq]
        found.sort(key=lambda m: m.seq)
        return found[:limit] if after_seq else found[-limit:]

    # --- what tests do with it --------------------------------------------------------------------------------------

    async def say(self, room_id: str, text: str, *, sender: str = "GUARDiA", **more: Any) -> RoomMessage:
        """Store and show a chat message."""
        self._seq += 1
        message = RoomMessage(
            message_id=f"MSG-{self._seq:04d}",
            timestamp=self._now(),
            sender=sender,
            sender_type=more.pop("sender_type", SenderType.BOT),
            msg_type=MessageType.CHAT,
            content=text,
            room_id=room_id,
            seq=self._seq,
            **more,
        )
        return await self._keep(message)

    async def card(self, room_id: str, widget: dict[str, Any]) -> RoomMessage:
        """Store and show a new card."""
        self._seq += 1
        message = RoomMessage(
            message_id=f"CARD-{widget['request_id']}",
            timestamp=self._now(),
            sender="GUARDiA",
            sender_type=SenderType.BOT,
            msg_type=MessageType.CARD,
            content=widget["title"],
            is_widget=True,
            room_id=room_id,
            seq=self._seq,
            widget=widget,
        )
        self._cards[widget["request_id"]] = message.message_id
        return await self._keep(message)

    def widget(self, request_id: str) -> dict[str, Any]:
        """A copy of a card's widget as it stands."""
        if request_id not in self._cards:
            raise NotFoundError(f"no request {request_id}")
        widget = self._stored[self._cards[request_id]].widget
        assert widget is not None
        return copy.deepcopy(widget)

    async def change(self, request_id: str, **values: Any) -> RoomMessage:
        """Show a card's next revision."""
        before = self._stored[self._cards[request_id]]
        widget = {**self.widget(request_id), **values}
        return await self._keep(msgspec.structs.replace(before, revision=before.revision + 1, widget=widget))

    async def change_step(self, request_id: str, node: int, index: int, **values: Any) -> None:
        """Show a card with one step changed."""
        plan = self.widget(request_id)["plan"]
        plan["nodes"][node]["steps"][index].update(values)
        await self.change(request_id, plan=plan)

    async def _play(self, request_id: str, delay: float) -> None:
        """Run every step to its end, with output, in `delay` seconds each."""
        for number, node in enumerate(self.widget(request_id)["plan"]["nodes"]):
            for index, _ in enumerate(node["steps"]):
                started = self._now()
                await self.change_step(
                    request_id, number, index, state="RUNNING", state_label="실행 중", tone="run", started_at=started
                )
                output = ""
                for line in range(1, 6):
                    await asyncio.sleep(delay / 5)
                    output += f"\x1b[32m[{line}/5]\x1b[0m step {index + 1}\n"
                    await self.change_step(request_id, number, index, output=output)
                report = (
                    PROBE_REPORT
                    if index == 1
                    else {
                        "action": "RESTART_SERVICE",
                        "asset": node["asset"],
                        "summary": "재기동했습니다.",
                        "changed": True,
                        "before": {"pid": "4312", "가동": "12일"},
                        "after": {"pid": "9120", "가동": "3초"},
                    }
                )
                await self.change_step(
                    request_id,
                    number,
                    index,
                    state="OK",
                    state_label="완료",
                    tone="ok",
                    exit_code=0,
                    finished_at=self._now(),
                    summary=report["summary"],
                    report=report,
                )
            plan = self.widget(request_id)["plan"]
            plan["nodes"][number].update(state="REJOINED", state_label="완료", tone="ok")
            await self.change(request_id, plan=plan)
        await self.change(request_id, state="SUCCEEDED", state_label="완료", tone="ok", message="재기동을 마쳤습니다.")

    async def _keep(self, message: RoomMessage) -> RoomMessage:
        self._stored[message.message_id] = message
        if self.rooms is not None:
            await self.rooms.show(message)
        return message

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).isoformat().replace("+00:00", "Z")

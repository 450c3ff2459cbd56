"""Conversations of a messenger with the real hub's front, recorded from the wire and written down as Markdown."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from guardia.hub.chat.port import Messenger
from guardia.hub.chat.room import RoomHub
from guardia.hub.chat.signed import SignedRequests
from guardia.hub.chat.tickets import TicketDesk
from guardia.hub.core.message import RoomMessage
from guardia.hub.core.messenger import Arrived
from guardia.hub.flow.fact_desk import FactDesk
from guardia.hub.flow.facts import NoFacts
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.paced import PacedConversation
from guardia.hub.flow.queue import Queue
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.claims import Claims
from guardia.hub.store.identities import Identities
from guardia.hub.web.app import make_app
from guardia.hub.web.parts import Linking, Parts, Signed
from guardia.hub.web.settings import HubStatus, Room, WebSettings
from tests.fakes.front import CHEAP, serving
from tests.fakes.outputs import FakeOutputs
from tests.fakes.wire import Wired
from tests.support.messenger_world import KEY, ROOM, MessengerWorld
from tests.support.world import default_authoriser

TRANSCRIPTS = Path(__file__).parents[2] / "docs" / "transcripts"


class Recording:
    """A world with one messenger behind the real front, and what went between them, in `wire`."""

    platform = ""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.world = MessengerWorld(folder, **settings)
        self.clock = self.world.clock
        self.wire: list[Wired] = []
        self.port = 0

    async def run(self) -> None:
        """The whole conversation. Leaves the world running; `close` ends it."""
        raise NotImplementedError

    async def close(self) -> None:
        await self.world.stop()

    @contextlib.asynccontextmanager
    async def hub(self, messenger: Messenger) -> AsyncIterator[None]:
        """The hub with this messenger, on a port of its own."""
        self.world.messengers = [messenger]
        await self.world.start()
        self.accounts = Accounts(self.world.database, self.clock, hasher=CHEAP)
        self.sockets = RoomHub(self.world.store)
        self.shown: list[RoomMessage] = []
        show = self.world.rooms.show

        async def show_both(message: RoomMessage) -> None:
            await show(message)
            await self.sockets.show(message)
            self.shown.append(message)

        self.world.rooms.show = show_both  # type: ignore[method-assign]
        app = make_app(
            Parts(
                conversation=PacedConversation(
                    self.world.engine, self.world.settings, self.clock, registry := CollectorRegistry()
                ),
                accounts=self.accounts,
                staging=self.world.files,  # type: ignore[arg-type]
                rooms=self.sockets,
                reception=self.world.reception,
                signed=Signed(self.world.signer, self.world.store, self.world.uploads),
                linking=Linking(
                    Identities(self.world.database, self.clock), Claims(self.world.database, self.clock, KEY)
                ),
                tickets=TicketDesk(
                    SignedRequests({}, self.accounts, self.clock),
                    conversation=self.world.engine,
                    people=self.accounts,
                    clock=self.clock,
                    enter=lambda _room_id, _person: False,
                    known_room=lambda _room_id: False,
                ),
                outputs=FakeOutputs(),
                follow=Follow(self.world.engine.desk, self.world.store, self.clock),
                queue=Queue(self.world.engine.desk, self.world.engine.presses, self.clock),
                facts=FactDesk(NoFacts(), self.world.inventory, default_authoriser()),
                settings=WebSettings(
                    rooms=(Room(room_id=ROOM, name="운영 상황실"),), agents_url="wss://guardia.example.go.kr:9443"
                ),
                clock=self.clock,
                status=lambda: HubStatus(agents=()),
                checks={},
                registry=registry,
            )
        )
        async with serving(app) as self.port:
            yield

    async def call(self, request: Arrived) -> httpx.Response:
        """Call the hub as the platform does, and let it work that off."""
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{self.port}{request.path}"
            answer = await client.post(url, content=request.body, headers=dict(request.headers))
        self.wire.append(
            Wired(
                way=f"{self.platform} → hub",
                what=f"POST {request.path}",
                body={"headers": dict(request.headers), "body": request.body.decode()},
                answer={"status": answer.status_code, "body": answer.text},
            )
        )
        await self.settle()
        return answer

    async def settle(self) -> None:
        assert await self.world.engine.intake.idle(within=60)
        await self.world.engine.desk.finish()


def transcript(
    introduction: str,
    wire: list[Wired],
    mask: Callable[[str], str],
    more: Callable[[Wired], str] = lambda _one: "",
) -> str:
    """The conversation as Markdown, secrets masked. `more` is shown below a request."""
    parts = [introduction]
    for number, one in enumerate(wire, 1):
        parts.append(f"## {number}. {one.way}: `{one.what}`\n")
        if isinstance(one.body, str):
            parts.append(f"```json\n{one.body}\n```\n")
        elif "headers" in one.body:
            headers = "".join(f"{name}: {value}\n" for name, value in sorted(one.body["headers"].items()))
            body = f"\n{one.body['body']}\n" if one.body["body"] else ""
            parts.append(f"```http\n{headers}{body}```\n")
            if shown := more(one):
                parts.append(shown)
        else:
            parts.append(as_json(one.body))
        if one.answer is not None:
            parts.append(f"답:\n\n{as_json(one.answer)}")
    return mask("\n".join(parts))


def as_json(body: Any) -> str:
    return f"```json\n{json.dumps(body, ensure_ascii=False, indent=1)}\n```\n"


async def record(make: Callable[[Path], Recording], write: Callable[[list[Wired]], str], file: Path) -> None:
    """Hold the conversation and write its transcript."""
    with tempfile.TemporaryDirectory() as folder:
        recording = make(Path(folder))
        await recording.run()
        await recording.close()
    file.parent.mkdir(exist_ok=True)
    file.write_text(write(recording.wire), encoding="utf-8")
    print(f"{file.name}: {len(recording.wire)} steps")


def without_chance(text: str) -> str:
    """A transcript to compare: the code of a plan and the number of a frame for one connection are drawn by chance."""
    text = re.sub(r"(승인 코드|Approval code) [A-Z0-9]{4}", r"\1 ****", text)
    text = re.sub(r"(/?(?:승인|거절|approve|deny)) [A-Z0-9]{4}\b", r"\1 ****", text)
    text = re.sub(r"%EC%8A%B9%EC%9D%B8\+[A-Z0-9]{4}\b", "%EC%8A%B9%EC%9D%B8+****", text)  # in a form
    text = re.sub(r'("(?:data|code)": ?")[A-Z0-9]{4}"', r'\1****"', text)
    return re.sub(r"SYS-[0-9a-f]{16}", "SYS-****", text)

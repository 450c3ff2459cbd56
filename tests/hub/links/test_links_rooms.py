"""Rooms for agents, over real mutual TLS and the real store: who sees what, who may say what, and for how long."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from guardia.cmdb.model import Connection
from guardia.hub.chat.room import RoomHub
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.room import EVERYTHING, Scope
from guardia.hub.links import roomvisit as module
from guardia.hub.links.rooms import AgentRooms
from guardia.hub.links.websocket import WebSocketLinks
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore
from guardia.hub.store.metadata import metadata
from tests.hub.links import pki
from tests.hub.links.parts import HubHandler, Registry, SystemClock
from tests.support.world import FixedInventory, server

AGENT, OTHER, GATEWAY = "A-WAS-01", "B-WAS-01", "GW-01"
BUDGET = Scope(institutions=("기획재정부",), systems=("예산시스템",), environments=("*",), actions=("CHECK_*",))


class House:
    """A listener with rooms: `ops` is for the budget system, `all` for everything, `plain` was given no scope."""

    def __init__(self, folder: Path, **options) -> None:
        self.folder = folder
        self.database = Database(f"sqlite:///{folder / 'hub.sqlite'}")
        with self.database.engine.begin() as connection:
            metadata.create_all(connection)
        self.store = SqlStore(self.database)
        self.readers = RoomHub(self.store)
        self.scopes: dict[str, Scope] = {"ops": BUDGET, "all": EVERYTHING, "nothing": Scope()}
        self.clock = SystemClock()
        self.registry = Registry()
        self.inventory = FixedInventory()
        behind = {"connection": Connection.SSH, "via_agent": GATEWAY, "system": "예산시스템"}
        self.inventory.move((server(AGENT, 1), server("C-WAS-01", 2, **behind), server(OTHER, 3, system="홈택스")))
        self.rooms = AgentRooms(
            self.readers, self.post, scope_of=self.scopes.get, inventory=self.inventory, clock=self.clock, **options
        )
        self.links = WebSocketLinks(
            HubHandler(),
            self.registry,
            ssl_context=pki.hub_context(folder),
            clock=self.clock,
            rooms=self.rooms,
            trust_domain=pki.DOMAIN,
        )

    async def post(self, messages) -> None:
        for placed in await self.store.post(messages):
            await self.readers.show(placed)

    async def shown(self, content: str, number: int = 1, room: str = "ops", **more) -> None:
        values = {"sender": "GUARDiA", "sender_type": SenderType.BOT, "msg_type": MessageType.CHAT} | more
        await self.post(
            [
                RoomMessage(
                    message_id=f"m-{number}",
                    timestamp="2026-11-27T10:00:00Z",
                    content=content,
                    room_id=room,
                    **values,
                )
            ]
        )

    def dial(self, room="ops", client=AGENT, kind="AGENT", *, agent=AGENT, query="", pem=None, **options):
        context = pki.agent_context(self.folder, pem or pki.agent_pem(agent))
        url = f"wss://127.0.0.1:{self.links.port}/ws/chat/{room}/{client}/{kind}{query}"
        return connect(url, ssl=context, proxy=None, **options)


@pytest.fixture
async def house(tmp_path):
    made = House(tmp_path)
    await made.links.start()
    yield made
    await made.links.close()
    made.database.close()


async def heard(socket: ClientConnection) -> dict:
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


async def closed(socket: ClientConnection) -> tuple[int, str, list[dict]]:
    """How it was closed, and what was said before."""
    said = []
    try:
        while True:
            said.append(await heard(socket))
    except ConnectionClosed:
        return socket.close_code, socket.close_reason, said


async def said(socket: ClientConnection, content: str, number: int = 1, **more) -> dict:
    """Say something; the answer that this connection alone gets."""
    await socket.send(json.dumps({"message_id": f"c-{number}", "msg_type": "CHAT", "content": content} | more))
    while True:
        answer = await heard(socket)
        if (answer["widget"] or {}).get("message_id") == f"c-{number}":
            return answer


# --- who is let in ----------------------------------------------------------------------------------------------------


async def test_an_agent_sees_what_was_said_and_what_is_said(house) -> None:
    await house.shown("먼저")
    async with house.dial() as socket:
        first = await heard(socket)
        await house.shown("다음", 2)
        second = await heard(socket)
        await house.shown("다른 방", 3, room="all")
        await house.shown("끝", 4)
        third = await heard(socket)
    assert [one["content"] for one in (first, second, third)] == ["먼저", "다음", "끝"]
    async with house.dial(query=f"?after={first['seq']}") as socket:
        assert [(await heard(socket))["content"] for _ in range(2)] == ["다음", "끝"]


async def test_a_gateway_enters_for_the_hosts_behind_it(house) -> None:
    async with house.dial(client=GATEWAY, agent=GATEWAY) as socket:
        answer = await said(socket, "점검을 마쳤습니다.", itsm_metadata={"asset_code": "C-WAS-01", "severity": "HIGH"})
        assert answer["widget"]["kind"] == "receipt"


async def test_a_certificate_of_a_foreign_ca_is_refused_by_tls(house) -> None:
    with pytest.raises((OSError, ConnectionClosed, InvalidMessage)):
        async with house.dial(pem=pki.agent_pem(AGENT, ca="strangers")) as socket:
            await socket.recv()
    assert house.readers.readers() == 0


@pytest.mark.parametrize(
    ("how", "code", "reason"),
    [
        ({"client": OTHER}, 4403, "identity.mismatch"),
        ({"client": "A-WAS-0"}, 4403, "identity.mismatch"),
        ({"client": OTHER, "agent": OTHER}, 4403, "room.out_of_scope"),
        ({"client": "Z-WAS-01", "agent": "Z-WAS-01", "room": "all"}, 4403, "room.out_of_scope"),
        ({"room": "plain"}, 4403, "room.out_of_scope"),
        ({"room": "nothing"}, 4403, "room.out_of_scope"),
        ({"room": "..%2Fops"}, 4403, "room.out_of_scope"),
        ({"kind": "HUMAN"}, 4400, "room.people_elsewhere"),
        ({"kind": "WIDGET"}, 4400, "room.people_elsewhere"),
        ({"kind": "agent"}, 4400, "room.people_elsewhere"),
        ({"query": "?after=-1"}, 4400, "input.invalid"),
        ({"query": "?cards=9999999999999999"}, 4400, "input.invalid"),
    ],
)
async def test_who_is_not_let_in_is_told_why_and_sees_nothing(house, how, code, reason) -> None:
    for room in ("ops", "all", "plain", "nothing"):
        await house.shown("비밀", room=room)
    async with house.dial(**how) as socket:
        was, why, told = await closed(socket)
    assert (was, why) == (code, reason)
    assert [one["msg_type"] for one in told] == ["ERROR"]
    assert told[0]["widget"]["remedy"]
    assert house.readers.readers() == 0


async def test_a_revoked_agent_is_not_let_in(house) -> None:
    house.registry.revoked.add(AGENT)
    async with house.dial() as socket:
        assert (await closed(socket))[:2] == (4401, "identity.not_admitted")


async def test_a_browser_is_not_let_in(house) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with house.dial(origin="https://evil.example"):
            pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("path", ["ops/A-WAS-01", "ops/A-WAS-01/AGENT/x", "/A-WAS-01/AGENT"])
async def test_other_addresses_are_not_found(house, path) -> None:
    context = pki.agent_context(house.folder, pki.agent_pem(AGENT))
    with pytest.raises(InvalidStatus) as caught:
        async with connect(f"wss://127.0.0.1:{house.links.port}/ws/chat/{path}", ssl=context, proxy=None):
            pass
    assert caught.value.response.status_code == 404


async def test_an_agent_has_few_connections(house) -> None:
    sockets = [await house.dial() for _ in range(4)]
    await house.shown("여기")
    for socket in sockets:
        assert (await heard(socket))["content"] == "여기"
    async with house.dial() as socket:
        assert (await closed(socket))[:2] == (4429, "hub.rate_limited")
    async with house.dial(client=GATEWAY, agent=GATEWAY) as socket:
        assert (await heard(socket))["content"] == "여기"
    for socket in sockets:
        await socket.close()


async def test_a_full_listener_says_when_to_come_back(tmp_path) -> None:
    house = House(tmp_path, max_connections=0)
    await house.links.start()
    with pytest.raises(InvalidStatus) as caught:
        async with house.dial():
            pass
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (503, "5")
    await house.links.close()
    house.database.close()


# --- for how long -----------------------------------------------------------------------------------------------------


async def test_a_revocation_ends_it_at_once(house) -> None:
    async with house.dial() as socket, house.dial(client=GATEWAY, agent=GATEWAY) as other:
        await house.shown("여기")
        assert (await heard(socket))["content"] == (await heard(other))["content"]
        house.registry.revoked.add(AGENT)
        await house.links.disconnect(AGENT, "identity.revoked", "this agent was revoked")
        await house.shown("뒤에", 2)
        code, reason, told = await closed(socket)
        assert (code, reason) == (4401, "identity.revoked")
        assert [one["msg_type"] for one in told] == ["ERROR"]
        assert (await heard(other))["content"] == "뒤에"


async def test_a_revocation_cuts_off_one_that_does_not_listen(house) -> None:
    socket = await house.dial()
    await house.shown("여기")
    assert (await heard(socket))["content"] == "여기"
    socket.transport.pause_reading()
    await house.links.disconnect(AGENT, "identity.revoked", "this agent was revoked")
    async with asyncio.timeout(10):
        while house.rooms._visits:
            await asyncio.sleep(0.02)
    assert house.readers.readers() == 0
    socket.transport.abort()


async def test_a_revocation_between_the_check_and_the_first_message_is_noticed(house) -> None:
    class Slow(Registry):
        async def admitted(self, agent_id, certificate_sha256):
            await house.links.disconnect(agent_id, "identity.revoked", "revoked meanwhile")
            return True

    house.links.admission.registry = Slow()
    await house.shown("비밀")
    async with house.dial() as socket:
        code, reason, told = await closed(socket)
    assert (code, reason) == (4401, "identity.revoked")
    assert all(one["msg_type"] == "ERROR" for one in told)


@pytest.mark.parametrize("change", ["revoked", "scope"])
async def test_admission_and_scope_are_looked_up_again(house, monkeypatch, change) -> None:
    monkeypatch.setattr(module, "CHECK", 0.05)
    async with house.dial() as socket:
        await house.shown("여기")
        await heard(socket)
        if change == "revoked":
            house.registry.revoked.add(AGENT)
        else:
            house.scopes["ops"] = Scope()
        expected = (4401, "identity.not_admitted") if change == "revoked" else (4403, "room.out_of_scope")
        assert (await closed(socket))[:2] == expected


async def test_it_ends_with_the_certificate(house, monkeypatch) -> None:
    monkeypatch.setattr("guardia.hub.links.expiry.LOOK", 0.01)
    async with house.dial() as socket:
        await house.shown("여기")
        await heard(socket)
        house.clock.ahead_ms = int(pki.LIVES * 1000)
        assert (await closed(socket))[:2] == (4401, "identity.expired")


async def test_a_hub_that_stops_says_so(house) -> None:
    async with house.dial() as socket:
        await house.shown("여기")
        await heard(socket)
        stopping = asyncio.create_task(house.links.close())
        assert (await closed(socket))[:2] == (1001, "hub.stopping")
        await stopping


# --- what it may say --------------------------------------------------------------------------------------------------


async def test_what_an_agent_says_is_durable_and_comes_from_it(house) -> None:
    async with house.dial() as socket:
        answer = await said(
            socket,
            "디스크가 91 %입니다.",
            sender=AGENT,
            sender_type="AGENT",
            itsm_metadata={"itsm_ticket_id": "SR-1", "asset_code": AGENT, "severity": "CRITICAL"},
        )
        assert answer["msg_type"] == "NOTICE"
        await said(socket, "다른 말", 1)  # the same id: the first one stands
    (kept,) = await house.store.messages("ops")
    assert (kept.sender, kept.sender_type, kept.msg_type) == (AGENT, SenderType.AGENT, MessageType.CHAT)
    assert kept.content == "디스크가 91 %입니다."
    assert (kept.itsm_metadata.asset_code, str(kept.itsm_metadata.severity)) == (AGENT, "CRITICAL")
    assert kept.itsm_metadata.itsm_ticket_id is None
    assert kept.message_id.startswith("agent-")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"sender": OTHER}, "auth.forbidden"),
        ({"sender": "GUARDiA"}, "auth.forbidden"),
        ({"sender_type": "BOT"}, "input.invalid"),
        ({"sender_type": "HUMAN"}, "input.invalid"),
        ({"msg_type": "ACTION", "widget": {"request_id": "SR-1", "button": "approve"}}, "input.invalid"),
        ({"msg_type": "CARD"}, "input.invalid"),
        ({"msg_type": "NOTICE"}, "input.invalid"),
        ({"is_widget": True}, "input.invalid"),
        ({"widget": {"kind": "request"}}, "input.invalid"),
        ({"files": [{"file_id": "F-1"}]}, "input.invalid"),
        ({"content": "가" * 4_001}, "input.too_large"),
        ({"content": " \x00\x1b[31m\n"}, "input.invalid"),
        ({"itsm_metadata": {"asset_code": OTHER}}, "auth.forbidden"),
        ({"itsm_metadata": {"severity": "APOCALYPTIC"}}, "input.invalid"),
        ({"content": 7}, "input.invalid"),
    ],
)
async def test_what_it_may_not_say_is_refused_and_not_kept(house, more, code) -> None:
    async with house.dial() as socket:
        answer = await said(socket, **({"content": "안녕"} | more))
        assert (answer["msg_type"], answer["widget"]["code"]) == ("ERROR", code)
        assert answer["widget"]["remedy"]
        assert (await said(socket, "이것은", 2))["msg_type"] == "NOTICE"
    assert [one.content for one in await house.store.messages("ops")] == ["이것은"]


async def test_an_id_cannot_be_anothers(house) -> None:
    await house.shown("카드", sender="GUARDiA")
    async with house.dial() as socket, house.dial(client=GATEWAY, agent=GATEWAY) as other:
        for who in (socket, other):
            await who.send(json.dumps({"message_id": "m-1", "msg_type": "CHAT", "content": "내 것", "revision": 9}))
        for _ in range(4):
            await heard(socket)
    assert [one.content for one in await house.store.messages("ops")] == ["카드", "내 것", "내 것"]


async def test_hostile_text_is_cleaned_and_secrets_are_masked(house) -> None:
    lines = "\x1b[31mred\u202e\x07 password=hunter2 https://kim:geheim@was.example/ \n<b>x</b> @channel"
    async with house.dial() as socket:
        await said(socket, lines)
    (kept,) = await house.store.messages("ops")
    assert kept.content == "red password=*** https://kim:***@was.example/ \n<b>x</b> @channel"


@pytest.mark.parametrize("frame", [b"\x00binary", "not json", "[" * 50_000, "\ud83d".encode("utf-8", "surrogatepass")])
async def test_garbage_is_refused(house, frame) -> None:
    async with house.dial() as socket:
        await socket.send(frame)
        answer = await heard(socket)
        assert answer["msg_type"] == "ERROR"
        assert (await said(socket, "괜찮습니다"))["msg_type"] == "NOTICE"


async def test_too_large_a_message_closes(house) -> None:
    async with house.dial() as socket:
        await socket.send("x" * 70_000)
        assert (await closed(socket))[:2] == (1009, "input.too_large")


async def test_a_flood_is_slowed_and_then_closed(house) -> None:
    async with house.dial() as socket:
        for number in range(200):
            await socket.send(json.dumps({"message_id": f"c-{number}", "msg_type": "CHAT", "content": f"말 {number}"}))
        code, reason, told = await closed(socket)
    assert (code, reason) == (4429, "hub.rate_limited")
    kept = await house.store.messages("ops")
    assert [one.content for one in kept] == [f"말 {number}" for number in range(15)]
    limited = [one for one in told if (one["widget"] or {}).get("code") == "hub.rate_limited"]
    assert len(limited) == module.MAX_REFUSED  # the last one is the reason of the end
    async with house.dial() as socket:  # another connection is no way round
        assert (await said(socket, "또", 999))["widget"]["code"] == "hub.rate_limited"


async def test_one_that_does_not_read_is_cut_off_and_delays_nobody(house) -> None:
    async with house.dial() as slow, house.dial(client=GATEWAY, agent=GATEWAY) as other:
        await house.shown("여기")
        assert (await heard(slow))["content"] == (await heard(other))["content"]
        slow.transport.pause_reading()
        for number in range(2, 700):
            await house.shown("x" * 20_000, number)
            await heard(other)
        async with asyncio.timeout(5):
            while house.readers.readers() > 1:
                await asyncio.sleep(0.02)
        slow.transport.abort()


async def test_an_agent_is_not_shown_the_codes_that_approve(house) -> None:
    plan = {"digest": "d", "code": "K7F3", "nodes": [{"asset": AGENT}]}
    widget = {"kind": "request", "message": "승인 코드 K7F3", "plan": plan}
    await house.shown("승인 대기: 승인 코드 K7F3", msg_type=MessageType.CARD, widget=widget)
    await house.shown("/승인 K7F3", 2, sender="kim", sender_type=SenderType.HUMAN)
    async with house.dial() as socket:
        card, typed = await heard(socket), await heard(socket)
    assert "K7F3" not in json.dumps([card, typed], ensure_ascii=False)
    assert card["widget"]["plan"]["nodes"] == [{"asset": AGENT}]
    assert (card["content"], typed["content"]) == ("승인 대기: 승인 코드 ****", "/승인 ****")
    assert "K7F3" in str(await house.store.messages("ops"))  # people still see it

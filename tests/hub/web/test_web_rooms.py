"""Rooms over real sockets: uvicorn and websockets' own client."""

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from guardia.hub.chat import room as room_module
from guardia.hub.errors import StoreError
from guardia.hub.web import rooms as rooms_module
from tests.fakes.conversation import restart_card
from tests.fakes.front import Front, SystemClock, serving
from tests.support.clock import FakeClock


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


@pytest.fixture
async def port(front):
    async with serving(front.app) as port:
        yield port


def url(port: int, room: str = "ops", kind: str = "HUMAN", query: str = "") -> str:
    return f"ws://127.0.0.1:{port}/ws/chat/{room}/c-1/{kind}{query}"


async def bearer(front: Front, person_id: str = "engineer1") -> dict:
    return {"additional_headers": {"Authorization": f"Bearer {await front.token(person_id)}"}}


async def receive(socket, count: int = 1) -> list[dict]:
    async with asyncio.timeout(30):
        return [json.loads(await socket.recv()) for _ in range(count)]


async def until(socket, kind: str) -> dict:
    while True:
        (message,) = await receive(socket)
        if (message.get("widget") or {}).get("kind") == kind or message["msg_type"] == kind:
            return message


async def closed(socket) -> tuple[dict, int]:
    """The ERROR message and the close code."""
    (message,) = await receive(socket)
    with pytest.raises(ConnectionClosed) as caught:
        await receive(socket)
    return message, caught.value.rcvd.code


async def test_a_message_makes_a_card_for_everybody_and_another_person_approves(front, port) -> None:
    async with (
        connect(url(port), **await bearer(front)) as engineer,
        connect(url(port), **await bearer(front, "approver1")) as approver,
    ):
        chat = {"msg_type": "CHAT", "content": "예산시스템 WAS 재기동해줘", "message_id": "m1", "sender": "approver1"}
        await engineer.send(json.dumps(chat))
        receipt = await until(engineer, "receipt")
        assert (receipt["widget"]["message_id"], receipt["widget"]["status"]) == ("m1", "PENDING_APPROVAL")
        said = await until(approver, "CHAT")
        assert (said["sender"], said["sender_type"], said["content"]) == ("engineer1", "HUMAN", chat["content"])
        card = await until(approver, "request")
        press = {"msg_type": "ACTION", "widget": {"request_id": card["widget"]["request_id"], "button": "approve"}}
        await engineer.send(json.dumps({**press, "message_id": "p1"}))
        error = await until(engineer, "error")
        assert (error["widget"]["code"], error["widget"]["message_id"]) == ("auth.forbidden", "p1")
        await approver.send(json.dumps(press))
        changed = await until(approver, "request")
        assert (changed["message_id"], changed["revision"]) == (card["message_id"], 1)
        assert changed["widget"]["approvals"]["given"][0]["by"] == "approver1"
    assert front.conversation.taken[0].person.person_id == "engineer1"


async def test_a_message_sent_again_after_a_lost_connection_is_one_message(front, port) -> None:
    chat = json.dumps({"msg_type": "CHAT", "content": "재기동", "message_id": "m1"})
    for _ in range(2):
        async with connect(url(port), **await bearer(front)) as socket:
            await socket.send(chat)
            assert (await until(socket, "receipt"))["widget"]["sr_id"] == "SR-20261123-0001"
    async with connect(url(port), **await bearer(front, "approver1")) as socket:
        await socket.send(chat)
        assert (await until(socket, "receipt"))["widget"]["sr_id"] == "SR-20261123-0002"
    assert len(front.conversation.taken) == 2


async def to_the_end(socket) -> tuple[list[dict], int]:
    """Everything until the hub closes, and its close code."""
    messages = []
    while True:
        try:
            messages += await receive(socket)
        except ConnectionClosed as end:
            return messages, end.rcvd.code


@pytest.mark.parametrize(("kind", "code"), [("ROBOT", "room.unknown_client_type"), ("AGENT", "room.agents_elsewhere")])
async def test_other_client_types_are_told_why(port, kind, code) -> None:
    async with connect(url(port, kind=kind)) as socket:
        message, close = await closed(socket)
    assert (message["msg_type"], message["widget"]["code"], close) == ("ERROR", code, 4400)
    assert ("HUMAN, WIDGET" in message["widget"]["detail"]) or (
        "mTLS" in message["widget"]["remedy"] and "wss://hub.example.go.kr:9443/ws/chat/" in message["widget"]["remedy"]
    )


async def test_without_login_4401_and_in_others_rooms_4403(front, port) -> None:
    async with connect(url(port)) as socket:
        assert (await closed(socket))[1] == 4401
    for room in ("secret", "nowhere"):
        async with connect(url(port, room), **await bearer(front)) as socket:
            assert (await closed(socket))[1] == 4403
    async with connect(url(port, query="?after=x"), **await bearer(front)) as socket:
        assert (await closed(socket))[1] == 4400


@pytest.mark.parametrize(
    ("origin", "good"),
    [("http://127.0.0.1:{port}", True), ("https://evil.test", False), ("null", False), (None, False)],
)
async def test_a_cookie_counts_only_from_the_own_origin(front, port, origin, good) -> None:
    headers = {"Cookie": f"guardia_session={await front.token('engineer1')}"}
    own = origin.format(port=port) if origin else None
    async with connect(url(port), additional_headers=headers, origin=own) as socket:
        if good:
            await front.conversation.say("ops", "안녕")
            assert (await receive(socket))[0]["content"] == "안녕"
        else:
            assert (await closed(socket))[1] == 4403


async def test_bad_messages_are_answered_and_the_connection_stays(front, port) -> None:
    async with connect(url(port), **await bearer(front)) as socket:
        bad = [
            ("{", "input.invalid"),
            ('{"msg_type":"SHELL","content":"ls"}', "input.invalid"),
            (json.dumps({"msg_type": "CHAT", "content": "가" * 4_001}), "input.too_large"),
            (json.dumps({"msg_type": "CHAT", "content": "x", "files": ["F-none"]}), "hub.not_found"),
            ('{"msg_type":"ACTION","widget":{"request_id":"SR-9","button":"approve"}}', "hub.not_found"),
            (b"\x00", "input.invalid"),
        ]
        for text, code in bad:
            await socket.send(text)
            (error,) = await receive(socket)
            assert (error["msg_type"], error["widget"]["code"]) == ("ERROR", code)
            assert error["widget"]["remedy"]
        await socket.send('{"msg_type":"CHAT","content":"아직 있어요"}')
        assert (await until(socket, "CHAT"))["content"] == "아직 있어요"
    assert len(front.conversation.taken) == 1


async def test_a_frame_over_64_kib_is_not_even_read(front, port) -> None:
    async with connect(url(port), **await bearer(front)) as socket:
        await socket.send("x" * (64 * 1024 + 1))
        with pytest.raises(ConnectionClosed) as caught:
            await receive(socket)
    assert caught.value.rcvd.code == 1009


async def test_a_busy_hub_says_so_and_takes_it_the_second_time(front, port) -> None:
    front.conversation.busy = True
    async with connect(url(port), **await bearer(front)) as socket:
        chat = json.dumps({"msg_type": "CHAT", "content": "x", "message_id": "m1"})
        await socket.send(chat)
        assert (await until(socket, "error"))["widget"]["code"] == "hub.busy"
        front.conversation.busy = False
        await socket.send(chat)
        assert (await until(socket, "receipt"))["widget"]["message_id"] == "m1"


async def test_an_unforeseen_error_is_told_with_a_number_and_the_connection_stays(front, port, monkeypatch) -> None:
    async def broken(_message):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(front.conversation, "receive", broken)
    async with connect(url(port), **await bearer(front)) as socket:
        for number in range(2):
            await socket.send(json.dumps({"msg_type": "CHAT", "content": "x", "message_id": f"m{number}"}))
            (error,) = await receive(socket)
            assert (error["widget"]["code"], error["widget"]["message_id"]) == ("hub.internal", f"m{number}")
            assert "secret" not in json.dumps(error)


async def test_a_history_that_cannot_be_read_ends_the_connection_in_words(front, port, monkeypatch) -> None:
    async def broken(*_args, **_options):
        raise StoreError("disk")

    monkeypatch.setattr(front.conversation, "messages", broken)
    async with connect(url(port), **await bearer(front)) as socket:
        message, code = await closed(socket)
    assert (message["widget"]["code"], code) == ("store.error", 1011)


async def test_a_press_carries_the_digest_that_was_seen(front, port) -> None:
    await front.conversation.card("ops", restart_card("SR-1", "engineer1"))
    async with connect(url(port), **await bearer(front, "approver1")) as socket:
        widget = {"request_id": "SR-1", "button": "approve", "digest": "ab" * 32}
        await socket.send(json.dumps({"msg_type": "ACTION", "widget": widget}))
        await until(socket, "receipt")
    assert front.conversation.presses[0].digest == "ab" * 32


async def test_a_widget_only_reads(front, port) -> None:
    async with connect(url(port, kind="WIDGET"), **await bearer(front)) as socket:
        await front.conversation.say("ops", "보기")
        assert (await receive(socket))[0]["content"] == "보기"
        await socket.send('{"msg_type":"CHAT","content":"x"}')
        assert (await receive(socket))[0]["widget"]["code"] == "auth.forbidden"
    assert front.conversation.taken == []


async def test_reconnecting_with_after_misses_nothing(front, port) -> None:
    async with connect(url(port), **await bearer(front)) as socket:
        first = await front.conversation.say("ops", "1")
        await receive(socket)
    await front.conversation.say("ops", "2")
    async with connect(url(port, query=f"?after={first.seq}"), **await bearer(front)) as socket:
        await front.conversation.say("ops", "3")
        assert [m["content"] for m in await receive(socket, 2)] == ["2", "3"]


async def test_a_slow_reader_is_closed_with_4408_and_comes_back(front, port, monkeypatch) -> None:
    monkeypatch.setattr(room_module, "MAX_PENDING_BYTES", 1_000_000)
    async with connect(url(port), max_queue=1, **await bearer(front)) as slow:
        await front.conversation.say("ops", "start")
        (first,) = await receive(slow)
        for _ in range(400):
            await front.conversation.say("ops", "가" * 20_000)
            await asyncio.sleep(0)
        seen = [first["seq"]]
        messages, code = await to_the_end(slow)
    seen += [message["seq"] for message in messages if message["seq"]]
    assert (messages[-1]["widget"]["code"], code) == ("room.slow_reader", 4408)
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) < 401
    async with connect(url(port, query=f"?after={seen[-1]}"), **await bearer(front)) as back:
        rest = await receive(back, 401 - len(seen))
    assert [message["seq"] for message in rest] == list(range(seen[-1] + 1, 402))


async def test_logging_out_ends_what_the_connection_may_do(front, port, monkeypatch) -> None:
    token = await front.token("engineer1")
    async with connect(url(port), additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        await front.conversation.say("ops", "x")
        await receive(socket)  # admitted
        await front.accounts.close_session(token)
        await socket.send('{"msg_type":"CHAT","content":"재기동"}')
        message, code = await closed(socket)
    assert (message["widget"]["code"], code) == ("auth.expired", 4401)
    assert front.conversation.taken == []
    monkeypatch.setattr(rooms_module, "SESSION_CHECK", 0.05)
    async with connect(url(port), **await bearer(front)) as silent:
        await front.accounts.set_disabled("engineer1", True)
        assert (await to_the_end(silent))[1] == 4401


async def test_a_flood_is_slowed_and_then_closed(tmp_path) -> None:
    front = Front(tmp_path, FakeClock())  # however long the machine takes, it is one moment
    await front.people()
    async with serving(front.app) as port, connect(url(port), **await bearer(front)) as socket:
        for number in range(60):
            await socket.send(json.dumps({"msg_type": "CHAT", "content": f"{number}"}))
        messages, code = await to_the_end(socket)
    assert code == 4429
    assert {message["widget"]["code"] for message in messages if message["msg_type"] == "ERROR"} == {"hub.rate_limited"}
    assert 15 <= len(front.conversation.taken) <= 17
    front.close()


async def test_connections_of_one_person_are_bounded(tmp_path) -> None:
    front = Front(tmp_path, SystemClock(), connections_per_person=2)
    await front.people()
    async with serving(front.app) as port:
        async with connect(url(port), **await bearer(front)), connect(url(port), **await bearer(front)):
            async with connect(url(port), **await bearer(front)) as third:
                assert (await closed(third))[1] == 4429
            async with connect(url(port), **await bearer(front, "approver1")) as other:
                await front.conversation.say("ops", "x")
                await receive(other)
        async with asyncio.timeout(30):
            while front.rooms.readers():
                await asyncio.sleep(0.01)
        async with connect(url(port), **await bearer(front)) as again:
            assert (await receive(again))[0]["content"] == "x"
    front.close()


async def test_a_room_that_speaks_english_says_so_in_its_page_and_in_its_errors(tmp_path) -> None:
    front = Front(tmp_path, SystemClock(), language=lambda room_id: "en" if room_id == "ops" else "ko")
    await front.people()
    try:
        async with serving(front.app) as port:
            async with connect(url(port), **await bearer(front)) as socket:
                await socket.send("nonsense")
                error = await until(socket, "error")
                assert error["content"] == "This is not well formed. Send one JSON object."
            async with connect(url(port, kind="NOBODY"), **await bearer(front)) as socket:
                message, code = await closed(socket)
                assert (message["content"], code) == ("Unknown client_type. Client types: HUMAN, WIDGET", 4400)
            async with connect(url(port, room="secret"), **await bearer(front)) as socket:
                message, _ = await closed(socket)
                assert "허용되지 않은" in message["content"]
            headers = (await bearer(front))["additional_headers"] | {"Accept-Language": "ko"}
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
                assert '<html lang="en">' in (await client.get("/rooms/ops", headers=headers)).text
                asked = await client.get("/rooms/ops?lang=ko", headers=headers)
                assert '<html lang="ko">' in asked.text
                large = await client.post("/api/files?room=ops&name=" + "x" * 500, headers=headers, content=b"x")
                assert large.json()["error"]["remedy"].startswith("Please shorten the file's name")
    finally:
        front.close()

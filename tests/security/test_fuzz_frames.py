"""WebSocket frames that keep no rule: the connection ends or says what is wrong; nobody else notices."""

import asyncio
import json
import random

import pytest

from guardia.hub.web.inbound import MAX_FRAME
from tests.fakes.front import Front, SystemClock
from tests.support.fuzzed import TRIES, under_fire
from tests.support.rawsocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, fragments, frame, open_raw

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(120 * TRIES)]

PATH = "/ws/chat/ops/c-1/HUMAN"
GOOD = json.dumps({"msg_type": "CHAT", "content": "안녕하세요", "message_id": "m-1"}, ensure_ascii=False).encode()
QUIET = 0.5
PROTOCOL = {1002, 1003, 1006, 1007, 1009, 0}
"""How a peer that breaks the protocol is let go; 0: without a word."""

BROKEN = {
    "unmasked": frame(TEXT, GOOD, masked=False),
    "reserved bit": frame(TEXT, GOOD, rsv=4),
    "compressed without agreement": frame(TEXT, GOOD, rsv=1),
    "reserved opcode": frame(3, GOOD),
    "reserved control opcode": frame(11),
    "continuation of nothing": frame(CONTINUATION, GOOD),
    "two messages interleaved": frame(TEXT, GOOD[:5], fin=False) + frame(TEXT, GOOD),
    "binary inside a text": frame(TEXT, GOOD[:5], fin=False) + frame(BINARY, GOOD),
    "fragmented ping": frame(PING, b"x", fin=False),
    "oversized ping": frame(PING, b"x" * 126),
    "not UTF-8": frame(TEXT, b'{"msg_type":"CHAT","content":"\xff\xfe"}'),
    "UTF-8 surrogate": frame(TEXT, b'{"msg_type":"CHAT","content":"\xed\xa0\x80"}'),
    "half a character at the end": frame(TEXT, GOOD[:-3].rstrip(b"}")[: GOOD.index("요".encode()) + 1]),
    "oversized": frame(TEXT, b"x" * (MAX_FRAME + 1)),
    "oversized by its word": frame(TEXT, b"x", length=2**40),
    "oversized in pieces": fragments(b"x" * (MAX_FRAME + 10), 1_000),
    "length of 2^63": frame(TEXT, b"", length=2**63),
    "close with half a code": frame(CLOSE, b"\x03"),
    "close with code 0": frame(CLOSE, b"\x00\x00"),
    "close with code 1005": frame(CLOSE, (1005).to_bytes(2, "big")),
    "close with a reason that is not UTF-8": frame(CLOSE, (1000).to_bytes(2, "big") + b"\xff"),
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}
REFUSED = {
    "binary": frame(BINARY, GOOD),
    "empty": frame(TEXT),
    "no JSON": frame(TEXT, b"{"),
    "deep": frame(TEXT, b"[" * 60_000),
    "deep inside": frame(TEXT, b'{"msg_type":"CHAT","content":"x","files":' + b"[" * 50_000),
    "huge number": frame(TEXT, b'{"msg_type":"CHAT","content":' + b"9" * 20_000 + b"}"),
    "infinite number": frame(TEXT, b'{"msg_type":"CHAT","content":1e99999}'),
    "lone surrogate": frame(TEXT, b'{"msg_type":"CHAT","content":"\\ud800"}'),
    "unknown type": frame(TEXT, b'{"msg_type":"CARD","content":"x"}'),
    "long": frame(TEXT, json.dumps({"msg_type": "CHAT", "content": "가" * 5_000}).encode()),
    "id of another form": frame(TEXT, b'{"msg_type":"CHAT","content":"x","message_id":"\\u0000\\n"}'),
}


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock(), connections_per_person=200)
    await front.people()
    yield front
    front.close()


async def still_served(front: Front, port: int) -> None:
    other = await open_raw(port, PATH, await front.token("approver1"))
    await other.send(frame(TEXT, json.dumps({"msg_type": "CHAT", "content": "저도 있습니다"}).encode()))
    texts, _ = await other.rest(QUIET)
    assert any("저도 있습니다" in text for text in texts)
    other.close()


async def test_broken_frames_end_the_connection_and_nothing_else(front) -> None:
    token = await front.token("engineer1")
    async with under_fire(front, token) as fire:

        async def one(data: bytes) -> tuple[list[str], int | None]:
            socket = await open_raw(fire.port, PATH, token)
            await socket.send(data)
            found = await socket.rest(5)
            socket.close()
            return found

        ends = dict(zip(BROKEN, await asyncio.gather(*map(one, BROKEN.values())), strict=True))
        for name, (texts, code) in ends.items():
            assert code in PROTOCOL, (name, code)
            for text in texts:
                fire.check_text(text)
        assert ends["oversized"][1] == ends["oversized in pieces"][1] == 1009
        assert ends["not UTF-8"][1] == 1007
        await still_served(front, fire.port)
    assert {message.text for message in front.conversation.taken} == {"저도 있습니다"}


async def test_messages_that_are_refused_say_why_and_the_connection_goes_on(front) -> None:
    token = await front.token("engineer1")
    async with under_fire(front, token) as fire:
        socket = await open_raw(fire.port, PATH, token)
        for name, data in REFUSED.items():
            await socket.send(data)
            texts, code = await socket.rest(QUIET)
            assert code is None, name
            (answer,) = texts
            fire.check_text(answer)
            error = json.loads(answer)["widget"]
            assert error["code"] in ("input.invalid", "input.too_large"), name
            assert error["remedy"]
        between = frame(PING, b"still there?") + frame(PONG, b"unasked")
        await socket.send(fragments(GOOD, 3, between))
        texts, code = await socket.rest(QUIET)
        assert code is None
        assert any("안녕하세요" in text for text in texts)
        socket.close()
    assert [message.text for message in front.conversation.taken] == ["안녕하세요"]


async def test_halves_silence_and_slow_senders_hold_nothing(front) -> None:
    token = await front.token("engineer1")
    async with under_fire(front, token, ws_ping_interval=1, ws_ping_timeout=1) as fire:
        whole = frame(TEXT, GOOD)
        sockets = [await open_raw(fire.port, PATH, token) for _ in range(60)]
        for number, socket in enumerate(sockets):
            await socket.send(whole[: number % len(whole)])
            if number % 3 == 0:
                socket.writer.transport.abort()
            elif number % 3 == 1:
                socket.close()
        slow = await open_raw(fire.port, PATH, await front.token("approver1"))
        for byte in whole:
            await slow.send(bytes([byte]))
            await asyncio.sleep(0.005)
        texts, _ = await slow.rest(QUIET)
        assert any("안녕하세요" in text for text in texts)
        slow.close()
        async with asyncio.timeout(15):  # those that answer no ping are let go
            while front.app.state.lobby.connections:
                await asyncio.sleep(0.1)
        for socket in sockets:
            socket.close()


async def test_a_flood_of_control_frames_and_of_malformed_messages_ends(front) -> None:
    token = await front.token("engineer1")
    async with under_fire(front, token) as fire:
        socket = await open_raw(fire.port, PATH, token)
        await socket.send(frame(PING, b"x" * 125) * 5_000)
        await socket.rest(QUIET)
        await still_served(front, fire.port)
        await socket.send(frame(TEXT, b"{") * 500)
        texts, code = await socket.rest(5)
        assert code == 4429
        assert len(texts) <= 40
        socket.close()


async def test_random_frames(front) -> None:
    token, dice = await front.token("engineer1"), random.Random(3)

    def noise() -> bytes:
        kind = dice.randrange(4)
        if kind == 0:
            return dice.randbytes(dice.randrange(1, 200))
        if kind == 1:
            data = bytearray(frame(TEXT, GOOD) + fragments(GOOD, 7, frame(PING)))
            for _ in range(dice.randint(1, 4)):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            return bytes(data)
        if kind == 2:
            return b"".join(
                frame(
                    dice.choice([0, 1, 2, 3, 8, 9, 10, 15]),
                    dice.randbytes(dice.randrange(150)),
                    fin=dice.random() < 0.7,
                    rsv=dice.choice([0, 0, 0, 1, 2, 4]),
                    masked=dice.random() < 0.9,
                )
                for _ in range(dice.randint(1, 8))
            )
        text = bytearray(GOOD)
        for _ in range(dice.randint(1, 5)):
            text[dice.randrange(len(text))] = dice.choice(b'{}[]",:\\u0019ntf\x00\x7f\xea')
        return frame(TEXT, bytes(text))

    async with under_fire(front, token) as fire:

        async def one() -> None:
            try:
                socket = await open_raw(fire.port, PATH, token)
            except ConnectionError:
                return
            await socket.send(noise())
            texts, _ = await socket.rest(0.2)
            for text in texts:
                fire.check_text(text)
            socket.close()

        for _ in range(12 * TRIES):
            await asyncio.gather(*(one() for _ in range(25)))
        await still_served(front, fire.port)

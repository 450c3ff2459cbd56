"""JSON that nests for ever, and uploads that never end: refused in words, bounded in number."""

import asyncio
import json
import socket

import httpx
import pytest

from guardia.hub.chat.inhouse import _decode
from guardia.hub.errors import BusyError, InvalidInputError
from guardia.hub.web.inbound import decode, message_id_of
from guardia.hub.web.uploads import PER_PERSON, Places
from guardia.proto.catalogue import decode_parameters
from guardia.proto.errors import ParameterError
from tests.fakes.front import Front, SystemClock, serving

NESTED = ['{"a":' * 9_000, '{"msg_type":"CHAT","content":"x","y":' + "[" * 20_000, '{"message_id":' + "[" * 20_000]


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


@pytest.mark.parametrize("text", NESTED)
def test_json_that_nests_too_deep_is_malformed_and_no_crash(text: str) -> None:
    with pytest.raises(InvalidInputError):
        decode(text)
    assert message_id_of(text) == ""
    with pytest.raises(InvalidInputError):
        _decode(text.encode())
    with pytest.raises(ParameterError):
        decode_parameters("CHECK_PORT", text.encode()[:16_000])


async def test_a_login_that_nests_too_deep_is_malformed(front) -> None:
    async with serving(front.app) as port, httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/api/login",
            content='{"x":' * 3_000,
            headers={"Content-Type": "application/json"},
        )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "input.invalid")


@pytest.mark.parametrize("message_id", ["a\x00b", "a\nb", "\x7f", ""])
def test_a_messengers_id_holds_no_control_character(message_id: str) -> None:
    body = json.dumps({"message_id": message_id, "user_id": "u", "room_id": "r", "text": "안녕"})
    with pytest.raises(InvalidInputError):
        _decode(body.encode())


async def test_uploads_that_stand_still_are_few_and_others_go_on(front) -> None:
    slow, other = await front.token("engineer1"), await front.token("approver1")
    async with serving(front.app) as port, httpx.AsyncClient(timeout=20) as client:
        head = (
            f"POST /api/files?name=a.war&room=ops HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {slow}\r\nContent-Length: 1000\r\n\r\nx"
        )
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(PER_PERSON)]
        try:
            for each in held:
                each.sendall(head.encode())
            await asyncio.sleep(0.5)
            url = f"http://127.0.0.1:{port}/api/files?name=b.war&room=ops"
            refused = await client.post(url, content=b"y" * 500, headers={"Authorization": f"Bearer {slow}"})
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "hub.busy")
            assert refused.headers["Retry-After"]
            taken = await client.post(url, content=b"y" * 500, headers={"Authorization": f"Bearer {other}"})
            assert taken.status_code == 201
        finally:
            for each in held:
                each.close()
        await asyncio.sleep(0.5)
        again = await client.post(url, content=b"y" * 500, headers={"Authorization": f"Bearer {slow}"})
        assert again.status_code == 201


def test_many_people_together_have_a_limit_too() -> None:
    places = Places(per_person=2, altogether=3)
    with places.place("a"), places.place("a"), places.place("b"), pytest.raises(BusyError), places.place("c"):
        pass
    with places.place("c"):
        pass

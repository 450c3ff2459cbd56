"""`POST /itsm/tickets` over HTTP."""

import json

import httpx
import pytest

from guardia.hub.chat.signature import sign
from guardia.hub.web.itsm import MAX_BODY
from tests.fakes.front import SECRET, Front
from tests.support.clock import FakeClock

TICKET = {"ticket_id": "INC-1042", "requester": "kim", "text": "예산시스템 WAS 재기동해줘", "room_id": "ops"}


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, FakeClock())
    await front.people()
    await front.identities.link("itsm", "kim", "engineer1", by="admin:root")
    yield front
    front.close()


@pytest.fixture
async def send(front):
    count = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front.app), base_url="http://hub.test") as client:

        async def send(body=TICKET, *, secret: bytes = SECRET, age: int = 0, path: str = "/itsm/tickets"):
            nonlocal count
            count += 1
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            stamp, nonce = str(front.clock.now_ms() // 1000 - age), f"nonce-{count:08d}"
            signature = sign(secret, method="POST", path=path, timestamp=stamp, nonce=nonce, body=data)
            headers = {
                "X-Guardia-Timestamp": stamp,
                "X-Guardia-Nonce": nonce,
                "X-Guardia-Signature": signature,
                "Accept": "text/html",
            }
            return await client.post("/itsm/tickets", content=data, headers=headers)

        yield send


async def test_a_ticket_is_answered_with_its_request(send, front) -> None:
    answer = await send({**TICKET, "severity": "HIGH"})
    assert answer.status_code == 200
    assert answer.json() == {
        "ticket_id": "INC-1042",
        "status": "PENDING_APPROVAL",
        "sr_id": "SR-20261123-0001",
        "message": "승인을 기다립니다.",
    }
    (taken,) = front.conversation.taken
    assert (taken.platform, taken.message_id, taken.itsm_ticket_id, taken.severity) == (
        "itsm",
        "INC-1042",
        "INC-1042",
        "HIGH",
    )
    assert (taken.person.person_id, taken.room_id) == ("engineer1", "ops")
    assert (await send({**TICKET, "severity": "HIGH"})).json()["sr_id"] == "SR-20261123-0001"
    assert len(front.conversation.taken) == 1


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"secret": b"not the secret of it"}, 401, "auth.bad_signature"),
        ({"age": 301}, 401, "auth.bad_signature"),
        ({"path": "/messenger/webhook"}, 401, "auth.bad_signature"),
        ({"body": {**TICKET, "requester": "nobody"}}, 403, "auth.forbidden"),
        ({"body": {**TICKET, "room_id": "secret"}}, 403, "auth.forbidden"),
        ({"body": {**TICKET, "room_id": "elsewhere"}}, 404, "hub.not_found"),
        ({"body": {**TICKET, "text": "/승인 K7F3"}}, 400, "input.invalid"),
        ({"body": b"[" * 10_000}, 400, "input.invalid"),
        ({"body": b"\xff\xfe"}, 400, "input.invalid"),
        ({"body": b"x" * (MAX_BODY + 1)}, 413, "input.too_large"),
    ],
)
async def test_what_is_refused_says_what_to_do(send, front, how, status, code) -> None:
    answer = await send(**how)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["remedy"]
    assert front.conversation.taken == []


async def test_a_full_hub_says_come_again(send, front) -> None:
    front.conversation.busy = True
    answer = await send()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]

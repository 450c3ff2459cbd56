"""The in-house adapter: who sent it, once, and what it says."""

import json

import pytest

from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.signature import sign
from guardia.hub.core.messenger import Arrived, Pressed, Said
from guardia.hub.errors import InvalidInputError, SignatureError
from tests.support.clock import FakeClock

SECRETS = {"inhouse": b"one", "other": b"two"}


class Nonces:
    def __init__(self) -> None:
        self.nonces: set[str] = set()

    async def remember_nonce(self, nonce: str) -> bool:
        fresh = nonce not in self.nonces
        self.nonces.add(nonce)
        return fresh


@pytest.fixture
def nonces() -> Nonces:
    return Nonces()


@pytest.fixture
def adapter(nonces) -> InHouse:
    return InHouse(SECRETS, nonces, FakeClock())


def request(
    body: object, *, client: str = "inhouse", nonce: str = "nonce-0001", secret: bytes | None = None
) -> Arrived:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {"method": "POST", "path": "/messenger/webhook", "timestamp": "1800000000", "nonce": nonce, "body": raw}
    headers = {
        "x-guardia-timestamp": "1800000000",
        "x-guardia-nonce": nonce,
        "x-guardia-signature": sign(secret or SECRETS.get(client, b"?"), **signed),
    }
    if client:
        headers["x-guardia-client"] = client
    return Arrived(method="POST", path="/messenger/webhook", headers=headers, body=raw)


async def accept(adapter: InHouse, arrived: Arrived) -> Said | Pressed:
    (inbound,) = (await adapter.accept(arrived)).inbound
    return inbound


CHAT = {"message_id": "m1", "user_id": "u-1", "room_id": "ops", "text": "재기동해줘"}


async def test_a_message(adapter) -> None:
    message = await accept(adapter, request({**CHAT, "files": [{"file_id": "F-1"}, "note.txt"]}))
    assert isinstance(message, Said)
    assert (message.platform, message.message_id, message.account, message.channel) == ("inhouse", "m1", "u-1", "ops")
    assert message.text == "재기동해줘\n첨부: note.txt"
    assert message.files == ("F-1",)


async def test_a_press(adapter) -> None:
    action = {"request_id": "SR-1", "button": "reject", "reason": "점검 중"}
    press = await accept(adapter, request({**CHAT, "text": "", "action": action}))
    assert isinstance(press, Pressed)
    assert (press.request_id, press.button, press.reason, press.press_id) == ("SR-1", "reject", "점검 중", "m1")


async def test_equal_user_names_of_two_apps_are_two_people(adapter) -> None:
    message = await accept(adapter, request(CHAT, client="other"))
    assert (message.platform, message.account) == ("other", "u-1")


async def test_a_nonce_serves_once(adapter) -> None:
    await accept(adapter, request(CHAT))
    with pytest.raises(SignatureError, match="nonce"):
        await accept(adapter, request(CHAT))
    await accept(adapter, request(CHAT, nonce="nonce-0002"))


async def test_a_forged_request_uses_up_no_nonce(adapter, nonces) -> None:
    with pytest.raises(SignatureError):
        await accept(adapter, request(CHAT, secret=b"wrong"))
    assert not nonces.nonces


@pytest.mark.parametrize("client", ["", "nobody"])
async def test_an_unnamed_integration_among_several_is_refused(adapter, client) -> None:
    with pytest.raises(SignatureError, match="integration"):
        await accept(adapter, request(CHAT, client=client))


async def test_the_only_integration_needs_no_name(nonces) -> None:
    adapter = InHouse({"inhouse": b"one"}, nonces, FakeClock())
    assert (await accept(adapter, request(CHAT, client="", secret=b"one"))).platform == "inhouse"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        {},
        {**CHAT, "text": "가" * 4_001},
        {**CHAT, "room_id": "../x"},
        {**CHAT, "room_id": "ops\n"},
        {**CHAT, "text": "  "},
        {**CHAT, "files": ["x"] * 21},
        {**CHAT, "action": {"request_id": "SR-1", "button": "rm -rf"}},
    ],
)
async def test_malformed_bodies_are_refused_with_a_remedy(adapter, body) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await accept(adapter, request(body))
    assert caught.value.remedy

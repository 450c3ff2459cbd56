"""The in-house adapter: who sent it, once, and what it says."""

import json

import pytest

from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.signature import sign
from guardia.hub.core.message import ButtonPress, InboundMessage, Person, StagedFile
from guardia.hub.errors import ForbiddenError, InvalidInputError, NotFoundError, SignatureError
from tests.support.clock import FakeClock

SECRETS = {"inhouse": b"one", "other": b"two"}


class People:
    def __init__(self) -> None:
        self.nonces: set[str] = set()

    async def person_for(self, platform: str, external_id: str) -> Person | None:
        known = {("inhouse", "u-1"): "engineer1", ("other", "u-1"): "approver1"}
        found = known.get((platform, external_id))
        return Person(person_id=found, name=found) if found else None

    async def remember_nonce(self, nonce: str) -> bool:
        fresh = nonce not in self.nonces
        self.nonces.add(nonce)
        return fresh


class Files:
    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile:
        if file_id != "F-1":
            raise NotFoundError("no such file")
        return StagedFile(file_id="F-1", name="budget.war", sha256="0" * 64, size=3)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def adapter(people) -> InHouse:
    return InHouse(SECRETS, people, Files(), FakeClock())


def request(body: object, *, client: str = "inhouse", nonce: str = "nonce-0001", secret: bytes | None = None) -> dict:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {"method": "POST", "path": "/messenger/webhook", "timestamp": "1800000000", "nonce": nonce, "body": raw}
    headers = {
        "x-guardia-timestamp": "1800000000",
        "x-guardia-nonce": nonce,
        "x-guardia-signature": sign(secret or SECRETS.get(client, b"?"), **signed),
    }
    if client:
        headers["x-guardia-client"] = client
    return {"method": "POST", "path": "/messenger/webhook", "headers": headers, "body": raw}


CHAT = {"message_id": "m1", "user_id": "u-1", "room_id": "ops", "text": "재기동해줘"}


async def test_a_message(adapter) -> None:
    message = await adapter.accept(**request({**CHAT, "files": [{"file_id": "F-1"}, "note.txt"]}))
    assert isinstance(message, InboundMessage)
    assert (message.platform, message.message_id, message.person.person_id) == ("inhouse", "m1", "engineer1")
    assert message.text == "재기동해줘\n첨부: note.txt"
    assert [file.name for file in message.files] == ["budget.war"]
    assert message.received_ms == 1_800_000_000_000


async def test_a_press(adapter) -> None:
    action = {"request_id": "SR-1", "button": "reject", "reason": "점검 중"}
    press = await adapter.accept(**request({**CHAT, "text": "", "action": action}))
    assert isinstance(press, ButtonPress)
    assert (press.request_id, press.button, press.reason, press.press_id) == ("SR-1", "reject", "점검 중", "m1")


async def test_equal_user_names_of_two_apps_are_two_people(adapter) -> None:
    message = await adapter.accept(**request(CHAT, client="other"))
    assert (message.platform, message.person.person_id) == ("other", "approver1")


async def test_a_nonce_serves_once(adapter) -> None:
    await adapter.accept(**request(CHAT))
    with pytest.raises(SignatureError, match="nonce"):
        await adapter.accept(**request(CHAT))
    await adapter.accept(**request(CHAT, nonce="nonce-0002"))


async def test_a_forged_request_uses_up_no_nonce(adapter, people) -> None:
    with pytest.raises(SignatureError):
        await adapter.accept(**request(CHAT, secret=b"wrong"))
    assert not people.nonces


@pytest.mark.parametrize("client", ["", "nobody"])
async def test_an_unnamed_integration_among_several_is_refused(adapter, client) -> None:
    with pytest.raises(SignatureError, match="integration"):
        await adapter.accept(**request(CHAT, client=client))


async def test_the_only_integration_needs_no_name(people) -> None:
    adapter = InHouse({"inhouse": b"one"}, people, Files(), FakeClock())
    assert (await adapter.accept(**request(CHAT, client="", secret=b"one"))).platform == "inhouse"


async def test_an_unmapped_user_is_forbidden(adapter) -> None:
    with pytest.raises(ForbiddenError, match="not mapped"):
        await adapter.accept(**request({**CHAT, "user_id": "stranger"}))


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
        await adapter.accept(**request(body))
    assert caught.value.remedy


async def test_an_unknown_file_is_said(adapter) -> None:
    with pytest.raises(NotFoundError):
        await adapter.accept(**request({**CHAT, "files": [{"file_id": "F-9"}]}))

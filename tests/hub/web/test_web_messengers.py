"""`POST /messenger/{platform}/…`: what a platform is answered, over HTTP."""

import json

import httpx
import pytest

from guardia.hub.core.room import EVERYTHING
from tests.fakes.front import Front
from tests.fakes.messenger import POOR, FakeMessenger, FakePlatform, arrived
from tests.support.clock import FakeClock

SAID = {"message_id": "C1:1", "channel": "C1", "account": "U1", "text": "예산시스템 WAS 재기동해줘"}


@pytest.fixture
async def front(tmp_path):
    clock = FakeClock()
    front = Front(tmp_path, clock, messengers=[FakeMessenger(FakePlatform(clock, POOR), clock)])
    await front.people()
    await front.accounts.link_identity("fake", "U1", "engineer1")
    await front.chat_rooms.bind("fake", "C1", "ops")
    await front.chat_rooms.set_scope("ops", EVERYTHING, "ko")
    await front.chat_rooms.load()
    yield front
    front.close()


@pytest.fixture
async def platform(front):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front.app), base_url="http://hub.test") as client:

        async def send(body: object, path: str = "/messenger/fake/events", **how) -> httpx.Response:
            request = arrived(front.clock, body, **how)
            return await client.post(path, content=request.body, headers=dict(request.headers))

        yield send


async def test_a_message_is_taken_over_and_answered_at_once(platform, front) -> None:
    answer = await platform(SAID)
    assert (answer.status_code, answer.content) == (200, b"")
    (message,) = front.conversation.taken
    assert (message.platform, message.room_id, message.person.person_id) == ("fake", "ops", "engineer1")
    assert message.origin.channel == "C1"


async def test_a_challenge_is_answered_as_the_adapter_says(platform) -> None:
    assert (await platform({"challenge": "xyz"})).text == "xyz"


async def test_a_press_carries_its_digest(platform, front) -> None:
    await platform(SAID)
    press = {"press_id": "p1", "channel": "C1", "account": "U1", "request_id": "SR-20261123-0001", "button": "reject"}
    await platform({"press": {**press, "digest": "d", "reason": "점검"}})
    (taken,) = front.conversation.presses
    assert (taken.button, taken.digest, taken.reason) == ("reject", "d", "점검")


async def test_a_platform_is_told_to_come_again_when_the_hub_is_full(platform, front) -> None:
    front.conversation.busy = True
    answer = await platform(SAID)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("/messenger/fake/events", {"secret_ok": False}, 401),
        ("/messenger/fake/events", {"age": 1000}, 401),
        ("/messenger/nobody/events", {}, 404),
    ],
)
async def test_what_is_refused(platform, front, path, how, status) -> None:
    answer = await platform(SAID, path, **how)
    assert answer.status_code == status
    assert json.loads(answer.content)["error"]["remedy"]
    assert front.conversation.taken == []


async def test_people_who_are_not_known_and_channels_that_are_not_bound_run_nothing(platform, front) -> None:
    for number, more in enumerate(({"account": "U9"}, {"channel": "C9"})):
        answer = await platform({**SAID, "message_id": f"x{number}", **more})
        assert answer.status_code == 200
    assert front.conversation.taken == []
    (unmapped,) = await front.deliveries.waiting("fake", "C1")
    (unbound,) = await front.deliveries.waiting("fake", "C9")
    assert "연결되어 있지 않아" in unmapped.notice.text
    assert "연결되어 있지 않아" in unbound.notice.text


async def test_what_people_say_among_themselves_is_not_answered(platform, front) -> None:
    await platform({**SAID, "channel": "C9", "addressed": False})
    assert await front.deliveries.count() == 0

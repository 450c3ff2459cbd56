"""A room in Slack: buttons bound to what was shown, commands, threads, attachments, what was said among people."""

import json

import pytest

from guardia.hub.core.messenger import Arrived
from guardia.hub.errors import SignatureError
from tests.fakes.slack_server import arrived, command, event, press
from tests.support.messenger_cases import APPROVER_ACCOUNT, CASES, ENGINEER_ACCOUNT
from tests.support.messenger_world import ROOM, MessengerWorld
from tests.support.world import restart

PROD, DEV = "재기동", "개발 재기동"


class Place:
    def __init__(self, world: MessengerWorld, case) -> None:
        self.world = world
        self.case = case
        self.server = case.platform

    async def hand(self, body, **how):
        return await self.world.webhook("slack", arrived(self.world.clock, body, **how))

    async def asked(self, text: str, asset: str):
        """A request that waits for approval, and its card in the channel."""
        await self.world.connect(asset)
        await self.world.webhook("slack", self.case.said(text))
        await self.world.carry()
        (request_id,) = self.world.engine.desk.requests
        return await self.world.request(request_id), self.server.channels["one"][0]

    async def press(self, card, button: str, account: str, **value) -> None:
        found = next(one for one in card.message.buttons if one["action_id"] == f"guardia:{button}")
        forged = found | {"value": json.dumps(json.loads(found["value"]) | value)}
        body = press(forged, user=account, channel="one", ts=card.external_id, thread=card.thread)
        await self.hand(body, form=True)
        await self.world.carry()

    def private(self) -> list[tuple[str, str]]:
        return [(one.only_for, one.text) for one in self.server.channels["one"] if one.only_for]


@pytest.fixture
async def place(tmp_path):
    world = MessengerWorld(tmp_path)
    async with CASES["slack"](world.clock) as case:
        world.messengers = [case.messenger]
        await world.start()
        world.map("slack", ENGINEER_ACCOUNT, APPROVER_ACCOUNT)
        await world.bind("slack", "one", ROOM)
        world.parser.readings[PROD] = (restart("A-WAS-01"),)
        world.parser.readings[DEV] = (restart("D-WAS-01", environment="DEV", requires_approval=True),)
        yield Place(world, case)
        await world.stop()


# --- buttons ----------------------------------------------------------------------------------------------------------


async def test_a_press_in_production_gets_the_approver_a_link_in_private(place) -> None:
    request, card = await place.asked(PROD, "A-WAS-01")
    await place.press(card, "approve", APPROVER_ACCOUNT)
    assert (await place.world.request(request.request_id)).approvals == ()
    told = place.server.channels["one"][-1]
    assert told.only_for == APPROVER_ACCOUNT
    grant = place.world.signer.open(told.message.link.url.rpartition("/")[2])
    assert (grant.purpose, grant.person_id, grant.digest) == ("confirm", "approver1", request.plan.digest)
    assert place.server.wire[-1].what == "chat.postEphemeral"


@pytest.mark.parametrize(
    ("account", "value", "said"),
    [
        (APPROVER_ACCOUNT, {"d": "0" * 64}, "그 사이 계획이 바뀌었습니다"),
        (APPROVER_ACCOUNT, {"d": ""}, ""),
        (APPROVER_ACCOUNT, {"r": "SR-20200101-0001"}, ""),
        (ENGINEER_ACCOUNT, {}, "자신의 요청"),
        ("stranger", {}, "연결되어 있지 않아"),
    ],
)
async def test_a_press_that_does_not_count_is_answered_in_private(place, account, value, said) -> None:
    request, card = await place.asked(DEV, "D-WAS-01")
    await place.press(card, "approve", account, **value)
    after = await place.world.request(request.request_id)
    assert (after.state, after.approvals) == (request.state, ())
    ((whom, text),) = place.private()
    assert whom == account
    assert said in text


async def test_a_press_counts_once_however_often_slack_sends_it(place) -> None:
    request, card = await place.asked(DEV, "D-WAS-01")
    button = next(one for one in card.message.buttons if one["action_id"] == "guardia:approve")
    body = press(button, user=APPROVER_ACCOUNT, channel="one", ts=card.external_id, thread=card.thread)
    for retry in range(3):
        await place.hand(body, form=True, retry=retry)
    await place.world.carry()
    assert [one.by for one in (await place.world.request(request.request_id)).approvals] == ["approver1"]
    assert place.private() == []
    assert "guardia:approve" not in {one["action_id"] for one in card.message.buttons}


async def test_a_press_in_another_channel_does_not_count(place) -> None:
    request, card = await place.asked(DEV, "D-WAS-01")
    await place.world.bind("slack", "two", "second")
    button = card.message.buttons[0]
    await place.hand(press(button, user=APPROVER_ACCOUNT, channel="two", ts=card.external_id), form=True)
    assert (await place.world.request(request.request_id)).approvals == ()


async def test_a_forged_press_is_refused(place) -> None:
    request, card = await place.asked(DEV, "D-WAS-01")
    body = press(card.message.buttons[0], user=APPROVER_ACCOUNT, channel="one", ts=card.external_id)
    good = arrived(place.world.clock, body, form=True)
    for forged in (
        arrived(place.world.clock, body, form=True, secret="0" * 32),
        Arrived(method="POST", path=good.path, headers=good.headers, body=good.body.replace(b"approve", b"cancel")),
    ):
        with pytest.raises(SignatureError):
            await place.world.webhook("slack", forged)
    assert (await place.world.request(request.request_id)).approvals == ()


async def test_a_rejection_by_button_ends_it(place) -> None:
    request, card = await place.asked(DEV, "D-WAS-01")
    await place.press(card, "reject", APPROVER_ACCOUNT)
    assert (await place.world.request(request.request_id)).state == "REJECTED"


# --- commands and threads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [("/guardia", "승인 {}"), ("/guardia", "/승인 {}"), ("/승인", "{}")])
async def test_an_approval_by_slash_command(place, given) -> None:
    request, _card = await place.asked(DEV, "D-WAS-01")
    name, text = given
    form = command(text.format(request.code), user=APPROVER_ACCOUNT, channel="one", number=9, name=name)
    await place.hand(form, form=True)
    assert [one.by for one in (await place.world.request(request.request_id)).approvals] == ["approver1"]


async def test_what_follows_a_slash_command_is_in_the_thread_of_its_card(place) -> None:
    await place.world.connect("D-WAS-01")
    await place.hand(command(DEV, user=ENGINEER_ACCOUNT, channel="one"), form=True)
    await place.world.carry()
    (card,) = place.server.channels["one"]
    assert card.thread == ""
    await place.press(card, "approve", APPROVER_ACCOUNT)
    await place.world.work_off("D-WAS-01")
    await place.world.carry()
    _card, result = place.server.channels["one"]
    assert (result.thread, result.broadcast) == (card.external_id, True)


async def test_a_command_is_one_however_it_arrives(place) -> None:
    """The mention before and after the message, with retries, mixed up."""
    await place.world.connect("A-WAS-01")
    kinds = ["message", "app_mention", "app_mention", "message", "message"]
    for retry, kind in enumerate(kinds):
        await place.hand(event(PROD, user=ENGINEER_ACCOUNT, channel="one", kind=kind), retry=retry)
    assert len(place.world.engine.desk.requests) == 1
    assert len(place.world.parser.seen) == 1


# --- among people -----------------------------------------------------------------------------------------------------


async def test_what_people_say_to_each_other_is_no_command(place) -> None:
    await place.hand(event(PROD, user=ENGINEER_ACCOUNT, channel="one", kind="message", mention=False))
    await place.hand(event(PROD, user="stranger", channel="one", kind="message", mention=False, number=2))
    await place.world.carry()
    assert place.world.parser.seen == []
    assert await place.world.store.open_inbox() == []
    assert place.server.channels["one"] == []


# --- attachments ------------------------------------------------------------------------------------------------------


async def test_an_attachment_is_fetched_before_the_words_are_read(place) -> None:
    file = place.server.upload("app.war", b"PK\x03\x04")
    body = event("배포해줘", user=ENGINEER_ACCOUNT, channel="one", files=[{"id": file, "name": "app.war", "size": 4}])
    await place.hand(body)
    assert place.world.files.staged == [("app.war", b"PK\x03\x04")]
    assert [one.text for one in place.world.parser.seen] == ["배포해줘"]


async def test_without_its_attachment_nothing_is_run_and_the_sender_is_told(place) -> None:
    login = f"http://127.0.0.1:{place.server.port}/login"
    file = place.server.upload("app.war", b"PK\x03\x04", url_private_download=login)
    body = event("배포해줘", user=ENGINEER_ACCOUNT, channel="one", files=[{"id": file, "name": "app.war", "size": 4}])
    await place.hand(body)
    await place.world.carry()
    assert place.world.parser.seen == []
    (told,) = place.server.channels["one"]
    assert "첨부를 가져오지 못해" in told.text
    assert "files:read" in told.text


# --- an outage in the middle ------------------------------------------------------------------------------------------


async def test_an_outage_in_the_middle_loses_no_step(place) -> None:
    _request, card = await place.asked(DEV, "D-WAS-01")
    place.server.down = True
    await place.press(card, "approve", APPROVER_ACCOUNT)
    await place.world.work_off("D-WAS-01")
    await place.world.carry(200)
    await place.world.restart()
    place.server.down = False
    place.case.limit(20)
    await place.world.carry(300)
    shown = place.server.channels["one"]
    assert len(shown) == 2
    assert "완료" in card.text
    assert "완료" in shown[-1].text
    assert await place.world.deliveries.count() == 0

"""Attachments: fetched after the answer, or uploaded by link before; without them nothing is deployed."""

import pytest

from guardia.hub.core.message import StagedFile
from guardia.hub.store.staged import StagedFiles
from tests.fakes.messenger import RICH, FakeMessenger, FakePlatform, arrived
from tests.support.messenger_world import MessengerWorld
from tests.support.world import ENGINEER

SAID = {"message_id": "one:1", "channel": "one", "account": "e", "text": "예산시스템 WAS에 배포해줘"}
REMOTE = {"file_id": "R1", "name": "app.war", "size": 3}


@pytest.fixture
async def world(tmp_path):
    world = MessengerWorld(tmp_path)
    world.messengers = [FakeMessenger(FakePlatform(world.clock, RICH), world.clock)]
    await world.start()
    world.map("fake", "e", "a")
    await world.bind("fake", "one")
    yield world
    await world.stop()


async def test_a_file_is_fetched_before_the_message_is_read(world) -> None:
    world.messengers[0].platform.remote["R1"] = b"war"
    await world.webhook("fake", arrived(world.clock, {**SAID, "attachments": [REMOTE]}))
    assert world.files.staged == [("app.war", b"war")]
    (seen,) = world.parser.seen
    assert seen.files == ("app.war",)


async def test_a_file_that_cannot_be_had_runs_nothing_and_is_told(world) -> None:
    await world.webhook("fake", arrived(world.clock, {**SAID, "attachments": [REMOTE]}))
    assert world.parser.seen == []
    await world.carry()
    (told,) = world.messengers[0].platform.channels["one"]
    assert "첨부를 가져오지 못해 실행하지 않았습니다" in told.text
    assert "다시 올려 주세요" in told.text


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("예산시스템 WAS에 배포해줘", ("app.war", "other.war")),
        ("app.war 올려줘", ("app.war",)),
        ("점심 뭐 먹을까요", ()),
        ("v1.2 좋네요", ()),
    ],
)
async def test_uploads_go_with_the_message_that_they_are_for(world, text, files) -> None:
    for number, name in enumerate(("app.war", "other.war")):
        file = StagedFile(file_id=f"U{number}", name=name, sha256="0" * 64, size=1)
        await StagedFiles(world.database).add(file, person_id=ENGINEER.person_id, room_id="ops", created_ms=1)
        await world.uploads.add(file, person_id=ENGINEER.person_id, room_id="ops")
    await world.webhook("fake", arrived(world.clock, {**SAID, "text": text}))
    assert world.parser.seen[0].files == files
    await world.webhook("fake", arrived(world.clock, {**SAID, "text": text, "message_id": "one:2"}))
    assert world.parser.seen[1].files == (), "each file goes with one message"


async def test_a_link_to_upload_is_for_the_one_who_asked(world) -> None:
    await world.webhook("fake", arrived(world.clock, {**SAID, "text": "/첨부"}))
    await world.carry()
    (told,) = world.messengers[0].platform.channels["one"]
    assert told.only_for == "e"
    grant = world.signer.open(told.message.link.url.rpartition("/")[2])
    assert (grant.purpose, grant.person_id, grant.room_id) == ("upload", ENGINEER.person_id, "ops")

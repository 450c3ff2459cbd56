"""Codes that say whose account it is, in the flow: for unknown accounts, and typed where they should not be."""

import pytest

from guardia.hub.core.message import ReceiptStatus
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.claims import Claims
from guardia.hub.store.identities import Identities
from tests.fakes.front import CHEAP
from tests.support.world import APPROVER, World


class ClaimWorld(World):
    async def engine_options(self):
        self.claims = Claims(self.database, self.clock, b"k" * 32)
        self.identities = Identities(self.database, self.clock)
        return {"claims": self.claims}


@pytest.fixture
async def world(tmp_path):
    world = ClaimWorld(tmp_path)
    await world.start()
    await Accounts(world.database, world.clock, hasher=CHEAP).create_person("engineer1", "engineer1")
    yield world
    await world.stop()


async def test_an_unknown_account_becomes_a_person_once(world) -> None:
    code = (await world.claims.issue("engineer1", "slack")).code.replace("-", "")
    receipt = await world.engine.claim(code, platform="slack", account="U1")
    assert receipt.status is ReceiptStatus.DONE
    assert await world.engine.claim(code, platform="slack", account="U1") == receipt
    assert (await world.engine.claim(code, platform="slack", account="U2")).status is ReceiptStatus.ERROR
    assert [one.account for one in await world.identities.linked("engineer1")] == ["U1"]
    assert await world.store.open_inbox() == []
    assert await world.store.rooms() == [], "no room has seen the code"


async def test_a_code_that_was_typed_in_a_room_of_the_hub_ends_and_is_not_shown(world) -> None:
    code = (await world.claims.issue("engineer1", "slack")).code
    receipt = await world.say(f"/연결 {code}", person=APPROVER)
    assert receipt.status is ReceiptStatus.ERROR
    shown = await world.store.messages("ops")
    assert shown[0].content == "/연결 ****-****"
    assert all(code not in message.content for message in shown)
    assert world.parser.seen == [], "no reader, and so no model, is given it"
    (told,) = await world.identities.unseen("engineer1")
    assert (told.what, told.account) == ("wrong_platform", "approver1")
    assert (await world.engine.claim(code, platform="slack", account="U1")).status is ReceiptStatus.ERROR
    assert await world.identities.linked("engineer1") == []


async def test_without_codes_every_one_is_wrong(tmp_path) -> None:
    world = World(tmp_path)
    await world.start()
    assert (await world.engine.claim("AB3DEF7H", platform="slack", account="U1")).status is ReceiptStatus.ERROR
    await world.stop()

"""Whose account it is: linking, moving, claiming by code, and every attack on a code; on both databases."""

import asyncio

import pytest

from guardia.hub.core.claim import ClaimOutcome
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError, RateLimitedError
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.claims import (
    MAX_ISSUED,
    MAX_WRONG,
    MAX_WRONG_PLATFORM,
    VALID_SECONDS,
    WINDOW_SECONDS,
    Claims,
    claim_codes,
)
from guardia.hub.store.identities import Identities, identity_events
from tests.fakes.front import CHEAP
from tests.support.clock import FakeClock

KEY = b"k" * 32


class Parts:
    def __init__(self, database, clock) -> None:
        self.database = database
        self.clock = clock
        self.accounts = Accounts(database, clock, hasher=CHEAP)
        self.identities = Identities(database, clock)
        self.claims = Claims(database, clock, KEY)

    async def said(self, code: str, account: str = "U1", platform: str = "slack"):
        return await self.claims.claim(code, platform=platform, account=account)

    async def who(self, account: str = "U1", platform: str = "slack") -> str | None:
        person = await self.accounts.person_for(platform, account)
        return person.person_id if person is not None else None

    async def trail(self, person_id: str | None = None) -> list[str]:
        return [event.what for event in await self.identities.events(person_id)][::-1]

    async def alarms(self, person_id: str) -> list[str]:
        return [event.what for event in await self.identities.unseen(person_id)][::-1]


@pytest.fixture
async def parts(store_database) -> Parts:
    parts = Parts(store_database, FakeClock())
    for person in ("engineer1", "engineer2"):
        await parts.accounts.create_person(person, person, roles=["engineer"], institutions=["*"])
    return parts


# --- administrators ---------------------------------------------------------------------------------------------------


async def test_accounts_of_several_messengers_are_one_person(parts) -> None:
    for platform, account in (("slack", "U1"), ("jandi", "kim@example.go.kr"), ("inhouse", "kim")):
        assert await parts.identities.link(platform, account, "engineer1", by="admin:root") is None
    assert {await parts.who("U1"), await parts.who("kim", "inhouse")} == {"engineer1"}
    found = await parts.identities.linked("engineer1")
    assert [(one.platform, one.account) for one in found] == [
        ("inhouse", "kim"),
        ("jandi", "kim@example.go.kr"),
        ("slack", "U1"),
    ]
    assert await parts.identities.linked("engineer2") == []
    assert len(await parts.identities.linked()) == 3


async def test_an_account_never_moves_by_itself(parts) -> None:
    await parts.identities.link("slack", "U1", "engineer1", by="admin:root")
    assert await parts.identities.link("slack", "U1", "engineer1", by="admin:root") == "engineer1"
    with pytest.raises(ConflictError, match="is engineer1") as caught:
        await parts.identities.link("slack", "U1", "engineer2", by="admin:root")
    assert "--move" in caught.value.remedy
    assert await parts.who() == "engineer1"
    assert await parts.identities.link("slack", "U1", "engineer2", by="admin:root", move=True) == "engineer1"
    assert await parts.who() == "engineer2"
    assert await parts.trail("engineer1") == ["linked", "moved"]
    assert await parts.alarms("engineer1") == ["moved"]
    assert await parts.alarms("engineer2") == ["moved"]


async def test_unlinking_is_told_unless_it_was_the_persons_own_doing(parts) -> None:
    await parts.identities.link("slack", "U1", "engineer1", by="admin:root")
    with pytest.raises(NotFoundError):
        await parts.identities.unlink("slack", "U1", by="person:engineer2", person_id="engineer2")
    assert await parts.identities.unlink("slack", "U1", by="person:engineer1", person_id="engineer1") == "engineer1"
    assert await parts.who() is None
    assert await parts.alarms("engineer1") == []
    await parts.identities.link("slack", "U1", "engineer1", by="admin:root")
    await parts.identities.unlink("slack", "U1", by="admin:root")
    assert await parts.alarms("engineer1") == ["unlinked"]
    with pytest.raises(NotFoundError):
        await parts.identities.unlink("slack", "U1", by="admin:root")


@pytest.mark.parametrize(("platform", "account"), [("", "U1"), ("slack", ""), ("slack", "a\nb"), ("slack", "x" * 201)])
async def test_nonsense_is_no_account(parts, platform, account) -> None:
    with pytest.raises(InvalidInputError):
        await parts.identities.link(platform, account, "engineer1", by="admin:root")


async def test_what_was_seen_is_not_told_again(parts) -> None:
    await parts.identities.link("slack", "U1", "engineer1", by="admin:root")
    await parts.identities.unlink("slack", "U1", by="admin:root")
    (event,) = await parts.identities.unseen("engineer1")
    await parts.identities.seen("engineer2", event.seq)
    assert await parts.alarms("engineer1") == ["unlinked"], "others cannot wave it away"
    await parts.identities.seen("engineer1", event.seq)
    assert await parts.alarms("engineer1") == []
    assert await parts.trail("engineer1") == ["linked", "unlinked"]


# --- claiming ---------------------------------------------------------------------------------------------------------


async def test_a_code_links_the_account_that_types_it(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    claimed = await parts.said(issued.code)
    assert (claimed.outcome, claimed.person_id) == (ClaimOutcome.LINKED, "engineer1")
    assert await parts.who() == "engineer1"
    assert await parts.trail("engineer1") == ["issued", "claimed"]
    assert await parts.alarms("engineer1") == ["claimed"], "the person is told, in case it was not they"
    assert (await parts.said(issued.code)).outcome is ClaimOutcome.LINKED, "a platform sends it twice"
    assert await parts.trail("engineer1") == ["issued", "claimed"]


async def test_the_database_holds_no_code(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    await parts.said("WRON-GC2D")
    dump = str(
        await parts.database.read(
            lambda c: [tuple(row) for t in (claim_codes, identity_events) for row in c.execute(t.select())]
        )
    )
    for code in (issued.code, "WRON-GC2D"):
        assert code not in dump
        assert code.replace("-", "") not in dump
    other_key = Claims(parts.database, parts.clock, b"x" * 32)
    claimed = await other_key.claim(issued.code, platform="slack", account="U1")
    assert claimed.outcome is ClaimOutcome.WRONG, "who has the table alone has nothing"
    assert await parts.who() is None


async def test_small_letters_and_no_dash_are_fine(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    assert (await parts.said(issued.code.replace("-", "").lower())).outcome is ClaimOutcome.LINKED


async def test_a_code_ends_after_ten_minutes(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    parts.clock.advance(VALID_SECONDS)
    assert (await parts.said(issued.code)).outcome is ClaimOutcome.WRONG
    assert await parts.who() is None


async def test_a_new_code_ends_the_one_before(parts) -> None:
    first = await parts.claims.issue("engineer1", "slack")
    second = await parts.claims.issue("engineer1", "slack")
    other = await parts.claims.issue("engineer1", "jandi")
    assert (await parts.said(first.code)).outcome is ClaimOutcome.WRONG
    assert (await parts.said(second.code, "U2")).outcome is ClaimOutcome.LINKED
    assert (await parts.said(other.code, "a@b", "jandi")).outcome is ClaimOutcome.LINKED


async def test_a_code_is_bound_to_its_platform_and_ends_when_it_is_typed_elsewhere(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    assert (await parts.said(issued.code, "evil@example.com", "jandi")).outcome is ClaimOutcome.WRONG
    assert (await parts.said(issued.code)).outcome is ClaimOutcome.WRONG, "others have read it there"
    assert await parts.alarms("engineer1") == ["wrong_platform", "reused"]
    assert await parts.identities.linked("engineer1") == []


async def test_a_code_claimed_in_two_places_links_one_and_is_told(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    outcomes = await asyncio.gather(*(parts.said(issued.code, f"U{n}") for n in range(10)))
    assert [one.outcome for one in outcomes].count(ClaimOutcome.LINKED) == 1
    assert len(await parts.identities.linked("engineer1")) == 1
    assert (await parts.alarms("engineer1")).count("reused") == 9
    assert (await parts.alarms("engineer1")).count("claimed") == 1


async def test_a_leaked_code_is_seen_and_undone_by_its_owner(parts) -> None:
    """Somebody else typed it first: it links their account, the owner is told, and one press takes it away for good."""
    issued = await parts.claims.issue("engineer1", "slack")
    assert (await parts.said(issued.code, "thief")).outcome is ClaimOutcome.LINKED
    assert (await parts.said(issued.code, "U1")).outcome is ClaimOutcome.WRONG
    assert await parts.alarms("engineer1") == ["claimed", "reused"]
    told = (await parts.identities.unseen("engineer1"))[-1]
    assert (told.account, told.by) == ("thief", "slack:thief")
    await parts.identities.unlink("slack", "thief", by="person:engineer1", person_id="engineer1")
    assert await parts.who("thief") is None
    assert (await parts.said(issued.code, "thief")).outcome is ClaimOutcome.WRONG, "the spent code links nothing again"
    assert await parts.who("thief") is None


async def test_an_account_that_is_somebody_does_not_move_by_a_code(parts) -> None:
    await parts.identities.link("slack", "U1", "engineer2", by="admin:root")
    issued = await parts.claims.issue("engineer1", "slack")
    claimed = await parts.said(issued.code)
    assert (claimed.outcome, claimed.person_id) == (ClaimOutcome.TAKEN, "engineer2")
    assert await parts.who() == "engineer2"
    assert await parts.alarms("engineer1") == ["taken"]
    assert (await parts.said(issued.code, "U2")).outcome is ClaimOutcome.WRONG


async def test_guessing_ends_after_a_few_and_fills_no_trail(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    for number in range(MAX_WRONG):
        assert (await parts.said(f"AAAA-AA2{number + 2}")).outcome is ClaimOutcome.WRONG
    for _ in range(20):
        assert (await parts.said(issued.code)).outcome is ClaimOutcome.TOO_MANY, "also the right one"
    assert (await parts.trail()).count("refused") == MAX_WRONG
    parts.clock.advance(WINDOW_SECONDS)
    fresh = await parts.claims.issue("engineer1", "slack")
    assert (await parts.said(fresh.code)).outcome is ClaimOutcome.LINKED


async def test_guessing_by_many_accounts_is_bounded_too(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    for number in range(MAX_WRONG_PLATFORM):
        assert (await parts.said("AAAA-AAA2", f"bot{number}")).outcome is ClaimOutcome.WRONG
    assert (await parts.said(issued.code)).outcome is ClaimOutcome.TOO_MANY
    other = await parts.claims.issue("engineer1", "jandi")
    assert (await parts.said(other.code, "a@b", "jandi")).outcome is ClaimOutcome.LINKED, "other platforms go on"


async def test_codes_are_not_made_without_end(parts) -> None:
    for _ in range(MAX_ISSUED):
        await parts.claims.issue("engineer1", "slack")
    with pytest.raises(RateLimitedError):
        await parts.claims.issue("engineer1", "jandi")
    await parts.claims.issue("engineer2", "slack")
    parts.clock.advance(WINDOW_SECONDS + 1)
    await parts.claims.issue("engineer1", "slack")


async def test_a_disabled_person_speaks_by_no_account(parts) -> None:
    issued = await parts.claims.issue("engineer1", "slack")
    await parts.said(issued.code)
    await parts.accounts.set_disabled("engineer1", True)
    assert await parts.who() is None

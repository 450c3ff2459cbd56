"""Facts of agents: kept at a bounded rate, and a disk that fills up is offered in the rooms that see the system."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guardia.hub.core import proactive as p
from guardia.hub.core.room import EVERYTHING, Scope
from guardia.hub.core.states import RequestState
from guardia.hub.errors import StoreError
from guardia.hub.flow.facts import KEEP_EVERY
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.proto.facts import DiskFact, HostFacts, encode_facts
from guardia.proto.frames import Facts
from tests.support.talking import TalkingWorld
from tests.support.world import ENGINEER

SEES, ELSEWHERE, NO_CHECKS = "sees", "elsewhere", "no-checks"
SCOPES = {
    SEES: EVERYTHING,
    ELSEWHERE: msgspec.structs.replace(EVERYTHING, systems=("홈택스",)),
    NO_CHECKS: msgspec.structs.replace(EVERYTHING, actions=("RESTART_SERVICE",)),
    "empty": Scope(),
}


class FactsWorld(TalkingWorld):
    rooms_seen: tuple[str, ...] = ("ops",)

    async def engine_options(self) -> dict[str, Any]:
        self.kept = SqlAgentFacts(self.database)
        return {"facts": self.kept, "rooms_with_advice": lambda: self.rooms_seen, "scope_of": SCOPES.get}

    async def tells(self, asset: str, used: int = 10, hostname: str = "was01") -> None:
        """The agent sends its facts, and time passes until they are worked off."""
        disks = (DiskFact(mount="/var", fs_type="xfs", total=100, used=used, free=100 - used),)
        facts = HostFacts(hostname=hostname, disks=disks)
        await self.links.answer(asset, Facts(at_ms=self.clock.now_ms(), facts=encode_facts(facts)))
        await self.passes()

    async def passes(self, seconds: float = 0) -> None:
        self.clock.advance(seconds)
        await self.engine.tick()
        await self.engine.desk.finish()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FactsWorld]:
    world = FactsWorld(tmp_path)
    await world.start()
    await world.connect("A-WAS-01")
    yield world
    await world.stop()


# --- keeping ----------------------------------------------------------------------------------------------------------


async def test_facts_are_kept_with_their_times_and_change_nothing_that_is_declared(world: FactsWorld) -> None:
    before = world.inventory.snapshot()
    await world.tells("A-WAS-01", hostname="somewhere-else")
    kept = await world.kept.of("A-WAS-01")
    assert kept is not None
    assert (kept.facts.hostname, kept.at_ms, kept.received_ms) == ("somewhere-else", *[world.clock.now_ms()] * 2)
    assert world.inventory.snapshot() == before


async def test_a_flood_is_written_at_a_bounded_rate_and_the_newest_counts(world: FactsWorld) -> None:
    writes: list[int] = []
    real = world.kept.keep

    async def counted(found: Any) -> None:
        writes.append(len(found))
        await real(found)

    world.kept.keep = counted  # type: ignore[method-assign]
    for number in range(100):
        await world.tells("A-WAS-01", hostname=f"h{number}")
    assert writes == [1]
    await world.passes(KEEP_EVERY)
    assert writes == [1, 1]
    kept = await world.kept.of("A-WAS-01")
    assert kept is not None
    assert kept.facts.hostname == "h99"


async def test_facts_that_cannot_be_read_are_dropped_and_the_agent_stays(world: FactsWorld) -> None:
    await world.links.answer("A-WAS-01", Facts(at_ms=1, facts=b'{"hostname": 5}'))
    await world.passes()
    assert await world.kept.of("A-WAS-01") is None
    assert "A-WAS-01" in world.links.presence()
    await world.passes(KEEP_EVERY)
    await world.tells("A-WAS-01")
    assert await world.kept.of("A-WAS-01") is not None


async def test_a_time_from_the_future_is_that_of_the_arrival(world: FactsWorld) -> None:
    await world.links.answer("A-WAS-01", Facts(at_ms=2**62, facts=b"{}"))
    await world.passes()
    kept = await world.kept.of("A-WAS-01")
    assert kept is not None
    assert kept.at_ms == world.clock.now_ms()


async def test_a_store_that_fails_ends_neither_the_connection_nor_the_next_time(world: FactsWorld) -> None:
    real = world.kept.keep

    async def fails(_found: Any) -> None:
        raise StoreError("disk full")

    world.kept.keep = fails  # type: ignore[method-assign]
    await world.tells("A-WAS-01", 95)
    assert "A-WAS-01" in world.links.presence()
    assert world.offers() == []
    world.kept.keep = real  # type: ignore[method-assign]
    await world.passes(KEEP_EVERY)
    assert await world.kept.of("A-WAS-01") is not None, "tried again by itself"
    assert len(world.offers()) == 1


# --- advice -----------------------------------------------------------------------------------------------------------


async def test_a_disk_over_its_threshold_is_offered_and_a_press_runs_the_check(world: FactsWorld) -> None:
    await world.connect("A-WAS-02", "A-DB-01")
    await world.tells("A-WAS-01", 89)
    assert world.offers() == []
    await world.passes(KEEP_EVERY)
    await world.tells("A-WAS-01", 93)
    (card,) = world.offers()
    assert (card["action"], card["targets"]) == ("CHECK_DISK_SPACE", ["예산시스템 운영"])
    assert "A-WAS-01 disk_used:/var" in card["why"]
    assert "93%" in card["why"]
    assert world.dispatched("A-WAS-01") == [], "nothing runs before somebody presses"
    receipt = await world.press(card["request_id"], "accept:1", ENGINEER)
    request = await world.request(receipt.sr_id or "")
    assert (request.state, request.requester.person_id) == (RequestState.RUNNING, "engineer1")
    assert [d.action for d in world.dispatched("A-WAS-01")] == ["CHECK_DISK_SPACE"]


async def test_only_rooms_that_see_the_system_and_may_check_it_are_told(world: FactsWorld) -> None:
    world.rooms_seen = ("ops", SEES, ELSEWHERE, NO_CHECKS, "empty", SEES)
    await world.tells("A-WAS-01", 95)
    assert {room: len(world.offers(room)) for room in ("ops", *SCOPES)} == {
        "ops": 1, SEES: 1, ELSEWHERE: 0, NO_CHECKS: 0, "empty": 0,
    }  # fmt: skip


async def test_what_stays_full_is_offered_once_a_day_though_facts_come_every_hour(world: FactsWorld) -> None:
    for _ in range(23):
        await world.tells("A-WAS-01", 95)
        await world.passes(3600)
    assert len(world.offers()) == 1
    await world.restart()  # rooms were shown the offer before; what is kept of it is in the database
    await world.connect("A-WAS-01")
    await world.tells("A-WAS-01", 95)
    assert world.offers() == []
    await world.passes(2 * 3600)
    await world.tells("A-WAS-01", 95)
    assert len(world.offers()) == 1


async def test_another_node_of_the_system_is_the_same_offer(world: FactsWorld) -> None:
    await world.connect("A-WAS-02")
    await world.tells("A-WAS-01", 95)
    await world.press(world.offers()[0]["request_id"], "dismiss", ENGINEER)
    await world.passes(3600)
    await world.tells("A-WAS-02", 97)
    assert len(world.offers()) == 1


async def test_one_open_offer_a_room_and_the_other_system_later(world: FactsWorld) -> None:
    await world.connect("N-WAS-01")
    await world.tells("A-WAS-01", 95)
    await world.tells("N-WAS-01", 95)
    (first,) = world.offers()
    await world.press(first["request_id"], "dismiss", ENGINEER)
    await world.passes(3600)
    await world.tells("N-WAS-01", 95)
    assert [card["targets"] for card in world.offers()] == [["예산시스템 운영"], ["홈택스 운영"]]


async def test_a_room_that_turned_the_rule_off_or_put_it_off_is_left_in_peace(world: FactsWorld) -> None:
    world.rooms_seen = ("ops", "other")
    await world.say("디스크 알림 꺼줘")
    await world.tells("A-WAS-01", 95)
    assert (len(world.offers()), len(world.offers("other"))) == (0, 1)
    await world.press(world.offers("other")[0]["request_id"], "later", ENGINEER, room_id="other")
    await world.connect("N-WAS-01")
    await world.tells("N-WAS-01", 95)
    assert len(world.offers("other")) == 1, "snoozed, for every system"
    await world.passes(3700)
    await world.tells("N-WAS-01", 95)
    assert len(world.offers("other")) == 2


async def test_the_daily_cap_holds_for_facts(world: FactsWorld) -> None:
    limits = msgspec.structs.replace(world.rules.limits, daily=1)
    world.rules = msgspec.structs.replace(world.rules, limits=limits)
    await world.restart()
    await world.connect("A-WAS-01", "N-WAS-01")
    await world.tells("A-WAS-01", 95)
    await world.press(world.offers()[0]["request_id"], "dismiss", ENGINEER)
    await world.tells("N-WAS-01", 95)
    assert len(world.offers()) == 1


async def test_of_many_at_once_a_room_gets_what_it_sees(world: FactsWorld) -> None:
    world.rooms_seen = ("ops", ELSEWHERE)
    await world.connect("N-WAS-01")
    disks = (DiskFact(mount="/", fs_type="xfs", total=100, used=99, free=1),)
    for asset in ("A-WAS-01", "N-WAS-01"):
        await world.links.answer(asset, Facts(at_ms=1, facts=encode_facts(HostFacts(disks=disks))))
    await world.passes()
    assert [card["targets"] for card in world.offers()] == [["예산시스템 운영"]]
    assert [card["targets"] for card in world.offers(ELSEWHERE)] == [["홈택스 운영"]]


async def test_a_room_that_looks_already_is_offered_nothing(world: FactsWorld) -> None:
    await world.say("예산시스템 WAS 1호기 디스크 확인해줘")
    await world.tells("A-WAS-01", 95)
    assert world.offers() == []


async def test_an_agent_of_no_declared_host_gives_no_offer(world: FactsWorld) -> None:
    await world.connect("GONE-01")
    await world.tells("GONE-01", 99)
    assert await world.kept.of("GONE-01") is not None
    assert world.offers() == []


async def test_trouble_with_an_offer_leaves_the_facts_kept(world: FactsWorld) -> None:
    async def broken(_offer: p.Offer) -> None:
        raise StoreError("disk full")

    world.notes.add_offer = broken  # type: ignore[method-assign]
    await world.tells("A-WAS-01", 95)
    assert await world.kept.of("A-WAS-01") is not None

"""The pace of cards: not with every word of every step, and never without the last one."""

import asyncio

import pytest

from guardia.hub.core import events as e
from guardia.hub.flow.cardpace import CardPace, may_wait
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore
from guardia.proto.frames import StepOutcome
from tests.support.world import World, check

_ACCEPTED = e.StepAccepted(at_ms=1, step_id="S1")
_FINISHED = e.StepFinished(at_ms=1, step_id="S1", outcome=StepOutcome.OK)
_UNKNOWN = e.StepUnknown(at_ms=1, step_id="S1", reason="gone")


class Loop(asyncio.SelectorEventLoop):
    """Its time is the test's; timers fire when they are due."""

    now = 100.0

    def time(self):
        return self.now


@pytest.fixture
def loop():
    loop = Loop()
    yield loop
    loop.close()


def run(loop, what, *arguments, **options):
    async def call():
        return what(*arguments, **options)

    return loop.run_until_complete(call())


def wait(loop, seconds):
    loop.now += seconds
    run(loop, lambda: None)


def test_the_first_is_shown_and_what_follows_soon_is_put_off_once(loop):
    shown = []
    pace = CardPace(0.3, shown.append)
    assert run(loop, pace.shows, "R1")
    assert not run(loop, pace.shows, "R1")
    assert not run(loop, pace.shows, "R1")
    assert run(loop, pace.shows, "R2"), "each request has its own pace"
    wait(loop, 0.2)
    assert shown == []
    wait(loop, 0.2)
    assert shown == ["R1"], "the last of what came is shown, once"
    wait(loop, 10)
    assert shown == ["R1"]


def test_what_must_be_shown_at_once_takes_the_place_of_what_was_put_off(loop):
    shown = []
    pace = CardPace(0.3, shown.append)
    assert run(loop, pace.shows, "R1")
    assert not run(loop, pace.shows, "R1")
    assert run(loop, pace.shows, "R1", at_once=True)
    wait(loop, 10)
    assert shown == []


def test_after_the_end_nothing_is_shown(loop):
    shown = []
    pace = CardPace(0.3, shown.append)
    assert run(loop, pace.shows, "R1")
    assert not run(loop, pace.shows, "R1")
    pace.forget("R1")
    wait(loop, 10)
    assert shown == []
    assert run(loop, pace.shows, "R1")


def test_a_hub_that_stops_shows_what_was_put_off(loop):
    shown = []
    pace = CardPace(0.3, shown.append)
    for request in ("R1", "R2"):
        assert run(loop, pace.shows, request)
        assert not run(loop, pace.shows, request)
    run(loop, pace.flush)
    assert shown == ["R1", "R2"]
    wait(loop, 10)
    assert shown == ["R1", "R2"]


def test_without_a_pace_everything_is_shown(loop):
    pace = CardPace(0.0, lambda _: None)
    assert all(run(loop, pace.shows, "R1") for _ in range(5))


def test_only_progress_of_steps_may_wait():
    assert may_wait([_ACCEPTED, _FINISHED])
    assert not may_wait([_ACCEPTED, _UNKNOWN])
    assert not may_wait([e.CancelRequested(at_ms=1, by="engineer1")])


async def test_steps_that_go_on_change_the_card_at_its_pace_and_the_end_at_once(tmp_path):
    world = World(tmp_path, card_every=60.0)
    await world.start()
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[-1].step_id
    first = world.card(receipt.sr_id)
    await world.accept("A-WAS-01", step_id)
    assert world.card(receipt.sr_id) == first, "not with every word"
    await world.engine.delivery.settled("A-WAS-01")
    await world.engine.desk.finish()  # the time for a card has come
    assert world.card(receipt.sr_id)["plan"]["nodes"][0]["steps"][0]["state"] == "RUNNING"
    await world.finish("A-WAS-01", step_id)
    assert world.card(receipt.sr_id)["state"] == "SUCCEEDED"
    await world.stop()


async def test_the_card_in_the_store_is_the_last_one_when_the_hub_stops(tmp_path):
    world = World(tmp_path, card_every=60.0)
    await world.start()
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    await world.accept("A-WAS-01", world.dispatched("A-WAS-01")[-1].step_id)
    await world.stop()
    database = Database(world.url)
    message = await SqlStore(database).message("ops", f"card-{receipt.sr_id}")
    database.close()
    assert message.widget["plan"]["nodes"][0]["steps"][0]["state"] == "RUNNING"

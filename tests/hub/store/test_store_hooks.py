"""The outbox of webhooks, on both databases."""

import pytest

from guardia.hub.core.itsm import HookEvent
from guardia.hub.errors import NotFoundError, StoreError
from guardia.hub.store.hooks import Hooks, enqueue
from tests.support.clock import FakeClock


@pytest.fixture
def hooks(store_database) -> Hooks:
    return Hooks(store_database, FakeClock())


async def write(hooks: Hooks, *numbers: int, endpoint: str = "one") -> None:
    events = [
        HookEvent(endpoint=endpoint, event_id=f"SR-1.{n}", event="step.result", body=b"%d" % n, created_ms=n)
        for n in numbers
    ]
    await hooks._database.write(lambda c: enqueue(c, events))


async def test_first_in_first_out_for_each_endpoint(hooks) -> None:
    await write(hooks, 1, 2, 3)
    await write(hooks, 2, endpoint="two")
    for number in (1, 2, 3):
        hook = await hooks.next("one")
        assert (hook.event_id, hook.body) == (f"SR-1.{number}", b"%d" % number)
        assert await hooks.next("one") == hook, "until it was taken"
        await hooks.delivered(hook)
    assert await hooks.next("one") is None
    assert (await hooks.next("two")).event_id == "SR-1.2"
    assert await hooks.count() == 1


async def test_one_event_is_written_once_for_an_endpoint(hooks) -> None:
    await write(hooks, 1)
    with pytest.raises(StoreError):
        await write(hooks, 2, 1)
    assert await hooks.count() == 1, "all of it or nothing"
    await write(hooks)
    assert await hooks.count() == 1


async def test_what_is_refused_is_shown_and_resumed_in_its_place(hooks) -> None:
    await write(hooks, 1, 2)
    await hooks.refuse(await hooks.next("one"), "one answered 422" + "x" * 1_000)
    assert (await hooks.next("one")).event_id == "SR-1.2"
    await hooks.park("one", "one answered 410")
    assert await hooks.next("one") is None
    await write(hooks, 3)
    (shown,) = await hooks.endpoints()
    assert (shown.waiting, shown.oldest_ms, shown.parked_reason) == (2, 2, "one answered 410")
    assert [(one.event_id, one.reason[:16]) for one in shown.refused] == [("SR-1.1", "one answered 422")]
    await hooks.count()
    assert hooks.parked_now == 1
    assert await hooks.resume("one") == 3
    assert (await hooks.next("one")).event_id == "SR-1.1"
    with pytest.raises(NotFoundError):
        await hooks.resume("two")


async def test_what_is_old_is_forgotten_and_counted(hooks) -> None:
    await write(hooks, 1, 2, 3)
    await hooks.refuse(await hooks.next("one"), "no")
    assert await hooks.prune(3) == 2
    assert (await hooks.next("one")).event_id == "SR-1.3"

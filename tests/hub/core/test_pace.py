"""How fast people and rooms may speak: never more than the rate allows, never longer than was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core import pace
from guardia.hub.core.pace import Buckets, Pace

times = st.lists(st.floats(min_value=0, max_value=30, allow_nan=False), min_size=1, max_size=80)


@given(st.integers(min_value=1, max_value=600), times)
def test_no_more_than_the_burst_and_the_rate_get_through(per_minute: int, gaps: list[float]) -> None:
    buckets, now, through = Buckets(per_minute), 0.0, 0
    for gap in gaps:
        now += gap
        if not buckets.wait("a", now):
            buckets.take("a", now)
            through += 1
        assert through <= max(1.0, per_minute / 2) + now * per_minute / 60 + 1e-6


@given(st.integers(min_value=1, max_value=600), times)
def test_who_comes_back_when_told_gets_through(per_minute: int, gaps: list[float]) -> None:
    buckets, now = Buckets(per_minute), 0.0
    for gap in gaps:
        now += gap / 10
        wait = buckets.wait("a", now)
        if wait:
            assert 1 <= wait <= 61
            assert buckets.wait("a", now + wait) == 0
            now += wait
        buckets.take("a", now)


@given(st.lists(st.floats(min_value=-1000, max_value=1000, allow_nan=False), max_size=50))
def test_a_clock_that_jumps_back_gives_nothing(jumps: list[float]) -> None:
    buckets = Buckets(2)
    buckets.take("a", 1000.0)
    for jump in jumps:
        if jump <= 0:
            assert buckets.wait("a", 1000.0 + jump) > 0


def test_people_do_not_share_and_a_room_is_shared() -> None:
    limits = Pace(person_per_minute=20, room_per_minute=60)
    for person in ("a", "b", "c"):
        assert [limits.take(person, "ops", 0.0) for _ in range(10)] == [None] * 10
    over = limits.take("d", "ops", 0.0)
    assert over is not None
    assert (over.limit, over.retry_after) == ("room", 2)
    assert limits.take("d", "other", 0.0) is None
    assert limits.take("a", "other", 0.0).limit == "person"


def test_what_a_person_is_refused_costs_the_room_nothing_and_the_other_way_round() -> None:
    limits = Pace(person_per_minute=4, room_per_minute=8)
    for _ in range(1_000):
        limits.take("flooder", "ops", 0.0)
    assert [limits.take("other", "ops", 0.0) for _ in range(2)] == [None, None]
    third = limits.take("third", "ops", 0.0)
    assert third.limit == "room"
    assert [limits.take("third", "elsewhere", 0.0) for _ in range(2)] == [None, None], "the refusal took no token"


def test_memory_is_bounded_and_a_busy_key_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MAX_KEYS", 10)
    limits = Pace(person_per_minute=2, room_per_minute=1_000_000)
    assert limits.take("busy", "ops", 0.0) is None
    for number in range(1_000):
        limits.take(f"p{number}", f"r{number}", 0.0)
        assert limits.take("busy", "ops", 0.0).limit == "person"
    assert len(limits) <= 20

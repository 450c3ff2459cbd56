from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.enrolment.ratelimit import RateLimit


def test_a_burst_then_the_rate() -> None:
    limit = RateLimit(rate=0.5, burst=3)
    assert [limit.allow("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert not limit.allow("a", 1.9)
    assert limit.allow("a", 2.0)
    assert limit.allow("b", 2.0), "another address has its own"


@given(st.lists(st.floats(0, 10), max_size=200))
def test_never_more_than_burst_and_rate_allow(gaps: list[float]) -> None:
    limit = RateLimit(rate=2.0, burst=5)
    now, allowed = 0.0, 0
    for gap in gaps:
        now += gap
        allowed += limit.allow("a", now)
    assert allowed <= 5 + 2.0 * now + 1e-6


def test_the_number_of_addresses_is_bounded() -> None:
    limit = RateLimit(rate=1.0, burst=1, max_keys=10)
    for number in range(1000):
        assert limit.allow(str(number), 0.0)
    assert len(limit._buckets) == 10

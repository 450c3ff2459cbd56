from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.reconnect import BASE, CAP, delay

UNITS = st.floats(0, 1)


@given(attempt=st.integers(-5, 10_000), unit=UNITS)
def test_the_wait_is_never_negative_and_never_over_the_cap(attempt, unit):
    assert 0 <= delay(attempt, unit) <= CAP


def test_the_ceiling_doubles_and_the_jitter_is_full():
    assert [delay(attempt, 1.0) for attempt in range(4)] == [BASE, 2 * BASE, 4 * BASE, 8 * BASE]
    assert delay(30, 1.0) == CAP
    assert delay(30, 0.0) == 0.0


@given(asked=st.integers(1, 10_000_000), unit=UNITS)
def test_what_the_hub_asks_for_is_kept_and_spread(asked, unit):
    named = min(asked / 1000, CAP)
    assert named <= delay(0, unit, asked) <= named * 1.5
